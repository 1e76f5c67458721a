"""Knows which slats a site has, which rules of a policy each position of one stands for, and reads them back. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Final

from louver.core.decision import Treatment
from louver.core.signals.kinds import MEANINGS
from louver.core.signals.signal import Kind

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

type Rule = Mapping[str, Any]


class Position(StrEnum):
    """How far a slat is tilted."""

    SHARE = "share"
    SOFTEN = "soften"
    HIDE = "hide"
    BLOCK = "block"


@dataclass(frozen=True, slots=True)
class Group:
    """Kinds of signals that a person would decide over at once."""

    id: str
    title: str
    about: str
    kinds: tuple[Kind, ...]


GROUPS: Final = (
    Group(
        "recognise",
        "Recognising you",
        "cookies and numbers that are yours alone, by which you are known again",
        (
            Kind.THIRD_PARTY_ID_COOKIE,
            Kind.GHOST_COOKIE,
            Kind.SYNC_ID,
            Kind.UNIVERSAL_ID,
            Kind.DEVICE_ID,
            Kind.FINGERPRINT,
            Kind.CACHE_ID,
        ),
    ),
    Group(
        "clicks",
        "Following your clicks",
        "marks in links that tell where you came from, and messages that you left",
        (Kind.CLICK_ID, Kind.LINKER, Kind.CAMPAIGN_TAG, Kind.BOUNCE, Kind.BEACON),
    ),
    Group(
        "person",
        "Who you are",
        "your e-mail address, name, account or what you typed, plain or hashed",
        (Kind.EMAIL, Kind.PERSONAL_DATA, Kind.ACCOUNT_ID, Kind.FORM_INPUT),
    ),
    Group(
        "reading",
        "What you read and do",
        "the address of the page, what it is about, what you buy, how you move",
        (Kind.REFERRER, Kind.PAGE_URL, Kind.CONTENT, Kind.COMMERCE, Kind.BEHAVIOUR, Kind.INTEREST),
    ),
    Group(
        "device",
        "Your browser and device",
        "details that narrow down which browser is yours",
        (Kind.USER_AGENT, Kind.LANGUAGE, Kind.SCREEN, Kind.TIME_ZONE, Kind.HARDWARE, Kind.LOCAL_NETWORK),
    ),
    Group(
        "place", "Where you are", "coordinates and forwarded network addresses", (Kind.GEOLOCATION, Kind.IP_LOCATION)
    ),
)
GROUP_OF: Final = {kind: group for group in GROUPS for kind in group.kinds}
OURS: Final = ("third", "unknown")
"""Whom a group's slat is about: what a site tells itself is its own business, and keeps it working."""

SOFTER: Final = (Treatment.COARSEN, Treatment.PARTITION, Treatment.PSEUDONYMIZE)
"""Treatments that leave something of a signal, the mildest first."""


def soft(kind: Kind) -> Treatment:
    """Return what softening means for a kind; what has no softer form is taken out."""
    return next((one for one in SOFTER if one in MEANINGS[kind].treatments), Treatment.STRIP)


TREATMENT: Final[Mapping[Position, Treatment]] = {
    Position.SHARE: Treatment.ALLOW,
    Position.HIDE: Treatment.STRIP,
    Position.BLOCK: Treatment.BLOCK,
}
CHANGEABLE: Final = tuple(kind for group in GROUPS for kind in group.kinds)


def group_rules(group: Group, position: Position) -> list[dict[str, Any]]:
    """Return the rules that a position of a group's slat stands for."""
    return [
        {"kind": [str(kind) for kind in kinds], "party": list(OURS), "treatment": str(treatment)}
        for treatment, kinds in _treatments(group.kinds, position).items()
    ]


def recipient_rules(who: Mapping[str, str], position: Position) -> list[dict[str, Any]]:
    """Return the rules for one recipient, `who` being `{owner: …}` or `{recipient: …}`.

    Softening and hiding let the request itself go: the rules about signals come first, the one about all comes last.
    """
    if position in (Position.SHARE, Position.BLOCK):
        return [{**who, "treatment": str(TREATMENT[position])}]
    rules: list[dict[str, Any]] = [
        {**who, "kind": [str(kind) for kind in kinds], "treatment": str(treatment)}
        for treatment, kinds in _treatments(CHANGEABLE, position).items()
    ]
    return [*rules, {**who, "treatment": str(Treatment.ALLOW)}]


def group_position(group: Group, rules: Sequence[Rule]) -> Position | None:
    """Return how far a group's slat is tilted by rules of the user's own; None where the policy decides."""
    own = [rule for rule in rules if is_group_rule(group, rule)]
    return _position(own, {position: group_rules(group, position) for position in Position})


def recipient_position(who: Mapping[str, str], rules: Sequence[Rule]) -> Position | None:
    """Return how far a recipient's slat is tilted by rules of the user's own; None where the policy decides."""
    own = [rule for rule in rules if is_recipient_rule(who, rule)]
    return _position(own, {position: recipient_rules(who, position) for position in Position})


def is_group_rule(group: Group, rule: Rule) -> bool:
    """Tell whether a rule is one that a group's slat wrote."""
    return rule.keys() == {"kind", "party", "treatment"} and _words(rule["kind"]) <= set(map(str, group.kinds))


def is_recipient_rule(who: Mapping[str, str], rule: Rule) -> bool:
    """Tell whether a rule is one that a recipient's slat wrote."""
    return _asks(rule) == who.keys() and all(rule[key] == value for key, value in who.items())


def is_about_a_recipient(rule: Rule) -> bool:
    """Tell whether a rule is one that some recipient's slat wrote."""
    return _asks(rule) in ({"owner"}, {"recipient"})


def _asks(rule: Rule) -> set[str]:
    return set(rule.keys()) - {"kind", "treatment", "until"}


def _treatments(kinds: Iterable[Kind], position: Position) -> dict[Treatment, list[Kind]]:
    found: dict[Treatment, list[Kind]] = {}
    for kind in kinds:
        found.setdefault(TREATMENT.get(position) or soft(kind), []).append(kind)
    return found


def _position(own: Sequence[Rule], positions: Mapping[Position, Sequence[Rule]]) -> Position | None:
    written = sorted(map(_essence, own))
    return next(
        (position for position, rules in positions.items() if own and sorted(map(_essence, rules)) == written), None
    )


def _essence(rule: Rule) -> tuple[str, tuple[str, ...]]:
    return str(rule["treatment"]), tuple(sorted(_words(rule.get("kind", ()))))


def _words(value: Any) -> set[str]:
    return {value} if isinstance(value, str) else set(map(str, value))
