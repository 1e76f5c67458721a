"""A program to be killed: writes exchanges as fast as the ledger takes them, and says how many it has put, and when.

Each line: seconds on the clock that all processes share, and the number of exchanges put by then.
"""

import asyncio
import sys
import time
from pathlib import Path

from ledger_samples import KEY, outcome

from louver.ledger.writer import Writer

BACKLOG = 5_000


async def main(path: Path) -> None:
    writer = await Writer.open(path, KEY)
    made = [outcome(number) for number in range(100)]
    put = 0
    while True:
        for one in made:
            writer.put(one, time.time(), sent=put)
            put += 1
        sys.stdout.write(f"{time.monotonic()} {put}\n")
        sys.stdout.flush()
        await asyncio.sleep(0.01)
        if writer.state.waiting > BACKLOG:
            await writer.flush()


asyncio.run(main(Path(sys.argv[1])))
