"""Knows when a text that a publisher sent is no list to be trusted: an error page, cut off, or suddenly tiny."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from louver.core.filters import compile_filters, decode
from louver.core.filters.source import BOMS
from louver.core.rows import TableError
from louver.lists.clearurls import NotClearUrlsError
from louver.lists.formats import Format, load_list, recognise
from louver.lists.header import Header, checksum_is_right, read_header

SHRUNK: Final = 0.5
"""A list with less than this share of the rules it had is taken for cut off."""
FEW: Final = 50
"""Lists that never had more rules than this may shrink as they like."""
LOOK_AT: Final = 4_000
"""Characters from the start that tell whether this is a list at all."""
MOST_BROKEN: Final = 0.02
"""Share of characters that may be no UTF-8: old lists have a letter or two in another encoding."""

_HTML: Final = re.compile(r"^\s*(?:<\?xml|<!doctype\s|<html|<head|<body|<!--)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Checked:
    """A text that can be used: what it says of itself, how many rules or rows it holds, and what it includes."""

    header: Header
    rules: int
    skipped: int
    includes: tuple[str, ...] = ()

    @property
    def told(self) -> str:
        """Return the counts in words."""
        return f"{self.rules} rules, {self.skipped} lines not used"


class UnusableTextError(ValueError):
    """A text that is not taken in, and why."""


def verify(data: bytes) -> str:
    """Return a list's text. Raises UnusableTextError for what is no text, a web page, or not what was published."""
    text = _plain_text(data)
    if checksum_is_right(text) is False:
        raise UnusableTextError("its checksum is wrong: cut off or changed on the way")
    return text


def measure(text: str, name: str) -> Checked:
    """Read a text as the list that it is. Raises UnusableTextError where it has a mistake that hides the rest."""
    try:
        loaded = load_list(text, name)
    except (TableError, NotClearUrlsError) as error:
        raise UnusableTextError(str(error)) from error
    header = read_header(text)
    if loaded.source is None:
        return Checked(header, loaded.table_rows, 0)
    stats = compile_filters([loaded.source]).stats[0]
    return Checked(header, stats.rules, sum(stats.skipped.values()), tuple(stats.includes))


def compare(checked: Checked, rules_before: int) -> None:
    """Compare with the version before. Raises UnusableTextError for a text that has lost too much."""
    if checked.rules == 0:
        raise UnusableTextError("not one line of it is a rule")
    if rules_before > FEW and checked.rules < rules_before * SHRUNK:
        raise UnusableTextError(
            f"it has {checked.rules} rules, the one before had {rules_before}, so it is taken for cut off;"
            " if it is right, remove the list and add it again"
        )


def _plain_text(data: bytes) -> str:
    if not data.strip():
        raise UnusableTextError("it is empty")
    text = decode(data)
    start = text[:LOOK_AT].lstrip("\ufeff")
    if _HTML.match(start):
        raise UnusableTextError("this is a web page, not a list")
    has_mark = any(data.startswith(mark) for mark, _ in BOMS)
    if "\0" in start or (not has_mark and text.count("\ufffd") > len(text) * MOST_BROKEN):
        raise UnusableTextError("this is no text")
    if start.lstrip()[:1] == "{" and recognise(text) is Format.FILTERS:
        raise UnusableTextError("this is JSON of a kind that no list is written in")
    return text
