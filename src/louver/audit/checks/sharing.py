"""Knows how identifiers travel: between other organisations, from the site to them, and how many know in the end."""

from __future__ import annotations

from itertools import combinations
from typing import TYPE_CHECKING, Final

from louver.audit.finding import CONSENT, INFORM, MINIMISE, Check, Found, Severity, carried, counted, found, row
from louver.audit.visit import group
from louver.core.facts import Party
from louver.core.signals.signal import Kind
from louver.ledger.masking import masked_name

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from louver.audit.visit import Exchange, Sighting, Visit


def synced(visit: Visit) -> Iterator[Found]:
    """Find pairs of organisations that hold the same identifier, so that each can look up what the other knows."""
    pairs: dict[str, list[tuple[Exchange, str]]] = {}
    marked = {one.thread for each in visit.third() for one in each.signals if "sync" in one.links}
    for thread, knowers in visit.knowers().items():
        for one, other in combinations(sorted(knowers), 2) if thread in marked else ():
            told = max((knowers[one], knowers[other]), key=lambda each: each.number)
            pairs.setdefault(f"{one} and {other}", []).append((told, thread))
    for subject, rows in sorted(pairs.items()):
        evidence = (row(each, f"{each.who} gets {label}, which the other knows") for each, label in rows)
        yield found(subject, f"{subject} match what they know about the visitor", Severity.MEDIUM, evidence)


def closure(visit: Visit) -> Iterator[Found]:
    """Find groups of three and more that can pool their knowledge through chains of matching."""
    for members in circles(visit):
        if len(members) > 2:
            title = f"{counted(len(members), 'organisation')} can pool what they know about the visitor"
            evidence = [row(each, f"{who} is in the chain") for who, each in sorted(members.items())]
            yield found("chain of " + ", ".join(sorted(members)), title, Severity.MEDIUM, evidence)


def circles(visit: Visit) -> list[Mapping[str, Exchange]]:
    """Return the organisations in groups that are connected by identifiers which they share."""
    marked = {one.thread for each in visit.third() for one in each.signals if "sync" in one.links}
    found: list[dict[str, Exchange]] = []
    for thread, knowers in visit.knowers().items():
        if thread not in marked or len(knowers) < 2:
            continue
        touching = [circle for circle in found if circle.keys() & knowers.keys()]
        joined = {who: each for circle in (*touching, knowers) for who, each in circle.items()}
        found = [circle for circle in found if circle not in touching] + [joined]
    return list(found)


def copied(visit: Visit) -> Iterator[Found]:
    """Find the site's own identifiers in what others get."""
    names = _own_names(visit)
    copies = (
        (each, one) for each in visit.third() for one in each.signals if "copy" in one.links and one.thread in names
    )
    for who, rows in group(copies, lambda pair: pair[0].who).items():
        shared = sorted({names[one.thread] for _, one in rows})
        title = f"{who} gets the site's own identifier ({', '.join(shared[:3])})"
        severity = Severity.MEDIUM if any(each.tracks for each, _ in rows) else Severity.LOW
        evidence = (row(each, f"{names[one.thread]}: {carried(one)}") for each, one in rows)
        yield found(who, title, severity, evidence)


def _own_names(visit: Visit) -> dict[str, str]:
    found: dict[str, str] = {}
    for each in visit.exchanges:
        for one in each.signals:
            if one.is_cookie and one.thread and one.party is not Party.THIRD and not each.is_third:
                found.setdefault(one.thread, f"cookie {masked_name(one.name)}")
    return found


def universal(visit: Visit) -> Iterator[Found]:
    """Find identifiers made to be shared, and those of the device or the account."""
    kinds = (Kind.UNIVERSAL_ID, Kind.DEVICE_ID, Kind.ACCOUNT_ID)
    pairs = (pair for pair in visit.told(*kinds) if pair[1].where.value != "header" and pair[0].tracks)
    for who, rows in group(pairs, lambda pair: pair[0].who).items():
        sorts = sorted({one.kind.replace("-", " ") for _, one in rows})
        evidence = (row(each, carried(one)) for each, one in rows)
        yield found(who, f"{who} gets a lasting identifier ({', '.join(sorts)})", Severity.MEDIUM, evidence)


def _words(one: Sighting) -> str:
    return carried(one)


SYNCED: Final = Check(
    "cookie-sync",
    "Organisations match their identifiers of a visitor",
    "Switch off user matching in the advertising set-up, or load the partners only after consent that names both.",
    synced,
    (CONSENT, INFORM),
)
CLOSURE: Final = Check(
    "sync-closure",
    "A chain of organisations can pool its knowledge",
    "Look at the chain as one recipient: whoever is in it may know what all of them know.",
    closure,
    (INFORM,),
)
COPIED: Final = Check(
    "first-party-id-shared",
    "The site's own identifiers are passed on",
    "Keep the site's own identifiers to itself, or send a different one to each partner.",
    copied,
    (MINIMISE, INFORM),
)
UNIVERSAL: Final = Check(
    "lasting-identifier",
    "Lasting identifiers are passed on",
    "Leave identifiers of devices, accounts and people out of what partners get, unless the visitor agreed to that.",
    universal,
    (CONSENT, MINIMISE),
)
