"""Knows the forms that an identifier is passed on in: whole, in part, encoded or hashed; keeps none of them."""

from __future__ import annotations

import re
from base64 import b64encode, urlsafe_b64encode
from enum import StrEnum
from hashlib import md5, sha1, sha256
from itertools import islice
from typing import TYPE_CHECKING, Final
from urllib.parse import quote

if TYPE_CHECKING:
    from collections.abc import Iterator

SHORTEST: Final = 8
"""Characters in the shortest piece that is followed (Khaleesi, USENIX Security 2022)."""
LONGEST: Final = 512
LONGEST_WHOLE: Final = 2048
"""Characters of a value that are looked at; identifiers are shorter."""
MOST_PARTS: Final = 4
MOST_PIECES: Final = 24
DISTINCT: Final = 5
TWO_YEARS: Final = 2 * 366 * 86_400.0

JOINTS: Final = re.compile(r"[.:|~!*&;,/=%\s]+")
COARSE: Final = re.compile(r"[^&?;,|\s\"'<>{}()\[\]#=:/%]{8,512}")
FINE: Final = re.compile(r"[A-Za-z0-9_-]{8,512}")
HEX_DIGEST: Final = re.compile(r"[0-9A-F]{32}|[0-9A-F]{40}|[0-9A-F]{64}")


class Form(StrEnum):
    """How a value is written where it is met again."""

    PLAIN = "plain"
    PIECE = "piece"
    PERCENT = "percent"
    BASE64 = "base64"
    HEX = "hex"
    MD5 = "md5"
    SHA1 = "sha1"
    SHA256 = "sha256"


def forms(value: str, at: float) -> Iterator[tuple[str, Form]]:
    """Give everything that passing a value on may look like, the value itself first; `at` is now in Unix seconds."""
    yield value, Form.PLAIN
    if value.lower() != value.upper():
        yield value.lower(), Form.PLAIN
        yield value.upper(), Form.PLAIN
    yield from _written(value)
    for part in parts(value, at):
        yield part, Form.PIECE
        yield from _written(part)


def parts(value: str, at: float) -> tuple[str, ...]:
    """Return the telling parts of a value: its pieces, and what is left when its first fields are taken off.

    The second kind is how `GA1.2.123.456` becomes the client number `123.456`. Times are no part of an identifier.
    """
    value = value[:LONGEST_WHOLE]
    found = dict.fromkeys(value[joint.end() :] for joint in islice(JOINTS.finditer(value), MOST_PARTS))
    found |= dict.fromkeys(JOINTS.split(value))
    found.pop(value, None)
    telling = sorted((part for part in found if tells(part, at)), key=len, reverse=True)
    return tuple(telling[:MOST_PARTS])


def tells(part: str, at: float) -> bool:
    """Return whether a piece can tell people apart by itself: long, varied, with a digit, and no time."""
    if not SHORTEST <= len(part) <= LONGEST or len(set(part)) < DISTINCT:
        return False
    return any(map(str.isdigit, part)) and not is_time(part, at)


def is_time(text: str, at: float) -> bool:
    """Return whether digits are a moment, in seconds or milliseconds, within two years of `at`."""
    if not (text.isdecimal() and len(text) in {10, 13}):
        return False
    return abs(int(text[:10]) - at) < TWO_YEARS


def candidates(value: str) -> Iterator[str]:
    """Give the texts in a value that may be a form of an identifier: the whole of it, then pieces of two sizes."""
    yield value
    if FINE.fullmatch(value):
        return
    value = value[:LONGEST_WHOLE]
    seen = {value}
    for pattern in (COARSE, FINE):
        for index, piece in enumerate(pattern.findall(value)):
            if index >= MOST_PIECES:
                break
            if piece not in seen:
                seen.add(piece)
                yield piece


def folded(text: str) -> str:
    """Return a text as forms are written: hexadecimal digests in lower case."""
    return text.lower() if HEX_DIGEST.fullmatch(text) else text


def _written(value: str) -> Iterator[tuple[str, Form]]:
    raw = value.encode("utf-8", "surrogatepass")
    quoted = quote(raw, safe="")
    if quoted != value:
        yield quoted, Form.PERCENT
    for encoded in {b64encode(raw).decode("ascii"), urlsafe_b64encode(raw).decode("ascii")}:
        yield encoded, Form.BASE64
        if encoded.endswith("="):
            yield encoded.rstrip("="), Form.BASE64
    yield raw.hex(), Form.HEX
    yield md5(raw, usedforsecurity=False).hexdigest(), Form.MD5
    yield sha1(raw, usedforsecurity=False).hexdigest(), Form.SHA1
    yield sha256(raw).hexdigest(), Form.SHA256
