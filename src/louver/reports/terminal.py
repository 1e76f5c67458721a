"""Knows how to write for a terminal: widths, bars, times in words, and text that a page wrote made harmless.

Hosts, paths and names of cookies are whatever a server likes; they reach a terminal only through `inert`, and never as
markup.
"""

from __future__ import annotations

import os
import re
import sys
import time
from io import TextIOWrapper
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import msgspec
from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from louver.reports.explanation import printable

if TYPE_CHECKING:
    from collections.abc import Sequence

SHARED: Final = "red"
REWRITTEN: Final = "yellow"
BLOCKED: Final = "green"
FAINT: Final = "dim"
PIPE_WIDTH: Final = 120
"""Columns where there is no terminal to ask."""

WIDE: Final = 120

SPANS: Final = ((86_400, "d"), (3_600, "h"), (60, "min"))
BARS: Final = ("█", "▒", "░")
PLAIN_BARS: Final = ("#", "+", ".")

UNPRINTABLE: Final = re.compile(r"[\x7f-\x9f\xad\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]")
"""Characters that JSON lets stand but that steer a terminal or turn the direction of reading."""


class Look(NamedTuple):
    """How wide the output is, whether it must do with ASCII, and what time it is (Unix seconds)."""

    width: int
    plain: bool
    now: float

    @property
    def is_wide(self) -> bool:
        """Whether there is room for every column."""
        return self.width >= WIDE

    @property
    def bar(self) -> int:
        """Columns of a bar."""
        return 20 if self.is_wide else 10


def console() -> Console:
    """Return standard output: colours only on a terminal and unless NO_COLOR is set, plain text everywhere else."""
    is_terminal = sys.stdout.isatty()
    if isinstance(sys.stdout, TextIOWrapper):
        sys.stdout.reconfigure(errors="replace")  # a terminal without Unicode shows a question mark, not a traceback
    width = None if is_terminal else int(os.environ.get("COLUMNS") or PIPE_WIDTH)
    return Console(width=width, highlight=False, markup=False, emoji=False, soft_wrap=False)


def look_of(out: Console) -> Look:
    """Return how a console looks just now."""
    return Look(out.width, out.options.ascii_only, time.time())


def new_table(look: Look) -> Table:
    """Return a table with nothing but a rule under its headings, or not even that."""
    rule = None if look.plain else box.SIMPLE_HEAD
    return Table(box=rule, pad_edge=False, show_edge=False, header_style="bold", padding=(0, 1, 0, 0))


def inert(text: str, style: str = "") -> Text:
    """Return text from outside as nothing but text: no markup, no control characters."""
    return Text(printable(text), style=style)


def as_json(value: Any, *, indent: int = 2) -> str:
    """Return a value as JSON that is harmless on a terminal; `indent` 0 means one line."""
    text = msgspec.json.format(msgspec.json.encode(value), indent=indent or -1).decode()
    return UNPRINTABLE.sub(lambda found: f"\\u{ord(found[0]):04x}", text)


def bar(counts: Sequence[int], width: int, *, plain: bool) -> Text:
    """Return a bar of so many columns, split among shared, rewritten and blocked; what is not nothing is visible."""
    total = sum(counts)
    made = Text()
    if not total:
        return made
    cells = [max(round(count * width / total), 1 if count else 0) for count in counts]
    cells[cells.index(max(cells))] += width - sum(cells)
    for count, glyph, style in zip(cells, PLAIN_BARS if plain else BARS, (SHARED, REWRITTEN, BLOCKED), strict=True):
        made.append(glyph * count, style)
    return made


def legend(*, plain: bool) -> Text:
    """Return what the parts of a bar mean."""
    shared, rewritten, blocked = PLAIN_BARS if plain else BARS
    return Text.assemble(
        (shared * 2, SHARED), " shared as it was   ",
        (rewritten * 2, REWRITTEN), " rewritten   ",
        (blocked * 2, BLOCKED), " blocked",
    )  # fmt: skip


def number(count: int) -> str:
    """Return a count with thousands apart, and nothing for zero, so that a table shows what there is."""
    return f"{count:,}" if count else ""


def counted(count: int, one: str, many: str | None = None) -> str:
    """Return a count with its noun."""
    return f"{count:,} {one if count == 1 else many or f'{one}s'}"


def percent(share: float | None) -> str:
    """Return a share of 1 in percent, never rounded up to all."""
    if share is None:
        return "no traffic"
    return "100 %" if share == 1 else f"{min(share * 100, 99.9):.1f} %"


def ago(moment: float, now: float) -> str:
    """Return how long ago a moment was, in its largest unit."""
    past = now - moment
    for length, unit in SPANS:
        if past >= length:
            return f"{int(past // length)} {unit} ago"
    return "just now"


def clock(moment: float, now: float) -> str:
    """Return the local time of a moment, with its date if that is not today's."""
    then = time.localtime(moment)
    same_day = then[:3] == time.localtime(now)[:3]
    return time.strftime("%H:%M:%S" if same_day else "%m-%d %H:%M:%S", then)


def size(count: int) -> str:
    """Return a number of bytes in a unit that a person can picture."""
    amount = float(count)
    for unit in ("B", "KiB", "MiB"):
        if amount < 1024:
            return f"{amount:.0f} {unit}" if unit == "B" else f"{amount:.1f} {unit}"
        amount /= 1024
    return f"{amount:.1f} GiB"
