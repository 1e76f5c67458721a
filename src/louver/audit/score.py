"""Knows the figures of a visit and the two axes: how much privacy it leaves, and how much of the page protection keeps.

Sources: identifier bits are counted by organisation and capped at 33, enough to tell everybody on earth apart; what is
kept of a page is the share of requests that go out as they were, weighted by what they are for, trackers by nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from louver.audit.checks.sharing import circles
from louver.audit.observe import KEY, UNDATED
from louver.core.decision import Action, Fate
from louver.core.engine import Engine
from louver.core.facts import ResourceType
from louver.core.signals.signal import Grade, Kind
from louver.reports.audit_document import AxisRow, Numbers

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from louver.audit.knowledge import Judgement
    from louver.audit.visit import Exchange, Visit
    from louver.core.decision import Outcome

ENOUGH: Final = 33.0
"""Bits that single out one person among all."""
GRADED: Final = {Grade.CONFIRMED: ENOUGH, Grade.LIKELY: ENOUGH, Grade.POSSIBLE: 8.0}
GROUPS: Final[Mapping[Kind, tuple[str, float]]] = {
    Kind.USER_AGENT: ("browser", 9.8),
    Kind.LANGUAGE: ("locale", 5.9),
    Kind.TIME_ZONE: ("locale", 3.3),
    Kind.SCREEN: ("display", 4.9),
    Kind.HARDWARE: ("device", 3.0),
    Kind.GEOLOCATION: ("place", 16.0),
}
"""Details in groups, each counted once because what is in one depends on the other (entropies: AmIUnique, 2016)."""
WEIGHTS: Final = {
    ResourceType.DOCUMENT: 8.0,
    ResourceType.SUBDOCUMENT: 3.0,
    ResourceType.SCRIPT: 4.0,
    ResourceType.STYLESHEET: 4.0,
    ResourceType.XMLHTTPREQUEST: 3.0,
    ResourceType.FONT: 2.0,
    ResourceType.MEDIA: 2.0,
    ResourceType.IMAGE: 1.0,
}
ROOM: Final = 6.0
"""Organisations that fully identify a visitor at which half of the privacy is gone."""


def bits(visit: Visit) -> dict[str, float]:
    """Return how many bits each other organisation that tracks got about the visitor."""
    sure: dict[str, float] = {}
    groups: dict[str, dict[str, float]] = {}
    for each in visit.exchanges:
        for one in each.signals if each.tracks else ():
            if one.identifies:
                sure[each.who] = max(sure.get(each.who, 0.0), GRADED[one.grade])
            elif one.kind in GROUPS:
                name, weight = GROUPS[one.kind]
                kept = groups.setdefault(each.who, {})
                kept[name] = max(kept.get(name, 0.0), weight)
    owners = sure.keys() | groups.keys()
    return {who: min(ENOUGH, sure.get(who, 0.0) + sum(groups.get(who, {}).values())) for who in sorted(owners)}


def privacy(known: Iterable[float]) -> int:
    """Return from bits by organisation how much privacy is left, 100 where nobody learns anything."""
    whole = sum(known) / ENOUGH
    return round(100 * ROOM / (ROOM + whole))


def numbers(visit: Visit) -> Numbers:
    """Count a visit."""
    third = list(visit.third())
    known = bits(visit)
    identifying = {who for who, amount in known.items() if amount >= ENOUGH}
    matched = {who for circle in circles(visit) for who in circle if circle.keys() & identifying}
    cookies = {(each.recipient, one.name) for each in third for one in each.signals if one.is_cookie}
    following = {
        (each.recipient, one.name) for each, one in visit.identified() if one.is_cookie or one.kind is Kind.GHOST_COOKIE
    }
    lives = [one.lifetime or 0.0 for _, one in visit.identified() if one.is_cookie]
    return Numbers(
        exchanges=len(visit.exchanges),
        pages=len(visit.pages),
        third_party_requests=len(third),
        third_party_owners=len({each.who for each in third}),
        third_party_sites=len({each.recipient for each in third}),
        tracker_owners=len({each.who for each in third if each.tracks}),
        third_party_cookies=len(cookies),
        tracking_cookies=len(following),
        owners_identifying=len(identifying),
        owners_after_matching=len(identifying | matched),
        longest_cookie_days=round(max(lives, default=0.0) / 86_400),
        identifier_bits=round(sum(known.values()), 1),
    )


def axes(visit: Visit, judgement: Judgement) -> list[AxisRow]:
    """Return where the visit stands, and where it would under each policy that protects."""
    found = [AxisRow("as it is", privacy(bits(visit).values()), 100)]
    if not visit.has_facts:
        return found
    for policy in judgement.policies[1:]:
        engine = Engine(judgement.knowledge, policy, KEY, UNDATED)
        outcomes = [(each, _outcome(engine, each)) for each in visit.exchanges]
        left = _left(outcomes)
        found.append(AxisRow(policy.name, privacy(left.values()), _kept(outcomes)))
    return found


def _outcome(engine: Engine, each: Exchange) -> Outcome | None:
    if each.request is None:
        return None
    outcome = engine.request(each.request)
    if each.response is not None and outcome.decision.action is Action.PASS:
        outcome = engine.response(outcome, each.response)
    return outcome


def _left(outcomes: Sequence[tuple[Exchange, Outcome | None]]) -> dict[str, float]:
    """Return the bits that still reach each organisation."""
    known: dict[str, float] = {}
    for each, outcome in outcomes:
        if outcome is None or not each.tracks or outcome.decision.action in (Action.BLOCK, Action.SURROGATE):
            continue
        for one, treated in zip(each.signals, outcome.treated, strict=False):
            if one.identifies and treated.outcome is Fate.SHARED:
                known[each.who] = ENOUGH
    return known


def _kept(outcomes: Sequence[tuple[Exchange, Outcome | None]]) -> int:
    whole = kept = 0.0
    for each, outcome in outcomes:
        weight = 0.0 if each.tracks or outcome is None else WEIGHTS.get(each.type, 1.0)
        whole += weight
        kept += weight if outcome is not None and outcome.decision.action is not Action.BLOCK else 0.0
    return round(100 * kept / whole) if whole else 100
