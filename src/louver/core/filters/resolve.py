"""Knows which of the rules that match wins: important before exception before block; knows nothing of finding them.

A stand-in needs a block. What changes a request or response instead of blocking it stands unless an exception of the
same effect names the same value, or none. An exception for a page (`@@…$document`) takes everything back on it but
what is important.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from louver.core.facts import ResourceType
from louver.core.filters.ask import NO_PAGE, Ask, Page
from louver.core.filters.changes import CHANGES
from louver.core.filters.expressions import searcher
from louver.core.filters.finding import Finder
from louver.core.filters.rows import BLOCK, CONDITIONS, EFFECT, FLAGS, IMPORTANT, NUMBER, SPECIFIC, VALUE
from louver.core.filters.rule import Family
from louver.core.filters.situation import PAGE_MASK
from louver.core.filters.verdict import PASS, Verdict

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from louver.core.decision import RuleRef
    from louver.core.facts import Headers
    from louver.core.filters.rows import Lane, Row, Table
    from louver.core.filters.rule import HeaderTest
    from louver.core.filters.source import Lines

ALLOW: Final[Lane] = (Family.BLOCK, True)
"""Exceptions to blocking."""
NAMES: Final[Lane] = (Family.CNAME, True)
"""Exceptions to looking behind a host's name."""


PAGES: Final = frozenset({Family.PAGE, Family.GENERICBLOCK})


class Resolver:
    """Asks the finders in the order of priority."""

    __slots__ = ("_block", "_changes", "_lines", "_plain", "finders", "known")

    def __init__(self, tables: Mapping[Lane, Table], lines: Lines) -> None:
        self.finders = {lane: Finder(table) for lane, table in tables.items()}
        self._block = self.finders[BLOCK]
        self._lines = lines
        self._plain: dict[int, Verdict] = {}
        self._changes = self.finders.get((Family.CHANGE, False))
        self.known = frozenset().union(*(table.by_token for table in tables.values()))

    @property
    def reads_responses(self) -> bool:
        """Tell whether any rule asks for a response's headers."""
        return (Family.RESPONSE, False) in self.finders

    def decide(self, ask: Ask, url: str) -> Verdict:
        """Say what happens to a request. `ask` may hold a shortened URL, `url` is the whole one."""
        block, exception = self.rule(ask)
        verdict = PASS if block is None else self._verdict(ask, block, exception)
        changes = self._changes
        if changes is None or not changes.situations & ask.bit:
            return verdict
        rows = self.standing(Family.CHANGE, ask)
        return self._change(verdict, rows, url) if rows and self.trusted(ask) is None else verdict

    def _change(self, verdict: Verdict, rows: list[Row], url: str) -> Verdict:
        for effect, change in CHANGES.items():
            found = [row for row in rows if row[EFFECT] == effect]
            if found:
                verdict, used = change(verdict, found, url)
                refs = tuple(self._lines.ref(row[NUMBER]) for row in used)
                verdict = replace(verdict, applied=verdict.applied + refs) if refs else verdict
        return verdict

    def rule(self, ask: Ask) -> tuple[Row | None, Row | None]:
        """Return the rule that blocks and the exception that takes it back; the exception comes with a rule only."""
        block = self._block.first(ask)
        if block is None or (exception := self._exception(ask, block)) is None:
            return block, None
        if exception[FLAGS] & IMPORTANT or not self._block.has_important:
            return block, exception
        important = next((row for row in self._block.matches(ask) if row[FLAGS] & IMPORTANT), None)
        if important is None:
            return block, exception
        return important, self._important_exception(ask)

    def _exception(self, ask: Ask, block: Row) -> Row | None:
        allow = self.finders.get(ALLOW)
        found = allow.first(ask) if allow is not None else None
        return found or self.trusted(ask) or self._generic(ask, block)

    @property
    def reads_names(self) -> bool:
        """Tell whether any rule keeps a host from being looked behind."""
        return NAMES in self.finders

    def keeps_name(self, ask: Ask) -> bool:
        """Tell whether a rule wants this host to be taken for what it is called."""
        return self.finders[NAMES].first(ask) is not None

    def exempt(self, ask: Ask) -> RuleRef | None:
        """Return the exception to blocking that matches, whether or not there is a rule for it to take back."""
        allow = self.finders.get(ALLOW)
        found = (allow.first(ask) if allow is not None else None) or self.trusted(ask)
        return self._lines.ref(found[NUMBER]) if found is not None else None

    def _important_exception(self, ask: Ask) -> Row | None:
        allow = self.finders.get(ALLOW)
        if allow is None or not allow.has_important:
            return None
        return next((row for row in allow.matches(ask) if row[FLAGS] & IMPORTANT), None)

    def _generic(self, ask: Ask, block: Row) -> Row | None:
        """Return the exception that leaves a page with the rules made for it, if the rule is none of these."""
        if (Family.GENERICBLOCK, True) not in self.finders or block[FLAGS] & SPECIFIC:
            return None
        if any(row[FLAGS] & SPECIFIC for row in self._block.matches(ask)):
            return None
        return self._of_page(Family.GENERICBLOCK, ask.page)

    def trusted(self, ask: Ask) -> Row | None:
        """Return the exception that switches everything off on the page, or on the one that is being opened."""
        if (Family.PAGE, True) not in self.finders:
            return None
        if ask.bit & PAGE_MASK:
            return self.finders[Family.PAGE, True].first(ask)
        return self._of_page(Family.PAGE, ask.page)

    def of_lane(self, lane: Lane, ask: Ask) -> list[Row]:
        """Return all rules of a lane that match; for rules about pages, those that match the page."""
        finder = self.finders.get(lane)
        if finder is None or (lane[0] in PAGES and ask.page is NO_PAGE and not ask.bit & PAGE_MASK):
            return []
        if lane[0] in PAGES and not ask.bit & PAGE_MASK:
            ask = Ask(ask.page.url, ask.page.host, ask.page, ask.page.site, ResourceType.DOCUMENT, "GET", self.known)
        return distinct(finder.matches(ask))

    def _of_page(self, of: Family, page: Page) -> Row | None:
        if page is NO_PAGE:
            return None
        if of not in page.facts:
            ask = Ask(page.url, page.host, page, page.site, ResourceType.DOCUMENT, "GET", self.known)
            page.facts[of] = self.finders[of, True].first(ask)
        return page.facts[of]

    def _verdict(self, ask: Ask, block: Row, exception: Row | None) -> Verdict:
        number = block[NUMBER]
        if exception is not None:
            return Verdict(rule=self._lines.ref(number), exception=self._lines.ref(exception[NUMBER]))
        plain = self._plain.get(number)
        if plain is None:
            plain = self._plain[number] = Verdict(block=True, rule=self._lines.ref(number))
        redirect = self._redirect(ask)
        return plain if redirect is None else replace(plain, redirect=redirect)

    def _redirect(self, ask: Ask) -> str | None:
        finder = self.finders.get((Family.REDIRECT, False))
        if finder is None or not finder.situations & ask.bit:
            return None
        rows = self.standing(Family.REDIRECT, ask)
        if not rows:
            return None
        return resource(max(rows, key=_urgency)[VALUE])[0]

    def standing(self, of: Family, ask: Ask) -> list[Row]:
        """Return the rules of a family that match and that no exception takes back, in the order of the lists."""
        matching = list(self.finders[of, False].matches(ask))
        if not matching:
            return matching
        found, exceptions = distinct(matching), self.finders.get((of, True))
        if exceptions is None:
            return found
        off = {(row[EFFECT], _name(row)) for row in exceptions.matches(ask)}
        return [row for row in found if row[FLAGS] & IMPORTANT or off.isdisjoint(_names(row))] if off else found

    def respond(self, ask: Ask, headers: Headers) -> Verdict:
        """Say whether a response is blocked by what its headers say."""
        finder = self.finders.get((Family.RESPONSE, False))
        rows = [row for row in self.standing(Family.RESPONSE, ask) if headers_hold(row, headers)] if finder else []
        if not rows:
            return PASS
        exceptions = self.finders.get((Family.RESPONSE, True))
        matching = exceptions.matches(ask) if exceptions is not None else ()
        against = next((row for row in matching if headers_hold(row, headers)), None) or self.trusted(ask)
        important = next((row for row in rows if row[FLAGS] & IMPORTANT), None)
        return self._verdict(ask, important or rows[0], None if important is not None else against)


def distinct(rows: Iterable[Row]) -> list[Row]:
    """Return each rule once, in the order of the lists."""
    return sorted({row[NUMBER]: row for row in rows}.values(), key=lambda row: row[NUMBER])


def resource(value: str) -> tuple[str, int]:
    """Split `name:priority`, as `redirect` writes it; other values have no such end."""
    name, colon, priority = value.rpartition(":")
    if not colon or not priority.lstrip("-").isascii() or not priority.lstrip("-").isdigit() or len(priority) > 9:
        return value, 0
    return name, int(priority)


def _names(row: Row) -> tuple[tuple[str, str], tuple[str, str]]:
    return (row[EFFECT], ""), (row[EFFECT], _name(row))


def _name(row: Row) -> str:
    return resource(row[VALUE])[0] if row[EFFECT] == Family.REDIRECT else row[VALUE]


def _urgency(row: Row) -> tuple[bool, int]:
    return bool(row[FLAGS] & IMPORTANT), resource(row[VALUE])[1]


def headers_hold(row: Row, headers: Headers) -> bool:
    """Tell whether a response's headers are what the rule asks for."""
    return all(_header_holds(condition, headers) for condition in row[CONDITIONS] if condition[0] == "header")


def _header_holds(condition: HeaderTest, headers: Headers) -> bool:
    _, name, wanted, expression = condition
    values = [value for key, value in headers if key.lower() == name]
    if expression is not None:
        search = searcher(*expression, cased=True)
        return any(search(value) for value in values)
    return any(not wanted or value.strip().lower() == wanted for value in values)
