"""Knows which lists were added to this installation, where each version of their text lies, and which are enabled."""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import os
import re
import time
from typing import TYPE_CHECKING, Annotated, Final

import msgspec

from louver.errors import LouverError
from louver.files import write_private

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

STATE: Final = "state.json"
LOCK: Final = "lock"
PATIENCE: Final = 30.0
"""Seconds to wait for another `louver lists` to be done with writing."""
VERSIONS_KEPT: Final = 3
"""The text in force and those before it, so that an update can be taken back."""
ID: Final = re.compile(r"[a-z0-9](?:[a-z0-9._-]{0,62}[a-z0-9])?")
BUNDLED: Final = "louver"
"""The id of our own tables, which are always there."""

type Moment = Annotated[float, msgspec.Meta(ge=0, le=1e11)]


class BrokenStateError(LouverError):
    """The file that says which lists there are cannot be read."""

    def __init__(self, path: Path, reason: str) -> None:
        super().__init__(f"{path}: {reason}; remove the file to start without lists")


class UnwritableStoreError(LouverError):
    """The folder of the lists cannot be written."""

    def __init__(self, folder: Path, error: OSError) -> None:
        super().__init__(f"{folder}: {error.strerror or error}; nothing was changed")


class BusyStoreError(LouverError):
    """Another program has been changing the lists for too long."""

    def __init__(self, folder: Path) -> None:
        super().__init__(f"{folder}: another `louver lists` is at work; nothing was changed")


class NoSuchListError(LouverError):
    """A list was named that was not added."""

    exit_code = 2

    def __init__(self, list_id: str, known: Sequence[str]) -> None:
        there = f"there are {', '.join(known)}" if known else "none was added"
        super().__init__(f"list {list_id}: not added to this installation; {there}")


class BadIdError(LouverError):
    """An id that cannot be one."""

    exit_code = 2

    def __init__(self, list_id: str) -> None:
        super().__init__(f"list {list_id}: an id is 1 to 64 of a-z, 0-9, dot, dash, underscore; choose one with --id")


class TakenIdError(LouverError):
    """A list of this id is there already."""

    exit_code = 2

    def __init__(self, list_id: str) -> None:
        super().__init__(f"list {list_id}: already added; choose another id with --id, or update it")


class NoOlderVersionError(LouverError):
    """There is nothing to roll back to."""

    def __init__(self, list_id: str) -> None:
        super().__init__(f"list {list_id}: no older version is kept")


class Version(msgspec.Struct, frozen=True):
    """One text of a list: its hash, when it came (Unix seconds), and how many lines of it are rules."""

    sha256: Annotated[str, msgspec.Meta(pattern="^[0-9a-f]{64}$")]
    at: Moment
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
    checked: Moment = 0.0
    includes: int = 0
    """Further files that its text was put together from."""
    taken_back: str = ""
    """The sha256 of a version that was rolled back, so that an update does not bring it again."""
    problem: str = ""
    """Why the last update was refused; empty when it went well."""

    @property
    def rules(self) -> int:
        """Return how many rules the text in force has."""
        return self.versions[0].rules if self.versions else 0

    def take(self, version: Version) -> None:
        """Put a version in force."""
        others = [old for old in self.versions if old.sha256 != version.sha256]
        self.versions = [version, *others][:VERSIONS_KEPT]
        self.taken_back = ""

    def roll_back(self) -> Version:
        """Put the version before the present one in force. Raises NoOlderVersionError."""
        if len(self.versions) < 2:
            raise NoOlderVersionError(self.id)
        self.taken_back = self.versions[0].sha256
        self.versions = self.versions[1:]
        return self.versions[0]


class State(msgspec.Struct):
    """All lists of an installation, in the order in which they decide."""

    lists: list[Entry] = []

    @property
    def in_force(self) -> Sequence[tuple[str, str]]:
        """Return the lists that should decide, each with the hash of its text."""
        return [(entry.id, entry.versions[0].sha256) for entry in self.lists if entry.enabled and entry.versions]

    def find(self, list_id: str) -> Entry | None:
        """Return a list by its id, None where it was not added."""
        return next((entry for entry in self.lists if entry.id == list_id), None)

    def entry(self, list_id: str) -> Entry:
        """Return a list by its id. Raises NoSuchListError."""
        found = self.find(list_id)
        if found is None:
            raise NoSuchListError(list_id, [entry.id for entry in self.lists])
        return found

    def check_new(self, list_id: str) -> None:
        """Make sure that a list may be added under this id. Raises BadIdError, TakenIdError."""
        if not ID.fullmatch(list_id):
            raise BadIdError(list_id)
        if list_id == BUNDLED or self.find(list_id) is not None:
            raise TakenIdError(list_id)


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
        except (msgspec.MsgspecError, UnicodeError) as error:
            raise BrokenStateError(path, str(error)) from error
        except OSError as error:
            raise BrokenStateError(path, error.strerror or str(error)) from error

    @contextlib.contextmanager
    def editing(self) -> Iterator[State]:
        """Let one process at a time change what is there: what is read here is newest, and written at the end.

        A running proxy takes it up at once. Nothing is written where the block raises. Raises LouverError.
        """
        try:
            with self._locked():
                state = self.read()
                yield state
                write_private(self.folder / STATE, msgspec.json.format(msgspec.json.encode(state), indent=2))
                self._tidy(state)
        except OSError as error:
            raise UnwritableStoreError(self.folder, error) from error

    def add_text(self, entry: Entry, version: Version, data: bytes) -> None:
        """Write a text down and put it in force. Only within `editing`, or it may be tidied away. Raises OSError."""
        write_private(self.path(entry, version), data)
        entry.take(version)

    def path(self, entry: Entry, version: Version) -> Path:
        """Return the file that holds one version of a list."""
        name = re.sub(r"[^a-z0-9-]+", "-", entry.id.lower())[:60]
        return self.folder / f"{name}.{version.sha256[:16]}.txt"

    def text(self, entry: Entry, version: Version) -> bytes:
        """Return a text, which is what was downloaded. Raises DamagedTextError."""
        try:
            data = self.path(entry, version).read_bytes()
        except OSError as error:
            raise DamagedTextError(f"cannot be read ({error.strerror})") from error
        if hashlib.sha256(data).hexdigest() != version.sha256:
            raise DamagedTextError("is not what was downloaded")
        return data

    def damage(self, entry: Entry) -> str:
        """Return what is wrong with a list's text on disk, or nothing."""
        if not entry.versions:
            return "has no text yet"
        try:
            self.text(entry, entry.versions[0])
        except DamagedTextError as error:
            return str(error)
        return ""

    @contextlib.contextmanager
    def _locked(self) -> Iterator[None]:
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        handle = os.open(self.folder / LOCK, os.O_RDWR | os.O_CREAT, 0o600)
        try:
            self._wait_for(handle)
            yield
        finally:
            os.close(handle)

    def _wait_for(self, handle: int) -> None:
        until = time.monotonic() + PATIENCE
        while True:
            try:
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                if time.monotonic() > until:
                    raise BusyStoreError(self.folder) from None
                time.sleep(0.05)
            else:
                return

    def _tidy(self, state: State) -> None:
        """Remove texts that no list names any more."""
        kept = {self.path(entry, version).name for entry in state.lists for version in entry.versions}
        for path in self.folder.glob("*.txt"):
            if path.name not in kept:
                path.unlink(missing_ok=True)


class DamagedTextError(ValueError):
    """A stored text is missing, or no longer what was downloaded."""
