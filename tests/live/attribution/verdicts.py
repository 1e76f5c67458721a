"""Knows how what was said of each request compares with the browser's own record of it."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from attribution.browser import Load, Sent
from attribution.origin import UNIQUE, site_of
from louver.core.facts import ResourceType, header
from louver.core.pages.clues import origin_of

if TYPE_CHECKING:
    from attribution.proxy import Exchange


class Verdict(StrEnum):
    """How an attribution compares with the browser's record."""

    RIGHT = "right"
    RIGHT_SITE = "right site, other load"
    UNKNOWN = "unknown"
    WRONG = "wrong"


@dataclass(frozen=True, slots=True)
class Judged:
    """One exchange, the page load that really sent it, and what that makes of the attribution."""

    exchange: Exchange
    load: Load
    verdict: Verdict
    attributable: bool

    @property
    def confidence(self) -> float:
        return 0.0 if self.exchange.page is None else self.exchange.page.confidence


def judge(exchanges: list[Exchange], sent: list[Sent], born: dict[str, str]) -> tuple[list[Judged], list[Exchange]]:
    """Pair what the proxy saw with what the browser recorded, in order, by method and unique URL.

    The browser records no beacon of a page that is going away; such a request counts for the load of the script whose
    text held its unique address.
    """
    records: dict[tuple[str, str], list[Sent]] = defaultdict(list)
    loads = {_key(record.url): record.load for record in sent}
    for record in sent:
        records[record.method, _key(record.url)].append(record)
    judged, unrecorded = [], []
    documents: dict[int, int] = {}
    oracle = Oracle()
    for exchange in exchanges:
        found = records[exchange.method, _key(exchange.url)]
        record = found.pop(0) if found else _from_its_script(exchange, loads, born)
        if record.load is None:
            unrecorded.append(exchange)
            continue
        if record.document and exchange.page is not None:
            documents[id(record.load)] = exchange.page.id
        verdict = _verdict(exchange, record, documents.get(id(record.load)))
        attributable = oracle.can_tell(exchange, _true_site(exchange, record))
        judged.append(Judged(exchange, record.load, verdict, attributable))
    return judged, unrecorded


def _from_its_script(exchange: Exchange, loads: dict[str, Load | None], born: dict[str, str]) -> Sent:
    unique = UNIQUE.search(exchange.url)
    script = born.get(unique[0].rstrip("&"), "") if unique else ""
    return Sent(exchange.url, exchange.method, "Other", loads.get(_key(script)), document=False)


def _true_site(exchange: Exchange, record: Sent) -> str:
    """Return the site of the page that sent a request; a document's own where it is one, be it fetched ahead."""
    assert record.load is not None
    own = record.document or exchange.type is ResourceType.DOCUMENT
    return site_of(urlsplit(record.url if own else record.load.url).hostname or "")


def _verdict(exchange: Exchange, record: Sent, page_id: int | None) -> Verdict:
    page, load = exchange.page, record.load
    assert load is not None
    if page is None:
        return Verdict.UNKNOWN
    if page.site != _true_site(exchange, record):
        return Verdict.WRONG
    ahead = header(exchange.headers, "sec-purpose") is not None and exchange.type is ResourceType.DOCUMENT
    return Verdict.RIGHT if load.worker or ahead or page_id in {None, page.id} else Verdict.RIGHT_SITE


SPEAKERS = {ResourceType.DOCUMENT, ResourceType.SUBDOCUMENT, ResourceType.STYLESHEET, ResourceType.SCRIPT}


class Oracle:
    """Tells from the browser's record whether a request could be attributed at all.

    It can if its own headers point to an origin that lives in the pages of one site only, or if its connection carried
    such a request before. This is what the wire holds; no attribution can do better without guessing.
    """

    def __init__(self) -> None:
        self._homes: dict[str, set[str]] = defaultdict(set)
        self._connections: set[str] = set()

    def can_tell(self, exchange: Exchange, site: str) -> bool:
        own = origin_of(exchange.url)
        if exchange.type in SPEAKERS:
            self._homes[own].add(site)
            self._homes[site_of(own.partition("://")[2])].add(site)
        named = exchange.type is ResourceType.DOCUMENT or len(self._homes.get(self._source(exchange, own), ())) == 1
        if named:
            self._connections.add(exchange.connection)
        return exchange.connection in self._connections

    @staticmethod
    def _source(exchange: Exchange, own: str) -> str:
        origin, referer = header(exchange.headers, "origin"), header(exchange.headers, "referer")
        if origin and origin != "null":
            return origin
        relation = header(exchange.headers, "sec-fetch-site")
        return origin_of(referer) if referer else {"same-origin": own}.get(relation or "", "")


def _key(url: str) -> str:
    return url.partition("#")[0].replace("wss:", "https:")


def table(judged: list[Judged]) -> str:
    """Say the accuracy by the evidence that was used, for a person to read."""
    rows: dict[tuple[str, float], Counter[Verdict]] = defaultdict(Counter)
    for one in judged:
        page = one.exchange.page
        rows["-" if page is None else page.method, 0 if page is None else page.confidence][one.verdict] += 1
    lines = [f"{'evidence':<24}{'conf':>6}" + "".join(f"{verdict:>24}" for verdict in Verdict)]
    for (method, confidence), counts in sorted(rows.items(), key=lambda row: -sum(row[1].values())):
        lines.append(f"{method:<24}{confidence:>6.2f}" + "".join(f"{counts[verdict]:>24}" for verdict in Verdict))
    return "\n".join(lines)


def summary(judged: list[Judged]) -> str:
    """Say the shares in one line: of all requests, and of those that can be attributed at all."""
    able = [one for one in judged if one.attributable]
    return f"all {_shares(judged)}; attributable {_shares(able)}"


def _shares(judged: list[Judged]) -> str:
    counts = Counter(one.verdict for one in judged)
    sure = sum(one.confidence > 0.9 and one.verdict is not Verdict.RIGHT for one in judged)
    shares = ", ".join(f"{verdict} {counts[verdict] / max(1, len(judged)):.1%}" for verdict in Verdict)
    return f"({len(judged)}): {shares}, wrong above 0.9: {sure}"
