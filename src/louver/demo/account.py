"""Knows what a ledger says of one tour, recipient by recipient, as plain values; how it is read is not known here."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from louver.core.decision import Fate

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

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

CARRIED_ALONG: Final = frozenset({"click-id", "linker", "sync-id"})
"""What a site learns of its visitor from somebody else."""

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


def recipients_of(site: str, tours: Sequence[Tour]) -> list[str]:
    """Return the recipients of a site that a tour has a signal of; who got most in the first tour comes first."""
    found = [item for tour in tours for item in tour.account.items()]
    hosts = {host for (where, host), dealings in found if where == site and dealings.signals}
    first = tours[0].account
    return sorted(hosts, key=lambda host: (-first.get((site, host), NOTHING).total("shared"), host))


def told_others(tour: Tour, site: str, host: str) -> Dealings:
    """Return what a recipient got that is not the visited site's own business.

    A site may know its own cookies, and where in it a visitor has been; an id that came along with a link is another
    matter.
    """
    dealings = tour.account.get((site, host), NOTHING)
    if host != site:
        return dealings
    kept = {key: count for key, count in dealings.signals.items() if key[0] in CARRIED_ALONG}
    return Dealings(dealings.owner, dealings.category, dealings.requests, dealings.refused, Counter(kept))
