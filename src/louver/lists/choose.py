"""Knows which lists decide: those named on the command line, else the enabled ones of this installation."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Final

from louver import __version__
from louver.bundled import blocklists_dir, load_tables
from louver.core.filters import decode
from louver.core.rows import TableError
from louver.errors import LouverError
from louver.lists.clearurls import NotClearUrlsError
from louver.lists.compiled import load_filters
from louver.lists.formats import Loaded, load_list
from louver.lists.header import read_header
from louver.lists.limits import LIMITS
from louver.lists.store import BUNDLED, DamagedTextError

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from louver.core.filters import Filters
    from louver.core.tables import Tables
    from louver.lists.store import Entry, State, Store

MANIFEST: Final = "manifest.json"


class UnusableListError(LouverError):
    """A list cannot be read or used."""

    exit_code = 2

    def __init__(self, name: str, reason: str) -> None:
        super().__init__(f"list {name}: {reason}")


@dataclass(frozen=True, slots=True)
class InForce:
    """A list that decides, and which version of it: what it calls itself, the hash of its text, its rules or rows."""

    id: str
    version: str
    sha256: str
    rules: int


@dataclass(frozen=True, slots=True)
class Chosen:
    """The lists in force, ready for the engine. `problems` are lists that cannot decide as they should, in words."""

    tables: Sequence[Tables]
    filters: Filters
    in_force: Sequence[InForce] = ()
    problems: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class _Read:
    """One list that was read."""

    id: str
    version: str
    sha256: str
    loaded: Loaded


def named_lists(names: Sequence[str], cache_dir: Path, store: Store) -> Chosen:
    """Read and compile the lists of these names: files, ids of stored lists, or `louver` for our own tables.

    Raises UnusableListError for the first that cannot be used: who names a list wants its answer.
    """
    state = store.read()
    read = [_named(name, store, state) for name in names if name != BUNDLED]
    chosen = _chosen(read, cache_dir, BUNDLED in names)
    empty = [f"list {one.id}: not one line of it is a rule" for one in chosen.in_force if not one.rules]
    return replace(chosen, problems=tuple(empty))


def enabled_lists(store: Store, state: State, cache_dir: Path, *, bundled: bool = True) -> Chosen:
    """Read and compile our own tables and the enabled lists; one that is damaged leaves the others in force."""
    read, problems = [], []
    for entry in state.lists:
        if entry.enabled and entry.versions:
            found, problem = _stored(store, entry)
            read += [found] if found is not None else []
            problems += [problem] if problem else []
    chosen = _chosen(read, cache_dir, bundled)
    return Chosen(chosen.tables, chosen.filters, chosen.in_force, tuple(problems))


def _chosen(read: Sequence[_Read], cache_dir: Path, bundled: bool) -> Chosen:
    tables = [one.loaded.table for one in read if one.loaded.table is not None]
    sources = [one.loaded.source for one in read if one.loaded.source is not None]
    filters = load_filters(sources, cache_dir)
    in_force = list(_in_force(read, filters))
    if bundled:
        tables.insert(0, load_tables())
        manifest = (blocklists_dir() / MANIFEST).read_bytes()
        rows = Loaded(table=tables[0]).table_rows
        in_force.insert(0, InForce(BUNDLED, __version__, hashlib.sha256(manifest).hexdigest(), rows))
    return Chosen(tables, filters, tuple(in_force))


def _in_force(read: Sequence[_Read], filters: Filters) -> Iterable[InForce]:
    stats = iter(filters.stats)
    for one in read:
        rules = one.loaded.table_rows if one.loaded.source is None else next(stats).rules
        yield InForce(one.id, one.version, one.sha256, rules)


def _named(name: str, store: Store, state: State) -> _Read:
    path = Path(name)
    if path.is_file():
        return _read(name, _file(name, path))
    entry = state.find(name)
    if entry is None or not entry.versions:
        raise UnusableListError(name, "is a folder" if path.is_dir() else "no such file, and no list of this id")
    found, problem = _stored(store, entry)
    if found is None:
        raise UnusableListError(name, problem.removeprefix(f"list {name}: "))
    return found


def _file(name: str, path: Path) -> bytes:
    try:
        if path.stat().st_size > LIMITS.largest:
            raise UnusableListError(name, f"larger than {LIMITS.largest >> 20} MiB")
        return path.read_bytes()
    except OSError as error:
        raise UnusableListError(name, error.strerror or str(error)) from error


def _stored(store: Store, entry: Entry) -> tuple[_Read | None, str]:
    """Return the newest version of a list that is whole, and what is wrong if that is not the one in force."""
    problem = ""
    for version in entry.versions:
        try:
            read = _read(entry.id, store.text(entry, version))
        except (DamagedTextError, UnusableListError) as error:
            reason = str(error).removeprefix(f"list {entry.id}: ")
            problem = problem or f"list {entry.id}: its text {reason}; `louver lists update {entry.id}` mends it"
        else:
            return read, f"{problem}; version {version.short} decides until then" if problem else ""
    return None, f"{problem}; it decides nothing until then"


def _read(name: str, data: bytes) -> _Read:
    text, digest = decode(data), hashlib.sha256(data).hexdigest()
    version = read_header(text).version or digest[:12]
    try:
        return _Read(name, version, digest, load_list(text, name, version))
    except (TableError, NotClearUrlsError) as error:
        raise UnusableListError(name, str(error)) from error
