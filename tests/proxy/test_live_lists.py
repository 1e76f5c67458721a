"""Lists and aliases at the real proxy: taken up while traffic flows, and looked behind with a real name server."""

from __future__ import annotations

import json
import threading
import time
from typing import TYPE_CHECKING

import httpx
import pytest
from name_server import NameServer, a_name_server
from proxy_origin import Origin, an_origin
from proxy_process import Proxy, a_proxy, louver

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

pytestmark = pytest.mark.live

PATIENCE = 20.0
PAGE = "http://www.shop.test/"


@pytest.fixture(scope="module")
def origin(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Origin]:
    with an_origin(tmp_path_factory.mktemp("origin")) as running:
        yield running


@pytest.fixture(autouse=True)
def _fresh(origin: Origin) -> None:
    origin.seen.clear()


@pytest.fixture
def names() -> Iterator[NameServer]:
    with a_name_server() as server:
        yield server


def client(proxy: Proxy) -> httpx.Client:
    return httpx.Client(proxy=proxy.url, timeout=PATIENCE, trust_env=False)


def script(url: str, browser: httpx.Client) -> httpx.Response:
    lines = {"Sec-Fetch-Dest": "script", "Sec-Fetch-Mode": "no-cors", "Sec-Fetch-Site": "same-site", "Referer": PAGE}
    return browser.get(url, headers=lines)


def open_page(browser: httpx.Client) -> None:
    lines = {"Sec-Fetch-Dest": "document", "Sec-Fetch-Mode": "navigate", "Sec-Fetch-Site": "none"}
    browser.get(PAGE, headers=lines)


def until(condition: Callable[[], bool]) -> None:
    end = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < end, "it never came"
        time.sleep(0.05)


def test_lists_change_under_traffic_and_nothing_is_dropped(tmp_path: Path, origin: Origin) -> None:
    home, stop, failures, done = tmp_path / "home", threading.Event(), list[object](), [0]

    def browse(proxy: Proxy, number: int) -> None:
        with client(proxy) as browser:
            while not stop.is_set():
                try:
                    answer = browser.get(f"http://site{number}.test/{done[0]}", headers={"Sec-Fetch-Dest": "document"})
                    if answer.status_code != 200:
                        failures.append(answer)
                except httpx.HTTPError as error:
                    failures.append(error)
                done[0] += 1

    with a_proxy(home, origin, own_lists=False) as proxy, client(proxy) as browser:
        threads = [threading.Thread(target=browse, args=(proxy, number)) for number in range(4)]
        for thread in threads:
            thread.start()
        mine = home / "mine.txt"
        mine.write_text("! Version: 1\n||first.test^\n" + "".join(f"||bulk{n}.test^\n" for n in range(20_000)))
        assert louver(home, "lists", "add", str(mine)).returncode == 0
        until(lambda: script("http://first.test/a.js", browser).content == b"")
        mine.write_text(mine.read_text().replace("Version: 1", "Version: 2").replace("first", "second"))
        assert louver(home, "lists", "update").returncode == 0
        until(lambda: script("http://second.test/a.js", browser).content == b"")
        assert script("http://first.test/b.js", browser).content == b"/b.js"
        assert louver(home, "lists", "rollback", "mine").returncode == 0
        until(lambda: script("http://first.test/c.js", browser).content == b"")
        assert louver(home, "lists", "remove", "mine").returncode == 0
        until(lambda: script("http://first.test/d.js", browser).content == b"/d.js")
        stop.set()
        for thread in threads:
            thread.join()
        proxy.stop()
        assert done[0] > 100
        assert not failures
        assert not [line for line in proxy.errors if "Traceback" in line]
        versions = [
            {one["id"]: one["version"] for one in json.loads(row["lists"])}.get("mine")
            for row in proxy.rows("SELECT lists FROM rulesets")
        ]
        assert {"1", "2", None} <= set(versions)
        decided = proxy.rows("SELECT DISTINCT list, version FROM rules WHERE list = 'mine' ORDER BY version")
        assert decided == [{"list": "mine", "version": "1"}, {"list": "mine", "version": "2"}]


def test_a_damaged_list_is_named_and_the_proxy_starts(tmp_path: Path, origin: Origin) -> None:
    home = tmp_path / "home"
    home.mkdir()
    for name in ("one", "two"):
        (home / f"{name}.txt").write_text(f"||{name}.test^\n")
        louver(home, "lists", "add", str(home / f"{name}.txt"))
    for path in (home / "data" / "louver" / "lists").glob("one.*.txt"):
        path.write_text("||evil.test^\n")
    with a_proxy(home, origin, own_lists=False) as proxy, client(proxy) as browser:
        assert script("http://two.test/a.js", browser).content == b""
        assert script("http://evil.test/a.js", browser).content == b"/a.js"
        proxy.stop()
    assert [line for line in proxy.errors if "list one" in line and "is not what was downloaded" in line]


def test_a_tracker_behind_the_sites_own_name_is_blocked_and_named(
    tmp_path: Path, origin: Origin, names: NameServer
) -> None:
    names.aliases = {"metrics.shop.test": "shop.tracker.test", "cdn.shop.test": "edge.network.test"}
    names.addresses = {"shop.tracker.test": "192.0.2.1", "edge.network.test": "192.0.2.2"}
    with a_proxy(tmp_path / "home", origin, "--dns", names.address) as proxy, client(proxy) as browser:
        open_page(browser)
        until(lambda: script("http://metrics.shop.test/a.js", browser).content == b"")
        assert script("http://cdn.shop.test/b.js", browser).content == b"/b.js"
        assert script("http://www.shop.test/c.js", browser).content == b"/c.js"
        proxy.stop()
        assert "www.shop.test" not in names.asked  # the page's own host
        (row,) = proxy.rows(
            "SELECT tracker, owner, party_site, party_cname FROM exchanges"
            " WHERE host = 'metrics.shop.test' AND action = 'block' LIMIT 1"
        )
        assert row == {"tracker": "tracker.test", "owner": "Watch Inc", "party_site": "first", "party_cname": "third"}


def test_names_are_not_looked_behind_where_that_is_off(tmp_path: Path, origin: Origin, names: NameServer) -> None:
    names.aliases = {"metrics.shop.test": "shop.tracker.test"}
    options = ("--dns", names.address, "--no-cname")
    with a_proxy(tmp_path / "home", origin, *options) as proxy, client(proxy) as browser:
        open_page(browser)
        assert script("http://metrics.shop.test/a.js", browser).content == b"/a.js"
    assert names.asked == []


def test_a_dead_name_server_delays_a_host_once(tmp_path: Path, origin: Origin, names: NameServer) -> None:
    names.delay = 30.0
    with a_proxy(tmp_path / "home", origin, "--dns", names.address) as proxy, client(proxy) as browser:
        open_page(browser)
        for place in range(20):
            assert script(f"http://metrics.shop.test/{place}.js", browser).status_code == 200
    assert set(names.asked) == {"metrics.shop.test"}


def test_a_name_server_that_is_none_is_one_clear_line(tmp_path: Path) -> None:
    told = louver(tmp_path, "run", "--listen", "127.0.0.1:0", "--dns", "nowhere")
    assert told.returncode == 2
    assert told.stderr.strip() == "louver: --dns nowhere: expected ADDRESS[:PORT], for example 9.9.9.9 or [::1]:5353"
