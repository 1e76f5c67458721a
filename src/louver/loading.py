"""Knows how to load much at once without looking for garbage in it; knows nothing of what is loaded."""

from __future__ import annotations

import contextlib
import gc
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator


@contextlib.contextmanager
def uncollected() -> Iterator[None]:
    """Pause the garbage collector for a while in which nearly everything made is there to stay.

    It would go through all of it again and again, for a seventh of the time that a start takes.
    """
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()
