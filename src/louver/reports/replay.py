"""Knows how to ask another policy about an exchange that the ledger holds. Pure; the facts kept are enough for most.

What cannot be replayed, because only the traffic itself held it, is said in `LIMITS`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import msgspec

from louver.core.decision import Action, Fate, Treatment
from louver.core.facts import Party, ResourceType
from louver.core.policy import NO_ROW, Choice, Subject
from louver.core.signals.signal import Grade, Kind, Place, Purpose, Signal, Where
from louver.core.treat import COARSEN, COOKIES, WEEK

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from louver.core.policy import Policy
    from louver.ledger.rows import Logged, LoggedSignal

LIMITS: Final = (
    "Filter rules are taken to say what they said then; parameters that no list took then are not looked for.",
    "Of a request that was stopped, no answer is known: cookies it would have set are missing.",
    "Whether a stand-in would have answered what would have been stopped is not known.",
    "A value that was coarse already, or has a signature, may stay as it is where this says rewritten.",
)
BY_LIST: Final = "a list removes this parameter"
STOPPED: Final = frozenset({Action.BLOCK.value, Action.SURROGATE.value})
IN_ADDRESS: Final = frozenset({Where.QUERY.value, Where.FRAGMENT.value})


class Treated(msgspec.Struct, frozen=True):
    """A signal under a policy: what the policy wants, what comes of it, and the row that says so."""

    kind: str
    place: str
    name: str
    treatment: str
    outcome: str
    row: str


class Replayed(msgspec.Struct, frozen=True):
    """An exchange under a policy: what happens to the request, why, and to each of its signals, in their order."""

    policy: str
    action: str
    reason: str
    signals: list[Treated]


def replay(row: Logged, policy: Policy) -> Replayed | None:
    """Return what a policy would have done; None for an exchange that Louver itself failed on."""
    if not row.policy:
        return None
    policy, subject = policy.for_site(row.site), subject_of(row)
    whole = policy.request_choice(subject)
    choices = [_choice(policy, subject, one) for one in row.signals]
    stops = [
        choice.row
        for one, choice in zip(row.signals, choices, strict=True)
        if choice.treatment is Treatment.BLOCK and one.where != Where.SET_COOKIE
    ]
    if whole.treatment is Treatment.BLOCK or stops:
        reason = whole.row if whole.treatment is Treatment.BLOCK else stops[0]
        fates = [Fate.BLOCKED] * len(choices)
        return _made(
            row, policy, (Action.SURROGATE if row.action == Action.SURROGATE else Action.BLOCK), reason, choices, fates
        )
    fates = [_fate(one, choice.treatment) for one, choice in zip(row.signals, choices, strict=True)]
    return _made(row, policy, _action(row, policy, fates), whole.row, choices, fates)


def subject_of(row: Logged) -> Subject:
    """Return what the rows of a policy ask about an exchange."""
    relayed = row.mixed and row.tracker is None
    return Subject(
        party=Party(row.policy_party),
        category="analytics" if relayed else row.category,
        owner=row.owner,
        recipient=row.host,
        type=ResourceType(row.type),
        mixed=row.mixed,
        listed=row.listed,
        excepted=row.excepted,
        protected=row.protected,
    )


def signal_of(one: LoggedSignal) -> Signal:
    """Return a signal as the rows of a policy ask about it; its value is not known, and no row asks for it."""
    purpose = Purpose(one.purpose) if one.purpose else None
    party = Party(one.party) if one.party else None
    grade = Grade(one.grade)
    return Signal(Kind(one.kind), Where(one.where), one.name, grade, Place(), "", purpose, one.owner, party)


def _choice(policy: Policy, subject: Subject, one: LoggedSignal) -> Choice:
    choice = policy.signal_choice(subject, signal_of(one))
    if one.policy_row == BY_LIST and choice is NO_ROW and policy.flags.filters:
        return Choice(Treatment.STRIP, BY_LIST)
    if one.kind == Kind.BOUNCE and not policy.flags.clean_navigation:
        return Choice(Treatment.ALLOW, choice.row)
    return choice


def _fate(one: LoggedSignal, treatment: Treatment) -> Fate:
    """Return what comes of a signal under a treatment, as `core.treat` does it where the value need not be known."""
    if treatment is Treatment.ALLOW or (treatment is Treatment.EXPIRE and not _is_shortened(one)):
        return Fate.SHARED
    if treatment == one.treatment and one.outcome != Fate.BLOCKED:
        return Fate(one.outcome)
    return Fate.REWRITTEN if treatment in REWRITES and REWRITES[treatment](one) else Fate.BLOCKED


def _is_shortened(one: LoggedSignal) -> bool:
    """Tell whether `expire` does anything to it; a cookie that is sent was dealt with when it was set."""
    if one.where == Where.SET_COOKIE:
        return one.lifetime is not None and one.lifetime > WEEK
    return one.where != Where.COOKIE


REWRITES: Final[Mapping[Treatment, Callable[[LoggedSignal], bool]]] = {
    Treatment.COARSEN: lambda one: one.kind in COARSEN,
    Treatment.PSEUDONYMIZE: lambda one: one.where != Where.HEADER,
    Treatment.PARTITION: lambda one: one.where in COOKIES,
    Treatment.EXPIRE: lambda one: one.where == Where.SET_COOKIE,
}
"""Treatments that leave something of a signal, and of which; of others they leave nothing."""


def _action(row: Logged, policy: Policy, fates: list[Fate]) -> Action:
    cleaned = any(
        fate is not Fate.SHARED and one.where in IN_ADDRESS for one, fate in zip(row.signals, fates, strict=True)
    )
    navigates = row.type == ResourceType.DOCUMENT and row.method in {"GET", "HEAD"}
    return Action.REDIRECT if cleaned and navigates and policy.flags.clean_navigation else Action.PASS


def _made(
    row: Logged, policy: Policy, action: Action, reason: str, choices: list[Choice], fates: list[Fate]
) -> Replayed:
    signals = [
        Treated(one.kind, one.where, one.name, str(choice.treatment), str(fate), choice.row)
        for one, choice, fate in zip(row.signals, choices, fates, strict=True)
    ]
    return Replayed(policy.name, str(action), reason, signals)
