"""Knows who else was contacted, and which of them are known for tracking."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from louver.audit.finding import INFORM, MINIMISE, Check, Found, Severity, counted, found, group_rows
from louver.audit.visit import SERVICES, group

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from louver.audit.visit import Visit

BY_CATEGORY: Final[Mapping[str, Severity]] = {
    "advertising": Severity.MEDIUM,
    "affiliate": Severity.MEDIUM,
    "fingerprinting": Severity.MEDIUM,
    "session-replay": Severity.MEDIUM,
    "social": Severity.LOW,
    "analytics": Severity.LOW,
}
"""What contact alone weighs; what is sent is judged by other checks."""


def contacted(visit: Visit) -> Iterator[Found]:
    """Name every other organisation, however innocent."""
    for who, rows in group(visit.third(), lambda each: each.who).items():
        hosts = sorted({each.host for each in rows})
        title = f"{who}: {counted(len(rows), 'request')} to {counted(len(hosts), 'host')}"
        yield found(who, title, Severity.INFO, group_rows(rows, lambda each: f"{each.type} from {each.host}"))


def trackers(visit: Visit) -> Iterator[Found]:
    """Name those known for tracking."""
    known = (each for each in visit.third() if each.tracker and each.category not in SERVICES)
    for who, rows in group(known, lambda each: each.who).items():
        categories = sorted({each.category for each in rows if each.category})
        severity = max((BY_CATEGORY.get(one, Severity.INFO) for one in categories), key=lambda one: one.rank)
        title = f"{who} ({', '.join(categories)}) learns of the visit"
        yield found(who, title, severity, group_rows(rows, lambda each: f"{each.category}: {each.host}"))


CONTACTED: Final = Check(
    "third-party-requests",
    "Other organisations are contacted",
    "Check that each of them is needed and named in the privacy notice; host fonts, scripts and pictures yourself.",
    contacted,
    (INFORM, MINIMISE),
)
TRACKERS: Final = Check(
    "known-tracker",
    "Known trackers are contacted",
    "Load trackers only after consent, or do without them; ask each for a contract on what it may do with the data.",
    trackers,
    (INFORM, MINIMISE),
)
