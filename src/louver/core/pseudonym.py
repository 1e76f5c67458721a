"""Knows how to put a stand-in for an identifier: stable on one site, unlinkable across sites, same shape, keyed.

Method: HMAC-SHA-256 over key, epoch, site, recipient and original, rendered in the original's alphabet and length.
"""

from __future__ import annotations

import hashlib
import hmac
import re
from typing import Final

from msgspec import Struct

DIGITS: Final = "0123456789"
HEX_LETTERS: Final = "abcdef"
LETTERS: Final = "abcdefghijklmnopqrstuvwxyz"
NOT_HEX: Final = "ghijklmnopqrstuvwxyz"
SHORTEST_RUN: Final = 6
"""Shorter runs are structure (`GA1`, `fb`, `2`), which a site's own script needs to read its cookie."""
EPOCH: Final = 7 * 86_400
"""Seconds for which a stand-in lasts."""
TAG: Final = 6
"""Characters at the end that say "this is ours", so that a stand-in is not replaced again."""

_RUN: Final = re.compile(r"%[0-9A-Fa-f]{2}|[0-9A-Za-z]+")


def epoch_of(now: float) -> int:
    """Return which epoch a moment (Unix seconds) falls into."""
    return int(now // EPOCH)


class Scope(Struct, frozen=True):
    """Within what a stand-in is stable: one recipient on one site in one epoch."""

    key: bytes
    epoch: int
    site: str
    recipient: str

    def stream(self, label: str, text: str) -> int:
        """Return 512 keyed bits for a text."""
        message = "\0".join((label, str(self.epoch), self.site, self.recipient, text))
        return int.from_bytes(hmac.digest(self.key, message.encode("utf-8", "surrogatepass"), hashlib.sha512), "big")


def pseudonym(value: str, scope: Scope) -> str:
    """Return the stand-in for a value; a value without a run to replace, or one that is ours already, stays."""
    spans = [m.span() for m in _RUN.finditer(value) if m[0][0] != "%" and m.end() - m.start() >= SHORTEST_RUN]
    if not spans:
        return value
    text = "".join(value[start:end] for start, end in spans)
    alphabets = _alphabets(text)
    body = len(text) - min(TAG, len(text) // 2)
    if text[body:] == _draw(alphabets[body:], scope.stream("tag", text[:body])):
        return value
    drawn = _draw(alphabets[:body], scope.stream("body", text))
    return _fill(value, spans, drawn + _draw(alphabets[body:], scope.stream("tag", drawn)))


def _alphabets(text: str) -> list[str]:
    """Choose for each character what may stand in its place; the stand-in then asks for the same alphabets again.

    Digits stay digits and cases stay; letters stay hexadecimal where all are, else the first says that they are not.
    """
    letters = [character for character in text if not character.isdigit()]
    is_hex = all(character in HEX_LETTERS for character in "".join(letters).lower())
    alphabets, first = [], not is_hex
    for character in text:
        if character.isdigit():
            alphabets.append(DIGITS)
            continue
        choice = HEX_LETTERS if is_hex else NOT_HEX if first else LETTERS
        alphabets.append(choice if character.islower() else choice.upper())
        first = False
    return alphabets


def _draw(alphabets: list[str], stream: int) -> str:
    drawn: list[str] = []
    left = stream
    for alphabet in alphabets:
        if left == 0:  # a value longer than the stream's 512 bits
            left = int.from_bytes(hashlib.sha512(f"{stream}{len(drawn)}".encode()).digest(), "big")
        left, index = divmod(left, len(alphabet))
        drawn.append(alphabet[index])
    return "".join(drawn)


def _fill(value: str, spans: list[tuple[int, int]], text: str) -> str:
    parts, last, used = [], 0, 0
    for start, end in spans:
        parts += [value[last:start], text[used : used + end - start]]
        last, used = end, used + end - start
    return "".join((*parts, value[last:]))
