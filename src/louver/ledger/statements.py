"""Knows the SQL that adds rows to the ledger's tables, made from the columns that the records name."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from louver.ledger.days import DAY_COLUMNS, KEY_COLUMNS, LAST_COLUMNS
from louver.ledger.record import Exchange, Fault, PageRow, Passthrough, PolicyRow, RuleRow, Ruleset

if TYPE_CHECKING:
    from collections.abc import Sequence

AT_ONCE: Final = 32
"""Exchanges in one statement. Python's lock changes hands once for each statement, which costs more than the row."""


def _insert(table: str, columns: Sequence[str], *, verb: str = "INSERT", rows: int = 1) -> str:
    marks = f"({', '.join('?' * len(columns))})"
    return f"{verb} INTO {table} ({', '.join(columns)}) VALUES {', '.join([marks] * rows)}"


def _add_day() -> str:
    told = {*KEY_COLUMNS, *LAST_COLUMNS, "first_at", "last_at"}
    changes = [f"{name} = coalesce(excluded.{name}, {name})" for name in LAST_COLUMNS]
    changes += ["first_at = min(first_at, excluded.first_at)", "last_at = max(last_at, excluded.last_at)"]
    changes += [f"{name} = {name} + excluded.{name}" for name in DAY_COLUMNS if name not in told]
    return f"{_insert('days', DAY_COLUMNS)} ON CONFLICT DO UPDATE SET {', '.join(changes)}"


ADD_RUN: Final = _insert("runs", ("version", "started_at"))
END_RUN: Final = "UPDATE runs SET ended_at = ?, dropped = ? WHERE id = ?"
ADD_EXCHANGE: Final = _insert("exchanges", ("run", "ruleset", *Exchange._fields))
ADD_EXCHANGES: Final = _insert("exchanges", ("run", "ruleset", *Exchange._fields), rows=AT_ONCE)
ADD_DAY: Final = _add_day()
ADD_RULE: Final = _insert("rules", RuleRow._fields, verb="INSERT OR IGNORE")
ADD_POLICY_ROW: Final = _insert("policy_rows", PolicyRow._fields, verb="INSERT OR IGNORE")
ADD_RULESET: Final = _insert("rulesets", Ruleset._fields, verb="INSERT OR IGNORE")
ADD_PAGE: Final = _insert("pages", ("run", *PageRow._fields), verb="INSERT OR IGNORE")
ADD_FAULT: Final = _insert("faults", ("run", *Fault._fields))
ADD_PASSTHROUGH: Final = _insert("passthroughs", ("run", *Passthrough._fields))
