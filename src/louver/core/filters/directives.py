"""Knows the `!#` lines that switch parts of a list on and off, seen from a proxy; knows nothing of rules."""

from __future__ import annotations

import re
from typing import Final

ENVIRONMENT: Final = frozenset({"ext_ublock", "adguard", "true"})
"""What holds here. Both dialects are spoken; a proxy is no browser, no mobile one, and rewrites no HTML."""

WORD: Final = re.compile(r"\s*(&&|\|\||[!()]|[A-Za-z0-9_.]+)")
LONGEST: Final = 512
"""Characters of a condition; no list needs more, and depth of nesting is bounded by it."""


def holds(condition: str) -> bool:
    """Evaluate a condition of names, `!`, `&&`, `||` and parentheses. One that cannot be read holds not."""
    words = _words(condition)
    if words is None:
        return False
    try:
        value = _either(words)
    except IndexError:
        return False
    return value and not words


def _words(condition: str) -> list[str] | None:
    found, at, text = [], 0, condition.strip()
    if len(text) > LONGEST or text.count("(") > 32 or text.count("!") > 32:
        return None
    while at < len(text):
        word = WORD.match(text, at)
        if word is None:
            return None
        found.append(word[1])
        at = word.end()
    return found[::-1]


def _either(words: list[str]) -> bool:
    value = _both(words)
    while words and words[-1] == "||":
        words.pop()
        value = _both(words) or value
    return value


def _both(words: list[str]) -> bool:
    value = _one(words)
    while words and words[-1] == "&&":
        words.pop()
        value = _one(words) and value
    return value


def _one(words: list[str]) -> bool:
    word = words.pop()
    if word == "!":
        return not _one(words)
    if word == "(":
        value = _either(words)
        return words.pop() == ")" and value
    return word in ENVIRONMENT


class Switches:
    """The open `!#if` blocks at a line. Feed it every `!#` line; ask `on` whether the lines there count."""

    __slots__ = ("_open", "includes", "on")

    def __init__(self) -> None:
        self.on = True
        self.includes: list[str] = []
        self._open: list[tuple[bool, bool]] = []

    def read(self, line: str) -> None:
        """Take in one directive; one that we do not know changes nothing."""
        name, _, rest = line[2:].strip().partition(" ")
        if name == "if":
            self._open.append((self.on, holds(rest)))
        elif name == "endif" and self._open:
            self.on = self._open.pop()[0]
            return
        elif name == "else" and self._open:
            outer, value = self._open.pop()
            self._open.append((outer, not value))
        elif name == "include" and self.on and rest.strip():
            self.includes.append(rest.strip())
        if self._open:
            outer, value = self._open[-1]
            self.on = outer and value
