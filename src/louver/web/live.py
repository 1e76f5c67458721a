"""Knows how exchanges reach an open page as they happen: server-sent events, one object of plain text apiece."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, Final

import msgspec
from tornado.iostream import StreamClosedError
from tornado.web import HTTPError

from louver.web.pages import Page
from louver.web.room import STREAMS
from louver.web.words import ACTIONS, KINDS

if TYPE_CHECKING:
    from louver.ledger.reader import Reader
    from louver.ledger.rows import Logged

LONGEST_NUMBER: Final = 18
WAIT: Final = 2.0
"""Seconds between two looks at whether there is a ledger by now."""


class Events(Page):
    """The stream behind the live page."""

    _task: asyncio.Task[None] | None = None

    async def get(self) -> None:
        """Send what is written from now on, until the page is closed."""
        if self.room.streams >= STREAMS:
            raise HTTPError(HTTPStatus.SERVICE_UNAVAILABLE)
        self.set_header("Content-Type", "text/event-stream")
        self.room.streams += 1
        self._task = asyncio.current_task()
        try:
            await self._send()
        except (StreamClosedError, asyncio.CancelledError):
            pass
        finally:
            self.room.streams -= 1

    def on_connection_close(self) -> None:
        """Stop asking the ledger for a page that nobody looks at."""
        if self._task is not None:
            self._task.cancel()

    async def _send(self) -> None:
        await self._say(": here\n\n")
        reader = await self._opened()
        async with reader:
            seen = self._seen()
            async for row in reader.follow(await reader.newest() if seen is None else seen):
                await self._say(f"id: {row.id}\ndata: {event(row)}\n\n")

    def _seen(self) -> int | None:
        """Return the last exchange that the page has: what it says when it comes back, else what it began with."""
        said = self.request.headers.get("Last-Event-ID") or self.get_query_argument("after", "")
        return int(said) if said.isascii() and said.isdigit() and len(said) <= LONGEST_NUMBER else None

    async def _opened(self) -> Reader:
        while True:
            reader = await self.room.reader()
            if reader is not None:
                return reader
            await asyncio.sleep(WAIT)

    async def _say(self, text: str) -> None:
        self.write(text)
        await self.flush()


def event(row: Logged) -> str:
    """Return an exchange as the live page's script takes it: one line of JSON."""
    told: dict[str, Any] = {
        "id": row.id,
        "at": row.at,
        "action": row.action,
        "word": ACTIONS.get(row.action, row.action),
        "host": row.host,
        "site": row.site,
        "owner": row.owner or "",
        "type": row.type,
        "status": row.status,
    }
    for outcome in ("shared", "rewritten", "blocked"):
        kinds = dict.fromkeys(KINDS.get(one.kind, one.kind) for one in row.signals if one.outcome == outcome)
        told[outcome] = list(kinds)
    with suppress(UnicodeError):
        return msgspec.json.encode(told).decode()
    return "{}"
