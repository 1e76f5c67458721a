"""Knows what a filter list says of itself in its first lines: title, version, how long to keep it, its checksum."""

from __future__ import annotations

import base64
import hashlib
import re
from dataclasses import dataclass
from typing import Final

FIRST_LINES: Final = 50
UNIT: Final = {"h": 3600.0, "d": 86_400.0}
_FIELD: Final = re.compile(r"[!#]\s*([A-Za-z][A-Za-z -]{1,30}):\s*(.+?)\s*$")
_EXPIRES: Final = re.compile(r"(\d{1,3})\s*(hour|day|h|d)?", re.IGNORECASE)
_CHECKSUM_LINE: Final = re.compile(r"^\s*!\s*checksum[\s\-:]+([\w+/=]+).*\n", re.IGNORECASE | re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Header:
    """What a list says of itself. `expires` is in seconds, 0 where it says nothing. `diff_path` names its patches."""

    title: str = ""
    version: str = ""
    expires: float = 0.0
    diff_path: str = ""


def read_header(text: str) -> Header:
    """Read the remarks at the start of a list."""
    found: dict[str, str] = {}
    for line in text.splitlines()[:FIRST_LINES]:
        field = _FIELD.match(line)
        if field is not None:
            found.setdefault(field[1].strip().lower(), field[2])
    return Header(
        title=found.get("title", ""),
        version=found.get("version", found.get("last modified", ""))[:40],
        expires=_seconds(found.get("expires", "")),
        diff_path=found.get("diff-path", ""),
    )


def checksum_is_right(text: str) -> bool | None:
    r"""Tell whether the checksum in a list is that of its text; None where it has none.

    Method: MD5 in base64 over the text without its checksum line, line ends as `\n`, blank lines left out (Adblock
    Plus, "addChecksum").
    """
    found = _CHECKSUM_LINE.search(text)
    if found is None:
        return None
    rest = re.sub(r"\n+", "\n", _CHECKSUM_LINE.sub("", text.replace("\r", ""), count=1))
    digest = hashlib.md5(rest.encode("utf-8", "surrogatepass"), usedforsecurity=False).digest()
    return base64.b64encode(digest).decode().rstrip("=") == found[1].rstrip("=")


def _seconds(text: str) -> float:
    found = _EXPIRES.match(text)
    if found is None:
        return 0.0
    return int(found[1]) * UNIT[(found[2] or "d")[0].lower()]
