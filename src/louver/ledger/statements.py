"""Knows the SQL that adds rows to the ledger's tables, made from the columns that the records name."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from louver.ledger.days import BIT_COLUMNS, DAY_COLUMNS, KEY_COLUMNS, LAST_COLUMNS
from louver.ledger.record import Exchange, Fault, PageRow, Passthrough, PolicyRow, RuleRow, Ruleset
from louver.ledger.tallies import IDENTIFIER_COLUMNS, SIGNAL_COLUMNS, TYPE_COLUMNS

if TYPE_CHECKING:
    from collections.abc import Sequence

AT_ONCE: Final = 32
"""Exchanges in one statement. Python's lock changes hands once for each statement, which costs more than the row."""


def _insert(table: str, columns: Sequence[str], *, verb: str = "INSERT", rows: int = 1) -> str:
    marks = f"({', '.join('?' * len(columns))})"
    return f"{verb} INTO {table} ({', '.join(columns)}) VALUES {', '.join([marks] * rows)}"


def _fold(table: str, columns: Sequence[str], keys: Sequence[str], kept: Sequence[str] = (), **own: str) -> str:
    """Return the statement that adds a row to sums: `kept` takes the latest, `own` says its own way, others add up."""
    ways = {name: f"coalesce(excluded.{name}, {name})" for name in kept} | BOUNDS | own
    sums = {name: f"{name} + excluded.{name}" for name in columns}
    changes = [f"{name} = {(sums | ways)[name]}" for name in columns if name not in keys]
    return f"{_insert(table, columns)} ON CONFLICT DO UPDATE SET {', '.join(changes)}"


BOUNDS: Final = {
    "first_at": "min(first_at, excluded.first_at)",
    "last_at": "max(last_at, excluded.last_at)",
    "lifetime": "max(coalesce(lifetime, excluded.lifetime), coalesce(excluded.lifetime, lifetime))",
}
JOINED: Final = {name: f"{name} | excluded.{name}" for name in BIT_COLUMNS}
TOLD: Final = {
    name: f"CASE excluded.{name} WHEN '' THEN {name} ELSE excluded.{name} END" for name in ("thread", "links")
}
TOTAL_COLUMNS: Final = DAY_COLUMNS[1:]
"""The columns of `totals`: those of `days` without the day, which comes first there."""

ADD_RUN: Final = _insert("runs", ("version", "started_at"))
END_RUN: Final = "UPDATE runs SET ended_at = ?, dropped = ? WHERE id = ?"
ADD_EXCHANGE: Final = _insert("exchanges", ("run", "ruleset", *Exchange._fields))
ADD_EXCHANGES: Final = _insert("exchanges", ("run", "ruleset", *Exchange._fields), rows=AT_ONCE)
ADD_DAY: Final = _fold("days", DAY_COLUMNS, KEY_COLUMNS, LAST_COLUMNS, **JOINED)
ADD_TOTAL: Final = _fold("totals", TOTAL_COLUMNS, ("site", "host"), LAST_COLUMNS, **JOINED)
ADD_SIGNAL_DAY: Final = _fold(
    "signal_days",
    SIGNAL_COLUMNS,
    ("site", "day", "host", "kind", "outcome", "place", "name"),
    ("treatment", "purpose", "value_owner"),
)
ADD_IDENTIFIER: Final = _fold(
    "identifiers",
    IDENTIFIER_COLUMNS,
    ("site", "host", "digest"),
    ("recipient_site", "owner", "party", "kind", "place", "name"),
    **TOLD,
)
ADD_TYPE_DAY: Final = _fold("type_days", TYPE_COLUMNS, ("site", "day", "type"))
ADD_RULE: Final = _insert("rules", RuleRow._fields, verb="INSERT OR IGNORE")
ADD_POLICY_ROW: Final = _insert("policy_rows", PolicyRow._fields, verb="INSERT OR IGNORE")
ADD_RULESET: Final = _insert("rulesets", Ruleset._fields, verb="INSERT OR IGNORE")
ADD_PAGE: Final = _insert("pages", ("run", *PageRow._fields), verb="INSERT OR IGNORE")
ADD_FAULT: Final = _insert("faults", ("run", *Fault._fields))
ADD_PASSTHROUGH: Final = _insert("passthroughs", ("run", *Passthrough._fields))
