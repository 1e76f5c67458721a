"""Knows how much a list may cost us."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Limits:
    """What a publisher, or a file, may ask of us at most."""

    largest: int = 64 * 1024 * 1024
    """Bytes of a list once it is unpacked; the largest known are a tenth of that."""
    seconds: float = 60.0
    """For one try, from the first byte sent to the last received."""
    pauses: tuple[float, ...] = (0.5, 2.0)
    """Seconds to wait before the second try, the third, and so on."""


LIMITS: Final = Limits()
