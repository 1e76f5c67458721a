"""Knows how long the ledger remembers, and how to make it forget; knows nothing of what is written meanwhile."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from louver.ledger.days import BIT_COLUMNS, BITS, SECONDS_A_DAY
from louver.ledger.opening import pragma
from louver.ledger.statements import TOTAL_COLUMNS

if TYPE_CHECKING:
    import aiosqlite

DETAIL_DAYS: Final = 30
TOTAL_DAYS: Final = 365
ADDED_UP: dict[str, str] = {
    "site": "site",
    "host": "host",
    "owner": "max(owner)",
    "category": "max(category)",
    "party": "max(party)",
    "policy": "(SELECT d.policy FROM days AS d WHERE (d.site, d.host) = (days.site, days.host) ORDER BY d.day DESC)",
    "first_at": "min(first_at)",
    "last_at": "max(last_at)",
}
ADDED_UP |= {
    name: " | ".join(f"(max({name} >> {bit} & 1) << {bit})" for bit in range(len(BITS))) for name in BIT_COLUMNS
}
CHUNK: Final = 5_000
"""Rows deleted at a time, so that nobody waits long for the ledger meanwhile."""

EXPIRE: Final = (
    "DELETE FROM exchanges WHERE id IN (SELECT id FROM exchanges WHERE at < ?1 ORDER BY at LIMIT ?2)",
    "DELETE FROM pages WHERE (run, id) IN (SELECT run, id FROM pages WHERE at < ?1 LIMIT ?2)",
    "DELETE FROM passthroughs WHERE id IN (SELECT id FROM passthroughs WHERE at < ?1 LIMIT ?2)",
    "DELETE FROM faults WHERE id IN (SELECT id FROM faults WHERE at < ?1 LIMIT ?2)",
    (
        "DELETE FROM identifiers WHERE (site, host, digest) IN "
        "(SELECT site, host, digest FROM identifiers WHERE last_at < ?1 LIMIT ?2)"
    ),
    (
        "DELETE FROM signal_days WHERE (site, day, host, kind, outcome, place, name) IN "
        "(SELECT site, day, host, kind, outcome, place, name FROM signal_days WHERE day <= ?1 / 86400 - 1 LIMIT ?2)"
    ),
)
"""What is detail: who got what when, exchange by exchange and name by name."""

EXPIRE_TOTALS: Final = ("DELETE FROM days WHERE day < ?1", "DELETE FROM type_days WHERE day < ?1")

ADD_UP: Final = (
    "DELETE FROM totals",
    "INSERT INTO totals ({}) SELECT {} FROM days GROUP BY site, host".format(  # noqa: S608  (names of ours)
        ", ".join(TOTAL_COLUMNS), ", ".join(ADDED_UP.get(name, f"sum({name})") for name in TOTAL_COLUMNS)
    ),
)
"""Makes the totals anew of the days that are left. A column that is not added up is that of the last day."""

UNUSED: Final = (
    (
        "DELETE FROM rules WHERE id NOT IN (SELECT rule FROM exchanges WHERE rule IS NOT NULL "
        "UNION SELECT exception FROM exchanges WHERE exception IS NOT NULL)"
    ),
    (
        "DELETE FROM policy_rows WHERE id NOT IN "
        "(SELECT DISTINCT json_extract(s.value, '$[6]') FROM exchanges AS e, json_each(e.signals) AS s)"
    ),
    "DELETE FROM rulesets WHERE id NOT IN (SELECT DISTINCT ruleset FROM exchanges WHERE ruleset IS NOT NULL)",
    (
        "DELETE FROM runs WHERE ended_at IS NOT NULL AND id NOT IN (SELECT DISTINCT run FROM exchanges) "
        "AND id NOT IN (SELECT run FROM pages) AND id NOT IN (SELECT run FROM faults) "
        "AND id NOT IN (SELECT run FROM passthroughs)"
    ),
)
"""What nothing that is left refers to. The text of a rule can name a site that was visited."""


async def expire(
    connection: aiosqlite.Connection,
    now: float,
    detail_days: float = DETAIL_DAYS,
    total_days: float = TOTAL_DAYS,
    most_bytes: int = 0,
) -> int:
    """Delete detail and totals older than so many days before `now` (Unix seconds); return how many rows went.

    Where the file would still hold more than `most_bytes` (0: no limit), the oldest days of detail go as well.
    """
    gone = await _expire_detail(connection, now - detail_days * SECONDS_A_DAY)
    gone += await _expire_totals(connection, int((now - total_days * SECONDS_A_DAY) // SECONDS_A_DAY))
    while most_bytes and await used_bytes(connection) > most_bytes:
        oldest = await _oldest(connection)
        if oldest is None:
            break
        gone += await _expire_detail(connection, (oldest // SECONDS_A_DAY + 1) * SECONDS_A_DAY)
    if gone:
        await connection.execute_fetchall("PRAGMA wal_checkpoint(PASSIVE)")
    return gone


async def used_bytes(connection: aiosqlite.Connection) -> int:
    """Return how much of the file holds something; the rest is free for what comes next."""
    pages, free, size = [await pragma(connection, name) for name in ("page_count", "freelist_count", "page_size")]
    return (pages - free) * size


async def _oldest(connection: aiosqlite.Connection) -> float | None:
    async with connection.execute("SELECT min(at) FROM exchanges") as cursor:
        row = await cursor.fetchone()
    return None if row is None else row[0]


async def _expire_detail(connection: aiosqlite.Connection, before: float) -> int:
    return sum([await _in_chunks(connection, statement, before) for statement in EXPIRE])


async def _expire_totals(connection: aiosqlite.Connection, oldest: int) -> int:
    gone = 0
    for statement in EXPIRE_TOTALS:
        async with connection.execute(statement, (oldest,)) as cursor:
            gone += cursor.rowcount
    if gone:
        for statement in ADD_UP:
            await connection.execute_fetchall(statement)
    await connection.commit()
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
