"""Knows the `demo` command: the main job, shown in a small internet on this computer."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click
from rich.console import Console

from louver.browser import BROWSERS, find_browser
from louver.demo.picture import as_svg, draw
from louver.demo.report import as_json

if TYPE_CHECKING:
    from louver.demo.account import Tour

NONE: Final = "none"
WIDEST: Final = 110
"""Columns beyond which the picture gets no better."""


@click.command()
@click.option("--json", "as_data", is_flag=True, help="Print the same as JSON.")
@click.option(
    "--browser",
    type=click.Choice([NONE, *BROWSERS]),
    help=f"The browser to drive; `{NONE}` takes the built-in client. Default: the first that is installed.",
)
@click.option(
    "--keep",
    type=click.Path(file_okay=False, path_type=Path),
    metavar="DIR",
    help="Keep both ledgers in this folder.",
)
@click.option(
    "--svg",
    type=click.Path(dir_okay=False, writable=True, path_type=Path),
    metavar="FILE",
    help="Save the picture as an SVG file as well.",
)
def demo(as_data: bool, browser: str | None, keep: Path | None, svg: Path | None) -> None:
    """See what three sites tell whom about their visitor, without and with Louver.

    Everything happens on this computer: a small internet on the loopback address, a browser with a profile that is
    thrown away, and two ledgers of their own. Your browser, your ledger and your settings are not touched.
    """
    tours = _go(_choose(browser), keep)
    if as_data:
        click.echo(as_json(tours))
    else:
        console = Console(highlight=False)
        console.print(draw(tours), width=min(console.width, WIDEST))
    if svg is not None:
        _save(svg, as_svg(tours))
    for tour in tours:
        if tour.ledger is not None:
            click.echo(f"ledger of the tour under {tour.policy}: {tour.ledger}", err=True)


def _save(path: Path, text: str) -> None:
    try:
        path.write_text(text, "utf-8")
    except OSError as error:
        raise click.FileError(str(path), error.strerror) from error


def _choose(name: str | None) -> str | None:
    """Return the path of the browser to drive, or None for the built-in client."""
    path = None if name == NONE else find_browser(name)
    if path is None and name not in (None, NONE):
        raise click.UsageError(f"{name} is not installed here; leave --browser out, or say --browser {NONE}")
    return path


def _go(browser: str | None, keep: Path | None) -> list[Tour]:
    # mitmproxy takes its time to load, and nobody who only asks for help should wait for it.
    from louver.demo.tour import go  # noqa: PLC0415

    console = Console(stderr=True, highlight=False)
    with console.status("starting") as status:

        def tell(words: str) -> None:
            status.update(words)
            if not console.is_terminal:
                console.print(words)

        return asyncio.run(go(browser, tell, keep))
