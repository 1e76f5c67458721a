"""Knows the ledger's files: their names, who may read them, the digest key, and how a broken ledger is set aside."""

from __future__ import annotations

import os
import secrets
import time
from typing import TYPE_CHECKING, Final

from louver.core.digests import KEY_SIZE
from louver.errors import LouverError

if TYPE_CHECKING:
    from pathlib import Path

LEDGER_NAME: Final = "ledger.sqlite3"
KEY_NAME: Final = "ledger.key"
OWNER_ONLY: Final = 0o600
COMPANIONS: Final = ("-wal", "-shm", "-journal")
"""Files that SQLite keeps beside a database; it gives them the database's own permissions."""


class UnreadableKeyError(LouverError):
    """The file of the digest key cannot be used."""

    def __init__(self, path: Path, problem: str) -> None:
        super().__init__(f"the ledger's key {path} {problem}; without it, values cannot be recognised again")


def load_key(folder: Path) -> bytes:
    """Return this installation's digest key, made on first use and readable by its owner only."""
    path = folder / KEY_NAME
    try:
        create_private(path, secrets.token_bytes(KEY_SIZE))
        path.chmod(OWNER_ONLY)
        key = path.read_bytes()
    except OSError as error:
        raise UnreadableKeyError(path, f"cannot be read ({error.strerror})") from error
    if len(key) != KEY_SIZE:
        raise UnreadableKeyError(path, f"holds {len(key)} bytes instead of {KEY_SIZE}")
    return key


def create_private(path: Path, content: bytes = b"") -> None:
    """Make a file with this content that only its owner may read, unless there is a file already.

    The content is written beside it first, so that nobody ever sees half a file.
    """
    if path.exists():
        return
    draft = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
    handle = os.open(draft, os.O_CREAT | os.O_EXCL | os.O_WRONLY, OWNER_ONLY)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
        os.link(draft, path)
    except FileExistsError:
        pass  # another process was quicker; its file is as good
    finally:
        draft.unlink()


def protect(path: Path) -> None:
    """Let only the owner read a ledger, also one that was copied here with wider permissions."""
    create_private(path)
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
