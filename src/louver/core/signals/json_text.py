"""Knows where the strings and numbers of a JSON text stand, to the character; builds no objects and writes nothing."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Final

from louver.core.signals.codings import Skipped, read_json_string

if TYPE_CHECKING:
    from collections.abc import Iterator

MAX_DEPTH: Final = 64
MAX_KEY: Final = 128
MAX_PATH: Final = 512
TOKEN: Final = re.compile(
    r'"([^"\\]*+(?:\\.[^"\\]*+)*+)"(\s*:)?|([^\s{}\[\],:"]+)|([{\[])|([}\]])',
    re.DOTALL,
)
STRING, KEY, LITERAL, OPEN = 1, 2, 3, 4
"""The last group of a token that matched, which tells what it is; the fifth is a closing bracket."""


type JsonValue = tuple[str, int, int, bool]
"""A string, number or truth value of a JSON text: path, start, end, is it a string (whose span lies inside the quotes).

A bare tuple because a body holds hundreds.
"""


def _refuse(name: str) -> float:
    raise ValueError(name)


_reader = json.JSONDecoder(parse_int=len, parse_float=len, parse_constant=_refuse)


def json_end(text: str, start: int) -> int | Skipped | None:
    """Return where the JSON value beginning at `start` ends; None where there is no valid JSON (RFC 8259)."""
    try:
        return _reader.raw_decode(text, start)[1]
    except ValueError:
        return None
    except RecursionError:
        return Skipped(f"nested deeper than {MAX_DEPTH} levels")


def json_values(text: str, start: int, end: int, name: str = "") -> Iterator[JsonValue | Skipped]:
    """Give the values of the valid JSON in a span in their order; `name` is the path of the whole.

    `null` is left out: it says nothing. Too deep a text ends the listing with the reason.
    """
    around: list[tuple[str, int]] = []
    prefix, index, path = name, -1, name
    for token in TOKEN.finditer(text, start, end):
        kind = token.lastindex or 0
        if kind == KEY:
            path = _join(prefix, token[1])
            continue
        if kind <= OPEN:
            if index >= 0:
                path = f"{prefix}[{index}]"
                index += 1
            if kind == STRING:
                yield path, token.start(1), token.end(1), True
            elif kind == OPEN:
                if len(around) >= MAX_DEPTH:
                    yield Skipped(f"nested deeper than {MAX_DEPTH} levels", name)
                    return
                around.append((prefix, index))
                prefix, index = path, 0 if token[0] == "[" else -1
            elif token[0] != "null":
                yield path, token.start(), token.end(), False
        else:
            prefix, index = around.pop()


def _join(prefix: str, raw_key: str) -> str:
    key = raw_key[:MAX_KEY]
    if "\\" in key:
        key = read_json_string(key) or key
    return f"{prefix}.{key}"[:MAX_PATH] if prefix else key
