"""Knows how compiled lists are kept on disk; a file that is damaged, foreign or old is compiled again, never trusted.

The file holds plain values written with `marshal`, which must not be fed by strangers. So it is read only if it
belongs to us, nobody else may write it, and its sha256 stands at its head; its name is the sha256 of everything that
it was made from: the lists' texts, the format below, and the Python that wrote it.
"""

from __future__ import annotations

import contextlib
import hashlib
import marshal
import os
import stat
import sys
import tempfile
from array import array
from typing import TYPE_CHECKING, Any, Final

from louver.core.filters import Filters, Lines, ListStats, compile_filters
from louver.core.filters.rows import Table
from louver.core.filters.rule import Family

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from louver.core.filters import Source
    from louver.core.filters.compile import Tables

FORMAT: Final = 3
"""Counts up with every change to the tables or to what a line means."""

MAGIC: Final = b"louver-lists\n"
KEPT: Final = 4
"""Compiled files kept, the newest; an older set of lists is compiled again when it comes back."""

type Plain = tuple[Any, ...]


def load_filters(sources: Sequence[Source], folder: Path) -> Filters:
    """Return the compiled lists, from the cache in `folder` where it has them. Never fails for the cache's sake."""
    path = folder / f"filters-{fingerprint(sources)}.bin"
    stored = _read(path)
    if stored is not None:
        with contextlib.suppress(ValueError, TypeError, KeyError, IndexError):
            return _revive(stored, sources)
    filters = compile_filters(sources)
    with contextlib.suppress(OSError):
        _write(path, marshal.dumps(_plain(filters)))
        _tidy(folder)
    return filters


def fingerprint(sources: Sequence[Source]) -> str:
    """Return the name that these lists have in the cache."""
    digest = hashlib.sha256(f"{FORMAT} {sys.version} {sys.byteorder}".encode())
    for source in sources:
        for text in (source.id, source.version, source.text):
            data = text.encode("utf-8", "surrogatepass")
            digest.update(f" {len(data)} ".encode() + hashlib.sha256(data).digest())
    return digest.hexdigest()


def _read(path: Path) -> Plain | None:
    try:
        with path.open("rb") as file:
            if not _ours(os.fstat(file.fileno())):
                return None
            data = file.read()
    except OSError:
        return None
    head = len(MAGIC) + 32
    if data[: len(MAGIC)] != MAGIC or hashlib.sha256(data[head:]).digest() != data[len(MAGIC) : head]:
        return None
    try:
        stored = marshal.loads(data[head:])  # noqa: S302  (ours, whole, and written by this Python: see above)
    except (ValueError, TypeError, EOFError):
        return None
    return stored if isinstance(stored, tuple) else None


def _ours(status: os.stat_result) -> bool:
    if not stat.S_ISREG(status.st_mode):
        return False
    return not hasattr(os, "getuid") or (status.st_uid == os.getuid() and not status.st_mode & 0o022)


def _write(path: Path, payload: bytes) -> None:
    """Write beside the place and move there in one step; `mkstemp` makes the file readable by us alone."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=".filters-")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(MAGIC + hashlib.sha256(payload).digest() + payload)
        os.replace(name, path)  # noqa: PTH105  (a name from mkstemp)
    except OSError:
        with contextlib.suppress(OSError):
            os.unlink(name)  # noqa: PTH108  (a name from mkstemp)
        raise


def _tidy(folder: Path) -> None:
    files = sorted(folder.glob("filters-*.bin"), key=lambda file: file.stat().st_mtime, reverse=True)
    for file in files[KEPT:]:
        file.unlink(missing_ok=True)


def _plain(filters: Filters) -> Plain:
    stats = [(s.id, s.version, s.lines, s.rules, s.remarks, dict(s.skipped), tuple(s.includes)) for s in filters.stats]
    return tuple(stats), tuple((lane[0].value, lane[1], *_pack(table)) for lane, table in filters.tables.items())


def _pack(table: Table) -> Plain:
    """Nine of ten rules are a host and a number: one text and one array load much faster than as many objects."""
    hosts, numbers = "\n".join(table.hosts), array("Q", table.hosts.values()).tobytes()
    others = (table.by_host, table.by_token, table.by_site, table.rest, table.situations, table.important)
    return hosts, numbers, *others


def _revive(stored: Plain, sources: Sequence[Source]) -> Filters:
    stats, packed = stored
    tables: Tables = {(Family(of), exception): _unpack(*table) for of, exception, *table in packed}
    return Filters(tables, [ListStats(*values) for values in stats], Lines(sources))


def _unpack(hosts: str, numbers: bytes, *others: Any) -> Table:
    if tuple(map(type, others)) != (dict, dict, dict, list, int, bool):
        raise TypeError
    found = array("Q")
    found.frombytes(numbers)
    return Table(dict(zip(hosts.split("\n"), found, strict=True)) if found else {}, *others)
