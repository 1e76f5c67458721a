"""Knows the commands that read the ledger: `sites`, `site` and `log`."""

from __future__ import annotations

import asyncio
import re
import time
from datetime import datetime
from difflib import get_close_matches
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click
import msgspec

from louver import folders
from louver.core.sites import host_name, host_of
from louver.errors import LouverError
from louver.ledger.files import LEDGER_NAME
from louver.ledger.reader import Reader, domains
from louver.reports import answers
from louver.reports.explanation import printable
from louver.reports.log import log_line
from louver.reports.site import site_report
from louver.reports.sites import sites_report
from louver.reports.terminal import as_json, console, look_of

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from rich.console import Console

    from louver.ledger.rows import Logged

UNITS: Final = {"s": 1, "m": 60, "h": 3_600, "d": 86_400, "w": 604_800}
SUGGESTIONS: Final = 3


class UnknownSiteError(LouverError):
    """Nobody visited that site while the ledger was kept."""

    def __init__(self, name: str, alike: Sequence[str], met_on: Sequence[str]) -> None:
        hint = ""
        if met_on:
            some = ", ".join(met_on[:SUGGESTIONS]) + (", …" if len(met_on) > SUGGESTIONS else "")
            hint = f"; it is a recipient, met on {some}"
        elif alike:
            hint = f"; did you mean {' or '.join(alike)}?"
        super().__init__(printable(f"no visit to {name} is in the ledger{hint}"))


def moment(_ctx: click.Context, _param: click.Parameter, text: str | None) -> float | None:
    """Read a span before now, such as `30m` or `7d`, or a local date or time, as Unix seconds."""
    if text is None:
        return None
    if found := re.fullmatch(r"(\d{1,6})\s*([smhdw])", text.strip().lower()):
        return time.time() - int(found[1]) * UNITS[found[2]]
    try:
        return datetime.fromisoformat(text.strip()).astimezone().timestamp()
    except (ValueError, OverflowError, OSError):
        raise click.BadParameter(f"{text!r} is no time; write it like 30m, 12h, 7d or 2026-01-31") from None


def ledger_option[F: Callable[..., object]](command: F) -> F:
    """Add the option that names another ledger."""
    option = click.option(
        "--ledger",
        type=click.Path(path_type=Path),
        metavar="FILE",
        default=None,
        help="Read this ledger, not the one in your data folder.",
    )
    return option(command)


def since_option[F: Callable[..., object]](command: F) -> F:
    """Add the option that limits the time."""
    return click.option(
        "--since", callback=moment, metavar="TIME", help="Only what came after: 30m, 12h, 7d, or a date."
    )(command)


json_option = click.option("--json", "json", is_flag=True, help="Write JSON.")


@click.command()
@json_option
@since_option
@ledger_option
def sites(json: bool, since: float | None, ledger: Path | None) -> None:
    """Show the sites in the ledger: what others could have learned there, and what they did."""
    asyncio.run(_sites(ledger_path(ledger), since, json=json))


@click.command()
@click.argument("host")
@click.option("--hosts", "by_host", is_flag=True, help="One block for each host, not for each owner.")
@json_option
@since_option
@ledger_option
def site(host: str, by_host: bool, json: bool, since: float | None, ledger: Path | None) -> None:
    """Show who got what from visits to one site, and what was withheld. HOST may also be the address of a page."""
    asyncio.run(_site(ledger_path(ledger), host_named(host), since, json=json, by_host=by_host))


@click.command()
@click.option("--follow", "-f", is_flag=True, help="Go on with new exchanges as they are written.")
@click.option("--site", "host", metavar="HOST", default=None, help="Only exchanges for this site.")
@click.option("-n", "count", type=click.IntRange(0), default=20, show_default=True, help="How many to begin with.")
@click.option("--json", "json", is_flag=True, help="Write JSON Lines, one object an exchange.")
@since_option
@ledger_option
def log(follow: bool, host: str | None, count: int, json: bool, since: float | None, ledger: Path | None) -> None:
    """Show the last exchanges, oldest first, and with --follow the next ones as they happen."""
    asyncio.run(_log(ledger_path(ledger), host_named(host) if host else None, count, since, follow=follow, json=json))


async def _sites(path: Path, since: float | None, *, json: bool) -> None:
    async with await Reader.open(path) as reader:
        found, coverage, faults = await reader.sites(since), await reader.coverage(since), await reader.faults(since)
    if json:
        click.echo(as_json({"since": since, "coverage": coverage, "faults": faults, "sites": found}))
        return
    out = console()
    out.print(sites_report(found, coverage, faults, look_of(out)))


async def _site(path: Path, name: str, since: float | None, *, json: bool, by_host: bool) -> None:
    async with await Reader.open(path) as reader:
        known = await site_of(reader, name)
        detail = await reader.site(known, since)
        weighed = await answers.balance(reader, since, known)
    if detail is None:
        raise UnknownSiteError(f"{known} in that time", (), ())
    if json:
        click.echo(as_json({**msgspec.structs.asdict(detail), "balance": weighed.overall}))
        return
    out = console()
    out.print(site_report(detail, look_of(out), by_host=by_host, balance=weighed.overall))


async def _log(path: Path, name: str | None, count: int, since: float | None, *, follow: bool, json: bool) -> None:
    out = console()
    async with await Reader.open(path) as reader:
        only = name and await site_of(reader, name, must_exist=not follow)
        last = await reader.newest()  # before anything is shown, so that nothing is missed in between
        for row in await reader.log(count, site=only, since=since):
            last = max(last, row.id)
            _show(row, out, json=json)
        if follow:
            async for row in reader.follow(last, site=only):
                _show(row, out, json=json)


def _show(row: Logged, out: Console, *, json: bool) -> None:
    if json:
        click.echo(as_json(row, indent=0))
    else:
        line = log_line(row, time.time(), crop=out.is_terminal)
        out.print(
            line, soft_wrap=not out.is_terminal, no_wrap=True, overflow="ellipsis" if out.is_terminal else "ignore"
        )


async def site_of(reader: Reader, name: str, *, must_exist: bool = True) -> str:
    """Return the site that a host is part of; raise UnknownSiteError with the likeliest meanings if none is known."""
    known = await reader.known_sites()
    for end in domains(name):
        if end in known:
            return end
    if not must_exist:
        return name
    raise UnknownSiteError(name, get_close_matches(name, known, SUGGESTIONS), await reader.sites_of(name))


def host_named(text: str) -> str:
    """Return the host that an argument names, be it a host or the address of a page."""
    return (host_of(text) if "://" in text else host_name(text.partition("/")[0])) or text


def ledger_path(ledger: Path | None) -> Path:
    """Return the ledger that is meant: the one named, or the one in the data folder."""
    return ledger or folders.data_dir() / LEDGER_NAME
