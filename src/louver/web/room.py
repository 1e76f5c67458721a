"""Knows what every page of the dashboard shares: the gate, the ledger, the desk, the templates."""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass, field, replace
from functools import cache
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import quote

from jinja2 import Environment, PackageLoader, StrictUndefined

from louver.core.signals.kinds import MEANINGS
from louver.ledger.opening import NoLedgerError
from louver.ledger.reader import Reader
from louver.suffixes import sites_from_tldextract
from louver.web import words
from louver.web.asking import WRITTEN
from louver.web.drawing import bar
from louver.web.slats import GROUPS, Position
from louver.web.tongues import NAMES, Tongue, tongue

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Sequence
    from pathlib import Path

    from louver.core.policy import Policy, Row
    from louver.web.desk import Desk
    from louver.web.gate import Gate

STREAMS: Final = 8
"""Live pages that may be open at once."""

SPANS: Final = ((86_400, "%(n)s d ago"), (3_600, "%(n)s h ago"), (60, "%(n)s min ago"))


@dataclass(slots=True)
class Room:
    """What a page needs. `policy_in_force` names the policy of sites without an override."""

    gate: Gate
    ledger: Path
    desk: Desk
    policy_in_force: Callable[[], str]
    streams: int = 0
    guessing: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def reader(self) -> Reader | None:
        """Open the ledger; None where nothing has been written yet. Raises LouverError."""
        try:
            return await Reader.open(self.ledger)
        except NoLedgerError:
            return None

    async def aside[T](self, work: Callable[[Reader], Awaitable[T]]) -> T | None:
        """Ask the ledger much, in a thread of its own: the proxy beside us must not wait for sums. None without one."""

        async def worked() -> T | None:
            reader = await self.reader()
            if reader is None:
                return None
            async with reader:
                return await work(reader)

        return await asyncio.to_thread(lambda: asyncio.run(worked()))


def compiled(room: Room, name: str) -> Policy:
    """Return a policy by name, without the overrides by site: the question is what this policy does."""
    shelf = room.desk.shelf
    return shelf.compile(shelf.draft(name), sites_from_tldextract().site, time.time())


def unasked(room: Room) -> Policy:
    """Return the policy in force as it would be if nothing were asked first."""
    shelf = room.desk.shelf
    own, name = shelf.own(), room.policy_in_force()
    chosen = own if name in (own.extends, own.name) else shelf.chosen(name)
    sites = {site: replace(draft, rows=_unasked(draft.rows)) for site, draft in chosen.sites.items()}
    draft = replace(chosen, rows=_unasked(chosen.rows), sites=sites)
    return shelf.compile(draft, sites_from_tldextract().site, time.time())


def _unasked(rows: Sequence[Row]) -> tuple[Row, ...]:
    return tuple(row for row in rows if not row.text.endswith(WRITTEN))


def render(name: str, code: str, /, **given: Any) -> str:
    """Return a page in a language. Whatever a template is given comes out as text, never as markup."""
    return _environment(code).get_template(name).render(now=time.time(), **given)


@cache
def _environment(code: str) -> Environment:
    spoken = tongue(code)
    environment = Environment(
        loader=PackageLoader("louver.web"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        extensions=["jinja2.ext.i18n"],
    )
    environment.install_gettext_callables(spoken.say, spoken.count, newstyle=True)  # type: ignore[attr-defined]
    environment.globals.update(  # the extension adds the method above
        words=words, meanings=MEANINGS, groups=GROUPS, positions=list(Position), languages=NAMES, code=code
    )
    environment.filters.update(
        ago=lambda moment, now: _ago(spoken, moment, now),
        when=lambda moment: time.strftime("%Y-%m-%d %H:%M:%S", time.localtime(moment)),
        clock=lambda moment: time.strftime("%H:%M:%S", time.localtime(moment)),
        lasts=lambda seconds: _lasts(spoken, seconds),
        path=lambda text: quote(text, safe=""),
        number=lambda count: f"{count:,}",
        percent=percent,
        bar=bar,
    )
    return environment


def percent(share: float | None) -> str:
    """Return a share of 1 in percent, never rounded up to all."""
    if share is None:
        return "-"
    return "100 %" if share == 1 else f"{min(share * 100, 99.9):.1f} %"


def _ago(spoken: Tongue, moment: float, now: float) -> str:
    for length, words_for_it in SPANS:
        if now - moment >= length:
            return spoken.say(words_for_it) % {"n": int((now - moment) // length)}
    return spoken.say("just now")


def _lasts(spoken: Tongue, seconds: float | None) -> str:
    if seconds is None:
        return spoken.say("until the browser closes")
    if seconds <= 0:
        return spoken.say("deleted")
    days = seconds / 86_400
    if days < 1:
        return spoken.say("%(n)s h") % {"n": max(1, round(seconds / 3600))}
    return spoken.say("%(n)s d") % {"n": round(days)}
