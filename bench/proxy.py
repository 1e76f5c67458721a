"""Measures the proxy beside a stock mitmdump on the same work: CPU, speed, memory, start.

    python bench/proxy.py [--quick] [--turns N] [--only h1,short,h2,one,start,memory,download]

Everything stays on loopback, with an origin and a client of its own; needs neither root nor changes to the machine. All
proxies run at once and get the same short slices of requests in shuffled order; a ratio is the median over turns, with
its 95 % interval. The baseline runs twice: how far it is from itself is what this machine cannot tell apart.
"""

from __future__ import annotations

import argparse
import asyncio
import random
import sys
import tempfile
from contextlib import ExitStack
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING, Final

from common import data_dir, describe_machine, skip
from duel.client import Ask, connect
from duel.sides import Ground, Own, Script, Side, Stock, an_origin
from duel.turns import HOSTS, PAGE, SMALL, Load, Pattern, Slice, asks_of, ratio, take_turns, typical

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

LISTS: Final = ("easylist.txt", "easyprivacy.txt")
MEBI: Final = 1024 * 1024
LARGEST_BUFFERED: Final = 100
"""MiB of a file that mitmdump is asked for: it keeps three times that in memory."""


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the table."""

    what: str
    target: str
    found: str
    met: bool
    noise: str = ""
    stock: str = ""
    ours: str = ""

    def __str__(self) -> str:
        found = self.found if self.met else f"**{self.found}**"
        return f"| {self.what} | {self.target} | {found} | {self.noise} | {self.stock} | {self.ours} |"


@dataclass(frozen=True, slots=True)
class Plan:
    """How much to measure: turns of paired slices, requests for the memory figure, starts of each proxy."""

    turns: int = 40
    requests: int = 5000
    starts: int = 5
    downloads: tuple[int, ...] = (100, 1024)
    """Sizes of files in MiB."""


QUICK: Final = Plan(turns=8, requests=1000, starts=1, downloads=(100,))


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="a first impression in about a minute")
    parser.add_argument("--turns", type=int, default=0)
    parser.add_argument("--only", default=",".join(MEASURES), help="comma-separated; default: everything")
    options = parser.parse_args()
    if not sys.platform.startswith("linux"):
        skip("proxy", "the CPU of another process is read as only Linux tells it")
    plan = QUICK if options.quick else Plan()
    plan = Plan(options.turns or plan.turns, plan.requests, plan.starts, plan.downloads)
    lists = [data_dir() / "filterlists" / name for name in LISTS]
    there = tuple(str(path) for path in lists if path.is_file())
    with tempfile.TemporaryDirectory(prefix="louver-bench-") as name, an_origin(Path(name)) as port:
        ground = Ground(Path(name), port, ("louver", *there))
        _introduce(len(there) == len(LISTS))
        for measure in options.only.split(","):
            for row in MEASURES[measure](ground, plan):
                print(row, flush=True)


def _introduce(listed: bool) -> None:
    print(f"{describe_machine()}; mitmproxy {version('mitmproxy')}")
    lists = f"the bundled tables, {' and '.join(LISTS)}" if listed else "the bundled tables only: no filter lists found"
    print(f"Louver: policy balanced; {lists}; every exchange written to the ledger; nothing is blocked")
    print("baseline: stock mitmdump, quiet, lazy connections; both get to the origin by the same detour")
    print("work: 45 % 1 KiB images, 25 % 1 KiB scripts, 27 % 50 KiB style sheets, 3 % 1 MiB scripts\n")
    print("| | target | found | baseline beside itself | mitmdump | Louver |")
    print("| --- | --- | --- | --- | ---: | ---: |")


def _duel(ground: Ground, pattern: Pattern, turns: int, *more: Side) -> Sequence[Load]:
    sides = [Stock("mitmdump", ground), Stock("mitmdump again", ground), Own("louver run", ground), *more]
    with ExitStack() as until_over:
        for side in sides:
            until_over.enter_context(side)
        try:
            loads = asyncio.run(take_turns(sides, pattern, turns))
        except OSError as error:
            sys.exit(f"{error}\n" + "\n".join(f"{side.name}: {side.said()}" for side in sides))
    if failed := [f"{load.side.name}: {count}" for load in loads if (count := sum(one.failed for one in load.slices))]:
        sys.exit(f"requests failed: {', '.join(failed)}")
    return loads


def _compare(
    what: str, limit: float, loads: Sequence[Load], measure: Callable[[Slice], float], unit: str, ours: int = 2
) -> Row:
    base, again, own = loads[0], loads[1], loads[ours]
    found = ratio(own, base, measure)
    figures = [f"{typical(load, measure):,.{0 if unit == 'µs' else 2}f} {unit}" for load in (base, own)]
    noise = str(ratio(again, base, measure))
    return Row(what, f"≤ {limit:.2f}x", f"{found}", found.value <= limit, noise, *figures)


def _cpu(one: Slice) -> float:
    return one.cpu_per_request


def h1(ground: Ground, plan: Plan) -> Iterator[Row]:
    """Keep-alive over HTTP/1.1, which is also where the speed and the script are measured."""
    loads = _duel(ground, Pattern(PAGE), plan.turns, Script("louver as script", ground))
    yield _compare("CPU per request, HTTP/1.1 keep-alive", 0.60, loads, _cpu, "µs")
    faster, noise = (ratio(loads[0], load, lambda one: one.wall_per_request) for load in (loads[2], loads[1]))
    figures = [f"{1e6 / typical(load, lambda one: one.wall_per_request):,.0f}/s" for load in (loads[0], loads[2])]
    yield Row("requests per second, same", "≥ 1.60x", f"{faster}", faster.value >= 1.6, f"{noise}", *figures)
    yield _compare("CPU per request, as `mitmdump -s addons/louver.py`", 1.08, loads, _cpu, "µs", ours=3)


def short(ground: Ground, plan: Plan) -> Iterator[Row]:
    """Four requests a connection."""
    loads = _duel(ground, Pattern(PAGE, per_connection=4), plan.turns * 2 // 3)
    yield _compare("CPU per request, four requests a connection", 0.70, loads, _cpu, "µs")


def h2(ground: Ground, plan: Plan) -> Iterator[Row]:
    """Keep-alive over HTTP/2, three requests at a time on each connection."""
    loads = _duel(ground, Pattern(PAGE, streams=3, requests=120, http2=True), plan.turns * 2 // 3)
    yield _compare("CPU per request, HTTP/2 keep-alive", 0.75, loads, _cpu, "µs")


def one(ground: Ground, plan: Plan) -> Iterator[Row]:
    """One request at a time on one connection."""
    loads = _duel(ground, Pattern(SMALL, requests=60, connections=1), plan.turns)
    yield _compare("one request at a time, p50", 0.75, loads, lambda one: one.wait(0.5), "ms")
    yield _compare("one request at a time, p95", 0.75, loads, lambda one: one.wait(0.95), "ms")


def start(ground: Ground, plan: Plan) -> Iterator[Row]:
    """From the command to the open port, with lists compiled before and everything on disk in the page cache."""
    sides = [Stock("start mitmdump", ground), Own("start louver", ground)]
    seconds: dict[str, list[float]] = {side.name: [] for side in sides}
    for number in range(plan.starts + 1):
        for side in sides:
            with side:
                if number:  # the first one makes certificates and compiles lists
                    seconds[side.name].append(side.seconds)
    stock, own = (median(seconds[side.name]) for side in sides)
    found = f"{own:.2f} s ({min(seconds[sides[1].name]):.2f}-{max(seconds[sides[1].name]):.2f})"
    yield Row(
        "start to listening, lists from cache", "≤ 1.0 s", found, own <= 1.0, "", f"{stock:.2f} s", f"{own:.2f} s"
    )


def memory(ground: Ground, plan: Plan) -> Iterator[Row]:
    """Resident memory of a fresh process after page requests."""
    found = [asyncio.run(_memory_after(side, plan.requests)) for side in _fresh(ground, "memory")]
    what = f"memory after {plan.requests:,} page requests"
    own = f"{found[1]:.0f} MB"
    yield Row(what, "≤ 160 MB", own, found[1] <= 160, "", f"{found[0]:.0f} MB", own)


async def _memory_after(side: Side, requests: int) -> float:
    with side:
        pattern = Pattern(PAGE, requests=requests, connections=20)
        load = Load(side, pattern)
        await load.visit()
        await load.slice(asks_of(pattern, random.Random(7)))
        found = side.memory()
        load.close()
    return found


def download(ground: Ground, plan: Plan) -> Iterator[Row]:
    """One large file: what it adds to memory at its highest, and how long the first byte takes."""
    for size in plan.downloads:
        stock, own = _fresh(ground, f"download {size}")
        growth, first = asyncio.run(_download(own, size))
        ours = f"+{growth:.1f} MB, {first:.1f} ms"
        theirs = (
            "not tried"
            if size > LARGEST_BUFFERED
            else "+{:.0f} MB, {:.0f} ms".format(*asyncio.run(_download(stock, size)))
        )
        what = f"{size} MiB file: memory growth, first byte"
        yield Row(what, "≤ 5 MB, ≤ 15 ms", ours, growth <= 5 and first <= 15, "", theirs, ours)


async def _download(side: Side, mebi: int) -> tuple[float, float]:
    with side:
        host, page = HOSTS[0]
        connection = await connect(side.port, host, page, side.context(http2=False))
        for number in range(50):
            await connection.get(Ask(50 * 1024, f"warm/{number}.css", "style"))
        before = peak = side.memory()
        task = asyncio.create_task(connection.get(Ask(mebi * MEBI, "large.bin", "empty")))
        began = asyncio.get_running_loop().time()
        while not task.done():
            await asyncio.sleep(0.02)
            peak = max(peak, side.memory())
        answer = task.result()
        connection.close()
    if answer.size != mebi * MEBI:
        sys.exit(f"{side.name}: got {answer.size} bytes of {mebi} MiB")
    return peak - before, (answer.began - began) * 1e3


def _fresh(ground: Ground, what: str) -> tuple[Side, Side]:
    return Stock(f"{what} mitmdump", ground), Own(f"{what} louver", ground)


MEASURES: Final = {each.__name__: each for each in (h1, short, h2, one, start, memory, download)}


if __name__ == "__main__":
    main()
