"""Knows how to ask through a proxy: CONNECT, TLS, then HTTP/1.1 one at a time or HTTP/2 with many at once."""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from h2.config import H2Configuration
from h2.connection import H2Connection
from h2.events import ConnectionTerminated, DataReceived, ResponseReceived, StreamEnded, StreamReset
from h2.settings import SettingCodes

if TYPE_CHECKING:
    import ssl

PATIENCE: Final = 30.0
"""Seconds that an answer may take."""

WINDOW: Final = 8 * 1024 * 1024
"""Bytes of HTTP/2 bodies that may be on their way, about what Chromium allows."""

BROWSER: Final = (
    ("sec-ch-ua", '"Chromium";v="140", "Not=A?Brand";v="24", "Google Chrome";v="140"'),
    ("sec-ch-ua-mobile", "?0"),
    ("sec-ch-ua-platform", '"Linux"'),
    (
        "user-agent",
        "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36",
    ),
    ("accept", "*/*"),
    ("accept-encoding", "gzip, deflate, br, zstd"),
    ("accept-language", "en-GB,en;q=0.9"),
    (
        "cookie",
        "uid=5f3c9a1e7b2d4c60; _ga=GA1.2.1234567890.1700000000; _fbp=fb.1.1700000000000.1234567890; sess=abc123",
    ),
)
"""What a desktop Chromium says with every request, with cookies of which some identify."""


class RefusedError(Exception):
    """The proxy did not do what it was asked to."""


@dataclass(frozen=True, slots=True)
class Ask:
    """One request: how many bytes of what."""

    size: int
    name: str
    dest: str

    @property
    def path(self) -> str:
        """Return the path that makes the origin answer so."""
        return f"/{self.size}/{self.name}"


@dataclass(slots=True)
class Answer:
    """What came back. `began` is the moment of the first byte, by `time.perf_counter`."""

    status: int = 0
    size: int = 0
    began: float = 0.0


def headers(host: str, page: str, dest: str) -> tuple[tuple[str, str], ...]:
    """Return the header lines of a request to `host` for a page of `page`."""
    if dest == "document":
        return (*BROWSER, ("sec-fetch-site", "none"), ("sec-fetch-mode", "navigate"), ("sec-fetch-dest", dest))
    relation = "same-origin" if host == page else "cross-site"
    fetch = (("sec-fetch-site", relation), ("sec-fetch-mode", "no-cors"), ("sec-fetch-dest", dest))
    return (*BROWSER, *fetch, ("referer", f"https://{page}/2026/article.html?id=84213"))


class Connection(asyncio.Protocol):
    """One connection through the proxy to a host, used for a page."""

    transport: asyncio.Transport

    def __init__(self, host: str, page: str) -> None:
        self.host, self.page = host, page
        self.used, self.is_open = 0, True

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Begin."""
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport
        self.begin()

    def connection_lost(self, error: Exception | None) -> None:
        """Let those who wait know."""
        self.is_open = False
        self.fail(error or RefusedError("closed by the proxy"))

    def close(self) -> None:
        """Close as a browser does."""
        self.is_open = False
        self.transport.close()

    async def get(self, ask: Ask) -> Answer:
        """Ask, and return the answer when all of it is here."""
        self.used += 1
        return await asyncio.wait_for(self.send(ask), PATIENCE)

    def begin(self) -> None:
        """Say what the protocol wants said first."""

    def send(self, ask: Ask) -> asyncio.Future[Answer]:
        """Send a request."""
        raise NotImplementedError

    def fail(self, error: Exception) -> None:
        """End all that is on its way."""
        raise NotImplementedError


class Http1(Connection):
    """HTTP/1.1: one request at a time, answers with a length."""

    waiting: asyncio.Future[Answer] | None = None

    def send(self, ask: Ask) -> asyncio.Future[Answer]:
        """Send a request."""
        self.waiting = asyncio.get_running_loop().create_future()
        self.answer, self.head, self.length = Answer(), b"", -1
        lines = "".join(f"{name.title()}: {value}\r\n" for name, value in headers(self.host, self.page, ask.dest))
        self.transport.write(f"GET {ask.path} HTTP/1.1\r\nHost: {self.host}\r\n{lines}\r\n".encode())
        return self.waiting

    def data_received(self, data: bytes) -> None:
        """Take in an answer."""
        answer = self.answer
        if self.length < 0:
            answer.began = answer.began or time.perf_counter()
            self.head += data
            end = self.head.find(b"\r\n\r\n")
            if end < 0:
                return
            self.read_head(self.head[:end].lower())
            data = self.head[end + 4 :]
        answer.size += len(data)
        if answer.size >= self.length and self.waiting is not None and not self.waiting.done():
            self.waiting.set_result(answer)

    def read_head(self, head: bytes) -> None:
        """Read status and length."""
        self.answer.status = int(head[9:12])
        _, found, rest = head.partition(b"\r\ncontent-length:")
        self.length = int(rest.partition(b"\r\n")[0]) if found else 0

    def fail(self, error: Exception) -> None:
        """End the request on its way."""
        if self.waiting is not None and not self.waiting.done():
            self.waiting.set_exception(error)


class Http2(Connection):
    """HTTP/2."""

    def begin(self) -> None:
        """Send the preface, with windows as wide as a browser's."""
        self.http = H2Connection(H2Configuration(client_side=True, header_encoding=False))
        self.http.initiate_connection()
        self.http.update_settings({SettingCodes.INITIAL_WINDOW_SIZE: WINDOW, SettingCodes.ENABLE_PUSH: 0})
        self.http.increment_flow_control_window(WINDOW)
        self.waiting: dict[int, tuple[asyncio.Future[Answer], Answer]] = {}
        self.flush()

    def send(self, ask: Ask) -> asyncio.Future[Answer]:
        """Send a request."""
        stream = self.http.get_next_available_stream_id()
        told: asyncio.Future[Answer] = asyncio.get_running_loop().create_future()
        self.waiting[stream] = (told, Answer())
        pseudo = ((":method", "GET"), (":authority", self.host), (":scheme", "https"), (":path", ask.path))
        self.http.send_headers(stream, [*pseudo, *headers(self.host, self.page, ask.dest)], end_stream=True)
        self.flush()
        return told

    def data_received(self, data: bytes) -> None:
        """Take in answers."""
        for event in self.http.receive_data(data):
            match event:
                case ResponseReceived(stream_id=int(stream), headers=list(lines)):
                    answer = self.waiting[stream][1]
                    answer.status = next(int(value) for name, value in lines if name == b":status")
                    answer.began = time.perf_counter()
                case DataReceived(stream_id=int(stream), data=bytes(part), flow_controlled_length=int(length)):
                    self.waiting[stream][1].size += len(part)
                    self.http.acknowledge_received_data(length, stream)
                case StreamEnded(stream_id=int(stream)):
                    told, answer = self.waiting.pop(stream)
                    if not told.done():
                        told.set_result(answer)
                case StreamReset() | ConnectionTerminated():
                    self.fail(RefusedError("reset by the proxy"))
                case _:
                    pass
        self.flush()

    def fail(self, error: Exception) -> None:
        """End all requests on their way."""
        for told, _ in self.waiting.values():
            if not told.done():
                told.set_exception(error)
        self.waiting.clear()
        self.is_open = False

    def flush(self) -> None:
        """Write what the protocol has to say."""
        self.transport.write(self.http.data_to_send())


class _Opening(asyncio.Protocol):
    """The moments before the tunnel stands."""

    def __init__(self) -> None:
        self.told: asyncio.Future[bytes] = asyncio.get_running_loop().create_future()
        self.heard = b""

    def data_received(self, data: bytes) -> None:
        self.heard += data
        if b"\r\n\r\n" in self.heard and not self.told.done():
            self.told.set_result(self.heard)

    def connection_lost(self, error: Exception | None) -> None:
        if not self.told.done():
            self.told.set_exception(error or RefusedError("closed by the proxy"))


async def connect(port: int, host: str, page: str, context: ssl.SSLContext) -> Connection:
    """Open a connection to `host` through the proxy at `port`. Raises RefusedError and OSError."""
    loop = asyncio.get_running_loop()
    plain, opening = await loop.create_connection(_Opening, "127.0.0.1", port)
    plain.write(f"CONNECT {host}:443 HTTP/1.1\r\nHost: {host}:443\r\nProxy-Connection: keep-alive\r\n\r\n".encode())
    heard = await asyncio.wait_for(opening.told, PATIENCE)
    if b" 200" not in heard.partition(b"\r\n")[0]:
        raise RefusedError(heard.partition(b"\r\n")[0].decode("ascii", "replace"))
    made = Http1(host, page)
    secure = await asyncio.wait_for(loop.start_tls(plain, made, context, server_hostname=host), PATIENCE)
    assert secure is not None
    connection: Connection = made
    if secure.get_extra_info("ssl_object").selected_alpn_protocol() == "h2":
        connection = Http2(host, page)
        secure.set_protocol(connection)
    connection.connection_made(secure)
    return connection
