"""Knows an origin that keeps what it was sent: HTTP/1.1, HTTP/2, WebSocket and a plain echo, all on loopback."""

from __future__ import annotations

import contextlib
import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from socketserver import BaseRequestHandler, TCPServer, ThreadingTCPServer
from typing import TYPE_CHECKING, ClassVar, Final

import h2.config
import h2.connection
import h2.events

from louver.demo.authority import Authority

if TYPE_CHECKING:
    from pathlib import Path

MEGABYTE: Final = 1024 * 1024


@dataclass
class Seen:
    """One request as the origin got it."""

    host: str
    path: str
    headers: dict[str, str]
    raw: list[tuple[str, str]]
    body: bytes = b""
    version: str = "HTTP/1.1"
    peer: tuple[str, int] = ("", 0)


type Answer = Callable[["Handler"], None]


@dataclass
class Origin:
    """Where the origins listen, what they saw, and what they answer by path."""

    ca_file: Path
    seen: list[Seen] = field(default_factory=list)
    answers: dict[str, Answer] = field(default_factory=dict)
    http: int = 0
    https: int = 0
    h2: int = 0
    echo: int = 0

    def paths(self, host: str | None = None) -> list[str]:
        return [seen.path for seen in self.seen if host in (None, seen.host)]

    def serve(self, path: str, body: bytes, media: str = "text/html", *lines: tuple[str, str]) -> None:
        self.answers[path] = lambda handler: handler.answer(body, media, *lines)


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    origin: ClassVar[Origin]

    def do_GET(self) -> None:
        size = int(self.headers.get("content-length") or 0)
        body = self.chunks() if self.headers.get("transfer-encoding") else self.rfile.read(size)
        path = self.path.partition("?")[0]
        raw = list(self.headers.items())
        self.origin.seen.append(
            Seen(
                (self.headers.get("host") or "").partition(":")[0],
                self.path,
                {name.lower(): value for name, value in raw},
                raw,
                body,
                peer=self.client_address,
            )
        )
        self.origin.answers.get(path, Handler.echo_path)(self)

    do_POST = do_PUT = do_HEAD = do_OPTIONS = do_GET  # noqa: N815

    def chunks(self) -> bytes:
        body = b""
        while size := int(self.rfile.readline(), 16):
            body += self.rfile.read(size)
            self.rfile.readline()
        self.rfile.readline()
        return body

    def echo_path(self) -> None:
        self.answer(self.path.encode(), "text/plain")

    def answer(self, body: bytes, media: str, *lines: tuple[str, str], status: int = 200) -> None:
        self.send_response(status)
        self.send_header("Content-Type", media)
        self.send_header("Content-Length", str(len(body)))
        for name, value in lines:
            self.send_header(name, value)
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        return


class Echo(BaseRequestHandler):
    """Neither TLS nor HTTP."""

    def handle(self) -> None:
        while data := self.request.recv(65536):
            self.request.sendall(data)


class Http2(BaseRequestHandler):
    """As much of HTTP/2 as a test needs: keeps each request and answers with its path."""

    origin: ClassVar[Origin]

    def handle(self) -> None:
        connection = h2.connection.H2Connection(h2.config.H2Configuration(client_side=False, header_encoding="utf-8"))
        connection.initiate_connection()
        self.request.sendall(connection.data_to_send())
        waiting: dict[int, Seen] = {}
        with contextlib.suppress(OSError):
            while data := self.request.recv(65536):
                for event in connection.receive_data(data):
                    self.take(connection, event, waiting)
                self.request.sendall(connection.data_to_send())

    def take(self, connection: h2.connection.H2Connection, event: object, waiting: dict[int, Seen]) -> None:
        match event:
            case h2.events.RequestReceived(stream_id=int(stream), headers=headers) if headers is not None:
                raw = [(str(name), str(value)) for name, value in headers]
                told = dict(raw)
                waiting[stream] = Seen(told[":authority"], told[":path"], told, raw, version="HTTP/2")
            case h2.events.DataReceived(stream_id=int(stream), data=bytes(data), flow_controlled_length=int(length)):
                waiting[stream].body += data
                connection.acknowledge_received_data(length, stream)
            case h2.events.StreamEnded(stream_id=int(stream)):
                seen = waiting.pop(stream)
                self.origin.seen.append(seen)
                body = seen.path.encode()
                lines = [
                    (":status", "200"),
                    ("content-length", str(len(body))),
                    ("set-cookie", "_xid=abcdef1234567890abcdef12; Max-Age=31536000"),
                    ("set-cookie", "cart=2"),
                ]
                connection.send_headers(stream, lines)
                connection.send_data(stream, body, end_stream=True)


@contextlib.contextmanager
def an_origin(folder: Path) -> Iterator[Origin]:
    authority = Authority(folder)
    origin = Origin(authority.ca_file)
    handler = type("OneHandler", (Handler,), {"origin": origin})
    http2 = type("OneHttp2", (Http2,), {"origin": origin})
    with contextlib.ExitStack() as until_over:

        def listen(server: ThreadingTCPServer | ThreadingHTTPServer, alpn: str | None = None) -> int:
            server.daemon_threads = True
            if alpn is not None:
                server.socket = _tls(authority, alpn).wrap_socket(server.socket, server_side=True)
            threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
            until_over.callback(server.server_close)
            until_over.callback(server.shutdown)
            return int(server.server_address[1])

        origin.http = listen(_server(ThreadingHTTPServer, handler))
        origin.https = listen(_server(ThreadingHTTPServer, handler), "http/1.1")
        origin.h2 = listen(_server(ThreadingTCPServer, http2), "h2")
        origin.echo = listen(_server(ThreadingTCPServer, Echo))
        yield origin


def _server[Server: TCPServer](kind: type[Server], handler: type[BaseRequestHandler]) -> Server:
    return kind(("127.0.0.1", 0), handler)


def _tls(authority: Authority, alpn: str) -> ssl.SSLContext:
    def choose(connection: ssl.SSLObject, name: str | None, _context: ssl.SSLContext) -> None:
        context = authority.context(name or "localhost")
        context.set_alpn_protocols([alpn])
        connection.context = context

    outer = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    outer.set_alpn_protocols([alpn])
    outer.sni_callback = choose
    return outer


def free_port() -> int:
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        return int(sock.getsockname()[1])
