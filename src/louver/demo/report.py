"""Knows the demo's result as JSON; the form is kept stable for those who read it with a program."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import TYPE_CHECKING

from louver.demo.account import FATES, NOTHING, recipients_of
from louver.demo.journey import SITES

if TYPE_CHECKING:
    from collections.abc import Sequence

    from louver.demo.account import Tour


def as_json(tours: Sequence[Tour]) -> str:
    """Return both tours: how they went, and site by site what each recipient got."""
    document = {
        "tours": {tour.policy: _tour(tour) for tour in tours},
        "sites": [{"site": site, "recipients": _recipients(site, tours)} for site in SITES],
    }
    return json.dumps(document, indent=2, ensure_ascii=False)


def _tour(tour: Tour) -> dict[str, object]:
    return {
        "visitor": tour.visitor,
        "seconds": round(tour.seconds, 1),
        "totals": {fate: tour.total(fate) for fate in FATES},
        "learnt": asdict(tour.learnt),
        "works": dict(tour.works),
        "ledger": tour.ledger,
    }


def _recipients(site: str, tours: Sequence[Tour]) -> list[dict[str, object]]:
    rows: list[dict[str, object]] = []
    for host in recipients_of(site, tours):
        deals = {tour.policy: tour.account.get((site, host), NOTHING) for tour in tours}
        known = next((deal for deal in deals.values() if deal.owner or deal.category), NOTHING)
        under = {policy: deal.as_json() for policy, deal in deals.items()}
        rows.append({"host": host, "owner": known.owner, "category": known.category, **under})
    return rows
