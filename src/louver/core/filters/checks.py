"""Knows how a row is tried on a request: turns its pattern and conditions into one function."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Final

from louver.core.filters.ask import Ask
from louver.core.filters.expressions import searcher
from louver.core.filters.hosts import names_hold
from louver.core.filters.pattern import HOST
from louver.core.filters.rows import CONDITIONS, PATTERN
from louver.core.filters.rule import ANYWHERE, AT_HOST, AT_START

if TYPE_CHECKING:
    from louver.core.filters.rows import Row
    from louver.core.filters.rule import Condition, Glob, Names, Regex

type Check = Callable[[Ask], bool]

SEPARATORS: Final = frozenset(chr(code) for code in range(128) if not (chr(code).isalnum() or chr(code) in "_-.%"))
"""What `^` stands for (Adblock Plus): any ASCII character that is no letter, no digit and none of `_-.%`."""


def check_of(row: Row, *, host_known: bool) -> Check | None:
    """Return what remains to be tried once type, party and literal hold; None if nothing does.

    `host_known` says that the row was found under its own host, so its pattern holds.
    """
    pattern = row[PATTERN]
    checks = [found for condition in row[CONDITIONS] if (found := _condition(condition)) is not None]
    if pattern is not None and not (host_known and _is_host(pattern)):
        found = _regex(pattern) if pattern[0] == "regex" else _glob(pattern)
        checks += [found] if found is not None else []
    if not checks:
        return None
    return checks[0] if len(checks) == 1 else _both(checks)


def _is_host(pattern: Glob | Regex) -> bool:
    if pattern[0] != "glob":
        return False
    _, _, place, parts, end = pattern
    one = place == AT_HOST and not end and len(parts) == 1 and parts[0].endswith("^")
    return one and HOST.fullmatch(parts[0][:-1].lower()) is not None


def _both(checks: list[Check]) -> Check:
    first, *others = checks

    def check(ask: Ask) -> bool:
        return first(ask) and all(other(ask) for other in others)

    return check


def _condition(condition: Condition) -> Check | None:
    match condition[0]:
        case "from":
            return _page_names(condition)
        case "to":
            return lambda ask: names_hold(condition, ask.host, ask.keys)
        case "denyallow":
            return lambda ask: not names_hold(condition, ask.host, ask.keys)
        case "method":
            return _method(condition[1], condition[2])
        case _:
            return None  # a header is seen only with the response, by `resolve`


def _page_names(names: Names) -> Check:
    """Nearly every rule with `domain=` has names of one kind only, and one look into a set tells."""
    _, wanted, unwanted, wanted_by, unwanted_by = names
    if wanted_by or unwanted_by or (wanted and unwanted):
        return lambda ask: names_hold(names, ask.page.host, ask.page.keys)
    if wanted:
        return lambda ask: not wanted.isdisjoint(ask.page.keys)
    return lambda ask: unwanted.isdisjoint(ask.page.keys)


def _method(wanted: frozenset[str], unwanted: frozenset[str]) -> Check:
    return lambda ask: (not wanted or ask.method.upper() in wanted) and ask.method.upper() not in unwanted


def _regex(pattern: Regex) -> Check:
    _, cased, source, limit = pattern
    search = None

    def check(ask: Ask) -> bool:
        nonlocal search
        if search is None:  # compiled at first use: most expressions of a list never run
            search = searcher(source, limit, cased=cased)
        return search(ask.url) is not None

    return check


def _glob(pattern: Glob) -> Check | None:
    _, cased, place, parts, end = pattern
    if len(parts) == 1 and not cased and not end and "^" not in parts[0]:
        if place == ANYWHERE:
            return None  # the literal is the whole pattern
        if place == AT_HOST:
            return _host_text(parts[0])
    pieces = [part.split("^") for part in parts]
    return _stars(pieces, place, cased=cased, end=end)


def _host_text(text: str) -> Check:
    def check(ask: Ask) -> bool:
        lower, (at, end) = ask.lower, ask.span
        if lower.startswith(text, at):
            return True
        while 0 <= (at := lower.find(text, at + 1)) <= end:
            if lower[at - 1] == ".":
                return True
        return False

    return check


def _stars(pieces: list[list[str]], place: int, *, cased: bool, end: bool) -> Check:
    """Try the texts between `*` one after the other, each at its first place: there is nothing to go back for."""
    first, middle, last = pieces[0], pieces[1:-1] if end else pieces[1:], pieces[-1]

    def check(ask: Ask) -> bool:
        text = ask.url if cased else ask.lower
        if end and len(pieces) == 1:
            return any(_stop(text, first, at) == len(text) for at in _starts(ask, text, first, place))
        stop = next((stop for at in _starts(ask, text, first, place) if (stop := _stop(text, first, at)) >= 0), -1)
        for piece in middle:
            if stop < 0:
                return False
            stop = next((s for at in _places(text, piece, stop) if (s := _stop(text, piece, at)) >= 0), -1)
        if stop < 0 or not end:
            return stop >= 0
        return any(_stop(text, last, at) == len(text) for at in _places(text, last, stop))

    return check


def _starts(ask: Ask, text: str, piece: list[str], place: int) -> list[int] | range:
    if place == AT_START:
        return [0]
    if place == AT_HOST:
        start, end = ask.span
        return [start, *(at + 1 for at in range(start, end) if text[at] == ".")]
    return _places(text, piece, 0)


def _places(text: str, piece: list[str], start: int) -> list[int] | range:
    """Return where a piece may begin: wherever its first text stands, or anywhere if it begins with a separator."""
    head = piece[0]
    if not head and len(piece) > 1 and piece[1]:
        return [at - 1 for at in _places(text, piece[1:], start + 1)]
    if not head:
        return range(start, len(text) + 1)
    found = []
    at = text.find(head, start)
    while at >= 0:
        found.append(at)
        at = text.find(head, at + 1)
    return found


def _stop(text: str, piece: list[str], at: int) -> int:
    """Return where a piece that begins at `at` stops, or -1. One separator may be the end of the URL."""
    if not text.startswith(piece[0], at):
        return -1
    at += len(piece[0])
    for place, part in enumerate(piece[1:], 1):
        if at == len(text):
            return at if place == len(piece) - 1 and not part else -1
        if text[at] not in SEPARATORS or not text.startswith(part, at + 1):
            return -1
        at += 1 + len(part)
    return at
