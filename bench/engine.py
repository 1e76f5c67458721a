"""Measures the engine on real traffic: microseconds a request for classify, signals, decide and apply.

    python bench/engine.py [--data DIR] [--rounds N] [--policy NAME]

Input: the recorded exchanges of the HAR files, with their headers, and EasyList + EasyPrivacy beside our own tables.
"""

from __future__ import annotations

import argparse
import gc
import tempfile
import time
from functools import partial
from pathlib import Path
from statistics import mean, median, quantiles
from typing import TYPE_CHECKING

from common import data_dir, describe_machine, skip

from louver.core.decision import Action
from louver.har import read_har
from louver.setup import Settings, load_engine

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from louver.core.engine import Engine
    from louver.har import Recorded

LISTS = ("easylist.txt", "easyprivacy.txt")


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, default=data_dir())
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--policy", default="balanced")
    options = parser.parse_args()
    files = sorted((options.data / "har" / "files").glob("*.har.gz"))
    if not files:
        skip("engine", f"no HAR files in {options.data / 'har' / 'files'}")
    lists = [options.data / "filterlists" / name for name in LISTS]
    with tempfile.TemporaryDirectory() as folder:
        engine = _engine(options.policy, [path for path in lists if path.is_file()], Path(folder))
        recorded = [one for path in files for one in read_har(path, engine.knowledge.sites.site).exchanges]
        print(describe_machine())
        print(f"input: {len(recorded)} exchanges of {len(files)} HAR files; lists: louver, {', '.join(LISTS)}")
        print(
            f"policy: {options.policy}; each pass with a fresh engine's memos (first sight), then again (seen before)\n"
        )
        print("| | mean µs | median | p95 | p99 |")
        print("| --- | ---: | ---: | ---: | ---: |")
        first, again, answers = _measure(engine, recorded, options.rounds)
        _row("request, first sight", first)
        _row("request, seen before", again)
        _row("response head, seen before", answers)


def _engine(policy: str, lists: Sequence[Path], folder: Path) -> Engine:
    names = ("louver", *map(str, lists))
    return load_engine(Settings(policy, names, False, folder, folder, folder))


def _measure(engine: Engine, recorded: Sequence[Recorded], rounds: int) -> tuple[list[float], list[float], list[float]]:
    gc.collect()
    gc.freeze()
    first = [_timed(partial(engine.request, one.request)) for one in recorded]
    again: list[list[float]] = [[] for _ in recorded]
    answers: list[list[float]] = [[] for _ in recorded]
    for _ in range(rounds):
        for index, one in enumerate(recorded):
            again[index].append(_timed(partial(engine.request, one.request)))
            outcome = engine.request(one.request)
            if one.response is not None and outcome.decision.action is Action.PASS:
                answers[index].append(_timed(partial(engine.response, outcome, one.response)))
    return first, [median(times) for times in again], [median(times) for times in answers if times]


def _timed(call: Callable[[], object]) -> float:
    start = time.perf_counter_ns()
    call()
    return (time.perf_counter_ns() - start) / 1000


def _row(name: str, times: Sequence[float]) -> None:
    cuts = quantiles(times, n=100)
    print(f"| {name} | {mean(times):.1f} | {median(times):.1f} | {cuts[94]:.1f} | {cuts[98]:.1f} |")


if __name__ == "__main__":
    main()
