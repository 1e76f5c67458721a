"""Knows the table of detectors and runs it over an exchange."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from louver.core.signals import addresses, bodies, bounces, cookies, headers, local_network

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from louver.core.facts import Response
    from louver.core.signals.context import Context
    from louver.core.signals.signal import Signal

REQUEST: Final[Sequence[Callable[[Context], Iterator[Signal]]]] = (
    bounces.in_navigation,
    addresses.in_url,
    headers.in_request,
    local_network.in_request,
    bodies.in_body,
)
RESPONSE: Final[Sequence[Callable[[Context, Response], Iterator[Signal]]]] = (
    cookies.in_set_cookie,
    headers.in_response,
)


def in_request(context: Context) -> list[Signal]:
    """Return every signal of a request."""
    return [signal for detect in REQUEST for signal in detect(context)]


def in_response(context: Context, response: Response) -> list[Signal]:
    """Return every signal of a response's head."""
    return [signal for detect in RESPONSE for signal in detect(context, response)]
