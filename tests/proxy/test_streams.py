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
    ("request_", "wanted"),
    [
        (a_post(H1, length(10), FORM), True),
        (a_post(H1, length(10), ("content-type", "text/plain;charset=UTF-8")), True),
        (a_post(H1, length(10), ("content-type", "image/png")), False),
        (a_post(H1, length(0), FORM), False),
        (a_post(H1, length(70_000), FORM), False),
        (a_post(H1, length(10), FORM, ("Content-Encoding", "gzip")), False),
        (a_post(H1, length(10), FORM, ("Sec-Fetch-Site", "same-origin")), False),
        (a_post(H1, length(10), FORM, ("Sec-Fetch-Site", "cross-site")), True),
        (a_post(H1, length(10), FORM, page=None), False),
        (a_post(H1, length(10), FORM, method="GET"), False),
    ],
)
def test_only_small_text_to_others_is_held_for_reading(request_: Request, wanted: bool) -> None:
    assert streams.wants_body(request_) is wanted


def test_a_large_form_counts_as_one_that_should_have_been_read() -> None:
    large = a_post(H1, length(70_000), FORM)
    assert streams.is_readable(large)
    assert streams.stream_request(large)


def test_a_blocked_upload_is_taken_in_only_while_it_is_small() -> None:
    assert not streams.too_large_to_swallow(a_post(H1, length(1024)))
    assert streams.too_large_to_swallow(a_post(H1, length(2_000_000)))
    assert streams.too_large_to_swallow(a_post(H1, ("transfer-encoding", "chunked")))
    assert not streams.too_large_to_swallow(a_post(method="GET"))


def test_event_streams_are_endless() -> None:
    assert streams.is_endless(Response(200, (("Content-Type", "Text/Event-Stream; charset=utf-8"),)))
    assert not streams.is_endless(Response(200, (("Content-Type", "text/html"),)))
