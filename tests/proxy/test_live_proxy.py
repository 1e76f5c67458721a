"""The real proxy as a process of its own, on loopback, with the real engine and ledger. No browser here."""

from __future__ import annotations

import base64
import contextlib
import hashlib
import os
import signal
import socket
import ssl
import threading
import time
from typing import TYPE_CHECKING

import httpx
import pytest
from proxy_origin import MEGABYTE, Handler, Origin, an_origin, free_port
from proxy_process import Proxy, a_proxy, louver

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

pytestmark = pytest.mark.live

PAGE = "https://page.test/article?id=7"
PATIENCE = 15.0


@pytest.fixture(scope="module")
def origin(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Origin]:
    with an_origin(tmp_path_factory.mktemp("origin")) as running:
        yield running


@pytest.fixture(autouse=True)
def _fresh(origin: Origin) -> None:
    origin.seen.clear()
    origin.answers.clear()


@pytest.fixture
def proxy(tmp_path: Path, origin: Origin) -> Iterator[Proxy]:
    with a_proxy(tmp_path / "home", origin, "--policy", "balanced") as running:
        yield running


class PrefersHttp2(ssl.SSLContext):
    """As browsers do; httpx names HTTP/1.1 first."""

    def set_alpn_protocols(self, alpn_protocols: Iterable[str]) -> None:
        super().set_alpn_protocols(sorted(alpn_protocols, key="h2 http/1.1".index))


@pytest.fixture(scope="module")
def lasting(tmp_path_factory: pytest.TempPathFactory, origin: Origin) -> Iterator[Proxy]:
    """One proxy for the tests that look at traffic alone."""
    with a_proxy(tmp_path_factory.mktemp("lasting"), origin, "--policy", "balanced") as running:
        yield running


def client(proxy: Proxy, *, http2: bool = False) -> httpx.Client:
    context = PrefersHttp2(ssl.PROTOCOL_TLS_CLIENT)
    context.load_verify_locations(str(proxy.ca_file))
    return httpx.Client(proxy=proxy.url, verify=context, http2=http2, timeout=PATIENCE, trust_env=False)


def as_script(**more: str) -> dict[str, str]:
    """What a browser says when a page loads a script from elsewhere."""
    return {
        "Sec-Fetch-Dest": "script",
        "Sec-Fetch-Mode": "no-cors",
        "Sec-Fetch-Site": "cross-site",
        "Referer": PAGE,
        **more,
    }


def as_document() -> dict[str, str]:
    return {"Sec-Fetch-Dest": "document", "Sec-Fetch-Mode": "navigate", "Sec-Fetch-Site": "none"}


@pytest.mark.parametrize("http2", [False, True])
def test_what_policy_takes_out_never_reaches_the_origin(tmp_path: Path, origin: Origin, http2: bool) -> None:
    way = f":443:127.0.0.1:{origin.h2 if http2 else origin.https}"
    with a_proxy(tmp_path / "home", origin, "--policy", "balanced", detours=[way]) as proxy:
        with client(proxy, http2=http2) as browser:
            assert browser.get(PAGE, headers=as_document()).status_code == 200
            blocked = browser.get("https://tracker.test/t.js", headers=as_script())
            passed = browser.get(
                "https://pixel.test/p.js?a=%zz&xclid=s3cret-click&b=;&b=",
                headers=as_script(Cookie="theme=dark; _xid=abcdef1234567890abcdef12"),
            )
            assert passed.http_version == ("HTTP/2" if http2 else "HTTP/1.1")
        assert proxy.stop() == 0
        rows = {row["host"]: row for row in proxy.rows("SELECT * FROM exchanges")}
        signals = {row["kind"]: row for row in proxy.rows("SELECT * FROM signals WHERE host = 'pixel.test'")}
        everything = (proxy.home / "data" / "louver" / "ledger.db").read_bytes()
    assert (blocked.status_code, blocked.content) == (200, b"")
    assert blocked.headers["content-type"].startswith("text/javascript")
    assert origin.paths("tracker.test") == []
    assert origin.paths("pixel.test") == ["/p.js?a=%zz&b=;&b="]
    sent = next(seen for seen in origin.seen if seen.host == "pixel.test")
    assert sent.headers["cookie"] == "theme=dark"
    assert sent.headers["referer"] == "https://page.test/"
    assert sent.headers["sec-gpc"] == "1"
    if http2:
        assert sent.version == "HTTP/2"
        assert "_xid" not in passed.headers["set-cookie"]
    assert rows["tracker.test"]["action"] == "block"
    assert rows["tracker.test"]["status"] is None
    assert rows["tracker.test"]["category"] == "advertising"
    assert rows["pixel.test"]["site"] == "page.test"
    assert rows["pixel.test"]["changed"] == 1
    assert signals["click-id"]["outcome"] == "blocked"
    assert signals["third-party-id-cookie"]["outcome"] == "blocked"
    assert b"s3cret-click" not in everything
    assert b"abcdef1234567890abcdef12" not in everything


def test_an_origin_gets_every_byte_of_what_nobody_edits(lasting: Proxy, origin: Origin) -> None:
    lines = b"GET /a%zz?x=1&&y;=%20 HTTP/1.1\r\nhOsT: page.test\r\nX-Odd:  v\xe4lue\r\nx-odd: 2\r\nA: \r\n\r\n"
    with tunnel(lasting, "page.test") as secure:
        secure.sendall(lines)
        secure.recv(65536)
    (seen,) = origin.seen
    assert seen.path == "/a%zz?x=1&&y;=%20"
    assert [name for name, _ in seen.raw][:4] == ["hOsT", "X-Odd", "x-odd", "A"]
    assert seen.raw[1][1].encode("latin-1") == b"v\xe4lue"


@contextlib.contextmanager
def tunnel(proxy: Proxy, host: str, port: int = 443, *, tls: bool = True) -> Iterator[socket.socket]:
    with socket.create_connection(("127.0.0.1", proxy.port), PATIENCE) as plain:
        plain.sendall(f"CONNECT {host}:{port} HTTP/1.1\r\nHost: {host}:{port}\r\n\r\n".encode())
        assert b" 200 " in plain.recv(4096)
        if not tls:
            yield plain
            return
        context = ssl.create_default_context(cafile=str(proxy.ca_file))
        with context.wrap_socket(plain, server_hostname=host) as secure:
            yield secure


def test_a_large_file_streams_with_flat_memory(proxy: Proxy, origin: Origin) -> None:
    size = 256 * MEGABYTE

    def large(handler: Handler) -> None:
        handler.send_response(200)
        handler.send_header("Content-Length", str(size))
        handler.end_headers()
        for _ in range(256):
            handler.wfile.write(bytes(MEGABYTE))

    origin.answers["/large"] = large
    with client(proxy, http2=True) as browser:
        browser.get("https://page.test/small")
        before = proxy.memory()
        got = 0
        with browser.stream("GET", "https://page.test/large") as answer:
            got = sum(map(len, answer.iter_raw()))
    assert got == size
    assert proxy.memory() - before < 20 * MEGABYTE
    proxy.stop()
    (row,) = proxy.rows("SELECT received_bytes FROM exchanges WHERE path = '/large'")
    assert row["received_bytes"] == size


def test_the_first_byte_does_not_wait_for_the_last(lasting: Proxy, origin: Origin) -> None:
    arrived = threading.Event()

    def events(handler: Handler) -> None:
        handler.send_response(200)
        handler.send_header("Content-Type", "text/event-stream")
        handler.send_header("Connection", "close")
        handler.end_headers()
        handler.wfile.write(b"data: 1\n\n")
        handler.wfile.flush()
        # The second event is sent only once the first has reached the browser.
        handler.wfile.write(b"data: 2\n\n" if arrived.wait(PATIENCE) else b"data: never\n\n")
        handler.close_connection = True

    origin.answers["/events"] = events
    with client(lasting) as browser, browser.stream("GET", "https://page.test/events") as answer:
        chunks = answer.iter_raw()
        assert next(chunks) == b"data: 1\n\n"
        arrived.set()
        assert b"".join(chunks) == b"data: 2\n\n"


def test_uploads_arrive_whole(proxy: Proxy, origin: Origin) -> None:
    large = os.urandom(20 * MEGABYTE)
    with client(proxy) as browser:
        before = proxy.memory()
        browser.put("https://page.test/known", content=large)
        browser.post("https://page.test/unknown", content=iter([large[:MEGABYTE], large[MEGABYTE:]]))
        browser.post("https://page.test/small", content=b"a=b")
        assert proxy.memory() - before < 20 * MEGABYTE
    assert [hashlib.sha256(seen.body).digest() for seen in origin.seen] == [
        hashlib.sha256(body).digest() for body in (large, large, b"a=b")
    ]
    proxy.stop()
    rows = {row["path"]: row["sent_bytes"] for row in proxy.rows("SELECT path, sent_bytes FROM exchanges")}
    assert rows["/known"] == len(large)
    assert rows["/small"] == 3


def test_heads_ranges_and_asking_before_sending(lasting: Proxy, origin: Origin) -> None:
    origin.serve("/part", b"abc", "text/plain", ("Content-Range", "bytes 0-2/9"))
    with client(lasting) as browser:
        head = browser.head("https://page.test/part")
        assert (head.headers["content-length"], head.content) == ("3", b"")
        assert browser.get("https://page.test/part", headers={"Range": "bytes=0-2"}).content == b"abc"
        sent = browser.post("https://page.test/p", content=b"body", headers={"Expect": "100-continue"})
        assert sent.status_code == 200
    assert origin.seen[1].headers["range"] == "bytes=0-2"
    assert origin.seen[2].body == b"body"


def test_websocket_messages_pass_both_ways(proxy: Proxy, origin: Origin) -> None:
    key = base64.b64encode(b"0123456789abcdef").decode()

    def chat(handler: Handler) -> None:
        proof = hashlib.sha1((key + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11").encode()).digest()
        handler.wfile.write(
            b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            b"Sec-WebSocket-Accept: " + base64.b64encode(proof) + b"\r\n\r\n"
        )
        head = handler.rfile.read(6)
        masked = handler.rfile.read(head[1] & 0x7F)
        text = bytes(byte ^ head[2 + index % 4] for index, byte in enumerate(masked))
        handler.wfile.write(b"\x81" + bytes([len(text) + 5]) + b"echo " + text)
        handler.close_connection = True

    origin.answers["/chat"] = chat
    with tunnel(proxy, "page.test") as secure:
        secure.sendall(
            f"GET /chat HTTP/1.1\r\nHost: page.test\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            f"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: {key}\r\n\r\n".encode()
        )
        got = b""
        while not got.endswith(b"\r\n\r\n"):
            got += secure.recv(4096)
        secure.sendall(b"\x81\x82\x01\x02\x03\x04" + bytes([ord("h") ^ 1, ord("i") ^ 2]))
        assert secure.recv(4096) == b"\x81\x07echo hi"
    proxy.stop()
    (row,) = proxy.rows("SELECT coverage, status, scheme FROM exchanges")
    assert row == {"coverage": "websocket", "status": 101, "scheme": "wss"}


def test_what_is_not_looked_into_is_counted(tmp_path: Path, origin: Origin) -> None:
    ways = [f"echo.test:443:127.0.0.1:{origin.echo}", f":443:127.0.0.1:{origin.https}"]
    home = tmp_path / "home"
    with a_proxy(home, origin, "--set", "ignore_hosts=bank[.]test", detours=ways) as proxy:
        with tunnel(proxy, "echo.test", tls=False) as plain:
            plain.sendall(b"\x00\x01\x02 not http")
            assert plain.recv(100) == b"\x00\x01\x02 not http"
        with tunnel(proxy, "bank.test", tls=False) as plain:
            context = ssl.create_default_context(cafile=str(origin.ca_file))
            with context.wrap_socket(plain, server_hostname="bank.test") as secure:
                secure.sendall(b"GET /account HTTP/1.1\r\nHost: bank.test\r\n\r\n")
                assert b"/account" in secure.recv(65536) + secure.recv(65536)
        assert proxy.stop() == 0
        rows = {row["host"]: row for row in proxy.rows("SELECT * FROM passthroughs")}
        assert proxy.rows("SELECT * FROM exchanges") == []
    assert rows["echo.test"]["bytes"] == 2 * len(b"\x00\x01\x02 not http")
    assert rows["bank.test"]["bytes"] > 500


def test_a_client_that_does_not_trust_us_is_written_down(proxy: Proxy) -> None:
    with (
        socket.create_connection(("127.0.0.1", proxy.port), PATIENCE) as plain,
        contextlib.suppress(ssl.SSLError),
    ):
        plain.sendall(b"CONNECT pinned.test:443 HTTP/1.1\r\nHost: pinned.test:443\r\n\r\n")
        plain.recv(4096)
        ssl.create_default_context().wrap_socket(plain, server_hostname="pinned.test")
    proxy.stop()
    (fault,) = proxy.rows("SELECT host, kind FROM faults")
    assert fault == {"host": "pinned.test", "kind": "certificate"}


@pytest.mark.parametrize(
    "lines",
    [
        b"POST / HTTP/1.1\r\nHost: page.test\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: page.test\r\nBad\x00Name: 1\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: page.test\r\nContent-Length: 3\r\nContent-Length: 4\r\n\r\nabcd",
    ],
)
def test_a_request_that_two_readers_would_read_differently_is_refused(
    lasting: Proxy, origin: Origin, lines: bytes
) -> None:
    with tunnel(lasting, "page.test") as secure:
        secure.sendall(lines)
        assert secure.recv(4096).startswith(b"HTTP/1.1 400")
    assert origin.seen == []


def test_a_detour_uses_one_connection_for_many_requests(lasting: Proxy, origin: Origin) -> None:
    with client(lasting) as browser:
        for number in range(3):
            assert browser.get(f"https://page.test/{number}").status_code == 200
    assert len({seen.peer for seen in origin.seen}) == 1


def test_an_invalid_certificate_of_a_site_is_not_papered_over(tmp_path: Path, origin: Origin) -> None:
    with (
        a_proxy(tmp_path / "home", origin, trusting=False) as proxy,
        client(proxy) as browser,
    ):
        assert browser.get("https://page.test/").status_code == 502
    assert origin.seen == []


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_nothing_is_lost_when_it_is_told_to_stop(proxy: Proxy, number: int) -> None:
    with client(proxy) as browser:
        for index in range(60):
            browser.get(f"https://page.test/{index}x")
        assert proxy.stop(number) == 0
    assert len(proxy.rows("SELECT * FROM exchanges")) == 60
    (run,) = proxy.rows("SELECT ended_at, dropped FROM runs")
    assert run["ended_at"] is not None
    assert run["dropped"] == 0
    assert proxy.errors == []


def test_what_is_on_its_way_at_the_end_is_written_down(proxy: Proxy, origin: Origin) -> None:
    asked = threading.Event()

    def hang(handler: Handler) -> None:
        asked.set()
        time.sleep(PATIENCE)
        del handler

    origin.answers["/hangs"] = hang
    with tunnel(proxy, "page.test") as secure:
        secure.sendall(b"GET /hangs HTTP/1.1\r\nHost: page.test\r\n\r\n")
        assert asked.wait(PATIENCE)
        assert proxy.stop() == 0
    (row,) = proxy.rows("SELECT path, status FROM exchanges")
    assert row == {"path": "/hangs", "status": None}


def test_an_edited_policy_takes_effect_and_a_broken_edit_does_not(tmp_path: Path, origin: Origin) -> None:
    home = tmp_path / "home"
    home.mkdir()
    policy = home / "mine.yaml"
    policy.write_text("name: mine\nextends: observe\n")
    with a_proxy(home, origin, "--policy", str(policy)) as proxy, client(proxy) as browser:

        def status() -> str:
            answer = browser.get("https://tracker.test/t.js", headers=as_script())
            return "blocked" if answer.headers.get("cache-control") == "no-store" else "passed"

        def becomes(wanted: str) -> bool:
            until = time.monotonic() + PATIENCE
            while status() != wanted and time.monotonic() < until:
                time.sleep(0.1)
            return status() == wanted

        browser.get(PAGE, headers=as_document())
        assert status() == "passed"
        policy.write_text("name: mine\nextends: strict\n")
        assert becomes("blocked")
        policy.write_text("name: mine\nextends: strict\nrules:\n  - {kind: refferrer, treatment: strip}\n")
        until = time.monotonic() + PATIENCE
        while not any("mine.yaml" in line for line in proxy.errors) and time.monotonic() < until:
            time.sleep(0.1)
        assert status() == "blocked"
        time.sleep(2.5)  # two more looks, which must not say it again
        (line,) = [line for line in proxy.errors if "mine.yaml" in line]
        assert "mine.yaml:4" in line
        assert "refferrer" in line
        policy.write_text("name: mine\nextends: observe\n")
        assert becomes("passed")


def test_a_busy_port_and_a_strange_ledger_are_one_clear_line(tmp_path: Path, origin: Origin) -> None:
    busy = louver(tmp_path, "run", "--listen", f"127.0.0.1:{origin.http}")
    assert (busy.returncode, busy.stderr.count("\n")) == (1, 1)
    assert f"cannot listen on 127.0.0.1:{origin.http}: the address is in use" in busy.stderr
    note = tmp_path / "note.txt"
    note.write_text("something of mine, long enough to be taken for a database by nobody")
    strange = louver(tmp_path, "run", "--listen", f"127.0.0.1:{free_port()}", "--ledger", str(note))
    assert (strange.returncode, strange.stderr.count("\n")) == (1, 1)
    assert "note.txt is not a ledger" in strange.stderr
    assert note.read_text().startswith("something of mine")
    assert list(tmp_path.glob("note*")) == [note]


def test_strangers_need_the_password(tmp_path: Path, origin: Origin) -> None:
    with a_proxy(tmp_path / "home", origin, "--listen", "0.0.0.0:0", "--set", "proxyauth=me:s3cret") as proxy:
        asked = httpx.get("http://page.test/", proxy=proxy.url, trust_env=False)
        assert asked.status_code == 407
        assert origin.seen == []
        allowed = httpx.get("http://page.test/", proxy=f"http://me:s3cret@127.0.0.1:{proxy.port}", trust_env=False)
        assert allowed.status_code == 200
        assert "proxy-authorization" not in origin.seen[0].headers
