"""Knows what recipients learn of the device: digests of it, details that they ask for, interests."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from louver.audit.finding import EPRIVACY, MINIMISE, Check, Found, Reference, Severity, carried, counted, found, row
from louver.audit.visit import group
from louver.core.signals.signal import Grade, Kind, Where

if TYPE_CHECKING:
    from collections.abc import Iterator

    from louver.audit.visit import Visit

HINTS: Final = Reference("WICG User-Agent Client Hints", "https://wicg.github.io/ua-client-hints/")
DETAILS: Final = (Kind.SCREEN, Kind.HARDWARE, Kind.TIME_ZONE, Kind.LANGUAGE, Kind.USER_AGENT)
ENOUGH: Final = 3
"""Sorts of details that together narrow a device down."""


def fingerprints(visit: Visit) -> Iterator[Found]:
    """Find digests of the device, and services that make them."""
    told = (pair for pair in visit.told(Kind.FINGERPRINT) if pair[0].tracks or pair[1].grade is Grade.CONFIRMED)
    pairs = [(each, carried(one)) for each, one in told]
    services = (each for each in visit.third() if each.category == "fingerprinting")
    pairs += [(each, "a service that tells devices apart") for each in services]
    for who, rows in group((pair for pair in pairs if pair[0].is_third), lambda pair: pair[0].who).items():
        title = f"{who} recognises the device without a cookie"
        yield found(who, title, Severity.MEDIUM, (row(each, words) for each, words in rows))


def details(visit: Visit) -> Iterator[Found]:
    """Find trackers that get several sorts of details, each harmless alone."""
    pairs = (pair for pair in visit.told(*DETAILS) if pair[0].tracks and pair[1].where is not Where.HEADER)
    for who, rows in group(pairs, lambda pair: pair[0].who).items():
        kinds = sorted({one.kind.replace("-", " ") for _, one in rows})
        if len(kinds) >= ENOUGH:
            title = f"{who} collects {counted(len(kinds), 'sort')} of details of the device: {', '.join(kinds)}"
            evidence = (row(each, carried(one)) for each, one in rows)
            yield found(who, title, Severity.LOW, evidence)


def hints(visit: Visit) -> Iterator[Found]:
    """Find others who ask the browser for more details than it gives by itself."""
    asked = ((each, one) for each, one in visit.seen(Kind.USER_AGENT) if one.name in {"accept-ch", "critical-ch"})
    for who, rows in group((pair for pair in asked if pair[0].is_third), lambda pair: pair[0].who).items():
        evidence = (row(each, f"answers with {one.name}") for each, one in rows)
        yield found(who, f"{who} asks the browser for details of the device", Severity.LOW, evidence)


def interests(visit: Visit) -> Iterator[Found]:
    """Find others who use the browser's own advertising functions."""
    pairs = (pair for pair in visit.told(Kind.INTEREST) if pair[0].is_third)
    for who, rows in group(pairs, lambda pair: pair[0].who).items():
        evidence = (row(each, f"{one.name} header") for each, one in rows)
        yield found(who, f"{who} uses the browser's advertising functions", Severity.LOW, evidence)


FINGERPRINTS: Final = Check(
    "fingerprint",
    "Devices are recognised without cookies",
    "Do without; where fraud must be fought, limit it to the page that needs it and ask for consent elsewhere.",
    fingerprints,
    (EPRIVACY, MINIMISE),
)
DETAILS_CHECK: Final = Check(
    "device-details",
    "Trackers collect details of the device",
    "Configure tags to leave screen, hardware and time zone out.",
    details,
    (EPRIVACY, MINIMISE),
)
CLIENT_HINTS: Final = Check(
    "client-hints",
    "Others ask for details of the device",
    "Do not delegate client hints to others (`Permissions-Policy: ch-ua-model=()` and the like).",
    hints,
    (HINTS,),
)
INTERESTS: Final = Check(
    "interest-api",
    "The browser's advertising functions are used",
    "Switch them off with `Permissions-Policy: browsing-topics=(), attribution-reporting=()`.",
    interests,
    (EPRIVACY,),
)
