"""Knows what a detector may look at: the facts of one exchange, who the recipient is, and our tables."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

if TYPE_CHECKING:
    from collections.abc import Callable

    from louver.core.decision import Tracker
    from louver.core.facts import Party, Request
    from louver.core.never_break import NeverBreak
    from louver.core.sites import Sites
    from louver.core.tables import Tables


class Context(Struct, frozen=True):
    """One exchange through a detector's eyes. `party` is the one that policy rows see, of the three that are kept."""

    request: Request
    host: str
    site: str
    owner: str | None
    tracker: Tracker | None
    party: Party
    tables: Tables
    guard: NeverBreak
    sites: Sites
    is_same_side: Callable[[str, str], bool]
    """Tells whether two hosts share a site or an owner."""
