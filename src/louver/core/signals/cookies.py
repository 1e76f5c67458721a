"""Knows what cookies say: who set them, what they are for, and which of them recognise a person across sites."""

from __future__ import annotations

import re
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, Final

from louver.core.facts import Party, header
from louver.core.signals.fields import own_kind
from louver.core.signals.signal import Grade, Kind, Place, Purpose, Signal, Where

if TYPE_CHECKING:
    from collections.abc import Iterator

    from louver.core.facts import Headers, Response
    from louver.core.signals.context import Context

_SECONDS: Final = re.compile(r"-?[0-9]+")
FOLLOWING: Final = frozenset({Purpose.ANALYTICS, Purpose.ADVERTISING})


def in_cookie_header(context: Context, line: int, value: str) -> Iterator[Signal]:
    """Find the signals of one `Cookie` line; HTTP/2 may send several."""
    for piece, text in enumerate(value.split(";")):
        name, equals, content = text.strip().partition("=")
        if not equals:
            name, content = "", name
        if content:
            yield from _signals(context, Where.COOKIE, Place(line=line, piece=piece), name, content, None)


def in_set_cookie(context: Context, response: Response) -> Iterator[Signal]:
    """Find the signals of every `Set-Cookie` line."""
    for line, (key, value) in enumerate(response.headers):
        if key.lower() != "set-cookie":
            continue
        name, equals, content = value.partition(";")[0].strip().partition("=")
        if not equals:
            name, content = "", name
        if content:
            age = lifetime(value, response.headers)
            if age is None or age > 0:
                yield from _signals(context, Where.SET_COOKIE, Place(line=line), name.strip(), content, age)


def lifetime(set_cookie: str, headers: Headers) -> float | None:
    """Return a cookie's lifetime in seconds: `Max-Age`, else `Expires` less the response's own `Date`; None = session.

    Without a `Date` an expiry is taken as a year off: core has no clock, and who sets a date wants to last. The last
    attribute of a name counts, and one that is no number does not (RFC 6265, section 5.2.2); who took it for a deletion
    would let a cookie pass that lasts.
    """
    age: float | None = None
    expires: str | None = None
    for attribute in set_cookie.split(";")[1:]:
        name, _, value = attribute.strip().partition("=")
        match name.strip().lower():
            case "max-age" if _SECONDS.fullmatch(value.strip()):
                age = float(value.strip()[:20])
            case "expires":
                expires = value
            case _:
                pass
    return age if age is not None or expires is None else _until(expires, header(headers, "date"))


def _signals(
    context: Context, where: Where, place: Place, name: str, value: str, age: float | None
) -> Iterator[Signal]:
    fact = context.tables.cookie(name, context.host)
    purpose, _ = context.purposes.purpose(
        name,
        host=context.host,
        party=context.party,
        value=value,
        lifetime=age,
        fact=fact,
        category=context.tracker.category if context.tracker else "",
    )
    owner = fact.owner if fact else context.owner
    found = _graded(context, name, value, age, purpose)
    if found is not None:
        kind, grade = found
        yield Signal(kind, where, name, grade, place, value, purpose, owner, lifetime=age)


def _graded(context: Context, name: str, value: str, age: float | None, purpose: Purpose) -> tuple[Kind, Grade] | None:
    """Say what a cookie is. A cookie sent on a top-level navigation is first-party, wherever the person came from."""
    if context.party is Party.THIRD and not context.navigates and (own := own_kind(context, value)) is not None:
        return own, Grade.CONFIRMED
    if context.guard.cookie(name):
        return Kind.SECURITY_COOKIE, Grade.CONFIRMED
    known = context.tables.cookie(name, context.host) is not None
    follows = known and purpose in FOLLOWING
    if context.party is not Party.THIRD or context.navigates:
        ghost = follows or (context.recall is not None and context.recall.is_ghost(context.host, name))
        return (Kind.GHOST_COOKIE if ghost else Kind.FIRST_PARTY_COOKIE), Grade.CONFIRMED
    if follows:
        return Kind.THIRD_PARTY_ID_COOKIE, Grade.CONFIRMED
    grade = context.judge(value, age)
    if grade is None and context.tracker is None:
        return None
    return Kind.THIRD_PARTY_ID_COOKIE, grade or Grade.POSSIBLE


def _until(expires: str, date: str | None) -> float:
    year = 365.0 * 86_400
    if date is None:
        return year
    try:
        return (parsedate_to_datetime(expires.replace("-", " ")) - parsedate_to_datetime(date)).total_seconds()
    except (ValueError, TypeError, OverflowError):
        return year
