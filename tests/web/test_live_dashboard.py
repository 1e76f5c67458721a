"""In a real browser behind a real proxy: what a slat does, and what other pages can not do."""

from __future__ import annotations

import asyncio
import time
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

import httpx
import pytest
from tornado.httpserver import HTTPServer
from tornado.netutil import bind_sockets
from tornado.web import Application, RequestHandler

from louver.browser import Browser
from louver.demo.exchange import page
from louver.demo.internet import Internet
from louver.demo.tour import louver_in_front_of
from louver.policies import Shelf
from louver.web.server import Dash, open_dash

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Mapping
    from pathlib import Path

    from louver.demo.exchange import Answer, Arrival, Handler

pytestmark = pytest.mark.live

NEWS = "daily-news.test"
SOCIAL = "chirper.test"


@dataclass
class Stage:
    """The little internet, Louver with its dashboard in front of it, and a browser."""

    internet: Internet
    browser: Browser
    dash: Dash
    shelf: Shelf
    proxy: str

    async def visit(self, url: str = f"https://{NEWS}/") -> list[Arrival]:
        """Visit a page afresh; return what the social network then received."""
        began = time.time()
        await self.browser._tell("Network.clearBrowserCache")
        await self.browser.open(url)
        await self.browser.settle()
        return [one for one in self.internet.received(SOCIAL) if one.time >= began]

    async def tilt(self, slat: str, position: str) -> None:
        await self.browser.open(f"http://louver.internal/site/{NEWS}")
        await self.browser.press(f"{slat} button[value={position}]")


@asynccontextmanager
async def a_stage(internet: Internet, chromium: str, folder: Path, policy: str = "balanced") -> AsyncIterator[Stage]:
    async with louver_in_front_of(internet, policy, folder) as ready:
        shelf = Shelf(folder / "config")
        dash = open_dash(
            ("127.0.0.1", 0), ready.ledger, shelf, policy_in_force=lambda: ready.policy, on_change=ready.look
        )
        ready.lead_inside("127.0.0.1", dash.gate.port)
        flags = (
            f"--proxy-server={ready.host}:{ready.port}",
            f"--ignore-certificate-errors-spki-list={ready.authority.spki()}",
        )
        async with Browser(chromium, folder / "profile", flags) as browser:
            yield Stage(internet, browser, dash, shelf, ready.url)
        await dash.stop()


async def test_a_slat_that_is_tilted_changes_what_the_origin_gets(
    internet: Internet, chromium: str, tmp_path: Path
) -> None:
    async with a_stage(internet, chromium, tmp_path) as stage:
        before = await stage.visit()
        assert {one.query.get("href") for one in before} == {f"https://{NEWS}/"}
        # The browser that is protected reaches the dashboard by name, and the address that it keeps has no key.
        await stage.browser.open(stage.dash.internal_url)
        assert await stage.browser.run("location.href") == "http://louver.internal/"
        assert await stage.browser.until(f"document.body.innerText.includes('{NEWS}')")

        await stage.tilt("#slat-reading", "hide")
        hidden = await stage.visit()
        assert hidden
        assert {one.query.get("href") for one in hidden} == {None}

        await stage.tilt("form[aria-label=Chirper]", "block")
        assert await stage.visit() == []

        await stage.browser.open("http://louver.internal/")
        await stage.browser.press("form.undo button")
        assert await stage.visit()
        assert "Chirper" not in stage.shelf.text()


async def test_switched_off_nothing_is_changed_and_the_dashboard_itself_is_nobodys_business(
    internet: Internet, chromium: str, tmp_path: Path
) -> None:
    async with a_stage(internet, chromium, tmp_path) as stage:
        assert not [one for one in await stage.visit() if one.cookies]
        await stage.browser.open(stage.dash.internal_url)
        await stage.tilt("form[action$=off]", "'1h'")
        await stage.visit()  # sets the cookie
        assert [one for one in await stage.visit() if one.cookies]
        assert "louver.internal" not in await _sites(stage)


async def test_asked_first_nobody_new_recognises_a_person_before_they_say_so(
    internet: Internet, chromium: str, tmp_path: Path
) -> None:
    async with a_stage(internet, chromium, tmp_path, "observe") as stage:
        await stage.visit()
        assert [one for one in await stage.visit() if one.cookies]
        await stage.browser.open(stage.dash.internal_url)
        await stage.tilt("form[action$=ask]", "yes")
        assert not [one for one in await stage.visit() if one.cookies]
        await stage.browser.open("http://louver.internal/questions")
        question = f"{NEWS} wants to let Chirper recognise you"
        if not await stage.browser.until(f"document.body.innerText.includes('{question}')", 0.2):
            await asyncio.sleep(1)  # the ledger is written twice a second
            await stage.browser.open("http://louver.internal/questions")
        assert await stage.browser.until(f"document.body.innerText.includes('{question}')")
        await stage.browser.press("form[aria-label=Chirper] button[value=always]")
        assert [one for one in await stage.visit() if one.cookies]


async def test_what_happens_appears_while_one_looks(internet: Internet, chromium: str, tmp_path: Path) -> None:
    async with a_stage(internet, chromium, tmp_path) as stage:
        await stage.visit()
        await stage.browser.open(stage.dash.internal_url)
        await stage.browser.open("http://louver.internal/live")
        # The browser is busy looking, so somebody else asks.
        async with httpx.AsyncClient(proxy=stage.proxy, verify=False) as client:
            await client.get("https://somebody-else.test/")
        assert await stage.browser.until("document.getElementById('live').innerText.includes('somebody-else.test')")
        row = "[...document.querySelectorAll('#live tr')].find((one) => one.innerText.includes('somebody-else.test'))"
        await stage.browser.run(f"{row}.querySelector('a').id = 'why'")
        await stage.browser.press("#why")
        assert "somebody-else.test" in await stage.browser.run("document.querySelector('h1').innerText")


async def _sites(stage: Stage) -> str:
    await stage.browser.open("http://louver.internal/?span=all")
    return str(await stage.browser.run("document.getElementById('sites').innerText"))


IDENTIFIER = "9f86d081884c7d659a2feaa0c55ad015"
HOSTILE = "x'\"><img src=x onerror=alert(1)>"
SNOOP = """<!doctype html><title>snoop</title><iframe id=frame></iframe>
<form id=form method=post action="%(dash)s/site/%(site)s/tilt"><input name=group value=reading>
<input name=position value=share><button id=go>Go</button></form>
<script>
const said = {};
(async () => {
  for (const [name, mode] of [["cors", "cors"], ["blind", "no-cors"]]) {
    try { said[name] = await (await fetch("%(dash)s/", {mode, credentials: "include"})).text(); }
    catch (error) { said[name] = "refused"; }
  }
  try { await fetch("%(dash)s/site/%(site)s/tilt", {method: "POST", mode: "no-cors", credentials: "include",
    headers: {"Content-Type": "application/x-www-form-urlencoded"}, body: "group=reading&position=share"}); }
  catch (error) { said.post = "refused"; }
  const frame = document.getElementById("frame");
  await new Promise((done) => { frame.onload = done; frame.src = "%(dash)s/"; });
  try { said.frame = frame.contentDocument?.body?.innerText ?? "closed"; }
  catch (error) { said.frame = "closed"; }
  window.said = said;
})();
</script>"""


def _serving(text: str) -> Mapping[str, Handler]:
    def answer(_: Arrival) -> Answer:
        return page(text).plus(("Set-Cookie", "<script>alert(1)</script>=" + IDENTIFIER + "; Max-Age=99999"))

    return {"": answer}


@asynccontextmanager
async def a_page_next_door(text: str) -> AsyncIterator[str]:
    """Serve a page on another port of this machine: another origin, but the same site, whose cookies go along."""

    class Snoop(RequestHandler):
        def get(self) -> None:
            self.finish(text)

    sockets = bind_sockets(0, "127.0.0.1")
    server = HTTPServer(Application([("/", Snoop)]))
    server.add_sockets(sockets)
    yield f"http://127.0.0.1:{sockets[0].getsockname()[1]}/"
    server.stop()
    await server.close_all_connections()


async def test_a_page_of_another_origin_can_neither_read_nor_change_anything(chromium: str, tmp_path: Path) -> None:
    with Internet({NEWS: _serving("<!doctype html><title>news</title>")}) as internet:
        async with a_stage(internet, chromium, tmp_path) as stage:
            await stage.visit()
            for dash in ("http://louver.internal", f"http://127.0.0.1:{stage.dash.gate.port}"):
                await stage.browser.open(f"{dash}/?token={stage.dash.gate.token}")
                assert await stage.browser.until(f"document.body.innerText.includes('{NEWS}')")
                async with a_page_next_door(SNOOP % {"dash": dash, "site": NEWS}) as snoop:
                    await stage.browser.open(snoop)
                    assert await stage.browser.until("window.said")
                    said = await stage.browser.run("window.said")
                    assert said["cors"] == "refused"
                    assert said["blind"] in ("", "refused")
                    assert said["frame"] == "closed"
                    await stage.browser.press("#go")
                    assert await stage.browser.run("location.origin") == dash
                    assert await stage.browser.until("document.body.innerText.includes('its own pages only')")
            assert stage.shelf.text() == ""


async def test_hostile_names_are_text_in_a_real_page(chromium: str, tmp_path: Path) -> None:
    name = HOSTILE.replace('"', "%22")
    text = f'<!doctype html><img src="https://tracker.test/p?{name}={IDENTIFIER}">'
    with Internet({NEWS: _serving(text), "tracker.test": _serving("x")}) as internet:
        async with a_stage(internet, chromium, tmp_path) as stage:
            await stage.visit()
            await stage.visit()
            await stage.browser.open(stage.dash.internal_url)
            for path in ("/?span=all", f"/site/{NEWS}", f"/site/{NEWS}/broken", "/who", "/live", "/why/1", "/why/2"):
                await stage.browser.run("window.alert = () => { window.hurt = true; }")
                await stage.browser.open(f"http://louver.internal{path}")
                images = await stage.browser.run("[...document.images].map((one) => one.src)")
                assert set(images) <= {"http://louver.internal/static/sign.svg"}
                scripts = await stage.browser.run("[...document.scripts].map((one) => one.src)")
                assert scripts == ["http://louver.internal/static/louver.js"]
            await stage.browser.open(f"http://louver.internal/site/{NEWS}")
            assert "<script>alert(1)</script>" in await stage.browser.run("document.body.textContent")
