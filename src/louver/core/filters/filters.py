"""Knows the lists as one thing to be asked about requests, and remembers its answers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from louver.core.filters.ask import NO_PAGE, Ask, Page, host_of
from louver.core.filters.compile import compile_tables
from louver.core.filters.explain import explain
from louver.core.filters.memo import Memo
from louver.core.filters.resolve import Resolver
from louver.core.filters.source import Lines
from louver.core.filters.verdict import Verdict

if TYPE_CHECKING:
    from collections.abc import Sequence

    from louver.core.facts import Headers, ResourceType
    from louver.core.filters.compile import Tables
    from louver.core.filters.source import ListStats, Source
    from louver.core.filters.verdict import Match

VERDICTS_KEPT: Final = 32_768
PAGES_KEPT: Final = 1_024
LONGEST_KEPT: Final = 2_048
"""Verdicts on longer URLs are not remembered, so that the memo stays below about 16 MB."""


class Filters:
    """Compiled lists. Asking changes nothing but what is remembered to answer faster next time.

    `page_site` and `site` are the registrable domains of the page and of the request's host; the caller has them
    anyway. They must follow from the URLs: answers are remembered by URL, page, type and method.
    """

    __slots__ = ("_lines", "_resolver", "pages", "stats", "tables", "verdicts")

    def __init__(self, tables: Tables, stats: Sequence[ListStats], lines: Lines) -> None:
        self.tables = tables
        self.stats = tuple(stats)
        self._lines = lines
        self._resolver = Resolver(tables, lines)
        self.verdicts = Memo[tuple[str, str | None, str, str], Verdict](VERDICTS_KEPT)
        self.pages = Memo[str, Page](PAGES_KEPT)

    def verdict(
        self,
        url: str,
        page_url: str | None,
        page_site: str,
        site: str,
        type: ResourceType,  # noqa: A002  (the word of the interface)
        method: str = "GET",
    ) -> Verdict:
        """Say what the lists say about a request. `page_url` is None where no page is known."""
        key = (url, page_url, type, method)
        known = self.verdicts.get(key)
        if known is not None:
            return known
        verdict = self._resolver.decide(self._ask(url, page_url, page_site, site, type, method), url)
        if len(url) <= LONGEST_KEPT:
            self.verdicts.put(key, verdict)
        return verdict

    def response_verdict(
        self,
        url: str,
        page_url: str | None,
        page_site: str,
        site: str,
        type: ResourceType,  # noqa: A002  (the word of the interface)
        method: str = "GET",
        headers: Headers = (),
    ) -> Verdict:
        """Say whether a response is blocked by a rule about its headers; all else is known with the request."""
        return self._resolver.respond(self._ask(url, page_url, page_site, site, type, method), headers)

    def explain(
        self,
        url: str,
        page_url: str | None,
        page_site: str,
        site: str,
        type: ResourceType,  # noqa: A002  (the word of the interface)
        method: str = "GET",
    ) -> Sequence[Match]:
        """Return every rule that matches, those that decide over others first."""
        ask = self._ask(url, page_url, page_site, site, type, method)
        return explain(self._resolver, self._lines, ask, self._resolver.decide(ask, url))

    def _ask(self, url: str, page_url: str | None, page_site: str, site: str, kind: ResourceType, method: str) -> Ask:
        return Ask(url, self._page(page_url, page_site), site, kind, method.upper(), self._resolver.known)

    def _page(self, url: str | None, site: str) -> Page:
        if url is None:
            return NO_PAGE
        page = self.pages.get(url)
        if page is None:
            page = Page(url, host_of(url), site)
            self.pages.put(url, page)
        return page


def compile_filters(sources: Sequence[Source]) -> Filters:
    """Read lists and make them ready. Nothing raises: what cannot be used is counted in `stats`."""
    lines = Lines(sources)
    tables, stats = compile_tables(sources, lines)
    return Filters(tables, stats, lines)
