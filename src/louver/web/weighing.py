"""Knows how to tell, from who got what where, which organisation could link which visits, without and with Louver."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from louver.core.signals.kinds import IDENTIFYING
from louver.web.drawing import web

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from louver.ledger.findings import Told
    from louver.web.drawing import Web

KNOWN: Final = 1000
"""How much more than a tie that was cut one counts that holds."""


@dataclass(frozen=True, slots=True)
class Tie:
    """One organisation on one site: the kinds by which it can know the person, and those by which it could have."""

    owner: str
    site: str
    now: Sequence[str]
    before: Sequence[str]

    @property
    def look(self) -> str:
        """Return what passed, in a word: `known`, `spared` (it would have been known, without Louver), `met`."""
        return "known" if self.now else "spared" if self.before else "met"


def ties(told: Iterable[Told]) -> list[Tie]:
    """Return which organisation can, or could, recognise the person on which site, other sides only."""
    before: dict[tuple[str, str], set[str]] = {}
    now: dict[tuple[str, str], set[str]] = {}
    for one in told:
        if one.party == "third":
            kinds = {one.kind} if one.kind in IDENTIFYING and one.sure else set()
            before.setdefault((one.entity, one.site), set()).update(kinds)
            now.setdefault((one.entity, one.site), set()).update(kinds if one.outcome == "shared" else ())
    return [Tie(owner, site, sorted(now[owner, site]), sorted(before[owner, site])) for owner, site in before]


@dataclass(frozen=True, slots=True)
class Knower:
    """One organisation: the sites that it could have recognised a person on, and those on which it can."""

    name: str
    could: Sequence[str]
    can: Sequence[str]
    met: Sequence[str]
    through: Sequence[str]


def knowers(ties: Iterable[Tie]) -> list[Knower]:
    """Return the organisations, those that could link most sites first."""
    groups: dict[str, list[Tie]] = {}
    for tie in ties:
        groups.setdefault(tie.owner, []).append(tie)
    return sorted((_knower(name, group) for name, group in groups.items()), key=_rank)


def picture(ties: Sequence[Tie], people: Sequence[Knower], most: int) -> Web:
    """Return the picture of who knows what: so many organisations and sites at the most, those with most to see."""
    owners = [one.name for one in people if one.could][:most]
    shown = [tie for tie in ties if tie.owner in owners]
    weights = Counter[str]()
    for tie in shown:
        weights[tie.site] += KNOWN if tie.now else bool(tie.before)
    sites = sorted(site for site, _ in weights.most_common(most))
    return web({(tie.owner, tie.site): tie.look for tie in shown}, owners, sites)


def _knower(name: str, group: Sequence[Tie]) -> Knower:
    return Knower(
        name,
        sorted(tie.site for tie in group if tie.before),
        sorted(tie.site for tie in group if tie.now),
        sorted(tie.site for tie in group),
        sorted({kind for tie in group for kind in tie.before}),
    )


def _rank(one: Knower) -> tuple[int, int, int, str]:
    return -len(one.can), -len(one.could), -len(one.met), one.name
