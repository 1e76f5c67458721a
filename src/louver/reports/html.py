"""Knows how to write HTML and SVG so that text from outside stays text: whatever is not markup of ours is escaped."""

from __future__ import annotations

from html import escape

from louver.reports.explanation import printable

VOID = frozenset({"br", "hr", "img", "meta"})


class Markup(str):
    """Text that is markup already, because `tag` made it."""

    __slots__ = ()


def tag(name: str, /, *children: str | None, **attributes: str | float | None) -> Markup:
    """Return an element. Attributes lose a trailing `_`, and `_` becomes `-`; None is left out, children and values."""
    pairs = ((key.rstrip("_").replace("_", "-"), value) for key, value in attributes.items() if value is not None)
    start = "".join([name, *(f' {key}="{text(str(value))}"' for key, value in pairs)])
    if name in VOID:
        return Markup(f"<{start}>")
    return Markup(f"<{start}>{together(*children)}</{name}>")


def together(*children: str | None) -> Markup:
    """Return children side by side."""
    return Markup("".join(each if isinstance(each, Markup) else text(each) for each in children if each is not None))


def text(raw: str) -> Markup:
    """Return text that shows as it is: no markup, no control characters, no change of the direction of reading."""
    return Markup(escape(printable(raw)))
