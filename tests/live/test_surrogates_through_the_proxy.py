"""A redirect rule, the real proxy and a real browser: the page gets the stand-in, the tracker gets nothing."""

from __future__ import annotations

from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

import pytest

from louver.browser import Browser
from louver.demo.exchange import Answer
from louver.demo.internet import LOOPBACK
from louver.demo.tour import _serving, visitor_behind
from louver.ledger.reader import Reader
from louver.proxy.master import Start
from louver.setup import Settings

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    from louver.demo.internet import Internet
    from louver.proxy.master import Ready

pytestmark = pytest.mark.live

RULES = """\
||metrics.test/analytics.js$script,3p,redirect=google-analytics_analytics.js:5
||metrics.test/gpt.js$script,3p,redirect=googletagservices-gpt
||metrics.test/film.mp4$media,redirect=noopmp4-1s
||metrics.test/pixel.gif$image,rewrite=abp-resource:1x1-transparent-gif
||metrics.test/off.js$script,3p,redirect=none
||metrics.test/odd.js$script,3p,redirect=nobody-knows-this.js
"""

PAGE = b"""<!doctype html><title>page</title><script>
window.got = [];
(function(i,r){i.GoogleAnalyticsObject=r;i[r]=i[r]||function(){(i[r].q=i[r].q||[]).push(arguments)}})(window,"ga");
ga("create", "UA-1-1", "auto");
ga("send", "event", "a", "b", {hitCallback: function () { got.push("hit"); }});
window.googletag = {cmd: [function () {
  googletag.defineSlot("/1/a", [300, 250], "ad").addService(googletag.pubads());
  googletag.pubads().addEventListener("slotRenderEnded", function (event) { if (event.isEmpty) got.push("slot"); });
  googletag.display("ad");
}]};
</script>
<script async src="https://metrics.test/analytics.js"></script>
<script async crossorigin src="https://metrics.test/gpt.js"></script>
<script src="https://metrics.test/off.js" onload="got.push('off')"></script>
<script src="https://metrics.test/odd.js" onload="got.push('odd')"></script>
<img src="https://metrics.test/pixel.gif" onload="got.push('pixel' + this.naturalWidth)">
<video muted src="https://metrics.test/film.mp4" onloadeddata="got.push('film' + this.duration)"></video>
"""


@asynccontextmanager
async def a_proxy(internet: Internet, folder: Path) -> AsyncIterator[Ready]:
    rules = folder / "rules.txt"
    rules.write_text(RULES, "utf-8")
    config, data, cache = (folder / name for name in ("config", "data", "cache"))
    for each in (config, data, cache):
        each.mkdir()
    settings = Settings(policy="balanced", lists=(str(rules),), config_dir=config, data_dir=data, cache_dir=cache)
    sets = (f"ssl_verify_upstream_trusted_ca={internet.ca_file}",)
    way = (f"::{LOOPBACK}:{internet.port}",)
    async with _serving(Start(settings, listen=(LOOPBACK, 0), sets=sets, connect_to=way)) as ready:
        yield ready


async def test_a_redirect_rule_answers_with_its_stand_in(internet: Internet, chromium: str, tmp_path: Path) -> None:
    internet.serve("page.test", "/", Answer(PAGE, headers=(("Content-Type", "text/html"),)))
    async with a_proxy(internet, tmp_path) as ready:
        async with visitor_behind(chromium, ready, tmp_path) as visitor:
            assert isinstance(visitor, Browser)
            await visitor.open("https://page.test/")
            await visitor.until("got.length > 5")
            got = await visitor.run("got.sort().join()")
        ledger = ready.ledger
    assert got == "film1,hit,odd,off,pixel1,slot"
    assert internet.received("metrics.test") == []
    async with await Reader.open(ledger) as reader:
        rows = [row for row in await reader.log(100) if row.host == "metrics.test"]
    assert {row.action for row in rows} == {"surrogate"}
    assert len(rows) >= 6
