"""Knows which lists were added to this installation, where their text lies, and which are enabled."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import msgspec

from louver.errors import LouverError

STATE: Final = "state.json"


class BrokenStateError(LouverError):
    """The file that says which lists there are cannot be read."""

    def __init__(self, path: Path, reason: str) -> None:
        super().__init__(f"{path}: {reason}; `louver lists` cannot tell which lists are enabled")


class Entry(msgspec.Struct):
    """One list: where it came from, which file holds it, and whether it decides."""

    id: str
    source: str
    file: str
    enabled: bool = True
    sha256: str = ""


class State(msgspec.Struct):
    """All lists of an installation."""

    lists: list[Entry] = []


def read_state(data_dir: Path) -> State:
    """Return what is stored; nothing where nothing was added. Raises BrokenStateError."""
    path = data_dir / "lists" / STATE
    try:
        return msgspec.json.decode(path.read_bytes(), type=State)
    except FileNotFoundError:
        return State()
    except (msgspec.MsgspecError, OSError) as error:
        raise BrokenStateError(path, str(error)) from error


def enabled_lists(data_dir: Path) -> tuple[str, ...]:
    """Return the ids of the lists that decide, in their order."""
    return tuple(entry.id for entry in read_state(data_dir).lists if entry.enabled)


def stored_list(data_dir: Path, name: str) -> Path | None:
    """Return the file of a stored list, or None."""
    return next((data_dir / "lists" / entry.file for entry in read_state(data_dir).lists if entry.id == name), None)
