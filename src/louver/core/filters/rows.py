"""Knows rules as plain values in one table for each effect, the form in which a compiled list is stored."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

from louver.core.filters.rule import Condition, Family, Pattern
from louver.core.filters.situation import Mask

IMPORTANT: Final = 1
SPECIFIC: Final = 2
"""Flags of a row: beats exceptions; names the sites that it is for."""

type Row = tuple[int, Mask, int, str, Pattern, tuple[Condition, ...], str, str]
"""Number (see `Lines`), situations, flags, literal that a URL must contain, pattern, conditions, effect, value."""

NUMBER: Final = 0
MASK: Final = 1
FLAGS: Final = 2
LITERAL: Final = 3
PATTERN: Final = 4
CONDITIONS: Final = 5
EFFECT: Final = 6
VALUE: Final = 7

type Lane = tuple[Family, bool]
"""Rules that are asked about together: a family of effects, and whether these are its exceptions."""

BLOCK: Final[Lane] = (Family.BLOCK, False)


@dataclass(slots=True)
class Table:
    """The rules of one lane, each under one way to find it.

    `hosts` are rules that are nothing but a host (by far the most), as host to number; `by_host` rules for a host
    with more to it; `by_token` by a token of the URL; `by_site` by a host name of the page; `rest` by none of these.
    `situations` is all that any of them speaks of, `important` whether one of them is.
    """

    hosts: dict[str, int] = field(default_factory=dict)
    by_host: dict[str, list[Row]] = field(default_factory=dict)
    by_token: dict[bytes, list[Row]] = field(default_factory=dict)
    by_site: dict[str, list[Row]] = field(default_factory=dict)
    rest: list[Row] = field(default_factory=list)
    situations: Mask = 0
    important: bool = False
