"""Knows which of the things that Louver did on a site most likely broke it, and the smallest way back. Pure.

The order follows what pages need to work: a script that never came breaks more than a picture, and somebody who also
does useful things more than somebody who only counts.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from louver.ledger.rows import Logged

TYPES: Final[Mapping[str, int]] = {
    "document": 60,
    "script": 50,
    "subdocument": 45,
    "xmlhttprequest": 40,
    "stylesheet": 40,
    "font": 25,
    "media": 30,
    "websocket": 30,
    "image": 8,
    "other": 6,
    "ping": 0,
}
"""How much a page misses a request that was stopped, by what it was wanted for."""

CATEGORIES: Final[Mapping[str, int]] = {
    "advertising": -30,
    "analytics": -25,
    "fingerprinting": -15,
    "session-replay": -25,
    "affiliate": -20,
    "email": -10,
    "tag-manager": 5,
    "social": 15,
    "video": 25,
    "customer-interaction": 25,
    "search": 20,
    "payment": 40,
    "captcha": 40,
    "security": 35,
    "consent": 30,
    "hosting": 30,
    "cdn": 35,
    "utility": 25,
}
"""How much likelier somebody of a category is to do something that a page needs."""

SIGNALS: Final[Mapping[str, int]] = {
    "auth-token": 55,
    "security-cookie": 50,
    "first-party-cookie": 50,
    "third-party-id-cookie": 22,
    "account-id": 25,
    "linker": 15,
    "ghost-cookie": 10,
    "referrer": 14,
    "form-input": 20,
    "email": 15,
    "bounce": 18,
    "cache-id": 2,
    "language": 4,
}
"""How much a page misses a signal that was taken out or altered; what is not named is hardly ever missed."""

HARDLY: Final = 3
PROPOSED: Final = 12


@dataclass(frozen=True, slots=True)
class Suspect:
    """One thing to try: let this recipient through, or share these kinds of signals with it."""

    who: Mapping[str, str]
    name: str
    category: str | None
    stopped: Mapping[str, int]
    changed: Mapping[str, int]
    score: int
    example: int


def suspects(rows: Iterable[Logged]) -> list[Suspect]:
    """Return what to try, the likeliest first."""
    met: dict[str, list[Logged]] = {}
    for row in rows:
        if row.party == "third" and (row.action in ("block", "surrogate") or _changes(row)):
            met.setdefault(row.owner or row.host, []).append(row)
    made = (_suspect(name, group) for name, group in met.items())
    return sorted(made, key=lambda one: (-one.score, one.name))[:PROPOSED]


def _suspect(name: str, rows: list[Logged]) -> Suspect:
    stopped: dict[str, int] = {}
    changed: dict[str, int] = {}
    for row in rows:
        if row.action in ("block", "surrogate"):
            stopped[row.type] = stopped.get(row.type, 0) + 1
        else:
            for kind in _changes(row):
                changed[kind] = changed.get(kind, 0) + 1
    category = next((row.category for row in rows if row.category), None)
    stop = max((TYPES.get(kind, 6) for kind in stopped), default=0)
    change = max((SIGNALS.get(kind, HARDLY) for kind in changed), default=0)
    score = max(stop + (CATEGORIES.get(category, 0) if category else 10) if stopped else 0, change)
    owner = rows[0].owner
    who = {"recipient": rows[0].host} if owner is None else {"owner": owner}
    return Suspect(who, name, category, stopped, changed, max(score, 0), rows[-1].id)


def _changes(row: Logged) -> list[str]:
    return [signal.kind for signal in row.signals if signal.outcome != "shared" and signal.where != "set-cookie"]
