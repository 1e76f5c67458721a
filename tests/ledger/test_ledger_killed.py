import os
import signal
import subprocess
import sys
import time
from pathlib import Path

from ledger_samples import KEY, NOON, count, outcome, rows

import louver
from louver.ledger.writer import Writer

HERE = Path(__file__).parent
SOURCE = Path(louver.__file__).parents[1]
ENOUGH = 5_000


def killed_under_load(path: Path) -> int:
    """Kill a writing program without warning; return how many exchanges it had put a second before."""
    environment = os.environ | {"PYTHONPATH": os.pathsep.join((str(SOURCE), str(HERE)))}
    program = subprocess.Popen(
        [sys.executable, str(HERE / "ledger_load.py"), str(path)], stdout=subprocess.PIPE, text=True, env=environment
    )
    assert program.stdout is not None
    said = []
    for line in program.stdout:
        moment, put = line.split()
        said.append((float(moment), int(put)))
        if int(put) >= ENOUGH and float(moment) > said[0][0] + 1.5:
            break
    program.send_signal(signal.SIGKILL)
    killed = time.monotonic()
    program.stdout.close()
    program.wait()
    return max((put for moment, put in said if moment < killed - 1.0), default=0)


async def test_killed_under_load_it_reopens_clean_and_has_lost_at_most_the_last_second(tmp_path: Path) -> None:
    path = tmp_path / "ledger.db"
    put_a_second_before = killed_under_load(path)
    writer = await Writer.open(path, KEY)
    writer.put(outcome(), NOON)
    await writer.close()
    kept = count(path) - 1
    assert put_a_second_before > 0
    assert kept >= put_a_second_before
    assert rows(path, "PRAGMA integrity_check") == [("ok",)]
    assert rows(path, "SELECT sent_bytes FROM exchanges ORDER BY id LIMIT ?", kept) == [(n,) for n in range(kept)]
    assert rows(path, "SELECT sum(exchanges) FROM days") == [(kept + 1,)]
    assert rows(path, "SELECT ended_at IS NULL FROM runs ORDER BY id") == [(1,), (0,)]
    assert not list(tmp_path.glob("*broken*"))
