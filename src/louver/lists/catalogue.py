"""Knows the lists that people know: where their publishers keep them, and under which licence. None is bundled."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Known:
    """One list of the catalogue. `url` is the publisher's own address; it is asked only when the user adds the list."""

    id: str
    title: str
    url: str
    home: str
    licence: str
    purpose: str


CATALOGUE: Final = tuple(
    Known(*row)
    for row in (
        (
            "easylist",
            "EasyList",
            "https://easylist.to/easylist/easylist.txt",
            "https://easylist.to/",
            "GPL-3.0-or-later or CC-BY-SA-3.0",
            "advertisements",
        ),
        (
            "easyprivacy",
            "EasyPrivacy",
            "https://easylist.to/easylist/easyprivacy.txt",
            "https://easylist.to/",
            "GPL-3.0-or-later or CC-BY-SA-3.0",
            "trackers",
        ),
        (
            "ublock-privacy",
            "uBlock filters: Privacy",
            "https://ublockorigin.github.io/uAssets/filters/privacy.txt",
            "https://github.com/uBlockOrigin/uAssets",
            "GPL-3.0",
            "trackers",
        ),
        (
            "ublock-unbreak",
            "uBlock filters: Unbreak",
            "https://ublockorigin.github.io/uAssets/filters/unbreak.txt",
            "https://github.com/uBlockOrigin/uAssets",
            "GPL-3.0",
            "exceptions that keep sites working",
        ),
        (
            "ublock-badware",
            "uBlock filters: Badware risks",
            "https://ublockorigin.github.io/uAssets/filters/badware.txt",
            "https://github.com/uBlockOrigin/uAssets",
            "GPL-3.0",
            "malicious sites",
        ),
        (
            "ublock-quick-fixes",
            "uBlock filters: Quick fixes",
            "https://ublockorigin.github.io/uAssets/filters/quick-fixes.txt",
            "https://github.com/uBlockOrigin/uAssets",
            "GPL-3.0",
            "what broke or slipped through lately",
        ),
        (
            "adguard-base",
            "AdGuard Base",
            "https://filters.adtidy.org/extension/ublock/filters/2.txt",
            "https://github.com/AdguardTeam/AdguardFilters",
            "GPL-3.0",
            "advertisements",
        ),
        (
            "adguard-tracking",
            "AdGuard Tracking Protection",
            "https://filters.adtidy.org/extension/ublock/filters/3.txt",
            "https://github.com/AdguardTeam/AdguardFilters",
            "GPL-3.0",
            "trackers",
        ),
        (
            "adguard-url-tracking",
            "AdGuard URL Tracking",
            "https://filters.adtidy.org/extension/ublock/filters/17.txt",
            "https://github.com/AdguardTeam/AdguardFilters",
            "GPL-3.0",
            "link parameters",
        ),
        (
            "adguard-cname",
            "AdGuard CNAME trackers",
            "https://raw.githubusercontent.com/AdguardTeam/cname-trackers/master/data/combined_disguised_trackers.txt",
            "https://github.com/AdguardTeam/cname-trackers",
            "MIT",
            "trackers behind sites' own names",
        ),
        (
            "peter-lowe",
            "Peter Lowe's list",
            "https://pgl.yoyo.org/adservers/serverlist.php?hostformat=adblockplus&showintro=1&mimetype=plaintext",
            "https://pgl.yoyo.org/adservers/",
            "the author's own terms",
            "advertisements and trackers",
        ),
        (
            "stevenblack",
            "StevenBlack hosts",
            "https://raw.githubusercontent.com/StevenBlack/hosts/master/hosts",
            "https://github.com/StevenBlack/hosts",
            "MIT; its sources have their own",
            "advertisements and malicious sites, by host",
        ),
        (
            "clearurls",
            "ClearURLs rules",
            "https://rules2.clearurls.xyz/data.minify.json",
            "https://clearurls.xyz/",
            "LGPL-3.0",
            "link parameters and redirectors",
        ),
        (
            "url-shortener",
            "Actually Legitimate URL Shortener Tool",
            "https://raw.githubusercontent.com/DandelionSprout/adfilt/master/LegitimateURLShortener.txt",
            "https://github.com/DandelionSprout/adfilt",
            "Dandelicence 1.4",
            "link parameters",
        ),
    )
)


def known(list_id: str) -> Known | None:
    """Return the catalogue's entry for an id."""
    return next((entry for entry in CATALOGUE if entry.id == list_id), None)
