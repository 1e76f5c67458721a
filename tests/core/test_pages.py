"""Page attribution: what each kind of evidence must give, and what must hold whatever comes in."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from louver.core.pages import Pages

if TYPE_CHECKING:
    from collections.abc import Iterable

    from louver.core.facts import Headers, Page

VECTORS = json.loads((Path(__file__).parents[1] / "vectors" / "pages.json").read_text())["rows"]
BROWSER = "Mozilla/5.0 Chrome/156"
START = 1_700_000_000.0

type Row = dict[str, Any]


def site_of(host: str) -> str:
    return ".".join(host.rsplit(".", 2)[-2:])


def play(pages: Pages, step: Row) -> Page | None:
    now = START + step.get("at", 0)
    agent = ("user-agent", step.get("agent", BROWSER))
    headers: Headers = (*step["headers"].items(), agent)
    page = pages.request(step["url"], step.get("method", "GET"), headers, "127.0.0.1", step["on"], now)
    answer = step.get("answer", {})
    if answer is not False:
        told = tuple(answer.get("headers", {}).items())
        pages.response(page, step["url"], answer.get("status", 200), told, "127.0.0.1", step["on"], now)
    return page


def said(pages: Pages, page: Page, wanted: Row) -> Row:
    """Say of a page what a vector asks about."""
    opener = pages.initiator(page)
    facts = {
        "site": page.site,
        "method": page.method,
        "sure": page.confidence > 0.9,
        "id": page.id,
        "from": None if opener is None else opener.site,
    }
    return {name: facts[name] for name in wanted}


@pytest.mark.parametrize("row", VECTORS, ids=lambda row: row["name"])
def test_vector(row: Row) -> None:
    pages = Pages(site_of)
    for number, step in enumerate(row["steps"], 1):
        page = play(pages, step)
        if "expect" not in step:
            continue
        wanted = step["expect"]
        got = None if page is None or wanted is None else said(pages, page, wanted)
        assert got == wanted, f"step {number}: {page}"
        assert (page is None) == (wanted is None), f"step {number}: {page}"


def document(pages: Pages, name: str, number: int, connection: str = "") -> Page | None:
    headers = {"sec-fetch-dest": "document", "sec-fetch-mode": "navigate", "sec-fetch-site": "none"}
    return play(pages, {"url": f"https://{name}/{number}", "on": connection or name, "at": number, "headers": headers})


def image(pages: Pages, referer: str, connection: str, at: float = 0) -> Page | None:
    headers = {"sec-fetch-dest": "image", "sec-fetch-mode": "no-cors", "sec-fetch-site": "cross-site"}
    row = {"url": "https://pixel.test/p", "on": connection, "at": at, "headers": {**headers, "referer": referer}}
    return play(pages, row)


def test_a_connection_that_is_gone_is_forgotten() -> None:
    pages = Pages(site_of)
    document(pages, "news.test", 1)
    document(pages, "blog.test", 2)
    image(pages, "https://news.test/", "c")
    pages.disconnect("c")
    bare = {"sec-fetch-dest": "image", "sec-fetch-mode": "no-cors", "sec-fetch-site": "cross-site"}
    assert play(pages, {"url": "https://pixel.test/p", "on": "c", "at": 3, "headers": bare}) is None


def test_an_old_page_is_forgotten_and_its_requests_are_unknown() -> None:
    pages = Pages(site_of, limit=4)
    for number in range(100):
        document(pages, f"site{number}.test", number)
    assert image(pages, "https://site0.test/", "c", at=100) is None
    newest = image(pages, "https://site99.test/", "d", at=100)
    assert newest is not None
    assert newest.site == "site99.test"


def test_memory_does_not_grow_with_traffic() -> None:
    pages = Pages(site_of, limit=8)
    for number in range(10_000):
        document(pages, f"site{number}.test", number, f"c{number}")
        image(pages, f"https://site{number}.test/", f"d{number}", at=number)
    assert len(pages._links) <= 4096
    assert len(pages._contexts) <= 16
    assert len(pages._sites) <= 64
    browser = next(iter(pages._browsers.values()))
    assert max(len(browser.places), len(browser.expected), len(browser.contexts), len(browser.served)) <= 64


def test_requests_that_are_never_answered_are_forgotten() -> None:
    pages = Pages(site_of)
    for number in range(2_000):
        play(pages, {"url": f"https://a.test/{number}", "on": "c", "answer": False, "headers": {}})
    assert len(pages._links["c"].flights) <= 256


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_every_redirect_status_keeps_the_load(status: int) -> None:
    pages = Pages(site_of)
    headers = {"sec-fetch-dest": "document", "sec-fetch-mode": "navigate", "sec-fetch-site": "none"}
    answer = {"status": status, "headers": {"location": "https://b.test/"}}
    first = play(pages, {"url": "https://a.test/", "on": "a", "headers": headers, "answer": answer})
    last = play(pages, {"url": "https://b.test/", "on": "b", "headers": headers})
    assert first is not None
    assert last is not None
    assert (first.id, first.site) == (last.id, "a.test")
    assert last.site == "b.test"


NAMES = st.sampled_from(
    [
        "Sec-Fetch-Dest", "sec-fetch-mode", "SEC-FETCH-SITE", "sec-fetch-storage-access", "Sec-Purpose", "Referer",
        "Origin", "Accept", "User-Agent", "Location", "Referrer-Policy", "Cache-Control", "Content-Disposition", "X",
    ]
)  # fmt: skip
VALUES = st.one_of(
    st.sampled_from(
        [
            "document", "iframe", "style", "script", "empty", "image", "navigate", "cors", "no-cors", "cross-site",
            "same-origin", "same-site", "none", "null", "https://a.test/", "https://b.test/x", "http://[::1", "//", "",
            "text/html", "https://[", "https://a.test:99999/", "no-referrer", "prefetch", "\udcff",
        ]
    ),
    st.text(max_size=20),
)  # fmt: skip
HEADERS = st.lists(st.tuples(NAMES, VALUES), max_size=8).map(tuple)
URLS = st.one_of(st.sampled_from(["https://a.test/", "https://b.test/x", "http://[", "", "x://"]), st.text(max_size=20))
EVENTS = st.tuples(URLS, st.sampled_from(["GET", "OPTIONS", "CONNECT"]), HEADERS, HEADERS, st.integers(100, 599))


def confidences(events: Iterable[tuple[str, str, Headers, Headers, int]]) -> list[float]:
    pages, sure = Pages(site_of, limit=3), []
    for number, (url, method, headers, answer, status) in enumerate(events):
        connection = f"c{number % 3}"
        page = pages.request(url, method, headers, "127.0.0.1", connection, START + number)
        if page is not None:
            sure.append(page.confidence)
            pages.initiator(page)
        pages.response(page, url, status, answer, "127.0.0.1", connection, START + number)
        if number % 7 == 6:
            pages.disconnect(connection)
    return sure


@given(st.lists(EVENTS, max_size=15))
def test_hostile_input_never_raises_and_confidence_is_a_probability(
    events: list[tuple[str, str, Headers, Headers, int]],
) -> None:
    assert all(0 < sure < 1 for sure in confidences(events))


@given(st.lists(EVENTS, max_size=15))
def test_the_same_events_give_the_same_answers(events: list[tuple[str, str, Headers, Headers, int]]) -> None:
    assert confidences(events) == confidences(events)


@given(st.permutations(["news", "blog", "shop", "mail"]), st.data())
def test_whatever_the_order_of_tabs_a_referer_finds_its_page(order: list[str], data: st.DataObject) -> None:
    pages = Pages(site_of)
    for number, name in enumerate(order):
        document(pages, f"{name}.test", number)
    chosen = data.draw(st.sampled_from(order))
    page = image(pages, f"https://{chosen}.test/", "c", at=9)
    assert page is not None
    assert page.site == f"{chosen}.test"
