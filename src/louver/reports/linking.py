"""Knows who can tell that visits to different sites were one person's, and through which identifier. Pure.

Source: linkability and history coverage as shares of pairs of sites and of sites; the sites that one recipient can link
are those joined by identifiers that reached it (a graph of sites and identifiers). "Before" is what would have reached
it without the policy, "after" what did.
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Final

import msgspec

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence

    from louver.ledger.findings import Met

MOST_THROUGH: Final = 8
"""Identifiers named for one entity."""


class Side(msgspec.Struct, frozen=True):
    """What can be linked: the share of pairs of sites that somebody can, and the largest share of sites that one can.

    `with_partners` is the share of pairs where recipients that know one value in common put together what they know.
    """

    linkability: float
    coverage: float
    with_partners: float
    entities: int


class Through(msgspec.Struct, frozen=True):
    """An identifier by its kind and name, and the sites on which it would have reached an entity, and did."""

    kind: str
    place: str
    name: str
    before: list[str]
    after: list[str]


class Entity(msgspec.Struct, frozen=True):
    """An organisation: groups of sites that it could have linked, and could link after all; the largest group first.

    `partners` know a value in common with it. `lifetime` is the longest that one of its identifiers stays, in seconds.
    """

    name: str
    before: list[list[str]]
    after: list[list[str]]
    through: list[Through]
    partners_before: list[str]
    partners_after: list[str]
    lifetime: float | None


class Linkage(msgspec.Struct, frozen=True):
    """Who knows what across sites: the sites looked at, both sides in numbers, and the entities, worst first."""

    sites: list[str]
    before: Side
    after: Side
    entities: list[Entity]


class Sets[T: Hashable]:
    """Things that belong together (union-find with path halving)."""

    def __init__(self) -> None:
        self._above: dict[T, T] = {}

    def find(self, one: T) -> T:
        """Return what stands for the set that `one` is in."""
        above = self._above
        while (parent := above.setdefault(one, one)) != one:
            above[one] = one = above[parent]
        return one

    def join(self, one: T, other: T) -> None:
        """Make two sets one."""
        self._above[self.find(one)] = self.find(other)


type Edges = dict[str, set[tuple[str, str]]]
"""Entity to the (site, identifier) pairs that reached it."""


def linkage(met: Sequence[Met], visited: Iterable[str]) -> Linkage:
    """Return who can link which of the visited sites, from where each identifier was met."""
    sites = sorted(set(visited))
    known = set(sites)
    same = _same(met)
    there = [one for one in met if one.site in known and one.party in {"third", "first"}]
    before = _edges(there, same, lambda _: True)
    after = _edges(there, same, lambda one: one.shared > 0)
    groups = {name: (_groups(edges), _groups(after.get(name, set()))) for name, edges in before.items()}
    partners = _partners(before), _partners(after)
    foreign = {one.entity for one in there if one.party == "third"}
    entities = [
        _entity(name, groups[name], [one for one in rows if one.party == "third"], partners)
        for name, rows in _by_entity(there).items()
        if name in foreign
    ]
    entities.sort(key=lambda one: (-_reach(one.after), -_reach(one.before), -len(one.through), one.name))
    sides = [
        _side(edges, [pair[at] for name, pair in groups.items() if name in foreign], sites, foreign)
        for at, edges in enumerate((before, after))
    ]
    return Linkage(sites, sides[0], sides[1], entities)


def _same(met: Iterable[Met]) -> Sets[str]:
    """Join the digests of one identifier's forms by the thread that they belong to."""
    same = Sets[str]()
    for one in met:
        if one.thread:
            same.join(one.digest, one.thread)
    return same


def _edges(met: Iterable[Met], same: Sets[str], counts: Callable[[Met], bool]) -> Edges:
    edges: Edges = defaultdict(set)
    for one in met:
        if counts(one):
            edges[one.entity].add((one.site, same.find(one.digest)))
    return edges


def _groups(edges: Iterable[tuple[str, str]]) -> list[list[str]]:
    """Return the sites that identifiers join, as groups of two and more, the largest first."""
    sets = Sets[tuple[str, str]]()
    for site, identifier in edges:
        sets.join(("site", site), ("id", identifier))
    groups: dict[tuple[str, str], set[str]] = defaultdict(set)
    for site, _ in edges:
        groups[sets.find(("site", site))].add(site)
    return sorted((sorted(group) for group in groups.values() if len(group) > 1), key=lambda one: (-len(one), one))


def _partners(edges: Edges) -> Mapping[str, set[str]]:
    """Return for each entity those that know a value in common with it."""
    knows: dict[str, set[str]] = defaultdict(set)
    for entity, pairs in edges.items():
        for _, identifier in pairs:
            knows[identifier].add(entity)
    partners: dict[str, set[str]] = defaultdict(set)
    for entities in knows.values():
        if len(entities) > 1:
            for entity in entities:
                partners[entity] |= entities - {entity}
    return partners


def _together(edges: Edges) -> list[list[str]]:
    """Return the groups of sites that entities can link when those with a value in common put theirs together."""
    sets = Sets[str]()
    for entity, others in _partners(edges).items():
        for other in others:
            sets.join(entity, other)
    joined: dict[str, set[tuple[str, str]]] = defaultdict(set)
    for entity, pairs in edges.items():
        joined[sets.find(entity)] |= pairs
    return [group for pairs in joined.values() for group in _groups(pairs)]


def _side(edges: Edges, groups: Sequence[list[list[str]]], sites: Sequence[str], foreign: set[str]) -> Side:
    largest = max((len(group) for each in groups for group in each), default=0)
    third = {name: pairs for name, pairs in edges.items() if name in foreign}
    return Side(
        linkability=_pairs([group for each in groups for group in each], sites),
        coverage=largest / len(sites) if sites else 0.0,
        with_partners=_pairs(_together(third), sites),
        entities=sum(bool(each) for each in groups),
    )


def _pairs(groups: Iterable[Sequence[str]], sites: Sequence[str]) -> float:
    """Return the share of unordered pairs of sites that lie in one of the groups together."""
    bit = {site: 1 << place for place, site in enumerate(sites)}
    linked = dict.fromkeys(sites, 0)
    for group in groups:
        mask = sum(bit[site] for site in group)
        for site in group:
            linked[site] |= mask
    count = sum((mask & ~bit[site]).bit_count() for site, mask in linked.items())
    return count / (len(sites) * (len(sites) - 1)) if len(sites) > 1 else 0.0


def _by_entity(met: Iterable[Met]) -> dict[str, list[Met]]:
    rows: dict[str, list[Met]] = defaultdict(list)
    for one in met:
        rows[one.entity].append(one)
    return rows


def _entity(
    name: str,
    groups: tuple[list[list[str]], list[list[str]]],
    met: Sequence[Met],
    partners: tuple[Mapping[str, set[str]], Mapping[str, set[str]]],
) -> Entity:
    before, after = (sorted(side.get(name, ())) for side in partners)
    lives = [one.lifetime for one in met if one.shared and one.lifetime is not None]
    return Entity(name, *groups, _through(met), before, after, max(lives, default=None))


def _through(met: Iterable[Met]) -> list[Through]:
    sites: dict[tuple[str, str, str], tuple[set[str], set[str]]] = defaultdict(lambda: (set(), set()))
    for one in met:
        before, after = sites[one.kind, one.place, one.name]
        before.add(one.site)
        if one.shared:
            after.add(one.site)
    made = [Through(*key, sorted(before), sorted(after)) for key, (before, after) in sites.items()]
    made.sort(key=lambda one: (-len(one.after), -len(one.before), one.kind, one.name))
    return made[:MOST_THROUGH]


def _reach(groups: Sequence[Sequence[str]]) -> int:
    return max(map(len, groups), default=0)
