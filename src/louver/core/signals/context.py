"""Knows what a detector may look at: the facts of one exchange, who the recipient is, and our tables."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

from louver.core.facts import ResourceType
from louver.core.redirectors import Redirectors
from louver.core.signals.identifier import judge

if TYPE_CHECKING:
    from collections.abc import Callable

    from louver.core.decision import Tracker
    from louver.core.facts import Party, Request
    from louver.core.never_break import NeverBreak
    from louver.core.recall import Recall
    from louver.core.signals.own_data import OwnData
    from louver.core.signals.payloads import Collector, Payloads
    from louver.core.signals.purpose import Purposes
    from louver.core.signals.signal import Grade
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
    payloads: Payloads
    collector: Collector | None
    """Whose payload dictionary the recipient's fields are in."""
    relayed: Collector | None
    """Whose payload a site's own host takes in, to send it on from there (server-side tagging)."""
    purposes: Purposes
    own: OwnData
    recall: Recall | None
    now: float
    """Unix seconds, right to the week: enough to tell a clock from an identifier."""
    redirectors: Redirectors = Redirectors()

    def judge(self, value: str, lifetime: float | None = None) -> Grade | None:
        """Return how surely a value is an identifier, all things considered that were seen of it before."""
        sites, persisted = self.recall.seen_on(value) if self.recall is not None else (1, False)
        return judge(value, lifetime=lifetime, seen_sites=max(sites, 1), persisted=persisted, now=self.now).grade

    @property
    def navigates(self) -> bool:
        """Tell whether the person goes to the recipient, which is then the page's own side."""
        return self.request.type is ResourceType.DOCUMENT
