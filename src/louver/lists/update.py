"""Knows how lists are brought up to date: several at once, each taken in whole or left as it was."""

from __future__ import annotations

import asyncio
import hashlib
import posixpath
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final
from urllib.parse import unquote, urljoin, urlsplit

import httpx

from louver import __version__
from louver.lists.check import Checked, UnusableTextError, compare, measure, verify
from louver.lists.fetch import Fetched, Fetcher, Refused, Unchanged
from louver.lists.limits import LIMITS, Limits
from louver.lists.store import Version

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Sequence

    from louver.lists.store import Entry, State, Store

AT_ONCE: Final = 4
MOST_INCLUDES: Final = 20
"""Further files that a list may ask for with `!#include`, and those in turn."""
MOST_HOPS: Final = 10

type Told = Callable[[str, int, int | None], None]
"""Told the list's id, the bytes that have come, and those that will (None: not known)."""


@dataclass(frozen=True, slots=True)
class Text:
    """A new text of a list, looked over, and what to ask with next time."""

    data: bytes
    checked: Checked
    etag: str
    modified: str
    includes: int

    @property
    def sha256(self) -> str:
        """Return the hash that it is known by."""
        return hashlib.sha256(self.data).hexdigest()


@dataclass(frozen=True, slots=True)
class News:
    """What came of asking for one list: a text, or in a word why there is none; nothing is stored yet.

    `word` is `updated`, `unchanged`, `fresh` (too early to ask) or `refused`.
    """

    id: str
    source: str
    at: float
    word: str
    detail: str = ""
    text: Text | None = None


async def ask(
    store: Store, entries: Sequence[Entry], now: float, told: Told, *, force: bool = False, limits: Limits = LIMITS
) -> Sequence[News]:
    """Ask the publishers of lists for what is new, a few at a time. Never raises for a publisher's sake."""
    gate = asyncio.Semaphore(AT_ONCE)
    async with _fetcher(limits) as fetcher:

        async def one(entry: Entry) -> News:
            async with gate:
                return await _ask_for(store, fetcher, entry, now, told, force=force)

        return await asyncio.gather(*(one(entry) for entry in entries))


def take_in(store: Store, state: State, news: Sequence[News]) -> None:
    """Store what came, within `Store.editing`; what was removed meanwhile stays removed. Raises OSError."""
    for one in news:
        entry = state.find(one.id)
        if entry is not None and entry.source == one.source and one.word != "fresh":
            _take_one(store, entry, one)


def _take_one(store: Store, entry: Entry, one: News) -> None:
    if one.word == "refused":
        entry.problem = one.detail
        return
    entry.checked, entry.problem = one.at, ""
    text = one.text
    if text is None:
        return
    header = text.checked.header
    store.add_text(entry, Version(text.sha256, one.at, text.checked.rules, header.version), text.data)
    entry.title = entry.title or header.title or entry.id
    entry.etag, entry.modified, entry.expires, entry.includes = text.etag, text.modified, header.expires, text.includes


@asynccontextmanager
async def _fetcher(limits: Limits) -> AsyncIterator[Fetcher]:
    async with httpx.AsyncClient(
        follow_redirects=True,
        max_redirects=MOST_HOPS,
        timeout=httpx.Timeout(min(20.0, limits.seconds)),
        limits=httpx.Limits(max_connections=AT_ONCE),
        headers={"user-agent": f"Louver/{__version__}"},
    ) as client:
        yield Fetcher(client, limits)


async def _ask_for(store: Store, fetcher: Fetcher, entry: Entry, now: float, told: Told, *, force: bool) -> News:
    def news(word: str, detail: str = "", text: Text | None = None) -> News:
        return News(entry.id, entry.source, now, word, detail, text)

    damaged = bool(store.damage(entry))
    if not (force or damaged) and "://" in entry.source and now < entry.checked + entry.expires:
        return news("fresh", "its publisher asks to wait")
    # A text that is put together from several files may have changed though its first file has not.
    again = damaged or entry.includes or (force and entry.taken_back)
    etag, modified = ("", "") if again else (entry.etag, entry.modified)
    answer = await fetcher.fetch(entry.source, etag, modified, lambda size, total: told(entry.id, size, total))
    match answer:
        case Unchanged():
            return news("unchanged")
        case Refused(reason):
            return news("refused", reason)
        case Fetched():
            pass
    try:
        text = await _read(fetcher, entry, answer)
    except UnusableTextError as error:
        return news("refused", str(error))
    if text.sha256 == entry.taken_back and not force:
        return news("unchanged", "its publisher still has the version that was rolled back; --force takes it")
    same = not damaged and text.sha256 == entry.versions[0].sha256
    return news("unchanged" if same else "updated", text.checked.told, text)


async def _read(fetcher: Fetcher, entry: Entry, answer: Fetched) -> Text:
    text = verify(answer.data)
    checked = await asyncio.to_thread(measure, text, entry.id)
    data, includes = answer.data, 0
    if checked.includes:
        text, includes = await _with_includes(fetcher, entry, text, checked.includes)
        data = text.encode("utf-8", "surrogatepass")
        checked = await asyncio.to_thread(measure, text, entry.id)
    compare(checked, entry.rules if "://" in entry.source else 0)
    return Text(data, checked, answer.etag, answer.modified, includes)


async def _with_includes(fetcher: Fetcher, entry: Entry, text: str, wanted: Sequence[str]) -> tuple[str, int]:
    """Append what `!#include` asks for: files beside the list, from its own publisher only."""
    parts, seen, waiting = [text], set[str](), [(entry.source, path) for path in wanted]
    for includer, path in waiting:
        target = beside(includer, path)
        if target is None:
            raise UnusableTextError(f"it includes {path[:100]}, which is not beside it")
        if target in seen or target == entry.source:
            continue
        if len(seen) == MOST_INCLUDES:
            raise UnusableTextError(f"it includes more than {MOST_INCLUDES} files")
        seen.add(target)
        part = await _include(fetcher, target, path)
        more = await asyncio.to_thread(measure, part, entry.id)
        waiting += [(target, name) for name in more.includes]
        parts.append(f"! included: {path}\n{part}")
    return "\n".join(part.rstrip("\n") for part in parts) + "\n", len(seen)


async def _include(fetcher: Fetcher, target: str, path: str) -> str:
    answer = await fetcher.fetch(target)
    if not isinstance(answer, Fetched):
        reason = answer.reason if isinstance(answer, Refused) else "no text"
        raise UnusableTextError(f"it includes {path[:100]}, which cannot be had: {reason}")
    try:
        return verify(answer.data)
    except UnusableTextError as error:
        raise UnusableTextError(f"it includes {path[:100]}, which cannot be used: {error}") from error


def beside(source: str, path: str) -> str | None:
    """Return where an included path lies, or None where it leaves the list's own folder."""
    plain = unquote(path).replace("\\", "/")
    if ":" in plain or plain.startswith("/") or ".." in plain.split("/") or not plain.isprintable():
        return None
    if "://" not in source:
        return posixpath.join(posixpath.dirname(source), path)
    target = urljoin(source, path)
    return target if urlsplit(target)[:2] == urlsplit(source)[:2] else None
