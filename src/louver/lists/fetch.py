"""Knows how to get one list from its publisher: conditionally, within limits, again after a pause where it may help."""

from __future__ import annotations

import asyncio
import stat
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

import httpx

from louver.lists.limits import LIMITS, Limits

if TYPE_CHECKING:
    from collections.abc import Callable

WORTH_ANOTHER_TRY: Final = frozenset({408, 425, 429, 500, 502, 503, 504})
LONGEST_MARK: Final = 512
"""Characters of an ETag or date that are kept and sent back."""


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


class Fetcher:
    """Gets lists from URLs and files; never raises for anything that a publisher or a disk can do."""

    def __init__(self, client: httpx.AsyncClient, limits: Limits = LIMITS) -> None:
        self._client, self._limits = client, limits

    async def fetch(
        self, source: str, etag: str = "", modified: str = "", progress: Progress = lambda _size, _total: None
    ) -> Answer:
        """Get a list; with an ETag or a date, only if it is another than the one we have."""
        scheme, mark, _ = source.partition("://")
        if not mark:
            return await asyncio.to_thread(read_file, Path(source), self._limits.largest)
        if scheme.lower() not in ("http", "https"):
            return Refused(f"{scheme[:20]}:// cannot be fetched; give an http or https address, or a file")
        answer: Answer = Refused("never asked")
        for pause in (0.0, *self._limits.pauses):
            await asyncio.sleep(pause)
            answer = await self._try(source, etag, modified, progress)
            if not isinstance(answer, Refused) or not answer.passing:
                break
        return answer

    async def _try(self, url: str, etag: str, modified: str, progress: Progress) -> Answer:
        headers = {name: value for name, value in (("if-none-match", etag), ("if-modified-since", modified)) if value}
        try:
            async with (
                asyncio.timeout(self._limits.seconds),
                self._client.stream("GET", url, headers=headers) as response,
            ):
                return _no_text(response) or await self._read(response, progress)
        except TimeoutError:
            return Refused(f"no whole answer within {self._limits.seconds:g} s", passing=True)
        except (httpx.InvalidURL, httpx.UnsupportedProtocol) as error:
            return Refused(f"not an address: {error}")
        except httpx.TooManyRedirects:
            return Refused("it is redirected in circles")
        except httpx.DecodingError:
            return Refused("its compression is broken", passing=True)
        except httpx.HTTPError as error:
            return Refused(f"could not be had ({str(error) or type(error).__name__})", passing=True)

    async def _read(self, response: httpx.Response, progress: Progress) -> Answer:
        announced = response.headers.get("content-length", "")
        total = int(announced) if announced.isdecimal() and "content-encoding" not in response.headers else None
        parts, size = [], 0
        async for part in response.aiter_bytes():
            parts.append(part)
            size += len(part)
            if size > self._limits.largest:
                return _too_large(self._limits.largest)
            progress(size, total)
        return Fetched(b"".join(parts), _mark(response, "etag"), _mark(response, "last-modified"))


def _no_text(response: httpx.Response) -> Answer | None:
    """Return what there is to say of an answer that brings no text; None where it does."""
    code = response.status_code
    if code == httpx.codes.NOT_MODIFIED:
        return Unchanged()
    if code != httpx.codes.OK:
        return Refused(f"the server answered {code} {response.reason_phrase}".strip(), code in WORTH_ANOTHER_TRY)
    hops = [hop.url.scheme for hop in (*response.history, response)]
    if hops[0] == "https" and "http" in hops:
        return Refused("it is redirected to an address without encryption, where anybody could change it")
    return None


def _mark(response: httpx.Response, name: str) -> str:
    """Return a header to send back next time; what could not be sent is left out."""
    value = str(response.headers.get(name, ""))
    return value if len(value) <= LONGEST_MARK and value.isascii() and value.isprintable() else ""


def read_file(path: Path, largest: int = LIMITS.largest) -> Fetched | Refused:
    """Get a list from a file; never raises."""
    try:
        status = path.stat()
        if not stat.S_ISREG(status.st_mode):
            return Refused(f"{path} is a folder" if stat.S_ISDIR(status.st_mode) else f"{path} is no ordinary file")
        return _too_large(largest) if status.st_size > largest else Fetched(path.read_bytes())
    except (OSError, ValueError) as error:
        return Refused(f"{path}: {getattr(error, 'strerror', None) or error}")


def _too_large(largest: int) -> Refused:
    size = f"{largest >> 20} MiB" if largest >> 20 else f"{largest} bytes"
    return Refused(f"larger than {size}")
