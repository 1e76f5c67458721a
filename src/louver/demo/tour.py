"""Knows how to send a visitor through Louver on a tour of the little internet, once for each policy."""

from __future__ import annotations

import asyncio
import base64
import contextlib
import shutil
import ssl
import tempfile
import time
from importlib.resources import as_file, files
from pathlib import Path
from typing import TYPE_CHECKING, Final

from louver.browser import Browser, BrowserError
from louver.demo.account import Tour
from louver.demo.client import Client
from louver.demo.internet import LOOPBACK, Internet
from louver.demo.journey import walk
from louver.demo.learnt import learnt_from
from louver.demo.ledgers import read_account
from louver.errors import LouverError
from louver.lists.store import BUNDLED
from louver.proxy.master import Start, serve
from louver.setup import Settings

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable

    from louver.proxy.master import Ready

POLICIES: Final = ("observe", "balanced")
FOLDERS: Final = ("config", "data", "cache")

# Whatever a browser wants from the real internet on its own account ends at a closed port.
ONLY_TEST: Final = """function FindProxyForURL(url, host) {
  return dnsDomainIs(host, ".test") ? "PROXY %s" : "PROXY 127.0.0.1:9";
}"""


class CannotKeepError(LouverError):
    """What was made cannot be written where it was wanted."""

    def __init__(self, where: Path, error: OSError) -> None:
        super().__init__(f"cannot write to {where}: {error.strerror or error}")


async def go(browser: str | None, tell: Callable[[str], None], keep: Path | None = None) -> list[Tour]:
    """Make the tour under each policy, with this browser or the built-in client; `tell` hears what happens.

    Both tours are made by the same visitor: where the browser fails, the built-in client makes both. With `keep`, the
    ledgers are copied into that folder. Raises LouverError.
    """
    try:
        return [await _tour(policy, browser, tell, keep) for policy in POLICIES]
    except BrowserError as error:
        tell(f"{error}; going on with the built-in client")
    return [await _tour(policy, None, tell, keep) for policy in POLICIES]


async def _tour(policy: str, browser: str | None, tell: Callable[[str], None], keep: Path | None) -> Tour:
    began = time.monotonic()
    with Internet() as internet, tempfile.TemporaryDirectory(prefix="louver-demo-") as name:
        folder = Path(name)
        tell(f"{policy}: starting")
        async with louver_in_front_of(internet, policy, folder) as ready:
            async with visitor_behind(browser, ready, folder) as visitor:
                called = await visitor.version()
                works = await walk(visitor, lambda words: tell(f"{policy}: the visitor {words}"))
            ledger = ready.ledger
        account = await read_account(ledger)
        kept = None if keep is None else _keep(ledger, keep, policy)
        learnt = learnt_from(internet.received())
        return Tour(policy, called, account, learnt, works, time.monotonic() - began, kept)


@contextlib.asynccontextmanager
async def louver_in_front_of(internet: Internet, policy: str, folder: Path) -> AsyncIterator[Ready]:
    """Run Louver in this process, with fresh folders of its own and every name leading to the little internet."""
    config, data, cache = (folder / name for name in FOLDERS)
    for each in (config, data, cache):
        each.mkdir(mode=0o700)
    with as_file(files("louver.demo") / "table.yaml") as table:
        settings = Settings(
            policy=policy, lists=(BUNDLED, str(table)), config_dir=config, data_dir=data, cache_dir=cache
        )
        start = Start(
            settings,
            listen=(LOOPBACK, 0),
            sets=(f"ssl_verify_upstream_trusted_ca={internet.ca_file}",),
            connect_to=(f"::{LOOPBACK}:{internet.port}",),
        )
        async with _serving(start) as ready:
            yield ready


@contextlib.asynccontextmanager
async def _serving(start: Start) -> AsyncIterator[Ready]:
    listening: asyncio.Future[Ready] = asyncio.get_running_loop().create_future()
    serving = asyncio.create_task(serve(start, listening.set_result, signals=False))
    serving.add_done_callback(lambda _: listening.cancel())
    try:
        ready = await listening
    except asyncio.CancelledError:
        # It ended before it listened, and tells why.
        await serving
        raise
    try:
        yield ready
    finally:
        ready.stop()
        await serving


def visitor_behind(browser: str | None, ready: Ready, folder: Path) -> Browser | Client:
    """Return a visitor that goes through a running Louver: this browser, or the built-in client for None."""
    if browser is None:
        return Client.behind(ready.url, ssl.create_default_context(cadata=ready.authority.export("pem").decode()))
    rules = base64.b64encode((ONLY_TEST % f"{ready.host}:{ready.port}").encode()).decode()
    flags = (
        f"--proxy-pac-url=data:application/x-ns-proxy-autoconfig;base64,{rules}",
        f"--ignore-certificate-errors-spki-list={ready.authority.spki()}",
    )
    return Browser(browser, folder / "profile", flags)


def _keep(ledger: Path, folder: Path, policy: str) -> str:
    try:
        folder.mkdir(parents=True, exist_ok=True)
        return str(shutil.copy(ledger, folder / f"louver-demo-{policy}.db"))
    except OSError as error:
        raise CannotKeepError(folder, error) from error
