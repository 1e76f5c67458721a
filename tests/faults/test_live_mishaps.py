"""Mishaps made on purpose: what the client saw, what the ledger says, and that the service goes on."""

from __future__ import annotations

import contextlib
import os
import resource
import signal
import socket
import sqlite3
import ssl
import struct
import threading
import time
from pathlib import Path
from typing import TYPE_CHECKING

import httpx
import pytest
from proxy_origin import Handler, Origin, an_origin
from proxy_process import TABLE, Proxy, a_proxy

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

pytestmark = pytest.mark.live

PATIENCE = 15.0
ABORT = struct.pack("ii", 1, 0)
"""SO_LINGER of nothing: a reset in the place of a goodbye."""


@pytest.fixture(scope="module")
def origin(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Origin]:
    with an_origin(tmp_path_factory.mktemp("origin")) as running:
        running.answers["/resets"] = resets
        running.answers["/slow"] = slow
        yield running


@pytest.fixture(scope="module")
def clock(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("clock") / "offset"


@pytest.fixture(autouse=True, scope="module")
def _upset(clock: Path) -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PYTHONPATH", str(Path(__file__).resolve().parent))
        patch.setenv("FAULTS_CLOCK", str(clock))
        yield


@pytest.fixture(scope="module")
def lasting(tmp_path_factory: pytest.TempPathFactory, origin: Origin) -> Iterator[Proxy]:
    """One proxy for all mishaps that it has to survive."""
    with a_proxy(tmp_path_factory.mktemp("lasting"), origin) as running:
        yield running


@pytest.fixture
def proxy(tmp_path: Path, origin: Origin) -> Iterator[Proxy]:
    with a_proxy(tmp_path / "home", origin) as running:
        yield running


def resets(handler: Handler) -> None:
    handler.send_response(200)
    handler.send_header("Content-Length", "1000000")
    handler.end_headers()
    handler.wfile.write(b"x" * 200_000)
    handler.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, ABORT)
    os.close(handler.connection.detach())
    handler.close_connection = True


def slow(handler: Handler) -> None:
    time.sleep(1.5)
    handler.answer(b"slow", "text/plain")


def client(proxy: Proxy, **options: float) -> httpx.Client:
    context = ssl.create_default_context(cafile=str(proxy.ca_file))
    return httpx.Client(proxy=proxy.url, verify=context, timeout=options.get("timeout", PATIENCE), trust_env=False)


def goes_on(proxy: Proxy) -> bool:
    with client(proxy) as browser:
        return browser.get("https://page.test/goes-on").status_code == 200


def live_rows(proxy: Proxy, question: str) -> list[sqlite3.Row]:
    """Ask the ledger while the proxy writes it."""
    path = proxy.home / "data" / "louver" / "ledger.db"
    with contextlib.closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as ledger:
        ledger.row_factory = sqlite3.Row
        return ledger.execute(question).fetchall()


def until[T](look: Callable[[], T]) -> T:
    end = time.monotonic() + PATIENCE
    while not (found := look()) and time.monotonic() < end:
        time.sleep(0.1)
    return found


def written(proxy: Proxy, path: str) -> sqlite3.Row:
    (row,) = until(lambda: live_rows(proxy, f"SELECT * FROM exchanges WHERE path = '{path}'"))
    return row


def open_files(proxy: Proxy) -> int:
    return len(list(Path(f"/proc/{proxy.process.pid}/fd").iterdir()))


def tunnel(proxy: Proxy, host: str) -> ssl.SSLSocket:
    plain = socket.create_connection(("127.0.0.1", proxy.port), PATIENCE)
    plain.sendall(f"CONNECT {host}:443 HTTP/1.1\r\nHost: {host}:443\r\n\r\n".encode())
    assert b" 200 " in plain.recv(4096)
    context = ssl.create_default_context(cafile=str(proxy.ca_file))
    return context.wrap_socket(plain, server_hostname=host)


def test_a_server_that_resets_in_the_middle(lasting: Proxy) -> None:
    with client(lasting) as browser, pytest.raises(httpx.TransportError):
        browser.get("https://page.test/resets")
    row = written(lasting, "/resets")
    assert (row["status"], row["duration"]) == (200, None)
    assert 0 < row["received_bytes"] < 1_000_000
    assert goes_on(lasting)


def test_a_client_that_has_said_all_and_closes_its_half(lasting: Proxy, origin: Origin) -> None:
    with socket.create_connection(("127.0.0.1", lasting.port), PATIENCE) as plain:
        plain.sendall(b"GET http://page.test/half HTTP/1.1\r\nHost: page.test\r\n\r\n")
        plain.shutdown(socket.SHUT_WR)
        answer = b"".join(iter(lambda: plain.recv(65536), b""))
    # mitmproxy gives such a client up; what matters is that it is told so at once, and that it stands in the ledger
    assert answer == b""
    row = written(lasting, "/half")
    assert (row["status"], row["duration"]) == (None, None)
    assert goes_on(lasting)
    del origin


def test_clients_that_never_finish_their_request_keep_nobody_waiting(lasting: Proxy) -> None:
    before = open_files(lasting)
    crowd = [socket.create_connection(("127.0.0.1", lasting.port), PATIENCE) for _ in range(200)]
    for each in crowd:
        each.sendall(b"GET http://page.test/loris HTTP/1.1\r\nX-A: ")
    assert goes_on(lasting)
    for each in crowd[:50]:
        each.sendall(b"b")
    assert goes_on(lasting)
    for each in crowd:
        each.close()
    assert until(lambda: open_files(lasting) <= before + 5)
    assert not live_rows(lasting, "SELECT * FROM exchanges WHERE path = '/loris'")


def test_many_connections_opened_and_dropped(lasting: Proxy) -> None:
    assert goes_on(lasting)
    files, memory = open_files(lasting), lasting.memory()
    for number in range(2_000):
        with socket.create_connection(("127.0.0.1", lasting.port), PATIENCE) as plain:
            if number % 2:
                plain.sendall(b"CONNECT page.test:443 HTTP/1.1\r\nHost: page.test:443\r\n\r\n"[: number % 60])
            plain.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, ABORT)
    assert goes_on(lasting)
    assert until(lambda: open_files(lasting) <= files + 5)
    assert lasting.memory() - memory < 25_000_000


def test_an_engine_that_raises_lets_nothing_out_and_is_written_down(lasting: Proxy, origin: Origin) -> None:
    with client(lasting) as browser:
        answer = browser.get("https://page.test/raises?uid=s3cret", headers={"Sec-Fetch-Dest": "document"})
    assert answer.status_code == 502
    assert "s3cret" not in answer.text
    assert not [path for path in origin.paths() if "raises" in path]
    row = written(lasting, "/raises")
    assert (row["coverage"], row["action"]) == ("failed", "block")
    (fault,) = live_rows(lasting, "SELECT * FROM faults WHERE kind = 'engine'")
    assert fault["answer"] == "blocked"
    assert "ValueError" in fault["detail"]
    assert "s3cret" not in fault["detail"]
    assert goes_on(lasting)


def test_a_clock_that_jumps(lasting: Proxy, clock: Path) -> None:
    with client(lasting) as browser:
        for day, path in ((0, "/before"), (400, "/ahead"), (-400, "/back")):
            clock.write_text(str(day * 86_400))
            assert browser.get(f"https://page.test{path}").status_code == 200
        slowly = threading.Thread(target=browser.get, args=("https://page.test/slow",))
        slowly.start()
        time.sleep(0.5)
        clock.write_text(str(-800 * 86_400))
        slowly.join()
        clock.write_text("0")
        assert browser.get("https://page.test/after").status_code == 200
    written(lasting, "/after")
    paths = ("/before", "/ahead", "/back", "/slow", "/after")
    rows = live_rows(lasting, f"SELECT path, at, duration FROM exchanges WHERE path IN {paths}")
    assert {row["path"] for row in rows} == set(paths)
    assert all(row["duration"] >= 0 for row in rows)


def test_a_list_that_is_replaced_under_load(lasting: Proxy, origin: Origin) -> None:
    failed: list[object] = []
    over = threading.Event()

    def load() -> None:
        with client(lasting) as browser:
            while not over.is_set():
                try:
                    answer = browser.get("https://page.test/load")
                    failed.extend([answer] if answer.status_code != 200 else [])
                except httpx.TransportError as error:
                    failed.append(error)

    def is_blocked() -> bool:
        told = {"Sec-Fetch-Dest": "script", "Referer": "https://page.test/", "Sec-Fetch-Site": "cross-site"}
        with client(lasting) as browser:
            return browser.get("https://fresh.test/t.js", headers=told).content == b""

    loads = [threading.Thread(target=load) for _ in range(3)]
    for each in loads:
        each.start()
    table = lasting.home / "table.yaml"
    row = "{domain: fresh.test, owner: Watch Inc, category: advertising}"
    assert not is_blocked()
    table.write_text(TABLE.replace("trackers: [", f"trackers: [{row}, "))
    assert until(is_blocked)
    table.write_text(TABLE + "nonsense: [")
    assert until(lambda: any("stays in force" in line for line in lasting.errors))
    assert is_blocked()
    table.write_text(TABLE)
    assert until(lambda: not is_blocked())
    over.set()
    for each in loads:
        each.join()
    assert failed == []
    del origin


def test_a_policy_that_turns_into_garbage(tmp_path: Path, origin: Origin) -> None:
    with a_proxy(tmp_path / "home", origin) as proxy:
        file = proxy.home / "config" / "louver" / "policy.yaml"
        file.parent.mkdir(parents=True, exist_ok=True)
        for garbage in (os.urandom(4096), b"", b"[" * 5_000, b"rules: {a: &a [*a]}"):
            file.write_bytes(garbage)
            time.sleep(1.2)
            assert goes_on(proxy)
        assert any("stays in force" in line for line in proxy.errors)
        assert not [line for line in proxy.errors if "Traceback" in line]


def test_names_that_do_not_exist_and_a_resolver_that_hangs(tmp_path: Path, origin: Origin) -> None:
    ways = [f"page.test:443:127.0.0.1:{origin.https}"]
    with a_proxy(tmp_path / "home", origin, detours=ways) as proxy:
        with client(proxy) as browser:
            assert browser.get("https://nowhere.invalid/").status_code == 502
        hanging = [threading.Thread(target=_ask_in_vain, args=(proxy, number)) for number in range(24)]
        for each in hanging:
            each.start()
        time.sleep(1)
        assert goes_on(proxy)
        with client(proxy) as browser:
            assert browser.get("https://other.invalid/").status_code == 502
        assert any(each.is_alive() for each in hanging)  # the others did not wait until the resolver let go
        for each in hanging:
            each.join()
        proxy.stop()
        rows = proxy.rows("SELECT host, status, duration FROM exchanges WHERE host LIKE '%.invalid'")
    assert {(row["host"], row["status"]) for row in rows} == {("nowhere.invalid", None), ("other.invalid", None)}


def _ask_in_vain(proxy: Proxy, number: int) -> None:
    with client(proxy) as browser, contextlib.suppress(httpx.TransportError):
        assert browser.get(f"https://hangs{number}.test/").status_code == 502


def test_a_full_disk_loses_nothing_once_there_is_room(proxy: Proxy) -> None:
    assert goes_on(proxy)
    written(proxy, "/goes-on")
    resource.prlimit(proxy.process.pid, resource.RLIMIT_FSIZE, (1024, resource.RLIM_INFINITY))
    with client(proxy) as browser:
        for number in range(40):
            assert browser.get(f"https://page.test/full/{number}x").status_code == 200
    assert until(lambda: any("cannot be written" in line for line in proxy.errors))
    resource.prlimit(proxy.process.pid, resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
    assert until(lambda: live_rows(proxy, "SELECT * FROM exchanges WHERE path = '/full/39x'"))
    assert proxy.stop() == 0
    assert len(proxy.rows("SELECT * FROM exchanges WHERE path LIKE '/full/%'")) == 40
    assert proxy.rows("SELECT * FROM faults WHERE kind = 'ledger' AND answer = 'written again'")
    assert proxy.rows("SELECT dropped FROM runs") == [{"dropped": 0}]


def test_a_ledger_that_somebody_else_holds(proxy: Proxy) -> None:
    assert goes_on(proxy)
    path = proxy.home / "data" / "louver" / "ledger.db"
    with contextlib.closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        with client(proxy) as browser:
            for number in range(20):
                assert browser.get(f"https://page.test/held/{number}x").status_code == 200
        time.sleep(2)
        other.execute("ROLLBACK")
    assert proxy.stop() == 0
    assert len(proxy.rows("SELECT * FROM exchanges WHERE path LIKE '/held/%'")) == 20
    assert proxy.rows("SELECT dropped FROM runs") == [{"dropped": 0}]


def test_a_ledger_that_is_deleted(proxy: Proxy) -> None:
    assert goes_on(proxy)
    written(proxy, "/goes-on")
    for file in (proxy.home / "data" / "louver").glob("ledger.db*"):
        file.unlink()
    with client(proxy) as browser:
        for number in range(20):
            assert browser.get(f"https://page.test/anew/{number}x").status_code == 200
    assert proxy.stop() == 0
    assert len(proxy.rows("SELECT * FROM exchanges WHERE path LIKE '/anew/%'")) == 20


def test_a_kill_under_load(tmp_path: Path, origin: Origin) -> None:
    with a_proxy(tmp_path / "home", origin) as proxy:
        with client(proxy) as browser:
            for number in range(100):
                browser.get(f"https://page.test/early/{number}x")
            time.sleep(1.5)  # what is older than half a second is on disk
            for number in range(30):
                browser.get(f"https://page.test/late/{number}x")
            proxy.process.send_signal(signal.SIGKILL)
            proxy.process.wait(20)
        assert len(proxy.rows("SELECT * FROM exchanges WHERE path LIKE '/early/%'")) == 100
        assert proxy.rows("PRAGMA integrity_check") == [{"integrity_check": "ok"}]
    with a_proxy(tmp_path / "home", origin) as again:
        assert goes_on(again)
        assert again.stop() == 0
        assert len(again.rows("SELECT * FROM runs")) == 2
