"""Knows how to answer any GET with as many bytes as its path asks for: HTTP/1.1 and HTTP/2 over TLS, on loopback.

    python -m duel.origin FOLDER        (prints its port; ends when its standard input does)

It runs in a process of its own, so that its work is nobody's but its own.
"""

from __future__ import annotations

import asyncio
import ssl
import sys
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Final

from h2.config import H2Configuration
from h2.connection import H2Connection
from h2.events import RequestReceived, StreamEnded, StreamReset, WindowUpdated

from louver.demo.authority import Authority

if TYPE_CHECKING:
    from collections.abc import Iterator

PROTOCOLS: Final = ("h2", "http/1.1")
CHUNK: Final = 256 * 1024
WHOLE: Final = 1024 * 1024
"""Bytes up to which a body is written at once; larger ones wait for the client."""

HEADERS: Final = (
    ("date", "Thu, 13 Aug 2026 10:00:00 GMT"),
    ("content-type", "text/javascript; charset=utf-8"),
    ("cache-control", "public, max-age=3600"),
    ("etag", '"5f3c9a1e-400"'),
    ("last-modified", "Tue, 11 Aug 2026 08:12:44 GMT"),
    ("vary", "Accept-Encoding"),
    ("access-control-allow-origin", "*"),
    ("timing-allow-origin", "*"),
    ("x-content-type-options", "nosniff"),
    ("set-cookie", "uid=5f3c9a1e7b2d4c60; Path=/; Max-Age=31536000; Secure; SameSite=None"),
    ("set-cookie", "lang=en; Path=/"),
)
"""What comes with every answer beside its length; two cookies among it, one of which looks like an identifier."""


@cache
def body(size: int) -> bytes:
    """Return a body of this many bytes."""
    return bytes(size)


@cache
def head(size: int) -> bytes:
    """Return the head of an HTTP/1.1 answer."""
    lines = "".join(f"{name.title()}: {value}\r\n" for name, value in HEADERS)
    return f"HTTP/1.1 200 OK\r\n{lines}Content-Length: {size}\r\n\r\n".encode()


def size_asked(path: str) -> int:
    """Return the size that a path begins with: `/1024/anything`."""
    return int(path.split("/", 2)[1])


class Http1(asyncio.Protocol):
    """One HTTP/1.1 connection."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Begin."""
        assert isinstance(transport, asyncio.Transport)
        self.transport, self.buffer = transport, b""
        self.large: asyncio.Task[None] | None = None
        self.room = asyncio.Event()
        self.room.set()

    def data_received(self, data: bytes) -> None:
        """Answer every request that is complete; none has a body."""
        self.buffer += data
        while (end := self.buffer.find(b"\r\n\r\n")) >= 0:
            path = self.buffer.split(b" ", 2)[1].decode()
            self.buffer = self.buffer[end + 4 :]
            self.answer(size_asked(path))

    def answer(self, size: int) -> None:
        """Send a body of this size."""
        if size <= WHOLE:
            self.transport.write(head(size) + body(size))
        else:
            self.transport.write(head(size))
            self.large = asyncio.create_task(self.pour(size))

    async def pour(self, size: int) -> None:
        """Send a large body as fast as it is taken, and no faster."""
        for start in range(0, size, CHUNK):
            await self.room.wait()
            self.transport.write(body(min(CHUNK, size - start)))

    def pause_writing(self) -> None:
        """Wait for the client."""
        self.room.clear()

    def resume_writing(self) -> None:
        """Go on."""
        self.room.set()


class Http2(asyncio.Protocol):
    """One HTTP/2 connection."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Begin."""
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport
        self.http = H2Connection(H2Configuration(client_side=False, header_encoding=False))
        self.http.initiate_connection()
        self.sizes: dict[int, int] = {}
        self.left: dict[int, int] = {}
        self.flush()

    def data_received(self, data: bytes) -> None:
        """Answer every request that is complete."""
        for event in self.http.receive_data(data):
            match event:
                case RequestReceived(stream_id=int(stream), headers=list(lines)):
                    self.sizes[stream] = next(size_asked(value.decode()) for name, value in lines if name == b":path")
                case StreamEnded(stream_id=int(stream)):
                    self.begin(stream, self.sizes.pop(stream))
                case StreamReset(stream_id=int(stream)):
                    self.left.pop(stream, None)
                case WindowUpdated():
                    for stream in list(self.left):
                        self.go_on(stream)
                case _:
                    pass
        self.flush()

    def begin(self, stream: int, size: int) -> None:
        """Send the head, and as much of the body as the client takes now."""
        self.http.send_headers(stream, [(":status", "200"), *HEADERS, ("content-length", str(size))])
        self.left[stream] = size
        self.go_on(stream)

    def go_on(self, stream: int) -> None:
        """Send more of a body."""
        for part in self.parts(stream):
            self.http.send_data(stream, body(part))
        if self.left[stream] == 0:
            del self.left[stream]
            self.http.end_stream(stream)

    def parts(self, stream: int) -> Iterator[int]:
        """Yield the sizes of frames that may be sent now."""
        while part := min(self.left[stream], self.http.local_flow_control_window(stream), 16_384):
            self.left[stream] -= part
            yield part

    def flush(self) -> None:
        """Write what the protocol has to say."""
        self.transport.write(self.http.data_to_send())


class Arrival(asyncio.Protocol):
    """A connection of which the protocol has just been agreed on."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Hand over to the protocol."""
        assert isinstance(transport, asyncio.Transport)
        agreed = transport.get_extra_info("ssl_object").selected_alpn_protocol()
        protocol = Http2() if agreed == "h2" else Http1()
        transport.set_protocol(protocol)
        protocol.connection_made(transport)


def tls(authority: Authority) -> ssl.SSLContext:
    """Return a context that has a certificate for whatever name it is asked for."""

    def choose(connection: ssl.SSLObject, name: str | None, _context: ssl.SSLContext) -> None:
        connection.context = context_of(name or "localhost")

    @cache
    def context_of(name: str) -> ssl.SSLContext:
        made = authority.context(name)
        made.set_alpn_protocols(PROTOCOLS)
        return made

    outer = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    outer.set_alpn_protocols(PROTOCOLS)
    outer.sni_callback = choose
    return outer


async def serve(folder: Path) -> None:
    """Serve until standard input ends."""
    loop = asyncio.get_running_loop()
    server = await loop.create_server(Arrival, "127.0.0.1", 0, ssl=tls(Authority(folder)), backlog=512)
    print(server.sockets[0].getsockname()[1], flush=True)
    await asyncio.to_thread(sys.stdin.read)


if __name__ == "__main__":
    asyncio.run(serve(Path(sys.argv[1])))
