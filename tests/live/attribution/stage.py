"""Knows how scenes are put on with a real browser, a real proxy and a played web."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from attribution.browser import Browser, Target
from attribution.origin import Origin, World, site_of
from attribution.proxy import Exchange, Feed, Proxy
from attribution.verdicts import Judged, judge
from attribution.waiting import until
from louver.core.pages import Pages

if TYPE_CHECKING:
    from pathlib import Path


@dataclass(slots=True)
class Stage:
    """What a scene may touch."""

    browser: Browser
    origin: Origin
    feed: Feed
    since: int = 0

    async def put_on(self, scene: Scene) -> None:
        """Play one scene; what it waits for counts from here, and its tabs are closed after it."""
        self.since = len(self.origin.seen)
        await scene(self)
        await self.browser.close_tabs()

    async def open(self, url: str) -> Target:
        return await self.browser.open(self.origin.unique(url))

    async def go(self, tab: Target, url: str) -> None:
        await self.browser.go(tab, self.origin.unique(url))

    async def run(self, tab: Target, script: str) -> None:
        await self.browser.run(tab, self.origin.unique(script))

    async def served(self, *places: str, times: int = 1) -> None:
        """Wait until each place was asked for that often since the scene began."""
        wanted = dict.fromkeys(places, times)

        def arrived() -> bool:
            counts = Counter(self.origin.seen[self.since :])
            return all(counts[place] >= wanted[place] for place in wanted)

        await until(arrived, f"{times} x {', '.join(places)}")


type Scene = Callable[[Stage], Awaitable[None]]


async def play(
    scenes: tuple[Scene, ...], world: World, program: str, folder: Path, *, http2: bool
) -> tuple[list[Judged], list[Exchange]]:
    """Play every scene in one browser; return what can be judged, and what the browser has no record of."""
    async with _stage(world, program, folder, http2=http2) as stage:
        for scene in scenes:
            await stage.put_on(scene)
        await _settled(stage)
        return judge(stage.feed.exchanges, stage.browser.sent, stage.origin.born)


@asynccontextmanager
async def _stage(world: World, program: str, folder: Path, *, http2: bool) -> AsyncIterator[Stage]:
    origin = Origin(world, folder)
    feed = Feed(Pages(site_of), await origin.start())
    proxy = Proxy(feed, folder, http2=http2)
    port = await proxy.start()
    browser = Browser(program, folder / "profile", port, folder / "mitmproxy-ca-cert.pem")
    await browser.start()
    try:
        yield Stage(browser, origin, feed)
    finally:
        await browser.stop()
        await proxy.stop()
        origin.stop()


async def _settled(stage: Stage) -> None:
    """Wait until neither side has anything new to say."""
    counts = (-1, -1)
    while (now := (len(stage.feed.exchanges), len(stage.browser.sent))) != counts:
        counts = now
        await asyncio.sleep(0.5)
