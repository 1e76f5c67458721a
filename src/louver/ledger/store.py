"""Knows how a batch of records gets into the file in one transaction; knows nothing of queues or of when to write."""

from __future__ import annotations

import asyncio
import sqlite3
import time
from typing import TYPE_CHECKING, Final

from louver.core.digests import keyed
from louver.ledger.batch import Intake
from louver.ledger.files import identity, set_aside
from louver.ledger.keeping import Detail, Keeping
from louver.ledger.opening import BrokenLedgerError, is_broken, open_to_write, pragma
from louver.ledger.record import PolicyRow, RuleRow
from louver.ledger.retention import expire
from louver.ledger.statements import (
    ADD_DAY,
    ADD_EXCHANGE,
    ADD_EXCHANGES,
    ADD_FAULT,
    ADD_IDENTIFIER,
    ADD_PAGE,
    ADD_PASSTHROUGH,
    ADD_POLICY_ROW,
    ADD_RULE,
    ADD_RULESET,
    ADD_RUN,
    ADD_SIGNAL_DAY,
    ADD_TOTAL,
    ADD_TYPE_DAY,
    END_RUN,
)

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    import aiosqlite

    from louver.ledger.batch import Batch, Ready
    from louver.ledger.record import PageRow, Ruleset

KNOWN_LIMIT: Final = 50_000
"""Rules that are remembered as written; one met again beyond that is offered to the file again."""

USUAL: Final = Keeping()
TURN: Final = 50
"""Exchanges made ready before others get their turn."""


class Store:
    """An open ledger: writes batches, and finds its way back when the file is removed, replaced or damaged.

    `note` says what was last found wrong with the file and put right, until somebody takes it.
    """

    def __init__(self, path: Path, key: bytes, version: str, keeping: Keeping = USUAL) -> None:
        self.path = path
        self.keeping = keeping
        self.note = ""
        self._digest = keyed(key)
        self._version = version
        self._connection: aiosqlite.Connection | None = None
        self._identity: tuple[object, ...] = ()
        self._run = 0
        self._seen = -1
        self._settled = True
        self._known: set[int] = set()
        self._rulesets: dict[int, Ruleset] = {}

    async def open(self) -> None:
        """Open the file; a damaged one is set aside and a new one started. Raises what `open_to_write` raises."""
        try:
            connection = await open_to_write(self.path)
        except BrokenLedgerError:
            self._set_aside()
            connection = await open_to_write(self.path)
        try:
            async with connection.execute(ADD_RUN, (self._version, time.time())) as cursor:
                self._run = cursor.lastrowid or 0
            await connection.executemany(ADD_RULESET, self._rulesets.values())
            await connection.commit()
        except BaseException:
            await connection.close()
            raise
        self._known.clear()
        self._seen = -1
        self._settled = True
        self._connection = connection
        self._identity = self._identify()

    async def write(self, batch: Batch) -> None:
        """Write a batch in one transaction; exchanges that cannot be read are left out, and counted in it.

        Raises sqlite3.Error, OSError or LouverError when nothing was written. The batch can be tried again then; its
        exchanges have been made ready, so that while the disk is away only small rows wait, never bodies.
        """
        connection = await self._ready()
        intake = Intake(batch, self._digest, self._known, self.keeping.detail)
        self._settled = False
        try:
            await self._look(connection)
            await self._write(connection, batch, intake)
            await connection.commit()
        except Exception as error:
            # Not on cancellation: the database's thread may still be reading; the batch is left as it was.
            batch.exchanges = [*await _all_ready(intake)]
            batch.lost += intake.lost
            await self._recover(connection, error)
            raise
        self._settled = True
        batch.lost += intake.lost
        self._remember(batch, intake)

    async def expire(self, now: float) -> None:
        """Delete what is older than the ledger remembers."""
        keeping = self.keeping
        await expire(await self._ready(), now, keeping.days, keeping.total_days, keeping.most_bytes)

    async def close(self, dropped: int) -> None:
        """Write down that this run ended in order, and how many records it gave up; then close the file."""
        connection, self._connection = self._connection, None
        if connection is None:
            return
        try:
            await connection.execute(END_RUN, (time.time(), dropped, self._run))
            await connection.commit()
            await connection.execute_fetchall("PRAGMA optimize")
        except sqlite3.Error:
            await connection.rollback()  # a full disk at the very end; the rows themselves are safe
        finally:
            await connection.close()

    async def _look(self, connection: aiosqlite.Connection) -> None:
        # Whoever makes the ledger forget takes out what nothing refers to any more; what is in force is told anew.
        if (version := await pragma(connection, "data_version")) != self._seen:
            self._seen = version
            self._known.clear()
            await connection.executemany(ADD_RULESET, self._rulesets.values())

    async def _write(self, connection: aiosqlite.Connection, batch: Batch, intake: Intake) -> None:
        rest: list[tuple[object, ...]] = []
        if self.keeping.detail is Detail.SITES:
            await _all_ready(intake)
        elif batch.exchanges:
            await connection.executemany(ADD_EXCHANGES, intake.rows(self._run, rest))
        texts, days, tallies = intake.texts(), intake.days.rows(), intake.tallies
        tables: tuple[tuple[str, Sequence[Sequence[object]]], ...] = (
            (ADD_EXCHANGE, rest),
            (ADD_DAY, days),
            (ADD_TOTAL, [row[1:] for row in days]),
            (ADD_SIGNAL_DAY, tallies.signals()),
            (ADD_IDENTIFIER, tallies.identifiers()),
            (ADD_TYPE_DAY, tallies.types()),
            (ADD_RULE, [text for text in texts if isinstance(text, RuleRow)]),
            (ADD_POLICY_ROW, [text for text in texts if isinstance(text, PolicyRow)]),
            (ADD_RULESET, batch.rulesets),
            (ADD_PAGE, [(self._run, *row) for row in map(self._spared, batch.pages)]),
            (ADD_FAULT, [(self._run, *row) for row in batch.faults]),
            (ADD_PASSTHROUGH, [(self._run, *row) for row in batch.passthroughs]),
        )
        for statement, rows in tables:
            if rows:
                await connection.executemany(statement, rows)

    def _spared(self, page: PageRow) -> PageRow:
        return page if self.keeping.detail is Detail.FULL else page._replace(path="")

    def _remember(self, batch: Batch, intake: Intake) -> None:
        if len(self._known) > KNOWN_LIMIT:
            self._known.clear()
        self._rulesets.update((row.id, row) for row in batch.rulesets)
        self._known.update(text.id for text in intake.texts())

    async def _ready(self) -> aiosqlite.Connection:
        # A file that was deleted can still be written to, but nobody will ever read it: it has no name any more.
        if self._connection is not None and self._identify() != self._identity:
            self.note = "the ledger was removed or replaced while in use; a new one is started"
            await self._drop()
        if self._connection is None:
            await self.open()
        assert self._connection is not None
        if not self._settled:  # a write was cancelled half-way; its batch will be written whole
            await self._connection.rollback()
        return self._connection

    async def _recover(self, connection: aiosqlite.Connection, error: Exception) -> None:
        if is_broken(error):
            await self._drop()
            self._set_aside()
            return
        try:
            await connection.rollback()
            self._settled = True
        except (sqlite3.Error, ValueError):
            await self._drop()

    def _set_aside(self) -> None:
        self.note = f"the ledger was damaged; it is kept as {set_aside(self.path).name}, and a new one is started"

    async def _drop(self) -> None:
        connection, self._connection = self._connection, None
        if connection is not None:
            try:
                await connection.close()
            except sqlite3.Error:
                self.note = self.note or "the ledger could not be closed in order"

    def _identify(self) -> tuple[object, ...]:
        return identity(self.path), identity(self.path.with_name(f"{self.path.name}-wal"))


async def _all_ready(intake: Intake) -> list[Ready]:
    # The event loop must not stall for a thousand exchanges, so others get their turn in between.
    for count, _ in enumerate(intake.remaining()):
        if count % TURN == 0:
            await asyncio.sleep(0)
    return intake.done
