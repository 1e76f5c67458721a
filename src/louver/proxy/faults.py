"""Knows what is left to do when even the answer to a failure of ours fails, and how to tell of a failure in public."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Final

from louver.ledger.record import error_detail

if TYPE_CHECKING:
    from mitmproxy.http import HTTPFlow

log: Final = logging.getLogger(__name__)


def last_resort(flow: HTTPFlow, error: Exception) -> None:
    """Close the connection: the answer to a failure has failed as well, and nothing may go out undecided."""
    log.error("a fault could not be answered (%s); the connection is closed", error_detail(error))
    if flow.killable:
        flow.kill()
