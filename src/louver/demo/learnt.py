"""Knows what those who watch could learn from what reached them: ids, pages, searches. Reads the origin's record only.

This is the other side of the ledger: Louver writes down what it did, and here is what arrived all the same.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final
from urllib.parse import unquote_plus, urlsplit

from louver.demo.journey import SEARCH, SITES

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from louver.demo.exchange import Arrival

WATCHERS: Final = {
    "adbazaar.test": "Ad Bazaar",
    "chirper.test": "Chirper",
    "dataswap.test": "Data Swap",
    "footprint-metrics.test": "Footprint Metrics",
    "mousetrail.test": "Mouse Trail",
    "tagdepot.test": "Tag Depot",
    "typecase.test": "Typecase",
}
"""Who watches, by host. Those who only help are left out."""

SHORTEST_ID: Final = 16
CLICK_IDS: Final = ("gclid", "fbclid")
MAIL: Final = "sam@inbox.test"
_PAGE: Final = re.compile(r"https://[a-z-]+\.test/[^\s\"&;,]*")


@dataclass(frozen=True, slots=True)
class Learnt:
    """What was learnt in one tour. `followed` are those who met one id on two sites, `known_again` on two requests."""

    requests: int
    followed: tuple[str, ...]
    known_again: tuple[str, ...]
    pages: int
    search: tuple[str, ...]
    mail: tuple[str, ...]
    clicks: int


def learnt_from(arrivals: Iterable[Arrival]) -> Learnt:
    """Read what the watchers got, and which click ids the sites got."""
    everything = list(arrivals)
    watched = [arrival for arrival in everything if arrival.host in WATCHERS]
    met: dict[tuple[str, str], list[str]] = {}
    for arrival in watched:
        for name in _ids(arrival):
            met.setdefault((WATCHERS[arrival.host], name), []).append(_site(arrival))
    return Learnt(
        requests=len(watched),
        followed=_names(owner for (owner, _), sites in met.items() if len({*sites} & {*SITES}) > 1),
        known_again=_names(owner for (owner, _), sites in met.items() if len(sites) > 1),
        pages=len({page for arrival in watched for page in _pages(arrival)}),
        search=_names(WATCHERS[arrival.host] for arrival in watched if SEARCH in _all_text(arrival)),
        mail=_names(WATCHERS[arrival.host] for arrival in watched if MAIL in _all_text(arrival)),
        clicks=sum(
            arrival.host in SITES and any(name in arrival.query for name in CLICK_IDS) for arrival in everything
        ),
    )


def _names(owners: Iterable[str]) -> tuple[str, ...]:
    return tuple(sorted(set(owners)))


def _ids(arrival: Arrival) -> Iterator[str]:
    """Yield what the recipient can recognise a visitor by: cookies, ids in the address, and the ETag it once gave."""
    yield from (value for value in arrival.cookies.values() if len(value) >= SHORTEST_ID)
    yield from (arrival.query[name] for name in ("cid", "uid", "partner_uid") if name in arrival.query)
    tag = arrival.header("if-none-match")
    if tag is not None:
        yield tag


def _site(arrival: Arrival) -> str:
    """Return the site that the recipient sees its visitor on: the Referer's, or the one that an address speaks of."""
    pages = [arrival.header("referer") or "", *_pages(arrival)]
    return next((host for page in pages if (host := urlsplit(page).hostname or "") in SITES), "")


def _pages(arrival: Arrival) -> Iterator[str]:
    """Yield the full page addresses that an arrival tells: more than the name of a site."""
    for text in (arrival.header("referer") or "", *arrival.query.values(), arrival.body.decode("utf-8", "replace")):
        for page in _PAGE.findall(text):
            parts = urlsplit(page)
            if parts.hostname in SITES and (parts.path != "/" or parts.query):
                yield page


def _all_text(arrival: Arrival) -> str:
    text = " ".join((arrival.target, arrival.header("referer") or "", arrival.body.decode("utf-8", "replace")))
    return unquote_plus(unquote_plus(text))
