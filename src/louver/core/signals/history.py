"""Knows where a value was seen before and how a name's values change; sees keyed digests only, never a value.

Bounded: the least recently seen digests and names are forgotten first. Time is an argument, in Unix seconds.
"""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

DAY: Final = 86_400.0
PERSISTS: Final = DAY
CHURN_WINDOW: Final = 2 * DAY
CHURN_VALUES: Final = 3
"""More different values of one name than this within the window are no identifier (Yu et al., WWW 2016)."""
MOST_SITES: Final = 16
FORGET: Final = 90 * DAY


@dataclass(frozen=True, slots=True)
class Sighting:
    """What is known once a value was seen. `sites` counts to `MOST_SITES`; `persisted`: more than a day apart."""

    sites: int
    persisted: bool
    churning: bool


@dataclass(slots=True)
class _Life:
    first: float
    last: float
    sites: set[str] = field(default_factory=set)


type Row = tuple[str, float, float, tuple[str, ...]]
"""A digest, when it was first and last seen, and on which sites: what survives a restart."""


class History:
    """Values by digest, and the digests of each name at each recipient. Sites may be names or digests, as one likes."""

    def __init__(self, capacity: int = 50_000) -> None:
        self._capacity = capacity
        self._lives: OrderedDict[str, _Life] = OrderedDict()
        self._names: OrderedDict[tuple[str, str], dict[str, float]] = OrderedDict()

    def __len__(self) -> int:
        """Return how many digests are remembered."""
        return len(self._lives)

    def see(self, digest: str, *, recipient: str, name: str, site: str, at: float) -> Sighting:
        """Note that a value was sent to `recipient` as `name` from a page of `site`, and say what is known of it."""
        life = self._lives.pop(digest, None)
        if life is None or at - life.last > FORGET:
            life = _Life(at, at)
        self._lives[digest] = life
        life.first, life.last = min(life.first, at), max(life.last, at)
        if len(life.sites) < MOST_SITES:
            life.sites.add(site)
        churning = self._churns((recipient, name), digest, at)
        self._forget()
        return Sighting(len(life.sites), life.last - life.first > PERSISTS, churning)

    def known(self, digest: str) -> tuple[int, bool]:
        """Return on how many sites a value was seen, and whether it persisted; notes nothing."""
        life = self._lives.get(digest)
        return (0, False) if life is None else (len(life.sites), life.last - life.first > PERSISTS)

    def rows(self) -> Iterator[Row]:
        """Yield what to keep, least recently seen first."""
        for digest, life in self._lives.items():
            yield digest, life.first, life.last, tuple(sorted(life.sites))

    def restore(self, rows: Iterable[Row]) -> None:
        """Take back what `rows` gave; what was seen since is merged with it and stays the more recent."""
        since = dict(self._lives)
        self._lives.clear()
        for digest, first, last, sites in rows:
            self._lives[digest] = _Life(first, last, set(sites[:MOST_SITES]))
        for digest, life in since.items():
            old = self._lives.pop(digest, life)
            both = set(sorted(old.sites | life.sites)[:MOST_SITES])
            self._lives[digest] = _Life(min(old.first, life.first), max(old.last, life.last), both)
        self._forget()

    def _churns(self, key: tuple[str, str], digest: str, at: float) -> bool:
        values = self._names.pop(key, {})
        values.pop(digest, None)
        values[digest] = at
        self._names[key] = recent = {
            one: seen for one, seen in list(values.items())[-CHURN_VALUES - 1 :] if abs(at - seen) <= CHURN_WINDOW
        }
        return len(recent) > CHURN_VALUES

    def _forget(self) -> None:
        while len(self._lives) > self._capacity:
            self._lives.popitem(last=False)
        while len(self._names) > self._capacity:
            self._names.popitem(last=False)
