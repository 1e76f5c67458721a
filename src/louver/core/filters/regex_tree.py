"""Knows how a JavaScript regular expression is written: reads it into a tree, and writes it again for Python.

What the two languages read differently, or Python cannot run, is refused with UnsafeRegexError.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

DEEPEST: Final = 24
UNBOUNDED: Final = 1 << 20
MOST_ROUNDS: Final = 8192

ANY: Final = (1 << 129) - 1
"""A set of characters is an integer: bit c for ASCII character c, bit 128 for all others."""


def characters(text: str) -> int:
    """Return the set of a text's characters."""
    found = 0
    for character in text:
        found |= 1 << min(ord(character), 128)
    return found


DIGITS: Final = characters("0123456789")
SMALL: Final = characters("abcdefghijklmnopqrstuvwxyz")
CAPITAL: Final = SMALL >> 32
WORD: Final = DIGITS | SMALL | CAPITAL | characters("_")
SPACE: Final = characters(" \t\n\r\f\v")
CLASSES: Final = {
    "d": DIGITS,
    "D": ANY & ~DIGITS,
    "w": WORD,
    "W": ANY & ~WORD,
    "s": SPACE,
    "S": ANY & ~SPACE,
    "t": characters("\t"),
    "n": characters("\n"),
    "r": characters("\r"),
    "f": characters("\f"),
    "v": characters("\v"),
    "0": characters("\0"),
}
HEX: Final = {"x": 2, "u": 4}
GROUPS: Final = ("?:", "?=", "?!", "?<=", "?<!")


class UnsafeRegexError(ValueError):
    """An expression that is not run; the message says why."""


@dataclass(frozen=True, slots=True)
class Set:
    """One character out of a set."""

    members: int


@dataclass(frozen=True, slots=True)
class Sequence:
    """Parts one after the other."""

    parts: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Choice:
    """One of several branches."""

    branches: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Repeat:
    """A part, from `low` to `high` times."""

    part: Node
    low: int
    high: int


@dataclass(frozen=True, slots=True)
class Look:
    """A look-around: it takes no characters. `behind` ones must have one width."""

    part: Node
    behind: bool


@dataclass(frozen=True, slots=True)
class Edge:
    """A place between characters, as it is written: a beginning, an end, or the edge of a word."""

    text: str


type Node = Set | Sequence | Choice | Repeat | Look | Edge


class Reader:
    """Reads the JavaScript dialect into a tree, and writes the same expression for Python beside it."""

    __slots__ = ("_at", "_depth", "_text", "written")

    def __init__(self, text: str) -> None:
        self._text = text
        self._at = 0
        self._depth = 0
        self.written: list[str] = []

    def read(self) -> Node:
        """Read the whole expression."""
        tree = self._choice()
        if self._at < len(self._text):
            raise UnsafeRegexError("a parenthesis too many")
        return tree

    def _peek(self) -> str:
        return self._text[self._at : self._at + 1]

    def _take(self, count: int = 1) -> str:
        taken = self._text[self._at : self._at + count]
        if len(taken) < count:
            raise UnsafeRegexError("it ends too early")
        self._at += count
        return taken

    def _write(self, text: str) -> None:
        self.written.append(text)

    def _choice(self) -> Node:
        branches = [self._sequence()]
        while self._peek() == "|":
            self._write(self._take())
            branches.append(self._sequence())
        return branches[0] if len(branches) == 1 else Choice(tuple(branches))

    def _sequence(self) -> Sequence:
        parts = []
        while self._peek() not in {"", "|", ")"}:
            parts.append(self._quantified(self._atom()))
        return Sequence(tuple(parts))

    def _quantified(self, part: Node) -> Node:
        low, high, text = self._quantifier()
        if not text:
            return part
        if isinstance(part, Edge | Look):
            raise UnsafeRegexError("a repeat of nothing")
        self._write(text)
        if self._peek() == "?":
            self._write(self._take())
        if self._quantifier()[2]:
            raise UnsafeRegexError("a repeat of a repeat")
        return Repeat(part, low, high)

    def _quantifier(self) -> tuple[int, int, str]:
        simple = {"*": (0, UNBOUNDED), "+": (1, UNBOUNDED), "?": (0, 1)}.get(self._peek())
        if simple is not None:
            return *simple, self._take()
        end = self._text.find("}", self._at, self._at + 14)
        if self._peek() != "{" or end < 0:
            return 1, 1, ""
        low, comma, high = self._text[self._at + 1 : end].partition(",")
        if not (low.isascii() and low.isdigit() and (not high or (high.isascii() and high.isdigit()))):
            return 1, 1, ""
        text = self._take(end + 1 - self._at)
        most = int(high) if high else UNBOUNDED if comma else int(low)
        if int(low) > most:
            raise UnsafeRegexError("a repeat that ends before it begins")
        if int(low) > MOST_ROUNDS or MOST_ROUNDS < most < UNBOUNDED:
            raise UnsafeRegexError("more rounds than a URL has characters")
        return int(low), most, text

    def _atom(self) -> Node:
        character = self._take()
        match character:
            case "(":
                return self._group()
            case "[":
                return self._class()
            case "\\":
                return self._escape()
            case "^" | "$":
                self._write(character)
                return Edge(character)
            case ".":
                self._write(character)
                return Set(ANY & ~characters("\n"))
            case "*" | "+" | "?":
                raise UnsafeRegexError("a repeat of nothing")
            case _:
                self._write("\\" + character if character in "{}]" else character)
                return Set(characters(character))

    def _group(self) -> Node:
        self._depth += 1
        if self._depth > DEEPEST:
            raise UnsafeRegexError("nested too deeply")
        kind = self._group_kind()
        part = self._choice()
        if self._peek() != ")":
            raise UnsafeRegexError("a parenthesis left open")
        self._write(self._take())
        self._depth -= 1
        if kind in {"?=", "?!"}:
            return Look(part, behind=False)
        if kind in {"?<=", "?<!"}:
            width(part)
            return Look(part, behind=True)
        return part

    def _group_kind(self) -> str:
        for kind in GROUPS:
            if self._text.startswith(kind, self._at):
                self._write("(" + self._take(len(kind)))
                return kind
        if self._peek() != "?":
            self._write("(")
            return ""
        end = self._text.find(">", self._at)
        name = self._text[self._at + 2 : end] if self._text.startswith("?<", self._at) else ""
        if not (name.isascii() and name.isidentifier()):
            raise UnsafeRegexError("a kind of group that is not known")
        self._at = end + 1
        self._write("(")
        return ""

    def _escape(self) -> Node:
        character = self._take()
        if character in {"b", "B"}:
            self._write("\\" + character)
            return Edge("\\" + character)
        members, text = self._escaped(character)
        self._write(text)
        return Set(members)

    def _escaped(self, character: str) -> tuple[int, str]:
        if character in HEX:
            return self._hex(character)
        if character in CLASSES and not (character == "0" and self._peek().isdigit()):
            return CLASSES[character], "\\" + character
        if character.isalnum():
            raise UnsafeRegexError(f"an escape that is not known: \\{character}")
        return characters(character), "\\" + character if character.isascii() else character

    def _hex(self, letter: str) -> tuple[int, str]:
        digits = self._take(HEX[letter])
        try:
            character = chr(int(digits, 16)) if digits.isalnum() else ""
        except ValueError:
            character = ""
        if not character:
            raise UnsafeRegexError("a character number that is none")
        return characters(character), f"\\{letter}{digits}"

    def _class(self) -> Node:
        negated = self._peek() == "^"
        self._write("[" + (self._take() if negated else ""))
        if self._peek() == "]":
            raise UnsafeRegexError("an empty class")
        members = 0
        while self._peek() != "]":
            members |= self._class_item()
        self._write(self._take())
        return Set(ANY & ~members if negated else members)

    def _class_item(self) -> int:
        first, low = self._class_member()
        if self._peek() != "-" or self._text[self._at + 1 : self._at + 2] in {"]", ""}:
            return first
        self._take()
        second, high = self._class_member()
        if low is None or high is None:
            self._write("\\-")
            return first | second | characters("-")
        self.written.insert(-1, "-")
        if low > high:
            raise UnsafeRegexError("a range that ends before it begins")
        return ((1 << min(high, 128) + 1) - 1) & ~((1 << min(low, 128)) - 1)

    def _class_member(self) -> tuple[int, int | None]:
        character = self._take()
        if character != "\\":
            self._write("\\" + character if character in "[&~|-^" else character)
            return characters(character), ord(character)
        escaped = self._take()
        members, text = (characters("\b"), "\\b") if escaped == "b" else self._escaped(escaped)
        self._write(text)
        single = members.bit_count() == 1 and members < 1 << 128
        return members, members.bit_length() - 1 if single else None


def width(node: Node) -> int:
    """Return how many characters a part takes; raise where that varies, which Python cannot look behind for."""
    match node:
        case Set():
            return 1
        case Sequence(parts):
            return sum(width(part) for part in parts)
        case Choice(branches):
            widths = {width(branch) for branch in branches}
            if len(widths) == 1:
                return widths.pop()
        case Repeat(part, low, high):
            if low == high:
                return low * width(part)
        case Look() | Edge():
            return 0
    raise UnsafeRegexError("look-behind of varying width")
