"""Prints how well the identifier test does on the labelled values, each third apart, and what a judgement costs.

python bench/identifier.py
"""

from __future__ import annotations

import json
import statistics
import time
from collections import Counter
from hashlib import sha256
from pathlib import Path
from typing import Any

from louver.core.signals.identifier import judge
from louver.core.signals.signal import Grade

VECTORS = Path(__file__).parent.parent / "tests" / "vectors" / "identifiers.json"
ACTED_ON = {Grade.CONFIRMED, Grade.LIKELY}


def main() -> None:
    """Print precision and recall at `likely` or above on both parts, then microseconds a value."""
    vectors = json.loads(VECTORS.read_text(encoding="utf-8"))
    rows = vectors["rows"]
    for name, part in (
        ("tuned on", [row for row in rows if not is_held_back(row)]),
        ("held back", [row for row in rows if is_held_back(row)]),
    ):
        report(name, part, vectors["now"])
    costs = sorted(microseconds(row["value"], vectors["now"]) for row in rows)
    print(f"new value: median {statistics.median(costs):.1f} µs, p90 {costs[len(costs) * 9 // 10]:.1f} µs")
    again = [microseconds(row["value"], vectors["now"]) for row in rows]
    print(f"value seen before: median {statistics.median(again):.1f} µs")


def is_held_back(row: dict[str, Any]) -> bool:
    """Tell whether a row belongs to the third that nobody tunes on."""
    return sha256(row["name"].encode()).digest()[0] % 3 == 0


def report(name: str, rows: list[dict[str, Any]], now: float) -> None:
    """Print one line of counts and shares."""
    counts = Counter((row["expect"] == "identifier", is_acted_on(row, now)) for row in rows)
    hits, wrong, missed = counts[True, True], counts[False, True], counts[True, False]
    print(
        f"{name:9}: {len(rows)} values, {hits} hits, {wrong} wrong, {missed} missed; "
        f"precision {hits / (hits + wrong):.3f}, recall {hits / (hits + missed):.3f}"
    )


def is_acted_on(row: dict[str, Any], now: float) -> bool:
    """Tell whether a row's value is judged a likely identifier at least."""
    found = judge(
        row["value"],
        lifetime=row.get("lifetime"),
        seen_sites=row.get("seen_sites", 1),
        page_url=row.get("page", ""),
        known=row.get("known", False),
        now=now,
    )
    return found.grade in ACTED_ON


def microseconds(value: str, now: float) -> float:
    """Return how long one judgement took."""
    start = time.perf_counter_ns()
    judge(value, lifetime=3e7, now=now - 86_400)
    return (time.perf_counter_ns() - start) / 1000


if __name__ == "__main__":
    main()
