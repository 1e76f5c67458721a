"""Knows when a text that a publisher sent is no list to be trusted: an error page, cut off, or suddenly tiny."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from louver.core.filters import Source, compile_filters, decode
from louver.core.rows import TableError
from louver.lists.clearurls import NotClearUrlsError
from louver.lists.formats import load_list
from louver.lists.header import Header, checksum_is_right, read_header

SHRUNK: Final = 0.5
"""A list with less than this share of the rules it had is taken for cut off."""
_HTML: Final = re.compile(r"\s*(?:<\?xml|<!doctype\s+html|<html|<head|<body)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Checked:
    """A text that can be used: what it says of itself, and how many rules or table rows it holds."""

    header: Header
    rules: int
    skipped: int
    includes: tuple[str, ...] = ()


class UnusableTextError(ValueError):
    """A text that is not taken in, and why."""


def check(data: bytes, name: str, rules_before: int) -> Checked:
    """Look a new text over. Raises UnusableTextError."""
    text = decode(data)
    if _HTML.match(text.lstrip("\ufeff")):
        raise UnusableTextError("this is a web page, not a list")
    if checksum_is_right(text) is False:
        raise UnusableTextError("its checksum is wrong: cut off or changed on the way")
    checked = _read(text, name)
    if checked.rules == 0:
        raise UnusableTextError("not one line of it is a rule")
    if checked.rules < rules_before * SHRUNK:
        raise UnusableTextError(f"it has {checked.rules} rules, the one before had {rules_before}: taken for cut off")
    return checked


def _read(text: str, name: str) -> Checked:
    try:
        loaded = load_list(text, name)
    except (TableError, NotClearUrlsError) as error:
        raise UnusableTextError(str(error)) from error
    if loaded.source is not None:
        return _rules(loaded.source, text)
    assert loaded.table is not None
    table = loaded.table
    facts = (table.owners, table.trackers, table.cookies, table.parameters, table.cnames)
    return Checked(read_header(text), sum(map(len, facts)), 0)


def _rules(source: Source, text: str) -> Checked:
    stats = compile_filters([source]).stats[0]
    return Checked(read_header(text), stats.rules, sum(stats.skipped.values()), tuple(stats.includes))
