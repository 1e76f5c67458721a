"""Knows how many bits a piece of text could carry to tell people apart: what is left after words, clocks and patterns.

The estimate is the smaller of two: the size of the alphabet in use to the power of the length, and what the letters
say to somebody who reads languages (nothing, where they form words). The compressed length, the third estimate that
the literature knows, was measured and left out below 64 characters: the format's own overhead of 8 bytes makes it the
largest of the three on every short value but a repetition, which is looked for directly at a tenth of the cost.
"""

from __future__ import annotations

import re
import zlib
from math import log2
from typing import Final

from louver.core.signals.letters import is_word
from louver.core.signals.shapes import SEQUENCES

TOKEN: Final = re.compile(r"[A-Za-z0-9]+")
RUN: Final = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+")
SMALL_PART: Final = re.compile(r"[A-Z]{0,5}\d*|[a-z]{0,5}\d*|[A-Z]?[a-z]*\d*|\d+[a-z]+|\d+[A-Z]+")
"""Parts of at most five characters with nothing odd about them: `v2`, `XL`, `728`, `256gb`."""

SIZE: Final = re.compile(r"\d{1,4}x\d{1,4}")

WORD_SHARE: Final = 0.7
LONGEST_SMALL: Final = 5
LONGEST_COUNT: Final = 4
FEW: Final = 2
COMPRESSIBLE: Final = 64
FEWEST_KINDS, MOST_EACH = 3, 8
"""A random text has more than 3 kinds of characters, and no more than 8 of each on average."""

ALPHABET: Final = re.compile(r"([0-9]+)|([0-9a-f]+|[0-9A-F]+)|([a-z]+|[A-Z]+)|([0-9a-z]+|[0-9A-Z]+)|([a-zA-Z]+)|(.+)")
ALPHABET_BITS: Final = tuple(map(log2, (10, 16, 26, 36, 52, 62)))
"""Bits a character by the smallest alphabet that holds the text."""

SECOND: Final = 10
CLOCK_UNITS: Final = {SECOND: 1.0, 13: 1e3, 16: 1e6, 19: 1e9}
"""Digits of a Unix time by its unit, as units a second."""
NANOSECONDS: Final = 1e9
EARLIEST, LATEST = 1_262_304_000.0, 2_082_758_400.0  # 2010 and 2036
PAST, FUTURE = 4 * 365 * 86_400.0, 2 * 365 * 86_400.0
FAR_FUTURE: Final = 5 * 365 * 86_400.0


def is_clock(digits: str, now: float | None) -> bool:
    """Tell whether a number reads as a Unix time (s, ms, µs, ns) near `now` (seconds), or since 2010 where None.

    A serial of 10 digits falls easily into the range, so seconds must lie within 4 years past or 2 to come.
    Nanoseconds must end in zeros as browsers round them: serials that start with a time have the same length.
    """
    unit = CLOCK_UNITS.get(len(digits))
    if unit is None or (unit == NANOSECONDS and not digits.endswith("000")):
        return False
    seconds = int(digits) / unit
    if now is None:
        return EARLIEST <= seconds <= LATEST
    if len(digits) == SECOND:
        return now - PAST <= seconds <= now + FUTURE
    return EARLIEST <= seconds <= now + FAR_FUTURE


def residue(piece: str, now: float | None) -> str:
    """Return what remains of a piece without words, clocks, counts, and small parts such as `v2` or `XL`."""
    return "".join(_odd_part(token, now) for token in TOKEN.findall(piece))


def bits(text: str) -> float:
    """Return how many bits a residue may carry: alphabet and length, after repetition is taken out."""
    if not text or text.lower() in _KNOWN_RUNS.get(len(text), ()):
        return 0.0
    kinds = len(set(text))
    if kinds <= FEWEST_KINDS or kinds * MOST_EACH < min(len(text), COMPRESSIBLE):
        return 0.0
    length = min(len(text), (text + text).find(text, 1))
    found = ALPHABET.fullmatch(text)
    by_alphabet = length * ALPHABET_BITS[((found and found.lastindex) or len(ALPHABET_BITS)) - 1]
    return by_alphabet if len(text) <= COMPRESSIBLE else min(by_alphabet, len(zlib.compress(text.encode())) * 8.0)


def _odd_part(token: str, now: float | None) -> str:
    if len(token) <= LONGEST_SMALL:
        return "" if SMALL_PART.fullmatch(token) else token
    if token.isdigit():
        return "" if is_clock(token, now) else token
    if "x" in token and SIZE.fullmatch(token):
        return ""
    runs = RUN.findall(token)
    if any(len(run) >= SECOND and is_clock(run, now) for run in runs if run[0] <= "9"):
        runs = [run for run in runs if not is_clock(run, now)]
        token = "".join(runs)
        if len(token) <= LONGEST_SMALL:
            return ""
    return _beyond_words(runs) if _reads_as_words(runs) else token


def _reads_as_words(runs: list[str]) -> bool:
    """Tell whether most letters stand in words and the digits are few and in few places."""
    letters = words = numbers = digits = 0
    for run in runs:
        if run[0] <= "9":
            numbers += 1
            digits += len(run)
        else:
            letters += len(run)
            words += len(run) if is_word(run) else 0
    if words == 0 or words < WORD_SHARE * letters:
        return False
    return numbers <= 1 or (digits <= letters and (numbers <= FEW or words >= 4 * numbers))


def _beyond_words(runs: list[str]) -> str:
    return "".join(run for run in runs if run[0] <= "9" and len(run) > LONGEST_COUNT)


def _runs_by_length() -> dict[int, frozenset[str]]:
    """Return all stretches of at least 6 characters of keyboards and alphabets, by length."""
    return {
        length: frozenset(line[at : at + length] for line in SEQUENCES for at in range(len(line) - length + 1))
        for length in range(6, max(map(len, SEQUENCES)) + 1)
    }


_KNOWN_RUNS: Final = _runs_by_length()
