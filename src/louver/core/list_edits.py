"""Knows how what lists change (parameters, headers, policies) becomes signals and edits, each in its place."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final
from urllib.parse import unquote_plus

from louver.core.decision import Add, Drop
from louver.core.edits import split_url
from louver.core.signals.signal import Grade, Kind, Place, Signal, Where

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence

    from louver.core.decision import Edit
    from louver.core.facts import Headers
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


KEPT_HEADERS: Final = frozenset({"host", "origin", "sec-gpc", "content-length", "transfer-encoding"})
"""What no list may take: it carries the message itself, or says the truth about who asks and what they refused."""


def request_edits(verdict: Verdict, headers: Headers) -> Iterator[Edit]:
    """Take the request headers that a `removeheader` rule names."""
    return _dropped(verdict.remove_request_headers, headers)


def response_edits(verdict: Verdict, headers: Headers) -> Iterator[Edit]:
    """Take the response headers that a rule names; add the policies that rules add."""
    yield from _dropped(verdict.remove_response_headers, headers)
    for value in verdict.csp:
        yield Add("content-security-policy", value)
    for value in verdict.permissions:
        yield Add("permissions-policy", value)


def _dropped(names: Collection[str], headers: Headers) -> Iterator[Edit]:
    gone = {name.lower() for name in names} - KEPT_HEADERS
    for line, (name, _) in enumerate(headers if gone else ()):
        if name.lower() in gone:
            yield Drop(Where.HEADER, Place(line=line))


def removed_pieces(before: Sequence[str], after: Sequence[str]) -> Sequence[int]:
    """Return which pieces of `before` are missing in `after`; none if `after` is no part of `before` in its order."""
    removed, left = [], 0
    for index, piece in enumerate(before):
        if left < len(after) and after[left] == piece:
            left += 1
        else:
            removed.append(index)
    return removed if left == len(after) else ()
