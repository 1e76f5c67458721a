"""Prints how well the purpose of real cookies is told, beside what the tables alone tell, and what one cookie costs.

python bench/cookie_purpose.py

The cookies are those of 68 recorded page loads, labelled by hand (tests/vectors/cookie_purposes.json): nothing was
trained on them. Cross-validation by platform and by name is in `tools/train_cookie_purpose.py --measure`.
"""

from __future__ import annotations

import json
import statistics
import time
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Any

from louver.core.facts import Party
from louver.core.signals.purpose import TRACKING, Purposes, read_purposes
from louver.core.signals.signal import Purpose
from louver.core.tables import Tables, merge, parse_table

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

ROOT = Path(__file__).parent.parent
TABLES = ("open-cookie-database", "third-party-web", "owners", "trackers", "cookies")
KNOWN = (Purpose.NECESSARY, Purpose.FUNCTIONAL, Purpose.ANALYTICS, Purpose.ADVERTISING)

type Row = dict[str, Any]
type Told = tuple[Purpose, str]


def main() -> None:
    """Print the comparison, two confusion tables, and microseconds a cookie."""
    rows: list[Row] = json.loads((ROOT / "tests/vectors/cookie_purposes.json").read_text(encoding="utf-8"))["rows"]
    tables = merge(
        [parse_table((ROOT / f"blocklists/{name}.json").read_text(encoding="utf-8"), name) for name in TABLES]
    )
    purposes = read_purposes(json.loads((ROOT / "blocklists/cookie-purpose.json").read_text(encoding="utf-8")))
    told = [tell(purposes, tables, row) for row in rows]
    print(f"{len(rows)} cookies of {len({row['host'] for row in rows})} hosts")
    summary("tables alone", rows, [look_up(tables, row) for row in rows])
    summary("all together", rows, told)
    for label, is_known in (("known by name", True), ("never seen before", False)):
        part = [(row, one) for row, one in zip(rows, told, strict=True) if (one[1] in {"name", "table"}) is is_known]
        summary(label, [row for row, _ in part], [one for _, one in part])
        confusion((truth(row, one[0]), one[0]) for row, one in part)
    print(f"median {cost(lambda row: tell(purposes, tables, row), rows):.1f} µs a cookie, first time")


def party(row: Row) -> Party:
    """Return the party that a row states."""
    return Party.THIRD if row["third"] else Party.FIRST


def look_up(tables: Tables, row: Row) -> Told:
    """Return what the tables alone say."""
    fact = tables.cookie(row["name"], row["host"])
    return (Purpose.UNKNOWN, "nobody") if fact is None else (fact.purpose, "table")


def tell(purposes: Purposes, tables: Tables, row: Row) -> Told:
    """Return what names, tables and model say together; the values were not recorded."""
    tracker = tables.tracker(row["host"]) if row["third"] else None
    return purposes.purpose(
        row["name"],
        host=row["host"],
        party=party(row),
        fact=tables.cookie(row["name"], row["host"]),
        category=tracker.category if tracker else "",
    )


def truth(row: Row, told: Purpose) -> Purpose:
    """Return the label; where a cookie may be one thing or another, the one that was told."""
    return told if told in row["expect"] else Purpose(row["expect"][0])


def summary(label: str, rows: list[Row], told: list[Told]) -> None:
    """Print how many are answered, how many of those rightly, and the F1 of tracking or not."""
    answered = [(row, one) for row, (one, _) in zip(rows, told, strict=True) if one is not Purpose.UNKNOWN]
    right = sum(one in row["expect"] for row, one in answered)
    pairs = Counter(
        (not TRACKING.isdisjoint(row["expect"]), one in TRACKING) for row, (one, _) in zip(rows, told, strict=True)
    )
    f1 = 2 * pairs[True, True] / max(1, 2 * pairs[True, True] + pairs[True, False] + pairs[False, True])
    share = len(answered) / max(1, len(rows))
    print(
        f"{label:18} {len(rows):4} cookies: {share:.1%} answered, {right / max(1, len(answered)):.1%} of those right",
        end="",
    )
    print(f", {right / max(1, len(rows)):.1%} of all; tracking F1 {f1:.3f}")


def confusion(pairs: Iterable[tuple[Purpose, Purpose]]) -> None:
    """Print a table of truth (rows) against what was told (columns)."""
    table = Counter(pairs)
    print("  " + f"{'':12}" + "".join(f"{column:>12}" for column in (*KNOWN, Purpose.UNKNOWN)))
    for row in KNOWN:
        print("  " + f"{row:12}" + "".join(f"{table[row, column]:12}" for column in (*KNOWN, Purpose.UNKNOWN)))


def cost(call: Callable[[Row], Told], rows: list[Row]) -> float:
    """Return the median microseconds of one call each."""
    taken = []
    for row in rows:
        start = time.perf_counter_ns()
        call({**row, "name": row["name"] + "_x"})
        taken.append((time.perf_counter_ns() - start) / 1000)
    return statistics.median(taken)


if __name__ == "__main__":
    main()
