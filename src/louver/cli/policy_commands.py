"""Knows the `policy` commands: list, show, check, use, and the overrides by site."""

from __future__ import annotations

import re
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

import click

from louver import folders
from louver.core.policy_text import Draft, PolicyError, parse_policy
from louver.core.sites import host_name, host_of
from louver.errors import LouverError
from louver.policies import BadPolicyError, Shelf
from louver.suffixes import sites_from_tldextract

UNITS: Final = {"s": 1, "m": 60, "h": 3600, "d": 86_400, "w": 7 * 86_400}


class NoSiteError(LouverError):
    """A text that names no site."""

    exit_code = 2

    def __init__(self, text: str) -> None:
        super().__init__(f"{text!r} names no site; write it like news.example")


def seconds(_ctx: click.Context, _param: click.Parameter, text: str | None) -> float | None:
    """Read a length of time such as `30m`, `1h`, `2d`."""
    if text is None:
        return None
    found = re.fullmatch(r"(\d{1,6})\s*([smhdw])", text.strip().lower())
    if found is None:
        raise click.BadParameter(f"{text!r} is no length of time; write it like 30m, 1h or 2d")
    return float(int(found[1]) * UNITS[found[2]])


@click.group()
def policy() -> None:
    """List, check and choose policies, and override them by site."""


@policy.command("list")
def list_policies() -> None:
    """List the policies that can be used, and mark the one in use."""
    shelf = _shelf()
    used = shelf.own().extends
    for name in shelf.names():
        text = _description(shelf.draft(name))
        click.echo(f"{'*' if name == used else ' '} {name:<12} {text}")
    _show_overrides(shelf.own())


@policy.command()
@click.argument("name", required=False)
def show(name: str | None) -> None:
    """Print a policy, with what it extends; without NAME, the one in use."""
    shelf = _shelf()
    draft: Draft | None = shelf.draft(name) if name else shelf.own()
    while draft is not None:
        click.echo(f"# {draft.file}")
        click.echo(draft.text.rstrip() or f"extends: {draft.extends}")
        draft = shelf.draft(draft.extends) if draft.extends else None


@policy.command()
@click.argument("file", type=click.Path(path_type=Path))
def check(file: Path) -> None:
    """Check a policy FILE; a mistake is named with file, line and key."""
    shelf = _shelf()
    try:
        draft = parse_policy(file.read_text("utf-8"), str(file), file.stem)
    except (PolicyError, OSError, UnicodeError) as error:
        raise BadPolicyError(error, file) from error
    compiled = shelf.compile(draft, sites_from_tldextract().site, time.time())
    click.echo(f"{file}: fine, {len(draft.rows)} rules of its own, {len(compiled.rows)} with what it extends")


@policy.command()
@click.argument("name")
def use(name: str) -> None:
    """Decide by the policy NAME (or FILE) from now on; a running proxy takes it up at once."""
    target = str(Path(name).resolve()) if Path(name).is_file() else name
    _shelf().use(target)
    click.echo(f"{name} is in use now")


@policy.command("set")
@click.argument("site")
@click.argument("name")
@click.option("--for", "duration", metavar="TIME", callback=seconds, help="Only for so long: 30m, 1h, 2d.")
def set_site(site: str, name: str, duration: float | None) -> None:
    """Decide by the policy NAME on SITE."""
    _override(site, name, duration)


@policy.command()
@click.argument("site")
@click.option("--for", "duration", metavar="TIME", callback=seconds, help="Only for so long: 30m, 1h, 2d.")
def off(site: str, duration: float | None) -> None:
    """Change nothing on SITE (the policy `observe`); it is still logged."""
    _override(site, "observe", duration)


@policy.command()
@click.argument("site")
def unset(site: str) -> None:
    """Take back what was set for SITE."""
    name = _site(site)
    if not _shelf().clear_site(name):
        raise click.UsageError(f"nothing is set for {name}")
    click.echo(f"{name}: back to the policy in use")


def _override(site: str, name: str, duration: float | None) -> None:
    name_of_site = _site(site)
    until = None if duration is None else time.time() + duration
    _shelf().set_site(name_of_site, name, until)
    when = "" if until is None else f" until {datetime.fromtimestamp(until).astimezone():%Y-%m-%d %H:%M}"
    click.echo(f"{name_of_site}: {name}{when}")


def _site(text: str) -> str:
    host = host_of(text) if "://" in text else host_name(text.partition("/")[0].partition(":")[0])
    if not host:
        raise NoSiteError(text)
    return sites_from_tldextract().site(host)


def _shelf() -> Shelf:
    return Shelf(folders.config_dir())


def _description(draft: Draft) -> str:
    found = re.search(r"^description:\s*(.+)$", draft.text, re.MULTILINE)
    return found[1].strip() if found else f"extends {draft.extends}" if draft.extends else ""


def _show_overrides(own: Draft) -> None:
    now = time.time()
    for site, nested in sorted(own.sites.items()):
        if nested.until is not None and nested.until <= now:
            continue
        until = f" until {datetime.fromtimestamp(nested.until, UTC):%Y-%m-%d %H:%M} UTC" if nested.until else ""
        click.echo(f"  on {site}: {nested.extends or nested.name}{until}")
