"""Knows how long the ledger remembers, and how to make it forget; knows nothing of what is written meanwhile."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from louver.ledger.days import SECONDS_A_DAY
from louver.ledger.opening import open_to_write

if TYPE_CHECKING:
    from pathlib import Path

    import aiosqlite

DETAIL_DAYS: Final = 30
TOTAL_DAYS: Final = 365
CHUNK: Final = 5_000
"""Rows deleted at a time, so that nobody waits long for the ledger meanwhile."""

EXPIRE: Final = (
    "DELETE FROM exchanges WHERE id IN (SELECT id FROM exchanges WHERE at < ?1 ORDER BY at LIMIT ?2)",
    "DELETE FROM pages WHERE (run, id) IN (SELECT run, id FROM pages WHERE at < ?1 LIMIT ?2)",
    "DELETE FROM passthroughs WHERE id IN (SELECT id FROM passthroughs WHERE at < ?1 LIMIT ?2)",
    "DELETE FROM faults WHERE id IN (SELECT id FROM faults WHERE at < ?1 LIMIT ?2)",
)

FORGET: Final = (
    "DELETE FROM exchanges WHERE site = ?1",
    "DELETE FROM pages WHERE site = ?1",
    "DELETE FROM days WHERE site = ?1",
    "DELETE FROM faults WHERE site = ?1 OR host = ?1 OR host LIKE '%.' || ?1",
    # No page is known of a connection that was never opened, so the host decides.
    "DELETE FROM passthroughs WHERE site = ?1 OR host = ?1 OR host LIKE '%.' || ?1",
)


async def expire(
    connection: aiosqlite.Connection, now: float, detail_days: float = DETAIL_DAYS, total_days: float = TOTAL_DAYS
) -> int:
    """Delete detail and totals older than so many days before `now` (Unix seconds); return how many rows went."""
    gone = 0
    for statement in EXPIRE:
        gone += await _in_chunks(connection, statement, now - detail_days * SECONDS_A_DAY)
    oldest = int((now - total_days * SECONDS_A_DAY) // SECONDS_A_DAY)
    async with connection.execute("DELETE FROM days WHERE day < ?", (oldest,)) as cursor:
        gone += cursor.rowcount
    await connection.commit()
    return gone


async def forget(path: Path, site: str) -> int:
    """Erase all that is known of visits to a site, also from the free space of the file; return how many rows went.

    Works beside a running proxy, whose later visits are recorded anew. Raises what `open_to_write` raises, and
    sqlite3.OperationalError if the ledger stays locked.
    """
    connection = await open_to_write(path)
    try:
        await connection.execute_fetchall("PRAGMA busy_timeout = 10000")
        await connection.execute_fetchall("PRAGMA secure_delete = ON")
        gone = 0
        for statement in FORGET:
            async with connection.execute(statement, (site,)) as cursor:
                gone += cursor.rowcount
        await connection.commit()
        # The log beside the database still holds what was deleted until it is emptied.
        await connection.execute_fetchall("VACUUM")
        await connection.execute_fetchall("PRAGMA wal_checkpoint(TRUNCATE)")
    finally:
        await connection.close()
    return gone


async def _in_chunks(connection: aiosqlite.Connection, statement: str, before: float) -> int:
    gone = 0
    while True:
        async with connection.execute(statement, (before, CHUNK)) as cursor:
            count = cursor.rowcount
        await connection.commit()
        gone += count
        if count < CHUNK:
            return gone
