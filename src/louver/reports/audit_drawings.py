"""Knows how to draw an audit: who talks to whom, the load over time, and the two axes, as SVG without a script."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from louver.reports.html import Markup, tag, together

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from louver.reports.audit_document import AxisRow, OwnerRow, VisitRow

MOST: Final = 16
"""Organisations on one side of the graph; the rest is counted."""
STEP: Final = 27
WIDTH: Final = 900
LEFT, MIDDLE, RIGHT, ENDS = 236, 430, 566, 742
LONGEST: Final = 26


def _short(text: str, most: int = LONGEST) -> str:
    return text if len(text) <= most else f"{text[: most - 1]}…"


def graph(visit: VisitRow) -> Markup:
    """Draw the site in the middle, who recognises the visitor on the right, everybody else on the left."""
    knowing = [one for one in visit.owners if one.identifiers and one.tracks]
    others = [one for one in visit.owners if one not in knowing]
    rows = max(min(len(knowing), MOST + 1), min(len(others), MOST + 1), 3)
    height = rows * STEP + 56
    centre = height / 2 + 10
    left, right = _column(others, centre), _column(knowing, centre)
    places = {one.name: y for one, y in right}
    drawn = [
        *(_edge(one, y, centre, LEFT + 8, -1) for one, y in left),
        *(_edge(one, y, centre, RIGHT - 8, 1) for one, y in right),
        *_arcs(visit, places),
        *(part for one, y in left for part in _node(one, y, LEFT, "end")),
        *(part for one, y in right for part in _node(one, y, RIGHT, "start")),
        _rest(len(others) - len(left), LEFT, height, "end"),
        _rest(len(knowing) - len(right), RIGHT, height, "start"),
        _head("contacted", LEFT, "end"),
        _head("recognise the visitor", RIGHT, "start"),
        _head("share an identifier", WIDTH - 6, "end") if any(one in places for one in _linked(visit)) else None,
        tag("rect", x=MIDDLE - 92, y=centre - 19, width=184, height=38, rx=19, class_="site"),
        tag("text", _short(visit.site, 24), x=MIDDLE, y=centre + 5, text_anchor="middle", class_="site-name"),
    ]
    return _picture("Who talks to whom", height, *drawn)


def _column(owners: Sequence[OwnerRow], centre: float) -> list[tuple[OwnerRow, float]]:
    shown = owners[:MOST]
    top = centre - (len(shown) - 1) * STEP / 2
    return [(one, top + index * STEP) for index, one in enumerate(shown)]


def _edge(one: OwnerRow, y: float, centre: float, x: float, side: int) -> Markup:
    start = MIDDLE + side * 92
    bend = (start + x) / 2
    width = min(1 + one.requests**0.5 / 2, 7)
    path = f"M{start} {centre:.1f} C{bend:.1f} {centre:.1f} {bend:.1f} {y:.1f} {x} {y:.1f}"
    return tag("path", d=path, class_=f"edge {_class(one)}", stroke_width=f"{width:.1f}")


def _node(one: OwnerRow, y: float, x: float, anchor: str) -> Iterator[Markup]:
    away = 12 if anchor == "start" else -12
    told = f"{one.name}: {one.requests} requests, {one.identifiers} identifiers"
    yield tag("circle", tag("title", told), cx=x, cy=f"{y:.1f}", r=6, class_=f"node {_class(one)}")
    yield tag("text", _short(one.name), x=x + away, y=f"{y + 4:.1f}", text_anchor=anchor)


def _class(one: OwnerRow) -> str:
    if one.identifiers and one.tracks:
        return "knows"
    return "tracks" if one.tracks else "other"


def _linked(visit: VisitRow) -> set[str]:
    return {name for link in visit.links for name in (link.one, link.other)}


def _arcs(visit: VisitRow, places: dict[str, float]) -> Iterator[Markup]:
    for link in visit.links:
        if link.one in places and link.other in places:
            one, other = places[link.one], places[link.other]
            reach = ENDS + 24 + min(abs(one - other) * 0.55, WIDTH - ENDS - 40)
            path = f"M{ENDS} {one:.1f} C{reach:.1f} {one:.1f} {reach:.1f} {other:.1f} {ENDS} {other:.1f}"
            told = f"{link.one} and {link.other} hold {link.identifiers} of the same identifiers"
            yield tag("path", tag("title", told), d=path, class_="arc", stroke_width=min(1 + link.identifiers, 4))


def _rest(count: int, x: float, height: float, anchor: str) -> Markup | None:
    if count <= 0:
        return None
    return tag("text", f"and {count} more", x=x, y=height - 6, text_anchor=anchor, class_="faint")


def _head(words: str, x: float, anchor: str) -> Markup:
    return tag("text", words, x=x, y=14, text_anchor=anchor, class_="head")


def timeline(visit: VisitRow) -> Markup | None:
    """Draw when each organisation was asked; None where nothing has a time."""
    span = visit.duration
    rows = [one for one in visit.owners if one.times][: MOST + 4]
    if not span or not rows:
        return None
    height = len(rows) * 20 + 46
    left, right = 190, WIDTH - 16

    def x(at: float) -> float:
        return left + (right - left) * min(at / span, 1)

    drawn: list[Markup | None] = []
    for index, one in enumerate(rows):
        y = 26 + index * 20
        drawn.append(tag("text", _short(one.name, 24), x=left - 10, y=y + 4, text_anchor="end"))
        drawn.append(tag("line", x1=left, y1=y, x2=right, y2=y, class_="rail"))
        ticks = (tag("rect", x=f"{x(at) - 1:.1f}", y=y - 6, width=2.4, height=12) for at in one.times)
        drawn.append(tag("g", *ticks, class_=_class(one)))
    for part in range(5):
        at = span * part / 4
        anchor = "start" if not part else "end" if part == 4 else "middle"
        drawn.append(tag("text", f"{at:.1f} s", x=f"{x(at):.1f}", y=height - 4, text_anchor=anchor, class_="faint"))
    if visit.first_consent is not None:
        mark = f"{x(visit.first_consent):.1f}"
        drawn.append(tag("line", x1=mark, y1=14, x2=mark, y2=height - 18, class_="mark"))
        drawn.append(tag("text", "consent on record", x=mark, y=11, text_anchor="middle", class_="faint"))
    return _picture("The load over time", height, *drawn)


def plot(axes: Sequence[AxisRow]) -> Markup:
    """Draw what protection would gain and cost: privacy upwards, what is kept of the page to the right."""
    size, left, top = 210, 44, 14

    def place(one: AxisRow) -> tuple[float, float]:
        return left + size * one.page / 100, top + size - size * one.privacy / 100

    drawn: list[Markup | None] = [tag("rect", x=left, y=top, width=size, height=size, class_="frame")]
    for part in (25, 50, 75):
        at = size * part / 100
        drawn.append(tag("line", x1=left + at, y1=top, x2=left + at, y2=top + size, class_="rail"))
        drawn.append(tag("line", x1=left, y1=top + at, x2=left + size, y2=top + at, class_="rail"))
    taken: list[float] = []
    for one in axes:
        x, y = place(one)
        label = y + 4
        while any(abs(label - other) < 15 for other in taken):
            label += 15
        taken.append(label)
        drawn.append(tag("circle", cx=f"{x:.1f}", cy=f"{y:.1f}", r=7, class_=f"point {_slug(one.policy)}"))
        drawn.append(tag("text", one.policy, x=f"{x - 13:.1f}", y=f"{label:.1f}", text_anchor="end"))
    for at, words in ((top + 4, "100"), (top + size, "0")):
        drawn.append(tag("text", words, x=left - 6, y=at, text_anchor="end", class_="faint"))
    middle = top + size / 2
    turn = f"rotate(-90 14 {middle})"
    drawn.append(tag("text", "privacy left", x=14, y=middle, text_anchor="middle", transform=turn, class_="faint"))
    words = "of the page kept, %"
    drawn.append(tag("text", words, x=left + size / 2, y=top + size + 18, text_anchor="middle", class_="faint"))
    return _picture("Privacy against the page", top + size + 26, *drawn, width=left + size + 16)


def _slug(text: str) -> str:
    return "".join(character if character.isalnum() else "-" for character in text)


def _picture(title: str, height: float, *drawn: Markup | None, width: float = WIDTH) -> Markup:
    view = f"0 0 {width} {height:.0f}"
    return tag("svg", tag("title", title), together(*drawn), viewBox=view, role="img", width=width, class_="drawing")
