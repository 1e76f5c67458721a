from __future__ import annotations

import contextlib
import socket
import ssl
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import httpx
import pytest

from louver.demo.exchange import Answer, Arrival
from louver.demo.internet import Internet

if TYPE_CHECKING:
    from collections.abc import Iterator


@contextlib.contextmanager
def connected(internet: Internet, host: str) -> Iterator[ssl.SSLSocket]:
    """A TLS connection that trusts this internet's authority only, and checks the name."""
    context = ssl.create_default_context(cafile=str(internet.ca_file))
    with (
        socket.create_connection(internet.address, timeout=5) as plain,
        context.wrap_socket(plain, server_hostname=host) as tls,
    ):
        yield tls


def get(internet: Internet, url: str) -> httpx.Response:
    """Fetch through httpx, which asks the loopback port for a certificate of the URL's host."""
    parts = urlsplit(url)
    context = ssl.create_default_context(cafile=str(internet.ca_file))
    with httpx.Client(verify=context) as client:
        request = client.build_request(
            "GET",
            f"https://127.0.0.1:{internet.port}{parts.path or '/'}",
            headers={"Host": parts.hostname or ""},
            extensions={"sni_hostname": parts.hostname},
        )
        return client.send(request)


@pytest.mark.parametrize("host", ["daily-news.test", "deep.sub.any-name.test"])
def test_every_name_has_a_certificate_that_its_authority_vouches_for(internet: Internet, host: str) -> None:
    with connected(internet, host) as tls:
        certificate = tls.getpeercert()
    assert certificate is not None
    assert certificate["subjectAltName"] == (("DNS", host),)


def test_two_internets_do_not_trust_each_other(internet: Internet) -> None:
    with Internet() as other, socket.create_connection(internet.address, timeout=5) as plain:
        context = ssl.create_default_context(cafile=str(other.ca_file))
        with pytest.raises(ssl.SSLCertVerificationError):
            context.wrap_socket(plain, server_hostname="daily-news.test")


def test_record_holds_what_arrived_byte_for_byte(internet: Internet) -> None:
    lines = (
        b"POST /a%2Fb?x=1&x=2;y=%zz HTTP/1.1\r\nHost: adbazaar.test\r\nCookie: a=1; b=2\r\nCookie: c=3\r\n"
        b"Content-Length: 5\r\n\r\nhello"
    )
    with connected(internet, "adbazaar.test") as tls:
        tls.sendall(lines)
        assert tls.recv(12) == b"HTTP/1.1 404"
    (arrival,) = internet.received("adbazaar.test")
    assert arrival.method == "POST"
    assert arrival.target == "/a%2Fb?x=1&x=2;y=%zz"
    assert arrival.body == b"hello"
    assert arrival.cookies == {"a": "1", "b": "2", "c": "3"}
    assert arrival.time > 0


def test_one_connection_carries_many_exchanges(internet: Internet) -> None:
    internet.serve("a.test", "/x", Answer(b"again"))
    with connected(internet, "a.test") as tls:
        for _ in range(3):
            tls.sendall(b"GET /x HTTP/1.1\r\nHost: a.test\r\n\r\n")
            answer = b""
            while not answer.endswith(b"again"):
                answer += tls.recv(4096)
    assert len(internet.received("a.test", "/x")) == 3


def test_nonsense_and_hanging_up_do_not_stop_the_internet(internet: Internet) -> None:
    with connected(internet, "a.test") as tls:
        tls.sendall(b"\x00\xff nonsense\r\n\r\n")
    with connected(internet, "a.test") as tls:
        tls.sendall(b"POST / HTTP/1.1\r\nHost: a.test\r\nContent-Length: 100\r\n\r\nhalf")
    assert get(internet, "https://daily-news.test/").status_code == 200


def test_a_test_may_add_routes_and_unknown_hosts_are_recorded(internet: Internet) -> None:
    def echo(arrival: Arrival) -> Answer:
        return Answer(arrival.host.encode())

    internet.serve("own.test", "", echo)
    assert get(internet, "https://own.test/anything").text == "own.test"
    assert get(internet, "https://stranger.test/").status_code == 404
    assert [arrival.host for arrival in internet.received()] == ["own.test", "stranger.test"]
    internet.forget()
    assert internet.received() == []


def test_head_and_304_carry_no_body(internet: Internet) -> None:
    internet.serve("a.test", "/", Answer(b"body"))
    internet.serve("a.test", "/same", Answer(status=304))
    with connected(internet, "a.test") as tls:
        tls.sendall(
            b"HEAD / HTTP/1.1\r\nHost: a.test\r\n\r\nGET /same HTTP/1.1\r\nHost: a.test\r\nConnection: close\r\n\r\n"
        )
        answer = b"".join(iter(lambda: tls.recv(4096), b""))
    head, same, rest = answer.split(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 200")
    assert b"Content-Length: 4" in head
    assert same.startswith(b"HTTP/1.1 304")
    assert rest == b""


def test_nothing_is_left_behind() -> None:
    with Internet() as internet:
        folder, address = internet.ca_file.parent, internet.address
        assert folder.exists()
    assert not folder.exists()
    with pytest.raises(OSError, match="refused"):
        socket.create_connection(address, timeout=1)
