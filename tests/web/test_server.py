from __future__ import annotations

import re
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import httpx
import pytest
from ledger_samples import KEY, NOON, outcome

from louver.ledger.writer import Writer
from louver.policies import Shelf
from louver.web.server import CannotShowError, Dash, open_dash

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

HOSTILE = "<img src=x onerror=alert(1)>"


@dataclass
class Stage:
    """A dashboard over a small ledger, and a client that has been let in."""

    dash: Dash
    client: httpx.AsyncClient
    shelf: Shelf
    changes: list[str] = field(default_factory=list)

    @property
    def root(self) -> str:
        return f"http://127.0.0.1:{self.dash.gate.port}"

    async def post(self, path: str, **form: str) -> httpx.Response:
        return await self.client.post(path, data=form, headers={"Origin": self.root})


@asynccontextmanager
async def a_stage(folder: Path, *, ledger: bool = True, password: str = "") -> AsyncIterator[Stage]:
    path = folder / "ledger.db"
    if ledger:
        writer = await Writer.open(path, KEY, version="test")
        for number, host in enumerate(("px.tracker.example", "cdn.tracker.example", HOSTILE)):
            writer.put(outcome(number + 1, host=host), NOON - 60)
        await writer.close()
    changes: list[str] = []
    shelf = Shelf(folder)
    dash = open_dash(
        ("127.0.0.1", 0),
        path,
        shelf,
        policy_in_force=lambda: "balanced",
        on_change=lambda: changes.append("changed"),
        password=password,
    )
    async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{dash.gate.port}", trust_env=False, timeout=60) as client:
        assert (await client.get("/", params={"token": dash.gate.token})).status_code == 303
        yield Stage(dash, client, shelf, changes)
    await dash.stop()


PAGES = (
    "/balance",
    "/what-if",
    "/what-if?policy=strict",
    "/",
    "/?span=all",
    "/site/news.example",
    "/site/news.example/broken",
    "/who",
    "/live",
    "/why/1",
)


async def test_every_page_shows_and_has_the_headers_that_keep_others_out(tmp_path: Path) -> None:
    async with a_stage(tmp_path) as stage:
        for path in PAGES:
            answer = await stage.client.get(path)
            assert (answer.status_code, path) == (200, path)
            policy = answer.headers["Content-Security-Policy"]
            assert "default-src 'none'" in policy
            assert "frame-ancestors 'none'" in policy
            assert "unsafe" not in policy
            assert answer.headers["X-Content-Type-Options"] == "nosniff"
            assert answer.headers["Cache-Control"] == "no-store"
            assert not [name for name in answer.headers if name.lower().startswith("access-control-")]
            # Nothing that the policy would refuse, or that would come from elsewhere.
            assert not re.search(r"<script(?! src=\"/static/)|\son\w+=\"|style=\"|src=\"http|href=\"http", answer.text)


async def test_without_the_key_nothing_is_told(tmp_path: Path) -> None:
    async with (
        a_stage(tmp_path) as stage,
        httpx.AsyncClient(base_url=stage.root, trust_env=False, timeout=60) as stranger,
    ):
        for path in (*PAGES, "/live/events", "/?token=wrong", "/nowhere"):
            answer = await stranger.get(path)
            assert answer.status_code == 401
            assert "news.example" not in answer.text
            assert "set-cookie" not in answer.headers
        answer = await stranger.post("/undo", headers={"Origin": stage.root})
        assert answer.status_code == 401


async def test_the_key_becomes_a_cookie_that_scripts_and_other_sites_never_get(tmp_path: Path) -> None:
    async with (
        a_stage(tmp_path) as stage,
        httpx.AsyncClient(base_url=stage.root, trust_env=False, timeout=60) as browser,
    ):
        answer = await browser.get("/who", params={"token": stage.dash.gate.token})
        assert answer.headers["Location"] == "/"
        cookie = answer.headers["Set-Cookie"]
        assert "HttpOnly" in cookie
        assert "SameSite=Strict" in cookie
        assert stage.dash.gate.token not in cookie


async def test_a_name_that_was_led_here_by_somebody_else_gets_nothing(tmp_path: Path) -> None:
    async with a_stage(tmp_path) as stage:
        answer = await stage.client.get("/", headers={"Host": f"rebound.example:{stage.dash.gate.port}"})
        assert answer.status_code == 421
        assert "news.example" not in answer.text


@pytest.mark.parametrize("origin", [None, "null", "http://evil.example", "http://127.0.0.1:1"])
async def test_a_change_that_another_page_asks_for_is_refused(tmp_path: Path, origin: str | None) -> None:
    async with a_stage(tmp_path) as stage:
        headers = {} if origin is None else {"Origin": origin}
        form = {"group": "reading", "position": "share"}
        for path in ("/site/news.example/tilt", "/site/news.example/off", "/use", "/undo", "/sign-in", "/language"):
            answer = await stage.client.post(path, data=form, headers=headers)
            assert (answer.status_code, path) == (403, path)
        assert stage.changes == []
        assert stage.shelf.text() == ""


async def test_what_another_site_would_embed_is_refused(tmp_path: Path) -> None:
    async with a_stage(tmp_path) as stage:
        headers = {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "no-cors", "Sec-Fetch-Dest": "image"}
        assert (await stage.client.get("/", headers=headers)).status_code == 403


async def test_a_slat_is_tilted_and_tilted_back(tmp_path: Path) -> None:
    async with a_stage(tmp_path) as stage:
        answer = await stage.post("/site/news.example/tilt", group="reading", position="hide")
        assert answer.headers["Location"] == "/site/news.example#slat-reading"
        await stage.post("/site/news.example/tilt", owner="Tracker Inc", position="block")
        written = stage.shelf.text()
        assert "{owner: Tracker Inc, treatment: block}" in written
        page = (await stage.client.get("/site/news.example")).text
        assert page.count('aria-pressed="true"') >= 2
        assert "Undo" in page
        await stage.post("/undo")
        assert "Tracker Inc" not in stage.shelf.text()
        assert stage.changes == ["changed"] * 3


async def test_a_site_is_switched_off_gets_another_policy_and_everything_another_one(tmp_path: Path) -> None:
    async with a_stage(tmp_path) as stage:
        await stage.post("/site/news.example/off", **{"for": "restart"})
        assert stage.shelf.off_until("news.example") == "restart"
        await stage.post("/site/news.example/off", **{"for": "on"})
        assert stage.shelf.off_until("news.example") is None
        await stage.post("/site/news.example/preset", name="strict")
        assert stage.shelf.own().sites["news.example"].extends == "strict"
        await stage.post("/site/news.example/preset", name="")
        await stage.post("/use", name="observe")
        assert stage.shelf.own().extends == "observe"
        assert stage.shelf.own().sites == {}


async def test_one_small_thing_is_tried_kept_and_taken_back(tmp_path: Path) -> None:
    async with a_stage(tmp_path) as stage:
        thing = {"recipient": "px.tracker.example", "kind": "third-party-id-cookie"}
        rule = thing | {"treatment": "allow"}
        await stage.post("/site/news.example/relax", do="try", **thing)
        (tried,) = stage.shelf.site_rules("news.example")
        assert tried.pop("until")
        assert tried == rule
        assert "It helped" in (await stage.client.get("/site/news.example/broken")).text
        await stage.post("/site/news.example/relax", do="keep", **thing)
        assert stage.shelf.site_rules("news.example") == [rule]
        await stage.post("/site/news.example/relax", do="back", **thing)
        assert stage.shelf.site_rules("news.example") == []


@pytest.mark.parametrize(
    ("path", "form", "status"),
    [
        ("/site/news.example/tilt", {"group": "reading", "position": "sideways"}, 409),
        ("/site/news.example/tilt", {"group": "nothing", "position": "hide"}, 409),
        ("/site/news.example/tilt", {"owner": "a", "recipient": "b", "position": "hide"}, 409),
        ("/site/news.example/tilt", {"owner": "a" * 301, "position": "hide"}, 409),
        ("/site/news.example/off", {"for": "a while"}, 409),
        ("/site/news.example/preset", {"name": "../../etc/passwd"}, 409),
        ("/use", {"name": "nothing"}, 409),
        ("/site/unknown.example/tilt", {"group": "reading", "position": "hide"}, 404),
        ("/undo", {}, 409),
    ],
)
async def test_a_change_that_makes_no_sense_writes_nothing(
    tmp_path: Path, path: str, form: dict[str, str], status: int
) -> None:
    async with a_stage(tmp_path) as stage:
        answer = await stage.post(path, **form)
        assert answer.status_code == status
        assert stage.shelf.text() == ""


async def test_what_a_server_calls_itself_is_text_and_nothing_else(tmp_path: Path) -> None:
    async with a_stage(tmp_path) as stage:
        for path in PAGES:
            text = (await stage.client.get(path)).text
            assert "<img src=x" not in text
        assert "&lt;img src=x onerror=alert(1)&gt;" in (await stage.client.get("/site/news.example")).text


async def test_there_need_be_no_ledger_yet(tmp_path: Path) -> None:
    async with a_stage(tmp_path, ledger=False) as stage:
        for path in ("/", "/who", "/live"):
            assert (await stage.client.get(path)).status_code == 200
        assert (await stage.client.get("/site/news.example")).status_code == 404


async def test_a_ledger_that_cannot_be_read_is_a_clear_message(tmp_path: Path) -> None:
    (tmp_path / "ledger.db").write_bytes(b"this was never a database, and it is long enough to be taken for one" * 40)
    async with a_stage(tmp_path, ledger=False) as stage:
        answer = await stage.client.get("/")
        assert answer.status_code == 400
        assert "ledger.db" in answer.text
        assert "Traceback" not in answer.text


async def test_the_password_opens_the_door_and_a_guess_does_not(tmp_path: Path) -> None:
    async with (
        a_stage(tmp_path, password="correct horse") as stage,
        httpx.AsyncClient(base_url=stage.root, trust_env=False, timeout=60) as browser,
    ):
        here = {"Origin": stage.root}
        assert (await browser.post("/sign-in", data={"secret": "battery staple"}, headers=here)).status_code == 401
        assert (await browser.post("/sign-in", data={"secret": "correct horse"}, headers=here)).status_code == 303
        assert (await browser.get("/")).status_code == 200


async def test_exchanges_arrive_as_they_are_written(tmp_path: Path) -> None:
    async with a_stage(tmp_path) as stage, stage.client.stream("GET", "/live/events?after=3") as stream:
        assert stream.headers["Content-Type"] == "text/event-stream"
        lines = stream.aiter_lines()
        assert await anext(lines) == ": here"
        writer = await Writer.open(tmp_path / "ledger.db", KEY, version="test")
        writer.put(outcome(9, host="late.example"), NOON)
        await writer.close()
        told = [line async for line in lines_until(lines, "data: ")]
        assert '"host":"late.example"' in told[-1]


async def lines_until(lines: AsyncIterator[str], start: str) -> AsyncIterator[str]:
    async for line in lines:
        yield line
        if line.startswith(start):
            return


async def test_an_address_in_use_is_one_clear_line(tmp_path: Path) -> None:
    async with a_stage(tmp_path) as stage:
        with pytest.raises(CannotShowError, match="in use"):
            open_dash(
                ("127.0.0.1", stage.dash.gate.port), tmp_path / "ledger.db", stage.shelf, policy_in_force=lambda: ""
            )


async def test_everything_is_said_in_chinese_where_a_browser_asks_for_it(tmp_path: Path) -> None:
    async with a_stage(tmp_path) as stage:
        answer = await stage.client.get("/", headers={"Accept-Language": "zh-CN,zh;q=0.9,en;q=0.5"})
        assert answer.headers["Content-Language"] == "zh"
        assert 'lang="zh-Hans"' in answer.text
        assert "Who knows what" not in answer.text
