"""Knows our own tables (owners, trackers, cookies, parameters, CNAMEs): how to read their text and look things up.

Where the text comes from is somebody else's business. Every look-up is a few dictionary reads behind a bounded cache,
because each request asks several of them.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING, Any, Final

from louver.core import rows
from louver.core.decision import Tracker
from louver.core.names import Names
from louver.core.rows import Column, TableError
from louver.core.signals.signal import Kind, Purpose
from louver.core.sites import suffixes

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

__all__ = ["CATEGORIES", "OWN_HOSTS", "CookieFact", "ParameterFact", "TableError", "Tables", "merge", "parse_table"]

CACHED_HOSTS: Final = 16_384
CACHED_NAMES: Final = 32_768
OWN_HOSTS: Final = "owner"
"""In a fact's `hosts`: every host of the fact's owner, however many there are."""

CATEGORIES: Final = frozenset(
    {
        "advertising",
        "affiliate",
        "analytics",
        "captcha",
        "cdn",
        "consent",
        "customer-interaction",
        "email",
        "fingerprinting",
        "hosting",
        "payment",
        "search",
        "security",
        "session-replay",
        "social",
        "tag-manager",
        "utility",
        "video",
    }
)
"""What a recipient does; policies speak of recipients by these words."""


@dataclass(frozen=True, slots=True)
class CookieFact:
    """A known cookie. `*` in the name stands for any text; `hosts` limits it, empty means wherever it is seen."""

    name: str
    owner: str
    purpose: Purpose
    kind: Kind | None = None
    hosts: tuple[str, ...] = ()
    source: str = ""


@dataclass(frozen=True, slots=True)
class ParameterFact:
    """A known URL parameter, by case-folded name; `hosts` limits it, empty means on every site."""

    name: str
    owner: str
    kind: Kind
    hosts: tuple[str, ...] = ()
    source: str = ""


class Tables:
    """Facts by name and host. Where two facts answer, the more exact name wins, then the host's own owner's fact."""

    def __init__(
        self,
        owners: Mapping[str, str] | None = None,
        trackers: Mapping[str, Tracker] | None = None,
        cookies: Sequence[CookieFact] = (),
        parameters: Sequence[ParameterFact] = (),
        cnames: Mapping[str, str] | None = None,
    ) -> None:
        """Index the facts; `owners` is domain → owner, `cnames` is cloaked host or cloaking target → tracker."""
        self.trackers: Mapping[str, Tracker] = trackers or {}
        self.owners: Mapping[str, str] = {domain: t.owner for domain, t in self.trackers.items()} | dict(owners or {})
        self.cnames: Mapping[str, str] = cnames or {}
        self.cookies = tuple(cookies)
        self.parameters = tuple(parameters)
        self._owner = lru_cache(CACHED_HOSTS)(self._find_owner)
        self._tracker = lru_cache(CACHED_HOSTS)(self._find_tracker)
        self._cname = lru_cache(CACHED_HOSTS)(self._find_cname)
        self._cookie = lru_cache(CACHED_NAMES)(self._find_cookie)
        self._parameter = lru_cache(CACHED_NAMES)(self._find_parameter)

    def owner(self, host: str) -> str | None:
        """Return the organisation behind a host, by the longest domain known."""
        return self._owner(host)

    def tracker(self, host: str) -> Tracker | None:
        """Return what is known of a host as a tracker, by the longest domain known."""
        return self._tracker(host)

    def cookie(self, name: str, host: str) -> CookieFact | None:
        """Return the fact for a cookie of this name (case counts) that `host` sets or is sent."""
        return self._cookie(name, host)

    def parameter(self, name: str, host: str) -> ParameterFact | None:
        """Return the fact for a decoded URL parameter name (case does not count) in a URL of `host`."""
        return self._parameter(name.lower(), host)

    def cname(self, host: str) -> str | None:
        """Return the tracker behind a host that is known to be cloaked, or that lies under a cloaking target."""
        return self._cname(host)

    @cached_property
    def _cookie_names(self) -> Names[CookieFact]:
        return Names((fact.name, fact) for fact in self.cookies)

    @cached_property
    def _parameter_names(self) -> Names[ParameterFact]:
        return Names((fact.name.lower(), fact) for fact in self.parameters)

    def _find_owner(self, host: str) -> str | None:
        return next((self.owners[name] for name in suffixes(host) if name in self.owners), None)

    def _find_tracker(self, host: str) -> Tracker | None:
        return next((self.trackers[name] for name in suffixes(host) if name in self.trackers), None)

    def _find_cname(self, host: str) -> str | None:
        return next((self.cnames[name] for name in suffixes(host) if name in self.cnames), None)

    def _find_cookie(self, name: str, host: str) -> CookieFact | None:
        return self._best(self._cookie_names.find(name), host)

    def _find_parameter(self, name: str, host: str) -> ParameterFact | None:
        return self._best(self._parameter_names.find(name), host)

    def _best[F: (CookieFact, ParameterFact)](self, tiers: Sequence[Sequence[F]], host: str) -> F | None:
        if not tiers:
            return None
        owner = self.owner(host)
        for tier in tiers:
            fits = [fact for fact in tier if not fact.hosts or _is_on(fact.hosts, fact.owner, host, owner)]
            if fits:
                return min(fits, key=lambda fact: (fact.owner != owner, not fact.hosts))
        return None


def _is_on(hosts: tuple[str, ...], fact_owner: str, host: str, owner: str | None) -> bool:
    if OWN_HOSTS in hosts and fact_owner == owner:
        return True
    return not set(hosts).isdisjoint(suffixes(host))


def merge(tables: Sequence[Tables]) -> Tables:
    """Return one table of all; where two speak of the same thing, the later one wins."""
    owners: dict[str, str] = {}
    trackers: dict[str, Tracker] = {}
    cnames: dict[str, str] = {}
    for table in tables:
        owners |= table.owners
        trackers |= table.trackers
        cnames |= table.cnames
    latest_first = tables[::-1]
    cookies = _distinct(fact for table in latest_first for fact in table.cookies)
    parameters = _distinct(fact for table in latest_first for fact in table.parameters)
    return Tables(owners, trackers, cookies, parameters, cnames)


def _distinct[F: (CookieFact, ParameterFact)](facts: Iterable[F]) -> tuple[F, ...]:
    first: dict[tuple[str, str, tuple[str, ...]], F] = {}
    for fact in facts:
        first.setdefault((fact.name, fact.owner, fact.hosts), fact)
    return tuple(first.values())


def parse_table(text: str, source: str) -> Tables:
    """Read a table in YAML or JSON; `source` names it in facts and errors. Raises TableError."""
    return rows.read_document(text, source, lambda document: _read(document, source))


def _read(document: Mapping[str, Any], source: str) -> Tables:
    rows.only_known(document, SECTIONS)
    owners = rows.read_pairs(document, "owners", rows.text, rows.domains)
    return Tables(
        {domain: owner for owner, domains in owners for domain in domains},
        {row["domain"]: Tracker(**row) for row in rows.read_rows(document, "trackers", TRACKER)},
        [CookieFact(**row, source=source) for row in rows.read_rows(document, "cookies", COOKIE)],
        [ParameterFact(**row, source=source) for row in rows.read_rows(document, "parameters", PARAMETER)],
        dict(rows.read_pairs(document, "cnames", rows.domain, rows.domain)),
    )


TRACKER: Final = {
    "domain": Column(rows.domain),
    "owner": Column(rows.text),
    "category": Column(rows.one_of(CATEGORIES)),
    "mixed": Column(rows.flag, required=False),
}

COOKIE: Final = {
    "name": Column(rows.pattern),
    "owner": Column(rows.text),
    "purpose": Column(rows.member(Purpose)),
    "kind": Column(rows.member(Kind), required=False),
    "hosts": Column(rows.domains, required=False),
}

PARAMETER: Final = {
    "name": Column(rows.pattern),
    "owner": Column(rows.text),
    "kind": Column(rows.member(Kind)),
    "hosts": Column(rows.domains, required=False),
}

SECTIONS: Final = ("owners", "trackers", "cookies", "parameters", "cnames")
