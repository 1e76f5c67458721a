"""Knows the geometry of the dashboard's pictures: numbers in, shapes out. Pure; templates turn shapes into SVG."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

LEAST: Final = 1.2
"""Percent of the width that anything which is not nothing gets."""


class Piece(NamedTuple):
    """A part of a bar, in percent of its width."""

    look: str
    x: float
    width: float


def bar(counts: Mapping[str, int], most: int) -> list[Piece]:
    """Return a bar's parts in the order given, where `most` would fill it."""
    pieces: list[Piece] = []
    x = 0.0
    for look, count in counts.items():
        if count and most:
            width = max(count / most * 100, LEAST)
            pieces.append(Piece(look, round(x, 2), round(min(width, 100 - x), 2)))
            x += width
    return pieces


class Dot(NamedTuple):
    """A name in the picture of who knows what, with its place."""

    name: str
    x: float
    y: float
    weight: int


class Line(NamedTuple):
    """A tie between an organisation and a site; `look` says what passed over it."""

    x1: float
    y1: float
    x2: float
    y2: float
    look: str


class Web(NamedTuple):
    """The picture: organisations on the left, sites on the right, and what passed between them."""

    width: int
    height: int
    owners: Sequence[Dot]
    sites: Sequence[Dot]
    lines: Sequence[Line]


ROW: Final = 26
WIDTH: Final = 760
LEFT: Final = 270
RIGHT: Final = 520


def web(ties: Mapping[tuple[str, str], str], owners: Sequence[str], sites: Sequence[str]) -> Web:
    """Return the picture of ties from (owner, site) to a look; names are drawn in the order given."""
    height = ROW * max(len(owners), len(sites), 1) + ROW
    left = {name: _height(place, len(owners), height) for place, name in enumerate(owners)}
    right = {name: _height(place, len(sites), height) for place, name in enumerate(sites)}
    weights = {name: sum(name in tie for tie in ties) for name in (*owners, *sites)}
    lines = [
        Line(LEFT, left[owner], RIGHT, right[site], look)
        for (owner, site), look in ties.items()
        if owner in left and site in right
    ]
    return Web(
        WIDTH,
        math.ceil(height),
        [Dot(name, LEFT, y, weights[name]) for name, y in left.items()],
        [Dot(name, RIGHT, y, weights[name]) for name, y in right.items()],
        lines,
    )


def _height(place: int, count: int, height: float) -> float:
    return round((place + 0.5) * height / count, 1)
