"""Knows how privacy gained weighs against utility kept, per site and over all, and what each is made of. Pure.

Bits of identifying information are those of published measurements, years old: weights, no measurements of your
browser. Sources: AmIUnique (Laperdrix et al., S&P 2016) for user agent, language, screen and time zone; Panopticlick
(Eckersley, PETS 2010) for a whole fingerprint. An identifier counts 33 bits: one person among all.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING, Final, NamedTuple

import msgspec

from louver.core.facts import Party, ResourceType
from louver.core.signals.kinds import IDENTIFYING
from louver.core.signals.signal import Kind
from louver.ledger.days import BITS
from louver.ledger.findings import kinds_in

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from louver.ledger.findings import Asked, Kept, Met, Reached
    from louver.reports.linking import Linkage

EVERYBODY: Final = 33.0
"""Bits that single one out of 8.6 thousand million."""

COARSE: Final[Mapping[str, tuple[str, float]]] = {
    Kind.USER_AGENT: ("browser", 9.78),
    Kind.HARDWARE: ("browser", 9.78),
    Kind.LANGUAGE: ("language", 5.92),
    Kind.SCREEN: ("screen", 4.89),
    Kind.TIME_ZONE: ("time zone", 3.34),
    Kind.FINGERPRINT: ("fingerprint", 18.1),
}
"""Kinds to what they describe, and its bits; what describes the same counts once, since it says the same."""

IDENTIFIER: Final = ("identifier", EVERYBODY)
NOTHING: Final = ("nothing that counts", 0.0)
RECOGNISING: Final = sum(BITS[kind] for kind in IDENTIFYING)
ALTERED: Final = 0.5
"""The share of bits that a coarsened value is taken to keep; an assumption, there is no measurement of it."""


@dataclass(frozen=True, slots=True)
class Weights:
    """What counts how much; the person's to change. `linking` is the part of a gain that who-can-recognise makes."""

    linking: float = 0.5
    requests: float = 0.6
    cookies: float = 0.25
    functions: float = 0.15
    trouble: float = 0.5
    document: float = 16.0
    script: float = 8.0
    style: float = 8.0
    call: float = 4.0
    picture: float = 1.0
    beacon: float = 0.25

    def of(self, kind: str) -> float:
        """Return the weight of a request of some type."""
        return float(getattr(self, TYPES.get(kind, "picture")))


TYPES: Final[Mapping[str, str]] = {
    ResourceType.DOCUMENT: "document",
    ResourceType.SUBDOCUMENT: "document",
    ResourceType.SCRIPT: "script",
    ResourceType.STYLESHEET: "style",
    ResourceType.FONT: "picture",
    ResourceType.XMLHTTPREQUEST: "call",
    ResourceType.WEBSOCKET: "call",
    ResourceType.MEDIA: "call",
    ResourceType.PING: "beacon",
}
DEFAULT: Final = Weights()


class _Learned(NamedTuple):
    """What one other entity would have learned on a site, and learned: bits, and whether it knew the person."""

    before: float
    after: float
    knew: bool
    knows: bool


type _Bits = dict[tuple[str, str], _Learned]
"""(Site, other entity) to what it would have learned there, and learned."""


class Privacy(msgspec.Struct, frozen=True):
    """What others could have learned, and did. `gain` is from 0 to 1, None where there was nothing to gain.

    `bits` are means over the others that were there; `recognisers` could tell this person from all others.
    `linkability` is that of all sites together, None for one site. `lifetime`: how long the longest identifier stays.
    """

    gain: float | None
    bits_before: float
    bits_after: float
    recognisers_before: int
    recognisers_after: int
    others: int
    linkability_before: float | None
    linkability_after: float | None
    lifetime: float | None


class Part(msgspec.Struct, frozen=True):
    """How much of something was kept, weighted; `share` is from 0 to 1, None where there was none of it."""

    kept: float
    of: float
    share: float | None


class Utility(msgspec.Struct, frozen=True):
    """What pages need, and how much of it they got. `kept` is from 0 to 1, None where nothing can be said.

    `troubled` counts altered requests that were answered with an error, out of `altered`; `reloads` pages that were
    loaded again within ten seconds. Both are hints of breakage, and lower `kept`.
    """

    kept: float | None
    requests: Part
    cookies: Part
    functions: Part
    altered: int
    troubled: int
    reloads: int


class Balance(msgspec.Struct, frozen=True):
    """The two axes, for one site or (`site` None) for all."""

    site: str | None
    privacy: Privacy
    utility: Utility


class Balances(msgspec.Struct, frozen=True):
    """The balance over all sites, and of each."""

    overall: Balance
    sites: list[Balance]


def balances(
    reached: Sequence[Reached],
    asked: Sequence[Asked],
    kept: Sequence[Kept],
    met: Sequence[Met] = (),
    *,
    linked: Linkage | None = None,
    reloads: int = 0,
    weights: Weights = DEFAULT,
) -> Balances:
    """Return the balance over all and of each site; `linked` and `reloads` belong to all sites together."""
    bits = _bits(reached)
    by_site: dict[str, _Site] = defaultdict(_Site)
    for who, pair in bits.items():
        by_site[who[0]].bits[who] = pair
    for requests in asked:
        by_site[requests.site].asked.append(requests)
    for passed in kept:
        by_site[passed.site].kept.append(passed)
    for identifier in met:
        by_site[identifier.site].met.append(identifier)
    sites = [
        Balance(site, _privacy(one.bits, one.met, None, weights), _utility(one.asked, one.kept, 0, weights))
        for site, one in sorted(by_site.items())
    ]
    overall = Balance(None, _privacy(bits, met, linked, weights), _utility(asked, kept, reloads, weights))
    return Balances(overall, sites)


@dataclass(slots=True)
class _Site:
    """What is known of one site."""

    bits: _Bits = field(default_factory=dict)
    asked: list[Asked] = field(default_factory=list)
    kept: list[Kept] = field(default_factory=list)
    met: list[Met] = field(default_factory=list)


def _privacy(bits: _Bits, met: Iterable[Met], linked: Linkage | None, weights: Weights) -> Privacy:
    count = len(bits)
    means = [sum(pair[side] for pair in bits.values()) / count if count else 0.0 for side in (0, 1)]
    knew = [{who for who, pair in bits.items() if pair[side]} for side in (2, 3)]
    sides = (linked.before.linkability, linked.after.linkability) if linked is not None else (None, None)
    link = _gain(*sides) if sides[0] is not None and sides[1] is not None else _gain(len(knew[0]), len(knew[1]))
    lives = [one.lifetime for one in met if one.shared and one.party == Party.THIRD and one.lifetime is not None]
    return Privacy(
        gain=_mixed(link, _gain(*means), weights.linking),
        bits_before=means[0],
        bits_after=means[1],
        recognisers_before=len({entity for _, entity in knew[0]}),
        recognisers_after=len({entity for _, entity in knew[1]}),
        others=len({entity for _, entity in bits}),
        linkability_before=sides[0],
        linkability_after=sides[1],
        lifetime=max(lives, default=None),
    )


def _bits(reached: Iterable[Reached]) -> _Bits:
    others = (one for one in reached if one.who[2] == Party.THIRD)
    return {one.who[:2]: _learned(one.could, one.got, one.partly) for one in others}


@cache
def _learned(could: int, got: int, partly: int) -> _Learned:
    # The same few sets are met again and again.
    before, after = _parts(could), _parts(got)
    for about, bits in _parts(partly & ~got).items():
        after[about] = max(after.get(about, 0.0), 0.0 if bits >= EVERYBODY else bits * ALTERED)
    sums = [min(EVERYBODY, sum(parts.values())) for parts in (before, after)]
    return _Learned(sums[0], sums[1], bool(could & RECOGNISING), bool(got & RECOGNISING))


def _parts(kinds: int) -> dict[str, float]:
    """Return the bits of some kinds by what they describe."""
    about = [COARSE.get(kind, IDENTIFIER if kind in IDENTIFYING else NOTHING) for kind in kinds_in(kinds)]
    return {what: max(bits for other, bits in about if other == what) for what, _ in about}


def _gain(before: float, after: float) -> float | None:
    return None if before <= 0 else max(0.0, 1 - after / before)


def _mixed(linking: float | None, bits: float | None, weight: float) -> float | None:
    if linking is None or bits is None:
        return bits if linking is None else linking
    return weight * linking + (1 - weight) * bits


def _utility(asked: Sequence[Asked], kept_of: Sequence[Kept], reloads: int, weights: Weights) -> Utility:
    requests = _part((weights.of(one.type) * one.kept, weights.of(one.type) * one.needed) for one in asked)
    cookies = _part((one.cookies_kept, one.cookies) for one in kept_of)
    functions = _part((one.functions_kept, one.functions) for one in kept_of)
    altered, troubled = sum(one.altered for one in asked), sum(one.troubled for one in asked)
    documents = sum(one.exchanges for one in asked if one.type == ResourceType.DOCUMENT)
    hints = _share(troubled, altered) + _share(reloads, documents)
    parts = ((requests, weights.requests), (cookies, weights.cookies), (functions, weights.functions))
    known = [(part.share, weight) for part, weight in parts if part.share is not None]
    total = sum(weight for _, weight in known)
    kept = sum(share * weight for share, weight in known) / total if total else None
    kept = None if kept is None else max(0.0, kept - weights.trouble * min(1.0, hints))
    return Utility(kept, requests, cookies, functions, altered, troubled, reloads)


def _part(counts: Iterable[tuple[float, float]]) -> Part:
    pairs = list(counts)
    kept, of = sum(one for one, _ in pairs), sum(one for _, one in pairs)
    return Part(kept, of, kept / of if of else None)


def _share(count: int, of: int) -> float:
    return count / of if of else 0.0
