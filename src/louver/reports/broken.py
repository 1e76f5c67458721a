"""Knows which of Louver's edits and blocks on a page most likely broke it, and the smallest relaxation for each. Pure.

The weights are judgement, ordered by what taxonomies of breakage report: documents, styles and scripts that miss break
pages, pictures and beacons hardly ever; sign-in and sessions hang on a site's own cookies; a tracker that only tracks
is rarely needed.
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Final

import msgspec

from louver.core.decision import Action, Fate
from louver.core.facts import Party, ResourceType
from louver.core.signals.kinds import IDENTIFYING
from louver.core.signals.signal import Grade, Kind
from louver.reports.replay import STOPPED

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from louver.ledger.rows import Logged, LoggedSignal

TYPES: Final[Mapping[str, float]] = {
    ResourceType.DOCUMENT: 0.95,
    ResourceType.STYLESHEET: 0.85,
    ResourceType.SUBDOCUMENT: 0.7,
    ResourceType.SCRIPT: 0.65,
    ResourceType.XMLHTTPREQUEST: 0.5,
    ResourceType.WEBSOCKET: 0.5,
    ResourceType.MEDIA: 0.5,
    ResourceType.FONT: 0.4,
    ResourceType.OTHER: 0.3,
    ResourceType.IMAGE: 0.1,
    ResourceType.PING: 0.02,
}
"""How likely a page breaks without a request of this type, were it to somebody of whom nothing is known."""

CATEGORIES: Final[Mapping[str, float]] = {
    "customer-interaction": 0.8,
    "video": 0.8,
    "social": 0.6,
    "tag-manager": 0.6,
    "search": 0.6,
    "email": 0.3,
    "affiliate": 0.3,
    "analytics": 0.2,
    "advertising": 0.2,
    "session-replay": 0.2,
    "fingerprinting": 0.2,
}
"""How much of that is left for a recipient that is known for something."""

KINDS: Final[Mapping[str, float]] = {
    Kind.SECURITY_COOKIE: 0.9,
    Kind.AUTH_TOKEN: 0.9,
    Kind.FIRST_PARTY_COOKIE: 0.7,
    Kind.CONSENT: 0.5,
    Kind.ACCOUNT_ID: 0.4,
    Kind.COMMERCE: 0.4,
    Kind.THIRD_PARTY_ID_COOKIE: 0.3,
    Kind.EXPERIMENT: 0.3,
    Kind.FORM_INPUT: 0.3,
    Kind.REFERRER: 0.15,
    Kind.GEOLOCATION: 0.15,
    Kind.GHOST_COOKIE: 0.1,
    Kind.CACHE_ID: 0.1,
    Kind.LANGUAGE: 0.1,
    Kind.USER_AGENT: 0.1,
}
"""How likely something breaks that leans on a signal of this kind; what is not named here, hardly ever."""

RARELY: Final = 0.03
STAND_IN: Final = 0.4
"""What is left of the likelihood where a stand-in answered."""

REWRITTEN: Final = 0.6
"""What is left of it where a signal was rewritten, not taken."""

ERROR: Final = 0.45
"""What an error adds that answered an altered request, or what was asked of the same host afterwards."""

OWN: Final = 1.3
"""The site's own hosts are needed more than others'."""

BAD_STATUS: Final = 400


class Relaxation(msgspec.Struct, frozen=True):
    """A rule for the site's policy that takes one edit or block back: `rule` is a row as policies write it.

    `width` says how much it opens: 1 one kind of signal at one host, 2 one host, 3 all of one organisation, 4 the site.
    """

    rule: dict[str, str]
    width: int


class Suspect(msgspec.Struct, frozen=True):
    """What may have broken a page, how likely (0 to 1), why we think so, and how to take it back.

    `gives_away` counts identifying signals that the relaxation would have let out.
    """

    what: str
    host: str
    entity: str
    kind: str
    names: list[str]
    types: list[str]
    count: int
    likelihood: float
    because: str
    relaxation: Relaxation
    gives_away: int


def suspects(rows: Sequence[Logged]) -> list[Suspect]:
    """Return what Louver did on a page, the likeliest cause of breakage first; of equals the smaller relaxation."""
    errors = {row.host for row in rows if (row.status or 0) >= BAD_STATUS}
    found = [*_blocks(rows), *_edits(rows, errors)]
    return sorted(found, key=lambda one: (-round(one.likelihood, 2), one.relaxation.width, one.gives_away, one.host))


def whole_site() -> Relaxation:
    """Return the last resort: change nothing on this site for a while."""
    return Relaxation({"treatment": "allow"}, 4)


def _blocks(rows: Iterable[Logged]) -> list[Suspect]:
    by_host: dict[str, list[Logged]] = defaultdict(list)
    for row in rows:
        if row.action in STOPPED:
            by_host[row.host].append(row)
    return [_block(host, stopped) for host, stopped in by_host.items()]


def _block(host: str, rows: Sequence[Logged]) -> Suspect:
    worst = max(rows, key=_likelihood)
    return Suspect(
        what="blocked" if worst.action == Action.BLOCK else "stand-in",
        host=host,
        entity=worst.owner or host,
        kind="",
        names=[],
        types=sorted({row.type for row in rows}),
        count=len(rows),
        likelihood=_likelihood(worst),
        because=_why_blocked(worst),
        relaxation=Relaxation({"recipient": host, "treatment": "allow"}, 2),
        gives_away=sum(_identifies(one) for row in rows for one in row.signals),
    )


def _likelihood(row: Logged) -> float:
    likely = TYPES.get(row.type, TYPES[ResourceType.OTHER])
    likely *= OWN if row.party == Party.FIRST else 1.0
    if row.category is not None:
        likely *= 0.9 if row.mixed else CATEGORIES.get(row.category, 0.4)
    return min(1.0, likely * (STAND_IN if row.action == Action.SURROGATE else 1.0))


def _why_blocked(row: Logged) -> str:
    who = f"known for {row.category}" if row.category else "not known to track"
    also = " and for what pages need" if row.mixed else ""
    answered = "; a stand-in answered" if row.action == Action.SURROGATE else ""
    return f"a {row.type} of somebody {who}{also}{answered}"


def _edits(rows: Iterable[Logged], errors: set[str]) -> list[Suspect]:
    by_edit: dict[tuple[str, str, str], list[tuple[Logged, LoggedSignal]]] = defaultdict(list)
    for row in rows:
        for one in row.signals if row.action not in STOPPED else ():
            if one.outcome != Fate.SHARED:
                by_edit[row.host, one.kind, one.outcome].append((row, one))
    return [_edit(*key, met, key[0] in errors) for key, met in by_edit.items()]


def _edit(host: str, kind: str, outcome: str, met: Sequence[tuple[Logged, LoggedSignal]], failed: bool) -> Suspect:
    rows, signals = [row for row, _ in met], [one for _, one in met]
    likely = KINDS.get(kind, RARELY) * (REWRITTEN if outcome == Fate.REWRITTEN else 1.0)
    own = any(row.party == Party.FIRST for row in rows)
    likely = min(1.0, likely * (OWN if own else 1.0) + (ERROR if failed else 0.0))
    names = sorted({one.name for one in signals if one.name})
    return Suspect(
        what="withheld" if outcome == Fate.BLOCKED else "rewritten",
        host=host,
        entity=rows[0].owner or host,
        kind=kind,
        names=names,
        types=sorted({row.type for row in rows}),
        count=len(signals),
        likelihood=likely,
        because=(
            "the host then answered with an error"
            if failed
            else "some services lean on it"
            if likely > RARELY
            else "hardly ever needed"
        ),
        relaxation=Relaxation({"recipient": host, "kind": kind, "treatment": "allow"}, 1),
        gives_away=sum(map(_identifies, signals)),
    )


def _identifies(one: LoggedSignal) -> bool:
    return one.kind in IDENTIFYING and one.grade != Grade.POSSIBLE
