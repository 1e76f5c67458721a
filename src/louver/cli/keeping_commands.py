"""Knows the commands about the ledger as a file: its schema, how much it keeps, taking it along, making it forget."""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, Final

import click
import msgspec

from louver import folders
from louver.cli.ledger_commands import (
    UnknownSiteError,
    host_named,
    json_option,
    ledger_option,
    ledger_path,
    since_option,
    site_of,
)
from louver.errors import LouverError
from louver.ledger import findings, forgetting
from louver.ledger.keeping import Detail, read_keeping, read_size, write_keeping
from louver.ledger.reader import Reader
from louver.ledger.schema import current, described
from louver.proxy.forgetting import Forget, forget_memory
from louver.proxy.master import authority_folder
from louver.proxy.running import find_running
from louver.reports import archive, tabular
from louver.reports.terminal import as_json, counted, size

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Coroutine
    from datetime import datetime

    from louver.ledger.keeping import Keeping
    from louver.ledger.rows import Logged

FORMATS: Final = ("csv", "jsonl", "har", "sqlite")


class NeedsFileError(LouverError):
    """A database cannot be written to standard output."""

    exit_code = 2

    def __init__(self) -> None:
        super().__init__("--format sqlite needs --output FILE")


class AlreadyThereError(LouverError):
    """Exporting never writes over a file."""

    def __init__(self, path: Path) -> None:
        super().__init__(f"{path} is there already; choose another name or remove it first")


@click.group()
def ledger() -> None:
    """Look at the ledger as a file: its schema, its size, and how much it keeps."""


@ledger.command()
@click.argument("name", required=False)
@json_option
def schema(name: str | None, json: bool) -> None:
    """Print each table and view with its columns, a sentence for each; NAME for one of them.

    The ledger is SQLite: open it with sqlite3, DuckDB or Datasette as it is.
    """
    relations = [one for one in described() if name in (None, one.name)]
    if not relations:
        raise click.BadParameter(f"there is no table {name!r}; there are {', '.join(one.name for one in described())}")
    if json:
        told = [{**one._asdict(), "columns": [column._asdict() for column in one.columns]} for one in relations]
        click.echo(as_json({"version": current(), "relations": told}))
        return
    for one in relations:
        click.echo(f"{click.style(one.name, bold=True)} ({one.kind}): {one.meaning}")
        for column in one.columns:
            click.echo(f"    {column.name:<18} {column.meaning}")
        click.echo()


@ledger.command()
@click.option("--detail", type=click.Choice([*map(str, Detail)]), help="How much of each exchange.")
@click.option("--days", type=click.FloatRange(0, min_open=True), help="Days that detail stays.")
@click.option("--total-days", type=click.FloatRange(0, min_open=True), help="Days that totals stay.")
@click.option("--size", "most", metavar="SIZE", help="How large it may get, as 500M or 2G; 0 is no limit.")
@json_option
def keep(detail: str | None, days: float | None, total_days: float | None, most: str | None, json: bool) -> None:
    """Show how much the ledger keeps and for how long, or change it. A proxy takes it up when it starts.

    full: everything but values. signals: no paths and no clients' addresses. sites: daily totals only. off: nothing.
    """
    config_dir = folders.config_dir()
    keeping = read_keeping(config_dir).with_detail(detail or "")
    given = {"days": days, "total_days": total_days, "most_bytes": None if most is None else read_size(most)}
    changes = {name: value for name, value in given.items() if value is not None}
    if changes or detail:
        try:
            keeping = msgspec.convert(msgspec.to_builtins(keeping) | changes, type(keeping))
        except msgspec.ValidationError as error:
            raise click.UsageError(str(error)) from error
        write_keeping(config_dir, keeping)
    click.echo(as_json(keeping) if json else _kept(keeping))


def _kept(keeping: Keeping) -> str:
    limit = size(keeping.most_bytes) if keeping.most_bytes else "none; the oldest days would go first"
    return (
        f"detail      {keeping.detail}\n"
        f"detail for  {keeping.days:g} days\n"
        f"totals for  {keeping.total_days:g} days\n"
        f"size limit  {limit}"
    )


@click.command()
@click.argument("name", metavar="[SITE]", required=False)
@click.option("--all", "everything", is_flag=True, help="Forget everything.")
@click.option("--before", type=click.DateTime(["%Y-%m-%d", "%Y-%m-%dT%H:%M:%S"]), help="Forget what is older.")
@click.option("--yes", is_flag=True, help="Do not ask.")
@ledger_option
def forget(name: str | None, everything: bool, before: datetime | None, yes: bool, ledger: Path | None) -> None:
    """Erase SITE, everything, or what is older than a date: from the ledger, its free space, and from memory."""
    if [name is not None, everything, before is not None].count(True) != 1:
        raise click.UsageError("give a SITE, --all or --before DATE")
    path = ledger_path(ledger)
    site = asyncio.run(_known_site(path, host_named(name))) if name is not None else None
    moment = before.astimezone().timestamp() if before is not None else None
    what = f"everything about visits to {site}" if site else "everything" if everything else f"what is before {before}"
    if not yes:
        click.confirm(f"Erase {what} from {path}? This cannot be undone.", abort=True)
    gone = asyncio.run(_erase(path, site, moment))
    is_ours = ledger is None
    is_running = is_ours and find_running(folders.data_dir(), authority_folder(folders.data_dir())) is not None
    if is_ours:
        forget_memory(folders.data_dir(), Forget(site, moment), later=is_running)
        gone += _erase_set_aside(path) if everything else 0
    click.echo(f"Erased: {counted(gone, 'row')}.")
    if is_running:
        click.echo("The running proxy forgets what it has in memory when it stops.")
    for aside in _set_aside(path):
        click.echo(f"{aside} was damaged and is not looked into; it may hold the same. Delete it, or use --all.")


@click.command()
@click.option("--format", "form", type=click.Choice(FORMATS), required=True)
@click.option("--output", "-o", type=click.Path(path_type=Path), help="The file to write. [standard output]")
@click.option("--site", "host", metavar="HOST", default=None, help="Only exchanges for this site.")
@since_option
@ledger_option
def export(form: str, output: Path | None, host: str | None, since: float | None, ledger: Path | None) -> None:
    """Write exchanges as CSV, JSON Lines, an HTTP archive (HAR 1.2) or a ledger of their own, all without values."""
    if output is not None and output.exists():
        raise AlreadyThereError(output)
    path, name = ledger_path(ledger), host and host_named(host)
    if form == "sqlite":
        if output is None:
            raise NeedsFileError
        asyncio.run(_copy(path, output, since, name))
    elif output is None:
        asyncio.run(_export(path, form, sys.stdout, since, name))
    else:
        with output.open("x", encoding="utf-8", newline="") as file:
            asyncio.run(_export(path, form, file, since, name))
    if output is not None:
        click.echo(f"wrote {output}, {size(output.stat().st_size)}", err=True)


async def _copy(path: Path, target: Path, since: float | None, name: str | None) -> None:
    async with await Reader.open(path) as reader:
        site = await site_of(reader, name) if name else None
    await forgetting.copy(path, target, since, site)


async def _export(path: Path, form: str, file: IO[str], since: float | None, name: str | None) -> None:
    async with await Reader.open(path) as reader:
        site = await site_of(reader, name) if name else None
        await WRITERS[form](findings.forward(reader, since, site), file)


async def _csv(rows: AsyncIterator[list[Logged]], file: IO[str]) -> None:
    file.write(tabular.heading())
    async for some in rows:
        file.write(tabular.lines(some))


async def _jsonl(rows: AsyncIterator[list[Logged]], file: IO[str]) -> None:
    async for some in rows:
        file.writelines(f"{as_json(row, indent=0)}\n" for row in some)


async def _har(rows: AsyncIterator[list[Logged]], file: IO[str]) -> None:
    file.write(archive.archive([row async for some in rows for row in some]).decode() + "\n")


WRITERS: Final[dict[str, Callable[[AsyncIterator[list[Logged]], IO[str]], Coroutine[Any, Any, None]]]] = {
    "csv": _csv,
    "jsonl": _jsonl,
    "har": _har,
}


async def _known_site(path: Path, name: str) -> str:
    async with await Reader.open(path) as reader:
        try:
            return await site_of(reader, name)
        except UnknownSiteError:
            # Faults, connections that were not opened, and memory may know it all the same.
            return name


async def _erase(path: Path, site: str | None, before: float | None) -> int:
    if site is not None:
        return await forgetting.forget_site(path, site)
    return await forgetting.forget_all(path) if before is None else await forgetting.forget_before(path, before)


def _set_aside(path: Path) -> list[Path]:
    return sorted(path.parent.glob(f"{path.name}.broken-*"))


def _erase_set_aside(path: Path) -> int:
    found = _set_aside(path)
    for one in found:
        one.unlink()
    return len(found)
