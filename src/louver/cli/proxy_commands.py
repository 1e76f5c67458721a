"""Knows the commands that touch the wire: `run`, `browse` and `ca`."""

from __future__ import annotations

import asyncio
import sys
from contextlib import ExitStack
from dataclasses import replace
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

from louver import folders
from louver.cli.web_commands import DEFAULT_DASH, Beside
from louver.ledger.keeping import Detail
from louver.proxy.authority import FORMATS, open_authority, remove_authority, rotate_authority
from louver.proxy.browse import Session
from louver.proxy.browse import browse as run_session
from louver.proxy.browsers import CHROMIUMS, FIREFOXES, find_browser, is_root
from louver.proxy.connect_to import parse_detour
from louver.proxy.listen import parse_listen
from louver.proxy.master import Ready, Start, authority_folder, serve
from louver.proxy.running import announced
from louver.proxy.trust import explanation
from louver.setup import Settings

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

DEFAULT_LISTEN: Final = "127.0.0.1:8080"

PROXY_OPTIONS: Final = (
    click.option("--policy", metavar="NAME|FILE", default=None, help="Decide by this policy, not the one in use."),
    click.option("--lists", metavar="ID|FILE,…", default=None, help="Decide by these lists, not the enabled ones."),
    click.option("--ledger", metavar="FILE", default="", help="Write to this ledger, not the one in the data folder."),
    click.option("--detail", type=click.Choice([*map(str, Detail)]), default=None, help="How much the ledger keeps."),
    click.option("--mode", "modes", metavar="MODE", multiple=True, help="A mitmproxy mode; repeatable. [regular]"),
    click.option("--set", "sets", metavar="OPTION=VALUE", multiple=True, help="Any mitmproxy option; repeatable."),
    click.option(
        "--connect-to",
        metavar="HOST:PORT:TO_HOST:TO_PORT",
        multiple=True,
        help="Connect elsewhere, as in curl; an empty HOST or PORT is any. For staging sites and tests; repeatable.",
    ),
    click.option("--dns", metavar="SERVER[:PORT]", default="", help="Ask this name server for aliases. [the system's]"),
    click.option("--no-cname", is_flag=True, help="Do not look behind sites' own names."),
)
"""Options of every command that may start a proxy."""


def proxy_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Give a command the options of a proxy; it gets them as `choices`, a dictionary."""

    @wraps(command)
    def wrapped(**given: Any) -> Any:
        names = ("policy", "lists", "ledger", "detail", "modes", "sets", "connect_to", "dns", "no_cname")
        choices = {name: given.pop(name) for name in names}
        return command(choices=choices, **given)

    for option in reversed(PROXY_OPTIONS):
        wrapped = option(wrapped)
    return wrapped


@click.command()
@click.option("--listen", metavar="HOST:PORT", default=DEFAULT_LISTEN, show_default=True)
@click.option("--allow", metavar="NETWORK", multiple=True, help="Let in devices of this network of yours; repeatable.")
@click.option("--dash", "dash", metavar="HOST:PORT", default=DEFAULT_DASH, show_default=True, help="The dashboard's.")
@click.option("--no-dash", "no_dash", is_flag=True, help="Bring no dashboard along.")
@proxy_options
def run(choices: dict[str, Any], listen: str, allow: tuple[str, ...], dash: str, no_dash: bool) -> None:
    """Run the proxy until Ctrl-C."""
    start = replace(_start(choices, listen), allow=allow)
    beside = None if no_dash else Beside(dash, start.settings)
    start.settings.shelf.restarted()
    with ExitStack() as until_stopped:

        def ready(told: Ready) -> None:
            until_stopped.enter_context(announced(start.settings.data_dir, told.host, told.port))
            click.echo(_welcome(told))
            if beside is not None:
                click.echo(beside.open(told))

        asyncio.run(_serve(start, ready, beside))
    click.echo("Louver has stopped; everything it saw is in the ledger.")


@click.command()
@click.argument("url", required=False, default="about:blank")
@click.option("--browser", "name", type=click.Choice([*CHROMIUMS, *FIREFOXES]), help="[the first that is installed]")
@click.option("--headless", is_flag=True, help="Show no window; for scripts.")
@click.option("--browser-flag", "flags", metavar="FLAG", multiple=True, help="Hand a flag to the browser; repeatable.")
@proxy_options
def browse(choices: dict[str, Any], url: str, name: str | None, headless: bool, flags: tuple[str, ...]) -> None:
    """Open URL in a throw-away browser that goes through Louver and trusts it.

    Uses the proxy that `louver run` started, if one runs and no options of a proxy are given; else starts one.
    """
    browser = find_browser(name)
    if is_root() and not browser.is_firefox:
        click.echo(
            "Running as root, so the browser's own sandbox has to be off; better use an ordinary user.", err=True
        )
    session = Session(browser, _address(url), _start(choices, DEFAULT_LISTEN), headless, any(choices.values()), flags)
    sys.exit(asyncio.run(run_session(session, lambda text: click.echo(text, err=True))))


@click.group()
def ca() -> None:
    """Show, export, rotate or remove this installation's certificate authority."""


@ca.command()
def show() -> None:
    """Show the certificate authority, and how a browser of your own comes to trust it."""
    authority = open_authority(_folder())
    certificate = authority.certificate
    click.echo(f"name         {certificate.subject.rfc4514_string()}")
    click.echo(f"folder       {authority.folder}")
    click.echo(f"valid        {_day(certificate.not_valid_before_utc)} to {_day(certificate.not_valid_after_utc)}")
    click.echo(f"SHA-256      {authority.fingerprint()}")
    click.echo(f"public key   {authority.spki()}   (SPKI hash for Chromium)")
    click.echo()
    click.echo(explanation(authority.spki()), nl=False)


@ca.command()
@click.argument("path", type=click.Path(dir_okay=False, path_type=Path), required=False)
@click.option("--format", "form", type=click.Choice(FORMATS), help="[by the name's ending, else pem]")
def export(path: Path | None, form: str | None) -> None:
    """Write the certificate (never its key) to PATH, or to standard output."""
    ending = path.suffix.lstrip(".").lower() if path else ""
    data = open_authority(_folder()).export(form or ENDINGS.get(ending, "pem"))
    if path is None or str(path) == "-":
        sys.stdout.buffer.write(data)
        return
    try:
        path.write_bytes(data)
    except OSError as error:
        raise click.FileError(str(path), error.strerror) from error
    click.echo(f"wrote {path}; `louver ca show` says what to do with it")


@ca.command()
@click.option("--yes", is_flag=True, help="Do not ask.")
def rotate(*, yes: bool) -> None:
    """Make a new certificate authority in the place of the old one, whose key is deleted.

    For when others may have seen the key, or the certificate ends soon.
    """
    if not yes:
        click.confirm("Browsers that trust the old one must be made to trust the new one. Go on?", abort=True)
    fresh = rotate_authority(_folder())
    click.echo(f"New authority, SHA-256 {fresh.fingerprint()}")
    click.echo(
        "Take the old one out of the browsers you imported it into; `louver ca show` says how to add the new one."
    )
    click.echo("A proxy that runs goes on with the old one until it is started anew.")


@ca.command()
@click.option("--yes", is_flag=True, help="Do not ask.")
def remove(*, yes: bool) -> None:
    """Delete the certificate authority with its key; the next start makes a new one."""
    if not yes:
        click.confirm("Browsers that trust it will no longer work through Louver. Delete it?", abort=True)
    there = remove_authority(_folder())
    click.echo("Deleted. Take it out of the browsers you imported it into, too." if there else "There was none.")


async def _serve(start: Start, ready: Callable[[Ready], None], beside: Beside | None) -> None:
    try:
        await serve(start, ready)
    finally:
        if beside is not None:
            await beside.close()


ENDINGS: Final = {"pem": "pem", "crt": "pem", "der": "der", "cer": "der", "p12": "p12", "pfx": "p12"}
"""File endings and the formats that systems expect behind them."""


def _start(choices: dict[str, Any], listen: str) -> Start:
    for text in choices["connect_to"]:
        parse_detour(text)
    lists = choices["lists"]
    names = tuple(name.strip() for name in lists.split(",") if name.strip()) if lists is not None else None
    return Start(
        settings=Settings(policy=choices["policy"], lists=names),
        listen=parse_listen(listen),
        modes=choices["modes"] or ("regular",),
        sets=choices["sets"],
        connect_to=choices["connect_to"],
        ledger=choices["ledger"],
        detail=choices["detail"] or "",
        dns=choices["dns"],
        cname=not choices["no_cname"],
    )


def _welcome(told: Ready) -> str:
    address = told.url.removeprefix("http://")
    return (
        f"Louver listens on {address}   (Ctrl-C stops it)\n"
        f"  policy   {told.policy}   (`louver policy` shows and changes it, also while this runs)\n"
        f"  ledger   {told.ledger}\n"
        f"  browser  `louver browse` opens one that is ready; for your own, set its HTTP and HTTPS proxy to {address}\n"
        f"           and see `louver ca show`\n"
        f"  results  `louver sites`, `louver site HOST`, `louver log --follow`"
    )


def _folder() -> Path:
    return authority_folder(folders.data_dir())


def _address(text: str) -> str:
    """Return an address as a person means it: a bare name is a site."""
    return text if "://" in text or text.startswith(("about:", "data:")) else f"https://{text}"


def _day(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%d")
