"""Knows how asking first works: what would recognise the person is held back until they say so. Pure.

One rule holds it back, and its name in the ledger tells what it held back; an answer is a rule in front of it. A
question that is never answered is answered: no.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Final

from louver.core.decision import Fate, Treatment
from louver.core.signals.kinds import IDENTIFYING
from louver.reports.replay import replay
from louver.web.slats import is_recipient_rule

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from louver.core.policy import Policy
    from louver.ledger.rows import Logged
    from louver.web.slats import Rule

KINDS: Final = sorted(str(kind) for kind in IDENTIFYING)
ASK: Final[Mapping[str, Any]] = {
    "kind": KINDS,
    "party": ["third", "unknown"],
    "protected": False,
    "treatment": str(Treatment.STRIP),
}
"""The rule that holds back; who must never break (sign-in, payment) is not asked about."""

WRITTEN: Final = f"{{kind: [{', '.join(KINDS)}], party: [third, unknown], protected: false, treatment: strip}}"
"""How the ledger names that rule, behind the place where it stands."""


class Answer(StrEnum):
    """What a person may say to a question."""

    ONCE = "once"
    ALWAYS = "always"
    NEVER = "never"


@dataclass(frozen=True, slots=True)
class Question:
    """A site wants to let somebody recognise the person: through what, and in which exchange last."""

    site: str
    name: str
    who: Mapping[str, str]
    kinds: Sequence[str]
    example: int


def is_asking(rules: Iterable[Rule]) -> bool:
    """Tell whether rules hold back and ask."""
    return any(map(is_ask, rules))


def is_ask(rule: Rule) -> bool:
    """Tell whether a rule is the one that holds back."""
    return dict(rule) == dict(ASK)


def answer_rule(who: Mapping[str, str], answer: Answer) -> dict[str, Any]:
    """Return the rule that an answer stands for; when it ends is the caller's to say."""
    treatment = Treatment.STRIP if answer is Answer.NEVER else Treatment.ALLOW
    return {**who, "kind": KINDS, "treatment": str(treatment)}


def questions(rows: Iterable[Logged], rules_of: Callable[[str], Sequence[Rule]], unasked: Policy) -> list[Question]:
    """Return what was held back and is not answered yet, one question for each site and recipient, newest first.

    `unasked` is the policy without asking: what it would have held back as well is no question.
    """
    open_ones: dict[tuple[str, str], Question] = {}
    for row in rows:
        held = _held(row, unasked)
        if held:
            who = {"recipient": row.host} if row.owner is None else {"owner": row.owner}
            name = row.owner or row.host
            before = open_ones.pop((row.site, name), None)
            kinds = sorted({*held, *(before.kinds if before else ())})
            open_ones[row.site, name] = Question(row.site, name, who, kinds, row.id)
    return [one for one in reversed(open_ones.values()) if not _is_answered(one, rules_of(one.site))]


def _held(row: Logged, unasked: Policy) -> list[str]:
    if not any((one.policy_row or "").endswith(WRITTEN) for one in row.signals):
        return []
    otherwise = replay(row, unasked)
    if otherwise is None:
        return []
    pairs = zip(row.signals, otherwise.signals, strict=True)
    return sorted({one.kind for one, other in pairs if other.outcome == Fate.SHARED and one.outcome == Fate.BLOCKED})


def _is_answered(one: Question, rules: Sequence[Rule]) -> bool:
    return any(is_recipient_rule(one.who, rule) for rule in rules)
