"""Knows a filter list as text with line numbers, and what became of each line; knows nothing of what a line means."""

from __future__ import annotations

import codecs
from array import array
from bisect import bisect_right
from dataclasses import dataclass
from itertools import accumulate
from typing import TYPE_CHECKING, Final

from louver.core.decision import RuleRef

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

BOMS: Final = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)


@dataclass(frozen=True, slots=True)
class Source:
    """One list: a name to show, its whole text, and the version that it calls itself."""

    id: str
    text: str
    version: str = ""


@dataclass(frozen=True, slots=True)
class Skipped:
    """A line, or a part of one, that is not used, and why."""

    reason: str


@dataclass(frozen=True, slots=True)
class ListStats:
    """What became of a list's lines: `lines` = `rules` + `remarks` + all of `skipped`.

    `remarks` are blank lines, comments, headers and directives. `skipped` counts the rest by reason. `includes` are
    the paths that `!#include` asks the caller to fetch, relative to the list.
    """

    id: str
    version: str
    lines: int
    rules: int
    remarks: int
    skipped: Mapping[str, int]
    includes: Sequence[str]


def decode(data: bytes) -> str:
    """Read a list's bytes: by byte order mark, else UTF-8; what is no text becomes replacement characters."""
    for mark, encoding in BOMS:
        if data.startswith(mark):
            return data[len(mark) :].decode(encoding, "replace")
    return data.decode("utf-8", "replace")


class Lines:
    """Where each rule was written. A rule is known by one number: its line counted through all lists, from 0."""

    __slots__ = ("_bases", "_refs", "_sources", "_starts")

    def __init__(self, sources: Sequence[Source]) -> None:
        self._sources = tuple(sources)
        self._starts = tuple(_starts(source.text) for source in sources)
        self._bases = [0, *accumulate(len(starts) - 1 for starts in self._starts)][: len(self._sources)]
        self._refs: dict[int, RuleRef] = {}

    def base(self, index: int) -> int:
        """Return the number of a list's first line."""
        return self._bases[index]

    def index(self, number: int) -> int:
        """Return which list a line stands in."""
        return bisect_right(self._bases, number) - 1

    def ref(self, number: int) -> RuleRef:
        """Return a rule's text, list, line (from 1) and list version."""
        known = self._refs.get(number)
        if known is None:
            known = self._refs[number] = self._read(number)
        return known

    def _read(self, number: int) -> RuleRef:
        index = self.index(number)
        source, starts, line = self._sources[index], self._starts[index], number - self._bases[index]
        text = source.text[starts[line] : starts[line + 1]].strip().lstrip("\ufeff")
        return RuleRef(text, source.id, line + 1, source.version)


def _starts(text: str) -> array[int]:
    lengths = (len(line) + 1 for line in text.split("\n"))
    return array("Q", accumulate(lengths, initial=0))
