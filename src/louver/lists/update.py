"""Knows how lists are brought up to date: several at once, each taken in whole or left as it was."""

from __future__ import annotations

import asyncio
import posixpath
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final
from urllib.parse import urljoin, urlsplit

import httpx

from louver import __version__
from louver.core.filters import decode
from louver.lists.check import Checked, UnusableTextError, check
from louver.lists.fetch import Fetched, Refused, Unchanged, fetch

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from louver.lists.store import Entry, Store

AT_ONCE: Final = 4
MOST_INCLUDES: Final = 20
"""Further files that a list may ask for with `!#include`."""

type Told = Callable[[str, int, int | None], None]
"""Told the list's id, the bytes that have come, and those that will (None: not known)."""


@dataclass(frozen=True, slots=True)
class Result:
    """What came of one list: `updated`, `unchanged`, `fresh` (too early to ask) or `refused`, and why."""

    id: str
    word: str
    detail: str = ""


async def update(
    store: Store, entries: Sequence[Entry], now: float, told: Told, *, force: bool = False
) -> Sequence[Result]:
    """Bring lists up to date; changes the entries, which the caller writes. Never raises for a publisher's sake."""
    gate = asyncio.Semaphore(AT_ONCE)
    limits = httpx.Limits(max_connections=AT_ONCE)
    headers = {"user-agent": f"Louver/{__version__}"}
    async with httpx.AsyncClient(follow_redirects=True, timeout=20.0, limits=limits, headers=headers) as client:

        async def one(entry: Entry) -> Result:
            async with gate:
                return await _update_one(store, client, entry, now, told, force=force)

        return await asyncio.gather(*(one(entry) for entry in entries))


async def _update_one(
    store: Store, client: httpx.AsyncClient, entry: Entry, now: float, told: Told, *, force: bool
) -> Result:
    if not force and entry.versions and "://" in entry.source and now < entry.checked + entry.expires:
        return Result(entry.id, "fresh", "its publisher asks to wait")
    damaged = bool(store.damage(entry))
    etag, modified = ("", "") if damaged else (entry.etag, entry.modified)
    answer = await fetch(client, entry.source, etag, modified, lambda size, total: told(entry.id, size, total))
    match answer:
        case Unchanged():
            entry.checked, entry.problem = now, ""
            return Result(entry.id, "unchanged")
        case Refused(reason):
            entry.problem = reason
            return Result(entry.id, "refused", reason)
        case Fetched(data):
            return await _take_in(store, client, entry, answer, data, now)


async def _take_in(
    store: Store, client: httpx.AsyncClient, entry: Entry, answer: Fetched, data: bytes, now: float
) -> Result:
    rules_before = entry.versions[0].rules if entry.versions else 0
    try:
        checked = await asyncio.to_thread(check, data, entry.id, rules_before)
        data = await _with_includes(client, entry, data, checked)
    except UnusableTextError as error:
        entry.problem = str(error)
        return Result(entry.id, "refused", str(error))
    header = checked.header
    same = bool(entry.versions) and store.path(entry, entry.versions[0]).exists()
    before = entry.versions[0].sha256 if same else ""
    store.put(entry, data, at=now, rules=checked.rules, name=header.version)
    entry.title = entry.title or header.title or entry.id
    entry.etag, entry.modified, entry.expires = answer.etag, answer.modified, header.expires
    entry.checked, entry.problem = now, ""
    word = "unchanged" if entry.versions[0].sha256 == before else "updated"
    return Result(entry.id, word, f"{checked.rules} rules, {checked.skipped} lines not used")


async def _with_includes(client: httpx.AsyncClient, entry: Entry, data: bytes, checked: Checked) -> bytes:
    """Append what `!#include` asks for: files beside the list, from its own publisher only."""
    parts = [data]
    for path in checked.includes[:MOST_INCLUDES]:
        target = beside(entry.source, path)
        if target is None:
            raise UnusableTextError(f"it includes {path[:100]}, which is not beside it")
        answer = await fetch(client, target, "", "", lambda _size, _total: None)
        if not isinstance(answer, Fetched):
            reason = answer.reason if isinstance(answer, Refused) else "no text"
            raise UnusableTextError(f"it includes {path[:100]}, which cannot be had: {reason}")
        parts.append(f"\n! included: {path}\n".encode() + decode(answer.data).encode("utf-8", "surrogatepass"))
    return b"".join(parts)


def beside(source: str, path: str) -> str | None:
    """Return where an included path lies, or None where it leaves the list's own folder."""
    if "://" in path or path.startswith(("/", "\\")) or ".." in path.split("/"):
        return None
    if not source.startswith(("http://", "https://")):
        return posixpath.join(posixpath.dirname(source), path)
    target = urljoin(source, path)
    return target if urlsplit(target).netloc == urlsplit(source).netloc else None
