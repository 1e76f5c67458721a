"""Knows the `me` commands: register what Louver should notice when it leaves, list it, forget it."""

from __future__ import annotations

from datetime import datetime

import click

from louver import folders
from louver.core.signals.own_forms import Seed
from louver.own import Own


@click.group()
def me() -> None:
    """Register your e-mail addresses, phone numbers and names, so that Louver notices when they leave.

    Only keyed digests are kept; the values themselves cannot be read back.
    """


@me.command()
@click.argument("kind", type=click.Choice([str(seed) for seed in Seed]))
@click.option("--label", default="", help="What to call it in the list, such as 'work'.")
@click.option("--country", metavar="CODE", default=None, help="Calling code of a phone number given without one: 41.")
@click.password_option("--value", prompt="Value", help="Asked for when left out, so that it stays out of the history.")
def add(kind: str, label: str, country: str | None, value: str) -> None:
    """Register a value of KIND."""
    _own().add(Seed(kind), value, label, country)
    click.echo(f"{kind}{f' ({label})' if label else ''}: registered; requests to third parties are searched for it")


@me.command("list")
def list_values() -> None:
    """Show what is registered, without the values."""
    values = _own().values()
    if not values:
        click.echo("nothing is registered")
    for number, value in enumerate(values, 1):
        label = f" ({value.label})" if value.label else ""
        click.echo(f"{number}  {value.seed}{label}, since {datetime.fromtimestamp(value.at).astimezone():%Y-%m-%d}")


@me.command()
@click.argument("number", type=int)
def remove(number: int) -> None:
    """Forget what is registered under NUMBER."""
    gone = _own().remove(number)
    click.echo(f"{gone.seed}: forgotten")


def _own() -> Own:
    return Own(folders.config_dir(), folders.data_dir())
