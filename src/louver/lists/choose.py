"""Knows which lists decide: those named on the command line, else the enabled ones of this installation."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from louver.bundled import load_tables
from louver.core.filters import decode
from louver.core.rows import TableError
from louver.errors import LouverError
from louver.lists.clearurls import NotClearUrlsError
from louver.lists.compiled import load_filters
from louver.lists.formats import Loaded, load_list

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from louver.core.filters import Filters
    from louver.core.tables import Tables

BUNDLED: Final = "louver"
"""The id of our own tables, which are always there."""


class UnusableListError(LouverError):
    """A list cannot be read or used."""

    exit_code = 2

    def __init__(self, name: str, reason: str) -> None:
        super().__init__(f"list {name}: {reason}")


@dataclass(frozen=True, slots=True)
class Chosen:
    """The lists in force, ready for the engine."""

    tables: Sequence[Tables]
    filters: Filters


def chosen_lists(names: Sequence[str], cache_dir: Path, stored: Callable[[str], Path | None]) -> Chosen:
    """Read and compile the lists of these names: files, ids of stored lists, or `louver` for our own tables.

    Raises UnusableListError.
    """
    loaded = [_load(name, stored) for name in names if name != BUNDLED]
    tables = [one.table for one in loaded if one.table is not None]
    if BUNDLED in names:
        tables.insert(0, load_tables())
    sources = [one.source for one in loaded if one.source is not None]
    return Chosen(tables, load_filters(sources, cache_dir))


def _load(name: str, stored: Callable[[str], Path | None]) -> Loaded:
    path = Path(name) if Path(name).is_file() else stored(name)
    if path is None:
        raise UnusableListError(name, "there is no such file, and no list of this id was added")
    try:
        data = path.read_bytes()
        return load_list(decode(data), name, hashlib.sha256(data).hexdigest()[:12])
    except (TableError, NotClearUrlsError) as error:
        raise UnusableListError(name, str(error)) from error
    except OSError as error:
        raise UnusableListError(name, error.strerror or str(error)) from error
