"""Knows how a ledger is opened: private, in WAL mode, at the newest version; and which files it must not touch."""

from __future__ import annotations

import sqlite3
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Final

import aiosqlite

from louver.errors import LouverError
from louver.ledger.files import create_private, identity, is_something_else, protect
from louver.ledger.schema import APPLICATION_ID, steps, versions

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    from louver.ledger.schema import Version

OPEN_SECONDS: Final = 5.0
"""How long opening waits for another program that is writing."""

BUSY_MILLISECONDS: Final = 250
"""How long a write waits for another program's; the writer keeps its rows and tries again later."""

ROWS_AT_ONCE: Final = 1_000

BROKEN: Final = frozenset({sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB})
MINIMUM: Final = (3, 37, 0)
"""The first SQLite with STRICT tables."""


class NoLedgerError(LouverError):
    """There is no ledger to read."""

    def __init__(self, path: Path) -> None:
        super().__init__(f"there is no ledger at {path} yet; `louver run` starts one")


class NotALedgerError(LouverError):
    """The file is a database of something else, or none at all; it is left alone."""

    def __init__(self, path: Path) -> None:
        super().__init__(f"{path} is not a ledger of Louver; it is left untouched")


class NewerLedgerError(LouverError):
    """A later Louver wrote the ledger."""

    def __init__(self, path: Path, found: int, known: int) -> None:
        super().__init__(
            f"the ledger {path} has schema version {found}, and this Louver knows versions up to {known}; "
            "use the newer Louver that wrote it, or another ledger file"
        )


class OlderLedgerError(LouverError):
    """An earlier Louver wrote the ledger, and only a writer may bring it up to date."""

    def __init__(self, path: Path, found: int, known: int) -> None:
        super().__init__(
            f"the ledger {path} has schema version {found}, this Louver reads version {known}; "
            "`louver run` brings it up to date"
        )


class UnusableLedgerError(LouverError):
    """The ledger cannot be opened at all."""

    def __init__(self, path: Path, problem: object) -> None:
        super().__init__(f"the ledger {path} cannot be opened: {problem}")


class BrokenLedgerError(UnusableLedgerError):
    """The ledger's content is damaged."""


async def open_to_write(path: Path, until: tuple[Version, ...] | None = None) -> aiosqlite.Connection:
    """Open a ledger for writing: made if there is none, brought to the newest version if it is older.

    Raises NotALedgerError, NewerLedgerError, BrokenLedgerError or UnusableLedgerError.
    """
    until = until or versions()
    try:
        create_private(path)
    except OSError as error:
        raise _translated(path, error) from error
    if is_something_else(path):
        raise NotALedgerError(path)
    connection = await _connect(path, str(path))
    async with _closed_on_error(connection, path):
        await _check(connection, path, until[-1].number)
        protect(path)
        await _prepare(connection, until)
    return connection


async def open_to_read(path: Path) -> aiosqlite.Connection:
    """Open a ledger for reading, beside whoever writes it.

    Raises NoLedgerError, NotALedgerError, NewerLedgerError, OlderLedgerError or UnusableLedgerError.
    """
    if identity(path) is None:
        raise NoLedgerError(path)
    known = versions()[-1].number
    if is_something_else(path):
        raise NotALedgerError(path)
    connection = await _connect(path, _read_only(path))
    async with _closed_on_error(connection, path):
        found = await _check(connection, path, known)
        if found == 0:
            raise NoLedgerError(path)
        if found < known:
            raise OlderLedgerError(path, found, known)
    return connection


def is_broken(error: BaseException) -> bool:
    """Tell whether an error means that the file's content is damaged."""
    return _code(error) in BROKEN


@asynccontextmanager
async def _closed_on_error(connection: aiosqlite.Connection, path: Path) -> AsyncIterator[None]:
    try:
        yield
    except (OSError, sqlite3.Error) as error:
        await connection.close()
        raise _translated(path, error) from error
    except BaseException:
        await connection.close()
        raise


def _read_only(path: Path) -> str:
    return f"{path.absolute().as_uri()}?mode=ro"


async def _connect(path: Path, name: str) -> aiosqlite.Connection:
    # A connection that fails to open leaves its thread behind, which may speak up after the event loop has closed. So
    # opening always succeeds, if need be on nothing, and the failure is told afterwards.
    failure: list[sqlite3.Error] = []

    def connect() -> sqlite3.Connection:
        try:
            return sqlite3.connect(
                name, uri=name.startswith("file:"), timeout=OPEN_SECONDS, isolation_level="IMMEDIATE"
            )
        except sqlite3.Error as error:
            failure.append(error)
            return sqlite3.connect(":memory:")

    connection = await aiosqlite.Connection(connect, ROWS_AT_ONCE)
    if failure:
        await connection.close()
        raise _translated(path, failure[0]) from failure[0]
    return connection


def _code(error: BaseException) -> int:
    return (getattr(error, "sqlite_errorcode", None) or 0) & 0xFF  # the rest of the code is a detail of the first byte


async def pragma(connection: aiosqlite.Connection, name: str) -> int:
    """Return the value of a numeric pragma."""
    async with connection.execute(f"PRAGMA {name}") as cursor:
        row = await cursor.fetchone()
    return int(row[0]) if row else 0


async def _check(connection: aiosqlite.Connection, path: Path, known: int) -> int:
    # A file of another program must never be altered, so this comes before any pragma that writes.
    if sqlite3.sqlite_version_info < MINIMUM:
        raise UnusableLedgerError(path, f"SQLite {sqlite3.sqlite_version} is too old, 3.37 is needed")
    found = await pragma(connection, "user_version")
    marked = await pragma(connection, "application_id")
    foreign = marked != APPLICATION_ID
    if foreign and (found or await connection.execute_fetchall("SELECT 1 FROM sqlite_schema LIMIT 1")):
        raise NotALedgerError(path)
    if found > known:
        raise NewerLedgerError(path, found, known)
    return found


async def _prepare(connection: aiosqlite.Connection, until: tuple[Version, ...]) -> None:
    await connection.execute_fetchall("PRAGMA journal_mode = WAL")
    await connection.execute_fetchall("PRAGMA synchronous = NORMAL")  # safe in WAL; only a power cut can cost rows
    await connection.execute_fetchall("PRAGMA secure_delete = FAST")
    for step in steps(await pragma(connection, "user_version"), until):
        await _take(connection, step)
    await connection.execute_fetchall(f"PRAGMA busy_timeout = {BUSY_MILLISECONDS}")


async def _take(connection: aiosqlite.Connection, step: Version) -> None:
    # In one transaction with its version number, so that a kill leaves either the old schema or the new.
    try:
        await connection.executescript(
            f"BEGIN IMMEDIATE;\n{step.sql}\n"
            f"PRAGMA application_id = {APPLICATION_ID};\nPRAGMA user_version = {step.number};\nCOMMIT;"
        )
    except sqlite3.OperationalError:
        await connection.rollback()
        if await pragma(connection, "user_version") < step.number:  # else another program took the step meanwhile
            raise


def _translated(path: Path, error: OSError | sqlite3.Error) -> LouverError:
    if is_broken(error):
        return BrokenLedgerError(path, error)
    return UnusableLedgerError(path, error.strerror if isinstance(error, OSError) else error)
