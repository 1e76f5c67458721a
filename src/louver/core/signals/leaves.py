"""Knows where a decoded value stands in its body, however deep it is wrapped, and how to write another in its place."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from louver.core.signals.codings import JSON_LITERAL, PLAIN, Coding

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence


class View:
    """A text as it reads, with the span of the text around it that it was written in; `outer` is None for the body.

    Where its characters stand in their written form is worked out once, when somebody asks.
    """

    __slots__ = ("_offsets", "coding", "end", "outer", "start", "text")

    def __init__(self, text: str, coding: Coding, outer: View | None, start: int, end: int) -> None:
        """Take the text as decoded, and where in `outer` its written form stands."""
        self.text = text
        self.coding = coding
        self.outer = outer
        self.start = start
        self.end = end
        self._offsets: Sequence[int] | None = None

    @property
    def depth(self) -> int:
        """How many texts lie around this one."""
        return 0 if self.outer is None else self.outer.depth + 1

    @property
    def raw(self) -> str:
        """The text as it is written in the text around it."""
        return self.text if self.outer is None else self.outer.text[self.start : self.end]

    def outward(self, low: int, high: int) -> tuple[int, int]:
        """Turn a span of this text into the span of the text around it that has to change with it."""
        if self.coding.offsets is None:
            return self.start, self.end
        if self._offsets is None:
            self._offsets = self.coding.offsets(self.raw)
        return self.start + self._offsets[low], self.start + self._offsets[high]


class Span(NamedTuple):
    """New text for a stretch of a body."""

    start: int
    end: int
    text: str


class Leaf(NamedTuple):
    """One value of a body. `name` is its path (`user.ids[0].id`); a value without a name has an empty one.

    A named tuple rather than a dataclass because bodies hold hundreds and each costs a request its time.
    """

    name: str
    view: View

    @property
    def value(self) -> str:
        """The value as its reader will see it."""
        return self.view.text

    @property
    def start(self) -> int:
        """Offset in the body of the text that holds the value (all of what wraps it, if that cannot be cut)."""
        return _span(self.view)[0]

    @property
    def end(self) -> int:
        """Offset in the body just after the text that holds the value."""
        return _span(self.view)[1]

    @property
    def blank(self) -> str:
        """The value that says nothing in this one's place and keeps the body well-formed."""
        return "null" if self.view.coding is JSON_LITERAL else ""

    @property
    def layers(self) -> tuple[str, ...]:
        """The codings around the value by name, outermost first."""
        names: list[str] = []
        view: View | None = self.view
        while view is not None:
            names.append(view.coding.name)
            view = view.outer
        return tuple(name for name in reversed(names) if name)


def body_view(text: str) -> View:
    """Return the view of a whole body."""
    return View(text, PLAIN, None, 0, len(text))


def _span(view: View) -> tuple[int, int]:
    outer = view.outer
    low, high = view.start, view.end
    while outer is not None and outer.outer is not None:
        low, high = outer.outward(low, high)
        outer = outer.outer
    return low, high


def encode(leaf: Leaf, text: str) -> str:
    """Return what has to stand at the leaf's span of the body for its value to read `text`.

    The value itself gives back exactly the bytes that were there. Where several leaves are wrapped in one text that
    cannot be cut (base64, gzip), their spans are the same: use `rewrite` to change more than one.
    """
    spans = rewrite([(leaf, text)])
    return spans[0].text if spans else _body(leaf.view).text[leaf.start : leaf.end]


def rewrite(edits: Iterable[tuple[Leaf, str]]) -> tuple[Span, ...]:
    """Return the spans of the body to replace, in order and without overlap, so that each leaf reads its new text."""
    levels: dict[int, dict[int, tuple[View, list[Span]]]] = {}
    for leaf, text in edits:
        view = leaf.view
        if text != view.text and view.outer is not None:
            _add(levels, view.outer, [Span(view.start, view.end, view.coding.write(text, view.raw))])
    for depth in range(max(levels, default=0), 0, -1):
        for view, spans in levels.get(depth, {}).values():
            if view.outer is not None:
                _add(levels, view.outer, _lift(view, spans))
    return tuple(sorted(span for _, spans in levels.get(0, {}).values() for span in spans))


def splice(text: str, spans: Sequence[Span]) -> str:
    """Return a text with spans replaced; every character outside of them stays."""
    for span in sorted(spans, reverse=True):
        text = text[: span.start] + span.text + text[span.end :]
    return text


def _add(levels: dict[int, dict[int, tuple[View, list[Span]]]], view: View, spans: Sequence[Span]) -> None:
    levels.setdefault(view.depth, {}).setdefault(id(view), (view, []))[1].extend(spans)


def _lift(view: View, spans: Sequence[Span]) -> list[Span]:
    if view.coding.offsets is None:
        return [Span(view.start, view.end, view.coding.write(splice(view.text, spans), view.raw))]
    return [Span(*view.outward(span.start, span.end), view.coding.write(span.text, "")) for span in spans]


def _body(view: View) -> View:
    while view.outer is not None:
        view = view.outer
    return view
