"""Knows which changes the dashboard's forms ask for, and checks what they say before anything is written."""

from __future__ import annotations

import time
from typing import Final
from urllib.parse import quote

from louver.web.asking import Answer
from louver.web.desk import CannotChangeError
from louver.web.slats import Position
from louver.web.views import OfSite

LONGEST_NAME: Final = 300
HOUR: Final = 3600.0
POLICY: Final = "policy"
"""What a form says to give a slat back to the policy."""


class Change(OfSite):
    """A change that was asked for on the page of a site."""

    async def check(self, site: str) -> str:
        """Return the address of the site's page, if the ledger knows the site. Raises HTTPError (404)."""
        async with await self.open(await self.room.reader(), site):
            return f"/site/{quote(site, safe='')}"

    def word(self, name: str) -> str:
        """Return what the form says under a name. Raises CannotChangeError where it is too long to be a name."""
        text: str = self.get_body_argument(name, "")
        if len(text) > LONGEST_NAME:
            raise CannotChangeError(f"{name} is longer than {LONGEST_NAME} characters")
        return text

    def who(self) -> dict[str, str]:
        """Return whom the form is about. Raises CannotChangeError where that is not one owner or one recipient."""
        who = {key: value for key in ("owner", "recipient") if (value := self.word(key))}
        if len(who) != 1:
            raise CannotChangeError("this is about one group, one owner or one recipient")
        return who


class Tilt(Change):
    """A slat is tilted: of a group of signals, or of one recipient."""

    async def post(self, site: str) -> None:
        """Write the rules that the position stands for."""
        page = await self.check(site)
        position = self._position()
        if group := self.word("group"):
            self.room.desk.tilt_group(site, group, position)
            self.back(f"{page}#slat-{quote(group)}")
            return
        self.room.desk.tilt_recipient(site, self.who(), position)
        self.back(f"{page}#who")

    def _position(self) -> Position | None:
        said = self.word("position")
        if said == POLICY:
            return None
        try:
            return Position(said)
        except ValueError:
            raise CannotChangeError(f"{said!r} is no position of a slat") from None


class Relax(Change):
    """One small thing is let through, to see whether a site works with it."""

    async def post(self, site: str) -> None:
        """Try it for an hour, keep it, or take it back."""
        page = await self.check(site)
        asked = {"recipient": self.word("recipient"), "kind": self.word("kind")}
        rule = {key: value for key, value in asked.items() if value} | {"treatment": "allow"}
        if "recipient" not in rule:
            raise CannotChangeError("what is to be let through has to be named")
        match self.word("do"):
            case "try":
                self.room.desk.relax(site, rule, time.time() + HOUR)
            case "keep":
                self.room.desk.relax(site, rule, None)
            case "back":
                self.room.desk.tighten(site, rule)
            case other:
                raise CannotChangeError(f"{other!r} is nothing that can be done here")
        self.back(f"{page}/broken")


class Ask(Change):
    """Asking first is switched on or off, on a site or everywhere."""

    async def post(self, site: str | None = None) -> None:
        """Write or remove the rule that holds back."""
        page = "/questions" if site is None else await self.check(site)
        self.room.desk.ask(site, first=self.word("first") == "yes")
        self.back(page)


class Reply(Change):
    """A question is answered."""

    async def post(self, site: str) -> None:
        """Write the answer."""
        await self.check(site)
        who = self.who()
        try:
            answer = Answer(self.word("answer"))
        except ValueError:
            raise CannotChangeError("the answers are once, always and never") from None
        self.room.desk.answer(site, who, answer)
        self.back("/questions")


class Preset(Change):
    """Another policy for one site."""

    async def post(self, site: str) -> None:
        """Write it."""
        page = await self.check(site)
        name = self.word("name")
        if name not in ("", *self.room.desk.shelf.names()):
            raise CannotChangeError(f"there is no policy {name!r}")
        self.room.desk.preset(site, name or None)
        self.back(page)


class Off(Change):
    """Nothing is changed on a site for a while."""

    async def post(self, site: str) -> None:
        """Write until when."""
        page = await self.check(site)
        self.room.desk.off(site, self.word("for"))
        self.back(page)


class Use(Change):
    """Another policy everywhere."""

    async def post(self) -> None:
        """Write it."""
        name = self.word("name")
        if name not in self.room.desk.shelf.names():
            raise CannotChangeError(f"there is no policy {name!r}")
        self.room.desk.use(name)
        self.back("/")


class Undo(Change):
    """The last change is taken back."""

    async def post(self) -> None:
        """Put the earlier text back."""
        change = self.room.desk.undo()
        self.back(f"/site/{quote(change.site, safe='')}" if change.site else "/")
