"""Knows how privacy gained weighs against utility kept, per site and over all, and what each is made of. Pure.

Bits of identifying information are those of published measurements, years old: weights, no measurements of your
browser. Sources: AmIUnique (Laperdrix et al., S&P 2016) for user agent, language, screen and time zone; Panopticlick
(Eckersley, PETS 2010) for a whole fingerprint. An identifier counts 33 bits: one person among all.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import msgspec

from louver.core.decision import Fate
from louver.core.facts import Party, ResourceType
from louver.core.signals.signal import Kind
from louver.ledger.record import IDENTIFYING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from louver.ledger.findings import Asked, Kept, Met, Told
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
    told: Sequence[Told],
    asked: Sequence[Asked],
    kept: Sequence[Kept],
    met: Sequence[Met] = (),
    *,
    linked: Linkage | None = None,
    reloads: int = 0,
    weights: Weights = DEFAULT,
) -> Balances:
    """Return the balance over all and of each site; `linked` and `reloads` belong to all sites together."""
    by_site: dict[str, tuple[list[Told], list[Asked], list[Kept], list[Met]]] = defaultdict(lambda: ([], [], [], []))
    for kind in told:
        by_site[kind.site][0].append(kind)
    for requests in asked:
        by_site[requests.site][1].append(requests)
    for passed in kept:
        by_site[passed.site][2].append(passed)
    for identifier in met:
        by_site[identifier.site][3].append(identifier)
    sites = [balance(site, *rows, weights=weights) for site, rows in sorted(by_site.items())]
    overall = balance(None, told, asked, kept, met, linked=linked, reloads=reloads, weights=weights)
    return Balances(overall, sites)


def balance(
    site: str | None,
    told: Sequence[Told],
    asked: Sequence[Asked],
    kept: Sequence[Kept],
    met: Sequence[Met] = (),
    *,
    linked: Linkage | None = None,
    reloads: int = 0,
    weights: Weights = DEFAULT,
) -> Balance:
    """Return one balance from what the ledger says of its kinds of signals, types of requests and identifiers."""
    return Balance(site, _privacy(told, met, linked, weights), _utility(asked, kept, reloads, weights))


def _privacy(told: Iterable[Told], met: Iterable[Met], linked: Linkage | None, weights: Weights) -> Privacy:
    before, after = _bits(told)
    count = len(before)
    means = [sum(side.values()) / count if count else 0.0 for side in (before, after)]
    knew = [{who for who, bits in side.items() if bits >= EVERYBODY} for side in (before, after)]
    sides = (linked.before.linkability, linked.after.linkability) if linked is not None else (None, None)
    link = _gain(*sides) if sides[0] is not None and sides[1] is not None else _gain(len(knew[0]), len(knew[1]))
    lives = [one.lifetime for one in met if one.shared and one.party == Party.THIRD and one.lifetime is not None]
    return Privacy(
        gain=_mixed(link, _gain(*means), weights.linking),
        bits_before=means[0],
        bits_after=means[1],
        recognisers_before=len({entity for _, entity in knew[0]}),
        recognisers_after=len({entity for _, entity in knew[1]}),
        others=len({entity for _, entity in before}),
        linkability_before=sides[0],
        linkability_after=sides[1],
        lifetime=max(lives, default=None),
    )


def _bits(told: Iterable[Told]) -> tuple[dict[tuple[str, str], float], dict[tuple[str, str], float]]:
    """Return the bits that each other entity would have got on each site, and got."""
    before: dict[tuple[str, str], dict[str, float]] = defaultdict(dict)
    after: dict[tuple[str, str], dict[str, float]] = defaultdict(dict)
    for one in told:
        if one.party != Party.THIRD:
            continue
        who, (about, bits) = (one.site, one.entity), _about(one)
        keeps = {Fate.SHARED.value: bits, Fate.REWRITTEN.value: 0.0 if bits >= EVERYBODY else bits * ALTERED}
        before[who][about] = max(before[who].get(about, 0.0), bits)
        after[who][about] = max(after[who].get(about, 0.0), keeps.get(one.outcome, 0.0))
    sums = [{who: min(EVERYBODY, sum(side[who].values())) for who in before} for side in (before, after)]
    return sums[0], sums[1]


def _about(one: Told) -> tuple[str, float]:
    if one.kind in COARSE:
        return COARSE[one.kind]
    return ("identifier", EVERYBODY) if one.sure and one.kind in IDENTIFYING else ("nothing that counts", 0.0)


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
