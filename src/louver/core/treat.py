"""Knows how each treatment is done to each kind of signal: which edit carries it out, and what came of the signal."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import TYPE_CHECKING, Final
from urllib.parse import quote

from louver.core.decision import Drop, Edit, Fate, Replace, Treated, Treatment
from louver.core.pseudonym import Scope, pseudonym
from louver.core.signals.headers import origin
from louver.core.signals.signal import Kind, Signal, Where
from louver.core.signals.signed import signed

if TYPE_CHECKING:
    from collections.abc import Iterable

    from louver.core.facts import Headers

WEEK: Final = 7 * 86_400
"""Seconds that `expire` leaves a cookie at most; browsers that cap lifetimes chose the same."""

DAY: Final = 86_400
"""Seconds that `expire` leaves a cookie at most on a page that was reached by a decorated link."""

COOKIES: Final = frozenset({Where.COOKIE, Where.SET_COOKIE})

LIFETIME: Final = frozenset({"max-age", "expires"})
"""The attributes of `Set-Cookie` that say how long a cookie lives."""

type Coarsener = Callable[[str], str]
type Result = tuple[Edit | None, Fate]


def _first_language(value: str) -> str:
    return value.split(",", 1)[0].split(";", 1)[0].strip()


UNRESERVED: Final = "-._~!*'(),/:;@$"
"""Characters that a query carries without harm to its pieces; letters and digits go without saying."""


def _coordinates(value: str) -> str:
    """Leave one decimal: about 11 km. Whole numbers of millionths of a degree, and the like, have no such form."""
    coarse = _DECIMALS.sub(r"\1", value)
    return "" if _FINE.search(coarse) else coarse


def _page(value: str) -> str:
    """Leave the origin of an address, nothing of a title."""
    return origin(value) + "/" if "://" in value else ""


def _screen(value: str) -> str:
    """Leave the size that most screens of the same shape have."""
    found = _SIZE.fullmatch(value)
    if found is None:
        return ""
    return COMMON_SCREENS[int(found[1]) >= int(found[3])].replace("x", found[2])


def _hour(value: str) -> str:
    """Leave the hour of a moment in seconds or milliseconds since 1970."""
    if not value.isdecimal() or len(value) not in CLOCK:
        return ""
    hour = CLOCK[len(value)]
    return str(int(value) // hour * hour)


_DECIMALS: Final = re.compile(r"(\d\.\d)\d+")
_FINE: Final = re.compile(r"\d{6}")
_SIZE: Final = re.compile(r"(\d{2,5})([x*,])(\d{2,5})", re.IGNORECASE)
COMMON_SCREENS: Final = ("390x844", "1920x1080")
"""Upright and wide; the sizes that most visitors have."""
CLOCK: Final = {10: 3600, 13: 3_600_000}
"""Digits of a moment to the length of an hour in its unit."""

COARSEN: Final[Mapping[Kind, Coarsener]] = {
    Kind.REFERRER: _page,
    Kind.LANGUAGE: _first_language,
    Kind.PAGE_URL: _page,
    Kind.GEOLOCATION: _coordinates,
    Kind.SCREEN: _screen,
    Kind.TIME_ZONE: _hour,
}
"""How a value is made coarse. A kind without a row has no coarse form: it is stripped."""


def treat(signal: Signal, treatment: Treatment, scope: Scope, headers: Headers, longest: int = WEEK) -> Result:
    """Return the edit that a treatment asks for, and the signal's outcome. `headers` are those the signal stands in.

    `longest` is how many seconds `expire` leaves a cookie. A treatment that cannot be done to a signal becomes the next
    stronger one, `strip`; a value with a signature is one of those that nobody can put another in the place of. What
    `partition` takes out of a message is kept in the jar; a stop on the way is not a part of the message at all.
    """
    if treatment is Treatment.ALLOW:
        return None, Fate.SHARED
    if signal.kind is Kind.BOUNCE:
        return None, Fate.BLOCKED
    if signal.kind is Kind.LOCAL_NETWORK:  # whom a request goes to is not a part that could be left out
        return None, Fate.SHARED
    milder = _milder(signal, treatment, scope, headers, longest)
    return milder or (Drop(signal.where, signal.place), Fate.BLOCKED)


def withheld(treated: Iterable[Treated]) -> list[Treated]:
    """Return the signals of a request that does not go out."""
    return [Treated(each.signal, each.treatment, Fate.BLOCKED, each.row) for each in treated]


def _milder(signal: Signal, treatment: Treatment, scope: Scope, headers: Headers, longest: int) -> Result | None:
    """Do to a signal what leaves something of it; None where that cannot be done."""
    match treatment:
        case Treatment.COARSEN if signal.kind in COARSEN:
            return _replaced(signal, COARSEN[signal.kind](signal.value), headers)
        case Treatment.PSEUDONYMIZE if signal.where is not Where.HEADER and not signed(signal.value):
            return _replaced(signal, pseudonym(signal.value, scope), headers)
        case Treatment.PARTITION if signal.where in COOKIES:
            return Drop(signal.where, signal.place), Fate.REWRITTEN
        case Treatment.EXPIRE if signal.where is Where.SET_COOKIE:
            return _expired(signal, headers, longest)
        case Treatment.EXPIRE if signal.where is Where.COOKIE:  # its lifetime was capped when it was set
            return None, Fate.SHARED
        case _:
            return None


def _replaced(signal: Signal, text: str, headers: Headers) -> Result:
    if text == signal.value:
        return None, Fate.SHARED
    return Replace(signal.where, signal.place, _around(signal, text, headers)), Fate.REWRITTEN


def _around(signal: Signal, text: str, headers: Headers) -> str:
    """Put what stood around a value back around its replacement."""
    match signal.where:
        case Where.COOKIE:
            return _after_equals(_pieces(headers[signal.place.line][1])[signal.place.piece], text)
        case Where.SET_COOKIE:
            pair, semicolon, attributes = headers[signal.place.line][1].partition(";")
            return f"{_after_equals(pair, text)}{semicolon}{attributes}"
        case Where.QUERY | Where.FRAGMENT:
            return f"{signal.raw_name}={quote(text, safe=UNRESERVED, errors='surrogateescape')}"
        case _:
            return text


@lru_cache(1)
def _pieces(line: str) -> list[str]:
    """Split a `Cookie` line; once, however many of its cookies are replaced one after the other."""
    return line.split(";")


def _after_equals(pair: str, text: str) -> str:
    name, equals, _ = pair.partition("=")
    return f"{name}{equals}{text}" if equals else text


def _expired(signal: Signal, headers: Headers, longest: int) -> Result:
    """Cap a cookie's lifetime; a session cookie and a shorter one stay as they are."""
    line = headers[signal.place.line][1]
    if signal.lifetime is None or signal.lifetime <= longest:
        return None, Fate.SHARED
    kept = [part for part in line.split(";") if part.strip().partition("=")[0].strip().lower() not in LIFETIME]
    return Replace(signal.where, signal.place, ";".join((*kept, f" Max-Age={longest}"))), Fate.REWRITTEN
