"""Knows which questions the demo asks a ledger."""

from __future__ import annotations

import sqlite3
from typing import TYPE_CHECKING

from louver.demo.account import account_of

if TYPE_CHECKING:
    from pathlib import Path

    from louver.demo.account import Account


async def read_account(ledger: Path) -> Account:
    """Read what a ledger says of each site's recipients."""
    db = sqlite3.connect(ledger)
    db.row_factory = sqlite3.Row
    signals = db.execute(
        "SELECT site, host, kind, outcome, count(*) AS count FROM signals GROUP BY 1, 2, 3, 4"
    ).fetchall()
    return account_of(db.execute("SELECT * FROM recipients").fetchall(), signals)
