"""Knows how to get one list from its publisher: conditionally, within limits, again after a pause where it may help."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

import httpx

if TYPE_CHECKING:
    from collections.abc import Callable

LARGEST: Final = 64 * 1024 * 1024
"""Bytes of a list at most; the largest known are a tenth of that."""
TIME_LIMIT: Final = 60.0
"""Seconds for one try."""
PAUSES: Final = (0.5, 2.0)
"""Seconds to wait before the second and the third try."""
WORTH_ANOTHER_TRY: Final = frozenset({408, 425, 429, 500, 502, 503, 504})

type Progress = Callable[[int, int | None], None]
"""Told the bytes that have come and those that will, None where that is not known."""


@dataclass(frozen=True, slots=True)
class Fetched:
    """A new text, with what to ask with next time."""

    data: bytes
    etag: str = ""
    modified: str = ""


@dataclass(frozen=True, slots=True)
class Unchanged:
    """The publisher says that the text is the one we have."""


@dataclass(frozen=True, slots=True)
class Refused:
    """No text that could be used, and why. `passing` says that another try may go better."""

    reason: str
    passing: bool = False


type Answer = Fetched | Unchanged | Refused


async def fetch(client: httpx.AsyncClient, source: str, etag: str, modified: str, progress: Progress) -> Answer:
    """Get a list from a URL or a file; never raises for anything that a publisher or a disk can do."""
    if not source.startswith(("http://", "https://")):
        return await asyncio.to_thread(_read_file, Path(source))
    answer: Answer = Refused("never asked")
    for pause in (0.0, *PAUSES):
        await asyncio.sleep(pause)
        answer = await _try(client, source, etag, modified, progress)
        if not isinstance(answer, Refused) or not answer.passing:
            break
    return answer


async def _try(client: httpx.AsyncClient, url: str, etag: str, modified: str, progress: Progress) -> Answer:
    headers = {"if-none-match": etag} if etag else {}
    if modified:
        headers["if-modified-since"] = modified
    try:
        async with asyncio.timeout(TIME_LIMIT), client.stream("GET", url, headers=headers) as response:
            if response.status_code == httpx.codes.NOT_MODIFIED:
                return Unchanged()
            if response.status_code != httpx.codes.OK:
                passing = response.status_code in WORTH_ANOTHER_TRY
                return Refused(f"the server answered {response.status_code} {response.reason_phrase}".strip(), passing)
            return await _read(response, progress)
    except TimeoutError:
        return Refused(f"no answer within {TIME_LIMIT:.0f} s", passing=True)
    except httpx.InvalidURL as error:
        return Refused(f"not an address: {error}")
    except httpx.HTTPError as error:
        return Refused(f"could not be had ({error or type(error).__name__})", passing=True)


async def _read(response: httpx.Response, progress: Progress) -> Answer:
    announced = response.headers.get("content-length", "")
    total = int(announced) if announced.isdigit() and "content-encoding" not in response.headers else None
    parts, size = [], 0
    async for part in response.aiter_bytes():
        parts.append(part)
        size += len(part)
        if size > LARGEST:
            return Refused(f"larger than {LARGEST >> 20} MiB")
        progress(size, total)
    return Fetched(b"".join(parts), response.headers.get("etag", ""), response.headers.get("last-modified", ""))


def _read_file(path: Path) -> Answer:
    try:
        if path.stat().st_size > LARGEST:
            return Refused(f"larger than {LARGEST >> 20} MiB")
        return Fetched(path.read_bytes())
    except OSError as error:
        return Refused(error.strerror or str(error))
