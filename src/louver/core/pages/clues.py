"""Knows which header lines say where a request comes from; knows nothing of pages, clients or what was seen before."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Final
from urllib.parse import urljoin, urlsplit

if TYPE_CHECKING:
    from louver.core.facts import Headers

type Clues = dict[str, str]
"""The telling headers of one message, by lower-case name."""

TELLING: Final = frozenset(
    {
        "accept",
        "origin",
        "referer",
        "sec-fetch-dest",
        "sec-fetch-mode",
        "sec-fetch-site",
        "sec-fetch-storage-access",
        "sec-purpose",
        "user-agent",
        "cache-control",
        "content-disposition",
        "expires",
        "last-modified",
        "location",
        "referrer-policy",
    }
)

FRAMES: Final = frozenset({"embed", "fencedframe", "frame", "iframe", "object"})
"""Destinations that hold a document inside a page (Fetch standard)."""

SPEAKERS: Final = frozenset({"serviceworker", "sharedworker", "style", "worker", "xslt"})
"""Destinations that ask for more in their own name: their URL becomes the `Referer` of what they load."""

SILENT_POLICIES: Final = frozenset({"no-referrer", "same-origin"})
POLICIES: Final = SILENT_POLICIES | {
    "no-referrer-when-downgrade",
    "origin",
    "origin-when-cross-origin",
    "strict-origin",
    "strict-origin-when-cross-origin",
    "unsafe-url",
}
PLAIN_PORT: Final = {"http": ":80", "https": ":443"}
SCHEME: Final = {"ws": "http", "wss": "https"}


def read(headers: Headers) -> Clues:
    """Pick the telling headers in one pass; of a repeated header the last counts."""
    found: Clues = {}
    for name, value in headers:
        key = name.lower()
        if key in TELLING:
            found[key] = value
    return found


def origin_of(url: str) -> str:
    """Return `scheme://host[:port]` of a URL as a browser would write it, or "" where there is none."""
    scheme, mark, rest = url.partition("://")
    if not mark:
        return ""
    authority = rest.partition("/")[0]
    if "?" in authority or "#" in authority:
        authority = authority.partition("?")[0].partition("#")[0]
    if "@" in authority:
        authority = authority.rpartition("@")[2]
    scheme = SCHEME.get(scheme.lower(), scheme.lower())
    return f"{scheme}://{authority.lower().removesuffix(PLAIN_PORT.get(scheme, ' '))}"


@lru_cache(maxsize=4096)
def source_of(value: str) -> str:
    """Return the origin of a `Referer` or `Origin` value; few differ, so they are remembered."""
    return origin_of(value)


def host_of(origin: str) -> str:
    """Return the host of an origin, without its port."""
    try:
        return urlsplit(origin).hostname or ""
    except ValueError:
        return ""


def target(url: str, location: str) -> str | None:
    """Return the URL that a redirect leads to, or None where it cannot be read."""
    try:
        return urljoin(url, location).partition("#")[0]
    except ValueError:
        return None


def is_silent(policy: str | None) -> bool:
    """Tell whether a `Referrer-Policy` hides the page from other sites; the last word a browser knows counts."""
    words = [word for part in (policy or "").lower().split(",") if (word := part.strip()) in POLICIES]
    return bool(words) and words[-1] in SILENT_POLICIES


def may_be_reused(clues: Clues) -> bool:
    """Tell whether a browser may show this answer again without asking, so that we would not see it (RFC 9111, 4.2)."""
    control = clues.get("cache-control", "").lower()
    if "no-store" in control or "no-cache" in control or "max-age=0" in control:
        return False
    return "max-age" in control or "expires" in clues or "last-modified" in clues


def is_page(status: int, clues: Clues) -> bool:
    """Tell whether a document's answer takes the place of what was shown: not so a download or "no content"."""
    return status not in {204, 205} and not clues.get("content-disposition", "").lower().startswith("attachment")
