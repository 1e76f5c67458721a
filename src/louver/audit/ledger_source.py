"""Knows how past browsing becomes a visit: from the ledger's rows, which hold names and digests and no values."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

from louver.audit.observe import Labels
from louver.audit.visit import Exchange, Modes, Sighting, Visit
from louver.core.decision import Action, Fate
from louver.core.facts import Party, ResourceType
from louver.core.signals.signal import Grade, Kind, Purpose, Where
from louver.errors import LouverError
from louver.ledger.reader import Reader, domains
from louver.suffixes import sites_from_tldextract

if TYPE_CHECKING:
    from pathlib import Path

    from louver.core.sites import Sites
    from louver.ledger.rows import Logged, LoggedSignal

MOST: Final = 200_000
"""Exchanges of one audit; the last ones count."""


class NothingRecordedError(LouverError):
    """The ledger has nothing of that site in that time."""

    exit_code = 2

    def __init__(self, site: str) -> None:
        super().__init__(f"no visit to {site} is in the ledger in that time")


def visit_ledger(path: Path, site: str, since: float | None, modes: Modes) -> Visit:
    """Return what the ledger has of a site as a visit. Raises LouverError."""
    rows = asyncio.run(_rows(path, site, since))
    if not rows:
        raise NothingRecordedError(site)
    start, labels, sites = rows[0].at, Labels(), sites_from_tldextract()
    exchanges = tuple(_exchange(row, number, start, labels, sites) for number, row in enumerate(rows, 1))
    gpc = modes.gpc if modes.gpc is not None else any(each.opted_out for each in exchanges) or None
    started = datetime.fromtimestamp(start, UTC).isoformat(timespec="seconds")
    return Visit(f"ledger:{rows[0].site}", "ledger", started, exchanges, Modes(modes.consent, gpc))


async def _rows(path: Path, site: str, since: float | None) -> list[Logged]:
    async with await Reader.open(path) as reader:
        known = await reader.known_sites()
        name = next((end for end in domains(site) if end in known), site)
        return await reader.log(MOST, site=name, since=since)


def _exchange(row: Logged, number: int, start: float, labels: Labels, sites: Sites) -> Exchange:
    kind = ResourceType(row.type)
    party = Party.FIRST if kind is ResourceType.DOCUMENT else Party(row.party)
    passed = row.action == Action.PASS
    recipient = sites.site(row.host)
    return Exchange(
        number=number,
        at=round(row.at - start, 3),
        page=row.page or 0,
        site=row.site,
        page_url=f"https://{row.site}/",
        method=row.method,
        url=row.url,
        type=kind,
        host=row.host,
        recipient=recipient,
        owner=row.owner,
        category=row.category,
        tracker=row.category is not None,
        party=party,
        cloaked=recipient == row.site and party is Party.THIRD,
        status=row.status if passed else None,
        signals=tuple(_sighting(one, party, labels) for one in row.signals if one.outcome == Fate.SHARED),
        refused=frozenset(row.opted_out.replace(",", " ").split()),
        opted_out="Global Privacy Control" in row.consent,
        rule=row.rule.text if row.rule is not None and row.action == Action.BLOCK else "",
    )


def _sighting(one: LoggedSignal, party: Party, labels: Labels) -> Sighting:
    return Sighting(
        Kind(one.kind),
        Where(one.where),
        one.name,
        Grade(one.grade),
        party,
        Purpose(one.purpose) if one.purpose else None,
        one.owner,
        one.lifetime,
        labels.label(one.digest),
        labels.label(one.thread),
        tuple(one.links.replace(",", " ").split()),
    )
