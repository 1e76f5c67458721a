"""Knows the commands that draw conclusions from the ledger: `who`, `why` and `whatif`."""

from __future__ import annotations

import asyncio
import time
from typing import TYPE_CHECKING

import click

from louver.cli.ledger_commands import host_named, json_option, ledger_option, ledger_path, since_option, site_of
from louver.errors import LouverError
from louver.ledger.reader import Reader
from louver.policies import PRESETS
from louver.reports import answers
from louver.reports.terminal import as_json, console, look_of
from louver.reports.whatif_table import whatif_report
from louver.reports.who import who_report
from louver.reports.why import why_report
from louver.setup import Settings, load_policy
from louver.suffixes import sites_from_tldextract

if TYPE_CHECKING:
    from pathlib import Path

    from louver.core.policy import Policy


class NoExchangeError(LouverError):
    """The ledger has no exchange of that number."""

    def __init__(self, number: int, newest: int) -> None:
        known = f"the newest is {newest}" if newest else "it is empty"
        super().__init__(f"there is no exchange {number} in the ledger; {known}, and old ones are deleted")


@click.command()
@click.option("--all", "everybody", is_flag=True, help="Show everybody, not only the best informed.")
@json_option
@since_option
@ledger_option
def who(everybody: bool, json: bool, since: float | None, ledger: Path | None) -> None:
    """Show who can tell that your visits to different sites were one person's, and through which identifier."""
    asyncio.run(_who(ledger_path(ledger), since, json=json, everybody=everybody))


@click.command()
@click.argument("number", metavar="ID", type=click.IntRange(1))
@json_option
@ledger_option
def why(number: int, json: bool, ledger: Path | None) -> None:
    """Explain one exchange of the ledger: rule, list, owner, policy, signals, and what other policies would do.

    `louver log` begins each line with the exchange's ID.
    """
    asyncio.run(_why(ledger_path(ledger), number, json=json))


@click.command()
@click.option("--policy", "policy", metavar="NAME|FILE", required=True, help="The policy to try.")
@click.option("--site", "host", metavar="HOST", default=None, help="Only exchanges for this site.")
@json_option
@since_option
@ledger_option
def whatif(policy: str, host: str | None, json: bool, since: float | None, ledger: Path | None) -> None:
    """Replay what is in the ledger under another policy, and show what would have changed."""
    # Overrides by site are left out: the question is what this policy does.
    chosen = _policy(policy)
    asyncio.run(_whatif(ledger_path(ledger), chosen, host and host_named(host), since, json=json))


async def _who(path: Path, since: float | None, *, json: bool, everybody: bool) -> None:
    async with await Reader.open(path) as reader:
        linked = await answers.who(reader, since)
    if json:
        click.echo(as_json(linked))
        return
    out = console()
    out.print(who_report(linked, look_of(out), everybody=everybody))


async def _why(path: Path, number: int, *, json: bool) -> None:
    async with await Reader.open(path) as reader:
        told = await answers.why(reader, number, [_policy(name) for name in PRESETS])
        newest = await reader.newest()
    if told is None:
        raise NoExchangeError(number, newest)
    if json:
        click.echo(as_json(told))
        return
    out = console()
    out.print(why_report(told, look_of(out)))


async def _whatif(path: Path, policy: Policy, name: str | None, since: float | None, *, json: bool) -> None:
    async with await Reader.open(path) as reader:
        only = await site_of(reader, name) if name else None
        told = await answers.whatif(reader, policy, since, only)
    if json:
        click.echo(as_json(told))
        return
    out = console()
    out.print(whatif_report(told, look_of(out)))


def _policy(name: str) -> Policy:
    settings = Settings(policy=name, overrides=False)
    return load_policy(settings, sites_from_tldextract(), time.time())[0]
