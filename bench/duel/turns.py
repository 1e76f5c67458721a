"""Knows how to load several proxies in turns and to compare them pair by pair; what the machine does besides hits all.

A turn gives every proxy the same short slice of requests, in an order shuffled anew. The CPU of a slice is counted
until the same proxy's next slice begins, so that nothing escapes that is put off, such as the ledger's batches.
"""

from __future__ import annotations

import asyncio
import random
import time
from dataclasses import dataclass, field
from statistics import median
from typing import TYPE_CHECKING, Final

from duel.client import Answer, Ask, Connection, RefusedError, connect

if TYPE_CHECKING:
    import ssl
    from collections.abc import Callable, Sequence

    from duel.sides import Side

SETTLE: Final = 1.5
"""Seconds after the last slice in which put-off work comes to its end."""

type Mix = Sequence[tuple[int, str, str, int]]
"""Rows of size in bytes, name, destination as in `Sec-Fetch-Dest`, and weight."""

SMALL: Final[Mix] = ((1024, "media/2026/app.js?v={}", "script", 1),)
PAGE: Final[Mix] = (
    (1024, "media/2026/img/photo-small.png?v={}&w=320&h=180", "image", 45),
    (1024, "media/2026/js/part-{}.js", "script", 25),
    (50 * 1024, "media/2026/css/layout.css?v={}", "style", 27),
    (1024 * 1024, "media/2026/js/bundle.js?v={}", "script", 3),
)

PAGES: Final = 4
HOSTS: Final = tuple(
    (host, f"www.site{number % PAGES}.test")
    for number in range(10)
    for host in (f"www.site{number % PAGES}.test", f"assets.cdn{number % 6}.test", f"t.partner{number}.test")
    # A fifth of the connections are the page's own.
    if number % 2 == 0 or not host.startswith("www.")
)
"""Made-up hosts, each with the page it is used for. No list blocks them, as a blocked request would be less work."""


@dataclass(frozen=True, slots=True)
class Pattern:
    """How a slice is asked for. `per_connection` 0 keeps connections open for good."""

    mix: Mix
    requests: int = 100
    connections: int = 10
    streams: int = 1
    per_connection: int = 0
    http2: bool = False


@dataclass(slots=True)
class Slice:
    """What one slice cost: CPU in nanoseconds, wall time and waits in seconds."""

    began: int
    wall: float
    waits: list[float]
    failed: int
    cpu: int = 0

    @property
    def cpu_per_request(self) -> float:
        """Microseconds of CPU for each request."""
        return self.cpu / 1e3 / max(1, len(self.waits))

    @property
    def wall_per_request(self) -> float:
        """Microseconds of wall time for each request."""
        return self.wall * 1e6 / max(1, len(self.waits))

    def wait(self, share: float) -> float:
        """Return the wait in milliseconds that this share of the requests stays under."""
        ordered = sorted(self.waits)
        return ordered[min(len(ordered) - 1, int(share * len(ordered)))] * 1e3 if ordered else 0.0


@dataclass
class Load:
    """The connections to one proxy, and what was measured with them."""

    side: Side
    pattern: Pattern
    slices: list[Slice] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.context: ssl.SSLContext = self.side.context(http2=self.pattern.http2)
        self.open: list[Connection | None] = [None] * self.pattern.connections

    async def visit(self) -> None:
        """Open the pages that later requests belong to."""
        for number in range(PAGES):
            site = f"www.site{number}.test"
            connection = await connect(self.side.port, site, site, self.context)
            await connection.get(Ask(1024, "2026/article.html?id=84213", "document"))
            connection.close()

    async def slice(self, asks: Sequence[Ask]) -> Slice:
        """Ask for all of these and return what it took."""
        waits: list[float] = []

        async def worker(index: int, asks: Sequence[Ask]) -> None:
            for ask in asks:
                began = time.perf_counter()
                try:
                    answer = await (await self._connection(index)).get(ask)
                except (OSError, TimeoutError, RefusedError):
                    answer, self.open[index] = Answer(), None
                if answer.size == ask.size and answer.status == 200:
                    waits.append(time.perf_counter() - began)

        began, start = self.side.cpu(), time.perf_counter()
        lanes = self.pattern.connections * self.pattern.streams
        for index in range(self.pattern.connections):
            if self.pattern.streams > 1:
                await self._connection(index)
        await asyncio.gather(*(worker(i % self.pattern.connections, asks[i::lanes]) for i in range(lanes)))
        return Slice(began, time.perf_counter() - start, waits, len(asks) - len(waits))

    async def _connection(self, index: int) -> Connection:
        connection, limit = self.open[index], self.pattern.per_connection
        if connection is not None and connection.is_open and not (limit and connection.used >= limit):
            return connection
        if connection is not None:
            connection.close()
        made = self.open[index] = await connect(self.side.port, *HOSTS[index % len(HOSTS)], self.context)
        return made

    def close(self) -> None:
        """Close all connections."""
        for connection in self.open:
            if connection is not None:
                connection.close()


def asks_of(pattern: Pattern, chance: random.Random) -> list[Ask]:
    """Return the requests of a slice."""
    rows = chance.choices(pattern.mix, [row[3] for row in pattern.mix], k=pattern.requests)
    return [Ask(size, name.format(chance.randrange(100_000)), dest) for size, name, dest, _ in rows]


async def take_turns(sides: Sequence[Side], pattern: Pattern, turns: int, warm: int = 4) -> list[Load]:
    """Load the sides in turns; the first `warm` turns are not counted."""
    chance = random.Random(11)
    loads = [Load(side, pattern) for side in sides]
    for load in loads:
        await load.visit()
    for turn in range(warm + turns):
        asks = asks_of(pattern, chance)
        for load in chance.sample(loads, len(loads)):
            one = await load.slice(asks)
            if turn >= warm:
                load.slices.append(one)
    await asyncio.sleep(SETTLE)
    for load in loads:
        _settle(load)
        load.close()
    return loads


def _settle(load: Load) -> None:
    ends = [*(one.began for one in load.slices[1:]), load.side.cpu()]
    for one, end in zip(load.slices, ends, strict=True):
        one.cpu = end - one.began


@dataclass(frozen=True, slots=True)
class Ratio:
    """How one side compares with another: the median over turns, and its 95 % interval."""

    value: float
    low: float
    high: float

    def __str__(self) -> str:
        return f"{self.value:.3f} [{self.low:.3f}-{self.high:.3f}]"


def ratio(load: Load, base: Load, measure: Callable[[Slice], float]) -> Ratio:
    """Compare two sides turn by turn; the interval is a bootstrap of the median."""
    pairs = zip(load.slices, base.slices, strict=True)
    values = [measure(one) / measure(other) for one, other in pairs if measure(other)]
    chance = random.Random(5)
    again = sorted(median(chance.choices(values, k=len(values))) for _ in range(1000))
    return Ratio(median(values), again[25], again[974])


def typical(load: Load, measure: Callable[[Slice], float]) -> float:
    """Return the median of a measure over all slices."""
    return median(map(measure, load.slices))
