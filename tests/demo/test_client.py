from __future__ import annotations

import ssl
from typing import TYPE_CHECKING

import httpx
import pytest

from louver.demo.client import Client, ClientError
from louver.demo.exchange import Answer, page, redirect
from louver.demo.journey import WORKS, walk
from louver.demo.learnt import learnt_from

if TYPE_CHECKING:
    from louver.demo.internet import Internet


class Direct(httpx.AsyncHTTPTransport):
    """Sends every request to the little internet, whatever its host."""

    def __init__(self, internet: Internet) -> None:
        super().__init__(verify=ssl.create_default_context(cafile=str(internet.ca_file)))
        self._address = internet.address

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        host, port = self._address
        moved = httpx.Request(
            request.method,
            request.url.copy_with(host=host, port=port),
            headers=request.headers,
            stream=request.stream,
            extensions={**request.extensions, "sni_hostname": request.url.host},
        )
        return await super().handle_async_request(moved)


def client_in(internet: Internet) -> Client:
    return Client(httpx.AsyncClient(transport=Direct(internet)))


async def test_the_whole_way_works_without_a_browser(internet: Internet) -> None:
    told: list[str] = []
    async with client_in(internet) as client:
        works = await walk(client, told.append)
    assert works == {name: True for name, _, _ in WORKS}
    assert "pays" in told


async def test_without_louver_the_watchers_learn_everything(internet: Internet) -> None:
    async with client_in(internet) as client:
        await walk(client, lambda _: None)
    learnt = learnt_from(internet.received())
    assert learnt.followed == ("Ad Bazaar", "Chirper", "Data Swap")
    assert {"Footprint Metrics", "Typecase"} < set(learnt.known_again)
    assert "Ad Bazaar" in learnt.search
    assert learnt.mail == ("Mouse Trail",)
    assert learnt.clicks == 2
    assert learnt.pages > 3


async def test_it_sends_what_a_browser_would(internet: Internet) -> None:
    async with client_in(internet) as client:
        await client.open("https://travel-diary.test/lisbon")
        await client.press("#next")
    first, second = internet.received("travel-diary.test", "/lisbon")[0], internet.received(path="/porto")[0]
    assert (first.header("sec-fetch-site"), first.header("sec-fetch-dest")) == ("none", "document")
    assert first.header("referer") is None
    assert (second.header("sec-fetch-site"), second.header("referer")) == ("same-origin", first.url)
    tag = internet.received("adbazaar.test", "/tag.js")[0]
    assert tag.header("sec-fetch-site") == "cross-site"
    assert tag.header("referer") == "https://travel-diary.test/"
    fonts = internet.received("typecase.test")
    assert [bool(arrival.header("if-none-match")) for arrival in fonts] == [False, True]


async def test_an_emptied_script_does_nothing(internet: Internet) -> None:
    internet.serve("tagdepot.test", "/gtm.js", Answer(b""))
    async with client_in(internet) as client:
        await client.open("https://travel-diary.test/lisbon")
    assert internet.received("footprint-metrics.test") == []


async def test_what_cannot_be_visited_is_said(internet: Internet) -> None:
    internet.serve("round.test", "/", redirect("https://round.test/"))
    internet.serve("bare.test", "/", page("<title>bare</title>"))
    async with client_in(internet) as client:
        with pytest.raises(ClientError, match="without end"):
            await client.open("https://round.test/")
        with pytest.raises(ClientError, match="answered 404"):
            await client.open("https://nobody.test/")
        await client.open("https://bare.test/")
        with pytest.raises(ClientError, match="has no #next"):
            await client.press("#next")


async def test_a_dead_address_is_one_clear_line() -> None:
    async with Client(httpx.AsyncClient()) as client:
        with pytest.raises(ClientError, match=r"could not visit https://127\.0\.0\.1:9/"):
            await client.open("https://127.0.0.1:9/")
