"""Knows how to find what a request's body tells, where somebody held the body for us to see."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from louver.core.facts import Party, header
from louver.core.signals.decode import decode_held, is_text
from louver.core.signals.fields import Entry, meanings
from louver.core.signals.signal import Place, Where

if TYPE_CHECKING:
    from collections.abc import Iterator

    from louver.core.signals.context import Context
    from louver.core.signals.signal import Signal


BODILESS: Final = frozenset({"GET", "HEAD", "OPTIONS", "CONNECT", "TRACE"})


def wants_body(context: Context) -> bool:
    """Tell whether a request's body may tell somebody else about the person: text, sent to or for a third party."""
    request = context.request
    if request.method in BODILESS or context.navigates or not concerns_others(context):
        return False
    return is_text(header(request.headers, "content-type"))


def concerns_others(context: Context) -> bool:
    """Tell whether what is sent goes to, or on to, somebody else than the page's own side."""
    return context.party is not Party.FIRST or context.collector is not None or context.relayed is not None


def in_body(context: Context) -> Iterator[Signal]:
    """Find the signals of a form, of JSON at any depth, of batched lines, however they are wrapped."""
    body = context.request.body
    if not body:
        return
    leaves = decode_held(body, header(context.request.headers, "content-type")).leaves
    entries = [Entry(leaf.name, leaf.value, Place(piece=index), leaf.name) for index, leaf in enumerate(leaves)]
    yield from meanings(context, Where.BODY, entries)
