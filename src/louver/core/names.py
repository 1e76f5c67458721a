"""Knows how to find the entries whose name, or pattern with `*`, fits a name; knows nothing of what the entries say."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable

LONGEST: Final = 512
"""Nothing we know has a longer name, so a longer one is no work."""


class Names[E]:
    """Entries by exact name, by prefix (`_ga_*`) and by any other pattern (`mp_*_mixpanel`)."""

    def __init__(self, entries: Iterable[tuple[str, E]]) -> None:
        """Index pairs of (name or pattern, entry); the order of equals is kept."""
        self._exact: dict[str, list[E]] = {}
        self._prefix: dict[str, list[E]] = {}
        odd: dict[str, list[E]] = {}
        for name, entry in entries:
            shape = _shape(name)
            table = {"exact": self._exact, "prefix": self._prefix, "odd": odd}[shape]
            table.setdefault(name[:-1] if shape == "prefix" else name, []).append(entry)
        self._lengths = sorted({len(name) for name in self._prefix}, reverse=True)
        longest_first = sorted(odd, key=len, reverse=True)
        self._odd = [(_compile(name), odd[name]) for name in longest_first]
        self._any_odd = re.compile("|".join(f"(?:{pattern.pattern})" for pattern, _ in self._odd) or r"(?!)", re.DOTALL)

    def find(self, name: str) -> list[list[E]]:
        """Return the entries that fit, most exact first: equals, then patterns, then prefixes from the longest."""
        if len(name) > LONGEST:
            return []
        found = [self._exact[name]] if name in self._exact else []
        if self._any_odd.fullmatch(name):
            found += [entries for pattern, entries in self._odd if pattern.fullmatch(name)]
        found += [
            self._prefix[name[:length]]
            for length in self._lengths
            if length <= len(name) and name[:length] in self._prefix
        ]
        return found


def _shape(name: str) -> str:
    star = name.find("*")
    if star < 0:
        return "exact"
    return "prefix" if 0 < star == len(name) - 1 else "odd"


def _compile(name: str) -> re.Pattern[str]:
    return re.compile(".*".join(re.escape(part) for part in name.split("*")), re.DOTALL)
