"""Knows how a request for a page becomes an answer: who is let in, in which language, and what an error looks like."""

from __future__ import annotations

import asyncio
import logging
from http import HTTPStatus
from importlib import resources
from typing import TYPE_CHECKING, Any, Final

from tornado.web import HTTPError, RequestHandler

from louver.errors import LouverError
from louver.web import gate
from louver.web.desk import CannotChangeError
from louver.web.room import render
from louver.web.tongues import wanted

if TYPE_CHECKING:
    from collections.abc import Mapping
    from types import TracebackType

    from louver.web.room import Room

GUESS_SECONDS: Final = 1.0
"""What a wrong password costs; one guess at a time."""

LANGUAGE: Final = "louver-language"
TYPES: Final[Mapping[str, str]] = {"css": "text/css", "js": "text/javascript", "svg": "image/svg+xml"}

log: Final = logging.getLogger("louver.web")


class Page(RequestHandler):
    """What every answer of the dashboard does first and last."""

    needs_key = True

    def initialize(self, room: Room) -> None:
        """Take what all pages share."""
        self.room = room

    def set_default_headers(self) -> None:
        """Set the headers that keep other sites out; errors have them, too."""
        for name, value in gate.HEADERS.items():
            self.set_header(name, value)

    def compute_etag(self) -> None:
        """Leave caches nothing to ask about."""

    def prepare(self) -> None:
        """Let in who may come in. The order matters: nothing is told to a host that is not ours."""
        headers = self.request.headers
        if not self.room.gate.knows_host(headers.get("Host", "")):
            raise HTTPError(HTTPStatus.MISDIRECTED_REQUEST)
        if gate.is_pried_at(headers):
            raise HTTPError(HTTPStatus.FORBIDDEN)
        if self.request.method not in ("GET", "HEAD") and not gate.comes_from_us(headers):
            raise HTTPError(HTTPStatus.FORBIDDEN)
        if self.needs_key and not self.room.gate.knows(self.get_cookie(self.room.gate.cookie)):
            self._ask_for_the_key()

    def _ask_for_the_key(self) -> None:
        if self.request.method == "GET" and self.room.gate.opens(self.get_query_argument("token", "")):
            self.let_in()
            return
        self.set_status(HTTPStatus.UNAUTHORIZED)
        self.show("sign_in.html", wrong=False)

    def let_in(self) -> None:
        """Give the browser its cookie, and an address without the token."""
        guard = self.room.gate
        self.set_cookie(guard.cookie, guard.session, httponly=True, samesite="Strict", path="/")
        self.redirect("/", status=HTTPStatus.SEE_OTHER)

    @property
    def code(self) -> str:
        """Return the language to speak."""
        return wanted(self.get_cookie(LANGUAGE), self.request.headers.get("Accept-Language", ""))

    def show(self, name: str, /, **given: Any) -> None:
        """Answer with a page."""
        self.set_header("Content-Type", "text/html; charset=utf-8")
        self.set_header("Content-Language", self.code)
        frame: dict[str, Any] = {"here": self.request.path, "last": None, "policy": ""}
        if self.room.gate.knows(self.get_cookie(self.room.gate.cookie)):
            frame |= {"last": self.room.desk.last, "policy": self.room.policy_in_force()}
        self.finish(render(name, self.code, **frame | given))

    def back(self, path: str) -> None:
        """Send the browser to a page of ours after a change."""
        self.redirect(path, status=HTTPStatus.SEE_OTHER)

    def write_error(self, status_code: int, **kwargs: Any) -> None:
        """Say what went wrong; our own errors in their own words, others without any detail."""
        error = kwargs.get("exc_info", (None, None, None))[1]
        text = str(error) if isinstance(error, LouverError) else HTTPStatus(status_code).phrase
        if isinstance(error, LouverError):
            self.set_status(HTTPStatus.CONFLICT if isinstance(error, CannotChangeError) else HTTPStatus.BAD_REQUEST)
        if status_code in (HTTPStatus.MISDIRECTED_REQUEST, HTTPStatus.FORBIDDEN):
            self.set_header("Content-Type", "text/plain")
            self.finish("This dashboard answers its own pages only.\n")
            return
        self.show("message.html", text=text)

    def log_exception(
        self, typ: type[BaseException] | None, value: BaseException | None, tb: TracebackType | None
    ) -> None:
        """Log what is a failure of ours, and nothing that a visitor wrote."""
        if not isinstance(value, HTTPError | LouverError):
            log.error("the dashboard failed: %s", typ, exc_info=(typ, value, tb))  # type: ignore[arg-type]


class SignIn(Page):
    """The door for a browser without a cookie."""

    needs_key = False

    def get(self) -> None:
        """Show the door; who is in already goes on."""
        if self.room.gate.knows(self.get_cookie(self.room.gate.cookie)):
            self.back("/")
        else:
            self.show("sign_in.html", wrong=False)

    async def post(self) -> None:
        """Let in who knows the password or the token."""
        async with self.room.guessing:
            if self.room.gate.opens(self.get_body_argument("secret", "")):
                self.let_in()
                return
            await asyncio.sleep(GUESS_SECONDS)
        self.set_status(HTTPStatus.UNAUTHORIZED)
        self.show("sign_in.html", wrong=True)


class Language(Page):
    """The choice of a language."""

    def post(self) -> None:
        """Remember it in this browser."""
        code = wanted(self.get_body_argument("language", ""), "")
        self.set_cookie(LANGUAGE, code, httponly=True, samesite="Strict", path="/", max_age=365 * 86_400)
        self.back("/")


class Asset(Page):
    """Style, script and sign: nothing in them is anybody's secret."""

    needs_key = False

    def get(self, name: str) -> None:
        """Answer with a file of ours."""
        kind = TYPES.get(name.rpartition(".")[2])
        file = resources.files("louver.web").joinpath("static", name)
        if kind is None or not file.is_file():
            raise HTTPError(HTTPStatus.NOT_FOUND)
        self.set_header("Content-Type", f"{kind}; charset=utf-8")
        self.finish(file.read_bytes())


class Nowhere(Page):
    """Every other address."""

    def prepare(self) -> None:
        """Say that there is nothing, to who may hear it."""
        super().prepare()
        if not self._finished:
            raise HTTPError(HTTPStatus.NOT_FOUND)
