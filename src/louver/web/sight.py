"""Knows what a person should see of one site, made from what the ledger says of it; pure, and knows no markup."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from louver.reports.site import organisations
from louver.web.slats import GROUP_OF, GROUPS, Position, group_position, recipient_position

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from louver.ledger.findings import Met
    from louver.ledger.rows import Recipient, SignalName, SiteDetail
    from louver.reports.site import Organisation
    from louver.web.slats import Group, Rule

COOKIES: Final = ("cookie", "set-cookie")
THREADS: Final = 40
OUTCOMES: Final = ("shared", "rewritten", "blocked")


@dataclass(frozen=True, slots=True)
class Slat:
    """One group of signals on a site: what became of it so far, and how far the user tilted it."""

    group: Group
    counts: Mapping[str, int]
    position: Position | None


@dataclass(frozen=True, slots=True)
class Party:
    """One organisation on a site, with its slat. `who` is what a rule would ask."""

    organisation: Organisation
    who: Mapping[str, str]
    counts: Mapping[str, int]
    position: Position | None
    categories: Sequence[str]
    exchanges: int
    refused: int
    first_at: float
    last_at: float


@dataclass(frozen=True, slots=True)
class Cookie:
    """One cookie by name, with the longest lifetime that was asked for it."""

    host: str
    name: str
    kind: str
    purpose: str
    lifetime: float | None
    was_set: bool
    outcomes: Sequence[str]


@dataclass(frozen=True, slots=True)
class Thread:
    """One value that went to several: under which names, to whom, and how it got there."""

    names: Sequence[str]
    shared_with: Sequence[str]
    kept_from: Sequence[str]
    links: Sequence[str]


def slats(detail: SiteDetail, rules: Sequence[Rule]) -> list[Slat]:
    """Return the slats of a site, those that never had anything to decide included."""
    counts: dict[str, Counter[str]] = {group.id: Counter() for group in GROUPS}
    for recipient in _others(detail):
        for signal in recipient.signals:
            group = GROUP_OF.get(signal.kind)  # type: ignore[call-overload]  # the ledger's text is the enum's value
            if group is not None:
                counts[group.id][signal.outcome] += signal.count
    return [Slat(group, _ordered(counts[group.id]), group_position(group, rules)) for group in GROUPS]


def parties(detail: SiteDetail, rules: Sequence[Rule]) -> list[Party]:
    """Return the organisations other than the site itself, those that got most first."""
    return [_party(one, rules) for one in organisations(_others(detail), by_host=False)]


def own_hosts(detail: SiteDetail) -> list[Organisation]:
    """Return the site's own side, one entry a host."""
    return organisations((one for one in detail.recipients if one.party != "third"), by_host=True)


def cookies(names: Iterable[SignalName]) -> list[Cookie]:
    """Return the cookies seen, by host and name, those of trackers first."""
    found: dict[tuple[str, str], list[SignalName]] = {}
    for one in names:
        if one.place in COOKIES:
            found.setdefault((one.host, one.name), []).append(one)
    made = [_cookie(host, name, signals) for (host, name), signals in found.items()]
    return sorted(made, key=lambda one: (one.kind != "third-party-id-cookie", one.host, one.name))


def threads(met: Iterable[Met]) -> list[Thread]:
    """Return the values that more than one recipient was to get, those that reached most first."""
    found: dict[str, list[Met]] = {}
    for one in met:
        found.setdefault(one.thread or one.digest, []).append(one)
    made = [_thread(group) for group in found.values() if len({one.host for one in group}) > 1]
    return sorted(made, key=lambda one: (-len(one.shared_with), -len(one.kept_from)))[:THREADS]


def _others(detail: SiteDetail) -> Iterable[Recipient]:
    return (one for one in detail.recipients if one.party == "third")


def _party(one: Organisation, rules: Sequence[Rule]) -> Party:
    first = one.recipients[0]
    who = {"recipient": first.host} if first.owner is None else {"owner": first.owner}
    counts = Counter[str]()
    for recipient in one.recipients:
        counts.update(shared=recipient.shared, rewritten=recipient.rewritten, blocked=recipient.blocked)
    return Party(
        one,
        who,
        _ordered(counts),
        recipient_position(who, rules),
        sorted({recipient.category for recipient in one.recipients if recipient.category}),
        sum(recipient.exchanges for recipient in one.recipients),
        sum(recipient.refused for recipient in one.recipients),
        min(recipient.first_at for recipient in one.recipients),
        max(recipient.last_at for recipient in one.recipients),
    )


def _cookie(host: str, name: str, signals: Sequence[SignalName]) -> Cookie:
    lifetimes = [signal.lifetime for signal in signals if signal.lifetime is not None]
    purpose = next((signal.purpose for signal in signals if signal.purpose not in (None, "unknown")), "unknown")
    return Cookie(
        host,
        name,
        signals[0].kind,
        str(purpose),
        max(lifetimes, default=None),
        any(signal.place == "set-cookie" for signal in signals),
        [outcome for outcome in OUTCOMES if any(signal.outcome == outcome for signal in signals)],
    )


def _thread(group: Sequence[Met]) -> Thread:
    shared = {one.host for one in group if one.shared}
    return Thread(
        sorted({one.name for one in group if one.name}),
        sorted(shared),
        sorted({one.host for one in group} - shared),
        sorted({link for one in group for link in one.links.split()}),
    )


def _ordered(counts: Mapping[str, int]) -> dict[str, int]:
    return {outcome: counts.get(outcome, 0) for outcome in OUTCOMES}
