"""Knows how Louver moves into a mitmproxy, its own or another: the addon to load, with start, reload and stop."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import time
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from mitmproxy import ctx
from mitmproxy.exceptions import OptionsError
from mitmproxy.utils import human

from louver.core.pages import Pages
from louver.core.ways import Ways
from louver.errors import LouverError
from louver.ledger.keeping import read_keeping
from louver.ledger.opening import NotALedgerError
from louver.ledger.record import error_detail
from louver.passthrough import Shelf
from louver.proxy import heap
from louver.proxy.addon import Louver
from louver.proxy.book import Book
from louver.proxy.connect_to import ConnectTo
from louver.proxy.dispatch import adopt
from louver.proxy.forgetting import forget_what_waits
from louver.proxy.lessons import Lessons
from louver.proxy.listen import Guests, parse_networks
from louver.proxy.memory import remember, remembered
from louver.proxy.pace import freeze, quicken
from louver.proxy.rebinding import Rebinding
from louver.proxy.resolver import Cnames
from louver.proxy.trailers import drop_trailers
from louver.proxy.tunnels import Tunnels
from louver.setup import Settings, Watcher

if TYPE_CHECKING:
    from collections.abc import Callable

    from mitmproxy.addonmanager import Loader

log: Final = logging.getLogger(__name__)

LARGEST_LIMIT: Final = 4 * 1024 * 1024
"""Bytes of a body that can be held at most."""

LOOK_EVERY: Final = 1.0
"""Seconds between two looks at whether a policy or a list has changed."""

SQLITE: Final = b"SQLite format 3\0"
"""How every SQLite file begins."""

OPTIONS: Final[tuple[tuple[str, Any, object, str], ...]] = (
    ("louver_policy", str, "", "The policy to decide with: a name or a file. Empty: the one you chose."),
    ("louver_lists", Sequence[str], [], "Lists to decide with, ids or files, instead of the enabled ones."),
    (
        "louver_connect_to",
        Sequence[str],
        [],
        "Connect elsewhere: HOST:PORT:TO_HOST:TO_PORT as in curl; the first row that fits wins.",
    ),
    ("louver_ledger", str, "", "The ledger's file. Empty: the one in your data folder."),
    ("louver_detail", str, "", "How much the ledger keeps: full, signals, sites, off. Empty: as you chose."),
    (
        "louver_body_limit",
        str,
        "256k",
        "Bodies up to this size are read before they go on; at most 4m.",
    ),
    ("louver_cname", bool, True, "Look behind sites' own names: ask DNS what they stand for."),
    ("louver_dns", str, "", "The name server to ask, ADDRESS[:PORT]. Empty: the system's."),
    (
        "louver_allow",
        Sequence[str],
        [],
        "Networks of yours whose devices may use the proxy. Empty: whoever can reach it.",
    ),
    (
        "louver_passthrough",
        bool,
        True,
        "Leave connections unopened that cannot or should not be looked into: `louver passthrough list` names them.",
    ),
)
NAMES: Final = {"louver_cname", "louver_dns", "louver_connect_to", "mode"}
"""Options that say which name server is asked, if any."""


def is_something_else(path: Path) -> bool:
    """Tell whether a file is there that never was a database: a slip in an option must not cost somebody a file."""
    try:
        with path.open("rb") as file:
            head = file.read(len(SQLITE))
    except OSError:
        return False
    return head not in (b"", SQLITE)


class UnusableLimitError(LouverError):
    """A size that is none, or more than is sensible to hold."""

    exit_code = 2

    def __init__(self, text: str) -> None:
        super().__init__(f"louver_body_limit {text!r}: write a size like 64k or 1m, at most 4m")


def parse_limit(text: str) -> int:
    """Return a size in bytes. Raises UnusableLimitError."""
    try:
        size = human.parse_size(text)
    except ValueError as error:
        raise UnusableLimitError(text) from error
    if size is None or not 0 <= size <= LARGEST_LIMIT:
        raise UnusableLimitError(text)
    return size


class Door:
    """Louver as one addon. With `keep_messages`, other addons find WebSocket and tunnel contents as usual."""

    name = "louver_door"

    def __init__(self, settings: Settings | None = None, *, keep_messages: bool = True) -> None:
        """Take the folders to work in from `settings`; what mitmproxy's options say comes on top."""
        self.settings = settings or Settings()
        self.book = Book()
        self.louver = Louver(self.book, keep_messages=keep_messages)
        self.tunnels = Tunnels(self.book, keep_messages=keep_messages)
        self.connect_to = ConnectTo()
        self.lessons = Lessons(self.book)
        self.shelf = Shelf(self.settings.config_dir, self.settings.data_dir)
        self._shelf_seen: object = None
        self.guests = Guests()
        self.addons = [self.guests, self.louver, self.tunnels, self.lessons, self.connect_to]
        self.addons.append(Rebinding(self.book))
        self.watcher: Watcher | None = None
        self._is_script = keep_messages
        self._is_running = False
        self.on_reload: Callable[[], None] = lambda: None
        self._watching: asyncio.Task[None] | None = None

    def load(self, loader: Loader) -> None:
        """Declare our options; within somebody else's mitmproxy, spare it what an exchange need not cost."""
        if self._is_script:
            quicken()
            drop_trailers()
            adopt(loader.master.addons)
            self.on_reload = freeze
        for name, kind, default, text in OPTIONS:
            loader.add_option(name, kind, default, text)

    def configure(self, updated: set[str]) -> None:
        """Put the engine together as the options say. Raises mitmproxy's OptionsError with one clear line."""
        try:
            if "louver_connect_to" in updated:
                self.connect_to.take(ctx.options.louver_connect_to)
            if "louver_body_limit" in updated:
                self.louver.body_limit = parse_limit(ctx.options.louver_body_limit)
            if "louver_allow" in updated:
                self.guests.networks = parse_networks(ctx.options.louver_allow)
            if self.watcher is None or updated & NAMES:
                self.louver.cnames = self._cnames()
            if self.watcher is None or updated & {"louver_policy", "louver_lists"}:
                self._use(Watcher(self._chosen(), time.time()))
            if "louver_passthrough" in updated or self.lessons.shelf is None:
                self._pass_through()
        except LouverError as error:
            if self._is_script and not self._is_running:
                # mitmproxy would print a traceback of ours; it ends with an error status for a logged error, too.
                # There is no engine then, and without one nothing passes.
                log.error("%s", error)  # noqa: TRY400
            else:
                raise OptionsError(str(error)) from error
        except Exception as error:
            # mitmproxy would log it and go on, with nothing to decide by.
            raise OptionsError(f"starting failed: {error_detail(error)}") from error

    def _pass_through(self) -> None:
        """Read which connections are not opened. Raises LouverError; what was in force stays so then."""
        self._shelf_seen = self.shelf.stamp()
        hosts = self.shelf.load(self._only_tracks) if ctx.options.louver_passthrough else None
        if hosts is not None and self.lessons.passthrough is not None:
            hosts.trust(self.lessons.passthrough)
        self.tunnels.passthrough = hosts
        self.lessons.use(hosts, self.shelf)

    def _only_tracks(self, host: str) -> bool:
        tracker = self.louver.engine.knowledge.tables.tracker(host)
        return tracker is not None and not tracker.mixed

    def _chosen(self) -> Settings:
        return replace(
            self.settings,
            policy=ctx.options.louver_policy or self.settings.policy,
            lists=tuple(ctx.options.louver_lists) or self.settings.lists,
        )

    def _cnames(self) -> Cnames | None:
        """Return who asks DNS. Raises LouverError.

        Where names are led elsewhere, or another proxy resolves them, the system's name server is not told of them.
        """
        elsewhere = ctx.options.louver_connect_to or any(mode.startswith("upstream:") for mode in ctx.options.mode)
        if not ctx.options.louver_cname or (elsewhere and not ctx.options.louver_dns):
            return None
        return Cnames(ctx.options.louver_dns)

    def ledger(self) -> Path:
        """Return the ledger's file."""
        return Path(ctx.options.louver_ledger or self.settings.data_dir / "ledger.db").expanduser()

    async def open(self) -> None:
        """Open the ledger. Raises LouverError."""
        if self.book.is_open:
            return
        path = self.ledger()
        if ctx.options.louver_ledger and is_something_else(path):
            raise NotALedgerError(path)
        keeping = read_keeping(self.settings.config_dir).with_detail(ctx.options.louver_detail)
        await self.book.open(path, self.settings.data_dir, keeping)

    def running(self) -> asyncio.Task[None]:
        """Open the ledger if that has not been done, and begin to watch for changes."""
        self._is_running = True
        # A task, since mitmproxy awaits what a hook returns, but refuses coroutine functions when it reloads a script.
        return asyncio.create_task(self._start())

    def done(self) -> asyncio.Task[None]:
        """Write down what is on its way and close the ledger: nothing queued is lost."""
        return asyncio.create_task(self._stop())

    async def _start(self) -> None:
        try:
            await self.open()
        except LouverError as error:
            # mitmproxy ends with an error status where a start logs an error.
            log.error("%s", error)  # noqa: TRY400  (a clear line, not a traceback)
            ctx.master.shutdown()
            return
        self._watching = asyncio.create_task(self._watch())

    async def _stop(self) -> None:
        if self._watching is not None:
            self._watching.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._watching
        self.louver.stop()
        self.tunnels.stop()
        await self.lessons.close()
        if self.louver.cnames is not None:
            await self.louver.cnames.close()
        if self.watcher is not None:
            await asyncio.to_thread(remember, self.settings.data_dir, self.louver.recall, self.louver.ways.bounces)
            await asyncio.to_thread(forget_what_waits, self.settings.data_dir)
        await self.book.close()

    def _use(self, watcher: Watcher) -> None:
        engine = self.louver.engine = watcher.engine
        if self.watcher is None:
            self.louver.pages = Pages(engine.knowledge.sites.site)
            self.louver.recall, bounces = remembered(self.settings.data_dir, engine.knowledge.sites.site)
            self.louver.ways = Ways(bounces)
        engine.recall, engine.ways = self.louver.recall, self.louver.ways
        self.watcher = watcher
        self.book.ruleset(engine.policy, watcher.lists, time.time())
        self.on_reload()

    def look(self) -> None:
        """Take up an edit of the policy now, as the dashboard just made one. Raises LouverError."""
        watcher = self.watcher
        if watcher is not None and watcher.check(time.time()):
            self._use(watcher)

    async def _watch(self) -> None:
        """Look for edits of policies and lists; a broken one is told of once, and the last good one stays in force."""
        given_back = time.monotonic()
        while True:
            await asyncio.sleep(LOOK_EVERY)
            if time.monotonic() - given_back >= heap.EVERY:
                await asyncio.to_thread(heap.give_back)
                given_back = time.monotonic()
            watcher = self.watcher
            if watcher is None:
                continue
            try:
                if self.shelf.stamp() != self._shelf_seen and not self.lessons.is_saving:
                    self._pass_through()
                if await asyncio.to_thread(watcher.check, time.time()):
                    self._use(watcher)
                    log.warning("policy reloaded: %s", watcher.engine.policy.name)
            except LouverError as error:
                log.error("%s; what was in force stays in force", error)  # noqa: TRY400  (a line for people)
            except Exception as error:  # noqa: BLE001  (the watch must go on)
                log.error("looking for changes failed: %s", error_detail(error))  # noqa: TRY400
