"""Knows what to answer in a server's place so that a page breaks least; knows nothing of mitmproxy.

Each resource type has a row: the answer that a page's own code takes most calmly. Scripts load and do nothing, pixels
are transparent, beacons are accepted, event streams are told not to come back.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from louver.core.facts import ResourceType, header
from louver.proxy import notices

if TYPE_CHECKING:
    from collections.abc import Callable

    from louver.core.decision import Outcome
    from louver.core.facts import Headers, Request

PIXEL: Final = (
    b"GIF89a\x01\x00\x01\x00\x80\x00\x00\x00\x00\x00\x00\x00\x00\x21\xf9\x04\x01\x00\x00\x00\x00"
    b"\x2c\x00\x00\x00\x00\x01\x00\x01\x00\x00\x02\x02\x44\x01\x00\x3b"
)
"""A transparent GIF of one pixel; browsers show it whatever image format the address promised."""

EMPTY_PAGE: Final = b"<!doctype html><title></title>"


@dataclass(frozen=True, slots=True)
class Answer:
    """A whole response of our own."""

    status: int
    reason: str
    headers: Headers
    body: bytes = b""

    def lines(self) -> Headers:
        """Return the header lines, with the length where there may be a body."""
        if self.status == 204:
            return self.headers
        return (*self.headers, ("Content-Length", str(len(self.body))))


@dataclass(frozen=True, slots=True)
class Neutral:
    """What a resource type gets in the place of what it asked for."""

    status: int
    media: str | None
    body: bytes = b""


NO_CONTENT: Final = Neutral(204, None)
TEXT: Final = Neutral(200, "text/plain; charset=utf-8")
JSON: Final = Neutral(200, "application/json", b"{}")

NEUTRAL: Final = {
    ResourceType.SCRIPT: Neutral(200, "text/javascript; charset=utf-8"),
    ResourceType.STYLESHEET: Neutral(200, "text/css; charset=utf-8"),
    ResourceType.IMAGE: Neutral(200, "image/gif", PIXEL),
    ResourceType.SUBDOCUMENT: Neutral(200, "text/html; charset=utf-8", EMPTY_PAGE),
    ResourceType.OBJECT: Neutral(200, "text/html; charset=utf-8", EMPTY_PAGE),
    ResourceType.PING: NO_CONTENT,
    ResourceType.FONT: NO_CONTENT,
    ResourceType.MEDIA: NO_CONTENT,
    ResourceType.OTHER: NO_CONTENT,
    # A handshake can only be refused.
    ResourceType.WEBSOCKET: Neutral(403, "text/plain; charset=utf-8"),
}

REASON: Final = {200: "OK", 204: "No Content", 307: "Temporary Redirect", 403: "Forbidden", 502: "Bad Gateway"}

ALWAYS: Final = (
    ("Cache-Control", "no-store"),
    # A page that isolates itself (COEP) would refuse even an empty answer without this.
    ("Cross-Origin-Resource-Policy", "cross-origin"),
)

ISOLATED: Final = frozenset({ResourceType.SUBDOCUMENT, ResourceType.SCRIPT})
"""Types that must carry an embedder policy of their own to load in an isolated page (frames and workers)."""


def blocked(outcome: Outcome) -> Answer:
    """Return the answer to a blocked request."""
    request = outcome.request
    if is_preflight(request):
        return _answer(request, NO_CONTENT)
    if request.type is ResourceType.DOCUMENT:
        return _page(403, notices.blocked(outcome))
    return _answer(request, _neutral(request))


def redirect(request: Request, location: str) -> Answer:
    """Send the browser elsewhere with the same method (307, RFC 9110), remembering nothing."""
    return Answer(307, REASON[307], (("Location", location), *ALWAYS, *_cors(request)))


def surrogate(outcome: Outcome, resources: Callable[[str], tuple[str, bytes] | None]) -> Answer:
    """Return a stand-in resource by its name, or the neutral answer where nobody knows the name."""
    found = resources(outcome.decision.location or "")
    if found is None or is_preflight(outcome.request):
        return blocked(outcome)
    return _answer(outcome.request, Neutral(200, found[0], found[1]))


def fault(request: Request | None, reason: str) -> Answer:
    """Return the answer where we failed ourselves and policy says that nothing may pass then."""
    if request is None:
        return _page(502, notices.fault("", reason))
    if request.type in (ResourceType.DOCUMENT, ResourceType.SUBDOCUMENT):
        return _page(502, notices.fault(request.url, reason))
    return _answer(request, Neutral(502, "text/plain; charset=utf-8", b"Louver failed; see `louver log`."))


def is_preflight(request: Request) -> bool:
    """Tell whether a browser asks for leave (CORS preflight, Fetch standard)."""
    return request.method == "OPTIONS" and header(request.headers, "access-control-request-method") is not None


def _neutral(request: Request) -> Neutral:
    if request.type is not ResourceType.XMLHTTPREQUEST:
        return NEUTRAL.get(request.type, NO_CONTENT)
    accept = header(request.headers, "accept") or ""
    # 204 tells an EventSource not to come back (HTML standard), and `no-cors` callers (beacons) cannot read anyway.
    if "text/event-stream" in accept or header(request.headers, "sec-fetch-mode") == "no-cors":
        return NO_CONTENT
    path = request.url.partition("?")[0]
    return JSON if "json" in accept or path.endswith(".json") else TEXT


def _answer(request: Request, neutral: Neutral) -> Answer:
    headers: Headers = ALWAYS
    if neutral.media is not None:
        headers += (("Content-Type", neutral.media),)
    if request.type in ISOLATED:
        headers += (("Cross-Origin-Embedder-Policy", "require-corp"),)
    return Answer(neutral.status, REASON[neutral.status], headers + _cors(request), neutral.body)


def _page(status: int, html: str) -> Answer:
    # Nothing in the page may load, run, or be framed by others, whatever slipped into it.
    rules = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'self'; base-uri 'none'; form-action 'none'"
    headers = (*ALWAYS, ("Content-Type", "text/html; charset=utf-8"), ("Content-Security-Policy", rules))
    return Answer(status, REASON[status], headers, html.encode("utf-8", "replace"))


def _cors(request: Request) -> Headers:
    """Let the page's own code read the answer where it asked to (Fetch standard, CORS protocol)."""
    origin = header(request.headers, "origin")
    if origin is None:
        return ()
    allow = [("Access-Control-Allow-Origin", origin), ("Access-Control-Allow-Credentials", "true"), ("Vary", "Origin")]
    allow += [(name, asked) for question, name in PREFLIGHT if (asked := header(request.headers, question)) is not None]
    return tuple(allow)


PREFLIGHT: Final = (
    ("access-control-request-method", "Access-Control-Allow-Methods"),
    ("access-control-request-headers", "Access-Control-Allow-Headers"),
    ("access-control-request-private-network", "Access-Control-Allow-Private-Network"),
)
"""What a preflight asks for, and the header that grants it."""
