# ruff: noqa: E501  (markup and scripts read best on one line)
"""Scenes that were written after page attribution was finished, and that it was never changed for."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Final

from attribution.origin import Reply, World
from attribution.scenes import DONE

if TYPE_CHECKING:
    from attribution.stage import Scene, Stage

ADS: Final = (
    '<script async src="https://serve.adnet.test/a.js?{u}"></script>'
    '<iframe src="https://serve.adnet.test/slot?{u}" width="300"></iframe>'
    '<img src="https://count.meter.test/hit.gif?{u}">'
)
OWN: Final = '<link rel="stylesheet" href="/site.css?{u}"><script type="module" src="/main.mjs?{u}"></script>'
MAIN: Final = """
import "./part.mjs?{u}";
new EventSource("https://push.wire.test/events?{u}");
new SharedWorker("/shared.js?{u}");
fetch("https://api.meter.test/redirect?to=https%3A%2F%2Fapi.wire.test%2Fend.json&{u}", {mode: "cors"});
const request = new XMLHttpRequest();
request.open("PUT", "https://api.meter.test/put.json?{u}"); request.withCredentials = true; request.send("x");
setTimeout(() => { new Image().src = "https://count.meter.test/timer.gif?{u}" }, 300);
document.addEventListener("visibilitychange", () => fetch("https://count.meter.test/hidden?{u}",
  {method: "POST", keepalive: true, mode: "no-cors", body: "x"}));
"""
MEDIA: Final = (
    '<video src="https://media.cloud.test/v.mp4?{u}"></video><object data="https://media.cloud.test/o?{u}"></object>'
    '<link rel="manifest" href="/app.json?{u}"><embed src="https://media.cloud.test/e?{u}">'
)


def site(name: str, *parts: str, headers: tuple[tuple[str, str], ...] = ()) -> World:
    body = "<!doctype html><title>x</title>" + "".join(parts) + DONE
    return {
        **{f"{name}/{path}": Reply(body, headers) for path in ("", "one", "two")},
        f"{name}/main.mjs": Reply(MAIN),
        f"{name}/site.css": Reply(
            '@import "https://cdn.cloud.test/deep.css?{u}"; body { background: url("https://cdn.cloud.test/bg.gif?{u}") }'
        ),
        f"{name}/shared.js": Reply('fetch("https://api.wire.test/shared.json?{u}")'),
    }


WORLD: Final[World] = {
    **site("zine.test", OWN, ADS),
    **site("www.zine.test", OWN, ADS),
    **site("gazette.test", OWN, ADS, MEDIA),
    **site("store.test", OWN, ADS, headers=(("referrer-policy", "origin"),)),
    **site("open.test", OWN, ADS, headers=(("referrer-policy", "unsafe-url"),)),
    **site("vault.test", OWN, ADS, headers=(("referrer-policy", "same-origin"),)),
    **site("shy.test", OWN, '<img referrerpolicy="no-referrer" src="https://count.meter.test/shy.gif?{u}">'),
    **site("plain.test", OWN),
    **site("archive.test", OWN, ADS, headers=(("cache-control", "max-age=900"), ("last-modified", "Mon, 01 Jan 2024 00:00:00 GMT"))),
    **site(
        "boxes.test",
        '<iframe sandbox="allow-scripts allow-same-origin" src="https://widget.test/w?{u}"></iframe>'
        '<iframe src="data:text/html,<img src=https://count.meter.test/data.gif?{u}>"></iframe>'
        '<iframe srcdoc="<script src=https://serve.adnet.test/doc.js?{u}></script>"></iframe>',
    ),
    "widget.test/w": Reply('<script src="/w.js?{u}"></script><img src="https://count.meter.test/widget.gif?{u}">'),
    "widget.test/w.js": Reply('fetch("/w.json?{u}"); fetch("https://api.wire.test/w.json?{u}")'),
    "serve.adnet.test/slot": Reply(
        '<iframe src="https://creative.brand.test/c?{u}"></iframe><script src="https://serve.adnet.test/slot.js?{u}"></script>'
    ),
    "serve.adnet.test/slot.js": Reply('setTimeout(() => { new Image().src = "https://count.meter.test/view.gif?{u}" }, 200)'),
    "serve.adnet.test/a.js": Reply('new Image().src = "https://sync.adnet.test/redirect?to=https%3A%2F%2Fmatch.brand.test%2Fm.gif&{u}"'),
    "creative.brand.test/c": Reply('<img src="https://media.cloud.test/ad.gif?{u}"><link rel="stylesheet" href="/c.css?{u}">'),
    "creative.brand.test/c.css": Reply('body { background: url("https://media.cloud.test/brand.gif?{u}") }'),
    "cdn.cloud.test/deep.css": Reply('body { background: url("/deep.gif?{u}") }'),
    "hop.test/refresh": Reply('<meta http-equiv="refresh" content="0;url=https://gazette.test/two?{u}">'),
    "zine.test/paper.zip": Reply("zip", (("content-disposition", "attachment"),)),
}  # fmt: skip


async def reading_one_after_another(stage: Stage) -> None:
    tab = await stage.open("https://zine.test/?{u}")
    await stage.served("zine.test/done.gif", "count.meter.test/timer.gif", "count.meter.test/view.gif")
    await stage.run(tab, 'location.href = "/one?{u}"')
    await stage.served("zine.test/done.gif", "count.meter.test/timer.gif", times=2)
    await stage.run(tab, 'location.href = "https://gazette.test/?{u}"')
    await stage.served("gazette.test/done.gif", "media.cloud.test/e")
    await stage.run(tab, "location.reload()")
    await stage.served("gazette.test/done.gif", times=2)


async def five_tabs_at_once(stage: Stage) -> None:
    names = ("www.zine.test", "gazette.test", "store.test", "open.test", "plain.test")
    await asyncio.gather(*(stage.open(f"https://{name}/one?{{u}}") for name in names))
    await stage.served(*(f"{name}/done.gif" for name in names))
    await stage.served("count.meter.test/timer.gif", times=5)


async def pages_that_hide(stage: Stage) -> None:
    await stage.open("https://vault.test/?{u}")
    await stage.served("vault.test/done.gif", "count.meter.test/timer.gif")
    await stage.open("https://shy.test/?{u}")
    await stage.served("shy.test/done.gif", "count.meter.test/shy.gif")
    await stage.open("https://zine.test/two?{u}")
    await stage.served("zine.test/done.gif")


async def boxes_in_boxes(stage: Stage) -> None:
    await asyncio.gather(stage.open("https://boxes.test/?{u}"), stage.open("https://store.test/two?{u}"))
    await stage.served(
        "boxes.test/done.gif", "store.test/done.gif", "api.wire.test/w.json", "count.meter.test/data.gif"
    )


async def bounces_and_forms(stage: Stage) -> None:
    tab = await stage.open("https://plain.test/?{u}")
    await stage.served("plain.test/done.gif")
    hops = (
        "https://hop.test/redirect?to=https%3A%2F%2Fjump.test%2Fredirect%3Fto%3Dhttps%253A%252F%252Fstore.test%252F&{u}"
    )
    await stage.run(tab, f'location.href = "{hops}"')
    await stage.served("store.test/done.gif")
    await stage.run(tab, 'location.href = "https://hop.test/refresh?{u}"')
    await stage.served("gazette.test/done.gif")
    await stage.run(
        tab,
        'const f = document.createElement("form"); f.method = "POST"; f.target = "_blank";'
        'f.action = "https://open.test/two?{u}"; document.body.append(f); f.submit()',
    )
    await stage.served("open.test/done.gif")


async def a_download_on_the_way(stage: Stage) -> None:
    tab = await stage.open("https://zine.test/?{u}")
    await stage.served("zine.test/done.gif")
    await stage.run(tab, 'location.href = "/paper.zip?{u}"')
    await stage.served("zine.test/paper.zip")
    await stage.run(
        tab, 'fetch("https://api.wire.test/after.json?{u}"); new Image().src = "https://late.meter.test/x.gif?{u}"'
    )
    await stage.served("api.wire.test/after.json", "late.meter.test/x.gif")


async def back_and_forth(stage: Stage) -> None:
    tab = await stage.open("https://archive.test/?{u}")
    await stage.served("archive.test/done.gif", "count.meter.test/timer.gif")
    await stage.go(tab, "https://plain.test/two?{u}")
    await stage.served("plain.test/done.gif")
    await stage.browser.back(tab)
    await stage.browser.until_at(tab, "https://archive.test/")
    await stage.browser.run(tab, 'new Image().src = "https://fresh.meter.test/back.gif?u=held1"')
    await stage.served("fresh.meter.test/back.gif")


SCENES: Final[tuple[Scene, ...]] = (
    reading_one_after_another,
    five_tabs_at_once,
    pages_that_hide,
    boxes_in_boxes,
    bounces_and_forms,
    a_download_on_the_way,
    back_and_forth,
)
