"""Knows that mitmproxy cannot read what may follow a chunked body in HTTP/1, and would leave its reader waiting for ever.

An intermediary may discard trailers (RFC 9110, section 6.5.1); the body before them goes on whole. HTTP/2 keeps its own.
"""

from __future__ import annotations

from h11 import EndOfMessage
from h11._readers import ChunkedReader
from mitmproxy.proxy.layers.http import _http1


class WithoutTrailers(ChunkedReader):
    """Reads a chunked body, and over what follows it."""

    def __call__(self, buf: object) -> object:
        """Return the next event of a body."""
        event = super().__call__(buf)
        return EndOfMessage() if isinstance(event, EndOfMessage) and event.headers else event


def drop_trailers() -> None:
    """Let mitmproxy read so from now on."""
    _http1.ChunkedReader = WithoutTrailers
