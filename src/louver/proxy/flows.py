"""Knows how a mitmproxy flow and the facts of an exchange translate into each other, byte for byte.

Everything goes through the raw fields: mitmproxy's comfortable properties re-encode what they touch.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Final

from mitmproxy import http

from louver.core.facts import Request, ResourceType, Response, resource_type

if TYPE_CHECKING:
    from collections.abc import Iterable

    from mitmproxy.http import HTTPFlow, RequestData

    from louver.core.facts import Headers, Page
    from louver.proxy.answers import Answer

HTTP2: Final = (b"HTTP/2.0", b"HTTP/3")
DEFAULT_PORT: Final = {"http": 80, "https": 443, "ws": 80, "wss": 443}
NAMES_KEPT: Final = 1024
LONGEST_NAME_KEPT: Final = 64

_NAMES: Final[dict[bytes, str]] = {}

SOCKET_SCHEME: Final = {"http": "ws", "https": "wss"}


def read_request(flow: HTTPFlow, page: Page | None = None, body: str | None = None) -> Request:
    """Return a flow's request as facts."""
    data = flow.request.data
    headers = read_headers(data.headers.fields)
    target = _target(data)
    kind = resource_type(target, headers)
    url = _origin(data, headers, kind) + target
    return Request(url, data.method.decode("utf-8", "surrogateescape"), headers, kind, page, body)


def read_response(flow: HTTPFlow) -> Response:
    """Return the head of a flow's response as facts."""
    assert flow.response is not None
    data = flow.response.data
    return Response(data.status_code, read_headers(data.headers.fields))


def read_headers(fields: Iterable[tuple[bytes, bytes]]) -> Headers:
    """Return header lines as text; bytes that are no UTF-8 become surrogate escapes."""
    try:
        return tuple([(_NAMES.get(name) or _name(name), value.decode()) for name, value in fields])
    except UnicodeDecodeError:
        return tuple([(_name(name), value.decode("utf-8", "surrogateescape")) for name, value in fields])


def _name(raw: bytes) -> str:
    """Return a header's name as text. The same few names come with every request, so they are kept."""
    text = raw.decode("utf-8", "surrogateescape")
    if len(_NAMES) < NAMES_KEPT and len(raw) <= LONGEST_NAME_KEPT:
        _NAMES[raw] = text
    return text


def write_request(flow: HTTPFlow, before: Request, after: Request) -> None:
    """Make a flow's request what the engine decided, touching only the parts that differ."""
    if after is before:
        return
    if after.headers is not before.headers and after.headers != before.headers:
        flow.request.data.headers.fields = _fields(after.headers, lower=flow.request.data.http_version in HTTP2)
    if after.url != before.url:
        _write_url(flow, before, after)
    if after.body is not None and after.body != before.body:
        # This keeps Content-Length true.
        flow.request.content = after.body.encode("utf-8", "surrogateescape")


def write_response(flow: HTTPFlow, before: Response, after: Response) -> None:
    """Make a flow's response head what the engine decided, touching only the parts that differ."""
    assert flow.response is not None
    if after is before:
        return
    if after.headers != before.headers:
        flow.response.data.headers.fields = _fields(after.headers, lower=flow.response.data.http_version in HTTP2)
    flow.response.data.status_code = after.status


def write_answer(flow: HTTPFlow, answer: Answer) -> None:
    """Answer a request ourselves; the server is not contacted."""
    head_only = flow.request.data.method == b"HEAD"
    flow.response = http.Response(
        http_version=flow.request.data.http_version,
        status_code=answer.status,
        reason=answer.reason.encode(),
        headers=http.Headers(_fields(answer.lines(), lower=flow.request.data.http_version in HTTP2)),
        content=b"" if head_only else answer.body,
        trailers=None,
        timestamp_start=(now := time.time()),
        timestamp_end=now,
    )
    # mitmproxy cannot answer and stream the same request, and somebody may have asked for streaming before us.
    flow.request.stream = False


def replace_response(flow: HTTPFlow, answer: Answer) -> bytes:
    """Put our own head in the place of the server's; return the body that has to go with it."""
    assert flow.response is not None
    data = flow.response.data
    data.status_code, data.reason = answer.status, answer.reason.encode()
    data.headers.fields = _fields(answer.lines(), lower=data.http_version in HTTP2)
    return b"" if flow.request.data.method == b"HEAD" else answer.body


def _fields(headers: Headers, *, lower: bool) -> tuple[tuple[bytes, bytes], ...]:
    # HTTP/2 knows lower-case names only; what a browser sent over it is lower case already.
    return tuple(
        [
            ((n.lower() if lower else n).encode("utf-8", "surrogateescape"), v.encode("utf-8", "surrogateescape"))
            for n, v in headers
        ]
    )


def _write_url(flow: HTTPFlow, before: Request, after: Request) -> None:
    origin = _origin(flow.request.data, before.headers, before.type)
    if after.url.startswith(origin):
        flow.request.data.path = after.url[len(origin) :].encode("utf-8", "surrogateescape")
    else:
        flow.request.url = after.url


def _target(data: RequestData) -> str:
    # Everything but `OPTIONS *` starts with a slash, and that one is asked of the whole server.
    return data.path.decode("utf-8", "surrogateescape") if data.path != b"*" else "/"


def _origin(data: RequestData, headers: Headers, kind: ResourceType) -> str:
    scheme = data.scheme.decode("ascii", "replace") or "http"
    if kind is ResourceType.WEBSOCKET:
        scheme = SOCKET_SCHEME.get(scheme, scheme)
    port = "" if data.port == DEFAULT_PORT.get(scheme) else f":{data.port}"
    return f"{scheme}://{_named_host(data, headers)}{port}"


def _named_host(data: RequestData, headers: Headers) -> str:
    """Return the host that the client means: the one it names, since a connection may only know an address."""
    authority = data.authority.decode("utf-8", "surrogateescape")
    if not authority:
        authority = next((value for name, value in headers if len(name) == 4 and name.lower() == "host"), "")
    host = _without_port(authority) or data.host
    return f"[{host}]" if ":" in host and not host.startswith("[") else host.lower()


def _without_port(authority: str) -> str:
    if authority.startswith("["):
        return authority.partition("]")[0] + "]" if "]" in authority else ""
    host = authority.partition(":")[0]
    return "" if set(host) & FORBIDDEN_IN_HOST else host


FORBIDDEN_IN_HOST: Final = frozenset("/?#@\\ \t\r\n<>\"'`{}|^%")
