"""What a client really gets where we fail, block, redirect or edit: mitmproxy here, and an engine of the test's."""

from __future__ import annotations

import asyncio
import contextlib
import ssl
from dataclasses import dataclass, replace
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import httpx
import pytest
from proxy_fakes import FakeEngine, NoPages
from proxy_origin import Handler, Origin, an_origin

from louver.core.decision import Action
from louver.core.facts import Page, Request, Response
from louver.proxy.master import Ready, Start, serve
from louver.setup import Settings

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Iterable, Iterator
    from pathlib import Path

pytestmark = pytest.mark.live

PAGE = Page(1, "https://page.test/", "page.test", "navigation", 0.99)


@pytest.fixture(scope="module")
def origin(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Origin]:
    with an_origin(tmp_path_factory.mktemp("origin")) as running:
        yield running


@pytest.fixture(autouse=True)
def _fresh(origin: Origin) -> None:
    origin.seen.clear()
    origin.answers.clear()


class Http2First(ssl.SSLContext):
    def set_alpn_protocols(self, alpn_protocols: Iterable[str]) -> None:
        super().set_alpn_protocols(sorted(alpn_protocols, key="h2 http/1.1".index))


@dataclass
class Running:
    engine: FakeEngine
    browser: httpx.AsyncClient


@pytest.fixture(params=["HTTP/1.1", "HTTP/2"])
async def running(
    request: pytest.FixtureRequest, tmp_path: Path, origin: Origin, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[Running]:
    engine = FakeEngine()

    class Watcher:
        lists = ()

        def __init__(self, *_: object) -> None:
            self.engine: Any = engine
            engine.knowledge = SimpleNamespace(sites=SimpleNamespace(site=str))  # type: ignore[attr-defined]

        def check(self, _now: float) -> bool:
            return False

    monkeypatch.setattr("louver.proxy.door.Watcher", Watcher)
    monkeypatch.setattr("louver.proxy.door.Pages", lambda *_: NoPages(PAGE))
    start = Start(
        Settings(config_dir=tmp_path, data_dir=tmp_path, cache_dir=tmp_path),
        listen=("127.0.0.1", 0),
        sets=(f"ssl_verify_upstream_trusted_ca={origin.ca_file}",),
        connect_to=(f":443:127.0.0.1:{origin.https}",),
    )
    ready: asyncio.Future[Ready] = asyncio.get_running_loop().create_future()
    serving = asyncio.create_task(serve(start, ready.set_result, signals=False))
    serving.add_done_callback(lambda _: ready.cancel())
    with contextlib.suppress(asyncio.CancelledError):
        await ready
    if serving.done():
        await serving  # says why it could not start
    told = ready.result()
    context = (Http2First if request.param == "HTTP/2" else ssl.SSLContext)(ssl.PROTOCOL_TLS_CLIENT)
    context.load_verify_locations(cadata=told.authority.export("pem").decode())
    async with httpx.AsyncClient(
        proxy=told.url, verify=context, http2=request.param == "HTTP/2", timeout=15, trust_env=False
    ) as browser:
        yield Running(engine, browser)
    told.stop()
    await serving


def broken(*_: object) -> Any:
    raise ValueError("uid=s3cret")


async def test_a_broken_engine_lets_nothing_out(running: Running, origin: Origin) -> None:
    running.engine.request = broken  # type: ignore[method-assign, assignment]
    answer = await running.browser.get("https://page.test/", headers={"Sec-Fetch-Dest": "document"})
    assert answer.status_code == 502
    assert "did not let it out" in answer.text
    assert "s3cret" not in answer.text
    assert origin.seen == []
    posted = await running.browser.post("https://page.test/", content=b"a=b", headers={"Content-Type": "text/plain"})
    assert posted.status_code == 502
    assert origin.seen == []


async def test_a_broken_engine_passes_everything_where_policy_says_so(running: Running, origin: Origin) -> None:
    running.engine.request = running.engine.response = broken  # type: ignore[method-assign, assignment]
    running.engine.on_fault_pass = True
    answer = await running.browser.get("https://page.test/a?b=%zz", headers={"Cookie": "a=1"})
    assert answer.status_code == 200
    assert origin.seen[0].path == "/a?b=%zz"
    assert origin.seen[0].headers["cookie"] == "a=1"


def chunked(handler: Handler) -> None:
    handler.send_response(200)
    handler.send_header("Transfer-Encoding", "chunked")
    handler.send_header("Set-Cookie", "uid=1")
    handler.end_headers()
    for _ in range(50):
        handler.wfile.write(b"2710\r\n" + b"x" * 10_000 + b"\r\n")
    handler.wfile.write(b"0\r\n\r\n")


def empty(handler: Handler) -> None:
    handler.send_response(304)
    handler.send_header("Set-Cookie", "uid=1")
    handler.end_headers()


@pytest.mark.parametrize("answers", [chunked, empty, lambda handler: handler.answer(b"x" * 100, "text/html")])
async def test_a_failure_over_an_answer_keeps_the_answer_back(
    running: Running, origin: Origin, answers: Callable[[Handler], None]
) -> None:
    origin.answers["/"] = answers
    running.engine.response = broken  # type: ignore[method-assign, assignment]
    for _ in range(2):
        answer = await running.browser.get("https://page.test/", headers={"Sec-Fetch-Dest": "document"})
        assert answer.status_code == 502
        assert "Louver" in answer.text
        assert "xxx" not in answer.text
        assert "set-cookie" not in answer.headers


async def test_a_redirect_keeps_the_method(running: Running, origin: Origin) -> None:
    running.engine.actions["page.test"] = (Action.REDIRECT, "https://other.test/clean")
    answer = await running.browser.get("https://page.test/?xclid=1")
    assert (answer.status_code, answer.headers["location"]) == (307, "https://other.test/clean")
    assert origin.seen == []


async def test_a_small_blocked_upload_is_taken_in_and_a_large_one_cut_off(running: Running, origin: Origin) -> None:
    running.engine.actions["t.test"] = (Action.BLOCK, None)
    small = await running.browser.post("https://t.test/beacon", content=b"x" * 50_000, headers={"Ping-To": "x"})
    assert small.status_code == 204
    with pytest.raises(httpx.TransportError):
        await running.browser.post("https://t.test/upload", content=b"x" * 3_000_000)
    assert origin.seen == []
    again = await running.browser.get("https://page.test/still-works")
    assert again.status_code == 200


async def test_an_edited_body_arrives_edited_and_whole(running: Running, origin: Origin) -> None:
    def change(request: Request) -> Request:
        return replace(request, body=(request.body or "").replace("uid=s3cret&", ""))

    running.engine.change = change
    form = {"Content-Type": "application/x-www-form-urlencoded"}
    await running.browser.post("https://page.test/collect", content=b"a=1&uid=s3cret&b=%zz", headers=form)
    (seen,) = origin.seen
    assert seen.body == b"a=1&b=%zz"
    assert seen.headers["content-length"] == str(len(seen.body))


async def test_cookies_are_taken_out_of_answers(running: Running, origin: Origin) -> None:
    origin.serve("/", b"x", "text/html", ("Set-Cookie", "uid=1"), ("Set-Cookie", "cart=2"))

    def change(response: Response) -> Response:
        return replace(response, headers=tuple(line for line in response.headers if "uid" not in line[1]))

    running.engine.change_response = change
    answer = await running.browser.get("https://page.test/")
    assert answer.headers.get_list("set-cookie") == ["cart=2"]


async def test_a_server_that_breaks_off_does_not_stop_us(running: Running, origin: Origin) -> None:
    def breaks(handler: Handler) -> None:
        handler.send_response(200)
        handler.send_header("Content-Length", "1000000")
        handler.end_headers()
        handler.wfile.write(b"x" * 1000)
        handler.close_connection = True

    origin.answers["/breaks"] = breaks
    with pytest.raises(httpx.TransportError):
        await running.browser.get("https://page.test/breaks")
    assert (await running.browser.get("https://page.test/fine")).status_code == 200
