"""Knows which stand-in answers for which of the scripts that our own table blocks; knows nothing of what is in it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final

from louver.core import rows
from louver.core.names import Names
from louver.core.rows import Column
from louver.core.sites import suffixes

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

CACHED: Final = 4_096


@dataclass(frozen=True, slots=True)
class Place:
    """A host with all below it, a path (`*` stands for any text), and the name of the stand-in for what lies there."""

    host: str
    path: str
    name: str


class StandIns:
    """The table of scripts and their stand-ins."""

    def __init__(self, places: Iterable[Place] = ()) -> None:
        """Index the rows by host."""
        pairs: dict[str, list[tuple[str, str]]] = {}
        for place in places:
            pairs.setdefault(place.host, []).append((place.path, place.name))
        self._hosts = {host: Names(paths) for host, paths in pairs.items()}
        self._find = lru_cache(CACHED)(self._search)

    def stand_in(self, host: str, path: str) -> str | None:
        """Return the stand-in's name for a script at this host (lower case) and path (without query), or None."""
        return self._find(host, path)

    def _search(self, host: str, path: str) -> str | None:
        found = (self._hosts[name].find(path) for name in suffixes(host) if name in self._hosts)
        return next((tiers[0][0] for tiers in found if tiers), None)


def parse_stand_ins(text: str, source: str) -> StandIns:
    """Read the table in YAML or JSON; `source` names it in errors. Raises TableError."""
    return rows.read_document(text, source, _read)


def _read(document: Mapping[str, Any]) -> StandIns:
    rows.only_known(document, (SECTION,))
    return StandIns(Place(**row) for row in rows.read_rows(document, SECTION, COLUMNS))


def _path(value: object) -> str:
    path = rows.pattern(value)
    if not path.startswith("/"):
        raise ValueError("expected a path that starts with /")
    return path


SECTION: Final = "stand_ins"

COLUMNS: Final = {"host": Column(rows.domain), "path": Column(_path), "name": Column(rows.text)}
