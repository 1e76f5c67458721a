"""Knows how whole lists become tables: reads every line once, cancels what `badfilter` cancels, and files the rest."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from louver.core.filters.directives import Switches
from louver.core.filters.index import file_rows, named_param
from louver.core.filters.line import read_line
from louver.core.filters.rows import BLOCK, IMPORTANT, SPECIFIC, Lane, Row, Table
from louver.core.filters.rule import Effect, Rule, family
from louver.core.filters.situation import DEFAULT_MASK, PAGE_MASK
from louver.core.filters.source import ListStats, Skipped

if TYPE_CHECKING:
    from collections.abc import Sequence

    from louver.core.filters.source import Lines, Source

_PLAIN_HOST: Final = re.compile(r"\|\|([a-z0-9][a-z0-9.-]*[a-z0-9])\^").fullmatch
"""Nine of ten rules look like this, so they take a short cut; `read_line` says the same of them."""

type Tables = dict[Lane, Table]


class Reading:
    """Lists while they are read: hosts that are blocked outright, other rules with their numbers, and the counts."""

    __slots__ = ("_lines", "_rules", "_skipped", "_switches", "cancelled", "hosts", "rules")

    def __init__(self, lines: Lines) -> None:
        self._lines = lines
        self._rules: list[int] = []
        self._skipped: list[Counter[str]] = []
        self._switches: list[Switches] = []
        self.hosts: dict[str, int] = {}
        self.rules: list[tuple[int, Rule]] = []
        self.cancelled: set[tuple[object, ...]] = set()

    def read(self, source: Source, base: int) -> None:
        """Read one list, whose first line has the number `base`."""
        skipped, switches, rules = Counter[str](), Switches(), 0
        hosts, plain = self.hosts, _PLAIN_HOST
        for number, line in enumerate(source.text.split("\n"), base):
            if (match := plain(line)) and switches.on:
                hosts.setdefault(match[1], number)
                rules += 1
            else:
                rules += self._read_other(number, line, switches, skipped)
        self._rules.append(rules)
        self._skipped.append(skipped)
        self._switches.append(switches)

    def _read_other(self, number: int, line: str, switches: Switches, skipped: Counter[str]) -> bool:
        if line.startswith("!#"):
            switches.read(line)
            return False
        found = read_line(line.lstrip("\ufeff"))
        if found is None:
            return False
        if not switches.on:
            found = Skipped("switched off by !#if")
        if isinstance(found, Skipped):
            skipped[found.reason] += 1
            return False
        self._keep(number, found)
        return True

    def _keep(self, number: int, found: Rule | tuple[str, ...]) -> None:
        if isinstance(found, tuple):
            for host in found:
                self.hosts.setdefault(host, number)
        elif found.cancels:
            self.cancelled.add(found.key)
        elif found.mask == DEFAULT_MASK and found.host and found.key == (False, f"||{found.host}^", frozenset()):
            self.hosts.setdefault(found.host, number)
        else:
            self.rules.append((number, found))

    def cancel(self) -> None:
        """Drop the rules that `badfilter` rules cancel, and count them as skipped."""
        if not self.cancelled:
            return
        gone = [number for number, rule in self.rules if rule.key in self.cancelled]
        self.rules = [(number, rule) for number, rule in self.rules if rule.key not in self.cancelled]
        for exception, text, options in self.cancelled:
            if not exception and not options and isinstance(text, str) and (match := _PLAIN_HOST(text)):
                gone += [number for number in [self.hosts.pop(match[1], None)] if number is not None]
        for number in gone:
            index = self._lines.index(number)
            self._rules[index] -= 1
            self._skipped[index]["cancelled by badfilter"] += 1

    def stats(self, sources: Sequence[Source]) -> tuple[ListStats, ...]:
        """Return what became of each list's lines."""
        return tuple(map(self._stats, range(len(sources)), sources))

    def _stats(self, index: int, source: Source) -> ListStats:
        rules, skipped, total = self._rules[index], self._skipped[index], source.text.count("\n") + 1
        remarks, includes = total - rules - skipped.total(), tuple(self._switches[index].includes)
        return ListStats(source.id, source.version, total, rules, remarks, dict(skipped), includes)


def compile_tables(sources: Sequence[Source], lines: Lines) -> tuple[Tables, tuple[ListStats, ...]]:
    """Read lists into tables and counts. Nothing raises, whatever the text."""
    reading = Reading(lines)
    for index, source in enumerate(sources):
        reading.read(source, lines.base(index))
    reading.cancel()
    tables = file_rows(_lane_rows(reading.rules))
    tables.setdefault(BLOCK, Table()).hosts = reading.hosts
    return tables, reading.stats(sources)


def _lane_rows(rules: list[tuple[int, Rule]]) -> list[tuple[Lane, Rule, Row]]:
    return [(lane, rule, row) for number, rule in rules for lane, row in _rows(number, rule)]


def _rows(number: int, rule: Rule) -> list[tuple[Lane, Row]]:
    found = [] if rule.pages_only else [_row(number, rule, rule.effect, rule.value)]
    if rule.effect is Effect.BLOCK and rule.redirect:
        found.append(_row(number, rule, Effect.REDIRECT, rule.redirect))
    of_page = replace(rule, mask=PAGE_MASK) if rule.scopes else rule
    return found + [_row(number, of_page, scope, "") for scope in dict.fromkeys(rule.scopes)]


def _row(number: int, rule: Rule, effect: Effect, value: str) -> tuple[Lane, Row]:
    specific = any(condition[0] == "from" and (condition[1] or condition[3]) for condition in rule.conditions)
    flags = IMPORTANT * rule.important | SPECIFIC * specific
    literal = rule.literal or (value.lower() if named_param(rule) else "")
    row = (number, rule.mask, flags, literal, rule.pattern, rule.conditions, effect.value, value)
    return (family(effect), rule.exception), row
