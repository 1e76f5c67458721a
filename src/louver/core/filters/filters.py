"""Knows the lists as one thing to be asked about requests, and remembers its answers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from louver.core.filters.ask import NO_PAGE, Ask, Page
from louver.core.filters.compile import compile_tables
from louver.core.filters.explain import explain
from louver.core.filters.memo import Memo
from louver.core.filters.resolve import Resolver
from louver.core.filters.source import Lines
from louver.core.filters.verdict import PASS, Verdict
from louver.core.sites import host_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from louver.core.decision import RuleRef
    from louver.core.facts import Headers, ResourceType
    from louver.core.filters.compile import Tables
    from louver.core.filters.source import ListStats, Source
    from louver.core.filters.verdict import Match

VERDICTS_KEPT: Final = 32_768
PAGES_KEPT: Final = 1_024
LONGEST_KEPT: Final = 1_024
"""Verdicts on longer URLs are not remembered: they are few (2 %), and so the memo holds about 12 MB of ordinary URLs
and 50 MB of the longest."""


class Filters:
    """Compiled lists. Asking changes nothing but what is remembered to answer faster next time.

    `page_url` is None where no page is known. `page_site` and `site` are the registrable domains of the page and of
    the request's host, and `host` (lower case) is that host where the caller has it. These must follow from the URLs:
    answers are remembered by URL, page, type and method.
    """

    __slots__ = ("_lines", "_pages", "_resolver", "stats", "tables", "verdicts")

    def __init__(self, tables: Tables, stats: Sequence[ListStats], lines: Lines) -> None:
        self.tables = tables
        self.stats = tuple(stats)
        self._lines = lines
        self._resolver = Resolver(tables, lines)
        self._pages: dict[str, Page] = {}
        self.verdicts = Memo[tuple[str, str | None, str, str], Verdict](VERDICTS_KEPT)

    def verdict(
        self,
        url: str,
        page_url: str | None,
        page_site: str,
        site: str,
        type: ResourceType,  # noqa: A002  (the word of the interface)
        method: str = "GET",
        host: str | None = None,
    ) -> Verdict:
        """Say what the lists say about a request."""
        key = (url, page_url, type, method)
        known = self.verdicts.get(key) or self.verdicts.recall(key)
        if known is not None:
            return known
        ask = self._ask(url, page_url, page_site, site, type, method, host)
        verdict = self._resolver.decide(ask, url)
        if len(url) <= LONGEST_KEPT:
            self.verdicts.keep(key, verdict)
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
        if not self._resolver.reads_responses:
            return PASS
        return self._resolver.respond(self._ask(url, page_url, page_site, site, type, method, None), headers)

    def keeps_name(self, url: str, page_url: str | None, page_site: str, site: str, type: ResourceType) -> bool:  # noqa: A002
        """Tell whether a rule (`@@…$cname`) wants a host to be taken for what it is called, whatever DNS says."""
        if not self._resolver.reads_names:
            return False
        return self._resolver.keeps_name(self._ask(url, page_url, page_site, site, type, "GET", None))

    def exception(
        self,
        url: str,
        page_url: str | None,
        page_site: str,
        site: str,
        type: ResourceType,  # noqa: A002  (the word of the interface)
        method: str = "GET",
    ) -> RuleRef | None:
        """Return the exception that a request falls under, also where no rule would block it."""
        return self._resolver.exempt(self._ask(url, page_url, page_site, site, type, method, None))

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
        ask = self._ask(url, page_url, page_site, site, type, method, None)
        return explain(self._resolver, self._lines, ask, self._resolver.decide(ask, url))

    def _ask(
        self,
        url: str,
        page_url: str | None,
        page_site: str,
        site: str,
        kind: ResourceType,
        method: str,
        host: str | None,
    ) -> Ask:
        if page_url is None:
            page = NO_PAGE
        elif (known := self._pages.get(page_url)) is not None:
            page = known
        else:
            page = self._meet(page_url, page_site)
        return Ask(url, host_of(url) if host is None else host, page, site, kind, method, self._resolver.known)

    def _meet(self, url: str, site: str) -> Page:
        if len(self._pages) >= PAGES_KEPT:
            self._pages.clear()
        page = self._pages[url] = Page(url, host_of(url), site)
        return page


def compile_filters(sources: Sequence[Source]) -> Filters:
    """Read lists and make them ready. Nothing raises: what cannot be used is counted in `stats`."""
    lines = Lines(sources)
    tables, stats = compile_tables(sources, lines)
    return Filters(tables, stats, lines)
