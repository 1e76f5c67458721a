from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st
from proxy_fakes import an_outcome

from louver.core.decision import Action, RuleRef
from louver.core.facts import Headers, Request, ResourceType, header
from louver.proxy import answers

if TYPE_CHECKING:
    from louver.proxy.answers import Answer

SCRIPT, IMAGE, XHR = ResourceType.SCRIPT, ResourceType.IMAGE, ResourceType.XMLHTTPREQUEST


def a_request(
    kind: ResourceType = SCRIPT, headers: Headers = (), method: str = "GET", url: str = "https://t.test/x?uid=secret"
) -> Request:
    return Request(url, method, headers, kind, None)


def blocked(request: Request) -> Answer:
    return answers.blocked(an_outcome(request, Action.BLOCK))


@pytest.mark.parametrize(
    ("kind", "status", "media", "body"),
    [
        (SCRIPT, 200, "text/javascript; charset=utf-8", b""),
        (ResourceType.STYLESHEET, 200, "text/css; charset=utf-8", b""),
        (IMAGE, 200, "image/gif", answers.PIXEL),
        (ResourceType.SUBDOCUMENT, 200, "text/html; charset=utf-8", answers.EMPTY_PAGE),
        (ResourceType.PING, 204, None, b""),
        (ResourceType.FONT, 204, None, b""),
        (ResourceType.MEDIA, 204, None, b""),
        (ResourceType.OTHER, 204, None, b""),
        (ResourceType.WEBSOCKET, 403, "text/plain; charset=utf-8", b""),
        (XHR, 200, "text/plain; charset=utf-8", b""),
    ],
)
def test_each_type_gets_what_a_page_takes_most_calmly(
    kind: ResourceType, status: int, media: str | None, body: bytes
) -> None:
    answer = blocked(a_request(kind))
    assert (answer.status, header(answer.headers, "content-type"), answer.body) == (status, media, body)
    assert header(answer.headers, "cache-control") == "no-store"
    assert header(answer.headers, "cross-origin-resource-policy") == "cross-origin"


def test_every_type_has_an_answer() -> None:
    assert all(blocked(a_request(kind)).status in answers.REASON for kind in ResourceType)


@pytest.mark.parametrize(
    ("headers", "url", "status", "body"),
    [
        ((("Accept", "application/json, */*"),), "https://t.test/x", 200, b"{}"),
        ((("Accept", "*/*"),), "https://t.test/config.json?v=1", 200, b"{}"),
        ((("Accept", "text/event-stream"),), "https://t.test/x", 204, b""),
        ((("Sec-Fetch-Mode", "no-cors"), ("Accept", "*/*")), "https://t.test/collect", 204, b""),
    ],
)
def test_code_that_fetches_gets_what_it_can_read(headers: Headers, url: str, status: int, body: bytes) -> None:
    answer = blocked(a_request(XHR, headers, url=url))
    assert (answer.status, answer.body) == (status, body)


def test_a_page_may_read_the_answer_where_it_asked_to() -> None:
    answer = blocked(a_request(XHR, (("Origin", "https://page.test"),)))
    assert header(answer.headers, "access-control-allow-origin") == "https://page.test"
    assert header(answer.headers, "access-control-allow-credentials") == "true"
    assert header(answer.headers, "vary") == "Origin"
    assert header(blocked(a_request(XHR)).headers, "access-control-allow-origin") is None


def test_a_preflight_is_granted_what_it_asks_for() -> None:
    asks = (
        ("Origin", "https://page.test"),
        ("Access-Control-Request-Method", "PUT"),
        ("Access-Control-Request-Headers", "x-a,x-b"),
        ("Access-Control-Request-Private-Network", "true"),
    )
    answer = blocked(a_request(XHR, asks, "OPTIONS"))
    assert answer.status == 204
    assert header(answer.headers, "access-control-allow-methods") == "PUT"
    assert header(answer.headers, "access-control-allow-headers") == "x-a,x-b"
    assert header(answer.headers, "access-control-allow-private-network") == "true"
    assert header(answer.lines(), "content-length") is None


def test_an_isolated_page_can_load_the_empty_frame_and_worker() -> None:
    for kind in (ResourceType.SUBDOCUMENT, SCRIPT):
        assert header(blocked(a_request(kind)).headers, "cross-origin-embedder-policy") == "require-corp"


def test_the_pixel_is_a_whole_gif_of_one_transparent_pixel() -> None:
    assert answers.PIXEL.startswith(b"GIF89a\x01\x00\x01\x00")
    assert answers.PIXEL.endswith(b"\x3b")
    assert len(answers.PIXEL) == 43


def test_a_blocked_document_says_what_and_why_and_shows_no_query() -> None:
    answer = blocked(a_request(ResourceType.DOCUMENT))
    page = answer.body.decode()
    assert answer.status == 403
    for word in ("https://t.test/x", "a-list, line 7", "balanced", "advertising", "louver policy off t.test --for 1h"):
        assert word in page
    assert "secret" not in page
    assert "<script" not in page


@given(st.text(max_size=400), st.text(max_size=400), st.text(max_size=60))
def test_nothing_from_outside_becomes_markup(path: str, rule: str, owner: str) -> None:
    mark = "<i>\"'"
    outcome = an_outcome(a_request(ResourceType.DOCUMENT, url=f"https://t.test/{mark}{path}"), Action.BLOCK)
    outcome = replace(outcome, rule=RuleRef(mark + rule, mark, 1), owner=mark + owner, site=mark, recipient=mark)
    page = answers.blocked(outcome).body.decode()
    assert "<i>" not in page
    assert page.count("<") == page.count(">") or "&gt;" in page


def test_pages_of_ours_can_load_nothing_and_run_nothing() -> None:
    for answer in (blocked(a_request(ResourceType.DOCUMENT)), answers.fault(None, "x")):
        rules = header(answer.headers, "content-security-policy") or ""
        assert rules.startswith("default-src 'none';")


def test_a_redirect_keeps_method_and_is_remembered_by_nobody() -> None:
    answer = answers.redirect(a_request(XHR, (("Origin", "null"),)), "https://t.test/clean")
    assert answer.status == 307
    assert header(answer.headers, "location") == "https://t.test/clean"
    assert header(answer.headers, "cache-control") == "no-store"
    assert header(answer.headers, "access-control-allow-origin") == "null"


def test_a_surrogate_is_given_by_name_and_neutral_where_unknown() -> None:
    outcome = an_outcome(a_request(SCRIPT), Action.SURROGATE, "stand-in.js")
    known = answers.surrogate(outcome, {"stand-in.js": ("text/javascript", b"1;")}.get)
    assert (known.status, known.body) == (200, b"1;")
    unknown = answers.surrogate(outcome, lambda _name: None)
    assert (unknown.status, unknown.body) == (200, b"")


def test_a_fault_says_so_and_is_no_success() -> None:
    page = answers.fault(a_request(ResourceType.DOCUMENT), "ValueError at <x>")
    assert page.status == 502
    assert "ValueError at &lt;x&gt;" in page.body.decode()
    assert answers.fault(a_request(SCRIPT), "x").status == 502
