"""Knows how the dashboard is started and stopped: which address answers what."""

from __future__ import annotations

import errno
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from tornado.httpserver import HTTPServer
from tornado.netutil import bind_sockets
from tornado.web import Application, RequestHandler

from louver.errors import LouverError
from louver.inside import INTERNAL
from louver.web import changes, views
from louver.web.api import QUESTIONS, Answers
from louver.web.desk import Desk
from louver.web.gate import Gate
from louver.web.live import Events
from louver.web.pages import Asset, Language, Nowhere, SignIn
from louver.web.room import Room

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from louver.policies import Shelf

LARGEST_FORM: Final = 64 * 1024
SITE: Final = r"/site/([^/]+)"

ADDRESSES: Final[tuple[tuple[str, type[RequestHandler]], ...]] = (
    (r"/", views.Today),
    (SITE, views.Site),
    (SITE + r"/broken", views.Broken),
    (SITE + r"/tilt", changes.Tilt),
    (SITE + r"/relax", changes.Relax),
    (SITE + r"/ask", changes.Ask),
    (SITE + r"/answer", changes.Reply),
    (SITE + r"/preset", changes.Preset),
    (SITE + r"/off", changes.Off),
    (r"/use", changes.Use),
    (r"/undo", changes.Undo),
    (r"/who", views.Who),
    (r"/ask", changes.Ask),
    (r"/questions", views.Questions),
    (r"/live", views.Live),
    (r"/balance", views.Balance),
    (r"/what-if", views.WhatIf),
    (r"/live/events", Events),
    (r"/why/(\d{1,18})", views.Why),
    (r"/api/openapi.json", Answers),
    (r"/sign-in", SignIn),
    (r"/language", Language),
    (r"/static/([a-z]+\.[a-z]+)", Asset),
    (r".*", Nowhere),
)
"""Address to whoever answers; the first that fits."""


class CannotShowError(LouverError):
    """The dashboard's address is taken, or not ours to listen on."""

    def __init__(self, address: str, why: str) -> None:
        super().__init__(f"the dashboard cannot listen on {address}: {why}; choose another with --dash HOST:PORT")


@dataclass(frozen=True, slots=True)
class Dash:
    """A dashboard that listens."""

    gate: Gate
    server: HTTPServer

    @property
    def url(self) -> str:
        """Return the address with the key, for the person who started it."""
        host = f"[{self.gate.host}]" if ":" in self.gate.host else self.gate.host
        return f"http://{host}:{self.gate.port}/?token={self.gate.token}"

    @property
    def internal_url(self) -> str:
        """Return the address for browsers behind the proxy."""
        return f"http://{INTERNAL}/?token={self.gate.token}"

    async def stop(self) -> None:
        """Listen no more, and hang up."""
        self.server.stop()
        await self.server.close_all_connections()


def open_dash(
    address: tuple[str, int],
    ledger: Path,
    shelf: Shelf,
    *,
    policy_in_force: Callable[[], str],
    on_change: Callable[[], None] = lambda: None,
    password: str = "",
    or_any_port: bool = False,
) -> Dash:
    """Listen, in the running event loop. Raises CannotShowError, PasswordNeededError."""
    host, port = address
    Gate(host, port, password)  # refuses before anything listens
    try:
        sockets = bind_sockets(port, host)
    except OSError as error:
        if or_any_port and error.errno == errno.EADDRINUSE:
            sockets = bind_sockets(0, host)
        else:
            why = "the address is in use" if error.errno == errno.EADDRINUSE else str(error.strerror or error)
            raise CannotShowError(f"{host}:{port}", why) from error
    gate = Gate(host, sockets[0].getsockname()[1], password)
    room = Room(gate, ledger, Desk(shelf, on_change), policy_in_force)
    asked = [(question.path, Answers, {"room": room, "question": question}) for question in QUESTIONS]
    shown = [(path, handler, {"room": room}) for path, handler in ADDRESSES]
    application = Application([*asked, *shown], log_function=lambda _: None)
    server = HTTPServer(application, max_body_size=LARGEST_FORM, max_buffer_size=2 * LARGEST_FORM)
    server.add_sockets(sockets)
    return Dash(gate, server)
