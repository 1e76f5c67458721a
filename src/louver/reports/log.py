"""Knows how to show an exchange in one line: when, what happened, who was asked for which site, what they got, why."""

from __future__ import annotations

from collections import Counter
from itertools import starmap
from typing import TYPE_CHECKING, Final

from rich.text import Text

from louver.reports.explanation import printable
from louver.reports.terminal import BLOCKED, FAINT, REWRITTEN, SHARED, clock

if TYPE_CHECKING:
    from collections.abc import Iterator

    from louver.ledger.rows import Logged

ACTIONS: Final = {"pass": "", "block": BLOCKED, "redirect": REWRITTEN, "surrogate": BLOCKED}
STOPPED: Final = frozenset({"block", "surrogate"})
"""Actions under which the recipient gets nothing, so that there is no need to tell kind by kind what."""

OUTCOMES: Final = (("shared", SHARED), ("rewritten", REWRITTEN), ("blocked", BLOCKED))
HOST: Final = 30
SITE: Final = 20
"""Columns for host and site on a terminal."""


def log_line(row: Logged, now: float, *, crop: bool) -> Text:
    """Return an exchange as one line that begins with its number; `crop` cuts host and site to their columns."""
    line = Text.assemble(
        (f"{row.id:>6}  ", FAINT),
        (clock(row.at, now), FAINT),
        "  ",
        (f"{printable(row.action):<9}", ACTIONS.get(row.action, "")),
        _column(row.host, HOST, crop=crop),
        ("  on ", FAINT),
        _column(row.site, SITE, crop=crop),
    )
    for text, style in _signals(row):
        line.append(f"  {printable(text)}", style)
    line.append(printable(f"  {row.type} {row.url.partition('://')[2].removeprefix(row.host)}"))
    if why := _why(row):
        line.append(f"  {printable(why)}", FAINT)
    return line


def _signals(row: Logged) -> Iterator[tuple[str, str]]:
    if row.action in STOPPED:
        if row.signals:
            yield f"{len(row.signals)} withheld", BLOCKED
        return
    for outcome, style in OUTCOMES:
        kinds = Counter(signal.kind for signal in row.signals if signal.outcome == outcome)
        if kinds:
            yield f"{outcome}: {', '.join(starmap(_times, kinds.items()))}", style


def _why(row: Logged) -> str:
    who = ", ".join(filter(None, (row.owner, row.category)))
    rule = f"{row.rule.text} ({row.rule.list}:{row.rule.line})" if row.rule else ""
    return " · ".join(filter(None, (who, rule, row.reason if row.action != "pass" else "")))


def _times(kind: str, count: int) -> str:
    return kind if count == 1 else f"{kind} x{count}"


def _column(text: str, width: int, *, crop: bool) -> str:
    shown = printable(text)
    if crop and len(shown) > width:
        shown = f"{shown[: width - 1]}…"
    return f"{shown:<{width}}" if crop else shown
