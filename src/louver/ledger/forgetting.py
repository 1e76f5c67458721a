"""Knows how the ledger forgets for good: rows, what only they needed, free space, and the log beside the file."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from louver.ledger.days import SECONDS_A_DAY, Days
from louver.ledger.files import create_private
from louver.ledger.opening import open_to_write
from louver.ledger.record import Exchange
from louver.ledger.retention import ADD_UP, UNUSED
from louver.ledger.statements import ADD_DAY, ADD_SIGNAL_DAY, ADD_TYPE_DAY
from louver.ledger.tallies import Tallies, signals_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    import aiosqlite

PATIENCE: Final = 10_000
"""Milliseconds to wait for whoever writes."""

BY_SITE: Final = (
    "DELETE FROM exchanges WHERE site = :site",
    "DELETE FROM pages WHERE site = :site",
    "DELETE FROM days WHERE site = :site",
    "DELETE FROM signal_days WHERE site = :site",
    "DELETE FROM identifiers WHERE site = :site",
    "DELETE FROM type_days WHERE site = :site",
    "DELETE FROM faults WHERE site = :site OR host = :site OR host LIKE '%.' || :site",
    # No page is known of a connection that was never opened, so the host decides.
    "DELETE FROM passthroughs WHERE site = :site OR host = :site OR host LIKE '%.' || :site",
)
OTHER_SITES: Final = (
    *(statement.replace("site = :site", "site <> :site") for statement in BY_SITE[:6]),
    "DELETE FROM faults WHERE site <> :site AND host <> :site AND host NOT LIKE '%.' || :site",
    "DELETE FROM passthroughs WHERE site <> :site AND host <> :site AND host NOT LIKE '%.' || :site",
)
BY_TIME: Final = (
    "DELETE FROM exchanges WHERE at < :before",
    "DELETE FROM pages WHERE at < :before",
    "DELETE FROM days WHERE day < :day OR (day = :day AND :cut)",
    "DELETE FROM signal_days WHERE day < :day OR (day = :day AND :cut)",
    "DELETE FROM type_days WHERE day < :day OR (day = :day AND :cut)",
    "DELETE FROM identifiers WHERE last_at < :before",
    "UPDATE identifiers SET first_at = :before WHERE first_at < :before",
    "DELETE FROM faults WHERE at < :before",
    "DELETE FROM passthroughs WHERE at < :before",
    "UPDATE runs SET started_at = :before WHERE started_at < :before AND ended_at IS NULL",
)
TABLES: Final = (
    "exchanges", "pages", "days", "totals", "signal_days", "identifiers", "type_days", "faults", "passthroughs",
    "rules", "policy_rows", "rulesets",
)  # fmt: skip
ALL: Final = (*map("DELETE FROM {}".format, TABLES), "DELETE FROM runs WHERE ended_at IS NOT NULL")

REST_OF_DAY: Final = f"SELECT {', '.join(Exchange._fields)} FROM exchanges WHERE at >= ? AND at < ?"  # noqa: S608  (names of ours)


async def forget_site(path: Path, site: str) -> int:
    """Erase all that is known of visits to a site; return how many rows went.

    Works beside a running proxy, whose later visits are recorded anew. Raises what `open_to_write` raises, and
    sqlite3.OperationalError if the ledger stays locked.
    """
    return await _forget(path, BY_SITE, {"site": site})


async def forget_all(path: Path) -> int:
    """Erase everything but the run that is going on; return how many rows went. Raises as `forget_site` does."""
    return await _forget(path, ALL, {})


async def forget_before(path: Path, before: float) -> int:
    """Erase what was seen before a time in Unix seconds; return how many rows went. Raises as `forget_site` does.

    Sums of the day that this time lies in are made anew of the exchanges that are left.
    """
    day = int(before // SECONDS_A_DAY)
    about = {"before": before, "day": day, "cut": before > day * SECONDS_A_DAY}
    return await _forget(path, BY_TIME, about)


async def copy(path: Path, target: Path, since: float | None, site: str | None) -> None:
    """Write a copy of a ledger with only one site's rows, or only those since a time. Raises as `forget_site` does.

    The copy is a ledger like any other. `target` must not be there yet.
    """
    connection = await open_to_write(path)
    try:
        create_private(target)
        await connection.execute_fetchall("VACUUM INTO ?", (str(target),))
    finally:
        await connection.close()
    if since is not None:
        await forget_before(target, since)
    if site is not None:
        await _forget(target, OTHER_SITES, {"site": site})


async def _forget(path: Path, statements: Sequence[str], about: Mapping[str, object]) -> int:
    connection = await open_to_write(path)
    try:
        await connection.execute_fetchall(f"PRAGMA busy_timeout = {PATIENCE}")
        await connection.execute_fetchall("PRAGMA secure_delete = ON")
        gone = 0
        for statement in statements:
            async with connection.execute(statement, about if ":" in statement else {}) as cursor:
                gone += cursor.rowcount if statement.startswith("DELETE") else 0
        if about.get("cut"):
            await _add_up_again(connection, about)
        for statement in () if statements is ALL else ADD_UP:
            await connection.execute_fetchall(statement)
        for statement in UNUSED if gone else ():
            await connection.execute_fetchall(statement)
        await connection.commit()
        # The log beside the database still holds what was deleted until it is emptied.
        await connection.execute_fetchall("VACUUM")
        await connection.execute_fetchall("PRAGMA wal_checkpoint(TRUNCATE)")
    finally:
        await connection.close()
    return gone


async def _add_up_again(connection: aiosqlite.Connection, about: Mapping[str, object]) -> None:
    day = about["day"]
    assert isinstance(day, int)
    days, tallies = Days(), Tallies()
    async with connection.execute(REST_OF_DAY, (about["before"], (day + 1) * SECONDS_A_DAY)) as cursor:
        async for row in cursor:
            exchange = Exchange(*row)
            signals = signals_of(exchange)
            days.add(exchange, signals)
            tallies.add_type(exchange)
            tallies.add(exchange, signals)
    for statement, rows in (
        (ADD_DAY, days.rows()),
        (ADD_SIGNAL_DAY, tallies.signals()),
        (ADD_TYPE_DAY, tallies.types()),
    ):
        await connection.executemany(statement, rows)
