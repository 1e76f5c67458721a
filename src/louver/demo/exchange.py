"""Knows what the little internet's origin receives and answers, as plain values; knows nothing of sockets."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final
from urllib.parse import parse_qsl, urlsplit

YEAR: Final = 31_536_000
"""The lifetime of an identifier cookie, in seconds."""


@dataclass(frozen=True, slots=True)
class Arrival:
    """A request as the origin received it. `target` is path and query; `time` is Unix seconds."""

    host: str
    method: str
    target: str
    headers: tuple[tuple[str, str], ...]
    body: bytes
    time: float

    @property
    def url(self) -> str:
        """The absolute URL."""
        return f"https://{self.host}{self.target}"

    @property
    def path(self) -> str:
        """The path without its query."""
        return urlsplit(self.url).path

    @property
    def query(self) -> dict[str, str]:
        """The query's parameters, decoded; the last of a name wins."""
        return dict(parse_qsl(urlsplit(self.url).query, keep_blank_values=True))

    @property
    def form(self) -> dict[str, str]:
        """The fields of a URL-encoded body."""
        return dict(parse_qsl(self.body.decode("utf-8", "replace"), keep_blank_values=True))

    @property
    def cookies(self) -> dict[str, str]:
        """The cookies by name, from every `Cookie` line."""
        lines = (value for name, value in self.headers if name == "cookie")
        pairs = (piece.strip().partition("=") for line in lines for piece in line.split(";"))
        return {name: value for name, _, value in pairs if name}

    def header(self, name: str) -> str | None:
        """Return the first value of a header; `name` must be lower case."""
        return next((value for key, value in self.headers if key == name), None)


@dataclass(frozen=True, slots=True)
class Answer:
    """What the origin says to an arrival. A length header is added where it is sent."""

    body: bytes = b""
    status: int = 200
    headers: tuple[tuple[str, str], ...] = ()

    def plus(self, *headers: tuple[str, str]) -> Answer:
        """Return the same answer with more header lines."""
        return Answer(self.body, self.status, self.headers + headers)


type Handler = Callable[[Arrival], Answer]

PIXEL: Final = bytes.fromhex(
    "47494638396101000100800000000000ffffff21f90401000000002c000000000100010000020144003b",
)
"""The smallest transparent GIF."""


def page(text: str) -> Answer:
    """Answer with a document that no cache may keep."""
    return Answer(text.encode(), headers=(("Content-Type", "text/html; charset=utf-8"), ("Cache-Control", "no-store")))


def script(text: str) -> Answer:
    """Answer with a script that is fetched anew each time, so that every visit shows."""
    return Answer(
        text.encode(), headers=(("Content-Type", "text/javascript; charset=utf-8"), ("Cache-Control", "no-cache"))
    )


def style(text: str) -> Answer:
    """Answer with a style sheet."""
    return Answer(text.encode(), headers=(("Content-Type", "text/css; charset=utf-8"), ("Cache-Control", "no-cache")))


def pixel() -> Answer:
    """Answer with a transparent pixel that no cache may keep."""
    return Answer(PIXEL, headers=(("Content-Type", "image/gif"), ("Cache-Control", "no-store")))


def data(value: object) -> Answer:
    """Answer with JSON that any page may read."""
    body = json.dumps(value).encode()
    return Answer(body, headers=(("Content-Type", "application/json"), ("Access-Control-Allow-Origin", "*")))


def redirect(url: str, status: int = 302) -> Answer:
    """Answer with a redirect."""
    return Answer(status=status, headers=(("Location", url), ("Cache-Control", "no-store")))


def cookie(name: str, value: str, *, third_party: bool = False, seconds: int | None = None) -> tuple[str, str]:
    """Return a `Set-Cookie` line: of a session, or with a lifetime in seconds; `SameSite=None` where it must travel."""
    life = "" if seconds is None else f"; Max-Age={seconds}"
    reach = "SameSite=None" if third_party else "SameSite=Lax; HttpOnly"
    return ("Set-Cookie", f"{name}={value}; Path=/{life}; Secure; {reach}")
