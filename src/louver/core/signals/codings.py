"""Knows the ways in which one text is written inside another (percent, JSON string, base64, gzip), both directions.

Every coding is a row: how to read it, how to write it, and where each character of the text stands in its written
form. It must not know what the texts mean. Bytes that are no UTF-8 travel as surrogate escapes, so nothing is lost.
"""

from __future__ import annotations

import binascii
import json
import re
import zlib
from array import array
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final
from urllib.parse import quote, unquote

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence


@dataclass(frozen=True, slots=True)
class Skipped:
    """Something that was not read, why, and the name of the value it stands in (empty for a whole body)."""

    reason: str
    name: str = ""


type Read = str | Skipped | None
"""What reading gives: the text, a reason why not, or None where the raw text is not written this way at all."""


@dataclass(frozen=True, slots=True)
class Coding:
    """One way of writing text inside text.

    `read(raw, limit)` unfolds to at most `limit` bytes. `write(text, raw)` returns `text` in the manner of `raw`, which
    it replaces. `offsets(raw)` gives, for each character of the text and for its end, its offset in `raw`; None says
    that the coding can only be rewritten as a whole.
    """

    name: str
    read: Callable[[str, int], Read]
    write: Callable[[str, str], str]
    offsets: Callable[[str], Sequence[int]] | None


def to_bytes(text: str) -> bytes:
    """Return the bytes that a text stands for; a lone surrogate that stands for no byte becomes a question mark."""
    try:
        return text.encode("utf-8", "surrogateescape")
    except UnicodeEncodeError:
        return text.encode("utf-8", "replace")


def to_text(raw: bytes) -> str:
    """Return bytes as text; what is no UTF-8 becomes surrogate escapes."""
    return raw.decode("utf-8", "surrogateescape")


def read_percent(raw: str, _limit: int = 0) -> str:
    """Undo percent-encoding."""
    return unquote(raw, errors="surrogateescape") if "%" in raw else raw


def read_form(raw: str, _limit: int = 0) -> str:
    """Undo the encoding of HTML forms: percent-encoding with `+` for a space."""
    if "+" in raw:
        raw = raw.replace("+", " ")
    return unquote(raw, errors="surrogateescape") if "%" in raw else raw


def read_json_string(raw: str, _limit: int = 0) -> str | None:
    """Undo the escapes of a JSON string, given without its quotes; None where it is not one."""
    if "\\" not in raw:
        return raw
    try:
        text = json.loads(f'"{raw}"', strict=False)
    except ValueError:
        return None
    return text if isinstance(text, str) else None


BASE64_TEXT: Final = re.compile(
    r"(?=(?:[A-Za-f][A-Za-z0-9+/_-]{3}){3}|H4sI|e[AFJN])(?:[A-Za-z0-9+/]{12,}|[A-Za-z0-9_-]{12,})(={0,2})"
)
"""Base64 that may hide text or compressed data: where three ASCII characters begin, the first of four digits is one of
the lower 32, and the marks of gzip and zlib have beginnings of their own. Most identifiers are told apart by that."""
UNPADDED_BASE64: Final = 16
"""Shortest unpadded text that is tried as base64: a word of 16 letters decodes to clean text once in 100,000 times."""
ALTERNATE: Final = str.maketrans("-_", "+/")


def decode_base64(raw: str) -> bytes | None:
    """Return the bytes behind base64 of either alphabet, padded or not; None where it is not strictly that."""
    body = raw.rstrip("=")
    try:
        return binascii.a2b_base64(body.translate(ALTERNATE) + "=" * (-len(body) % 4), strict_mode=True)
    except (ValueError, UnicodeEncodeError):
        return None


def read_base64(raw: str, limit: int) -> Read:
    """Undo base64 where the result is readable text or compressed data; anything else is taken to be no base64."""
    matched = BASE64_TEXT.fullmatch(raw)
    if matched is None or (len(raw) < UNPADDED_BASE64 and not matched[1]):
        return None
    data = decode_base64(raw)
    if data is None:
        return None
    if is_compressed(data):
        return to_text(data) if len(data) <= limit else Skipped(f"more than {limit} bytes after base64")
    try:
        text = data.decode()
    except UnicodeDecodeError:
        return None
    return text if is_readable(text) else None


def is_readable(text: str) -> bool:
    """Return whether a text has only printable characters, spaces and line ends."""
    return text.isprintable() or text.translate({9: " ", 10: " ", 13: " "}).isprintable()


def is_compressed(data: bytes) -> bool:
    """Return whether bytes begin as gzip (RFC 1952) or zlib (RFC 1950) data do."""
    return data[:2] in COMPRESSED


COMPRESSED: Final = frozenset({b"\x1f\x8b", b"\x78\x01", b"\x78\x5e", b"\x78\x9c", b"\x78\xda"})
COMPRESSED_TEXT: Final = tuple(to_text(mark) for mark in COMPRESSED)


def read_gzip(raw: str, limit: int) -> Read:
    """Inflate gzip or zlib data, never to more than `limit` bytes, however small it comes."""
    if not raw.startswith(COMPRESSED_TEXT):
        return None
    engine = zlib.decompressobj(wbits=47)
    try:
        data = engine.decompress(to_bytes(raw), limit + 1)
    except zlib.error:
        return None
    if len(data) > limit:
        return Skipped(f"inflates to more than {limit} bytes")
    return to_text(data) if engine.eof else Skipped("compressed data breaks off")


def _write_percent(text: str, _raw: str) -> str:
    return quote(to_bytes(text), safe="")


def _write_form(text: str, _raw: str) -> str:
    return quote(to_bytes(text), safe=" ").replace(" ", "+")


def _write_json_string(text: str, _raw: str) -> str:
    return json.dumps(text)[1:-1]


JSON_LITERAL_TEXT: Final = re.compile(r"-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null", re.ASCII)


def _write_json_literal(text: str, _raw: str) -> str:
    return text if JSON_LITERAL_TEXT.fullmatch(text) else json.dumps(text)


def _write_base64(text: str, raw: str) -> str:
    written = binascii.b2a_base64(to_bytes(text), newline=False).decode("ascii")
    is_url_safe = "-" in raw or "_" in raw
    if is_url_safe:
        written = written.replace("+", "-").replace("/", "_")
    is_padded = raw.endswith("=") or (len(raw) % 4 == 0 and not is_url_safe)
    return written if is_padded else written.rstrip("=")


def _write_gzip(text: str, raw: str) -> str:
    engine = zlib.compressobj(wbits=31 if raw.startswith("\x1f") else 15)
    return to_text(engine.compress(to_bytes(text)) + engine.flush())


ESCAPED_BYTES: Final = re.compile(r"(?:%[0-9A-Fa-f]{2})+")
JSON_ESCAPES: Final = re.compile(
    r"\\u[dD][89abAB][0-9A-Fa-f]{2}\\u[dD][c-fC-F][0-9A-Fa-f]{2}|\\u[0-9A-Fa-f]{4}|\\.", re.DOTALL
)


def _percent_offsets(raw: str) -> Sequence[int]:
    return _offsets(raw, ESCAPED_BYTES, _widths_of_escaped_bytes)


def _json_offsets(raw: str) -> Sequence[int]:
    return _offsets(raw, JSON_ESCAPES, lambda escape: (len(escape),))


def _widths_of_escaped_bytes(run: str) -> list[int]:
    return [3 * len(character.encode("utf-8", "surrogateescape")) for character in read_percent(run)]


def _offsets(raw: str, escapes: re.Pattern[str], widths: Callable[[str], Iterable[int]]) -> Sequence[int]:
    offsets = array("L")
    position = 0
    for escape in escapes.finditer(raw):
        offsets.extend(range(position, escape.start()))
        position = escape.start()
        for width in widths(escape[0]):
            offsets.append(position)
            position += width
    offsets.extend(range(position, len(raw) + 1))
    return offsets


PLAIN: Final = Coding("", lambda raw, _: raw, lambda text, _: text, lambda raw: range(len(raw) + 1))
FORM: Final = Coding("form", read_form, _write_form, _percent_offsets)
PERCENT: Final = Coding("percent", read_percent, _write_percent, _percent_offsets)
JSON_STRING: Final = Coding("json", read_json_string, _write_json_string, _json_offsets)
JSON_LITERAL: Final = Coding("json", lambda raw, _: raw, _write_json_literal, None)
BASE64: Final = Coding("base64", read_base64, _write_base64, None)
GZIP: Final = Coding("gzip", read_gzip, _write_gzip, None)
