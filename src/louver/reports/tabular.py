"""Knows how exchanges become rows of a spreadsheet, with nothing in them that a spreadsheet would carry out."""

from __future__ import annotations

import csv
import io
from collections import Counter
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable

    from louver.ledger.rows import Logged

COLUMNS: Final = (
    "id", "time", "site", "page", "confidence", "host", "owner", "category", "party", "method", "url", "type", "action",
    "location", "status", "duration", "policy", "reason", "changed", "coverage", "sent_bytes", "received_bytes",
    "consent", "opted_out",
)  # fmt: skip
OUTCOMES: Final = ("shared", "rewritten", "blocked")
HEADINGS: Final = (*COLUMNS, "rule", "rule_list", "rule_line", *OUTCOMES)
"""What the file's first line says. `shared`, `rewritten` and `blocked` name kinds of signals with their counts."""

STARTS: Final = ("=", "+", "-", "@", "\t", "\r", "\n")
"""What makes a spreadsheet take a text for a formula (OWASP, CSV injection)."""


def heading() -> str:
    """Return the first line."""
    return _lines([HEADINGS])


def lines(rows: Iterable[Logged]) -> str:
    """Return one line for each exchange (RFC 4180)."""
    return _lines(_cells(row) for row in rows)


def defused(cell: object) -> object:
    """Return a cell that no spreadsheet takes for a formula: a text that begins like one gets an apostrophe."""
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(STARTS) else cell


def _cells(row: Logged) -> list[object]:
    rule = row.rule
    ruled = (rule.text, rule.list, rule.line) if rule is not None else ("", "", "")
    told = [getattr(row, name) for name in COLUMNS]
    return [defused("" if cell is None else cell) for cell in (*told, *ruled, *(_kinds(row, one) for one in OUTCOMES))]


def _kinds(row: Logged, outcome: str) -> str:
    kinds = Counter(one.kind for one in row.signals if one.outcome == outcome)
    return "; ".join(f"{kind} x{count}" if count > 1 else kind for kind, count in kinds.items())


def _lines(rows: Iterable[Iterable[object]]) -> str:
    out = io.StringIO()
    csv.writer(out).writerows(rows)
    return out.getvalue()
