"""Knows what a URL must contain before a pattern can match it: one literal text, and whole tokens for the index.

A pattern is first laid out as a skeleton: its certain characters in lower case, with `SEPARATOR` where some character
must stand that belongs to no token (or the URL begins or ends), and `GAP` where anything may stand.
"""

from __future__ import annotations

import re
from typing import Final

SEPARATOR: Final = "\n"
GAP: Final = "\t"

_TOKEN: Final = re.compile(r"(?<![a-z0-9\t])[a-z0-9]+(?![a-z0-9\t])")
_BREAKS: Final = re.compile(r"[\n\t]+")
_TABLE: Final = bytes.maketrans(
    bytes(range(256)),
    bytes(ord(chr(code).lower()) if chr(code).isascii() and chr(code).isalnum() else 32 for code in range(256)),
)


def tokens(skeleton: str) -> tuple[str, ...]:
    """Return the runs of letters and digits that every matching URL has as whole runs."""
    return tuple(_TOKEN.findall(skeleton))


def literal(skeleton: str) -> str:
    """Return the longest text that every matching URL contains (in lower case); may be empty."""
    return max(_BREAKS.split(skeleton), key=len)


def url_tokens(url: str) -> list[bytes]:
    """Return a URL's runs of letters and digits, in order, in lower case."""
    return url.encode("ascii", "replace").translate(_TABLE).split()
