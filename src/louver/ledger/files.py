"""Knows the ledger's files: their names, who may read them, and how a broken ledger is set aside."""

from __future__ import annotations

import os
import time
from contextlib import suppress
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from pathlib import Path

LEDGER_NAME: Final = "ledger.db"
"""The ledger's name within the data folder."""

OWNER_ONLY: Final = 0o600
COMPANIONS: Final = ("-wal", "-shm", "-journal")
"""Files that SQLite keeps beside a database; it gives them the database's own permissions."""


SQLITE: Final = b"SQLite format 3\0"
"""How every SQLite file begins."""


def is_something_else(path: Path) -> bool:
    """Tell whether a file never was a database: a slip in an option must not cost somebody a file.

    Under the name that ledgers have by default, a file that does not even begin as one is a ledger that was damaged.
    """
    try:
        with path.open("rb") as file:
            head = file.read(len(SQLITE))
    except OSError:
        return False
    return head not in (b"", SQLITE) and path.name != LEDGER_NAME


def create_private(path: Path) -> None:
    """Make an empty file that only its owner may read, unless there is a file already."""
    with suppress(FileExistsError):
        os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, OWNER_ONLY))


def protect(path: Path) -> None:
    """Let only the owner read a ledger, also one that was copied here with wider permissions."""
    for file in (path, *(path.with_name(path.name + end) for end in COMPANIONS)):
        if file.exists():
            file.chmod(OWNER_ONLY)


def set_aside(path: Path) -> Path:
    """Rename a broken ledger with the files beside it, and return its new name."""
    stamp = time.strftime("%Y%m%dT%H%M%S", time.gmtime())
    aside = path.with_name(f"{path.name}.broken-{stamp}")
    while aside.exists():
        aside = aside.with_name(aside.name + "x")
    path.rename(aside)
    for end in COMPANIONS:
        beside = path.with_name(path.name + end)
        if beside.exists():
            beside.rename(aside.with_name(aside.name + end))
    return aside


def identity(path: Path) -> tuple[int, int] | None:
    """Return what tells this very file from another one of the same name, or None if there is none."""
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_dev, found.st_ino
