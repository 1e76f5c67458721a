"""Knows which redirects of ours were just made, so that a site that puts back what we take out cannot go in circles.

The first time a navigation is redirected to its clean address. If the browser is back with the same within ten seconds,
the request is cleaned on its way and the address stays as it is; if the server itself answered that by sending the
browser back, the site insists, and the request goes as it came.
"""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import replace
from typing import TYPE_CHECKING, Final, NamedTuple

from louver.core.decision import Action, Decision, Fate, Treated
from louver.core.signals.signal import Kind, Where

if TYPE_CHECKING:
    from louver.core.decision import Outcome

SOON: Final = 10.0
"""Seconds within which a second redirect to the same address is taken for a circle."""
MOST: Final = 1_024
IN_PLACE: Final = "the site put back what was taken out of the address; it is taken out on the way only"
INSISTS: Final = "the server does not answer without what is in the address"
ADDRESS: Final = frozenset({Where.QUERY, Where.FRAGMENT, Where.PATH})


class Turn(NamedTuple):
    """A redirect of ours: when it was made (Unix seconds), and whether the server sent the browser back."""

    at: float
    insists: bool


class Loops:
    """The redirects of the last seconds, by client and clean address."""

    def __init__(self) -> None:
        self._turns: OrderedDict[tuple[str, str], Turn] = OrderedDict()

    def settle(self, outcome: Outcome, now: float) -> Outcome:
        """Return the outcome, without its redirect where that would lead in a circle."""
        decision = outcome.decision
        if decision.action is not Action.REDIRECT or decision.location is None:
            return outcome
        key = (outcome.request.client, decision.location)
        turn = self._turns.get(key)
        if turn is None or now - turn.at > SOON:
            self._put(key, Turn(now, insists=False))
            return outcome
        return _as_it_came(outcome) if turn.insists else _in_place(outcome)

    def note(self, outcome: Outcome, now: float) -> None:
        """Take note of an answer: a redirect in answer to a clean request says that the site insists."""
        response = outcome.response
        if outcome.decision.reason == IN_PLACE and response is not None and 300 <= response.status < 400:
            key = (outcome.request.client, outcome.sent.url)
            if key in self._turns:
                self._put(key, Turn(now, insists=True))

    def _put(self, key: tuple[str, str], turn: Turn) -> None:
        self._turns[key] = turn
        self._turns.move_to_end(key)
        if len(self._turns) > MOST:
            self._turns.popitem(last=False)


def _in_place(outcome: Outcome) -> Outcome:
    treated = [_shared(each) if each.signal.kind is Kind.BOUNCE else each for each in outcome.treated]
    return replace(outcome, decision=_pass(outcome, IN_PLACE), treated=tuple(treated))


def _as_it_came(outcome: Outcome) -> Outcome:
    treated = [_shared(each) if each.signal.where in ADDRESS else each for each in outcome.treated]
    sent = replace(outcome.sent, url=outcome.request.url)
    return replace(outcome, decision=_pass(outcome, INSISTS), treated=tuple(treated), sent=sent)


def _pass(outcome: Outcome, reason: str) -> Decision:
    return Decision(Action.PASS, None, reason, outcome.decision.policy)


def _shared(treated: Treated) -> Treated:
    return Treated(treated.signal, treated.treatment, Fate.SHARED, treated.row)
