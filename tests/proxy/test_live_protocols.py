"""What HTTP can do besides pages, through the real proxy: chunks, trailers, waiting, upgrades, and what is no HTTP."""

from __future__ import annotations

import base64
import contextlib
import socket
import ssl
import threading
from typing import TYPE_CHECKING

import pytest
from proxy_origin import MEGABYTE, Handler, Origin, an_origin
from proxy_process import Proxy, a_proxy
from proxy_sockets import echo_socket, masked

if TYPE_CHECKING:
    from collections.abc import Iterator

pytestmark = pytest.mark.live

PATIENCE = 15.0


@pytest.fixture(scope="module")
def origin(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Origin]:
    with an_origin(tmp_path_factory.mktemp("origin")) as running:
        yield running


@pytest.fixture(autouse=True)
def _fresh(origin: Origin) -> None:
    origin.seen.clear()
    origin.answers.clear()


@pytest.fixture(scope="module")
def proxy(tmp_path_factory: pytest.TempPathFactory, origin: Origin) -> Iterator[Proxy]:
    ways = (f"raw.test:22:127.0.0.1:{origin.echo}", f":443:127.0.0.1:{origin.https}", f":80:127.0.0.1:{origin.http}")
    with a_proxy(tmp_path_factory.mktemp("home"), origin, detours=ways) as running:
        yield running


@contextlib.contextmanager
def plain_tunnel(proxy: Proxy, host: str, port: int = 443) -> Iterator[socket.socket]:
    with socket.create_connection(("127.0.0.1", proxy.port), PATIENCE) as plain:
        plain.sendall(f"CONNECT {host}:{port} HTTP/1.1\r\nHost: {host}:{port}\r\n\r\n".encode())
        assert b" 200 " in plain.recv(4096)
        yield plain


@contextlib.contextmanager
def tunnel(proxy: Proxy, host: str = "page.test") -> Iterator[ssl.SSLSocket]:
    context = ssl.create_default_context(cafile=str(proxy.ca_file))
    with plain_tunnel(proxy, host) as plain, context.wrap_socket(plain, server_hostname=host) as secure:
        yield secure


def said(secure: socket.socket, end: bytes) -> bytes:
    """Return what comes until `end` has come."""
    data = b""
    while end not in data:
        more = secure.recv(65536)
        assert more, f"ended before {end!r}: {data[-200:]!r}"
        data += more
    return data


def test_chunks_go_both_ways(proxy: Proxy, origin: Origin) -> None:
    def chunks(handler: Handler) -> None:
        handler.send_response(200)
        handler.send_header("Transfer-Encoding", "chunked")
        handler.end_headers()
        for part in (b"one", b"two", b"x" * 10_000):
            handler.wfile.write(f"{len(part):x};ext=1\r\n".encode() + part + b"\r\n")
        handler.wfile.write(b"0\r\n\r\n")

    origin.answers["/chunks"] = chunks
    with tunnel(proxy) as secure:
        secure.sendall(b"POST /chunks HTTP/1.1\r\nHost: page.test\r\nTransfer-Encoding: chunked\r\n\r\n")
        secure.sendall(b"3\r\nabc\r\n" + b"5;note\r\ndefgh\r\n" + b"0\r\n\r\n")
        answer = said(secure, b"0\r\n\r\n")
    assert origin.seen[0].body == b"abcdefgh"
    assert b"one" in answer
    assert answer.count(b"x") >= 10_000


def test_a_large_upload_is_asked_for_before_it_is_sent(proxy: Proxy, origin: Origin) -> None:
    with tunnel(proxy) as secure:
        head = f"PUT /file HTTP/1.1\r\nHost: page.test\r\nContent-Length: {MEGABYTE}\r\nExpect: 100-continue\r\n\r\n"
        secure.sendall(head.encode())
        assert b"HTTP/1.1 100 Continue" in said(secure, b"\r\n\r\n")
        secure.sendall(b"y" * MEGABYTE)
        assert b"200 OK" in said(secure, b"/file")
    assert len(origin.seen[0].body) == MEGABYTE


def test_a_part_of_a_file(proxy: Proxy, origin: Origin) -> None:
    def part(handler: Handler) -> None:
        assert handler.headers["range"] == "bytes=5-9"
        handler.answer(b"56789", "video/mp4", ("Content-Range", "bytes 5-9/100"), status=206)

    origin.answers["/film"] = part
    with tunnel(proxy) as secure:
        secure.sendall(b'GET /film HTTP/1.1\r\nHost: page.test\r\nRange: bytes=5-9\r\nIf-Range: "v1"\r\n\r\n')
        answer = said(secure, b"56789")
    assert answer.startswith(b"HTTP/1.1 206")
    assert b"bytes 5-9/100" in answer


def test_a_message_with_trailers_arrives_whole_and_without_them(proxy: Proxy, origin: Origin) -> None:
    def trailing(handler: Handler) -> None:
        handler.send_response(200)
        handler.send_header("Transfer-Encoding", "chunked")
        handler.send_header("Trailer", "X-Sum")
        handler.end_headers()
        handler.wfile.write(b"4\r\nbody\r\n0\r\nX-Sum: 7\r\nX-More: 8\r\n\r\n")

    origin.answers["/trailing"] = trailing
    origin.serve("/next", b"next", "text/plain")
    with tunnel(proxy) as secure:
        secure.sendall(b"POST /trailing HTTP/1.1\r\nHost: page.test\r\nTransfer-Encoding: chunked\r\n\r\n")
        secure.sendall(b"3\r\nabc\r\n0\r\nX-Sum: 9\r\n\r\n")
        answer = said(secure, b"0\r\n\r\n")
        secure.sendall(b"GET /next HTTP/1.1\r\nHost: page.test\r\n\r\n")
        assert said(secure, b"next")
    assert b"4\r\nbody\r\n" in answer
    assert b"X-More" not in answer
    assert origin.seen[0].body == b"abc"


def test_an_answer_may_keep_its_client_waiting(proxy: Proxy, origin: Origin) -> None:
    news = threading.Event()

    def poll(handler: Handler) -> None:
        news.wait(PATIENCE)
        handler.answer(b"news", "application/json")

    origin.answers["/poll"] = poll
    origin.serve("/other", b"other", "text/plain")
    with tunnel(proxy) as waiting, tunnel(proxy) as other:
        waiting.sendall(b"GET /poll HTTP/1.1\r\nHost: page.test\r\n\r\n")
        other.sendall(b"GET /other HTTP/1.1\r\nHost: page.test\r\n\r\n")
        assert said(other, b"other")
        news.set()
        assert said(waiting, b"news")


def test_events_come_one_by_one(proxy: Proxy, origin: Origin) -> None:
    go_on = threading.Event()

    def events(handler: Handler) -> None:
        handler.send_response(200)
        handler.send_header("Content-Type", "text/event-stream")
        handler.end_headers()
        handler.wfile.write(b"data: 1\n\n")
        go_on.wait(PATIENCE)
        handler.wfile.write(b"data: 2\n\n")
        handler.close_connection = True

    origin.answers["/events"] = events
    with tunnel(proxy) as secure:
        secure.sendall(b"GET /events HTTP/1.1\r\nHost: page.test\r\nAccept: text/event-stream\r\n\r\n")
        assert b"data: 2" not in said(secure, b"data: 1\n\n")
        go_on.set()
        assert said(secure, b"data: 2\n\n")


def test_grpc_web_passes_byte_for_byte(proxy: Proxy, origin: Origin) -> None:
    frame = bytes([0, 0, 0, 0, 5]) + b"\x0a\x03\xff\xfe\x00"
    trailer = bytes([0x80, 0, 0, 0, 15]) + b"grpc-status: 0\r"
    origin.serve("/svc.S/Call", frame + trailer, "application/grpc-web+proto", ("Grpc-Accept-Encoding", "identity"))
    origin.serve("/svc.S/Text", base64.b64encode(frame + trailer), "application/grpc-web-text")
    head = b"Host: page.test\r\nContent-Type: application/grpc-web+proto\r\nX-Grpc-Web: 1\r\nContent-Length: 10\r\n\r\n"
    for path, end in (("/svc.S/Call", trailer), ("/svc.S/Text", base64.b64encode(frame + trailer))):
        with tunnel(proxy) as secure:
            secure.sendall(f"POST {path} HTTP/1.1\r\n".encode() + head + frame)
            said(secure, end)
    assert [seen.body for seen in origin.seen] == [frame, frame]


def test_a_socket_is_opened_by_an_upgrade(proxy: Proxy, origin: Origin) -> None:
    origin.answers["/socket"] = echo_socket
    lines = b"Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
    lines += b"Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n"
    with tunnel(proxy) as secure:
        secure.sendall(b"GET /socket HTTP/1.1\r\nHost: page.test\r\n" + lines + b"\r\n")
        assert said(secure, b"\r\n\r\n").startswith(b"HTTP/1.1 101")
        for text in (b"hello", b"z" * 5_000):
            secure.sendall(masked(text))
            assert said(secure, text)


def test_an_upgrade_to_something_else_passes(proxy: Proxy, origin: Origin) -> None:
    def other(handler: Handler) -> None:
        handler.send_response(101)
        handler.send_header("Upgrade", "chat")
        handler.send_header("Connection", "Upgrade")
        handler.end_headers()
        line = handler.rfile.readline()
        handler.wfile.write(b"you said " + line)
        handler.close_connection = True

    origin.answers["/chat"] = other
    with tunnel(proxy) as secure:
        secure.sendall(b"GET /chat HTTP/1.1\r\nHost: page.test\r\nUpgrade: chat\r\nConnection: Upgrade\r\n\r\n")
        assert said(secure, b"\r\n\r\n").startswith(b"HTTP/1.1 101")
        secure.sendall(b"hello\n")
        assert said(secure, b"you said hello\n")


def test_what_is_neither_tls_nor_http_passes_and_plain_http_in_a_tunnel_is_looked_into(
    proxy: Proxy, origin: Origin
) -> None:
    with plain_tunnel(proxy, "raw.test", 22) as raw:
        raw.sendall(b"SSH-2.0-test\r\n")
        assert said(raw, b"SSH-2.0-test\r\n")
    with plain_tunnel(proxy, "page.test", 80) as plain:
        plain.sendall(b"GET /plain HTTP/1.1\r\nHost: page.test\r\n\r\n")
        assert said(plain, b"/plain")
    assert origin.paths("page.test") == ["/plain"]
