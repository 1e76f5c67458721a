"""Knows which lists were added to this installation, where each version of their text lies, and which are enabled."""

from __future__ import annotations

import hashlib
import re
from typing import TYPE_CHECKING, Final

import msgspec

from louver.errors import LouverError
from louver.files import write_private

if TYPE_CHECKING:
    from pathlib import Path

STATE: Final = "state.json"
VERSIONS_KEPT: Final = 3
"""The text in force and those before it, so that an update can be taken back."""


class BrokenStateError(LouverError):
    """The file that says which lists there are cannot be read."""

    def __init__(self, path: Path, reason: str) -> None:
        super().__init__(f"{path}: {reason}; remove the file to start without lists")


class NoSuchListError(LouverError):
    """A list was named that was not added."""

    exit_code = 2

    def __init__(self, list_id: str, known: list[str]) -> None:
        there = f"there are {', '.join(known)}" if known else "none was added"
        super().__init__(f"list {list_id}: not added to this installation; {there}")


class NoOlderVersionError(LouverError):
    """There is nothing to roll back to."""

    def __init__(self, list_id: str) -> None:
        super().__init__(f"list {list_id}: no older version is kept")


class Version(msgspec.Struct, frozen=True):
    """One text of a list: its hash, when it came (Unix seconds), and how many lines of it are rules."""

    sha256: str
    at: float
    rules: int
    name: str = ""
    """The version that the list calls itself."""

    @property
    def short(self) -> str:
        """Return what tells versions apart for a person: their own number, else the start of the hash."""
        return self.name or self.sha256[:12]


class Entry(msgspec.Struct):
    """One list. `versions` has the one in force first. `expires` is how long it asks to be kept, in seconds."""

    id: str
    title: str
    source: str
    versions: list[Version] = []
    enabled: bool = True
    etag: str = ""
    modified: str = ""
    expires: float = 0.0
    checked: float = 0.0
    problem: str = ""
    """Why the last update was refused; empty when it went well."""


class State(msgspec.Struct):
    """All lists of an installation, in the order in which they decide."""

    lists: list[Entry] = []


class Store:
    """The lists of one installation, in a folder of its own."""

    def __init__(self, data_dir: Path) -> None:
        self.folder = data_dir / "lists"

    def read(self) -> State:
        """Return what is there; nothing where nothing was added. Raises BrokenStateError."""
        path = self.folder / STATE
        try:
            return msgspec.json.decode(path.read_bytes(), type=State)
        except FileNotFoundError:
            return State()
        except (msgspec.MsgspecError, OSError) as error:
            raise BrokenStateError(path, str(error)) from error

    def write(self, state: State) -> None:
        """Replace what is there at once; a running proxy takes it up. Texts that no list names any more go."""
        encoded = msgspec.json.format(msgspec.json.encode(state), indent=2).decode()
        write_private(self.folder / STATE, encoded)
        kept = {self.path(entry, version).name for entry in state.lists for version in entry.versions}
        for path in self.folder.glob("*.txt"):
            if path.name not in kept:
                path.unlink(missing_ok=True)

    def entry(self, state: State, list_id: str) -> Entry:
        """Return a list by its id. Raises NoSuchListError."""
        for entry in state.lists:
            if entry.id == list_id:
                return entry
        raise NoSuchListError(list_id, [entry.id for entry in state.lists])

    def path(self, entry: Entry, version: Version) -> Path:
        """Return the file that holds one version of a list."""
        name = re.sub(r"[^a-z0-9-]+", "-", entry.id.lower())[:60]
        return self.folder / f"{name}.{version.sha256[:16]}.txt"

    def text_file(self, list_id: str) -> Path | None:
        """Return the file in force of a list, or None where it was not added or has no text yet."""
        entry = next((entry for entry in self.read().lists if entry.id == list_id), None)
        return self.path(entry, entry.versions[0]) if entry and entry.versions else None

    def enabled(self) -> tuple[str, ...]:
        """Return the ids of the lists that decide."""
        return tuple(entry.id for entry in self.read().lists if entry.enabled and entry.versions)

    def put(self, entry: Entry, data: bytes, *, at: float, rules: int, name: str) -> None:
        """Store a new text and make it the one in force; the state still has to be written."""
        version = Version(hashlib.sha256(data).hexdigest(), at, rules, name)
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        write_private(self.path(entry, version), data)
        others = [old for old in entry.versions if old.sha256 != version.sha256]
        entry.versions = [version, *others][:VERSIONS_KEPT]

    def roll_back(self, entry: Entry) -> Version:
        """Put the version before the present one in force. Raises NoOlderVersionError."""
        if len(entry.versions) < 2:
            raise NoOlderVersionError(entry.id)
        entry.versions = entry.versions[1:]
        entry.etag = entry.modified = ""
        return entry.versions[0]

    def damage(self, entry: Entry) -> str:
        """Return what is wrong with a list's text on disk, or nothing."""
        if not entry.versions:
            return "has no text yet"
        try:
            data = self.path(entry, entry.versions[0]).read_bytes()
        except OSError as error:
            return f"cannot be read ({error.strerror})"
        right = hashlib.sha256(data).hexdigest() == entry.versions[0].sha256
        return "" if right else "is not what was downloaded"
