"""Connections that go through unopened: the real proxy, real handshakes, and origins with bad certificates."""

from __future__ import annotations

import contextlib
import datetime as dt
import json
import socket
import ssl
import threading
import time
from typing import TYPE_CHECKING

import httpx
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from proxy_origin import Origin, an_origin
from proxy_process import Proxy, a_proxy, louver

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

pytestmark = pytest.mark.live

PATIENCE = 10.0


@pytest.fixture(scope="module")
def origin(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Origin]:
    with an_origin(tmp_path_factory.mktemp("origin")) as running:
        yield running


@pytest.fixture
def proxy(tmp_path: Path, origin: Origin) -> Iterator[Proxy]:
    with a_proxy(tmp_path / "home", origin) as running:
        yield running


def get(proxy: Proxy, host: str, ca_file: object, *, insecure: bool = False) -> bytes:
    """Ask for a page through a tunnel; raises SSLError where the certificate that comes is not signed by `ca_file`."""
    context = ssl.create_default_context(cafile=str(ca_file))
    if insecure:
        context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    with socket.create_connection(("127.0.0.1", proxy.port), PATIENCE) as plain:
        plain.sendall(f"CONNECT {host}:443 HTTP/1.1\r\nHost: {host}:443\r\n\r\n".encode())
        assert b" 200 " in plain.recv(4096)
        with context.wrap_socket(plain, server_hostname=host) as secure:
            secure.sendall(f"GET / HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n".encode())
            return b"".join(iter(lambda: secure.recv(65536), b""))


def until[T](look: Callable[[], T]) -> T:
    end = time.monotonic() + PATIENCE
    while not (found := look()) and time.monotonic() < end:
        time.sleep(0.05)
    return found


def learned(proxy: Proxy) -> list[dict[str, str]]:
    listed = louver(proxy.home, "passthrough", "list", "--json")
    rows: list[dict[str, str]] = json.loads(listed.stdout)["learned"]
    return rows


def test_a_bank_is_left_alone_and_counted(proxy: Proxy, origin: Origin) -> None:
    assert b"200 OK" in get(proxy, "www.chase.com", origin.ca_file)
    with pytest.raises(ssl.SSLError):
        get(proxy, "www.chase.com", proxy.ca_file)
    proxy.stop()
    rows = proxy.rows("SELECT host, site, bytes, reason FROM passthroughs")
    assert {(row["host"], row["reason"]) for row in rows} == {("www.chase.com", "a bank, left alone")}
    assert all(row["bytes"] > 500 for row in rows)
    assert proxy.rows("SELECT host FROM exchanges") == []


def test_a_client_that_insists_on_the_sites_own_certificate_gets_it(proxy: Proxy, origin: Origin) -> None:
    assert b"200 OK" in get(proxy, "page.test", proxy.ca_file)
    with pytest.raises(ssl.SSLError):
        get(proxy, "pinned.test", origin.ca_file)
    assert b"200 OK" in get(proxy, "pinned.test", origin.ca_file)
    (row,) = until(lambda: learned(proxy))
    assert (row["host"], row["client"]) == ("pinned.test", "127.0.0.1")
    assert "insists" in row["why"]
    # and every other host is looked into as before
    assert b"200 OK" in get(proxy, "www.pinned.test", proxy.ca_file)
    assert louver(proxy.home, "passthrough", "forget", "pinned.test").stdout == "forgot 1 host\n"
    until(lambda: _opened(proxy, "pinned.test"))
    assert _opened(proxy, "pinned.test")
    proxy.stop()
    faults = proxy.rows("SELECT kind, answer FROM faults WHERE host = 'pinned.test'")
    assert "passes from now on" in faults[0]["answer"]
    assert proxy.rows("SELECT reason FROM passthroughs WHERE host = 'pinned.test'")


def _opened(proxy: Proxy, host: str) -> bool:
    try:
        return bool(get(proxy, host, proxy.ca_file))
    except ssl.SSLError:
        return False


def test_a_tracker_that_will_not_be_looked_into_stays_out(proxy: Proxy, origin: Origin) -> None:
    for _ in range(2):
        with pytest.raises(ssl.SSLError):
            get(proxy, "tracker.test", origin.ca_file)
    assert origin.paths("tracker.test") == []
    assert learned(proxy) == []


def test_hosts_are_added_and_removed_while_it_runs(proxy: Proxy, origin: Origin) -> None:
    assert _opened(proxy, "mine.test")
    assert louver(proxy.home, "passthrough", "add", "https://Mine.test/login").returncode == 0
    assert until(lambda: not _opened(proxy, "mine.test"))
    assert b"200 OK" in get(proxy, "mine.test", origin.ca_file)
    assert louver(proxy.home, "passthrough", "remove", "mine.test", "chase.com").returncode == 0
    assert until(lambda: _opened(proxy, "mine.test"))
    assert until(lambda: _opened(proxy, "www.chase.com"))
    assert "chase.com   (opened" in louver(proxy.home, "passthrough").stdout
    assert louver(proxy.home, "passthrough", "add", "not a host").returncode == 2


def test_a_broken_choice_is_one_clear_line_and_the_last_one_stays(proxy: Proxy, origin: Origin) -> None:
    louver(proxy.home, "passthrough", "add", "mine.test")
    assert until(lambda: not _opened(proxy, "mine.test"))
    file = proxy.home / "config" / "louver" / "passthrough.json"
    file.write_text("{nonsense")
    until(lambda: proxy.errors)
    assert any("passthrough.json" in line and "stays in force" in line for line in proxy.errors)
    assert b"200 OK" in get(proxy, "mine.test", origin.ca_file)
    assert len([line for line in proxy.errors if "passthrough.json" in line]) == 1


@contextlib.contextmanager
def a_server(folder: Path, *, name: str, days: int, wants_certificate: bool = False) -> Iterator[tuple[int, Path]]:
    """Serve `hello` under a certificate that signs itself."""
    key = ec.generate_private_key(ec.SECP256R1())
    end = dt.datetime.now(dt.UTC) + dt.timedelta(days=days)
    subject = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, name)])
    builder = x509.CertificateBuilder(subject, subject, key.public_key(), 7, end - dt.timedelta(days=30), end)
    certificate = builder.add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), False).sign(
        key, hashes.SHA256()
    )
    public = certificate.public_bytes(serialization.Encoding.PEM)
    secret = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    (folder / "server.pem").write_bytes(secret + public)
    (folder / "public.pem").write_bytes(public)
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(folder / "server.pem")
    if wants_certificate:
        context.load_verify_locations(folder / "public.pem")
        context.verify_mode = ssl.CERT_REQUIRED
    with socket.create_server(("127.0.0.1", 0)) as listening:
        threading.Thread(target=_serve, args=(listening, context), daemon=True).start()
        yield listening.getsockname()[1], folder / "public.pem"


def _serve(listening: socket.socket, context: ssl.SSLContext) -> None:
    while True:
        try:
            plain, _ = listening.accept()
        except OSError:
            return
        with contextlib.suppress(OSError), plain, context.wrap_socket(plain, server_side=True) as secure:
            secure.recv(65536)
            secure.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\nConnection: close\r\n\r\nhello")


@pytest.mark.parametrize(
    ("name", "days", "trusted", "said"),
    [
        ("bad.test", -5, True, "expired"),
        ("bad.test", 5, False, "self-signed"),
        ("other.test", 5, True, "ostname mismatch"),
    ],
    ids=["expired", "self-signed", "wrong host"],
)
def test_an_invalid_certificate_is_refused_and_then_shown(
    tmp_path: Path, origin: Origin, name: str, days: int, trusted: bool, said: str
) -> None:
    with a_server(tmp_path, name=name, days=days) as (port, public):
        ca = ("--set", f"ssl_verify_upstream_trusted_ca={public}") if trusted else ()
        ways = [f":443:127.0.0.1:{port}"]
        with a_proxy(tmp_path / "home", origin, *ca, detours=ways, trusting=False) as proxy:
            refused = get(proxy, "bad.test", proxy.ca_file)
            assert refused.startswith(b"HTTP/1.1 502")
            assert b"hello" not in refused
            assert said.encode() in refused
            # the next connection is the client's own affair: it sees the site's own certificate, and refuses it itself
            with pytest.raises(ssl.SSLCertVerificationError):
                get(proxy, "bad.test", origin.ca_file)
            with pytest.raises(ssl.SSLCertVerificationError):
                get(proxy, "bad.test", proxy.ca_file)
            assert b"hello" in get(proxy, "bad.test", proxy.ca_file, insecure=True)
            proxy.stop()
            (fault,) = proxy.rows("SELECT detail, answer FROM faults WHERE kind = 'certificate'")
    assert said in fault["detail"]
    assert fault["answer"] == "the site was not opened"


def test_a_site_that_wants_a_certificate_of_the_persons_is_left_to_the_client(tmp_path: Path, origin: Origin) -> None:
    with a_server(tmp_path, name="mutual.test", days=5, wants_certificate=True) as (port, public):
        ca = ("--set", f"ssl_verify_upstream_trusted_ca={public}")
        with a_proxy(tmp_path / "home", origin, *ca, detours=[f":443:127.0.0.1:{port}"], trusting=False) as proxy:
            with contextlib.suppress(ConnectionError):
                assert get(proxy, "mutual.test", proxy.ca_file)[:12] in (b"", b"HTTP/1.1 502")
            (row,) = until(lambda: learned(proxy))
            assert "asks for a certificate" in row["why"]
            context = ssl.create_default_context(cafile=str(public))
            context.load_cert_chain(tmp_path / "server.pem")
            with httpx.Client(proxy=proxy.url, verify=context, trust_env=False) as client:
                assert client.get("https://mutual.test/").text == "hello"


def test_everything_is_opened_where_passing_is_switched_off(tmp_path: Path, origin: Origin) -> None:
    with a_proxy(tmp_path / "home", origin, "--set", "louver_passthrough=false") as proxy:
        assert _opened(proxy, "www.chase.com")


def test_invitations_to_http3_are_taken_out_and_counted(proxy: Proxy, origin: Origin) -> None:
    origin.serve("/", b"x", "text/html", ("Alt-Svc", 'h3=":443"; ma=86400'), ("X-Kept", "1"))
    for _ in range(3):
        answer = get(proxy, "page.test", proxy.ca_file).lower()
        assert b"alt-svc" not in answer
        assert b"x-kept: 1" in answer
    proxy.stop()
    rows = proxy.rows("SELECT host, sum(times) AS times FROM faults WHERE kind = 'hint' GROUP BY host")
    assert rows == [{"host": "page.test", "times": 3}]
