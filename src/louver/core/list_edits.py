"""Knows how a list's `removeparam` verdict, a whole new URL, is told as signals that each have a place."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import unquote_plus

from louver.core.edits import split_url
from louver.core.signals.signal import Grade, Kind, Place, Signal, Where

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from louver.core.filters import Verdict
    from louver.core.signals.context import Context


def signals_of_rule(context: Context, verdict: Verdict, found: Sequence[Signal]) -> Iterator[Signal]:
    """Give a signal for each query piece that the verdict's URL lacks and that no detector has found already."""
    known = {signal.place.piece for signal in found if signal.where is Where.QUERY}
    _, before, _ = split_url(context.request.url)
    _, after, _ = split_url(verdict.url or context.request.url)
    old = before.split("&") if before else []
    for piece in removed_pieces(old, after.split("&") if after else []):
        if piece not in known and old[piece]:
            raw, _, value = old[piece].partition("=")
            name = unquote_plus(raw)
            yield Signal(Kind.CLICK_ID, Where.QUERY, name, Grade.LIKELY, Place(piece=piece), value, raw_name=raw)


def removed_pieces(before: Sequence[str], after: Sequence[str]) -> Sequence[int]:
    """Return which pieces of `before` are missing in `after`; none if `after` is no part of `before` in its order."""
    removed, left = [], 0
    for index, piece in enumerate(before):
        if left < len(after) and after[left] == piece:
            left += 1
        else:
            removed.append(index)
    return removed if left == len(after) else ()
