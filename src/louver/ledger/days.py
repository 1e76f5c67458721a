"""Knows how exchanges add up by day, site and recipient; knows nothing of databases. Pure but for its own sums."""

from __future__ import annotations

from dataclasses import dataclass, fields
from operator import attrgetter
from typing import TYPE_CHECKING, Any, Final

from louver.core.decision import Action
from louver.core.facts import Party
from louver.core.signals.signal import Kind
from louver.ledger.record import BLOCKED, IDENTIFIERS, POSSIBLE, SHARED

if TYPE_CHECKING:
    from collections.abc import Sequence

    from louver.ledger.record import Exchange

SECONDS_A_DAY: Final = 86_400
ANSWERED_HERE: Final = frozenset({Action.BLOCK.value, Action.SURROGATE.value, Action.REDIRECT.value})
"""Actions that the recipient never hears of."""

KEY_COLUMNS: Final = ("day", "site", "host")
LAST_COLUMNS: Final = ("owner", "category", "party", "policy")
"""What the latest exchange says; the rest of the columns add up."""

BIT_COLUMNS: Final = ("could", "got", "partly")
"""Sets of kinds; they are joined."""

BITS: Final = {str(kind): 1 << place for place, kind in enumerate(Kind)}
"""Kind to the bit that stands for it, for good: the table `kinds` says the same. New kinds come last."""

OWN_COOKIE: Final = Kind.FIRST_PARTY_COOKIE.value
FIRST: Final = Party.FIRST.value
FUNCTIONAL: Final = frozenset(
    map(str, (Kind.CONSENT, Kind.AUTH_TOKEN, Kind.SECURITY_COOKIE, Kind.EXPERIMENT, Kind.COMMERCE))
)
"""Kinds that serve the visitor, whoever gets them."""

TO_THE_SITE: Final = frozenset(map(str, (Kind.LANGUAGE, Kind.TIME_ZONE, Kind.GEOLOCATION, Kind.SCREEN)))
"""Kinds that serve the visitor where the site itself gets them."""


@dataclass(slots=True)
class Day:
    """The sums of one recipient on one site on one day, in the order of the table `days`, which documents them."""

    day: int
    site: str
    host: str
    owner: str | None
    category: str | None
    party: str
    policy: str
    first_at: float
    last_at: float
    exchanges: int = 0
    refused: int = 0
    changed: int = 0
    shared: int = 0
    identifying: int = 0
    blocked: int = 0
    rewritten: int = 0
    inspected: int = 0
    streamed: int = 0
    websocket: int = 0
    failed: int = 0
    sent_bytes: int = 0
    received_bytes: int = 0
    could: int = 0
    got: int = 0
    partly: int = 0
    cookies: int = 0
    cookies_kept: int = 0
    functions: int = 0
    functions_kept: int = 0


DAY_COLUMNS: Final = tuple(field.name for field in fields(Day))
as_row: Final = attrgetter(*DAY_COLUMNS)


class Days:
    """Sums over a batch of exchanges, ready to be added to those on disk."""

    __slots__ = ("_days",)

    def __init__(self) -> None:
        self._days: dict[tuple[int, str, str], Day] = {}

    def add(self, exchange: Exchange, signals: Sequence[Sequence[Any]]) -> None:
        """Count one exchange in, with its signals as rows."""
        key = (int(exchange.at // SECONDS_A_DAY), exchange.site, exchange.host)
        day = self._days.get(key)
        if day is None:
            day = self._days[key] = _first(key, exchange)
        if exchange.at > day.last_at:
            day.last_at = exchange.at
        elif exchange.at < day.first_at:
            day.first_at = exchange.at
        day.policy = exchange.policy
        day.exchanges += 1
        day.refused += exchange.action in ANSWERED_HERE
        day.changed += exchange.changed
        day.shared += exchange.shared
        day.identifying += exchange.identifying
        day.blocked += exchange.blocked
        day.rewritten += exchange.rewritten
        day.sent_bytes += exchange.sent_bytes
        day.received_bytes += exchange.received_bytes
        _count_coverage(day, exchange.coverage)
        for signal in signals:
            _count_signal(day, signal, exchange.party)

    def rows(self) -> list[tuple[object, ...]]:
        """Return one row for each day, site and recipient, in the order of the columns."""
        return [as_row(day) for day in self._days.values()]


def _count_signal(day: Day, signal: Sequence[Any], party: str) -> None:
    kind, _, _, grade, _, outcome = signal[:6]
    passed = outcome != BLOCKED
    if kind == OWN_COOKIE:
        day.cookies += 1
        day.cookies_kept += passed
    elif kind in FUNCTIONAL or (kind in TO_THE_SITE and party == FIRST):
        day.functions += 1
        day.functions_kept += passed
    if grade == POSSIBLE and kind in IDENTIFIERS:
        return
    bit = BITS[kind]
    day.could |= bit
    if outcome == SHARED:
        day.got |= bit
    elif passed:
        day.partly |= bit


def _first(key: tuple[int, str, str], exchange: Exchange) -> Day:
    return Day(*key, exchange.owner, exchange.category, exchange.party, exchange.policy, exchange.at, exchange.at)


def _count_coverage(day: Day, coverage: str) -> None:
    match coverage:
        case "full":
            day.inspected += 1
        case "streamed":
            day.streamed += 1
        case "websocket":
            day.websocket += 1
        case _:
            day.failed += 1
