from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest

from louver.browser import Browser, BrowserError

if TYPE_CHECKING:
    from pathlib import Path

    from louver.demo.internet import Internet

pytestmark = pytest.mark.live


def flags(internet: Internet) -> list[str]:
    return [
        f"--host-resolver-rules=MAP * {internet.address[0]}:{internet.port}",
        f"--ignore-certificate-errors-spki-list={internet.spki}",
    ]


async def test_pages_work_and_watchers_watch_in_a_bare_browser(
    internet: Internet, chromium: str, tmp_path: Path
) -> None:
    async with Browser(chromium, tmp_path / "profile", flags(internet)) as browser:
        await browser.open("https://daily-news.test/")
        await browser.until("document.documentElement.dataset.widget === 'ready'")
        await browser.run("document.querySelector('#accept').click()")
        await browser.press("#search button")
        proofs = await browser.settle()
    assert proofs["consent"] == "remembered"
    assert proofs["menu"] == "ready"
    assert proofs["fonts"] == "ready"
    search = "https://daily-news.test/search?q=panic+attacks"
    tags = internet.received("adbazaar.test", "/tag.js")
    assert tags[-1].header("referer") == search
    assert len(tags[-1].cookies["uid"]) == 32
    assert internet.received("dataswap.test", "/sync")[-1].query["partner_uid"] == tags[-1].cookies["uid"]
    assert internet.received("typecase.test")[-1].header("if-none-match")
    assert search in {hit.query["dl"] for hit in internet.received("footprint-metrics.test", "/g/collect")}


async def test_a_browser_that_cannot_start_says_so(tmp_path: Path) -> None:
    browser = Browser("/bin/false", tmp_path / "profile")
    with pytest.raises(BrowserError, match="the browser"):
        await browser.__aenter__()


async def test_a_browser_that_dies_says_so(internet: Internet, chromium: str, tmp_path: Path) -> None:
    async with Browser(chromium, tmp_path / "profile", flags(internet)) as browser:
        loading = asyncio.create_task(browser._wait_for_load())
        await asyncio.sleep(0)
        browser._process.kill()
        with pytest.raises(BrowserError, match="went away"):
            await loading
        with pytest.raises(BrowserError, match="went away"):
            await browser.open("https://daily-news.test/")
