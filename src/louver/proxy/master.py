"""Knows how to run mitmproxy inside this process with the addons that Louver needs, and nothing else to pay for."""

from __future__ import annotations

import asyncio
import errno
import logging
import signal
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from mitmproxy import master, options
from mitmproxy.addons import default_addons
from mitmproxy.exceptions import OptionsError
from mitmproxy.utils import asyncio_utils

from louver.errors import LouverError
from louver.loading import uncollected
from louver.proxy.authority import Authority, open_authority
from louver.proxy.dispatch import HookTable, skip_type_checks
from louver.proxy.door import Door
from louver.proxy.inside import Inside
from louver.proxy.listen import check_modes
from louver.proxy.pace import freeze, quicken
from louver.proxy.trailers import drop_trailers
from louver.proxy.witness import Hear, Witness
from louver.setup import Settings

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

    from mitmproxy.addons.proxyserver import Proxyserver

NEEDED: Final = frozenset({"block", "core", "disableh2c", "dnsresolver", "nextlayer", "proxyserver", "tlsconfig"})
"""Addons of mitmproxy that we cannot do without. Others join when one of their options is set."""

LOGGERS: Final = {
    "mitmproxy": logging.ERROR,
    "louver": logging.WARNING,
    "hpack": logging.ERROR,
    "asyncio": logging.ERROR,
    "quic": logging.ERROR,
}
"""What may be said on standard error: a message nobody reads costs more than the request it speaks of."""


LOOKUPS: Final = 64
"""Names that may be looked up at a time; a thread is only made when one is needed."""


class BadOptionError(LouverError):
    """mitmproxy does not take an option."""

    exit_code = 2


class UnknownOptionError(BadOptionError):
    """mitmproxy has no option of this name."""

    def __init__(self, names: Sequence[str]) -> None:
        super().__init__(f"--set {', '.join(names)}: mitmproxy has no such option")


class CannotListenError(LouverError):
    """The address is taken, or not ours to listen on."""

    def __init__(self, address: str, why: str) -> None:
        super().__init__(f"cannot listen on {address}: {why}; choose another with --listen HOST:PORT")


@dataclass(frozen=True, slots=True)
class Start:
    """Everything that a proxy is started with. `sets` are mitmproxy options as NAME=VALUE; `ledger` "" is the usual.

    `allow` names networks whose devices may use it; without one, everybody who can reach the address may.

    `cname` says whether DNS is asked what sites' own names stand for, and `dns` whom; "" is the system's name server.
    """

    settings: Settings = field(default_factory=Settings)
    listen: tuple[str, int] = ("127.0.0.1", 8080)
    modes: tuple[str, ...] = ("regular",)
    sets: tuple[str, ...] = ()
    connect_to: tuple[str, ...] = ()
    ledger: str = ""
    detail: str = ""
    allow: tuple[str, ...] = ()
    dns: str = ""
    cname: bool = True

    @property
    def authority_folder(self) -> Path:
        """Return where this installation's certificate authority lies."""
        return authority_folder(self.settings.data_dir)

    def options(self) -> dict[str, object]:
        """Return what we set in mitmproxy; `sets` may say otherwise, but for the address and the authority."""
        return {
            "connection_strategy": "lazy",  # a blocked request then opens no connection to its server
            "mode": list(self.modes),
            "louver_connect_to": list(self.connect_to),
            "louver_ledger": self.ledger,
            "louver_detail": self.detail,
            "louver_allow": list(self.allow),
            "louver_dns": self.dns,
            "louver_cname": self.cname,
        }


def authority_folder(data_dir: Path) -> Path:
    """Return the certificate authority's folder within the data folder."""
    return data_dir / "ca"


@dataclass(frozen=True, slots=True)
class Ready:
    """What a proxy that listens has to say for itself."""

    host: str
    port: int
    policy: str
    ledger: Path
    authority: Authority
    stop: Callable[[], None]
    look: Callable[[], None]
    lead_inside: Callable[[str, int], None]

    @property
    def url(self) -> str:
        """Return the address as browsers take it."""
        return f"http://[{self.host}]:{self.port}" if ":" in self.host else f"http://{self.host}:{self.port}"


async def serve(
    start: Start, on_ready: Callable[[Ready], None], *, signals: bool = True, hear: Hear | None = None
) -> None:
    """Run a proxy until it is told to stop: by `Ready.stop`, or by SIGINT and SIGTERM if `signals`.

    `hear` is told every exchange that is over, beside the ledger. Raises LouverError where it cannot start; by then
    nothing is left open.
    """
    authority = open_authority(start.authority_folder)
    # Names are looked up in threads, each held for as long as a dead name server takes; a few would stall all others.
    asyncio.get_running_loop().set_default_executor(ThreadPoolExecutor(LOOKUPS, "louver"))
    skip_type_checks()
    quicken()
    drop_trailers()
    keep_quiet()
    proxy = ProxyMaster(Door(start.settings, keep_messages=False))
    proxy.door.on_reload = freeze
    if hear is not None:
        proxy.door.louver.book = Witness(proxy.door.book, hear)
    try:
        with uncollected():
            proxy.set_options(start)
        await proxy.door.open()
        if signals:
            _stop_on_signals(proxy)
        await proxy.run_until_stopped(lambda: on_ready(proxy.ready(authority)))
    finally:
        await proxy.door.book.close()


class ProxyMaster(master.Master):
    """A mitmproxy of few addons, with Louver where scripts would run."""

    def __init__(self, door: Door) -> None:
        super().__init__(options.Options())
        # What this feeds is deprecated, and costs a callback for each line logged.
        self._legacy_log_events.uninstall()
        self.addons = HookTable(self)
        self.door = door
        self.inside = Inside(door.connect_to)

    def set_options(self, start: Start) -> None:
        """Choose the addons and set the options. Raises LouverError with one clear line."""
        host, port = start.listen
        wanted = {text.partition("=")[0] for text in start.sets}
        try:
            self.addons.add(self.inside, *_chain(self.door, wanted))
            if unknown := sorted(wanted - self.options.keys()):
                raise UnknownOptionError(unknown)
            # Addons take note of an option when it changes, so this must come after they are there.
            self.options.update(**start.options())
            self.options.set(*start.sets)
            self.options.update(listen_host=host, listen_port=port, confdir=str(start.authority_folder))
        except OptionsError as error:
            raise error.__cause__ if isinstance(error.__cause__, LouverError) else BadOptionError(str(error)) from error
        guarded = self._has_credentials() or bool(start.allow)
        check_modes(self.options.mode, host, credentials=guarded)

    def _has_credentials(self) -> bool:
        # `any` lets everybody in.
        return "proxyauth" in self.options and self.options.proxyauth not in (None, "", "any")

    async def run_until_stopped(self, on_ready: Callable[[], None]) -> None:
        """Listen, say so, and stop in order. Raises CannotListenError."""
        with (
            asyncio_utils.install_exception_handler(self._asyncio_exception_handler),
            asyncio_utils.set_eager_task_factory(),
        ):
            await self._listen()
            try:
                await self.running()
                on_ready()
                await self.should_exit.wait()
            finally:
                await self._server().servers.update([])
                await self.done()

    def ready(self, authority: Authority) -> Ready:
        """Return what there is to say once we listen."""
        host, port, *_ = next(iter(self._server().listen_addrs()), ("", 0))
        assert self.door.watcher is not None
        policy = self.door.watcher.engine.policy.name
        door = self.door
        return Ready(host, port, policy, door.ledger(), authority, self.shutdown, door.look, self.inside.lead)

    async def _listen(self) -> None:
        server = self._server()
        said = logging.getLogger("mitmproxy.addons.proxyserver")
        said.setLevel(logging.CRITICAL)  # we say it ourselves, in one line
        fine = await server.setup_servers()
        said.setLevel(logging.NOTSET)
        if fine:
            return
        for instance in server.servers:
            error = instance.last_exception
            if isinstance(error, OSError):
                where = f"{self.options.listen_host}:{self.options.listen_port}"
                why = "the address is in use" if error.errno == errno.EADDRINUSE else str(error).partition("\n")[0]
                raise CannotListenError(where, why) from error
            if error is not None:
                raise CannotListenError(instance.mode.full_spec, str(error)) from error

    def _server(self) -> Proxyserver:
        server: Proxyserver = self.addons.get("proxyserver")
        return server


def keep_quiet() -> None:
    """Say only what a person should know; what happens to exchanges stands in the ledger."""
    for name, level in LOGGERS.items():
        logging.getLogger(name).setLevel(level)


def _chain(door: Door, wanted: set[str]) -> Iterator[object]:
    """Yield mitmproxy's addons in its own order, those we need and those that bring a wanted option, and us."""
    for addon in default_addons():
        name = getattr(addon, "name", type(addon).__name__.lower())
        if name == "scriptloader":
            yield door
        if name in NEEDED or _options_of(addon) & wanted:
            yield addon


def _options_of(addon: object) -> set[str]:
    probe = _Probe()
    load = getattr(addon, "load", None)
    if load is not None:
        load(probe)
    return probe.names


class _Probe:
    """Stands in for mitmproxy's loader to learn which options an addon brings."""

    def __init__(self) -> None:
        self.names: set[str] = set()

    def add_option(self, name: str, *_: object, **__: object) -> None:
        """Take note of an option's name."""
        self.names.add(name)

    def add_command(self, *_: object) -> None:
        """Let commands pass."""


def _stop_on_signals(proxy: ProxyMaster) -> None:
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, proxy.shutdown)
