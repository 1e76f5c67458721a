"""Knows what a URL says beyond its address: click ids, campaign tags, linkers."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import unquote_plus

from louver.core.edits import split_url
from louver.core.signals.signal import Grade, Place, Signal, Where

if TYPE_CHECKING:
    from collections.abc import Iterator

    from louver.core.signals.context import Context


def in_url(context: Context) -> Iterator[Signal]:
    """Find known parameters in the query and in the fragment."""
    _, query, fragment = split_url(context.request.url)
    if query and not _is_signed(context, query):
        yield from _parameters(context, Where.QUERY, query)
    if fragment:
        yield from _parameters(context, Where.FRAGMENT, fragment)


def _parameters(context: Context, where: Where, text: str) -> Iterator[Signal]:
    for piece, field in enumerate(text.split("&")):
        raw, _, value = field.partition("=")
        name = unquote_plus(raw) if "%" in raw or "+" in raw else raw
        fact = context.tables.parameter(name, context.host) if name else None
        if fact is not None:
            place = Place(piece=piece)
            yield Signal(fact.kind, where, name, Grade.CONFIRMED, place, value, owner=fact.owner, raw_name=raw)


def _is_signed(context: Context, query: str) -> bool:
    """Tell whether the address carries a signature: it is worth nothing once a parameter is gone."""
    return any(context.guard.parameter(field.partition("=")[0]) == "signature" for field in query.split("&"))
