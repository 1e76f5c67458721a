"""Knows how signals, identifiers and types of requests add up; knows nothing of databases. Pure but for its own sums.

Readers would otherwise have to take every exchange's signals apart: a second of work for each hundred thousand.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from operator import attrgetter
from typing import TYPE_CHECKING, Any, Final

import msgspec

from louver.core.decision import Action
from louver.ledger.days import SECONDS_A_DAY
from louver.ledger.record import IDENTIFIERS, POSSIBLE, SHARED

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from louver.ledger.record import Exchange, SignalRow

BAD_STATUS: Final = 400
DELIVERED: Final = frozenset({Action.PASS.value, Action.REDIRECT.value})
"""Actions after which the browser gets to what it wanted, if by a cleaner address."""

_decode: Final = msgspec.json.Decoder(list[list[Any]]).decode


@dataclass(slots=True)
class SignalDay:
    """The sums of one signal's name at one recipient on one day; the table `signal_days` documents the columns."""

    site: str
    day: int
    host: str
    kind: str
    outcome: str
    place: str
    name: str
    treatment: str
    purpose: str | None
    value_owner: str | None
    lifetime: float | None
    sure: int
    count: int
    first_at: float
    last_at: float


@dataclass(slots=True)
class Identifier:
    """One identifier at one recipient of one site; the table `identifiers` documents the columns."""

    site: str
    host: str
    digest: str
    thread: str
    recipient_site: str
    owner: str | None
    party: str
    kind: str
    place: str
    name: str
    links: str
    lifetime: float | None
    shared: int
    withheld: int
    first_at: float
    last_at: float


@dataclass(slots=True)
class TypeDay:
    """The requests of one type on one day; the table `type_days` documents the columns."""

    site: str
    day: int
    type: str
    exchanges: int = 0
    needed: int = 0
    kept: int = 0
    altered: int = 0
    troubled: int = 0


SIGNAL_COLUMNS: Final = tuple(field.name for field in fields(SignalDay))
IDENTIFIER_COLUMNS: Final = tuple(field.name for field in fields(Identifier))
TYPE_COLUMNS: Final = tuple(field.name for field in fields(TypeDay))

type Rows = list[tuple[object, ...]]


class Tallies:
    """Sums over a batch of exchanges, ready to be added to those on disk."""

    __slots__ = ("_identifiers", "_signals", "_types")

    def __init__(self) -> None:
        self._signals: dict[tuple[object, ...], SignalDay] = {}
        self._identifiers: dict[tuple[str, str, str], Identifier] = {}
        self._types: dict[tuple[str, int, str], TypeDay] = {}

    def add(self, exchange: Exchange, signals: Sequence[SignalRow]) -> None:
        """Count one exchange in, with its signals as rows."""
        day = int(exchange.at // SECONDS_A_DAY)
        for signal in signals:
            self._add_signal(exchange, day, signal)

    def add_type(self, exchange: Exchange) -> None:
        """Count that there was a request of this type."""
        self._add_type(exchange, int(exchange.at // SECONDS_A_DAY))

    def signals(self) -> Rows:
        """Return the rows of `signal_days`."""
        return _rows(self._signals, SIGNAL_COLUMNS)

    def identifiers(self) -> Rows:
        """Return the rows of `identifiers`."""
        return _rows(self._identifiers, IDENTIFIER_COLUMNS)

    def types(self) -> Rows:
        """Return the rows of `type_days`."""
        return _rows(self._types, TYPE_COLUMNS)

    def _add_type(self, exchange: Exchange, day: int) -> None:
        key = (exchange.site, day, exchange.type)
        row = self._types.get(key)
        if row is None:
            row = self._types[key] = TypeDay(*key)
        row.exchanges += 1
        if only_tracks(exchange.category, mixed=bool(exchange.mixed), listed=bool(exchange.listed)):
            return
        row.needed += 1
        if exchange.action in DELIVERED:
            row.kept += 1
            row.altered += exchange.changed
            row.troubled += bool(exchange.changed and (exchange.status or 0) >= BAD_STATUS)

    def _add_signal(self, exchange: Exchange, day: int, signal: SignalRow) -> None:
        kind, place, name, grade, treatment, outcome, _, digest, purpose, owner, lifetime, thread, _, _ = signal
        key = (exchange.site, day, exchange.host, kind, outcome, place, name)
        sure = grade != POSSIBLE
        row = self._signals.get(key)
        at = exchange.at
        if row is None:
            self._signals[key] = SignalDay(*key, treatment, purpose, owner, lifetime, int(sure), 1, at, at)
        else:
            row.treatment = treatment
            row.sure += sure
            row.count += 1
            if lifetime is not None:
                row.lifetime = _longer(row.lifetime, lifetime)
            if at > row.last_at:
                row.last_at = at
            elif at < row.first_at:
                row.first_at = at
        if digest and (thread or (sure and kind in IDENTIFIERS)):
            self._add_identifier(exchange, signal)

    def _add_identifier(self, exchange: Exchange, signal: SignalRow) -> None:
        kind, place, name, _, _, outcome, _, digest, _, _, lifetime, thread, links = signal[:13]
        is_shared, at = outcome == SHARED, exchange.at
        key = (exchange.site, exchange.host, digest)
        row = self._identifiers.get(key)
        if row is None:
            who = (exchange.recipient_site, exchange.owner, exchange.party)
            row = self._identifiers[key] = Identifier(
                *key,
                thread,
                *who,
                kind,
                place,
                name,
                links,
                lifetime=None,
                shared=0,
                withheld=0,
                first_at=at,
                last_at=at,
            )
        row.thread, row.links = thread or row.thread, links or row.links
        row.lifetime = _longer(row.lifetime, lifetime) if is_shared else row.lifetime
        row.shared += is_shared
        row.withheld += not is_shared
        row.first_at, row.last_at = min(row.first_at, at), max(row.last_at, at)


def signals_of(exchange: Exchange) -> Sequence[SignalRow]:
    """Return an exchange's signals as rows, in the order of the view `signals`."""
    return _decode(exchange.signals) if len(exchange.signals) > 2 else ()


def only_tracks(category: str | None, *, mixed: bool, listed: bool) -> bool:
    """Tell whether a page loses nothing it needs without a recipient: known to track, or listed, and nothing else."""
    return (category is not None or listed) and not mixed


def _longer(one: float | None, other: float | None) -> float | None:
    return other if one is None else one if other is None else max(one, other)


def _rows(tally: Mapping[Any, object], columns: tuple[str, ...]) -> Rows:
    as_row = attrgetter(*columns)
    return [as_row(row) for row in tally.values()]
