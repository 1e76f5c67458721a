"""Knows what would change if another policy had decided over a span of the ledger. Pure but for its own sums."""

from __future__ import annotations

from collections import Counter, defaultdict
from typing import TYPE_CHECKING, Final

import msgspec

from louver.core.decision import Fate
from louver.core.facts import Party
from louver.core.signals.kinds import IDENTIFYING
from louver.core.signals.signal import Grade
from louver.reports.replay import LIMITS, STOPPED, replay

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from louver.core.policy import Policy
    from louver.ledger.rows import Logged

EXAMPLES: Final = 20
LISTED: Final = 50
"""Sites, entities and kinds named at most."""


class Counts(msgspec.Struct, frozen=True):
    """Signals by outcome."""

    shared: int
    rewritten: int
    blocked: int


class Change(msgspec.Struct, frozen=True):
    """One site, entity or kind: requests stopped and signals by outcome, as it was and as it would be."""

    name: str
    stopped_before: int
    stopped_after: int
    before: Counts
    after: Counts


class Example(msgspec.Struct, frozen=True):
    """An exchange that would have gone another way."""

    id: int
    site: str
    host: str
    type: str
    before: str
    after: str
    reason: str


class WhatIf(msgspec.Struct, frozen=True):
    """What would change: how many exchanges differ, and who could recognise the person before and after.

    `not_replayed` are exchanges that Louver failed on; `limits` says what a replay cannot know.
    """

    policy: str
    exchanges: int
    changed: int
    not_replayed: int
    newly_stopped: int
    newly_passed: int
    total: Change
    recognisers_before: list[str]
    recognisers_after: list[str]
    sites: list[Change]
    entities: list[Change]
    kinds: list[Change]
    examples: list[Example]
    limits: list[str]


class _Sums:
    """Both sides of one name."""

    def __init__(self) -> None:
        self.before: Counter[str] = Counter()
        self.after: Counter[str] = Counter()
        self.stopped = [0, 0]

    def change(self, name: str) -> Change:
        counts = [Counts(*(side[fate] for fate in ORDER)) for side in (self.before, self.after)]
        return Change(name, self.stopped[0], self.stopped[1], *counts)


ORDER: Final = (Fate.SHARED.value, Fate.REWRITTEN.value, Fate.BLOCKED.value)


class Replays:
    """Adds up exchanges under a policy: `add` some at a time, then `result`."""

    def __init__(self, policy: Policy) -> None:
        self._policy = policy
        self._exchanges = self._changed = self._failed = 0
        self._newly = [0, 0]
        self._total = _Sums()
        self._sites: dict[str, _Sums] = defaultdict(_Sums)
        self._entities: dict[str, _Sums] = defaultdict(_Sums)
        self._kinds: dict[str, _Sums] = defaultdict(_Sums)
        self._knew: tuple[set[str], set[str]] = (set(), set())
        self._examples: dict[tuple[str, ...], Example] = {}

    def add(self, rows: Iterable[Logged]) -> None:
        """Replay some exchanges."""
        for row in rows:
            self._add(row)

    def result(self) -> WhatIf:
        """Return what would have changed in everything added so far."""
        return WhatIf(
            policy=self._policy.name,
            exchanges=self._exchanges,
            changed=self._changed,
            not_replayed=self._failed,
            newly_stopped=self._newly[0],
            newly_passed=self._newly[1],
            total=self._total.change("all"),
            recognisers_before=sorted(self._knew[0]),
            recognisers_after=sorted(self._knew[1]),
            sites=_listed(self._sites),
            entities=_listed(self._entities),
            kinds=_listed(self._kinds),
            examples=list(self._examples.values()),
            limits=list(LIMITS),
        )

    def _add(self, row: Logged) -> None:
        made = replay(row, self._policy)
        if made is None:
            self._failed += 1
            return
        self._exchanges += 1
        before, after = row.action in STOPPED, made.action in STOPPED
        self._newly[0] += after and not before
        self._newly[1] += before and not after
        entity = row.owner or row.host
        about = (self._total, self._sites[row.site], self._entities[entity])
        for sums in about:
            sums.stopped[0] += before
            sums.stopped[1] += after
        differs = before != after
        for one, other in zip(row.signals, made.signals, strict=True):
            differs |= one.outcome != other.outcome
            for sums in (*about, self._kinds[one.kind]):
                sums.before[one.outcome] += 1
                sums.after[other.outcome] += 1
            if one.kind in IDENTIFYING and one.grade != Grade.POSSIBLE and row.party == Party.THIRD:
                for side, outcome in zip(self._knew, (one.outcome, other.outcome), strict=True):
                    if outcome == Fate.SHARED:
                        side.add(entity)
        self._changed += differs
        if differs and len(self._examples) < EXAMPLES:
            key = (row.site, row.host, row.type, row.action, made.action)
            told = Example(row.id, row.site, row.host, row.type, row.action, made.action, made.reason)
            self._examples.setdefault(key, told)


def _listed(sums: Mapping[str, _Sums]) -> list[Change]:
    changes = [one.change(name) for name, one in sums.items()]
    moved = [one for one in changes if one.before != one.after or one.stopped_before != one.stopped_after]
    return sorted(moved, key=_size, reverse=True)[:LISTED]


def _size(change: Change) -> int:
    before, after = change.before, change.after
    return (
        abs(before.shared - after.shared)
        + abs(before.rewritten - after.rewritten)
        + abs(before.blocked - after.blocked)
        + abs(change.stopped_before - change.stopped_after)
    )
