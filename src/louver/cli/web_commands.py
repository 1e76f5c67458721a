"""Knows the command `dash`, and how `run` brings a dashboard along."""

from __future__ import annotations

import asyncio
import os
import signal
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from louver import folders
from louver.inside import INTERNAL
from louver.ledger.files import LEDGER_NAME
from louver.proxy.listen import parse_listen
from louver.setup import Settings
from louver.web.gate import Gate, is_loopback
from louver.web.server import Dash, open_dash

if TYPE_CHECKING:
    from louver.proxy.master import Ready

DEFAULT_DASH: Final = "127.0.0.1:8081"
PASSWORD: Final = "LOUVER_DASH_PASSWORD"  # noqa: S105  (the name of a variable)


@click.command()
@click.option("--dash", "address", metavar="HOST:PORT", default=DEFAULT_DASH, show_default=True)
@click.option("--ledger", type=click.Path(path_type=Path), metavar="FILE", help="Show this ledger, not your own.")
def dash(address: str, ledger: Path | None) -> None:
    """Show the dashboard over a ledger until Ctrl-C; `louver run` brings its own."""
    asyncio.run(_show(parse_listen(address), ledger or folders.data_dir() / LEDGER_NAME, is_default(address)))


async def _show(address: tuple[str, int], ledger: Path, or_any_port: bool) -> None:
    settings = Settings()
    opened = open_dash(
        address,
        ledger,
        settings.shelf,
        policy_in_force=lambda: policy_name(settings),
        password=password(),
        or_any_port=or_any_port,
    )
    click.echo(f"The dashboard is at {opened.url}   (Ctrl-C stops it)")
    stop = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    await stop.wait()
    await opened.stop()


class Beside:
    """The dashboard that a proxy brings along."""

    def __init__(self, address: str, settings: Settings) -> None:
        """Check the address before anything starts. Raises LouverError."""
        self._address, self._settings = address, settings
        self._dash: Dash | None = None
        Gate(*parse_listen(address), password())

    def open(self, told: Ready) -> str:
        """Listen, and return what a person should know. Raises LouverError."""
        self._dash = open_dash(
            parse_listen(self._address),
            told.ledger,
            self._settings.shelf,
            policy_in_force=lambda: policy_name(self._settings),
            on_change=told.look,
            password=password(),
            or_any_port=is_default(self._address),
        )
        if is_loopback(self._dash.gate.host):
            told.lead_inside(self._dash.gate.host, self._dash.gate.port)
        return f"  see it   {self._dash.url}\n           behind the proxy also http://{INTERNAL}/?token=…"

    async def close(self) -> None:
        """Hang up."""
        if self._dash is not None:
            await self._dash.stop()


def policy_name(settings: Settings) -> str:
    """Return what the policy in force is called in front of people."""
    own = settings.shelf.own()
    return settings.policy or own.extends or own.name


def password() -> str:
    """Return the password that a dashboard needs where other machines can reach it."""
    return os.environ.get(PASSWORD, "")


def is_default(address: str) -> bool:
    """Tell whether nobody asked for this very port."""
    return address == DEFAULT_DASH
