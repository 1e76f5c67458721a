"""Knows how to tell who a recipient is to a page: site, owner, party three ways, tracker. No policy in here."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from louver.core.decision import Tracker
from louver.core.facts import Parties, Party, ResourceType

if TYPE_CHECKING:
    from louver.core.sites import Sites
    from louver.core.tables import Tables

CACHED: Final = 16_384


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
        cloaked = self._cloaked(host, cnames) if by_site is Party.FIRST else None
        tracker = cloaked or self.tables.tracker(host)
        owner = cloaked.owner if cloaked else self.tables.owner(host)
        by_cname = Party.THIRD if cloaked else by_site
        parties = Parties(by_site, self._by_owner(host, page_host, by_site), by_cname)
        return Recipient(host, self.sites.site(host), owner, tracker, parties)

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
        """Return the tracker that a first-party name stands for, from the DNS chain or from a table."""
        for name in (host, *cnames):
            target = self.tables.cname(name) or (name if name != host else None)
            tracker = target and (self.tables.tracker(target) or self._listed_target(name, target))
            if tracker:
                return tracker
        return None

    def _listed_target(self, name: str, target: str) -> Tracker | None:
        """Return a tracker for a target that our tables list for cloaking but do not know otherwise."""
        if self.tables.cname(name) is None:
            return None
        return Tracker(target, self.tables.owner(target) or target, "analytics")


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
