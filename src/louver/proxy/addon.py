"""Knows when mitmproxy lets us look at an exchange and what to hand to whom; decides nothing about it.

The path: facts → page → engine → write back or answer → ledger. Whatever fails on it is caught here, in one place,
answered as policy says (`on_fault`), and recorded; an exception that left a hook would let the request out unmodified.
"""

from __future__ import annotations

import time
from dataclasses import replace
from typing import TYPE_CHECKING

from louver.core.decision import Action
from louver.core.facts import ResourceType
from louver.core.sites import host_of
from louver.core.ways import Ways
from louver.ledger.record import Coverage, error_detail
from louver.proxy import answers, faults, streams
from louver.proxy.exchange import Exchange, Socket
from louver.proxy.flows import (
    read_headers,
    read_request,
    read_response,
    replace_response,
    write_answer,
    write_request,
    write_response,
)
from louver.proxy.hints import Hints
from louver.proxy.inside import MARK
from louver.proxy.streams import LARGEST_READ
from louver.surrogates import surrogate

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Sequence

    from mitmproxy.connection import Client
    from mitmproxy.http import HTTPFlow
    from mitmproxy.websocket import WebSocketMessage

    from louver.core.decision import Outcome
    from louver.core.engine import Engine
    from louver.core.facts import Request
    from louver.core.pages import Pages
    from louver.core.recall import Recall
    from louver.proxy.book import Book
    from louver.proxy.resolver import Cnames


class Louver:
    """The hooks of an HTTP exchange. `engine` may be exchanged for a newer one at any time."""

    name = "louver"
    body_limit: int = LARGEST_READ
    """Bytes of a body that are held to be read; longer ones go by and are counted."""
    engine: Engine
    pages: Pages
    recall: Recall
    # All are given before the first exchange; without them nothing passes, since that is a fault nobody can answer.

    def __init__(
        self,
        book: Book,
        *,
        resources: Callable[[str], tuple[str, bytes] | None] = surrogate,
        clock: Callable[[], float] = time.time,
        keep_messages: bool = False,
    ) -> None:
        """Take the parts. `keep_messages` leaves WebSocket messages in memory for other addons to look at."""
        self.book, self.resources, self.clock, self.keep_messages = book, resources, clock, keep_messages
        self._open: dict[str, Exchange] = {}
        self._sockets: dict[str, Socket] = {}
        self.hints = Hints(book)
        self.ways = Ways()
        self.cnames: Cnames | None = None

    def requestheaders(self, flow: HTTPFlow) -> Awaitable[None] | None:
        """Decide over a request by its head, unless its body is wanted first; awaited where DNS is asked before."""
        if flow.response is not None or MARK in flow.metadata:
            return None
        try:
            exchange = self._begin(flow)
            question = self._look_behind(exchange)
            if question is not None:
                return self._decide_by_head_later(flow, exchange, question)
            self._decide_by_head(flow, exchange)
        except Exception as error:  # noqa: BLE001  (the one place where faults end; see the module's sentence)
            self._fault_in_request(flow, error)
        return None

    def request(self, flow: HTTPFlow) -> None:
        """Decide over a request whose body we waited for."""
        exchange = self._open.get(flow.id)
        if exchange is None:
            return
        body = flow.request.data.content
        if body is not None and not flow.request.stream:
            exchange.sent_bytes = len(body)
        if not exchange.waiting or flow.response is not None:
            return
        try:
            exchange.waiting = False
            text = (body or b"").decode("utf-8", "surrogateescape")
            # Read again: mitmproxy has answered an `Expect` line itself by now, and taken it out.
            headers = read_headers(flow.request.data.headers.fields)
            exchange.request = replace(exchange.request, headers=headers, body=text)
            outcome = exchange.outcome = self.engine.request(exchange.request)
            self._act(flow, exchange, outcome)
        except Exception as error:  # noqa: BLE001
            self._fault_in_request(flow, error)

    def responseheaders(self, flow: HTTPFlow) -> None:
        """Decide over an answer by its head, and let the body pass by."""
        exchange = self._open.get(flow.id)
        # mitmproxy calls this for our own answers too.
        if exchange is None or exchange.answered:
            return
        try:
            self._receive(flow, exchange)
        except Exception as error:  # noqa: BLE001
            self._fault_in_response(flow, exchange, error)

    def response(self, flow: HTTPFlow) -> None:
        """Close an exchange that is over, or has become a WebSocket."""
        exchange = self._open.pop(flow.id, None)
        if exchange is None or flow.response is None:
            return
        if exchange.instead is not None:
            # Where there was nothing to stream, mitmproxy has put the server's (empty) body here.
            flow.response.data.content = exchange.instead
        if not flow.response.stream and flow.response.data.content is not None and not exchange.answered:
            exchange.received_bytes = len(flow.response.data.content)
        if flow.websocket is not None:
            exchange.coverage = Coverage.WEBSOCKET
            self._sockets[flow.id] = Socket(exchange)
        self._note(exchange, self.clock())

    def error(self, flow: HTTPFlow) -> None:
        """Close an exchange that broke off."""
        exchange = self._open.pop(flow.id, None)
        if exchange is not None:
            self._note(exchange, ended=None)

    def websocket_message(self, flow: HTTPFlow) -> None:
        """Decide over a text message of the browser's and let it go; mitmproxy would keep every one of them."""
        if flow.websocket is None:
            return
        message, socket = flow.websocket.messages[-1], self._sockets.get(flow.id)
        if socket is not None and message.from_client and message.is_text and len(message.content) <= self.body_limit:
            try:
                self._speak(socket, message)
            except Exception as error:  # noqa: BLE001  (a message is treated as a request would be)
                self._fault_in_message(socket, message, error)
        if not self.keep_messages:
            del flow.websocket.messages[:-1]

    def websocket_end(self, flow: HTTPFlow) -> None:
        """Write down what the messages of a socket told."""
        socket = self._sockets.pop(flow.id, None)
        if socket is not None and socket.told:
            self._note(socket.account(), self.clock())

    def client_disconnected(self, client: Client) -> None:
        """Forget a client connection, with what was still on its way."""
        self.pages.disconnect(client.id)
        for key in [key for key, exchange in self._open.items() if exchange.client == client.id]:
            self._note(self._open.pop(key), ended=None)

    def stop(self) -> None:
        """Write down what is still on its way; nothing comes after this."""
        for exchange in self._open.values():
            self._note(exchange, ended=None)
        self._open.clear()
        self.hints.write(self.clock())

    def _speak(self, socket: Socket, message: WebSocketMessage) -> None:
        if socket.exchange.outcome is None:
            return
        treated, text = self.engine.message(socket.exchange.outcome, message.text)
        socket.hear(treated)
        if text != message.text:
            message.text = text

    def _fault_in_message(self, socket: Socket, message: WebSocketMessage, error: Exception) -> None:
        request = socket.exchange.request
        passes = self._passes(request)
        self.book.fault(error, self.clock(), "passed" if passes else "dropped", kind="message", request=request)
        if not passes:
            message.drop()

    def _begin(self, flow: HTTPFlow) -> Exchange:
        client, now = flow.client_conn, self.clock()
        exchange = Exchange(client.id, client.peername[0], now, read_request(flow))
        self._open[flow.id] = exchange
        exchange.request = self._attributed(exchange)
        self.ways.tick(now)
        exchange.sent_bytes = streams.body_size(exchange.request.headers) or 0
        return exchange

    def _look_behind(self, exchange: Exchange) -> Awaitable[Sequence[str]] | None:
        """Note what DNS says that a first-party host stands for; return the question to await where it is new."""
        request, page = exchange.request, exchange.request.page
        if self.cnames is None or page is None or request.type is ResourceType.DOCUMENT:
            return None
        host = host_of(request.url)
        if host == host_of(page.url) or self.engine.knowledge.sites.site(host) != page.site:
            return None
        found = self.cnames.find(host)
        if not isinstance(found, tuple):
            return self.cnames.wait(host, found)
        if found:
            exchange.request = replace(request, cnames=found)
        return None

    async def _decide_by_head_later(
        self, flow: HTTPFlow, exchange: Exchange, question: Awaitable[Sequence[str]]
    ) -> None:
        try:
            cnames = await question
            if self._open.get(flow.id) is not exchange:
                return  # it broke off meanwhile
            exchange.request = replace(exchange.request, cnames=tuple(cnames))
            self._decide_by_head(flow, exchange)
        except Exception as error:  # noqa: BLE001
            self._fault_in_request(flow, error)

    def _decide_by_head(self, flow: HTTPFlow, exchange: Exchange) -> None:
        outcome = exchange.outcome = self.engine.request(exchange.request)
        exchange.waiting = self.engine.wants_body(outcome) and streams.can_be_held(exchange.request, self.body_limit)
        if not exchange.waiting:
            self._act(flow, exchange, outcome)

    def _attributed(self, exchange: Exchange) -> Request:
        request = exchange.request
        page = self.pages.request(
            request.url, request.method, request.headers, exchange.address, exchange.client, exchange.at
        )
        if page is None:
            return request
        initiator = self.pages.initiator(page) if request.type is ResourceType.DOCUMENT else None
        return replace(request, page=page, initiator=initiator, client=exchange.address)

    def _act(self, flow: HTTPFlow, exchange: Exchange, outcome: Outcome) -> None:
        request = exchange.request
        outcome = exchange.outcome = self.ways.request(outcome, exchange.at)
        if outcome.decision.action is Action.PASS:
            write_request(flow, request, outcome.sent)
            if request.body is None:
                flow.request.stream = streams.stream_request(request)
                if self.engine.wants_body(outcome):
                    exchange.coverage = Coverage.STREAMED
            return
        exchange.answered = True
        if streams.too_large_to_swallow(request):
            flow.kill()
        else:
            write_answer(flow, self._answer(outcome))

    def _answer(self, outcome: Outcome) -> answers.Answer:
        location = outcome.decision.location
        match outcome.decision.action:
            case Action.REDIRECT if location is not None:
                return answers.redirect(outcome.request, location)
            case Action.SURROGATE if location is not None:
                return answers.surrogate(outcome, self.resources)
            case _:
                return answers.blocked(outcome)

    def _receive(self, flow: HTTPFlow, exchange: Exchange) -> None:
        response = read_response(flow)
        request = exchange.request
        self.pages.response(
            request.page,
            request.url,
            response.status,
            response.headers,
            exchange.address,
            exchange.client,
            self.clock(),
        )
        if exchange.outcome is not None:
            outcome = self.engine.response(exchange.outcome, response)
            exchange.outcome = self.ways.response(outcome, self.clock())
            for bounce in self.ways.due(self.engine.policy, self.clock()):
                self.book.bounce(bounce, self.clock())
            received = exchange.outcome.received or response
            write_response(flow, response, self.hints.without(received, exchange.outcome.recipient, self.clock()))
        assert flow.response is not None
        if streams.stream_response(exchange.request, response):
            flow.response.stream = exchange.count
        if streams.is_endless(response):
            # An event stream may stay open for days; the ledger should not wait for its end.
            self._note(self._open.pop(flow.id), ended=None)

    def _note(self, exchange: Exchange, ended: float | None) -> None:
        try:
            if exchange.outcome is None and exchange.coverage is not Coverage.FAILED:
                # Broken off while we asked DNS: nothing went out, and that it was tried is recorded all the same.
                exchange.outcome = self.engine.request(exchange.request)
            if exchange.outcome is not None:
                exchange.outcome = self.recall.note(exchange.outcome, exchange.at)
            self.book.exchange(exchange, ended)
        except Exception as error:  # noqa: BLE001  (a record that cannot be made is no reason to touch the traffic)
            self.book.fault(error, self.clock(), "not recorded", request=exchange.request)

    def _fault_in_request(self, flow: HTTPFlow, error: Exception) -> None:
        """Answer for our own failure before the request has left. Nothing may be raised from here."""
        try:
            exchange = self._open.get(flow.id)
            request = exchange.request if exchange else None
            passes = self._passes(request)
            self.book.fault(error, self.clock(), "passed" if passes else "blocked", request=request)
            if exchange is not None:
                exchange.waiting, exchange.answered, exchange.coverage = False, not passes, Coverage.FAILED
                exchange.outcome = faults.outcome(exchange.request, passes=passes)
            if passes:
                return
            write_answer(flow, answers.fault(request, error_detail(error)))
        except Exception as second:  # noqa: BLE001
            faults.last_resort(flow, second)

    def _fault_in_response(self, flow: HTTPFlow, exchange: Exchange, error: Exception) -> None:
        """Answer for our own failure after the response's head has come. Nothing may be raised from here."""
        try:
            passes = self._passes(exchange.request)
            exchange.coverage = Coverage.FAILED
            self.book.fault(error, self.clock(), "passed" if passes else "blocked", request=exchange.request)
            if passes:
                return
            answer = answers.fault(exchange.request, error_detail(error))
            exchange.instead = replace_response(flow, answer)
            assert flow.response is not None
            flow.response.stream = exchange.replace
        except Exception as second:  # noqa: BLE001
            faults.last_resort(flow, second)

    def _passes(self, request: Request | None) -> bool:
        site = request.page.site if request is not None and request.page is not None else ""
        return self.engine.policy.for_site(site).flags.on_fault_pass
