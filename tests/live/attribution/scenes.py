"""The scenes that page attribution was developed against."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Final

from attribution.origin import Reply, World

if TYPE_CHECKING:
    from attribution.stage import Scene, Stage

DONE: Final = '<script>addEventListener("load", () => { new Image().src = "/done.gif?{u}" })</script>'
TRACKERS: Final = (
    '<script src="https://ads.test/tag.js?{u}"></script>'
    '<img src="https://pixel.test/p.gif?{u}">'
    '<link rel="stylesheet" href="https://cdn.test/style.css?{u}"><p class="styled">text</p>'
    '<iframe src="https://ads.test/frame?{u}"></iframe>'
    '<img src="https://pixel.test/redirect?to=https%3A%2F%2Fsync.test%2Fredirect%3Fto%3Dhttps%253A%252F%252Fads.test%252Fs.gif&{u}">'
)
LOCAL: Final = '<script src="/app.js?{u}"></script><img src="/logo.gif?{u}"><img src="https://static.{site}/i.gif?{u}">'
APP: Final = """
fetch("https://api.sync.test/collect?{u}", {method: "POST", headers: {"x-probe": "1"}, body: "{}"});
fetch("/data.json?{u}");
new WebSocket("wss://live.chat.test/socket?{u}");
new Worker("/worker.js?{u}");
navigator.sendBeacon("https://stats.test/beacon?{u}", "early");
addEventListener("pagehide", () => navigator.sendBeacon("https://stats.test/late?{u}", "late"));
"""
WORKER: Final = 'fetch("/from-worker.json?{u}"); fetch("https://api.sync.test/from-worker.json?{u}");'


def site(name: str, *parts: str, headers: tuple[tuple[str, str], ...] = ()) -> World:
    body = "<!doctype html><title>x</title>" + "".join(parts).replace("{site}", name) + DONE
    return {
        f"{name}/": Reply(body, headers),
        f"{name}/second": Reply(body, headers),
        f"{name}/app.js": Reply(APP),
        f"{name}/worker.js": Reply(WORKER),
    }


WORLD: Final[World] = {
    **site("news.test", TRACKERS, LOCAL),
    **site("blog.test", TRACKERS, LOCAL),
    **site("shop.test", TRACKERS, LOCAL),
    **site("quiet.test", TRACKERS, LOCAL, headers=(("referrer-policy", "no-referrer"),)),
    **site("hush.test", '<meta name="referrer" content="no-referrer">', TRACKERS, LOCAL),
    **site("forum.test", LOCAL, '<img referrerpolicy="no-referrer" src="https://pixel.test/bare.gif?{u}">'),
    **site("social.test", LOCAL, '<img src="https://cdn.test/social.gif?{u}">'),
    **site("diary.test", LOCAL, '<iframe src="https://social.test/like?{u}"></iframe>'),
    **site("paper.test", LOCAL, '<iframe src="https://social.test/like?{u}"></iframe>'),
    "social.test/like": Reply('<img src="https://cdn.test/like.gif?{u}"><img src="/own.gif?{u}">'),
    **site(
        "frames.test",
        '<iframe sandbox="allow-scripts" src="https://box.test/sandboxed?{u}"></iframe>'
        '<iframe srcdoc="<img src=https://pixel.test/srcdoc.gif?{u}>"></iframe>'
        '<iframe id="blank"></iframe>'
        '<script>blank.contentDocument.body.innerHTML = `<img src="https://pixel.test/blank.gif?{u}">`;'
        'const f = document.createElement("iframe");'
        'f.src = URL.createObjectURL(new Blob([`<img src="https://pixel.test/blob.gif?{u}">`], {type: "text/html"}));'
        "document.body.append(f)</script>",
    ),
    "box.test/sandboxed": Reply(
        '<img src="/inside.gif?{u}"><img src="https://pixel.test/sandbox.gif?{u}">'
        '<script>fetch("https://api.sync.test/sandbox.json?{u}")</script>'
    ),
    **site("cache.test", TRACKERS, headers=(("cache-control", "max-age=600"),)),
    **site(
        "hints.test",
        '<link rel="prefetch" href="https://cdn.test/later.js?{u}"><link rel="preconnect" href="https://pixel.test">'
        '<link rel="preload" as="script" href="https://cdn.test/soon.js?{u}">'
        '<script type="module" src="https://cdn.test/entry.mjs?{u}"></script>'
        '<script type="speculationrules">{"prefetch": [{"source": "list", "urls": ["/second?{u}"]}]}</script>',
    ),
    "cdn.test/entry.mjs": Reply('import "./part.mjs?{u}"; import "https://ads.test/other.mjs?{u}";'),
    **site(
        "app.test",
        '<script>navigator.serviceWorker.register("/sw.js").then(() => navigator.serviceWorker.ready)'
        '.then(() => { new Image().src = "/ready.gif?{u}" })</script><img src="https://pixel.test/app.gif?{u}">',
    ),
    "app.test/sw.js": Reply(
        'addEventListener("install", e => e.waitUntil(skipWaiting()));'
        'addEventListener("activate", e => e.waitUntil(clients.claim()));'
        'addEventListener("fetch", e => e.respondWith(fetch(e.request)));'
    ),
    "ads.test/frame": Reply(
        '<iframe src="https://sync.test/inner?{u}"></iframe><img src="https://pixel.test/ad.gif?{u}">'
        '<img src="/own.gif?{u}">'
    ),
    "sync.test/inner": Reply('<img src="https://pixel.test/inner.gif?{u}"><script src="https://cdn.test/in.js?{u}"></script>'),
    "cdn.test/style.css": Reply('@font-face { font-family: f; src: url("https://fonts.test/f.woff2?{u}") } '
                                '.styled { font-family: f; background: url("/bg.gif?{u}") }'),
}  # fmt: skip


async def several_tabs_at_once(stage: Stage) -> None:
    names = ("news.test", "blog.test", "shop.test")
    await asyncio.gather(*(stage.open(f"https://{name}/?{{u}}") for name in names))
    await stage.served(*(f"{name}/done.gif" for name in names))
    await stage.served("pixel.test/inner.gif", times=3)


async def pages_without_referrer(stage: Stage) -> None:
    names = ("quiet.test", "news.test", "hush.test", "forum.test")
    await asyncio.gather(*(stage.open(f"https://{name}/second?{{u}}") for name in names))
    await stage.served("quiet.test/done.gif", "hush.test/done.gif", "forum.test/done.gif")


async def a_tab_moves_on(stage: Stage) -> None:
    tab = await stage.open("https://news.test/?{u}")
    await stage.served("news.test/done.gif")
    await stage.go(tab, "https://blog.test/second?{u}")
    await stage.served("blog.test/done.gif")
    await stage.served("stats.test/late")


async def the_same_site_in_two_tabs(stage: Stage) -> None:
    await asyncio.gather(*(stage.open(f"https://shop.test{path}?{{u}}") for path in ("/", "/second", "/")))
    await stage.served("shop.test/done.gif", times=3)


async def a_frame_that_is_also_a_tab(stage: Stage) -> None:
    names = ("social.test", "diary.test", "paper.test")
    await asyncio.gather(*(stage.open(f"https://{name}/?{{u}}") for name in names))
    await stage.served(*(f"{name}/done.gif" for name in names))


async def frames_without_address(stage: Stage) -> None:
    await stage.open("https://frames.test/?{u}")
    await stage.served("frames.test/done.gif", "pixel.test/sandbox.gif", "pixel.test/blob.gif", "pixel.test/srcdoc.gif")


async def ways_to_move(stage: Stage) -> None:
    tab = await stage.open("https://news.test/second?{u}")
    await stage.served("news.test/done.gif")
    await stage.run(tab, 'location.href = "https://pixel.test/redirect?to=https%3A%2F%2Fshop.test%2Fsecond&{u}"')
    await stage.served("shop.test/done.gif")
    await stage.run(
        tab,
        'const f = document.createElement("form"); f.method = "POST"; f.action = "https://blog.test/?{u}";'
        "document.body.append(f); f.submit()",
    )
    await stage.served("blog.test/done.gif")
    await stage.run(tab, 'window.open("https://shop.test/?{u}")')
    await stage.served("shop.test/done.gif", times=2)
    await stage.run(
        tab,
        'const a = document.createElement("a"); a.href = "https://news.test/?{u}"; a.rel = "noreferrer";'
        "document.body.append(a); a.click()",
    )
    await stage.served("news.test/done.gif", times=2)
    await stage.run(
        tab,
        'const a = document.createElement("a"); a.href = "/file.zip?{u}"; document.body.append(a); a.click()',
    )
    await stage.served("news.test/file.zip")


async def back_from_the_cache(stage: Stage) -> None:
    tab = await stage.open("https://cache.test/?{u}")
    await stage.served("cache.test/done.gif")
    await stage.go(tab, "https://blog.test/?{u}")
    await stage.served("blog.test/done.gif")
    await stage.browser.back(tab)
    await stage.browser.until_at(tab, "https://cache.test/")
    await stage.browser.run(tab, 'new Image().src = "https://pixel.test/back.gif?u=back1"')
    await stage.served("pixel.test/back.gif")


async def hints_and_modules(stage: Stage) -> None:
    tab = await stage.open("https://hints.test/?{u}")
    await stage.served("hints.test/done.gif", "cdn.test/later.js", "cdn.test/part.mjs", "ads.test/other.mjs")
    await stage.served("hints.test/second")
    del tab


async def a_service_worker(stage: Stage) -> None:
    tab = await stage.open("https://app.test/?{u}")
    await stage.served("app.test/ready.gif")
    await stage.go(tab, "https://app.test/second?{u}")
    await stage.served("app.test/second")
    await stage.served("pixel.test/app.gif", times=2)


SCENES: Final[tuple[Scene, ...]] = (
    several_tabs_at_once,
    pages_without_referrer,
    a_tab_moves_on,
    the_same_site_in_two_tabs,
    a_frame_that_is_also_a_tab,
    frames_without_address,
    ways_to_move,
    back_from_the_cache,
    hints_and_modules,
    a_service_worker,
)
