"""Knows which bodies pass by untouched and which few, small and textual, are held for a detector to read."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from louver.core.facts import header

if TYPE_CHECKING:
    from louver.core.facts import Headers, Request, Response

LARGEST_HELD: Final = 64 * 1024
"""Bytes of a body that mitmproxy may collect before passing it on. Below this, streaming costs more than it saves."""

LARGEST_READ: Final = 256 * 1024
"""Bytes of a request's body that a detector may ask for."""

LARGEST_SWALLOWED: Final = 1024 * 1024
"""Bytes of an upload that a blocked request may bring along; beyond that the connection is closed instead."""

BODILESS: Final = frozenset({"GET", "HEAD", "OPTIONS", "CONNECT", "TRACE"})

NO_BODY: Final = frozenset({101, 204, 304})


def stream_request(request: Request) -> bool:
    """Tell whether a request's body passes by without being collected."""
    if request.method in BODILESS:
        return False
    size = request_size(request.headers)
    return size is None or size > LARGEST_HELD


def stream_response(request: Request, response: Response) -> bool:
    """Tell whether a response's body passes by without being collected: large, or of unknown length."""
    if response.status in NO_BODY or request.method == "HEAD":
        return False
    size = body_size(response.headers)
    return size is None or size > LARGEST_HELD


def is_endless(response: Response) -> bool:
    """Tell whether an answer is a stream of events that need not end."""
    return (header(response.headers, "content-type") or "").lower().startswith("text/event-stream")


def can_be_held(request: Request, limit: int = LARGEST_READ) -> bool:
    """Tell whether a request's body is small enough (`limit`, in bytes) to be read before it goes on."""
    size = request_size(request.headers)
    return size is not None and 0 < size <= limit


def too_large_to_swallow(request: Request) -> bool:
    """Tell whether a blocked request's upload would cost too much memory to take in politely."""
    if request.method in BODILESS:
        return False
    size = request_size(request.headers)
    return size is None or size > LARGEST_SWALLOWED


def request_size(headers: Headers) -> int | None:
    """Return the length of a request's body in bytes, None where it is not known beforehand.

    In HTTP/1, where requests have a Host line, one without length and coding has no body (RFC 9112, 6.3).
    """
    size = body_size(headers)
    if size is None and header(headers, "transfer-encoding") is None and header(headers, "host") is not None:
        return 0
    return size


def body_size(headers: Headers) -> int | None:
    """Return the announced length of a body in bytes, None where it is not known beforehand."""
    text = header(headers, "content-length")
    return int(text) if text is not None and text.isascii() and text.isdigit() else None
