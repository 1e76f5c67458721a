"""Knows how to give memory back to the system that bodies and handshakes have left behind in pieces."""

from __future__ import annotations

import ctypes
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable

EVERY: Final = 60.0
"""Seconds between two times; each takes some milliseconds, in a thread of its own."""


def give_back() -> None:
    """Let the C library return what is free. Without it a day of downloads leaves a process a third larger."""
    if _trim is not None:
        _trim(0)


def _find() -> Callable[[int], object] | None:
    try:
        trim: Callable[[int], object] = ctypes.CDLL(None).malloc_trim
    except (OSError, AttributeError, TypeError):
        return None  # only the GNU C library has it, and only there it is needed
    return trim


_trim: Final = _find()
