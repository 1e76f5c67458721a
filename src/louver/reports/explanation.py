"""Knows how to say one outcome in words: what happens, who asks, which rule, which row of the policy, what leaves."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from louver.core.decision import Action
from louver.core.facts import Party

if TYPE_CHECKING:
    from collections.abc import Iterator

    from louver.core.decision import Outcome, RuleRef

VERDICT: Final = {
    Action.PASS: "PASS      the request goes out",
    Action.BLOCK: "BLOCK     the server is not contacted",
    Action.REDIRECT: "REDIRECT  the browser is sent to the clean address",
    Action.SURROGATE: "SURROGATE a stand-in answers, the server is not contacted",
}
LONGEST_VALUE: Final = 100


def explanation(outcome: Outcome) -> str:
    """Return the whole explanation, several lines of plain text."""
    return "\n".join(printable(line) for line in _lines(outcome))


def printable(text: str) -> str:
    """Make text that a page wrote safe for a terminal: control characters become visible escapes."""
    return "".join(c if c.isprintable() else c.encode("unicode_escape", "surrogatepass").decode() for c in text)


def _lines(outcome: Outcome) -> Iterator[str]:
    decision, request = outcome.decision, outcome.request
    yield VERDICT[decision.action]
    if decision.location:
        yield f"  to        {decision.location}"
    yield f"  because   {decision.reason}"
    yield f"  policy    {decision.policy} (for {outcome.site})"
    yield ""
    yield f"request     {request.method} {_shortened(request.url)} ({request.type})"
    yield f"page        {request.asker.url if request.asker else 'unknown'}"
    yield f"party       {_party(outcome)}"
    tracker = outcome.tracker
    if tracker:
        mixed = ", also does what pages need" if tracker.mixed else ""
        yield f"tracker     {tracker.domain} · {tracker.owner} · {tracker.category}{mixed}"
    elif outcome.owner:
        yield f"owner       {outcome.owner}"
    yield from _rule("rule", outcome.rule)
    yield from _rule("exception", outcome.exception)
    yield from _signals(outcome)
    if decision.action in (Action.PASS, Action.REDIRECT):
        yield from _leaving(outcome)


def _party(outcome: Outcome) -> str:
    parties = outcome.parties
    answers = f"by site {parties.by_site}, by owner {parties.by_owner}, by name (CNAME) {parties.by_cname}"
    cloaked = parties.by_site is Party.FIRST and parties.by_cname is Party.THIRD
    return f"{answers}: a tracker behind the site's own name" if cloaked else answers


def _rule(label: str, rule: RuleRef | None) -> Iterator[str]:
    if rule:
        version = f", version {rule.version}" if rule.version else ""
        yield f"{label:<11} {rule.text}"
        yield f"            {rule.list}, line {rule.line}{version}"


def _signals(outcome: Outcome) -> Iterator[str]:
    yield ""
    if not outcome.treated:
        yield "signals     none found"
        return
    yield "signals"
    for treated in outcome.treated:
        signal = treated.signal
        purpose = f", {signal.purpose}" if signal.purpose and signal.purpose != "unknown" else ""
        what = f"{signal.kind} in {signal.where} {signal.name}".rstrip()
        yield f"  {treated.outcome:<9} {what} ({signal.grade}{purpose}): {treated.treatment}"
        yield f"            {treated.row}"


def _leaving(outcome: Outcome) -> Iterator[str]:
    sent, request = outcome.sent, outcome.request
    yield ""
    if sent is request:
        yield "leaves      unchanged"
        return
    yield "leaves as"
    yield f"  {sent.method} {_shortened(sent.url)}"
    for name, value in sent.headers:
        yield f"  {name}: {_shortened(value)}"


def _shortened(text: str) -> str:
    return text if len(text) <= LONGEST_VALUE else f"{text[:LONGEST_VALUE]}… ({len(text)} characters)"
