"""Knows how to turn a ledger, through its own reader, into the demo's account of a tour."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from louver.demo.account import Dealings
from louver.demo.journey import SITES
from louver.ledger.reader import Reader

if TYPE_CHECKING:
    from pathlib import Path

    from louver.demo.account import Account
    from louver.ledger.rows import Recipient


async def read_account(ledger: Path) -> Account:
    """Return what a ledger says of every recipient of the three sites. Raises LouverError."""
    async with await Reader.open(ledger) as reader:
        details = {site: await reader.site(site) for site in SITES}
    return {
        (site, recipient.host): _dealings(recipient)
        for site, detail in details.items()
        if detail is not None
        for recipient in detail.recipients
    }


def _dealings(recipient: Recipient) -> Dealings:
    signals: Counter[tuple[str, str]] = Counter()
    for signal in recipient.signals:
        signals[signal.kind, signal.outcome] += signal.count
    return Dealings(recipient.owner, recipient.category, recipient.exchanges, recipient.refused, signals)
