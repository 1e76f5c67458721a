"""Knows which cookies follow a visitor, how long they stay, and which are set carelessly."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from louver.audit.finding import (
    CONSENT,
    COOKIE_RFC,
    EPRIVACY,
    MINIMISE,
    SECURE,
    Check,
    Evidence,
    Found,
    Severity,
    days,
    found,
    row,
)
from louver.audit.visit import group, serves_another
from louver.core.signals.signal import Kind, Purpose, Where
from louver.ledger.masking import masked_name

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from louver.audit.visit import Exchange, Sighting, Visit

type Pair = tuple[Exchange, Sighting]

LONGEST: Final = 396 * 86_400.0
"""Thirteen months: what the French authority accepts for audience measurement; browsers cap at 400 days."""


def third_party(visit: Visit) -> Iterator[Found]:
    """Find cookies by which somebody else recognises the visitor on every site."""
    pairs = (pair for pair in visit.told(Kind.THIRD_PARTY_ID_COOKIE) if pair[1].purpose is not Purpose.NECESSARY)
    for subject, rows in group(pairs, _subject).items():
        who, purpose = rows[0][0].who, _purpose(rows)
        severity = Severity.MEDIUM if purpose == "advertising" or rows[0][0].tracks else Severity.LOW
        title = f"{who} recognises visitors by the cookie {masked_name(rows[0][1].name)}{_for(purpose)}"
        yield found(subject, title, severity, _rows(rows))


def own(visit: Visit) -> Iterator[Found]:
    """Find cookies of the site's own that serve a tracker."""
    pairs = (pair for pair in visit.seen(Kind.GHOST_COOKIE) if pair[1].is_cookie and serves_another(*pair))
    for subject, rows in group(pairs, _subject).items():
        owner = next((one.owner for _, one in rows if one.owner), "a tracker")
        title = f"The site's own cookie {masked_name(rows[0][1].name)} serves {owner}{_for(_purpose(rows))}"
        yield found(subject, title, Severity.LOW, _rows(rows))


def long_lived(visit: Visit) -> Iterator[Found]:
    """Find cookies that follow and are set to stay longer than thirteen months."""
    kinds = (Kind.THIRD_PARTY_ID_COOKIE, Kind.GHOST_COOKIE)
    pairs = (pair for pair in visit.seen(*kinds) if (pair[1].lifetime or 0) > LONGEST and _follows(*pair))
    for subject, rows in group(pairs, _subject).items():
        longest = max(one.lifetime or 0 for _, one in rows)
        title = f"The cookie {masked_name(rows[0][1].name)} of {rows[0][0].recipient} is to stay {days(longest)}"
        yield found(subject, title, Severity.LOW, _rows(rows))


def flags(visit: Visit) -> Iterator[Found]:
    """Find cookies whose flags let others read them on the way or in the page."""
    flaws = ((each, name, flaw) for each in visit.exchanges for name, flaw in _flaws(each))
    for subject, rows in group(flaws, lambda one: f"{one[0].recipient} {masked_name(one[1])}").items():
        each, name, _ = rows[0]
        severity = Severity.LOW if not each.is_third else Severity.INFO
        title = f"The cookie {masked_name(name)} of {each.recipient} lacks protection: {rows[0][2]}"
        yield found(subject, title, severity, (row(one, flaw) for one, _, flaw in rows))


def _flaws(exchange: Exchange) -> Iterator[tuple[str, str]]:
    if exchange.response is None:
        return
    secure_page = exchange.url.startswith("https:")
    purposes = {one.name: one.purpose for one in exchange.signals if one.where is Where.SET_COOKIE}
    for key, line in exchange.response.headers:
        if key.lower() != "set-cookie":
            continue
        pair, *attributes = (part.strip() for part in line.split(";"))
        said = {text.partition("=")[0].strip().lower(): text.partition("=")[2].strip().lower() for text in attributes}
        name = pair.partition("=")[0]
        if said.get("samesite") == "none" and "secure" not in said:
            yield name, "SameSite=None without Secure, which browsers refuse"
        elif secure_page and "secure" not in said and purposes.get(name) is Purpose.NECESSARY:
            yield name, "set over HTTPS without Secure, so plain HTTP gives it away"
        elif "httponly" not in said and purposes.get(name) is Purpose.NECESSARY and "sess" in name.lower():
            yield name, "a session without HttpOnly, so every script in the page can read it"


def _follows(each: Exchange, one: Sighting) -> bool:
    return one.is_sure and (each.is_third or serves_another(each, one))


def _subject(pair: Pair) -> str:
    return f"{pair[0].recipient} {masked_name(pair[1].name)}"


def _purpose(rows: Iterable[Pair]) -> str:
    return next((str(one.purpose) for _, one in rows if one.purpose and one.purpose is not Purpose.UNKNOWN), "")


def _for(purpose: str) -> str:
    return f", for {purpose}" if purpose else ""


def _rows(rows: Iterable[Pair]) -> Iterator[Evidence]:
    for each, one in rows:
        verb = f"set, stays {days(one.lifetime)}" if one.where is Where.SET_COOKIE else "sent"
        yield row(each, f"{masked_name(one.name)} {verb} ({one.value}, {one.grade})")


THIRD_PARTY: Final = Check(
    "third-party-id-cookie",
    "Others recognise visitors by cookies of their own",
    "Load what sets these cookies only after consent; prefer providers that work without them.",
    third_party,
    (EPRIVACY, CONSENT),
)
OWN: Final = Check(
    "first-party-tracking-cookie",
    "Trackers keep cookies under the site's own name",
    "Set such cookies only after consent, and for the shortest time that the purpose needs.",
    own,
    (EPRIVACY, CONSENT),
)
LONG_LIVED: Final = Check(
    "cookie-lifetime",
    "Tracking cookies are set to stay longer than thirteen months",
    "Shorten the lifetime; thirteen months is what the French authority accepts for audience measurement.",
    long_lived,
    (MINIMISE, COOKIE_RFC),
)
FLAGS: Final = Check(
    "cookie-flags",
    "Cookies lack protection",
    "Add Secure, HttpOnly and a SameSite value to cookies that sign people in or keep a session.",
    flags,
    (SECURE, COOKIE_RFC),
    needs="facts",
)
