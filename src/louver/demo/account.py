"""Knows what a ledger says of one tour, recipient by recipient, as plain values; how it is read is not known here."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from louver.core.decision import Fate

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from louver.demo.learnt import Learnt


@dataclass(slots=True)
class Dealings:
    """What one recipient got in the course of a visit to one site. `signals` counts by kind and outcome."""

    owner: str | None
    category: str | None
    requests: int = 0
    refused: int = 0
    signals: Counter[tuple[str, str]] = field(default_factory=Counter)

    def kinds(self, outcome: str) -> list[str]:
        """Return the kinds with this outcome, most frequent first."""
        found = Counter({kind: count for (kind, fate), count in self.signals.items() if fate == outcome})
        return [kind for kind, _ in found.most_common()]

    def total(self, outcome: str) -> int:
        """Return how many signals had this outcome."""
        return sum(count for (_, fate), count in self.signals.items() if fate == outcome)

    def as_json(self) -> dict[str, object]:
        """Return the same for a machine."""
        kinds = sorted({kind for kind, _ in self.signals})
        counts = {
            kind: {fate: self.signals[kind, fate] for fate in FATES if self.signals[kind, fate]} for kind in kinds
        }
        return {"requests": self.requests, "refused": self.refused, "signals": counts}


FATES: Final = tuple(fate.value for fate in Fate)

NOTHING: Final = Dealings(None, None)
"""What a recipient got that was never asked."""

type Account = Mapping[tuple[str, str], Dealings]
"""Dealings by site and recipient host."""


@dataclass(frozen=True, slots=True)
class Tour:
    """One tour under one policy: who went, what the ledger says, what the watchers learnt, and what worked."""

    policy: str
    visitor: str
    account: Account
    learnt: Learnt
    works: Mapping[str, bool]
    seconds: float
    ledger: str | None = None

    def total(self, outcome: str) -> int:
        """Return how many signals of the whole tour had this outcome."""
        return sum(dealings.total(outcome) for dealings in self.account.values())


def account_of(recipients: Iterable[Mapping[str, object]], signals: Iterable[Mapping[str, object]]) -> Account:
    """Put a ledger's rows together: one per recipient of a site, and one per kind and outcome with its count."""
    account: dict[tuple[str, str], Dealings] = {}
    for row in recipients:
        owner, category = row["owner"], row["category"]
        account[str(row["site"]), str(row["host"])] = Dealings(
            None if owner is None else str(owner),
            None if category is None else str(category),
            int(str(row["exchanges"])),
            int(str(row["refused"])),
        )
    for row in signals:
        account[str(row["site"]), str(row["host"])].signals[str(row["kind"]), str(row["outcome"])] += int(
            str(row["count"])
        )
    return account


def recipients_of(site: str, tours: Sequence[Tour]) -> list[str]:
    """Return the recipients of a site that a tour has a signal of; who got most in the first tour comes first."""
    hosts = {
        host for tour in tours for (where, host), dealings in tour.account.items() if where == site and dealings.signals
    }
    first = tours[0].account
    return sorted(hosts, key=lambda host: (-first.get((site, host), NOTHING).total("shared"), host))
