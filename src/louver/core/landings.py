"""Knows which pages were reached by a link that carries a click's identifier, also where it was taken out on the way.

Cookies that such a page sets are the other half of the identifier, so `expire` leaves them a day, not a week (the rule
of WebKit's tracking prevention).
"""

from __future__ import annotations

from collections import OrderedDict
from typing import TYPE_CHECKING, Final
from urllib.parse import unquote_plus

from louver.core.decision import Action
from louver.core.edits import split_url
from louver.core.facts import Party, ResourceType
from louver.core.signals.signal import Kind, Where
from louver.core.sites import host_of
from louver.core.treat import DAY, WEEK

if TYPE_CHECKING:
    from louver.core.decision import Outcome
    from louver.core.signals.context import Context

DECORATION: Final = frozenset({Kind.CLICK_ID, Kind.LINKER})
ADDRESS: Final = frozenset({Where.QUERY, Where.FRAGMENT})
SOON: Final = 10.0
"""Seconds within which a browser follows a redirect."""
PAGES: Final = 4_096
AHEAD: Final = 256


class Landings:
    """Pages by their id, and redirects to clean addresses that browsers are about to follow."""

    def __init__(self) -> None:
        self._pages: OrderedDict[int, None] = OrderedDict()
        self._ahead: OrderedDict[tuple[str, str], float] = OrderedDict()

    def note(self, outcome: Outcome, now: float) -> None:
        """Take note of a navigation, once it is decided over; times are Unix seconds."""
        request, decision = outcome.request, outcome.decision
        if request.type is not ResourceType.DOCUMENT:
            return
        followed = self._ahead.pop((request.client, request.url), None)
        decorated = _is_decorated(outcome) or (followed is not None and now - followed <= SOON)
        if not decorated:
            return
        if decision.action is Action.REDIRECT and decision.location is not None:
            self._ahead[request.client, decision.location.partition("#")[0]] = now
            _cut(self._ahead, AHEAD)
        elif request.page is not None:
            self._pages[request.page.id] = None
            _cut(self._pages, PAGES)

    def is_decorated(self, page_id: int) -> bool:
        """Tell whether a page was reached by such a link."""
        return page_id in self._pages


def longest_life(context: Context, landings: Landings | None) -> int:
    """Return how many seconds `expire` leaves a cookie that this exchange sets."""
    page = context.request.page
    if page is None:
        return WEEK
    if landings is not None and landings.is_decorated(page.id):
        return DAY
    _, query, _ = split_url(page.url)
    host = host_of(page.url)
    names = [unquote_plus(field.partition("=")[0]) for field in query.split("&")] if query else []
    facts = [context.tables.parameter(name, host) for name in names]
    return DAY if any(fact is not None and fact.kind in DECORATION for fact in facts) else WEEK


def _is_decorated(outcome: Outcome) -> bool:
    if outcome.parties.by_site is Party.FIRST:
        return False
    return any(each.signal.kind in DECORATION and each.signal.where in ADDRESS for each in outcome.treated)


def _cut[K, V](entries: OrderedDict[K, V], most: int) -> None:
    if len(entries) > most:
        entries.popitem(last=False)
