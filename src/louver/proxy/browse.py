"""Knows how a browsing session goes: a proxy that runs or is started, a browser on it, and all put away after."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from louver.proxy.authority import open_authority
from louver.proxy.browsers import Browser, Visit, prepare, throw_away_profile
from louver.proxy.master import Ready, Start, serve
from louver.proxy.running import find_running

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable

PATIENCE: Final = 3.0
"""Seconds that a browser has to close by itself."""


@dataclass(frozen=True, slots=True)
class Session:
    """A browser to open. With `own_proxy`, a proxy is started even if one runs already."""

    browser: Browser
    url: str
    start: Start
    headless: bool = False
    own_proxy: bool = False
    flags: tuple[str, ...] = ()


async def browse(session: Session, say: Callable[[str], None]) -> int:
    """Open the browser and wait until it is closed or we are interrupted; return its exit status.

    Raises LouverError where the proxy or the browser cannot be started.
    """
    start = session.start
    authority = open_authority(start.authority_folder)
    async with _proxy(session, say) as (host, port):
        visit = Visit(session.url, host, port, authority, session.headless, session.flags)
        with throw_away_profile(session.browser, start.settings.cache_dir) as profile:
            command = await asyncio.to_thread(prepare, session.browser, profile, visit)
            say(f"{session.browser.name} opens in a throw-away profile; close it, or press Ctrl-C, to end.")
            return await _run(command)


@contextlib.asynccontextmanager
async def _proxy(session: Session, say: Callable[[str], None]) -> AsyncIterator[tuple[str, int]]:
    """Give the address of a proxy: one that runs, else one of our own for as long as the block lasts."""
    start = session.start
    if not session.own_proxy:
        found = await asyncio.to_thread(find_running, start.settings.data_dir, start.authority_folder)
        if found is not None:
            say(f"Using the Louver that listens on {found[0]}:{found[1]}.")
            yield found
            return
    ready: asyncio.Future[Ready] = asyncio.get_running_loop().create_future()
    # Any free port, since nobody but our browser has to know it.
    serving = asyncio.create_task(serve(replace(start, listen=(start.listen[0], 0)), ready.set_result, signals=False))
    serving.add_done_callback(lambda _: ready.cancel())
    with contextlib.suppress(asyncio.CancelledError):
        await ready
    if serving.done():
        await serving
    told = ready.result()
    say(f"Louver listens on {told.host}:{told.port} with policy {told.policy}.")
    try:
        yield told.host, told.port
    finally:
        told.stop()
        await serving


async def _run(command: list[str]) -> int:
    process = await asyncio.create_subprocess_exec(
        *command,
        stdin=asyncio.subprocess.DEVNULL,
        stdout=None,
        stderr=asyncio.subprocess.DEVNULL,
        start_new_session=True,  # Ctrl-C is ours to handle: the browser is asked to close, then its profile goes
    )
    interrupted = asyncio.Event()
    loop = asyncio.get_running_loop()
    numbers = (signal.SIGINT, signal.SIGTERM)
    for number in numbers:
        loop.add_signal_handler(number, interrupted.set)
    closing = asyncio.create_task(_close_when(interrupted, process.pid))
    try:
        return await process.wait()
    finally:
        closing.cancel()
        _tell(process.pid, signal.SIGKILL)  # helpers that outlive their browser would write into the removed profile
        for number in numbers:
            loop.remove_signal_handler(number)


async def _close_when(interrupted: asyncio.Event, pid: int) -> None:
    """Ask the browser to close, and make it: one that is just starting may not listen yet."""
    await interrupted.wait()
    _tell(pid, signal.SIGTERM)
    await asyncio.sleep(PATIENCE)
    _tell(pid, signal.SIGKILL)


def _tell(pid: int, number: signal.Signals) -> None:
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(pid, number)
