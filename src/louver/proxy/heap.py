"""Knows how to give memory back to the system that bodies and handshakes have left behind in pieces."""

from __future__ import annotations

import ctypes
import gc
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable

EVERY: Final = 60.0
"""Seconds between two times; each takes some milliseconds, in a thread of its own."""


def give_back() -> None:
    """Let go of closed connections that still hold each other, and let the C library return what is free then.

    Without the first, what connections held keeps the heap in pieces, and there is little to return.
    """
    gc.collect()
    if _trim is not None:
        _trim(0)


def _find() -> Callable[[int], object] | None:
    try:
        trim: Callable[[int], object] = ctypes.CDLL(None).malloc_trim
    except (OSError, AttributeError, TypeError):
        return None  # only the GNU C library has it, and only there it is needed
    return trim


_trim: Final = _find()
