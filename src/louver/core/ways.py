"""Knows what must be remembered so that answers about one browser's navigations and cookies hold together.

It holds the machines that the engine reads (the jar, landings) and those that come after it (redirects in circles,
bounces). The shell feeds it each outcome and gives it the time in Unix seconds.
"""

from __future__ import annotations

from collections import OrderedDict
from typing import TYPE_CHECKING, Final, NamedTuple

from louver.core.bounces import Bounces, Visitor, browser_of
from louver.core.decision import Add
from louver.core.edits import apply_to_response
from louver.core.facts import ResourceType
from louver.core.jar import Jar
from louver.core.landings import Landings
from louver.core.loops import Loops

if TYPE_CHECKING:
    from collections.abc import Iterator

    from louver.core.decision import Outcome
    from louver.core.policy import Policy

CLEAR: Final = Add("Clear-Site-Data", '"cookies", "storage", "cache"')
MOST: Final = 1_024


class Bounce(NamedTuple):
    """A site that somebody was only led through; `cleared` says that its data goes at the next visit."""

    site: str
    cleared: bool


class Ways:
    """The memory of what happened a moment ago, and for bounces of the last weeks."""

    def __init__(self, bounces: Bounces | None = None) -> None:
        self.jar, self.landings, self.loops, self.bounces = Jar(), Landings(), Loops(), bounces or Bounces()
        self._to_clear: OrderedDict[Visitor, None] = OrderedDict()

    def request(self, outcome: Outcome, now: float) -> Outcome:
        """Return the outcome of a request as it shall be done, given what was done before."""
        settled = self.loops.settle(outcome, now)
        self.landings.note(settled, now)
        if settled.decision.location is not None:
            self.bounces.note(settled, now)
        return settled

    def response(self, outcome: Outcome, now: float) -> Outcome:
        """Return the outcome of a response as it shall be handed on."""
        self.loops.note(outcome, now)
        self.jar.note(outcome, now)
        self.bounces.note(outcome, now)
        return self._cleared(outcome, now) if self._to_clear else outcome

    def tick(self, now: float) -> None:
        """Take note of the time, before the engine is asked."""
        self.jar.tick(now)

    def due(self, policy: Policy, now: float) -> Iterator[Bounce]:
        """Give the sites found since the last time that people were only led through."""
        for visitor in self.bounces.due(now):
            clears = policy.for_site(visitor.site).flags.clear_bounces
            if clears:
                self._to_clear[visitor] = None
                self.jar.forget(visitor.site)
                if len(self._to_clear) > MOST:
                    self._to_clear.popitem(last=False)
            yield Bounce(visitor.site, clears)

    def _cleared(self, outcome: Outcome, now: float) -> Outcome:
        """Have the browser forget a site, once; it obeys over a secure connection only."""
        request, received = outcome.request, outcome.received
        visitor = Visitor(browser_of(request), outcome.recipient_site)
        visited = request.type is ResourceType.DOCUMENT and request.url.startswith("https://")
        if received is None or not visited or visitor not in self._to_clear:
            return outcome
        del self._to_clear[visitor]
        if self.bounces.is_used(visitor, now):
            return outcome
        return outcome.answered((), outcome.response or received, apply_to_response(received, (CLEAR,)))
