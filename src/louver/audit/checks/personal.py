"""Knows when an e-mail address, a phone number or a name leaves for somebody else, plain, encoded or hashed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from louver.audit.finding import CONSENT, MINIMISE, Check, Found, Severity, carried, found, row
from louver.audit.visit import group
from louver.core.signals.signal import Grade, Kind, Where

if TYPE_CHECKING:
    from collections.abc import Iterator

    from louver.audit.visit import Visit

WORDS: Final = {
    Kind.EMAIL: "an e-mail address, plain or hashed",
    Kind.PERSONAL_DATA: "personal details",
    Kind.FORM_INPUT: "form contents",
    Kind.GEOLOCATION: "where the visitor is",
}


def leaves(visit: Visit) -> Iterator[Found]:
    """Find personal data in what others get; a canary that was registered makes it certain."""
    pairs = (pair for pair in visit.told(Kind.EMAIL, Kind.PERSONAL_DATA, Kind.FORM_INPUT) if pair[0].is_third)
    for who, rows in group(pairs, lambda pair: pair[0].who).items():
        kinds = sorted({WORDS[one.kind] for _, one in rows})
        sure = any(one.grade is Grade.CONFIRMED for _, one in rows)
        title = f"{who} gets {' and '.join(kinds)}"
        evidence = (row(each, carried(one)) for each, one in rows)
        yield found(who, title, Severity.HIGH if sure else Severity.MEDIUM, evidence)


def located(visit: Visit) -> Iterator[Found]:
    """Find coordinates in what others get."""
    pairs = (pair for pair in visit.told(Kind.GEOLOCATION) if pair[0].is_third and pair[1].where is not Where.HEADER)
    for who, rows in group(pairs, lambda pair: pair[0].who).items():
        severity = Severity.MEDIUM if any(each.tracks for each, _ in rows) else Severity.LOW
        evidence = (row(each, carried(one)) for each, one in rows)
        yield found(who, f"{who} gets coordinates", severity, evidence)


LEAVES: Final = Check(
    "personal-data-leak",
    "Personal data leaves for others",
    "Stop sending addresses, numbers and names to partners; hashing them does not make them anonymous.",
    leaves,
    (CONSENT, MINIMISE),
)
LOCATED: Final = Check(
    "location-leak",
    "Coordinates are passed on",
    "Send a region instead of coordinates, and only to who needs it.",
    located,
    (CONSENT, MINIMISE),
)
