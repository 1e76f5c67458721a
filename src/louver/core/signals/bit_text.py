"""Knows how to read numbers from the bits behind URL-safe base64, as the IAB's consent strings pack them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator

ALPHABET: Final = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
MAX_TEXT: Final = 16_384
MAX_FIBONACCI: Final = 24
"""Longest Fibonacci code word read, in bits; it covers numbers to 46,367."""


class BitsError(ValueError):
    """The text is no such string, or ends too early."""


class Bits:
    """The bits of a text, six a character, read from the left."""

    def __init__(self, text: str) -> None:
        """Take in a text; raises BitsError for a character that is not of the alphabet."""
        if len(text) > MAX_TEXT:
            raise BitsError(len(text))
        try:
            self._bits = "".join(SIX[character] for character in text.rstrip("="))
        except KeyError as error:
            raise BitsError(text) from error
        self._at = 0

    def take(self, width: int) -> int:
        """Return the next `width` bits as a number; raises BitsError at the end of the text."""
        bits = self._bits[self._at : self._at + width]
        if len(bits) < width or not width:
            raise BitsError(width)
        self._at += width
        return int(bits, 2)

    def flag(self) -> bool:
        """Return the next bit."""
        return self.take(1) == 1

    def members(self, width: int) -> frozenset[int]:
        """Return the numbers, from 1, of the bits that are set among the next `width`."""
        bits = f"{self.take(width):0{width}b}"
        return frozenset(index for index, bit in enumerate(bits, 1) if bit == "1")

    def letters(self, count: int) -> str:
        """Return letters packed in six bits each, from A."""
        return "".join(chr(65 + self.take(6)) for _ in range(count))

    def fibonacci(self) -> int:
        """Return a number in Fibonacci coding: each bit adds its Fibonacci number, two set bits in a row end it."""
        total, last = 0, False
        for number in FIBONACCI:
            bit = self.flag()
            if bit and last:
                return total
            total += number if bit else 0
            last = bit
        raise BitsError(total)

    def fibonacci_ranges(self) -> Iterator[tuple[int, int]]:
        """Give the ranges (first, last) of a Fibonacci range field; each number is an offset to the one before."""
        last = 0
        for _ in range(self.take(12)):
            is_range = self.flag()
            first = last + self.fibonacci()
            last = first + self.fibonacci() if is_range else first
            yield first, last


SIX: Final = {character: f"{index:06b}" for index, character in enumerate(ALPHABET)}


def _fibonacci_numbers() -> Iterator[int]:
    one, two = 1, 2
    for _ in range(MAX_FIBONACCI):
        yield one
        one, two = two, one + two


FIBONACCI: Final = tuple(_fibonacci_numbers())
