"""Knows which regular expressions of a list are safe to run, and what text they cannot match without.

Lists are written by strangers, and Python's matcher backtracks. So an expression is read into a small tree first, and

- refused where a repeated part could split the same text in many ways (a repeat, an option or overlapping branches
  inside a repeat, where the next character does not tell what to do): that is where time grows exponentially;
- refused when it uses back references, look-behind of varying width, or what JavaScript and Python read differently;
- given a limit on how much of a URL it may see, so that the number of steps stays below `STEPS`: each repeat that can
  give characters back to what follows it adds a power of the length, divided by the orders that cannot occur.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import factorial, prod
from typing import TYPE_CHECKING, Final

from louver.core.filters.needles import GAP, SEPARATOR, literal, tokens
from louver.core.filters.regex_tree import (
    ANY,
    CAPITAL,
    DIGITS,
    SMALL,
    UNBOUNDED,
    Choice,
    Edge,
    Look,
    Node,
    Reader,
    Repeat,
    Sequence,
    Set,
    UnsafeRegexError,
)

if TYPE_CHECKING:
    from collections.abc import Iterable

STEPS: Final = 5_000_000
LIMITS: Final = (8192, 4096, 2048, 1024, 512, 256, 128)
"""How much of a URL an expression may see, in characters; the largest that keeps within `STEPS` is taken."""

LONGEST: Final = 4096
ROUNDS: Final = 10_000
"""Ways in which a repeat with a fixed number of rounds may split a text before it is refused."""

TOKEN: Final = DIGITS | SMALL | CAPITAL
END: Final = 1 << 129
"""What `$` asks for next: no character at all."""


@dataclass(frozen=True, slots=True)
class Safe:
    """An expression that may run: as Python writes it, with its limit, and what it cannot match without.

    `literal` is in lower case and occurs in every match; `tokens` are whole runs of letters and digits that do.
    """

    source: str
    limit: int
    literal: str
    tokens: tuple[str, ...]


def examine(text: str, *, folded: bool = True) -> Safe:
    """Read a JavaScript expression; raise UnsafeRegexError where it may not run. `folded` says that case is ignored."""
    if len(text) > LONGEST:
        raise UnsafeRegexError("longer than any list needs")
    reader = Reader(text)
    tree = reader.read()
    walk = Walk(folded=folded)
    walk.visit(tree, 0, 1)
    skeleton = GAP + _skeleton(tree) + GAP
    return Safe("".join(reader.written), _limit(walk, anchored=_anchored(tree)), literal(skeleton), tokens(skeleton))


def _anchored(tree: Node) -> bool:
    return isinstance(tree, Sequence) and tree.parts[:1] == (Edge("^"),)


def _limit(walk: Walk, *, anchored: bool) -> int:
    powers = [*walk.ways, *([UNBOUNDED] * (walk.runs + (not anchored)))]
    orders = factorial(sum(power >= UNBOUNDED for power in powers))
    for limit in LIMITS:
        if prod(min(power, limit) for power in powers) <= STEPS * orders:
            return limit
    raise UnsafeRegexError("too many repeats that can take each other's characters")


class Walk:
    """Visits a tree and notes each choice that the next character does not settle, as the number of its ways.

    `ways` has one entry for each such choice; `runs` is 1 if there is a repeat without bound whose end is settled by
    the next character, which costs one pass over the text. What follows a part is given as the set of characters that
    may come next; the empty set means that the expression has matched.
    """

    __slots__ = ("_folded", "runs", "ways")

    def __init__(self, *, folded: bool) -> None:
        self._folded = folded
        self.ways: list[int] = []
        self.runs = 0

    def visit(self, node: Node, follow: int, rounds: int) -> None:
        """Note the choices in a part that runs `rounds` times."""
        match node:
            case Sequence(parts):
                for place, part in enumerate(parts):
                    self.visit(part, self._after(parts[place + 1 :], follow), rounds)
            case Choice(branches):
                self._choose(branches, follow, rounds)
            case Repeat():
                self._repeat(node, follow, rounds)
            case Look(part):
                self.visit(part, 0, rounds)
            case Set() | Edge():
                pass

    def _after(self, parts: tuple[Node, ...], follow: int) -> int:
        members, empty = _first_of(parts)
        return members | follow if empty else members

    def _meet(self, one: int, other: int) -> bool:
        return bool((_fold(one) if self._folded else one) & other)

    def _choose(self, branches: tuple[Node, ...], follow: int, rounds: int) -> None:
        seen = 0
        for branch in branches:
            members = self._after((branch,), follow)
            if self._meet(members, seen):
                self._note(1, rounds)
            seen |= members
            self.visit(branch, follow, rounds)

    def _repeat(self, node: Repeat, follow: int, rounds: int) -> None:
        members, empty = _first(node.part)
        if node.high == 0 or (node.high > 1 and empty):
            raise UnsafeRegexError("a repeat of what may be nothing")
        inside = members | follow if node.high > 1 else follow
        self.visit(node.part, inside, min(rounds * node.high, UNBOUNDED))
        free = node.high - node.low
        if free and self._meet(members, follow):
            self._note(min(free, UNBOUNDED), rounds)
        elif free > UNBOUNDED // 2 and follow:
            self.runs = 1

    def _note(self, free: int, rounds: int) -> None:
        if rounds == 1:
            self.ways.append(free + 1)
        elif rounds >= UNBOUNDED or free >= UNBOUNDED // 2 or (free + 1) ** rounds > ROUNDS:
            raise UnsafeRegexError("a repeat inside a repeat that can split a text in many ways")
        else:
            self.ways.append((free + 1) ** rounds)


def _fold(members: int) -> int:
    return members | (members & CAPITAL) << 32 | (members & SMALL) >> 32


def _first(node: Node) -> tuple[int, bool]:
    """Return what a part may begin with, and whether it may be empty."""
    match node:
        case Set(members):
            return members, False
        case Edge("$"):
            return END, False
        case Look() | Edge():
            return 0, True
        case Repeat(part, low, _):
            members, empty = _first(part)
            return members, empty or low == 0
        case Choice(branches):
            found = [_first(branch) for branch in branches]
            return _union(members for members, _ in found), any(empty for _, empty in found)
        case Sequence(parts):
            return _first_of(parts)


def _first_of(parts: tuple[Node, ...]) -> tuple[int, bool]:
    union = 0
    for part in parts:
        members, empty = _first(part)
        union |= members
        if not empty:
            return union, False
    return union, True


def _union(sets: Iterable[int]) -> int:
    found = 0
    for members in sets:
        found |= members
    return found


def _skeleton(node: Node) -> str:
    match node:
        case Set(members):
            return _letter(members)
        case Sequence(parts):
            return "".join(_skeleton(part) for part in parts)
        case Choice():
            return GAP
        case Repeat(part, low, high):
            once = _skeleton(part) if low else ""
            return once * low if low == high and len(once) * low <= 64 else once + GAP
        case Edge("^" | "$"):
            return SEPARATOR
        case Look() | Edge():
            return ""


def _letter(members: int) -> str:
    small = members & ANY & ~CAPITAL | (members & CAPITAL) << 32
    if small.bit_count() == 1 and 32 < (character := small.bit_length() - 1) < 128:
        return chr(character)
    return GAP if members & TOKEN else SEPARATOR


__all__ = ["Safe", "UnsafeRegexError", "examine"]
