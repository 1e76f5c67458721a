"""Knows how to find the rules of one lane that match a request; knows nothing of which of them wins.

What a lookup costs is paid once: the rules for a host are remembered for each situation, those for a page with the
page; an expression is compiled when it is first tried.
"""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING, Final

from louver.core.filters.checks import Check, check_of
from louver.core.filters.hosts import host_keys
from louver.core.filters.rows import CONDITIONS, LITERAL, MASK, NUMBER, Row, Table
from louver.core.filters.situation import DEFAULT_MASK

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from louver.core.filters.ask import Ask, Page

type Live = tuple[int, str, Check | None, Row]
"""Situations, literal, check, row: what the inner loop needs, in the order in which it needs it."""

HOSTS_MOST: Final = 16_384
"""Hosts remembered for each situation; when they are more, all are forgotten and learned again."""


def _live(row: Row, *, host_known: bool = False) -> Live:
    return row[MASK], row[LITERAL], check_of(row, host_known=host_known), row


class Finder:
    """Finds the rules of one lane."""

    __slots__ = ("_buckets", "_by_situation", "_met", "_rest", "_table", "has_important", "situations")

    def __init__(self, table: Table) -> None:
        self._table = table
        self.situations = table.situations
        self.has_important = table.important
        self._buckets = {token: [_live(row) for row in rows] for token, rows in table.by_token.items()}
        self._met: dict[int, dict[str, tuple[Live, ...]]] = {}
        self._rest = [_live(row) for row in table.rest]
        self._by_situation: dict[int, tuple[Live, ...]] = {}

    def first(self, ask: Ask) -> Row | None:
        """Return one rule that matches, the same each time, or None."""
        return next(self.matches(ask), None)

    def matches(self, ask: Ask) -> Iterator[Row]:
        """Yield the rules that match; one may come twice."""
        bit, lower = ask.bit, ask.lower
        met = self._met.get(bit)
        if met is None:
            met = self._met[bit] = {}
        found = met.get(ask.host)
        for _, literal, check, row in self._meet(met, ask) if found is None else found:
            if literal in lower and (check is None or check(ask)):
                yield row
        for bucket in chain(filter(None, map(self._buckets.get, ask.tokens)), self._others(ask)):
            for mask, literal, check, row in bucket:
                if mask & bit and literal in lower and (check is None or check(ask)):
                    yield row

    def _meet(self, met: dict[str, tuple[Live, ...]], ask: Ask) -> tuple[Live, ...]:
        if len(met) >= HOSTS_MOST:
            met.clear()
        found = met[ask.host] = tuple(self._of_host(ask))
        return found

    def _of_host(self, ask: Ask) -> Iterator[Live]:
        keys = sorted(host_keys(ask.host, ask.site), key=len)
        if DEFAULT_MASK & ask.bit:
            numbers = (self._table.hosts.get(key) for key in keys)
            yield from (_plain(number) for number in numbers if number is not None)
        rows = [row for key in keys for row in self._table.by_host.get(key, ()) if row[MASK] & ask.bit]
        yield from sorted((_live(row, host_known=True) for row in rows), key=_effort)

    def _of_page(self, page: Page) -> Sequence[Live]:
        found = page.live.get(self)
        if found is None:
            rows = [row for key in sorted(page.keys, key=len) for row in self._table.by_site.get(key, ())]
            found = page.live[self] = tuple(_live(row) for row in rows)
        return found

    def _others(self, ask: Ask) -> Sequence[Sequence[Live]]:
        found = self._by_situation.get(ask.bit)
        if found is None:
            found = self._by_situation[ask.bit] = tuple(live for live in self._rest if live[0] & ask.bit)
        return (self._of_page(ask.page), found) if self._table.by_site else (found,)


def _plain(number: int) -> Live:
    return DEFAULT_MASK, "", None, (number, DEFAULT_MASK, 0, "", None, (), "block", "")


def _effort(live: Live) -> tuple[bool, int, int]:
    row = live[3]
    return live[2] is not None, len(row[CONDITIONS]), row[NUMBER]
