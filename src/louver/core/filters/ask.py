"""Knows one request and its page in the form that matching needs; knows nothing of rules."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from louver.core.filters.hosts import host_keys
from louver.core.filters.needles import url_tokens
from louver.core.filters.situation import BITS, SAME_HOST, SAME_SITE, THIRD, UNKNOWN

if TYPE_CHECKING:
    from collections.abc import Container, Sequence

    from louver.core.facts import ResourceType
    from louver.core.filters.finding import Finder, Live
    from louver.core.filters.rows import Row
    from louver.core.filters.rule import Family

LONGEST: Final = 8192
"""Rules see this much of a URL. A longer one is cut and closed with NUL, so that no rule takes the cut for the end."""

_HOST: Final = re.compile(r"[a-z][a-z0-9+.-]*://(?:[^/?#@\\]*@)?(\[[^\]/?#]*\]|[^/?#:\\]*)").match


class Page:
    """The page that asks: its host, every name that its host goes by, and what rules made of it so far."""

    __slots__ = ("facts", "host", "keys", "live", "site", "url")

    def __init__(self, url: str, host: str, site: str) -> None:
        self.url = url
        self.host = host
        self.site = site
        self.keys = host_keys(host, site) if host else frozenset[str]()
        self.live: dict[Finder, Sequence[Live]] = {}
        self.facts: dict[Family, Row | None] = {}


NO_PAGE: Final = Page("", "", "")


class Ask:
    """The question about one request. `lower` is its URL in lower case.

    `known` are the tokens that any rule is filed under.
    """

    __slots__ = ("_keys", "_known", "_span", "_tokens", "bit", "host", "lower", "method", "page", "site", "url")

    def __init__(
        self, url: str, host: str, page: Page, site: str, kind: ResourceType, method: str, known: Container[bytes]
    ) -> None:
        if len(url) > LONGEST:
            url = url[:LONGEST] + "\0"
        self.url = url
        self.lower = url.lower()
        self.host = host
        self.page = page
        self.site = site
        self.method = method
        if page.site == site and page is not NO_PAGE:
            party = SAME_HOST if page.host == host else SAME_SITE
        else:
            party = UNKNOWN if page is NO_PAGE else THIRD
        self.bit = BITS[kind][party]
        self._known = known
        self._span: tuple[int, int] | None = None
        self._tokens: list[bytes] | None = None
        self._keys: frozenset[str] | None = None

    @property
    def span(self) -> tuple[int, int]:
        """Where the host stands in the URL."""
        if self._span is None:
            found = _HOST(self.lower)
            self._span = found.span(1) if found is not None else (0, 0)
        return self._span

    @property
    def tokens(self) -> list[bytes]:
        """The URL's tokens that some rule knows, in order."""
        if self._tokens is None:
            self._tokens = list(filter(self._known.__contains__, url_tokens(self.url)))
        return self._tokens

    @property
    def keys(self) -> frozenset[str]:
        """Every name that the request's host goes by."""
        if self._keys is None:
            self._keys = host_keys(self.host, self.site)
        return self._keys
