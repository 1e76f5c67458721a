"""Knows how a URL comes apart into fields, and when its address must not be touched at all."""

from __future__ import annotations

from typing import TYPE_CHECKING

from louver.core.edits import split_url
from louver.core.facts import ResourceType
from louver.core.signals.fields import Entry, meanings, url_decoded
from louver.core.signals.signal import Place, Where

if TYPE_CHECKING:
    from collections.abc import Iterator

    from louver.core.facts import Request
    from louver.core.signals.context import Context
    from louver.core.signals.payloads import Collector, Payloads
    from louver.core.signals.signal import Signal


def in_url(context: Context) -> Iterator[Signal]:
    """Find what the query and the fragment tell; a signed query is left alone."""
    _, query, fragment = split_url(context.request.url)
    if query:
        entries = fields(query)
        if not _is_signed(context, entries):
            yield from meanings(context, Where.QUERY, entries)
    if fragment and "=" in fragment:
        yield from meanings(context, Where.FRAGMENT, fields(fragment))


def relayed(payloads: Payloads, request: Request) -> Collector | None:
    """Return the collector whose payload a request's query is, by its shape alone; for a site's own hosts."""
    _, query, _ = split_url(request.url)
    if not query or request.type is ResourceType.DOCUMENT:
        return None
    entries = fields(query)
    if not payloads.may_be_relayed({entry.name for entry in entries}):
        return None
    return payloads.relay({entry.name: entry.value for entry in entries})


def fields(text: str) -> list[Entry]:
    """Return the `&`-separated fields of a query, each with its place."""
    found = []
    for piece, field in enumerate(text.split("&")):
        raw, _, value = field.partition("=")
        if raw:
            found.append(Entry(url_decoded(raw), value, Place(piece=piece), raw, coded=True))
    return found


def _is_signed(context: Context, entries: list[Entry]) -> bool:
    """Tell whether the address carries a signature: it is worth nothing once a parameter is gone."""
    return any(context.guard.parameter(entry.name) == "signature" for entry in entries)
