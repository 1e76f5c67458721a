from __future__ import annotations

import pytest

from louver.core.facts import Headers, Page, Request, ResourceType, Response
from louver.proxy import streams

PAGE = Page(1, "https://page.test/", "page.test", "referer", 0.9)
H1 = ("Host", "t.test")
FORM = ("Content-Type", "application/x-www-form-urlencoded; charset=UTF-8")


def a_post(*headers: tuple[str, str], method: str = "POST", page: Page | None = PAGE) -> Request:
    return Request("https://t.test/", method, headers, ResourceType.XMLHTTPREQUEST, page)


def length(size: int) -> tuple[str, str]:
    return ("Content-Length", str(size))


@pytest.mark.parametrize(
    ("request_", "streamed"),
    [
        (a_post(H1, length(100)), False),
        (a_post(H1, length(64 * 1024)), False),
        (a_post(H1, length(64 * 1024 + 1)), True),
        (a_post(H1, ("Transfer-Encoding", "chunked")), True),
        (a_post(H1), False),
        (a_post(), True),
        (a_post(method="GET"), False),
        (a_post(H1, ("Content-Length", "٣")), False),
    ],
)
def test_uploads_are_streamed_when_large_or_of_unknown_length(request_: Request, streamed: bool) -> None:
    assert streams.stream_request(request_) is streamed


@pytest.mark.parametrize(
    ("status", "headers", "streamed"),
    [
        (200, (length(100),), False),
        (200, (length(1_000_000),), True),
        (200, (), True),
        (206, (length(65_537),), True),
        (101, (), False),
        (204, (), False),
        (304, (), False),
    ],
)
def test_answers_are_streamed_when_large_or_of_unknown_length(status: int, headers: Headers, streamed: bool) -> None:
    assert streams.stream_response(a_post(method="GET"), Response(status, headers)) is streamed


def test_an_answer_to_head_has_no_body_to_stream() -> None:
    assert not streams.stream_response(a_post(method="HEAD"), Response(200, (length(10**9),)))


@pytest.mark.parametrize(
    ("request_", "can"),
    [
        (a_post(H1, length(10)), True),
        (a_post(H1, length(256 * 1024)), True),
        (a_post(H1, length(256 * 1024 + 1)), False),
        (a_post(H1, length(0)), False),
        (a_post(H1, ("Transfer-Encoding", "chunked")), False),
        (a_post(H1), False),
    ],
)
def test_only_a_small_body_of_known_length_can_be_held(request_: Request, can: bool) -> None:
    assert streams.can_be_held(request_) is can


def test_a_blocked_upload_is_taken_in_only_while_it_is_small() -> None:
    assert not streams.too_large_to_swallow(a_post(H1, length(1024)))
    assert streams.too_large_to_swallow(a_post(H1, length(2_000_000)))
    assert streams.too_large_to_swallow(a_post(H1, ("transfer-encoding", "chunked")))
    assert not streams.too_large_to_swallow(a_post(method="GET"))


def test_event_streams_are_endless() -> None:
    assert streams.is_endless(Response(200, (("Content-Type", "Text/Event-Stream; charset=utf-8"),)))
    assert not streams.is_endless(Response(200, (("Content-Type", "text/html"),)))


def test_how_much_is_held_can_be_chosen() -> None:
    assert streams.can_be_held(a_post(H1, length(300_000)), 1_000_000)
    assert not streams.can_be_held(a_post(H1, length(100)), 10)
