"""Knows how values are wrapped and joined (percent-encoding, base64, JSON, separators) and takes them apart.

It knows nothing of what a piece means. Input is bounded: text past `MAX_LENGTH` is not looked at, nor are pieces past
`MAX_PIECES`, layers past `MAX_DEPTH`, or anything after `MAX_STEPS` layers were opened.
"""

from __future__ import annotations

import json
import re
from binascii import Error as Base64Error
from binascii import a2b_base64
from typing import TYPE_CHECKING, Final
from urllib.parse import unquote

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

MAX_LENGTH: Final = 4096
MAX_PIECES: Final = 64
MAX_DEPTH: Final = 8
MAX_STEPS: Final = 256
MAX_PERCENT_ROUNDS: Final = 4
MIN_BASE64: Final = 12

URL_SAFE: Final = str.maketrans("-_", "+/")
BASE64: Final = re.compile(r"(?:[A-Za-f][A-Za-z0-9+/_-]{3}){3}[A-Za-z0-9+/_-]*={0,2}")
"""Base64 of text: where three characters of ASCII begin, the first of four digits is one of the lower 32."""
FRACTION: Final = re.compile(r"(?<![\w.])[+-]?\d{1,6}\.\d{4,}(?![\w.])")
SEPARATORS: Final = (
    re.compile(r"[&;,|\s\"'<>{}()\[\]]+"),
    re.compile(r"[=?#$]+"),
    re.compile(r"[:.~/!*]+"),
)
"""From the outermost to the innermost: records, keys with values, parts of a value."""
ANY_SEPARATOR: Final = re.compile(r"[&;,|\s\"'<>{}()\[\]=?#$:.~/!*%]")


def pieces(value: str) -> Sequence[str]:
    """Return the innermost pieces of a value, in order, each once. Never raises."""
    return innermost(value, lambda _: True)


def innermost(value: str, enter: Callable[[str], bool]) -> Sequence[str]:
    """Return the innermost pieces, asking `enter` at each layer, unwrapped, whether to look inside it."""
    found: dict[str, None] = {}
    stack = [(value[:MAX_LENGTH], 0)]
    steps = 0
    while stack and len(found) < MAX_PIECES and steps < MAX_STEPS:
        steps += 1
        layer, depth = stack.pop()
        text = percent_decoded(layer).strip(" \t\r\n\"'") if ANY_SEPARATOR.search(layer) else layer
        if not text or not enter(text):
            continue
        inner = None if depth >= MAX_DEPTH else _open(text)
        if inner is None:
            found[text] = None
        else:
            stack.extend((part, depth + 1) for part in reversed(inner))
    return tuple(found)


def percent_decoded(text: str) -> str:
    """Undo percent-encoding until nothing changes; bytes that are no UTF-8 become replacement marks."""
    for _ in range(MAX_PERCENT_ROUNDS):
        if "%" not in text:
            break
        decoded = unquote(text)
        if decoded == text:
            break
        text = decoded
    return text


def base64_text(text: str) -> str | None:
    """Return the readable text that base64 or base64url hides, or None where it hides none."""
    if len(text) < MIN_BASE64 or not BASE64.fullmatch(text):
        return None
    body = text.rstrip("=")
    try:
        raw = a2b_base64(body.translate(URL_SAFE) + "=" * (-len(body) % 4))
        hidden = raw.decode()
    except (Base64Error, UnicodeDecodeError):
        return None
    return hidden if hidden.replace("\n", " ").isprintable() else None


def _open(text: str) -> Sequence[str] | None:
    """Return what is inside one layer of text, or None where it is innermost."""
    if text[0] in "{[" and (inner := _json_leaves(text)) is not None:
        return inner[:MAX_PIECES]
    if (hidden := base64_text(text)) is not None:
        return (hidden,)
    if not ANY_SEPARATOR.search(text):
        return None
    return _parts(FRACTION.sub(" ", text) if "." in text else text)


def _parts(text: str) -> Sequence[str] | None:
    for separator in SEPARATORS:
        parts = [part for part in separator.split(text, MAX_PIECES) if part]
        if parts != [text]:
            return parts
    return None


def _json_leaves(text: str) -> Sequence[str] | None:
    try:
        return tuple(_values(json.loads(text), 0))
    except (ValueError, RecursionError):
        return None


def _values(node: object, depth: int) -> Iterator[str]:
    """Yield texts and whole numbers; true, false, null and fractions tell nobody apart."""
    if isinstance(node, str):
        yield node
    elif isinstance(node, int) and not isinstance(node, bool):
        yield str(node)
    elif isinstance(node, dict | list) and depth < MAX_DEPTH:
        for child in node.values() if isinstance(node, dict) else node:
            yield from _values(child, depth + 1)
