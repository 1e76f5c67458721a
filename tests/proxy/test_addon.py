from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
from mitmproxy import http
from mitmproxy.flow import Error
from mitmproxy.test import tflow
from mitmproxy.websocket import WebSocketData, WebSocketMessage
from proxy_fakes import FakeEngine, ListBook, NoPages
from wsproto.frame_protocol import Opcode

from louver.core.decision import Action, Fate, Treated, Treatment
from louver.core.digests import keyed
from louver.core.facts import Page, Request, Response
from louver.core.recall import Recall
from louver.core.signals.signal import Grade, Kind, Place, Signal, Where
from louver.ledger.record import Coverage
from louver.proxy.addon import Louver

if TYPE_CHECKING:
    from collections.abc import Callable

    from mitmproxy.http import HTTPFlow

PAGE = Page(3, "https://page.test/", "page.test", "referer", 0.9)


def a_flow(
    *fields: tuple[bytes, bytes], host: str = "site.test", method: bytes = b"GET", body: bytes = b""
) -> HTTPFlow:
    flow = tflow.tflow()
    lines = ((b"Host", host.encode()), *fields)
    flow.request = http.Request(
        host, 443, method, b"https", b"", b"/p?xclid=1&q=2", b"HTTP/1.1", http.Headers(lines), body, None, 0, 0
    )
    return flow


def a_response(flow: HTTPFlow, *fields: tuple[bytes, bytes], status: int = 200) -> None:
    flow.response = http.Response(b"HTTP/1.1", status, b"OK", http.Headers(fields), None, None, 0, 0)


def a_louver(engine: FakeEngine | None = None, page: Page | None = PAGE) -> tuple[Louver, ListBook, NoPages]:
    book, pages, ticks = ListBook(), NoPages(page), iter(range(1, 1000))
    louver = Louver(book, clock=lambda: float(next(ticks)))
    louver.engine, louver.pages = engine or FakeEngine(), pages  # type: ignore[assignment]
    louver.recall = Recall(keyed(bytes(32)), lambda host: host)
    return louver, book, pages


def without_click_id(request: Request) -> Request:
    return replace(request, url=request.url.replace("xclid=1&", ""), headers=(*request.headers, ("Sec-GPC", "1")))


def test_a_request_leaves_as_the_engine_says_and_is_written_down() -> None:
    louver, book, _ = a_louver(FakeEngine(change=without_click_id))
    flow = a_flow()
    louver.requestheaders(flow)
    assert flow.request.path == "/p?q=2"
    assert flow.request.headers["Sec-GPC"] == "1"
    assert flow.response is None
    assert not book.exchanges
    a_response(flow, (b"Content-Length", b"5"))
    louver.responseheaders(flow)
    assert flow.response is not None
    flow.response.data.content = b"hello"
    louver.request(flow)
    louver.response(flow)
    (exchange,) = book.exchanges
    assert exchange.outcome is not None
    assert exchange.outcome.request.page == PAGE
    assert exchange.outcome.response is not None
    assert (exchange.received_bytes, exchange.coverage, exchange.address) == (5, Coverage.FULL, "127.0.0.1")
    assert book.ended[0] is not None
    assert not louver._open


def test_a_blocked_request_is_answered_and_the_answer_is_not_taken_for_the_servers() -> None:
    louver, book, _ = a_louver(FakeEngine({"site.test": (Action.BLOCK, None)}))
    flow = a_flow((b"Sec-Fetch-Dest", b"image"))
    louver.requestheaders(flow)
    assert flow.response is not None
    louver.request(flow)
    louver.responseheaders(flow)
    louver.response(flow)
    assert flow.response.headers["content-type"] == "image/gif"
    (outcome,) = book.outcomes()
    assert outcome.response is None
    assert outcome.decision.action is Action.BLOCK
    assert book.exchanges[0].received_bytes == 0


def test_a_redirect_and_a_surrogate_are_answered_too() -> None:
    louver, _, _ = a_louver(FakeEngine({"site.test": (Action.REDIRECT, "https://site.test/p?q=2")}))
    flow = a_flow()
    louver.requestheaders(flow)
    assert flow.response is not None
    assert (flow.response.status_code, flow.response.headers["location"]) == (307, "https://site.test/p?q=2")
    louver, _, _ = a_louver(FakeEngine({"site.test": (Action.SURROGATE, "noop.js")}))
    louver.resources = {"noop.js": ("text/javascript", b"1;")}.get
    flow = a_flow((b"Sec-Fetch-Dest", b"script"))
    louver.requestheaders(flow)
    assert flow.response is not None
    assert flow.response.raw_content == b"1;"


def test_a_blocked_upload_too_large_to_take_in_is_cut_off() -> None:
    louver, book, _ = a_louver(FakeEngine({"site.test": (Action.BLOCK, None)}))
    flow = a_flow((b"Content-Length", b"4000000000"), method=b"POST")
    louver.requestheaders(flow)
    assert flow.error is not None
    assert flow.error.msg == Error.KILLED_MESSAGE
    louver.error(flow)
    assert book.outcomes()[0].decision.action is Action.BLOCK


def test_a_body_that_a_detector_asks_for_is_there_when_the_engine_decides() -> None:
    engine = FakeEngine(change=lambda request: replace(request, body=(request.body or "").replace("secret", "x")))
    louver, book, _ = a_louver(engine)
    flow = a_flow(
        (b"Content-Length", b"8"), (b"Content-Type", b"application/x-www-form-urlencoded"), method=b"POST", body=b""
    )
    louver.requestheaders(flow)
    assert [asked.body for asked in engine.asked] == [None]
    flow.request.data.content = b"a=secret"
    louver.request(flow)
    assert [asked.body for asked in engine.asked] == [None, "a=secret"]
    assert flow.request.raw_content == b"a=x"
    assert flow.request.headers["content-length"] == "3"
    a_response(flow)
    louver.responseheaders(flow)
    louver.response(flow)
    assert (book.exchanges[0].sent_bytes, book.exchanges[0].coverage) == (8, Coverage.FULL)


def test_a_client_that_leaves_before_its_body_came_is_written_down() -> None:
    louver, book, pages = a_louver()
    flow = a_flow((b"Content-Length", b"8"), (b"Content-Type", b"text/plain"), method=b"POST")
    louver.requestheaders(flow)
    louver.client_disconnected(flow.client_conn)
    assert len(book.outcomes()) == 1
    assert book.ended == [None]
    assert pages.gone == [flow.client_conn.id]


def test_a_large_form_goes_by_and_counts_as_streamed() -> None:
    louver, book, _ = a_louver()
    flow = a_flow((b"Content-Length", b"300000"), (b"Content-Type", b"text/plain"), method=b"POST")
    louver.requestheaders(flow)
    assert flow.request.stream
    louver.error(flow)
    assert book.exchanges[0].coverage is Coverage.STREAMED


def test_a_streamed_answer_is_counted_and_passes_unchanged() -> None:
    louver, book, _ = a_louver()
    flow = a_flow()
    louver.requestheaders(flow)
    a_response(flow)
    louver.responseheaders(flow)
    assert flow.response is not None
    stream = flow.response.stream
    assert callable(stream)
    assert [stream(chunk) for chunk in (b"ab", b"cde", b"")] == [b"ab", b"cde", b""]
    louver.response(flow)
    assert book.exchanges[0].received_bytes == 5


def test_an_event_stream_is_written_down_at_its_beginning_and_once() -> None:
    louver, book, _ = a_louver()
    flow = a_flow()
    louver.requestheaders(flow)
    a_response(flow, (b"Content-Type", b"text/event-stream"))
    louver.responseheaders(flow)
    assert len(book.exchanges) == 1
    flow.error = Error("gone")
    louver.error(flow)
    assert len(book.exchanges) == 1


def a_socket(engine: FakeEngine) -> tuple[Louver, ListBook, HTTPFlow, WebSocketData]:
    louver, book, _ = a_louver(engine)
    flow = a_flow((b"Upgrade", b"websocket"))
    louver.requestheaders(flow)
    a_response(flow, (b"Upgrade", b"websocket"), status=101)
    louver.responseheaders(flow)
    flow.websocket = WebSocketData()
    louver.response(flow)
    return louver, book, flow, flow.websocket


def test_what_a_websocket_message_tells_is_decided_over_and_written_down_once() -> None:
    signal = Signal(Kind.EMAIL, Where.BODY, "email", Grade.CONFIRMED, Place(piece=0), "jane@mail.example")
    told = Treated(signal, Treatment.STRIP, Fate.BLOCKED, "a row")
    louver, book, flow, socket = a_socket(FakeEngine(speak=lambda text: ([told], text.replace("jane", ""))))
    for _ in range(3):
        socket.messages.append(WebSocketMessage(Opcode.TEXT, True, b"hello jane"))
        louver.websocket_message(flow)
        assert socket.messages[-1].content == b"hello "
    socket.messages.append(WebSocketMessage(Opcode.TEXT, False, b"hello jane"))
    louver.websocket_message(flow)
    assert socket.messages[-1].content == b"hello jane"
    louver.websocket_end(flow)
    assert [len(outcome.treated) for outcome in book.outcomes()] == [0, 1]
    assert book.exchanges[1].request.method == "MESSAGE"


def test_a_fault_over_a_message_keeps_it_back() -> None:
    louver, book, flow, socket = a_socket(FakeEngine(speak=broken))
    socket.messages.append(WebSocketMessage(Opcode.TEXT, True, b"secret"))
    louver.websocket_message(flow)
    assert socket.messages[-1].dropped
    assert book.faults[0][1:] == ("dropped", "message")


def test_a_websocket_is_counted_and_its_messages_are_not_kept() -> None:
    louver, book, _ = a_louver()
    flow = a_flow((b"Upgrade", b"websocket"))
    louver.requestheaders(flow)
    a_response(flow, (b"Upgrade", b"websocket"), status=101)
    louver.responseheaders(flow)
    assert flow.response is not None
    assert not flow.response.stream
    flow.websocket = WebSocketData()
    louver.response(flow)
    assert book.exchanges[0].coverage is Coverage.WEBSOCKET
    for _ in range(5):
        flow.websocket.messages.append(WebSocketMessage(Opcode.TEXT, True, b"x"))
        louver.websocket_message(flow)
    assert len(flow.websocket.messages) == 1
    louver.keep_messages = True
    flow.websocket.messages.append(WebSocketMessage(Opcode.TEXT, True, b"x"))
    louver.websocket_message(flow)
    assert len(flow.websocket.messages) == 2


def test_a_failed_connection_is_an_exchange_without_an_answer() -> None:
    louver, book, _ = a_louver()
    flow = a_flow()
    louver.requestheaders(flow)
    flow.error = Error("connection refused")
    louver.error(flow)
    assert book.outcomes()[0].response is None
    assert (book.exchanges[0].coverage, book.ended) == (Coverage.FULL, [None])


def test_stopping_writes_down_what_is_on_its_way() -> None:
    louver, book, _ = a_louver()
    louver.requestheaders(a_flow())
    louver.stop()
    assert len(book.exchanges) == 1
    assert not louver._open


def test_what_another_addon_answered_is_left_alone() -> None:
    louver, book, _ = a_louver(FakeEngine({"site.test": (Action.BLOCK, None)}))
    flow = a_flow()
    flow.response = http.Response.make(407)
    theirs = flow.response
    louver.requestheaders(flow)
    louver.request(flow)
    louver.responseheaders(flow)
    louver.response(flow)
    assert flow.response is theirs
    assert not book.exchanges


def broken(*_: object) -> Any:
    raise ValueError("uid=s3cret")


@pytest.mark.parametrize("part", ["engine.request", "pages.request", "pages.initiator", "flow"])
@pytest.mark.parametrize("passes", [False, True])
def test_no_failure_lets_a_request_out_unless_policy_says_so(part: str, passes: bool) -> None:
    louver, book, pages = a_louver(FakeEngine(on_fault_pass=passes))
    flow = a_flow((b"Sec-Fetch-Dest", b"document"))
    match part:
        case "engine.request":
            louver.engine.request = broken  # type: ignore[method-assign, assignment]
        case "flow":
            flow.request.data.scheme = None  # type: ignore[assignment]
        case _:
            setattr(pages, part.partition(".")[2], broken)
    louver.requestheaders(flow)
    ((_, answer, _),) = book.faults
    louver.error(flow)
    assert [exchange.coverage for exchange in book.exchanges] == [Coverage.FAILED] * (part != "flow")
    if passes:
        assert answer == "passed"
        assert flow.response is None
        assert flow.error is None
    else:
        assert answer == "blocked"
        assert flow.response is not None
        assert flow.response.status_code == 502
        assert "s3cret" not in flow.response.text  # type: ignore[operator]


def test_a_failure_while_waiting_for_a_body_blocks_too() -> None:
    louver, book, _ = a_louver()
    flow = a_flow((b"Content-Length", b"3"), (b"Content-Type", b"text/plain"), method=b"POST")
    louver.requestheaders(flow)
    louver.engine.request = broken  # type: ignore[method-assign, assignment]
    flow.request.data.content = b"a=b"
    louver.request(flow)
    assert flow.response is not None
    assert flow.response.status_code == 502
    assert book.faults[0][1] == "blocked"


def test_a_failure_of_everything_closes_the_connection() -> None:
    louver, book, _ = a_louver()
    louver.engine.request = broken  # type: ignore[method-assign, assignment]
    book.fault = broken  # type: ignore[method-assign, assignment]
    flow = a_flow()
    louver.requestheaders(flow)
    assert flow.error is not None
    assert flow.error.msg == Error.KILLED_MESSAGE


def test_without_an_engine_nothing_passes() -> None:
    louver = Louver(ListBook())
    flow = a_flow()
    louver.requestheaders(flow)
    assert flow.error is not None
    assert flow.error.msg == Error.KILLED_MESSAGE


@pytest.mark.parametrize("body", [b"", b"theirs"])
def test_a_failure_over_an_answer_replaces_it_whole(body: bytes) -> None:
    louver, book, _ = a_louver()
    flow = a_flow((b"Sec-Fetch-Dest", b"document"))
    louver.requestheaders(flow)
    louver.engine.response = broken  # type: ignore[method-assign, assignment]
    a_response(flow, (b"Set-Cookie", b"uid=1"), (b"Content-Length", str(len(body)).encode()))
    louver.responseheaders(flow)
    assert flow.response is not None
    stream = flow.response.stream
    assert callable(stream)
    if body:
        sent = b"".join(part for chunk in (body, b"") for part in stream(chunk) if isinstance(part, bytes))
    else:
        flow.response.data.content = body
        louver.response(flow)
        sent = flow.response.raw_content or b""
    assert flow.response.status_code == 502
    assert "set-cookie" not in flow.response.headers
    assert int(flow.response.headers["content-length"]) == len(sent)
    assert b"Louver" in sent
    assert book.faults[0][1] == "blocked"


def test_a_failure_over_an_answer_may_pass_if_policy_says_so() -> None:
    louver, book, _ = a_louver(FakeEngine(on_fault_pass=True))
    flow = a_flow()
    louver.requestheaders(flow)
    louver.engine.response = broken  # type: ignore[method-assign, assignment]
    a_response(flow, (b"Set-Cookie", b"uid=1"))
    louver.responseheaders(flow)
    louver.response(flow)
    assert flow.response is not None
    assert flow.response.headers["set-cookie"] == "uid=1"
    assert book.exchanges[0].coverage is Coverage.FAILED


def change_response(change: Callable[[Response], Response]) -> HTTPFlow:
    louver, _, _ = a_louver(FakeEngine(change_response=change))
    flow = a_flow()
    louver.requestheaders(flow)
    a_response(flow, (b"Set-Cookie", b"uid=1"), (b"Set-Cookie", b"cart=2"))
    louver.responseheaders(flow)
    return flow


def test_an_answer_arrives_as_the_engine_says() -> None:
    flow = change_response(lambda response: replace(response, headers=response.headers[1:]))
    assert flow.response is not None
    assert flow.response.headers.fields == ((b"Set-Cookie", b"cart=2"),)
