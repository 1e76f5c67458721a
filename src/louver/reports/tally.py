"""Knows how to count over many outcomes: requests by what happened to them, signals by kind and outcome."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from louver.core.decision import Action, Fate
from louver.core.facts import Party

if TYPE_CHECKING:
    from louver.core.decision import Outcome
    from louver.core.signals.signal import Kind


class Tally:
    """Counts that add up over exchanges; the table is Markdown, so that it can go into a document as it is."""

    def __init__(self) -> None:
        self.actions: Counter[tuple[str, Action]] = Counter()
        self.fates: Counter[tuple[Kind, Fate]] = Counter()
        self.skipped: Counter[str] = Counter()

    def add(self, outcome: Outcome) -> None:
        """Count one exchange."""
        party = "third-party" if outcome.parties.by_site is Party.THIRD else "first-party"
        self.actions[party, outcome.decision.action] += 1
        self.fates.update((treated.signal.kind, treated.outcome) for treated in outcome.treated)

    def skip(self, reasons: Counter[str]) -> None:
        """Count what could not be used."""
        self.skipped += reasons

    def table(self) -> str:
        """Return both tables and what was left out."""
        return "\n".join([*self._requests(), "", *self._signals(), *self._left_out()])

    def _requests(self) -> list[str]:
        rows = [
            "| requests | passed | blocked | redirected | answered by a stand-in |",
            "| --- | ---: | ---: | ---: | ---: |",
        ]
        for party in ("first-party", "third-party"):
            counts = [self.actions[party, action] for action in Action]
            rows.append(f"| {party} | {' | '.join(map(str, counts))} |")
        return rows

    def _signals(self) -> list[str]:
        rows = ["| signal | shared | blocked | rewritten |", "| --- | ---: | ---: | ---: |"]
        totals = Counter({kind: 0 for kind, _ in self.fates})
        for (kind, _), count in self.fates.items():
            totals[kind] += count
        for kind, _ in totals.most_common():
            rows.append(f"| {kind} | {' | '.join(str(self.fates[kind, fate]) for fate in Fate)} |")
        return rows

    def _left_out(self) -> list[str]:
        return [f"\n{count} entries left out: {reason}" for reason, count in self.skipped.items()]
