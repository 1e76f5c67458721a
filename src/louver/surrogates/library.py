"""Knows which stand-in answers to which name in filter lists; knows nothing of rules, requests or answers.

`table.json` has a row for each stand-in (its file, what it stands in for, the globals that it makes, and the names by
which uBlock Origin's, AdGuard's and Adblock Plus's lists ask for it), the names of the neutral files, and the names
that are left out with the reason. A stand-in's file holds its body; `_tools.js` goes in front of each.
"""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from typing import Final

import msgspec

from louver.surrogates.neutral import NEUTRAL

SCRIPT: Final = "text/javascript; charset=utf-8"

# A function of its own keeps our names out of the page, and whatever a page did to its globals, nothing is thrown.
WRAPPED: Final = (
    '(function () {{\n"use strict";\nfunction standIn() {{\n{}{}}}\ntry {{ standIn(); }} catch (error) {{}}\n}})();\n'
)


class StandIn(msgspec.Struct, frozen=True):
    """One script of ours, in the place of somebody else's."""

    file: str
    of: str
    globals: tuple[str, ...]
    names: tuple[str, ...]


class Table(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The whole table; `unmapped` are names that get the neutral answer of the request's type, with the reason."""

    stand_ins: tuple[StandIn, ...]
    neutral: dict[str, tuple[str, ...]]
    unmapped: dict[str, str]


def surrogate(name: str) -> tuple[str, bytes] | None:
    """Return content type and body of a stand-in by any of its names; None where nobody knows the name."""
    file = _files().get(name)
    return None if file is None else _content(file)


@cache
def table() -> Table:
    """Read the table that comes with Louver."""
    return msgspec.json.decode(_text("table.json"), type=Table)


@cache
def _files() -> dict[str, str]:
    rows = {row.file: row.names for row in table().stand_ins} | table().neutral
    return {name: file for file, names in rows.items() for name in (file, *names)}


@cache
def _content(file: str) -> tuple[str, bytes]:
    if file in NEUTRAL:
        return NEUTRAL[file]
    return SCRIPT, WRAPPED.format(_text("stand_ins/_tools.js"), _text(f"stand_ins/{file}")).encode()


def _text(path: str) -> str:
    return files("louver.surrogates").joinpath(path).read_text("utf-8")
