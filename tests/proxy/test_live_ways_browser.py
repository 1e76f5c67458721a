"""A real browser through the real proxy: what is kept apart never reaches it, and no page goes in circles."""

from __future__ import annotations

import contextlib
import sqlite3
from typing import TYPE_CHECKING

import pytest
from proxy_origin import Origin, an_origin
from proxy_process import Proxy, a_proxy
from test_live_ways import POLICY, counting, insists

from louver.browser import Browser
from louver.proxy.authority import open_authority

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

pytestmark = pytest.mark.live

EMBEDDING = b"""<!doctype html><title>page</title><iframe src="https://pixel.test/frame"></iframe>
<script>addEventListener('message', event => document.documentElement.dataset.held = 'cookie:' + event.data)</script>"""
FRAME = b"<!doctype html><script>parent.postMessage(document.cookie, '*')</script>"


@pytest.fixture(scope="module")
def origin(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Origin]:
    with an_origin(tmp_path_factory.mktemp("origin")) as running:
        yield running


@pytest.fixture
def proxy(tmp_path: Path, origin: Origin) -> Iterator[Proxy]:
    origin.seen.clear()
    origin.answers.clear()
    home = tmp_path / "home"
    home.mkdir()
    (home / "apart.yaml").write_text(POLICY)
    with a_proxy(home, origin, "--policy", str(home / "apart.yaml")) as running:
        yield running


def browser(path: str, proxy: Proxy, profile: Path) -> Browser:
    key = open_authority(proxy.home / "data" / "louver" / "ca").spki()
    return Browser(path, profile, (f"--proxy-server={proxy.url}", f"--ignore-certificate-errors-spki-list={key}"))


async def test_a_tracker_in_a_frame_knows_each_site_apart_and_the_browser_holds_nothing(
    tmp_path: Path, proxy: Proxy, origin: Origin, chromium: str
) -> None:
    origin.answers["/frame"] = counting("_xid", FRAME, "text/html")
    origin.serve("/top", EMBEDDING)
    async with browser(chromium, proxy, tmp_path / "profile") as visitor:
        for site in ("one", "two", "one", "two"):
            await visitor.open(f"https://{site}.test/top")
            assert await visitor.until("document.documentElement.dataset.held")
            assert await visitor.run("document.documentElement.dataset.held") == "cookie:"
    sent = [seen.headers.get("cookie") for seen in origin.seen if seen.path == "/frame"]
    assert sent == [None, None, "_xid=01c0ffee11223344556677", "_xid=02c0ffee11223344556677"]
    kept = [path for path in (tmp_path / "profile").rglob("Cookies") if path.is_file()]
    assert kept
    with contextlib.closing(sqlite3.connect(kept[0])) as connection:
        assert connection.execute("SELECT host_key FROM cookies WHERE host_key LIKE '%pixel%'").fetchall() == []


async def test_a_server_that_insists_on_its_parameter_is_reached(
    tmp_path: Path, proxy: Proxy, origin: Origin, chromium: str
) -> None:
    origin.answers["/in"] = insists
    async with browser(chromium, proxy, tmp_path / "profile") as visitor:
        await visitor.open("https://insists.test/in?a=1&xclid=theirs")
        assert await visitor.run("location.search + document.body.textContent") == "?a=1&xclid=minewelcome"
    asked = [path for path in origin.paths("insists.test") if path.startswith("/in")]
    assert asked == ["/in?a=1", "/in?a=1", "/in?a=1&xclid=mine"]


async def test_a_link_over_a_redirector_ends_at_its_target(
    tmp_path: Path, proxy: Proxy, origin: Origin, chromium: str
) -> None:
    origin.serve("/goal", b"<!doctype html><title>goal</title>")
    async with browser(chromium, proxy, tmp_path / "profile") as visitor:
        await visitor.open("https://exit.sc/?url=https%3A%2F%2Fshop.example.com%2Fgoal%3Fid%3D3%26xclid%3Dz")
        assert await visitor.run("location.href") == "https://shop.example.com/goal?id=3"
    assert origin.paths("exit.sc") == []
