"""Knows what happened before the visitor had a say, after a refusal, and against the choice that requests carry."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from louver.audit.finding import CONSENT, EPRIVACY, TCF, Check, Evidence, Found, Severity, carried, found, row
from louver.audit.visit import group
from louver.core.signals.signal import Kind, Purpose

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from louver.audit.visit import Exchange, Sighting, Visit

type Pair = tuple[Exchange, Sighting]

STORED: Final = frozenset({"onetrust", "cookiebot", "onetrust-sale"})
"""Mechanisms that exist only once a visitor has chosen; the others also say what holds by default."""
STORING: Final = frozenset({"storage", "ad-storage"})
ADVERTISING: Final = frozenset(
    {"personalised-ads", "ad-profile", "advertising", "targeted-advertising", "ad-user-data"}
)


def before(visit: Visit) -> Iterator[Found]:
    """Find identifiers that were set or sent while nothing said that the visitor had agreed."""
    if visit.modes.consent in {"accept", "reject"} and visit.form != "live":
        return  # a recording that began with the answer shows nothing from before it
    certain = visit.modes.consent == "none" or visit.form == "live"
    chosen = _first_agreed(visit)
    severity = Severity.HIGH if certain or chosen is not None else Severity.MEDIUM
    when = "before any choice" if certain else "before consent is on record" if chosen else "with no consent on record"
    end = _answered(visit)
    early = (pair for pair in visit.identified() if (chosen is None or pair[0].number < chosen) and _at(pair) < end)
    for who, rows in group(early, _owner).items():
        yield found(who, f"{who} identifies the visitor {when}", severity, _rows(rows))


def refused(visit: Visit) -> Iterator[Found]:
    """Find identifiers that were set or sent after the visitor had said no."""
    declared = visit.modes.consent == "reject"
    late = (
        (each, one)
        for each, one in visit.identified()
        if _refuses(each) or (declared and _is_after_answer(visit, each))
    )
    for who, rows in group(late, _owner).items():
        yield found(who, f"{who} identifies the visitor after a refusal", Severity.HIGH, _rows(rows))


def contradictions(visit: Visit) -> Iterator[Found]:
    """Find requests that carry both a refusal and an identifier."""
    pairs = ((each, words) for each in visit.third() for words in _contradicted(each))
    for who, rows in group(pairs, lambda pair: pair[0].who).items():
        title = f"{who} is told in one breath that consent is missing, and who the visitor is"
        yield found(who, title, Severity.HIGH, (row(each, words) for each, words in rows))


def preset(visit: Visit) -> Iterator[Found]:
    """Find strings that say yes in a visit where the visitor never answered."""
    if visit.modes.consent != "none":
        return
    for each in visit.exchanges:
        for said in each.said:
            if said.granted & (STORING | ADVERTISING) and said.mechanism not in {"google-npa", "us-privacy", "dnt"}:
                evidence = (row(each, f"{said.mechanism}: {said.words}"),)
                title = f"{said.mechanism} says that the visitor agreed, before any answer"
                yield found(said.mechanism, title, Severity.HIGH, evidence)
                return


def _first_agreed(visit: Visit) -> int | None:
    if visit.form == "live":
        answered = visit.answered_at if visit.modes.consent == "accept" else None
        return next((each.number for each in visit.exchanges if answered and (each.at or 0.0) >= answered), None)
    if visit.modes.consent == "none":
        return None
    return next((each.number for each in visit.exchanges if each.agreed), None)


def _answered(visit: Visit) -> float:
    """Return when the question was answered, whichever way; what comes later is judged by another check."""
    return float("inf") if visit.answered_at is None else visit.answered_at


def _at(pair: Pair) -> float:
    return pair[0].at or 0.0


def _refuses(each: Exchange) -> bool:
    return any(said.mechanism in STORED and (ADVERTISING | {"analytics", "sale"}) & said.denied for said in each.said)


def _is_after_answer(visit: Visit, each: Exchange) -> bool:
    answered = visit.answered_at
    return visit.form != "live" or (answered is not None and each.at is not None and each.at > answered)


def _contradicted(each: Exchange) -> Iterator[str]:
    if not each.tracks:
        return
    for said in each.said:
        if said.mechanism in {"gpc", "dnt"}:
            continue
        denied = said.denied & (STORING if said.mechanism != "us-privacy" else frozenset({"sale"}))
        for one in each.signals if denied else ():
            if one.kind in CARRIED and one.is_sure and one.purpose is not Purpose.NECESSARY:
                what = carried(one)
                yield f"{said.mechanism} denies {', '.join(sorted(denied))}, yet {what}"


CARRIED: Final = frozenset({Kind.THIRD_PARTY_ID_COOKIE, Kind.UNIVERSAL_ID, Kind.DEVICE_ID, Kind.EMAIL})
"""Identifiers that no default of a consent mode explains."""


def _owner(pair: Pair) -> str:
    each, one = pair
    return (one.owner or each.who) if not each.is_third else each.who


def _rows(rows: Iterable[Pair]) -> Iterator[Evidence]:
    for each, one in rows:
        yield row(each, carried(one))


BEFORE: Final = Check(
    "consent-before",
    "Visitors are identified before they agree",
    "Hold back everything that identifies visitors until they have agreed; keep tags out of the page until then.",
    before,
    (EPRIVACY, CONSENT),
    needs="facts",
)
REFUSED: Final = Check(
    "consent-refused",
    "Visitors are identified after they refused",
    "Make the refusal stop these requests, and delete what was set before it.",
    refused,
    (EPRIVACY, CONSENT),
)
CONTRADICTIONS: Final = Check(
    "consent-contradiction",
    "Requests contradict the consent that they carry",
    "Make sure that each partner reads the consent string, and that tags do not fire without the consent they need.",
    contradictions,
    (CONSENT, TCF),
)
PRESET: Final = Check(
    "consent-preset",
    "Consent is on record before the visitor answered",
    "Create a positive consent string only after a clear affirmative action.",
    preset,
    (CONSENT, TCF),
)
