"""Measures what the ledger costs: microseconds on the event loop and in all for each exchange, and exchanges a second.

Run: `python bench/ledger.py [EXCHANGES]`. Writes a throw-away ledger of made-up exchanges (three signals each, one in
four blocked by a rule, pages of 100 exchanges, 400 recipients, 3,000 paths) through the real writer, as the proxy does.
"""

from __future__ import annotations

import asyncio
import gc
import random
import secrets
import sys
import tempfile
import time
from pathlib import Path

from louver.core.decision import Action, Decision, Fate, Outcome, RuleRef, Tracker, Treated, Treatment
from louver.core.facts import Page, Parties, Party, Request, ResourceType, Response
from louver.core.signals.signal import Grade, Kind, Place, Purpose, Signal, Where
from louver.ledger.writer import Writer

EXCHANGES = 50_000
BURST = 100
BACKLOG = 2_000
KINDS = (
    (Kind.THIRD_PARTY_ID_COOKIE, Where.COOKIE, "_xid", Treatment.STRIP, Fate.BLOCKED),
    (Kind.REFERRER, Where.HEADER, "Referer", Treatment.COARSEN, Fate.REWRITTEN),
    (Kind.LANGUAGE, Where.HEADER, "Accept-Language", Treatment.ALLOW, Fate.SHARED),
)


def outcome(number: int, chance: random.Random) -> Outcome:
    """Return a made-up exchange like those of a page with trackers."""
    visit = number // 100
    site = f"site{visit % 60}.example"
    host = f"t{(visit * 17 + min(chance.randrange(40), chance.randrange(40))) % 400}.example"
    blocked = number % 4 == 0
    page = Page(visit + 1, f"https://{site}/news/article-{visit}", site, "referer", 0.95)
    url = f"https://{host}/static/a1b2c3d4e5f6/part-{chance.randrange(3_000)}.js?uid={chance.getrandbits(64):x}"
    request = Request(url, "GET", (), ResourceType.SCRIPT, page)
    signals = [
        Treated(
            Signal(kind, where, name, Grade.LIKELY, Place(line=3), f"{chance.getrandbits(64):x}", Purpose.UNKNOWN),
            treatment,
            Fate.BLOCKED if blocked else fate,
            "{category: [advertising], treatment: strip}",
        )
        for kind, where, name, treatment, fate in KINDS
    ]
    return Outcome(
        request=request,
        site=site,
        recipient=host,
        recipient_site=host,
        parties=Parties(Party.THIRD, Party.THIRD, Party.THIRD),
        tracker=Tracker(host, "Example Inc", "advertising"),
        owner="Example Inc",
        rule=RuleRef(f"||{host}^", "louver", 7, "1") if blocked else None,
        exception=None,
        decision=Decision(Action.BLOCK if blocked else Action.PASS, None, "only tracks", "balanced"),
        treated=signals,
        sent=request,
        response=None if blocked else Response(200, ()),
    )


async def measure(count: int, folder: Path) -> None:
    """Put exchanges in bursts as fast as the writer takes them, and print what that cost."""
    chance = random.Random(7)
    made = [outcome(number, chance) for number in range(count)]
    gc.collect()
    gc.freeze()
    writer = await Writer.open(folder / "ledger.sqlite3", secrets.token_bytes(32))
    put = 0.0
    loop, cpu, wall = time.thread_time(), time.process_time(), time.perf_counter()
    for start in range(0, count, BURST):
        before = time.perf_counter()
        for one in made[start : start + BURST]:
            writer.put(one, 1_700_000_000.0 + start, duration=0.03, sent=0, received=2_048, client="127.0.0.1")
        put += time.perf_counter() - before
        await asyncio.sleep(0)
        if writer.state.waiting > BACKLOG:
            await writer.flush()
    await writer.flush()
    wall, cpu, loop = time.perf_counter() - wall, time.process_time() - cpu, time.thread_time() - loop
    state = writer.state
    await writer.close()
    size = (folder / "ledger.sqlite3").stat().st_size
    print(f"ledger  {count} exchanges, {state.dropped} dropped, {size / count:.0f} bytes each")
    print(f"        {count / wall:,.0f} exchanges/s sustained (target 5,000)")
    print(f"        {put / count * 1e6:.2f} µs in put, {loop / count * 1e6:.2f} µs on the event loop's thread in all")
    print(f"        {cpu / count * 1e6:.1f} µs of CPU in all (target 20)")


def main() -> None:
    """Measure in a temporary folder."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else EXCHANGES
    with tempfile.TemporaryDirectory() as folder:
        asyncio.run(measure(count, Path(folder)))


if __name__ == "__main__":
    main()
