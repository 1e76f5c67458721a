"""Knows which kind of list a text is, by what is in it, and reads it into what the engine takes."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from louver.core.filters import Source
from louver.core.tables import Tables, parse_table
from louver.lists.clearurls import as_filter_list

TABLE_KEY: Final = re.compile(r"^\s*['\"]?(owners|trackers|cookies|parameters|cnames)['\"]?\s*:", re.MULTILINE)
CLEARURLS: Final = re.compile(r'^\s*\{\s*"providers"\s*:\s*\{')
LOOK_AT: Final = 20_000
"""Characters from the start of a list that tell its format."""


class Format(StrEnum):
    """What a list is written in. Hosts files and domain lines are read by the filter language itself."""

    FILTERS = "filter list"
    CLEARURLS = "ClearURLs rules"
    TABLE = "table"


@dataclass(frozen=True, slots=True)
class Loaded:
    """What one list became: rules to compile, or a table."""

    source: Source | None = None
    table: Tables | None = None

    @property
    def table_rows(self) -> int:
        """Return how many facts the table holds; 0 where it is none."""
        if self.table is None:
            return 0
        facts = (self.table.owners, self.table.trackers, self.table.cookies, self.table.parameters, self.table.cnames)
        return sum(map(len, facts))


def recognise(text: str) -> Format:
    """Tell a list's format by its content. A filter list may hold nearly anything, so it is what remains."""
    start = text[:LOOK_AT].lstrip("\ufeff")
    if CLEARURLS.match(start):
        return Format.CLEARURLS
    lines = [line for line in start.splitlines() if line.strip() and not line.lstrip().startswith("#")]
    first = lines[0] if lines else ""
    if TABLE_KEY.match(first) or (first.lstrip().startswith("{") and TABLE_KEY.search(start.lstrip()[1:])):
        return Format.TABLE
    if first.strip() == "---" and TABLE_KEY.search(start):
        return Format.TABLE
    return Format.FILTERS


def load_list(text: str, name: str, version: str = "") -> Loaded:
    """Read a list's text. Raises TableError, NotClearUrlsError; a filter list has no mistakes, only skipped lines."""
    match recognise(text):
        case Format.TABLE:
            return Loaded(table=parse_table(text, name))
        case Format.CLEARURLS:
            return Loaded(source=Source(name, as_filter_list(text), version))
        case Format.FILTERS:
            return Loaded(source=Source(name, text, version))
