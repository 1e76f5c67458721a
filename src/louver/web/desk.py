"""Knows how a tilt of a slat becomes a change of the user's policy file, and how it is undone."""

from __future__ import annotations

import time
from collections import deque
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final

from louver.errors import LouverError
from louver.policies import BadPolicyError
from louver.web.asking import ASK, Answer, answer_rule, is_ask
from louver.web.slats import (
    GROUPS,
    Position,
    group_rules,
    is_about_a_recipient,
    is_group_rule,
    is_recipient_rule,
    recipient_rules,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from louver.policies import Shelf

REMEMBERED: Final = 20
HOUR: Final = 3600.0
ENDS: Final = ("1h", "restart", "always")


class CannotChangeError(LouverError):
    """A change that was asked for in a form makes no sense, or came too late."""


@dataclass(frozen=True, slots=True)
class Change:
    """One change of the file: what it was in words, the text before and the text after."""

    site: str
    words: str
    before: str
    after: str


class Desk:
    """Where changes are made. `on_change` is called after each, so that a running proxy takes it up at once."""

    def __init__(self, shelf: Shelf, on_change: Callable[[], None] = lambda: None) -> None:
        self.shelf, self.on_change = shelf, on_change
        self._changes: deque[Change] = deque(maxlen=REMEMBERED)

    @property
    def last(self) -> Change | None:
        """Return the change that `undo` would take back; None where there is none, or the file was edited since."""
        change = self._changes[-1] if self._changes else None
        return change if change is not None and change.after == self.shelf.text() else None

    def tilt_group(self, site: str, name: str, position: Position | None) -> None:
        """Tilt the slat of one group of signals on a site; None gives it back to the policy."""
        group = next((group for group in GROUPS if group.id == name), None)
        if group is None:
            raise CannotChangeError(f"there is no slat {name!r}")
        add = group_rules(group, position) if position else []

        def change() -> None:
            # What is said of one recipient counts for more than what is said of all, so that it stays in front.
            self.shelf.change_rules(site, lambda rule: is_group_rule(group, rule), add, behind=is_about_a_recipient)

        self._make(site, f"{group.title}: {position or 'policy'}", change)

    def tilt_recipient(self, site: str, who: Mapping[str, str], position: Position | None) -> None:
        """Tilt the slat of one recipient, `who` being `{owner: …}` or `{recipient: …}`."""
        add = recipient_rules(who, position) if position else []

        def change() -> None:
            self.shelf.change_rules(site, lambda rule: is_recipient_rule(who, rule), add)

        self._make(site, f"{', '.join(who.values())}: {position or 'policy'}", change)

    def relax(self, site: str, rule: Mapping[str, str], until: float | None) -> None:
        """Put one small rule in front, until a time or for good; an earlier one that asks the same goes."""
        end = {} if until is None else {"until": _written(until)}
        self._make(
            site,
            f"{_told(rule)}: {rule['treatment']}",
            lambda: self.shelf.change_rules(site, lambda other: _is_same(rule, other), [{**rule, **end}]),
        )

    def tighten(self, site: str, rule: Mapping[str, str]) -> None:
        """Take a small rule out again."""
        self._make(
            site,
            f"{_told(rule)}: policy",
            lambda: self.shelf.change_rules(site, lambda other: _is_same(rule, other), []),
        )

    def ask(self, site: str | None, *, first: bool) -> None:
        """Hold back on a site, or everywhere (None), what would recognise the person, and ask; or do so no longer."""
        rules = [ASK] if first else []
        self._make(
            site or "",
            f"ask first: {'on' if first else 'off'}",
            lambda: self.shelf.change_rules(site, is_ask, rules, behind=lambda _: site is not None),
        )

    def answer(self, site: str, who: Mapping[str, str], answer: Answer) -> None:
        """Answer a question about one recipient on a site; once means for an hour."""
        end = {"until": _written(time.time() + HOUR)} if answer is Answer.ONCE else {}
        rule = answer_rule(who, answer) | end
        self._make(
            site,
            f"{_told(who)}: {answer}",
            lambda: self.shelf.change_rules(site, lambda other: is_recipient_rule(who, other), [rule]),
        )

    def preset(self, site: str, name: str | None) -> None:
        """Choose what a site's own rules come on top of; None means what is in force elsewhere."""
        self._make(site, f"policy: {name or 'policy'}", lambda: self.shelf.extend_site(site, name))

    def off(self, site: str, end: str) -> None:
        """Change nothing on a site for an hour, until a restart, or always; `on` ends it."""
        if end == "on":
            self._make(site, "on", lambda: self.shelf.switch_on(site))
            return
        if end not in ENDS:
            raise CannotChangeError(f"{end!r} is no length of time")
        until: float | str = time.time() + HOUR if end == "1h" else end
        self._make(site, f"off: {end}", lambda: self.shelf.switch_off(site, until))

    def use(self, name: str) -> None:
        """Make another policy the one in use everywhere."""
        self._make("", f"policy: {name}", lambda: self.shelf.use(name))

    def undo(self) -> Change:
        """Take the last change back. Raises CannotChangeError where the file was edited since."""
        change = self.last
        if change is None:
            raise CannotChangeError("there is nothing to undo, or the policy file was edited by hand since")
        self.shelf.restore(change.before)
        self._changes.pop()
        self.on_change()
        return change

    def _make(self, site: str, words: str, change: Callable[[], None]) -> None:
        before = self.shelf.text()
        try:
            change()
        except (OSError, UnicodeError) as error:
            raise BadPolicyError(error, self.shelf.own_file) from error
        after = self.shelf.text()
        if after != before:
            self._changes.append(Change(site, words, before, after))
            self.on_change()


def _written(moment: float) -> str:
    return datetime.fromtimestamp(moment, UTC).isoformat(timespec="seconds")


def _told(rule: Mapping[str, str]) -> str:
    return " ".join(value for key, value in rule.items() if key != "treatment")


def _is_same(rule: Mapping[str, Any], other: Mapping[str, Any]) -> bool:
    return {**other, "until": None} == {**rule, "until": None}
