"""Knows the `passthrough` commands: which hosts are not opened, why and until when, and how to change that."""

from __future__ import annotations

import time
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final

import click
import msgspec

from louver import folders
from louver.core.passthrough import LISTED
from louver.passthrough import Shelf, load_bundled, parse_host

if TYPE_CHECKING:
    from collections.abc import Sequence

    from louver.core.passthrough import Chosen, Learned

BRIEF: Final = 3
"""Hosts of each kind of the list that comes with us that are shown without --all."""


@click.group(invoke_without_command=True)
@click.pass_context
def passthrough(ctx: click.Context) -> None:
    """Say which hosts' encrypted connections go through unopened. What passes is counted, never inspected."""
    if ctx.invoked_subcommand is None:
        ctx.invoke(list_hosts)


@passthrough.command("list")
@click.option("--all", "whole", is_flag=True, help="Show the whole list that comes with Louver.")
@click.option("--json", "as_json", is_flag=True, help="Write one JSON document.")
def list_hosts(whole: bool = False, as_json: bool = False) -> None:
    """Show what you chose, what was learned from clients, and what comes with Louver."""
    shelf = _shelf()
    chosen, learned = shelf.chosen(), shelf.learned(time.time())
    if as_json:
        click.echo(msgspec.json.format(msgspec.json.encode(_document(chosen, learned)), indent=2).decode())
        return
    for line in (*_chosen_lines(chosen), *_learned_lines(learned), *_listed_lines(chosen, whole)):
        click.echo(line)


@passthrough.command()
@click.argument("hosts", metavar="HOST…", nargs=-1, required=True)
def add(hosts: Sequence[str]) -> None:
    """Leave HOST and everything below it unopened from now on, also in a proxy that runs."""
    shelf = _shelf()
    chosen, names = shelf.chosen(), frozenset(map(parse_host, hosts))
    shelf.choose(replace(chosen, added=chosen.added | names, removed=chosen.removed - names))
    click.echo(f"{', '.join(sorted(names))}: goes through unopened; `louver passthrough remove` takes it back")


@passthrough.command()
@click.argument("hosts", metavar="HOST…", nargs=-1, required=True)
def remove(hosts: Sequence[str]) -> None:
    """Open connections to HOST again: yours, one that was learned, or one of the list that comes with Louver."""
    shelf = _shelf()
    chosen, names = shelf.chosen(), frozenset(map(parse_host, hosts))
    # Only what would pass without being asked for must be remembered as removed.
    kept_out = names & load_bundled().keys() | {name for name in names if name not in chosen.added}
    shelf.choose(replace(chosen, added=chosen.added - names, removed=chosen.removed | kept_out))
    _forget(shelf, lambda row: row.host in names)
    click.echo(f"{', '.join(sorted(names))}: connections are opened")


@passthrough.command()
@click.argument("hosts", metavar="[HOST…]", nargs=-1)
@click.option("--client", metavar="ADDRESS", default=None, help="Only what was learned from this device.")
def forget(hosts: Sequence[str], client: str | None) -> None:
    """Forget what was learned: for HOST, or everything. A client that still insists teaches it again."""
    shelf, names = _shelf(), frozenset(map(parse_host, hosts))
    gone = _forget(shelf, lambda row: (not names or row.host in names) and client in (None, row.client))
    click.echo(f"forgot {gone} {'host' if gone == 1 else 'hosts'}")


def _forget(shelf: Shelf, goes: Any) -> int:
    rows = shelf.learned(time.time())
    kept = [row for row in rows if not goes(row)]
    if len(kept) < len(rows):
        shelf.remember(kept)
    return len(rows) - len(kept)


def _chosen_lines(chosen: Chosen) -> Sequence[str]:
    added = [f"  {host}" for host in sorted(chosen.added)]
    removed = [f"  {host}   (opened although it may be listed)" for host in sorted(chosen.removed)]
    return ["Yours:", *added, *removed] if added or removed else ["Yours: none (`louver passthrough add HOST`)"]


def _learned_lines(learned: Sequence[Learned]) -> Sequence[str]:
    if not learned:
        return ["Learned: none"]
    rows = [f"  {row.host}   {row.client}   until {_moment(row.until)}   {row.why}" for row in learned]
    return ["Learned, by client:", *rows]


def _listed_lines(chosen: Chosen, whole: bool) -> Sequence[str]:
    lines = ["Listed (comes with Louver):"]
    for kind in LISTED:
        hosts = sorted(host for host, of in load_bundled().items() if of == kind and host not in chosen.removed)
        shown = hosts if whole else hosts[:BRIEF]
        more = f", … {len(hosts) - BRIEF} more (--all)" if len(shown) < len(hosts) else ""
        lines.append(f"  {kind}: {', '.join(shown)}{more}")
    return lines


def _document(chosen: Chosen, learned: Sequence[Learned]) -> dict[str, Any]:
    return {
        "added": sorted(chosen.added),
        "removed": sorted(chosen.removed),
        "learned": learned,
        "listed": load_bundled(),
    }


def _moment(at: float) -> str:
    return f"{datetime.fromtimestamp(at).astimezone():%Y-%m-%d %H:%M}"


def _shelf() -> Shelf:
    return Shelf(folders.config_dir(), folders.data_dir())
