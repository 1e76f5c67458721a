"""Knows what a filter list says of itself in its first lines: title, version, how long to keep it, its checksum."""

from __future__ import annotations

import base64
import hashlib
import re
from dataclasses import dataclass
from typing import Final

HEAD: Final = 20_000
"""Characters in which a header stands, its checksum too."""
FIRST_LINES: Final = 50
LONGEST_LINE: Final = 500
UNIT: Final = {"h": 3600.0, "d": 86_400.0}
LONGEST_EXPIRY: Final = 14 * 86_400.0
"""A list may not ask to be kept for longer, as in Adblock Plus; else a slip would freeze it."""

_FIELD: Final = re.compile(r"[!#][ \t]*([A-Za-z][A-Za-z -]{1,30}):(.+)")
_EXPIRES: Final = re.compile(r"(\d{1,4})\s*(hour|day|h|d)?", re.IGNORECASE)
_CHECKSUM_LINE: Final = re.compile(r"^[ \t]*![ \t]*checksum[ \t:-]+([\w+/=]+).*\n", re.IGNORECASE | re.MULTILINE)
_PLACEHOLDER: Final = re.compile(r"%\w+%")


@dataclass(frozen=True, slots=True)
class Header:
    """What a list says of itself. `expires` is in seconds, 0 where it says nothing.

    `diff_path` names the patches that its publisher offers. They are not used: asking whether a text has changed is as
    cheap where it has not, and one way to take a text in is easier to trust than two.
    """

    title: str = ""
    version: str = ""
    expires: float = 0.0
    diff_path: str = ""


def read_header(text: str) -> Header:
    """Read the remarks at the start of a list."""
    found: dict[str, str] = {}
    for line in text[:HEAD].splitlines()[:FIRST_LINES]:
        field = _FIELD.match(line[:LONGEST_LINE].strip())
        if field is not None and not _PLACEHOLDER.search(field[2]):
            found.setdefault(field[1].strip().lower(), field[2].strip())
    return Header(
        title=found.get("title", "")[:100],
        version=found.get("version", found.get("last modified", ""))[:40],
        expires=_seconds(found.get("expires", "")),
        diff_path=found.get("diff-path", ""),
    )


def checksum_is_right(text: str) -> bool | None:
    r"""Tell whether the checksum in a list is that of its text; None where it has none.

    Method: MD5 in base64 over the text without its checksum line, line ends as `\n`, blank lines left out (Adblock
    Plus, "addChecksum").
    """
    plain = text.replace("\r", "")
    found = _CHECKSUM_LINE.search(plain[:HEAD])
    if found is None:
        return None
    rest = re.sub(r"\n+", "\n", plain[: found.start()] + plain[found.end() :])
    digest = hashlib.md5(rest.encode("utf-8", "surrogatepass"), usedforsecurity=False).digest()
    return base64.b64encode(digest).decode().rstrip("=") == found[1].rstrip("=")


def _seconds(text: str) -> float:
    found = _EXPIRES.match(text)
    if found is None:
        return 0.0
    return min(int(found[1]) * UNIT[(found[2] or "d")[0].lower()], LONGEST_EXPIRY)
