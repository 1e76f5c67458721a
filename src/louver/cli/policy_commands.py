"""Knows the `policy` commands: list, show, check, use, and the overrides by site."""

from __future__ import annotations

import math
import re
import time
from datetime import datetime
from pathlib import Path
from typing import Final

import click

from louver import folders
from louver.core.policy_text import Draft, PolicyError, parse_policy
from louver.core.sites import host_name, host_of
from louver.errors import LouverError
from louver.policies import BadPolicyError, Shelf
from louver.reports.explanation import printable
from louver.suffixes import sites_from_tldextract

ALWAYS: Final = "always"
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
        try:
            text = _description(shelf.draft(name))
        except BadPolicyError as error:
            text = f"cannot be used: {error}"
        click.echo(f"{'*' if name == used else ' '} {name:<12} {printable(text)}")
    _show_overrides(shelf.own())


@policy.command()
@click.argument("name", required=False)
def show(name: str | None) -> None:
    """Print a policy, with what it extends; without NAME, the one in use."""
    shelf = _shelf()
    draft: Draft | None = shelf.draft(name) if name else shelf.own()
    shown: set[str] = set()
    while draft is not None and draft.file not in shown:
        shown.add(draft.file)
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
    _shelf().use(name)
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
    """Change nothing on SITE (the policy `observe`); it is still logged, and what was set for it waits."""
    name, until = _site(site), _end(duration)
    _shelf().switch_off(name, ALWAYS if until is None else until)
    click.echo(f"{name}: off{_in_words(until)}")


@policy.command()
@click.argument("site")
def unset(site: str) -> None:
    """Take back what was set for SITE."""
    name, shelf = _site(site), _shelf()
    was_off = name in shelf.own().off
    shelf.switch_on(name)
    if not shelf.clear_site(name) and not was_off:
        raise click.UsageError(f"nothing is set for {name}")
    click.echo(f"{name}: back to the policy in use")


def _override(site: str, name: str, duration: float | None) -> None:
    name_of_site, until = _site(site), _end(duration)
    _shelf().set_site(name_of_site, name, until)
    click.echo(f"{name_of_site}: {name}{_in_words(until)}")


def _end(duration: float | None) -> float | None:
    return None if duration is None else time.time() + duration


def _in_words(until: float | None) -> str:
    return "" if until is None else f" until {datetime.fromtimestamp(until).astimezone():%Y-%m-%d %H:%M}"


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
        if nested.until is None or nested.until > now:
            click.echo(printable(f"  on {site}: {nested.extends or nested.name}{_in_words(nested.until)}"))
    for site, end in sorted(own.off.items()):
        if end > now:
            click.echo(printable(f"  on {site}: off{_in_words(end if math.isfinite(end) else None)}"))
