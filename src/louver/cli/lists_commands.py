"""Knows the `lists` commands: what there is, add, remove, enable, disable, update, verify, roll back, show."""

from __future__ import annotations

import asyncio
import re
import time
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import click
import msgspec
from rich.console import Console
from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn

from louver import folders
from louver.bundled import blocklists_dir
from louver.core.filters import compile_filters, decode
from louver.errors import LouverError
from louver.lists.catalogue import CATALOGUE, known
from louver.lists.choose import BUNDLED
from louver.lists.formats import load_list
from louver.lists.store import Entry, State, Store
from louver.lists.update import Result, update
from louver.reports.explanation import printable

if TYPE_CHECKING:
    from collections.abc import Sequence


class RefusedListError(LouverError):
    """A list that was to be added cannot be used."""

    def __init__(self, result: Result) -> None:
        super().__init__(f"list {result.id}: {printable(result.detail)}; not added")


class TakenIdError(LouverError):
    """A list of this id is there already."""

    exit_code = 2

    def __init__(self, list_id: str) -> None:
        super().__init__(f"list {list_id}: already added; choose another id with --id, or update it")


@click.group(invoke_without_command=True)
@click.pass_context
def lists(ctx: click.Context) -> None:
    """Add, update and inspect filter lists. Louver's own tables are always there and need no network."""
    if ctx.invoked_subcommand is None:
        ctx.invoke(list_lists)


@lists.command("list")
@click.option("--json", "as_json", is_flag=True, help="Write one JSON document.")
def list_lists(as_json: bool = False) -> None:
    """Show the lists that decide, and those of the catalogue that could be added."""
    store = _store()
    state = store.read()
    if as_json:
        click.echo(msgspec.json.format(msgspec.json.encode(_as_json(state)), indent=2).decode())
        return
    click.echo(f"on   {BUNDLED:<22} Louver's own tables (always there)")
    for entry in state.lists:
        click.echo(printable(_line(entry)))
    added = {entry.id for entry in state.lists}
    click.echo("\nCan be added by id, fetched from their publishers:")
    for row in CATALOGUE:
        if row.id not in added:
            click.echo(f"     {row.id:<22} {row.title} · {row.purpose} · {row.licence} · {row.home}")


@lists.command()
@click.argument("source", metavar="ID|URL|FILE")
@click.option("--id", "list_id", default=None, help="What to call it; the default follows from its address.")
def add(source: str, list_id: str | None) -> None:
    """Add a list of the catalogue by its ID, or any list by URL or FILE, and enable it."""
    store = _store()
    state = store.read()
    entry = _new_entry(source, list_id)
    if any(other.id == entry.id for other in state.lists) or entry.id == BUNDLED:
        raise TakenIdError(entry.id)
    result = _update(store, [entry], force=True)[0]
    if result.word == "refused":
        raise RefusedListError(result)
    state.lists.append(entry)
    store.write(state)
    click.echo(f"{entry.id}: added, {result.detail}")


@lists.command()
@click.argument("list_id", metavar="ID")
def remove(list_id: str) -> None:
    """Remove a list and its text."""
    store = _store()
    state = store.read()
    state.lists.remove(store.entry(state, list_id))
    store.write(state)
    click.echo(f"{list_id}: removed")


@lists.command()
@click.argument("list_id", metavar="ID")
def enable(list_id: str) -> None:
    """Let a list decide again."""
    _switch(list_id, on=True)


@lists.command()
@click.argument("list_id", metavar="ID")
def disable(list_id: str) -> None:
    """Keep a list, but let it decide nothing."""
    _switch(list_id, on=False)


@lists.command("update")
@click.argument("ids", nargs=-1, metavar="[ID]…")
@click.option("--force", is_flag=True, help="Ask even where the publisher asks to wait.")
def update_lists(ids: Sequence[str], force: bool) -> None:
    """Bring lists up to date; a running proxy takes them up without dropping a request."""
    store = _store()
    state = store.read()
    entries = [store.entry(state, list_id) for list_id in ids] or state.lists
    if not entries:
        click.echo("no list was added; `louver lists` shows what there is")
        return
    results = _update(store, entries, force=force)
    store.write(state)
    for result in results:
        click.echo(printable(f"{result.id}: {result.word}{f' ({result.detail})' if result.detail else ''}"))
    if any(result.word == "refused" for result in results):
        click.echo("what was refused stays as it was", err=True)
        click.get_current_context().exit(1)


@lists.command()
def verify() -> None:
    """Check that every list on disk is what was downloaded."""
    store = _store()
    damaged = False
    for entry in store.read().lists:
        damage = store.damage(entry)
        damaged = damaged or bool(damage)
        click.echo(f"{entry.id}: {damage or 'fine'}")
    if damaged:
        click.get_current_context().exit(1)


@lists.command()
@click.argument("list_id", metavar="ID")
def rollback(list_id: str) -> None:
    """Put the version before the present one in force again."""
    store = _store()
    state = store.read()
    version = store.roll_back(store.entry(state, list_id))
    store.write(state)
    click.echo(f"{list_id}: back to version {printable(version.short)} of {_day(version.at)}, {version.rules} rules")


@lists.command()
@click.argument("list_id", metavar="ID|FILE")
def show(list_id: str) -> None:
    """Print how many lines of a list became rules, and why the rest did not."""
    if list_id == BUNDLED:
        click.echo((blocklists_dir() / "manifest.json").read_text("utf-8"))
        return
    store = _store()
    path = Path(list_id)
    if not path.is_file():
        entry = store.entry(store.read(), list_id)
        path = store.path(entry, entry.versions[0])
        click.echo(printable(f"{entry.title} ({entry.source}), version {entry.versions[0].short}"))
        row = known(list_id)
        click.echo(f"licence {row.licence}, home page {row.home}" if row else "not of the catalogue")
    _show_text(list_id, path)


def _show_text(name: str, path: Path) -> None:
    loaded = load_list(decode(path.read_bytes()), name)
    if loaded.source is None:
        assert loaded.table is not None
        table = loaded.table
        click.echo(f"a table: {len(table.trackers)} trackers, {len(table.owners)} owned domains, ", nl=False)
        click.echo(f"{len(table.cookies)} cookies, {len(table.parameters)} parameters, {len(table.cnames)} CNAMEs")
        return
    stats = compile_filters([loaded.source]).stats[0]
    click.echo(f"{stats.lines} lines: {stats.rules} rules, {stats.remarks} remarks, not used:")
    for reason, count in sorted(stats.skipped.items(), key=lambda item: -item[1]):
        click.echo(f"  {count:>7} {reason}")


def _update(store: Store, entries: Sequence[Entry], *, force: bool) -> Sequence[Result]:
    columns = (TextColumn("{task.description}"), BarColumn(), DownloadColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as progress:
        tasks = {entry.id: progress.add_task(entry.id, total=None) for entry in entries}

        def told(list_id: str, size: int, total: int | None) -> None:
            progress.update(tasks[list_id], completed=size, total=total)

        return asyncio.run(update(store, entries, time.time(), told, force=force))


def _new_entry(source: str, list_id: str | None) -> Entry:
    row = known(source)
    if row is not None:
        return Entry(id=list_id or row.id, title=row.title, source=row.url)
    if "://" in source:
        name = Path(urlsplit(source).path).stem or urlsplit(source).netloc
    else:
        name, source = Path(source).stem, str(Path(source).resolve())
    return Entry(id=list_id or re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-") or "list", title="", source=source)


def _switch(list_id: str, *, on: bool) -> None:
    store = _store()
    state = store.read()
    store.entry(state, list_id).enabled = on
    store.write(state)
    click.echo(f"{list_id}: {'on' if on else 'off'}")


def _line(entry: Entry) -> str:
    version = entry.versions[0] if entry.versions else None
    told = f"{version.rules} rules, version {version.short}, {_day(version.at)}" if version else "no text yet"
    problem = f" · last update refused: {entry.problem}" if entry.problem else ""
    return f"{'on ' if entry.enabled else 'off'}  {entry.id:<22} {entry.title} · {told}{problem}"


def _as_json(state: State) -> Any:
    return {"lists": state.lists, "catalogue": [row.id for row in CATALOGUE]}


def _day(at: float) -> str:
    return f"{datetime.fromtimestamp(at).astimezone():%Y-%m-%d}"


def _store() -> Store:
    return Store(folders.data_dir())
