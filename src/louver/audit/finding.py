"""Knows what a check is and what it gives: findings with evidence, advice, and the law or standard they touch."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from itertools import islice
from typing import TYPE_CHECKING, Final

from louver.core.signals.signal import Kind, Where
from louver.ledger.masking import masked_name, masked_url

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from louver.audit.visit import Exchange, Sighting, Visit

PLAIN: Final = {
    Kind.THIRD_PARTY_ID_COOKIE: "identifier",
    Kind.SYNC_ID: "identifier",
    Kind.GHOST_COOKIE: "a tracker's identifier",
    Kind.FIRST_PARTY_COOKIE: "the site's own",
    Kind.EMAIL: "e-mail address, plain or hashed,",
    Kind.PAGE_URL: "the page's address as",
}
"""Kinds whose own word would puzzle a client."""
STANDS: Final = {
    Where.COOKIE: "sent as a cookie",
    Where.SET_COOKIE: "set as a cookie",
    Where.QUERY: "in the address",
    Where.PATH: "in the path",
    Where.FRAGMENT: "behind the #",
    Where.HEADER: "in a header",
    Where.BODY: "in the message",
}
SHOWN: Final = 12
"""Rows of evidence that a finding carries; the rest is counted."""


class Severity(StrEnum):
    """How much a finding matters to a visitor, from a mere statement to what should be stopped today."""

    INFO = "info"
    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"

    @property
    def rank(self) -> int:
        """0 for the least severe."""
        return ORDER.index(self)


ORDER: Final = tuple(Severity)


@dataclass(frozen=True, slots=True)
class Evidence:
    """One thing that was seen: in which exchange, at which (masked) address, and what. `at` is seconds into it all."""

    what: str
    exchange: int | None = None
    url: str = ""
    at: float | None = None


@dataclass(frozen=True, slots=True)
class Found:
    """What a check found about one subject: an organisation, a cookie, a page. `title` is plain language."""

    subject: str
    title: str
    severity: Severity
    evidence: tuple[Evidence, ...]
    more: int = 0
    """Rows of evidence beyond those shown."""
    site: str = ""


@dataclass(frozen=True, slots=True)
class Reference:
    """A law or a standard that a finding touches: information, not legal advice."""

    name: str
    url: str


@dataclass(frozen=True, slots=True)
class Check:
    """One check. `needs` is what a visit must have: `facts` (headers, bodies), `inside` (watched pages) or nothing."""

    id: str
    title: str
    advice: str
    find: Callable[[Visit], Iterable[Found]]
    references: tuple[Reference, ...] = ()
    needs: str = ""


EPRIVACY: Final = Reference(
    "ePrivacy Directive 2002/58/EC, Article 5(3)", "https://eur-lex.europa.eu/eli/dir/2002/58/oj"
)
CONSENT: Final = Reference("GDPR, Articles 4(11), 6 and 7 (consent)", "https://eur-lex.europa.eu/eli/reg/2016/679/oj")
MINIMISE: Final = Reference(
    "GDPR, Articles 5 and 25 (data minimisation)", "https://eur-lex.europa.eu/eli/reg/2016/679/oj"
)
INFORM: Final = Reference(
    "GDPR, Articles 13 and 26 to 28 (recipients)", "https://eur-lex.europa.eu/eli/reg/2016/679/oj"
)
TRANSFER: Final = Reference("GDPR, Articles 44 to 49 (transfers)", "https://eur-lex.europa.eu/eli/reg/2016/679/oj")
SECURE: Final = Reference("GDPR, Article 32 (security)", "https://eur-lex.europa.eu/eli/reg/2016/679/oj")
TCF: Final = Reference("IAB Europe Transparency and Consent Framework", "https://iabeurope.eu/tcf-2-0/")
GPC: Final = Reference("W3C Global Privacy Control", "https://www.w3.org/TR/gpc/")
CCPA: Final = Reference("California Consumer Privacy Act, 1798.135", "https://oag.ca.gov/privacy/ccpa")
COOKIE_RFC: Final = Reference("RFC 6265 (cookies)", "https://www.rfc-editor.org/rfc/rfc6265")
REFERRER: Final = Reference("W3C Referrer Policy", "https://www.w3.org/TR/referrer-policy/")


def row(exchange: Exchange, what: str) -> Evidence:
    """Return one row of evidence; the address is masked and has no query."""
    return Evidence(what, exchange.number, plain(exchange.url), exchange.at)


def carried(one: Sighting) -> str:
    """Return in words what was carried, under which name and where; the same value has the same label."""
    what = PLAIN.get(one.kind, one.kind.replace("-", " "))
    return f"{what} {masked_name(one.name)} {STANDS[one.where]} ({one.value})"


def plain(url: str) -> str:
    """Return an address without query, its identifiers masked."""
    scheme, host, path = masked_url(url)
    return f"{scheme}://{host}{path}" if host else ""


def found(subject: str, title: str, severity: Severity, rows: Iterable[Evidence], site: str = "") -> Found:
    """Return a finding, its evidence without repetitions and cut to what a person reads."""
    kept = distinct(rows)
    return Found(subject, title, severity, tuple(islice(kept, SHOWN)), max(len(kept) - SHOWN, 0), site)


def distinct(rows: Iterable[Evidence]) -> list[Evidence]:
    """Return rows that tell something new: what was seen before is not repeated, at whatever address."""
    first: dict[str, Evidence] = {}
    for one in rows:
        first.setdefault(one.what, one)
    return list(first.values())


def days(seconds: float | None) -> str:
    """Return a cookie's lifetime in words."""
    if seconds is None:
        return "until the browser is closed"
    whole = round(seconds / 86_400)
    if whole < 1:
        return "less than a day"
    return f"{whole} day{'s' * (whole > 1)}" if whole < 60 else f"{round(whole / 30.44)} months"


def counted(number: int, one: str, many: str = "") -> str:
    """Return a number with its noun."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"


def group_rows(exchanges: Iterable[Exchange], what: Callable[[Exchange], str]) -> list[Evidence]:
    """Return one row for each distinct statement about exchanges, at the first exchange that it is true of."""
    first: dict[str, Evidence] = {}
    for each in exchanges:
        first.setdefault(what(each), row(each, what(each)))
    return list(first.values())
