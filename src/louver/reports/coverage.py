"""Knows how to say how much was inspected, and what was not and why."""

from __future__ import annotations

from typing import TYPE_CHECKING

from louver.reports.terminal import counted, percent, size

if TYPE_CHECKING:
    from louver.ledger.rows import Coverage


def coverage_line(coverage: Coverage) -> str:
    """Return one sentence: the share that was fully inspected, and each kind of what was not."""
    missed = ", ".join(_missed(coverage))
    return f"{percent(coverage.share)} of the traffic fully inspected" + (f" (not: {missed})" if missed else "")


def _missed(coverage: Coverage) -> list[str]:
    passed = f"{counted(coverage.passthroughs, 'connection')} passed through, {size(coverage.passthrough_bytes)}"
    parts = (
        (coverage.passthroughs, passed),
        (coverage.streamed, f"{coverage.streamed:,} streamed"),
        (coverage.websocket, counted(coverage.websocket, "WebSocket")),
        (coverage.failed, counted(coverage.failed, "error")),
    )
    return [text for count, text in parts if count]
