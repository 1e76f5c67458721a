"""Measures what the ledger costs: to write an exchange, and to ask what the dashboard asks of a million of them.

Run: `python bench/ledger.py [WRITTEN [READ]]`. Writes throw-away ledgers of made-up exchanges through the real writer,
as the proxy does: four weeks, 300 sites (a few of them visited most), 400 recipients of 150 organisations, about 30 of
them on a site, five signals each, one exchange in four blocked by a rule, pages of 60 exchanges, 3,000 paths. An
identifier stays the same at its recipient, as in a browser.
"""

from __future__ import annotations

import asyncio
import gc
import math
import random
import secrets
import sys
import tempfile
import time
from itertools import batched
from pathlib import Path
from typing import TYPE_CHECKING

from louver.core.decision import Action, Decision, Fate, Outcome, RuleRef, Tracker, Treated, Treatment
from louver.core.facts import Page, Parties, Party, Request, ResourceType, Response
from louver.core.signals.signal import Grade, Kind, Place, Purpose, Signal, Where
from louver.ledger import findings
from louver.ledger.reader import Reader
from louver.ledger.writer import Writer
from louver.reports.balance import balances
from louver.reports.linking import linkage

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterator

WRITTEN = 50_000
READ = 1_000_000
BURST = 100
BACKLOG = 2_000
DAYS = 28
A_PAGE = 60
DAY = 86_400
ROUNDS = 20
KINDS = (
    (Kind.THIRD_PARTY_ID_COOKIE, Where.COOKIE, "_xid", Treatment.STRIP, Fate.BLOCKED),
    (Kind.REFERRER, Where.HEADER, "Referer", Treatment.COARSEN, Fate.REWRITTEN),
    (Kind.LANGUAGE, Where.HEADER, "Accept-Language", Treatment.ALLOW, Fate.SHARED),
    (Kind.USER_AGENT, Where.HEADER, "User-Agent", Treatment.ALLOW, Fate.SHARED),
    (Kind.PAGE_URL, Where.QUERY, "dl", Treatment.COARSEN, Fate.REWRITTEN),
)
TYPES = (ResourceType.SCRIPT, ResourceType.IMAGE, ResourceType.IMAGE, ResourceType.XMLHTTPREQUEST)


def outcome(number: int, chance: random.Random) -> Outcome:
    """Return a made-up exchange like those of a page with trackers."""
    visit = number // A_PAGE
    place = visit * 2_654_435_761 % 300
    site = f"site{place * place // 300}.example"
    pick = (place * place // 300 * 37 + min(chance.randrange(30), chance.randrange(30)) * 13) % 400
    host = f"t{pick}.example"
    blocked = number % 4 == 0
    page = Page(visit + 1, f"https://{site}/news/article-{visit % 5_000}", site, "referer", 0.95)
    url = f"https://{host}/static/a1b2c3d4e5f6/part-{chance.randrange(3_000)}.js?uid={chance.getrandbits(64):x}"
    request = Request(url, "GET", (), TYPES[number % 4], page)
    values = (f"id-{pick:016x}", f"https://{site}/", "de-CH,de", "Mozilla/5.0 (X11)", page.url)
    signals = [
        Treated(
            Signal(kind, where, name, Grade.LIKELY, Place(line=3), value, Purpose.UNKNOWN),
            treatment,
            Fate.BLOCKED if blocked else Fate.SHARED if pick % 9 == 0 else fate,
            "{category: [advertising], treatment: strip}",
        )
        for value, (kind, where, name, treatment, fate) in zip(values, KINDS, strict=True)
    ]
    owner = f"Company {pick % 150}"
    return Outcome(
        request=request,
        site=site,
        recipient=host,
        recipient_site=host,
        parties=Parties(Party.THIRD, Party.THIRD, Party.THIRD),
        tracker=Tracker(host, owner, "advertising", mixed=pick % 5 == 0),
        owner=owner,
        rule=RuleRef(f"||{host}^", "louver", 7, "1") if blocked else None,
        exception=None,
        decision=Decision(Action.BLOCK if blocked else Action.PASS, None, "only tracks", "balanced"),
        treated=signals,
        sent=request,
        response=None if blocked else Response(200, ()),
    )


def stream(count: int) -> Iterator[tuple[Outcome, float]]:
    """Yield so many exchanges with their times, spread over four weeks that end now."""
    chance, start = random.Random(7), time.time() - DAYS * DAY
    for number in range(count):
        yield outcome(number, chance), start + number / count * DAYS * DAY


async def measure_writing(count: int, folder: Path) -> None:
    """Put exchanges in bursts as fast as the writer takes them, and print what that cost."""
    made = list(stream(count))
    gc.collect()
    gc.freeze()
    writer = await Writer.open(folder / "written.db", secrets.token_bytes(32))
    loop, cpu, wall = time.thread_time(), time.process_time(), time.perf_counter()
    put = await _put_all(writer, iter(made))
    wall, cpu, loop = time.perf_counter() - wall, time.process_time() - cpu, time.thread_time() - loop
    state = writer.state
    await writer.close()
    size = (folder / "written.db").stat().st_size
    print(f"ledger  {count:,} exchanges written, {state.dropped} dropped, {size / count:.0f} bytes each")
    print(f"        {count / wall:,.0f} exchanges/s sustained (target 5,000)")
    print(f"        {put / count * 1e6:.2f} µs in put, {loop / count * 1e6:.2f} µs on the event loop's thread in all")
    print(f"        {cpu / count * 1e6:.1f} µs of CPU in all, sums for readers included")


async def _put_all(writer: Writer, made: Iterator[tuple[Outcome, float]]) -> float:
    put = 0.0
    for burst in batched(made, BURST):
        before = time.perf_counter()
        for one, at in burst:
            writer.put(one, at, duration=0.03, sent=0, received=2_048, client="127.0.0.1")
        put += time.perf_counter() - before
        await asyncio.sleep(0)
        if writer.state.waiting > BACKLOG:
            await writer.flush()
    await writer.flush()
    return put


async def measure_reading(path: Path, count: int) -> None:
    """Fill a ledger, and time what the pages of the dashboard ask."""
    writer = await Writer.open(path, secrets.token_bytes(32))
    await _put_all(writer, stream(count))
    await writer.close()
    print(f"        asked of {count:,} exchanges, 95th percentile of {ROUNDS} (target 200 ms a page):")
    async with await Reader.open(path) as reader:
        for name, ask in questions(reader).items():
            times = sorted([await _timed(ask) for _ in range(ROUNDS)])
            print(f"        {times[math.ceil(ROUNDS * 0.95) - 1] * 1e3:8.1f} ms  {name}")


def questions(reader: Reader) -> dict[str, Callable[[], Awaitable[object]]]:
    """Return what the pages ask, by name; a page asks one to three of them."""
    now, busiest = time.time(), "site0.example"
    week = now - 7 * DAY

    async def who() -> object:
        return linkage(await findings.identifiers(reader), await findings.visited(reader))

    async def balance(site: str | None, since: float | None) -> object:
        told, asked = await findings.reached(reader, since, site), await findings.types(reader, since, site)
        return balances(told, asked, await findings.kept(reader, since, site))

    return {
        "all sites, ever": reader.sites,
        "all sites, the last 24 hours": lambda: reader.sites(now - DAY),
        "all sites, the last week": lambda: reader.sites(week),
        "coverage, ever": reader.coverage,
        "one site, ever (the most visited)": lambda: reader.site(busiest),
        "one site, the last 24 hours": lambda: reader.site(busiest, now - DAY),
        "one site's signals by name, ever": lambda: reader.names(busiest),
        "the last 100 exchanges": lambda: reader.log(100),
        "the last 100 exchanges of a site": lambda: reader.log(100, site=busiest),
        "one exchange": lambda: reader.exchange(500_000),
        "who knows what": who,
        "balance of one site": lambda: balance(busiest, None),
        "balance of all sites, ever": lambda: balance(None, None),
        "balance of all sites, the last 24 hours": lambda: balance(None, now - DAY),
        "balance of all sites, the last week": lambda: balance(None, week),
        "pages loaded again": lambda: findings.reloads(reader, week),
    }


async def _timed(ask: Callable[[], Awaitable[object]]) -> float:
    before = time.perf_counter()
    await ask()
    return time.perf_counter() - before


def main() -> None:
    """Measure in a temporary folder."""
    written, read = [*map(int, sys.argv[1:3]), *(WRITTEN, READ)[len(sys.argv) - 1 :]]
    with tempfile.TemporaryDirectory() as folder:
        asyncio.run(measure_writing(written, Path(folder)))
        asyncio.run(measure_reading(Path(folder) / "read.db", read))


if __name__ == "__main__":
    main()
