"""Knows what the audit could not look into: that is a finding, too."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from louver.audit.finding import Check, Evidence, Found, Severity, counted, found, row
from louver.core.facts import ResourceType

if TYPE_CHECKING:
    from collections.abc import Iterator

    from louver.audit.visit import Visit


def uncovered(visit: Visit) -> Iterator[Found]:
    """Say what was left out or was not recorded, and why."""
    if visit.skipped:
        total = sum(visit.skipped.values())
        rows = [Evidence(f"{reason}: {count}") for reason, count in sorted(visit.skipped.items())]
        yield found("skipped", f"{counted(total, 'entry', 'entries')} could not be read", Severity.INFO, rows)
    unanswered = [each for each in visit.exchanges if each.status is None]
    if unanswered and visit.form != "ledger":
        title = f"{counted(len(unanswered), 'request')} without an answer on record"
        yield found("unanswered", title, Severity.INFO, (row(each, str(each.type)) for each in unanswered))
    sockets = [each for each in visit.exchanges if each.type is ResourceType.WEBSOCKET]
    if sockets:
        title = f"Messages over {counted(len(sockets), 'WebSocket')} were not read"
        yield found("websocket", title, Severity.INFO, (row(each, each.who) for each in sockets))
    posts = [
        each for each in visit.third() if each.method == "POST" and each.request is not None and not each.request.body
    ]
    if posts:
        title = f"{counted(len(posts), 'message')} to others without its contents on record"
        yield found("bodies", title, Severity.INFO, (row(each, f"POST to {each.who}") for each in posts))
    if not visit.exchanges:
        yield found("empty", "There was nothing to audit", Severity.INFO, (Evidence("no exchange on record"),))


COVERAGE: Final = Check(
    "coverage",
    "Not everything could be inspected",
    "Record again with contents, and keep the limits in mind: what a server passes on later is never seen.",
    uncovered,
)
