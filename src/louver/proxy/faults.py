"""Knows what is left to say of an exchange that we failed on, and to do when even that fails."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Final

from louver.core.decision import Action, Decision, Outcome
from louver.core.facts import Parties, Party
from louver.core.sites import host_of
from louver.ledger.record import error_detail

if TYPE_CHECKING:
    from mitmproxy.http import HTTPFlow

    from louver.core.facts import Request

log: Final = logging.getLogger(__name__)


def outcome(request: Request, *, passes: bool) -> Outcome:
    """Return what can be said of an exchange that the engine failed on, so that it is not missing in the ledger."""
    host = host_of(request.url)
    unknown = Parties(Party.UNKNOWN, Party.UNKNOWN, Party.UNKNOWN)
    action = Action.PASS if passes else Action.BLOCK
    return Outcome(
        request=request,
        site=request.page.site if request.page else host,
        recipient=host,
        recipient_site=host,
        parties=unknown,
        tracker=None,
        owner=None,
        rule=None,
        exception=None,
        decision=Decision(action, None, "Louver failed; see its faults", ""),
        treated=(),
        sent=request,
    )


def last_resort(flow: HTTPFlow, error: Exception) -> None:
    """Close the connection: the answer to a failure has failed as well, and nothing may go out undecided."""
    log.error("a fault could not be answered (%s); the connection is closed", error_detail(error))
    if flow.killable:
        flow.kill()
