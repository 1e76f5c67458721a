"""Knows the `lists` commands: what there is, add, remove, enable, disable, update, verify, roll back, show."""

from __future__ import annotations

import asyncio
import re
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import click
import msgspec
from rich.console import Console
from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn

from louver import folders
from louver.bundled import blocklists_dir
from louver.core.filters import compile_filters
from louver.core.rows import TableError
from louver.errors import LouverError
from louver.lists.catalogue import CATALOGUE, known
from louver.lists.check import UnusableTextError
from louver.lists.check import verify as verified
from louver.lists.choose import MANIFEST, enabled_lists
from louver.lists.clearurls import NotClearUrlsError
from louver.lists.fetch import Refused, read_file
from louver.lists.formats import load_list
from louver.lists.header import read_header
from louver.lists.store import BUNDLED, DamagedTextError, Entry, State, Store
from louver.lists.update import News, ask, take_in
from louver.reports.explanation import printable

if TYPE_CHECKING:
    from collections.abc import Sequence


class RefusedListError(LouverError):
    """A list that was to be added cannot be used."""

    def __init__(self, news: News) -> None:
        super().__init__(f"list {news.id}: {printable(news.detail)}; not added")


class UnreadableListError(LouverError):
    """A list that was to be shown cannot be read."""

    exit_code = 2

    def __init__(self, name: str, reason: str) -> None:
        super().__init__(f"list {name}: {printable(reason)}")


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
    state = _store().read()
    if as_json:
        click.echo(msgspec.json.format(msgspec.json.encode(_as_json(state)), indent=2).decode())
        return
    click.echo(f"on   {BUNDLED:<22} Louver's own tables (always there)")
    for entry in state.lists:
        click.echo(printable(_line(entry)))
    click.echo("\nCan be added by id, fetched from their publishers:")
    for row in CATALOGUE:
        if state.find(row.id) is None:
            click.echo(f"     {row.id:<22} {row.title} · {row.purpose} · {row.licence} · {row.home}")


@lists.command()
@click.argument("source", metavar="ID|URL|FILE")
@click.option("--id", "list_id", default=None, help="What to call it; the default follows from its address.")
def add(source: str, list_id: str | None) -> None:
    """Add a list of the catalogue by its ID, or any list by URL or FILE, and enable it.

    An update of a list that was added as a FILE reads that file again.
    """
    store = _store()
    entry = _new_entry(source, list_id)
    store.read().check_new(entry.id)
    news = _ask(store, [entry], force=True)
    if news[0].word == "refused":
        raise RefusedListError(news[0])
    with store.editing() as state:
        state.check_new(entry.id)  # another process may have been quicker
        state.lists.append(entry)
        take_in(store, state, news)
        _compile(store, state)
    click.echo(printable(f"{entry.id}: added, {news[0].detail}"))


@lists.command()
@click.argument("list_id", metavar="ID")
def remove(list_id: str) -> None:
    """Remove a list and its texts."""
    store = _store()
    with store.editing() as state:
        entry = state.entry(list_id)
        state.lists = [other for other in state.lists if other is not entry]
        _compile(store, state)
    click.echo(f"{entry.id}: removed")


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
@click.option("--force", is_flag=True, help="Ask even where the publisher asks to wait, and take what was rolled back.")
def update_lists(ids: Sequence[str], force: bool) -> None:
    """Bring lists up to date; a running proxy takes them up without dropping a request."""
    store = _store()
    state = store.read()
    entries = [state.entry(list_id) for list_id in dict.fromkeys(ids)] or state.lists
    if not entries:
        click.echo("no list was added; `louver lists` shows what there is")
        return
    news = _ask(store, entries, force=force)
    with store.editing() as state:
        take_in(store, state, news)
        _compile(store, state)
    for one in news:
        click.echo(printable(f"{one.id}: {one.word}{f' ({one.detail})' if one.detail else ''}"))
    if any(one.word == "refused" for one in news):
        click.echo("what was refused stays as it was", err=True)
        click.get_current_context().exit(1)


@lists.command()
def verify() -> None:
    """Check that every list on disk is what was downloaded."""
    store = _store()
    damages = {entry.id: store.damage(entry) for entry in store.read().lists}
    for list_id, damage in damages.items():
        click.echo(printable(f"{list_id}: {damage or 'fine'}"))
    if any(damages.values()):
        click.echo("`louver lists update` mends what is damaged; until then an older version decides", err=True)
        click.get_current_context().exit(1)


@lists.command()
@click.argument("list_id", metavar="ID")
def rollback(list_id: str) -> None:
    """Put the version before the present one in force again; updates leave it so until there is a newer one."""
    store = _store()
    with store.editing() as state:
        version = state.entry(list_id).roll_back()
        _compile(store, state)
    click.echo(printable(f"{list_id}: back to version {version.short} of {_day(version.at)}, {version.rules} rules"))


@lists.command()
@click.argument("list_id", metavar="ID|FILE")
def show(list_id: str) -> None:
    """Print how many lines of a list became rules, and why the rest did not."""
    if list_id == BUNDLED:
        _show_bundled()
        return
    store = _store()
    entry = store.read().find(list_id)
    if entry is None and Path(list_id).exists():
        _show_text(list_id, _file(list_id))
        return
    entry = store.read().entry(list_id)
    _show_entry(entry)
    try:
        data = store.text(entry, entry.versions[0]) if entry.versions else b""
    except DamagedTextError as error:
        raise UnreadableListError(list_id, f"its text {error}") from error
    _show_text(list_id, data)


def _show_bundled() -> None:
    try:
        manifest = msgspec.json.decode((blocklists_dir() / MANIFEST).read_bytes())
    except (OSError, msgspec.MsgspecError) as error:
        raise UnreadableListError(BUNDLED, f"the installation is damaged: {error}") from error
    for file in manifest["files"]:
        counts = ", ".join(f"{count} {what}" for what, count in file["rows"].items())
        click.echo(f"{file['file']:<28} {file['about']}: {counts}")
        click.echo(
            f"{'':<28} {file['licence']}, {file['date']}, sha256 {file['sha256'][:12]}; source: {file['source']}"
        )


def _show_entry(entry: Entry) -> None:
    click.echo(printable(f"{entry.title} ({entry.source})"))
    row = known(entry.id)
    if row is not None and row.url == entry.source:
        click.echo(f"licence {row.licence}, home page {row.home}")
    for place, version in enumerate(entry.versions):
        told = f"version {version.short} of {_day(version.at)}, sha256 {version.sha256}, {version.rules} rules"
        click.echo(printable(f"{'kept for rollback: ' if place else ''}{told}"))


def _show_text(name: str, data: bytes) -> None:
    try:
        text = verified(data)
        loaded = load_list(text, name)
    except (UnusableTextError, TableError, NotClearUrlsError) as error:
        raise UnreadableListError(name, str(error)) from error
    if loaded.table is not None:
        table = loaded.table
        click.echo(f"a table: {len(table.trackers)} trackers, {len(table.owners)} owned domains, ", nl=False)
        click.echo(f"{len(table.cookies)} cookies, {len(table.parameters)} parameters, {len(table.cnames)} CNAMEs")
        return
    assert loaded.source is not None
    if read_header(text).diff_path:
        click.echo("its publisher offers patches (Diff-Path); Louver asks for the whole text where it has changed")
    stats = compile_filters([loaded.source]).stats[0]
    unused = sum(stats.skipped.values())
    click.echo(f"{stats.lines} lines: {stats.rules} rules, {stats.remarks} remarks, {unused} not used")
    for reason, count in sorted(stats.skipped.items(), key=lambda item: -item[1]):
        click.echo(printable(f"  {count:>7} {reason}"))


def _file(name: str) -> bytes:
    answer = read_file(Path(name))
    if isinstance(answer, Refused):
        raise UnreadableListError(name, answer.reason)
    return answer.data


def _ask(store: Store, entries: Sequence[Entry], *, force: bool) -> Sequence[News]:
    columns = (TextColumn("{task.description}"), BarColumn(), DownloadColumn())
    console = Console(stderr=True)
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as progress:
        tasks = {entry.id: progress.add_task(entry.id, total=None) for entry in entries}

        def told(list_id: str, size: int, total: int | None) -> None:
            progress.update(tasks[list_id], completed=size, total=total)

        return asyncio.run(ask(store, entries, time.time(), told, force=force))


def _compile(store: Store, state: State) -> None:
    """Compile before the change takes force, so that a running proxy finds it done and only has to load it."""
    for problem in enabled_lists(store, state, folders.cache_dir(), bundled=False).problems:
        click.echo(printable(problem), err=True)


def _new_entry(source: str, list_id: str | None) -> Entry:
    row = known(source)
    if row is not None:
        return Entry(id=list_id or row.id, title=row.title, source=row.url)
    if "://" in source:
        name = Path(_path(source)).stem or source.partition("://")[2].partition("/")[0]
    else:
        name, source = Path(source).stem, str(Path(source).absolute())
    return Entry(
        id=list_id or re.sub(r"[^a-z0-9]+", "-", name.lower())[:60].strip("-") or "list", title="", source=source
    )


def _path(url: str) -> str:
    try:
        return urlsplit(url).path
    except ValueError:
        return ""


def _switch(list_id: str, *, on: bool) -> None:
    store = _store()
    with store.editing() as state:
        state.entry(list_id).enabled = on
        _compile(store, state)
    click.echo(f"{list_id}: {'on' if on else 'off'}")


def _line(entry: Entry) -> str:
    version = entry.versions[0] if entry.versions else None
    told = f"{version.rules} rules, version {version.short}, {_day(version.at)}" if version else "no text yet"
    problem = f" · last update refused: {entry.problem}" if entry.problem else ""
    return f"{'on ' if entry.enabled else 'off'}  {entry.id:<22} {entry.title} · {told}{problem}"


def _as_json(state: State) -> Any:
    return {"lists": state.lists, "catalogue": [row.id for row in CATALOGUE]}


def _day(at: float) -> str:
    return f"{datetime.fromtimestamp(at, UTC).astimezone():%Y-%m-%d}"


def _store() -> Store:
    return Store(folders.data_dir())
