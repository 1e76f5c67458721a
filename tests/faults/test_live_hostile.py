"""Requests, answers and names made to do harm: refused, or passed on as what they are; the proxy goes on."""

from __future__ import annotations

import gzip
import socket
import ssl
import zlib
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from cryptography import x509
from cryptography.x509.oid import ExtendedKeyUsageOID
from proxy_origin import Handler, Origin, an_origin
from proxy_process import Proxy, a_proxy

if TYPE_CHECKING:
    from collections.abc import Iterator

pytestmark = pytest.mark.live

PATIENCE = 10.0


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
    with a_proxy(tmp_path_factory.mktemp("home"), origin) as running:
        yield running
        assert not [line for line in running.errors if "Traceback" in line or "crashed" in line]


def ask(proxy: Proxy, data: bytes, host: str = "page.test") -> bytes:
    """Say something through a tunnel and return everything that comes back."""
    with socket.create_connection(("127.0.0.1", proxy.port), PATIENCE) as plain:
        plain.sendall(f"CONNECT {host}:443 HTTP/1.1\r\nHost: {host}:443\r\n\r\n".encode())
        assert b" 200 " in plain.recv(4096)
        context = ssl.create_default_context(cafile=str(proxy.ca_file))
        with context.wrap_socket(plain, server_hostname=host) as secure:
            secure.sendall(data)
            secure.settimeout(1.0)
            return _all(secure)


def _all(sock: socket.socket) -> bytes:
    data = b""
    try:
        while more := sock.recv(65536):
            data += more
    except OSError:
        pass
    return data


def goes_on(proxy: Proxy) -> bool:
    return b"200 OK" in ask(proxy, b"GET /goes-on HTTP/1.1\r\nHost: page.test\r\nConnection: close\r\n\r\n")


TWO_READERS = {
    "length and chunks": b"Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    "two lengths": b"Content-Length: 5\r\nContent-Length: 30\r\n\r\nhello",
    "a signed length": b"Content-Length: +5\r\n\r\nhello",
    "a length in hex": b"Content-Length: 0x5\r\n\r\nhello",
    "an unknown coding": b"Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n",
    "chunked not last": b"Transfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\n",
    "a space before the colon": b"Transfer-Encoding : chunked\r\n\r\n0\r\n\r\n",
    "a null in a name": b"Trans\x00fer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    "a bare return in a value": b"X-A: b\rTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    "a chunk of odd size": b"Transfer-Encoding: chunked\r\n\r\n-1\r\nx\r\n0\r\n\r\n",
    "a chunk beyond all sizes": b"Transfer-Encoding: chunked\r\n\r\nffffffffffffffffff\r\nx\r\n0\r\n\r\n",
}


@pytest.mark.parametrize("lines", TWO_READERS.values(), ids=TWO_READERS)
def test_no_second_request_is_smuggled(proxy: Proxy, origin: Origin, lines: bytes) -> None:
    ask(
        proxy,
        b"POST /first HTTP/1.1\r\nHost: page.test\r\n" + lines + b"GET /smuggled HTTP/1.1\r\nHost: page.test\r\n\r\n",
    )
    # What one reader takes for the end may be the middle for the other: then either nothing left, or the whole
    # connection was read the same way by both. The origin may have seen /smuggled only as a request of its own.
    whole = [path for path in origin.paths() if path == "/first"]
    assert not ("/smuggled" in origin.paths() and not whole)
    for seen in origin.seen:
        assert b"smuggled" not in seen.body
    assert goes_on(proxy)


def test_an_answer_with_lines_in_its_values_does_not_become_two(proxy: Proxy, origin: Origin) -> None:
    def injected(handler: Handler) -> None:
        handler.wfile.write(b"HTTP/1.1 200 OK\r\nX-A: one\rSet-Cookie: uid=1\r\nContent-Length: 2\r\n\r\nok")

    origin.answers["/"] = injected
    answer = ask(proxy, b"GET / HTTP/1.1\r\nHost: page.test\r\nConnection: close\r\n\r\n")
    assert b"\nset-cookie" not in answer.lower()
    assert goes_on(proxy)


@pytest.mark.parametrize("size", [60_000, 200_000, 3_000_000])
def test_oversized_headers_are_an_answer_not_an_end(proxy: Proxy, size: int) -> None:
    memory = proxy.memory()
    ask(proxy, b"GET /big HTTP/1.1\r\nHost: page.test\r\nX-Big: " + b"x" * size + b"\r\n\r\n")
    ask(
        proxy,
        b"GET /many HTTP/1.1\r\nHost: page.test\r\n"
        + b"".join(b"X-%d: y\r\n" % n for n in range(size // 10))
        + b"\r\n",
    )
    assert proxy.memory() - memory < 100_000_000
    assert goes_on(proxy)


def test_an_answer_of_endless_headers_does_not_fill_the_memory(proxy: Proxy, origin: Origin) -> None:
    def endless(handler: Handler) -> None:
        handler.wfile.write(b"HTTP/1.1 200 OK\r\n")
        for number in range(20_000):
            handler.wfile.write(b"X-%d: %s\r\n" % (number, b"y" * 50))
        handler.wfile.write(b"Content-Length: 0\r\n\r\n")

    origin.answers["/"] = endless
    memory = proxy.memory()
    ask(proxy, b"GET / HTTP/1.1\r\nHost: page.test\r\nConnection: close\r\n\r\n")
    assert proxy.memory() - memory < 60_000_000
    assert goes_on(proxy)


NAMES = [
    "bücher.test", "xn--bcher-kva.test", "page.test.", "page..test", ".", "[fe80::1%25eth0]", "[fe80::1%eth0]", "[::1",
    "page.test\x00.evil.test", "page.test\x7f", "page.test%00", "a" * 300 + ".test", ("a." * 200) + "test", "-", "*",
    "page.test:99999", "user:secret@page.test", "page.test\t", "xn--\u00ff.test", "xn--a.test", "127.1", "0x7f000001",
]  # fmt: skip


@pytest.mark.parametrize("name", NAMES, ids=range(len(NAMES)))
def test_a_hostile_name_is_refused_or_passed_on_never_an_end(proxy: Proxy, name: str) -> None:
    lines = {
        "CONNECT": f"CONNECT {name}:443 HTTP/1.1\r\nHost: {name}:443\r\n\r\n",
        "address": f"GET http://{name}/x HTTP/1.1\r\nHost: {name}\r\nConnection: close\r\n\r\n",
        "Host": f"GET http://page.test/x HTTP/1.1\r\nHost: {name}\r\nConnection: close\r\n\r\n",
    }
    for text in lines.values():
        with socket.create_connection(("127.0.0.1", proxy.port), PATIENCE) as plain:
            plain.sendall(text.encode())
            plain.settimeout(0.3)
            _all(plain)
    assert goes_on(proxy)


BOMB = gzip.compress(b"a=" + b"x" * 100_000_000)


def test_a_body_that_inflates_without_end_stays_small_and_arrives_as_it_was(proxy: Proxy, origin: Origin) -> None:
    memory = proxy.memory()
    twice = zlib.compress(b'{"p": "' + b"A" * 50_000_000 + b'"}', 9)
    for body, kind in ((BOMB, b"application/x-www-form-urlencoded"), (twice, b"application/json")):
        head = b"POST /collect HTTP/1.1\r\nHost: third.test\r\nReferer: https://page.test/\r\n"
        head += b"Sec-Fetch-Site: cross-site\r\n"
        head += b"Content-Encoding: gzip\r\nContent-Type: " + kind + b"\r\nContent-Length: %d\r\n\r\n" % len(body)
        assert b"200 OK" in ask(proxy, head + body, "third.test")
    assert [seen.body for seen in origin.seen] == [BOMB, twice]
    assert proxy.memory() - memory < 60_000_000


def test_a_leaf_lives_no_longer_than_browsers_accept_and_names_its_host(proxy: Proxy) -> None:
    with socket.create_connection(("127.0.0.1", proxy.port), PATIENCE) as plain:
        plain.sendall(b"CONNECT page.test:443 HTTP/1.1\r\nHost: page.test:443\r\n\r\n")
        plain.recv(4096)
        context = ssl.create_default_context(cafile=str(proxy.ca_file))
        with context.wrap_socket(plain, server_hostname="page.test") as secure:
            leaf = x509.load_der_x509_certificate(secure.getpeercert(binary_form=True) or b"")
    assert leaf.not_valid_after_utc - leaf.not_valid_before_utc <= timedelta(days=200)
    names = leaf.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    assert names.get_values_for_type(x509.DNSName) == ["page.test"]
    usage = leaf.extensions.get_extension_for_class(x509.ExtendedKeyUsage).value
    assert ExtendedKeyUsageOID.SERVER_AUTH in usage
