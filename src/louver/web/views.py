"""Knows which facts each page of the dashboard shows; changes nothing."""

from __future__ import annotations

import time
from http import HTTPStatus
from typing import TYPE_CHECKING, Final

from tornado.web import HTTPError

from louver.ledger import findings
from louver.policies import PRESETS
from louver.reports import answers
from louver.web import sight
from louver.web.asking import is_asking, questions
from louver.web.pages import Page
from louver.web.room import compiled, unasked
from louver.web.weighing import Tie, knowers, picture, ties

if TYPE_CHECKING:
    from louver.ledger.reader import Reader
    from louver.ledger.rows import Logged
    from louver.reports.linking import Linkage

SPANS: Final = {"day": 86_400.0, "week": 7 * 86_400.0, "all": None}
"""Words for spans in addresses, and their seconds."""

REQUESTS: Final = 60
ASKED_ABOUT: Final = 2_000
"""The newest exchanges, which are looked at for what was held back."""

PROPOSED: Final = 12
REPLAYED: Final = 10_000
"""Exchanges that are asked what another policy would have done; more would keep a person waiting."""

DRAWN: Final = 24


class Today(Page):
    """All sites, with what could have been learned there and what was."""

    async def get(self) -> None:
        """Show the sites of a span."""
        span = self.get_query_argument("span", "day")
        length = SPANS.get(span, SPANS["day"])
        since = None if length is None else time.time() - length
        reader = await self.room.reader()
        if reader is None:
            self.show("empty.html")
            return
        async with reader:
            sites, coverage = await reader.sites(since), await reader.coverage(since)
            faults = await reader.faults(since)
        most = max((one.third_shared + one.third_rewritten + one.third_blocked for one in sites), default=0)
        own = self.room.desk.shelf.own()
        off = {site: self.room.desk.shelf.off_until(site) for site in own.off}
        usual = {own.name, self.room.policy_in_force()}
        self.show(
            "today.html",
            usual=usual,
            span=span,
            sites=sites,
            coverage=coverage,
            faults=faults,
            most=most,
            presets=PRESETS,
            off=off,
        )


class OfSite(Page):
    """A page about one site of the ledger."""

    async def open(self, reader: Reader | None, site: str) -> Reader:
        """Return the reader, if the ledger knows the site. Raises HTTPError (404)."""
        if reader is None:
            raise HTTPError(HTTPStatus.NOT_FOUND)
        if site not in await reader.known_sites():
            await reader.close()
            raise HTTPError(HTTPStatus.NOT_FOUND)
        return reader


class Site(OfSite):
    """One site: its slats, who was there, what they got."""

    async def get(self, site: str) -> None:
        """Show everything about a site."""
        async with await self.open(await self.room.reader(), site) as reader:
            detail = await reader.site(site)
            rows = await reader.log(REQUESTS, site=site)
            names, met = await reader.names(site), await findings.identifiers(reader, site=site)
            consent = await findings.consent(reader, site)
        assert detail is not None
        shelf = self.room.desk.shelf
        rules = shelf.site_rules(site)
        draft = shelf.own().sites.get(site)
        self.show(
            "site.html",
            site=site,
            detail=detail,
            slats=sight.slats(detail, rules),
            parties=sight.parties(detail, rules),
            own=sight.own_hosts(detail),
            cookies=sight.cookies(names),
            threads=sight.threads(met),
            consent=consent,
            requests=rows[::-1],
            preset=draft.extends if draft else None,
            presets=shelf.names(),
            off=shelf.off_until(site),
            asking=is_asking(rules),
        )


class Broken(OfSite):
    """What to try where a site does not work."""

    async def get(self, site: str) -> None:
        """Propose the smallest way back first."""
        async with await self.open(await self.room.reader(), site) as reader:
            suspects = await answers.broken(reader, site)
        shelf = self.room.desk.shelf
        tried = {
            (rule.get("recipient"), rule.get("kind", "")): "until" in rule
            for rule in shelf.site_rules(site)
            if rule.get("treatment") == "allow" and isinstance(rule.get("kind", ""), str)
        }
        self.show("broken.html", site=site, suspects=suspects[:PROPOSED], tried=tried, off=shelf.off_until(site))


class Who(Page):
    """Which organisations can link which sites."""

    async def get(self) -> None:
        """Show the picture and the table."""
        facts = await self.room.aside(_who)
        if facts is None:
            self.show("empty.html")
            return
        found, linked = facts
        people = knowers(found)
        self.show("who.html", linked=linked, people=people, picture=picture(found, people, DRAWN))


async def _who(reader: Reader) -> tuple[list[Tie], Linkage]:
    return ties(await findings.kinds(reader)), await answers.who(reader)


class Questions(Page):
    """What was held back until the person says otherwise."""

    async def get(self) -> None:
        """Show the questions that are open."""
        shelf = self.room.desk.shelf
        reader = await self.room.reader()
        rows: list[Logged] = []
        if reader is not None:
            async with reader:
                rows = await reader.log(ASKED_ABOUT)
        self.show(
            "questions.html",
            everywhere=is_asking(shelf.site_rules(None)),
            sites=[site for site in shelf.own().sites if is_asking(shelf.site_rules(site))],
            questions=questions(rows, shelf.site_rules, unasked(self.room)),
        )


class Live(Page):
    """Exchanges as they happen."""

    async def get(self) -> None:
        """Show the last ones; the script adds the next."""
        reader = await self.room.reader()
        rows: list[Logged] = []
        if reader is not None:
            async with reader:
                rows = await reader.log(REQUESTS)
        self.show("live.html", rows=rows[::-1], newest=rows[-1].id if rows else 0)


class Why(Page):
    """One exchange, and why it went as it did."""

    async def get(self, number: str) -> None:
        """Show it, with what other policies would have done."""
        reader = await self.room.reader()
        if reader is None:
            raise HTTPError(HTTPStatus.NOT_FOUND)
        async with reader:
            told = await answers.why(reader, int(number), [compiled(self.room, name) for name in PRESETS])
        if told is None:
            raise HTTPError(HTTPStatus.NOT_FOUND)
        self.show("why.html", told=told, row=told.exchange)


class Balance(Page):
    """What was gained, and what was kept."""

    async def get(self) -> None:
        """Show both axes, over all and of each site."""
        found = await self.room.aside(answers.balance)
        if found is None:
            self.show("empty.html")
            return
        sites = sorted(found.sites, key=lambda one: -one.privacy.bits_before)
        self.show("balance.html", overall=found.overall, sites=sites)


class WhatIf(Page):
    """What another policy would have done."""

    async def get(self) -> None:
        """Replay the newest exchanges under the policy that is asked for."""
        names = self.room.desk.shelf.names()
        name = self.get_query_argument("policy", "")
        found = None
        if name in names:
            policy = compiled(self.room, name)
            found = await self.room.aside(lambda reader: answers.whatif(reader, policy, most=REPLAYED))
        self.show("what_if.html", names=names, name=name, found=found)
