"""Knows that mitmproxy cannot read what may follow a chunked body in HTTP/1, and would leave its reader waiting.

An intermediary may discard trailers (RFC 9110, section 6.5.1); the body before them goes on whole.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from h11 import Data, EndOfMessage
from h11._readers import ChunkedReader
from mitmproxy.proxy.layers.http import _http1

if TYPE_CHECKING:
    from h11._receivebuffer import ReceiveBuffer


class WithoutTrailers(ChunkedReader):
    """Reads a chunked body, and over what follows it."""

    def __call__(self, buf: ReceiveBuffer) -> Data | EndOfMessage | None:
        """Return the next event of a body."""
        event = super().__call__(buf)
        return EndOfMessage() if isinstance(event, EndOfMessage) and event.headers else event


def drop_trailers() -> None:
    """Let mitmproxy read so from now on."""
    vars(_http1)["ChunkedReader"] = WithoutTrailers
