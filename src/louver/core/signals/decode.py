"""Knows how to take the text of a request body apart into its single values; must not know what any of them means.

Forms, multipart forms, JSON, lines of either, and what is wrapped inside their values: percent-encoding, base64,
gzip, JSON in a form field, a query string in JSON. All is bounded, nothing raises, and what was not read says why.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING, Final

from louver.core.signals.codings import (
    BASE64,
    ESCAPED_BYTES,
    FORM,
    GZIP,
    JSON_LITERAL,
    JSON_STRING,
    PERCENT,
    PLAIN,
    UNPADDED_BASE64,
    Coding,
    Skipped,
    read_form,
    read_json_string,
    to_text,
)
from louver.core.signals.json_text import json_end, json_values
from louver.core.signals.leaves import Leaf, View, body_view

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

MOST: Final = 4 * 1024 * 1024
LIMIT: Final = 256 * 1024
"""Largest body that is read, in bytes (characters of a text), and the most that any layer of it may unfold to."""
LAYERS: Final = 3
"""How many codings inside one another are undone below the body's own format."""
MAX_VALUES: Final = 4096
LONGEST_NAME: Final = 256
TOO_MANY: Final = Skipped(f"more than {MAX_VALUES} values")
WORK: Final = 4
"""All layers of a body together may unfold to this many times the limit."""

NO_TEXT: Final = ("image/", "audio/", "video/", "font/", "model/")
NO_TEXT_TYPES: Final = frozenset(
    f"application/{name}"
    for name in ("grpc", "grpc-web", "grpc-web+proto", "pdf", "protobuf", "wasm", "x-protobuf", "zip")
)
PAIRS: Final = re.compile(r"[\w.\-\[\]%~$]{1,64}=[^&\s]*(?:&[\w.\-\[\]%~$]{1,64}=[^&\s]*)+")
FIRST_PAIR: Final = re.compile(r"[\w.\-\[\]%~$]{1,64}=")
SOCKET_PREFIX: Final = re.compile(r"\d{1,4}(?=[\[{])")
"""The packet type that Socket.IO writes before the JSON of a WebSocket message."""
BOUNDARY: Final = re.compile(r'boundary="?([^";,]{1,70})', re.IGNORECASE)
PART_NAME: Final = re.compile(r'[;\s]name="?([^";\r\n]{0,256})', re.IGNORECASE)
MAX_UNREADABLE: Final = 0.1


@dataclass(frozen=True, slots=True)
class Decoded:
    """What was found in a body: its format, its values in order, and what was not read."""

    format: str
    leaves: tuple[Leaf, ...]
    skipped: tuple[Skipped, ...]


def is_text(content_type: str | None) -> bool:
    """Tell whether a body of this media type may be text; one without a type may."""
    kind = (content_type or "").partition(";")[0].strip().lower()
    return not kind.startswith(NO_TEXT) and kind not in NO_TEXT_TYPES


def decode(body: str | bytes, content_type: str | None = None, *, limit: int = LIMIT) -> Decoded:
    """Take a body (or a WebSocket message) apart; never raises.

    Offsets of the leaves count characters of the body's text. A body of bytes is read as UTF-8, what is none of it
    as surrogate escapes; encode it back the same way after edits.
    """
    kind = (content_type or "").partition(";")[0].strip().lower()
    if len(body) > limit:
        return Decoded("none", (), (Skipped(f"larger than {limit} bytes"),))
    if not is_text(kind):
        return Decoded("none", (), (Skipped(f"{kind} is not text"),))
    reader = _Reader(limit)
    view = body_view(body if isinstance(body, str) else to_text(body))
    return Decoded(reader.read_body(view, kind, content_type or ""), tuple(reader.leaves), tuple(reader.skipped))


def decode_held(body: str, content_type: str | None) -> Decoded:
    """Take apart a body that was held for us to read, however long its holder let it be, up to `MOST` characters."""
    return decode(body, content_type, limit=min(max(len(body), LIMIT), MOST))


class _Reader:
    """The values found so far, and the work that may still be done."""

    def __init__(self, limit: int) -> None:
        self.limit = limit
        self.budget = limit * WORK
        self.leaves: list[Leaf] = []
        self.skipped: list[Skipped] = []

    def read_body(self, view: View, kind: str, content_type: str) -> str:
        inflated = self.unfold(view, GZIP, "")
        if isinstance(inflated, Skipped):
            self.skipped.append(inflated)
            return "none"
        view = inflated or view
        if _is_binary(view.text):
            self.skipped.append(Skipped("binary data"))
            return "none"
        if kind == "multipart/form-data":
            return self.read_multipart(view, content_type)
        return next(name for name, read in BODY_FORMATS if read(self, view, kind))

    def read_json_body(self, view: View, _kind: str) -> bool:
        text = view.text
        prefix = SOCKET_PREFIX.match(text)
        start = prefix.end() if prefix else len(text) - len(text.lstrip())
        return text[start : start + 1] in {"{", "["} and self.read_json(view, start, "", LAYERS)

    def read_lines(self, view: View, _kind: str) -> bool:
        """Read one JSON value or query string a line; a line that is neither is told of."""
        lines = list(islice(_lines(view), MAX_VALUES + 1))
        if len(lines) < 2 or not any(map(_looks_structured, lines)):
            return False
        unread = sum(not self.read_line(line) for line in lines[:MAX_VALUES] if not self.is_full())
        if unread:
            self.skipped.append(Skipped(f"lines that are neither JSON nor query strings: {unread}"))
        if len(lines) > MAX_VALUES:
            self.skipped.append(Skipped(f"more than {MAX_VALUES} lines"))
        return True

    def read_line(self, line: View) -> bool:
        if line.text[:1] in {"{", "["}:
            return self.read_json(line, 0, "", LAYERS)
        return FIRST_PAIR.match(line.text) is not None and self.read_pairs(line, "", LAYERS)

    def read_form(self, view: View, kind: str) -> bool:
        is_form = kind == "application/x-www-form-urlencoded" and "=" in view.text
        is_pairs = FIRST_PAIR.match(view.text) is not None and not view.text.endswith("=")
        return (is_form or is_pairs) and self.read_pairs(view, "", LAYERS)

    def read_plain(self, view: View, _kind: str) -> bool:
        if view.text:
            self.read_value("", View(view.text, PLAIN, view, 0, len(view.text)), LAYERS)
        return True

    def read_multipart(self, view: View, content_type: str) -> str:
        boundary = BOUNDARY.search(content_type)
        if boundary is None:
            self.skipped.append(Skipped("multipart without a boundary"))
            return "none"
        for start, end in _between(view.text, f"--{boundary[1]}"):
            self.read_part(view, start, end)
        return "multipart"

    def read_part(self, view: View, start: int, end: int) -> None:
        text = view.text
        mark = "\r\n\r\n" if text.find("\r\n\r\n", start, end) >= 0 else "\n\n"
        head_end = text.find(mark, start, end)
        head = text[start : max(head_end, start)]
        if head_end < 0 or "content-disposition" not in head.lower():
            return
        named = PART_NAME.search(head)
        name = named[1] if named else ""
        if "filename" in head.lower():
            self.skipped.append(Skipped("a file", name))
            return
        start = head_end + len(mark)
        self.read_value(name, View(text[start:end], PLAIN, view, start, end), LAYERS)

    def read_json(self, view: View, start: int, name: str, layers: int) -> bool:
        """Read a view that is JSON from `start` to its end; False, and nothing done, where it is not."""
        text = view.text
        end = json_end(text, start)
        if isinstance(end, Skipped):
            self.skipped.append(Skipped(end.reason, name))
            return True
        if end is None or text[end:].strip():
            return False
        for found in json_values(text, start, end, name):
            if isinstance(found, Skipped):
                self.skipped.append(found)
                break
            if self.is_full():
                break
            path, low, high, is_string = found
            if not is_string:
                self.add(path, View(text[low:high], JSON_LITERAL, view, low, high))
                continue
            value = read_json_string(text[low:high])
            if value is not None:
                self.read_value(path, View(value, JSON_STRING, view, low, high), layers)
        return True

    def read_pairs(self, view: View, name: str, layers: int) -> bool:
        start = 0
        for piece in view.text.split("&"):
            key, equals, raw = piece.partition("=")
            low = start + len(key) + 1 if equals else start
            start += len(piece) + 1
            if not equals:
                key, raw = "", key
            if self.is_full():
                break
            if raw or key:
                key = read_form(key[:LONGEST_NAME])
                path = f"{name}.{key}" if name and key else name or key
                self.read_value(path, View(read_form(raw), FORM, view, low, low + len(raw)), layers)
        return True

    def read_value(self, name: str, view: View, layers: int) -> None:
        """Take a value apart where it holds more than one, and unwrap it where it is wrapped; else it is a leaf."""
        text = view.text
        if layers == 0 or (len(text) < UNPADDED_BASE64 and text.isalnum()) or not text:
            self.add(name, view)
        elif text[0] in "{[" and text[-1] in "}]" and self.read_json(view, 0, name, layers - 1):
            pass
        elif "=" in text and PAIRS.fullmatch(text):
            self.read_pairs(view, name, layers - 1)
        else:
            self.read_wrapped(name, view, layers)

    def read_wrapped(self, name: str, view: View, layers: int) -> None:
        for coding, may_be in WRAPPINGS:
            inner = self.unfold(view, coding, name) if may_be(view.text) else None
            if isinstance(inner, Skipped):
                self.skipped.append(inner)
            if isinstance(inner, View):
                # Gzip never travels bare in text, so undoing it belongs to the layer that carried it.
                self.read_value(name, inner, layers - (coding is not GZIP))
                return
        self.add(name, view)

    def unfold(self, view: View, coding: Coding, name: str) -> View | Skipped | None:
        text = coding.read(view.text, self.limit)
        if not isinstance(text, str):
            return Skipped(text.reason, name) if text is not None else None
        self.budget -= len(text)
        if self.budget < 0:
            return Skipped("unfolds to too much text", name)
        return View(text, coding, view, 0, len(view.text))

    def add(self, name: str, view: View) -> None:
        if not self.is_full():
            self.leaves.append(Leaf(name, view))

    def is_full(self) -> bool:
        """Return whether enough values were read, and say so the first time."""
        if len(self.leaves) < MAX_VALUES:
            return False
        if TOO_MANY not in self.skipped:
            self.skipped.append(TOO_MANY)
        return True


BODY_FORMATS: Final[tuple[tuple[str, Callable[[_Reader, View, str], bool]], ...]] = (
    ("json", _Reader.read_json_body),
    ("lines", _Reader.read_lines),
    ("form", _Reader.read_form),
    ("text", _Reader.read_plain),
)
"""The formats of a body, told by its text rather than its label, which is often wrong; the first that fits wins."""

WRAPPINGS: Final[tuple[tuple[Coding, Callable[[str], object]], ...]] = (
    (PERCENT, lambda text: "%" in text and ESCAPED_BYTES.search(text)),
    (GZIP, lambda text: not text.isprintable()),
    (BASE64, lambda text: len(text) >= 12),
)


def _is_binary(text: str) -> bool:
    if "\x00" in text:
        return True
    return not text.isascii() and sum("\udc80" <= c <= "\udcff" for c in text) > len(text) * MAX_UNREADABLE


def _lines(view: View) -> Iterator[View]:
    start = 0
    for line in view.text.split("\n"):
        text = line.rstrip("\r")
        if text.strip():
            yield View(text, PLAIN, view, start, start + len(text))
        start += len(line) + 1


def _looks_structured(line: View) -> bool:
    return line.text[:1] in {"{", "["} or FIRST_PAIR.match(line.text) is not None


def _between(text: str, delimiter: str) -> Iterator[tuple[int, int]]:
    """Give the spans between delimiter lines, without the line end that belongs to the delimiter (RFC 2046)."""
    start = text.find(delimiter)
    while start >= 0:
        start += len(delimiter)
        end = text.find(f"\n{delimiter}", start)
        if end < 0:
            return
        yield start, end - (text[end - 1] == "\r")
        start = end + 1
