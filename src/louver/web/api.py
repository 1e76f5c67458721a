"""Knows the JSON interface: which questions there are, what they take and give, and its OpenAPI document."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import msgspec
from tornado.web import HTTPError

from louver import __version__
from louver.errors import LouverError
from louver.ledger.reader import Reader
from louver.ledger.rows import Coverage, Logged, Site, SiteDetail
from louver.policies import PRESETS
from louver.reports import answers
from louver.reports.answers import Explained
from louver.reports.balance import Balances
from louver.reports.broken import Suspect
from louver.reports.linking import Linkage
from louver.reports.whatif import WhatIf
from louver.web.pages import Page
from louver.web.room import compiled

if TYPE_CHECKING:
    from louver.web.room import Room

MOST: Final = 1_000
LARGEST: Final = 2**63 - 1
BEARER: Final = "Bearer "


class BadParameterError(LouverError):
    """A parameter that cannot be used."""

    def __init__(self, name: str, why: str) -> None:
        super().__init__(f"{name}: {why}")


class Sites(msgspec.Struct, frozen=True):
    """All sites since a time, with how much was inspected and how often Louver itself failed."""

    sites: list[Site]
    coverage: Coverage
    faults: int


class Trouble(msgspec.Struct, frozen=True):
    """Why there is no answer."""

    error: str


class Asked:
    """The parameters of a question, each read as what it should be."""

    def __init__(self, texts: Mapping[str, str]) -> None:
        self._texts = texts

    def text(self, name: str) -> str:
        """Return a text that must be there. Raises BadParameterError."""
        if not self._texts.get(name):
            raise BadParameterError(name, "missing")
        return self._texts[name]

    def number(self, name: str, most: int = LARGEST, *, default: int = 0) -> int:
        """Return a whole number from 0 to `most`. Raises BadParameterError."""
        text = self._texts.get(name, "")
        if not text:
            return default
        if not text.isascii() or not text.isdigit() or len(text) > len(str(LARGEST)) or int(text) > most:
            raise BadParameterError(name, f"expected a whole number up to {most}")
        return int(text)

    def since(self) -> float | None:
        """Return the time from which on to look, in Unix seconds; None means all of it. Raises BadParameterError."""
        return float(self.number("since", 10**11)) if self._texts.get("since") else None

    def maybe(self, name: str) -> str | None:
        """Return a text that may be missing."""
        return self._texts.get(name) or None


type Ask = Callable[[Reader, "Room", Asked], Awaitable[Any]]


class Question(NamedTuple):
    """One question: its address, what it is about, the parameters, the answer's type, and how it is asked."""

    path: str
    summary: str
    parameters: tuple[str, ...]
    answer: Any
    ask: Ask


async def _sites(reader: Reader, _: Room, asked: Asked) -> Sites:
    since = asked.since()
    return Sites(await reader.sites(since), await reader.coverage(since), await reader.faults(since))


async def _site(reader: Reader, _: Room, asked: Asked) -> SiteDetail | None:
    return await reader.site(asked.text("site"), asked.since())


async def _log(reader: Reader, _: Room, asked: Asked) -> list[Logged]:
    limit = asked.number("limit", MOST, default=100)
    return await reader.log(limit, site=asked.maybe("site"), since=asked.since(), after=asked.number("after"))


async def _why(reader: Reader, room: Room, asked: Asked) -> Explained | None:
    return await answers.why(reader, asked.number("id"), [compiled(room, name) for name in PRESETS])


async def _who(reader: Reader, _: Room, asked: Asked) -> Linkage:
    return await answers.who(reader, asked.since())


async def _balance(reader: Reader, _: Room, asked: Asked) -> Balances:
    return await answers.balance(reader, asked.since(), asked.maybe("site"))


async def _what_if(reader: Reader, room: Room, asked: Asked) -> WhatIf:
    name = asked.text("policy")
    if name not in room.desk.shelf.names():
        raise BadParameterError("policy", "there is none of that name")
    most = asked.number("limit", 100_000, default=20_000)
    return await answers.whatif(reader, compiled(room, name), asked.since(), asked.maybe("site"), most)


async def _broken(reader: Reader, _: Room, asked: Asked) -> list[Suspect]:
    return await answers.broken(reader, asked.text("site"))


QUESTIONS: Final = (
    Question("/api/sites", "All sites with their totals.", ("since",), Sites, _sites),
    Question("/api/site", "One site: who was there and what they got.", ("site", "since"), SiteDetail, _site),
    Question("/api/log", "The last exchanges, oldest first.", ("limit", "site", "since", "after"), list[Logged], _log),
    Question("/api/why", "One exchange, and what other policies would have done.", ("id",), Explained, _why),
    Question("/api/who", "Who can link which sites, without and with Louver.", ("since",), Linkage, _who),
    Question("/api/balance", "Privacy gained and utility kept.", ("since", "site"), Balances, _balance),
    Question(
        "/api/what-if",
        "What another policy would have done.",
        ("policy", "site", "since", "limit"),
        WhatIf,
        _what_if,
    ),
    Question("/api/broken", "What may have broken a site's last page.", ("site",), list[Suspect], _broken),
)
NEEDED: Final = {("/api/site", "site"), ("/api/broken", "site"), ("/api/why", "id"), ("/api/what-if", "policy")}
PARAMETERS: Final[Mapping[str, tuple[str, dict[str, Any]]]] = {
    "since": ("Only what came after this time, in Unix seconds.", {"type": "integer", "minimum": 0}),
    "site": ("A site of the ledger.", {"type": "string"}),
    "limit": ("How many at the most.", {"type": "integer", "minimum": 0}),
    "after": ("Only exchanges with a greater number.", {"type": "integer", "minimum": 0}),
    "id": ("The number of an exchange.", {"type": "integer", "minimum": 0}),
    "policy": ("The name of a policy.", {"type": "string"}),
}


class Answers(Page):
    """Everything under /api. A program shows the key as a bearer token; a browser has its cookie."""

    def initialize(self, room: Room, question: Question | None = None) -> None:
        """Take what is asked here; None is the question which questions there are."""
        super().initialize(room)
        self.question = question

    def prepare(self) -> None:
        """Let in who shows the key, as a program does; else do as for a page."""
        said = self.request.headers.get("Authorization", "")
        if said.startswith(BEARER) and self.room.gate.knows_host(self.request.headers.get("Host", "")):
            if not self.room.gate.opens(said.removeprefix(BEARER)):
                raise HTTPError(HTTPStatus.UNAUTHORIZED)
            return
        super().prepare()

    def _ask_for_the_key(self) -> None:
        raise HTTPError(HTTPStatus.UNAUTHORIZED)

    async def get(self) -> None:
        """Answer."""
        if self.question is None:
            self._tell(document())
            return
        ask, asked = (
            self.question.ask,
            Asked({name: self.get_query_argument(name, "") for name in self.question.parameters}),
        )
        answer = await self.room.aside(lambda reader: ask(reader, self.room, asked))
        if answer is None:
            raise HTTPError(HTTPStatus.NOT_FOUND)
        self._tell(answer)

    def write_error(self, status_code: int, **kwargs: Any) -> None:
        """Say in JSON what is wrong."""
        error = kwargs.get("exc_info", (None, None, None))[1]
        if isinstance(error, LouverError):
            self.set_status(HTTPStatus.BAD_REQUEST)
        text = str(error) if isinstance(error, LouverError) else HTTPStatus(status_code).phrase
        self._tell(Trouble(text))

    def _tell(self, value: Any) -> None:
        self.set_header("Content-Type", "application/json")
        self.finish(msgspec.json.encode(value))


def document() -> dict[str, Any]:
    """Return the OpenAPI 3.1 document; its schemas come from the types that answers are made of."""
    types = [*(question.answer for question in QUESTIONS), Trouble]
    schemas, components = msgspec.json.schema_components(types, ref_template="#/components/schemas/{name}")
    trouble = schemas[-1]
    return {
        "openapi": "3.1.0",
        "info": {"title": "Louver", "version": __version__, "summary": "What the web learned, site by site."},
        "components": {
            "schemas": components,
            "securitySchemes": {"key": {"type": "http", "scheme": "bearer"}},
        },
        "security": [{"key": []}],
        "paths": {
            question.path: {"get": _operation(question, schema, trouble)}
            for question, schema in zip(QUESTIONS, schemas, strict=False)
        },
    }


def _operation(question: Question, schema: dict[str, Any], trouble: dict[str, Any]) -> dict[str, Any]:
    wrong = {"content": {"application/json": {"schema": trouble}}}
    return {
        "summary": question.summary,
        "parameters": [
            {
                "name": name,
                "in": "query",
                "required": (question.path, name) in NEEDED,
                "description": PARAMETERS[name][0],
                "schema": PARAMETERS[name][1],
            }
            for name in question.parameters
        ],
        "responses": {
            "200": {"description": "The answer.", "content": {"application/json": {"schema": schema}}},
            "400": {"description": "A parameter cannot be used.", **wrong},
            "401": {"description": "The key is missing or wrong.", **wrong},
            "404": {"description": "The ledger has no such thing.", **wrong},
        },
    }
