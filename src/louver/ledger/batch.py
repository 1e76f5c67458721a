"""Knows what is written together, and makes exchanges ready; knows nothing of files. Pure but for its own sums."""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import batched, chain
from typing import TYPE_CHECKING, NamedTuple

from louver.ledger.days import Days
from louver.ledger.keeping import Detail
from louver.ledger.record import PolicyRow, RuleRow, record, row_id, rule_id, rule_row, signal_rows
from louver.ledger.statements import AT_ONCE
from louver.ledger.tallies import Tallies

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from louver.core.decision import Outcome
    from louver.core.digests import Digest
    from louver.ledger.record import Coverage, Exchange, Fault, PageRow, Passthrough, Ruleset, SignalRow


class Pending(NamedTuple):
    """An exchange as it was put: the arguments of `record`, and the rules in force at that time."""

    outcome: Outcome
    at: float
    ruleset: int | None
    duration: float | None
    sent: int
    received: int
    client: str
    coverage: Coverage


class Ready(NamedTuple):
    """An exchange as it will be written; it refers to no body and to no value any more."""

    ruleset: int | None
    exchange: Exchange
    signals: Sequence[SignalRow]
    texts: tuple[RuleRow | PolicyRow, ...]
    """Rules and policy rows that the file may not know yet."""


@dataclass(slots=True)
class Batch:
    """Records that are written in one transaction. `lost` counts exchanges that turned out to be unreadable."""

    exchanges: list[Pending | Ready] = field(default_factory=list)
    pages: list[PageRow] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    passthroughs: list[Passthrough] = field(default_factory=list)
    rulesets: list[Ruleset] = field(default_factory=list)
    lost: int = 0

    def __len__(self) -> int:
        return len(self.exchanges) + len(self.pages) + len(self.faults) + len(self.passthroughs) + len(self.rulesets)


class Intake:
    """Makes a batch's exchanges ready, one by one as they are asked for, and remembers how far it has come.

    `done` holds what is ready, `days` and `tallies` their sums, `lost` counts exchanges that cannot be read at all.
    """

    def __init__(self, batch: Batch, digest: Digest, known: set[int], detail: Detail = Detail.FULL) -> None:
        self.done: list[Ready] = []
        self.days = Days()
        self.tallies = Tallies()
        self.lost = 0
        self._digest = digest
        self._known = known
        self._detail = detail
        self._coming = self._take(iter(batch.exchanges))

    def rows(self, run: int, rest: list[tuple[object, ...]]) -> Iterator[list[object]]:
        """Yield the parameters of `ADD_EXCHANGES`; what does not fill one more statement goes to `rest`.

        Runs in the database's thread, some rows at a time between insertions, so that the event loop gets its turns.
        """
        for some in batched(self._coming, AT_ONCE):
            rows = [(run, one.ruleset, *one.exchange) for one in some]
            if len(rows) == AT_ONCE:
                yield list(chain.from_iterable(rows))
            else:
                rest += rows

    def remaining(self) -> Iterator[Ready]:
        """Yield what nobody has asked for yet."""
        return self._coming

    def texts(self) -> set[RuleRow | PolicyRow]:
        """Return the rules and policy rows that the file may not know yet."""
        return set(chain.from_iterable(one.texts for one in self.done))

    def _take(self, waiting: Iterator[Pending | Ready]) -> Iterator[Ready]:
        for one in waiting:
            try:
                ready = one if isinstance(one, Ready) else self._made_ready(one)
            except Exception:  # noqa: BLE001  (whatever one exchange holds, the others must be written; it is counted)
                self.lost += 1
                continue
            self.done.append(ready)
            self._add_up(ready)
            yield ready

    def _add_up(self, ready: Ready) -> None:
        exchange, signals = ready.exchange, ready.signals
        self.days.add(exchange, signals)
        self.tallies.add_type(exchange)
        if self._detail is not Detail.SITES:
            self.tallies.add(exchange, signals)

    def _made_ready(self, one: Pending) -> Ready:
        outcome, at, ruleset, duration, sent, received, client, coverage = one
        rows = signal_rows(outcome.treated, self._digest)
        exchange = record(
            outcome,
            at,
            self._digest,
            duration=duration,
            sent=sent,
            received=received,
            client=client,
            coverage=coverage,
            rows=rows,
        )
        if self._detail is Detail.FULL:
            return Ready(ruleset, exchange, rows, tuple(self._new_texts(outcome)))
        spare = exchange._replace(path="", location=None, client="")
        return Ready(ruleset, spare, rows, () if self._detail is Detail.SITES else tuple(self._new_texts(outcome)))

    def _new_texts(self, outcome: Outcome) -> Iterator[RuleRow | PolicyRow]:
        for rule in (outcome.rule, outcome.exception):
            if rule is not None and rule_id(rule) not in self._known:
                yield rule_row(rule)
        for treated in outcome.treated:
            if row_id(treated.row) not in self._known:
                yield PolicyRow(row_id(treated.row), treated.row)
