"""Knows a navigation that is only a stop on the way: the address says in itself where it leads."""

from __future__ import annotations

from typing import TYPE_CHECKING

from louver.core.signals.signal import Grade, Kind, Place, Signal, Where
from louver.core.sites import host_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from louver.core.signals.context import Context


def in_navigation(context: Context) -> Iterator[Signal]:
    """Find a stop whose target can be had without it. What signing in, paying or leaving a mailing list needs stays."""
    request = context.request
    if not context.navigates or request.method not in ("GET", "HEAD"):
        return
    stop = context.redirectors.stop(request.url, context.host)
    if stop is None or is_kept(context, request.url) or is_kept(context, stop.target):
        return
    where = Where.QUERY if stop.piece >= 0 else Where.PATH
    place = Place(piece=stop.piece, start=stop.start, end=stop.end)
    yield Signal(Kind.BOUNCE, where, stop.name, Grade.CONFIRMED, place, stop.target, owner=context.owner)


def is_kept(context: Context, url: str) -> bool:
    """Tell whether an address has to do with what must never break, so that the way there stays as it is."""
    path = url.partition("?")[0].partition("#")[0].partition("://")[2].partition("/")[2]
    return context.guard.recipient(host_of(url), "/" + path) is not None
