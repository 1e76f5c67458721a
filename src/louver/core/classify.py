"""Knows how to tell who a recipient is to a page: site, owner, party three ways, tracker. No policy in here."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from louver.core.decision import Tracker
from louver.core.facts import Parties, Party, ResourceType

if TYPE_CHECKING:
    from louver.core.decision import RuleRef
    from louver.core.sites import Sites
    from louver.core.tables import Tables

CACHED: Final = 16_384
_AUTHORITY: Final = re.compile(r"[a-z][a-z0-9+.-]*://(?:[^/?#@\\]*@)?(\[[^\]/?#]*\]|[^/?#:\\]*)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Recipient:
    """Who a request goes to, seen from one page."""

    host: str
    site: str
    owner: str | None
    tracker: Tracker | None
    parties: Parties


class Classifier:
    """Answers for a pair of hosts, from memory where the pair was seen before."""

    def __init__(self, sites: Sites, tables: Tables) -> None:
        self.sites, self.tables = sites, tables
        self.recipient = lru_cache(CACHED)(self._recipient)
        self.is_same_side = lru_cache(CACHED)(self._is_same_side)

    def _recipient(self, host: str, page_host: str | None, cnames: tuple[str, ...] = ()) -> Recipient:
        """Tell who `host` is to a page on `page_host` (None: unknown); `cnames` is what DNS says that it stands for."""
        by_site = self._by_site(host, page_host)
        parties = Parties(by_site, self._by_owner(host, page_host, by_site), by_site)
        plain = Recipient(host, self.sites.site(host), self.tables.owner(host), self.tables.tracker(host), parties)
        cloaked = self._cloaked(host, cnames) if by_site is Party.FIRST else None
        if cloaked is None or cloaked.owner == self.tables.owner(page_host or ""):
            return plain
        return _behind_a_name(plain, cloaked)

    def is_about(self, rule: RuleRef | None, target: str, page_host: str | None) -> bool:
        """Tell whether a rule speaks of a host that a first-party name stands for, and that host is somebody else.

        A rule about paths alone says nothing of the host: content networks would be accused by it.
        """
        if rule is None or (page_host is not None and self.is_same_side(target, page_host)):
            return False
        return self.sites.site(target) in rule.text.lower()

    def listed_behind_a_name(self, recipient: Recipient, target: str) -> Recipient:
        """Return who a recipient is once a list has named the host that it stands for."""
        if recipient.parties.by_cname is Party.THIRD:
            return recipient
        owner = self.tables.owner(target) or self.sites.site(target)
        return _behind_a_name(recipient, self.tables.tracker(target) or Tracker(target, owner, "analytics"))

    def _is_same_side(self, one: str, other: str) -> bool:
        if self.sites.site(one) == self.sites.site(other):
            return True
        owner = self.tables.owner(one)
        return owner is not None and owner == self.tables.owner(other)

    def _by_site(self, host: str, page_host: str | None) -> Party:
        if page_host is None or not host:
            return Party.UNKNOWN
        return Party.FIRST if self.sites.site(host) == self.sites.site(page_host) else Party.THIRD

    def _by_owner(self, host: str, page_host: str | None, by_site: Party) -> Party:
        if by_site is not Party.THIRD or page_host is None:
            return by_site
        mine, theirs = self.tables.owner(page_host), self.tables.owner(host)
        if mine is None or theirs is None:
            return Party.UNKNOWN
        return Party.FIRST if mine == theirs else Party.THIRD

    def _cloaked(self, host: str, cnames: tuple[str, ...]) -> Tracker | None:
        """Return the tracker that a first-party name stands for, from the DNS chain or from a table.

        Content networks are aliases too, and so are mail and shop services: who also does what a page needs is not
        accused, unless a table lists it for cloaking.
        """
        for name in (host, *cnames):
            listed = self.tables.cname(name)
            if listed is not None:
                return self.tables.tracker(listed) or Tracker(listed, self.tables.owner(listed) or listed, "analytics")
            tracker = self.tables.tracker(name) if name != host else None
            if tracker is not None and not tracker.mixed:
                return tracker
        return None


def with_host(url: str, host: str) -> str:
    """Return an absolute URL with another host."""
    found = _AUTHORITY.match(url)
    return url if found is None else url[: found.start(1)] + host + url[found.end(1) :]


def _behind_a_name(recipient: Recipient, tracker: Tracker) -> Recipient:
    parties = Parties(recipient.parties.by_site, recipient.parties.by_owner, Party.THIRD)
    return Recipient(recipient.host, recipient.site, tracker.owner, tracker, parties)


def effective_party(recipient: Recipient, kind: ResourceType) -> Party:
    """Reduce the three answers to the one that policy rows ask for.

    A cloaked recipient is third-party, the page's own owner is first-party, and a known tracker asked for something
    else than a document is third-party even where the page is unknown.
    """
    parties = recipient.parties
    if parties.by_cname is Party.THIRD and parties.by_site is Party.FIRST:
        return Party.THIRD
    if Party.FIRST in (parties.by_site, parties.by_owner):
        return Party.FIRST
    if parties.by_site is Party.UNKNOWN and recipient.tracker and kind is not ResourceType.DOCUMENT:
        return Party.UNKNOWN if recipient.tracker.mixed else Party.THIRD
    return parties.by_site
