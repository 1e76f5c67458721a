import asyncio
import logging
import os
import sqlite3
import stat
from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from pathlib import Path

import pytest
from ledger_samples import KEY, NOON, RULE, SECRET, count, outcome, page, rows, treated

from louver.core.decision import Fate
from louver.core.digests import keyed
from louver.core.signals.signal import Kind
from louver.ledger.opening import NewerLedgerError, UnusableLedgerError
from louver.ledger.record import Coverage, ListVersion
from louver.ledger.writer import BATCH, Writer

QUICK = 0.01


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "ledger.db"


@pytest.fixture
async def writer(path: Path) -> AsyncIterator[Writer]:
    made = await Writer.open(path, KEY, version="1.2.3", interval=QUICK)
    await asyncio.sleep(0)
    await made.flush()  # the deletion of old rows at the start is over
    yield made
    await made.close()


async def until(done: Callable[[], bool]) -> None:
    async with asyncio.timeout(20):
        while not done():  # noqa: ASYNC110  (what is waited for tells nobody)
            await asyncio.sleep(QUICK)


async def until_written(writer: Writer) -> None:
    await until(lambda: not writer.state.waiting)


async def test_what_is_put_is_on_disk_soon_without_asking(path: Path, writer: Writer) -> None:
    writer.put(outcome(), NOON)
    await until_written(writer)
    assert rows(path, "SELECT site, host, action, at FROM exchanges") == [
        ("news.example", "px.tracker.example", "pass", NOON)
    ]


async def test_flush_writes_everything_and_says_so(path: Path, writer: Writer) -> None:
    for number in range(3 * BATCH + 7):
        writer.put(outcome(number), NOON + number)
    assert await writer.flush()
    assert count(path) == 3 * BATCH + 7
    assert rows(path, "SELECT at FROM exchanges ORDER BY id") == [(NOON + n,) for n in range(3 * BATCH + 7)]
    assert writer.state == (0, 3 * BATCH + 7, 0, "")


async def test_close_loses_nothing_and_ends_the_run(path: Path) -> None:
    writer = await Writer.open(path, KEY, version="1.2.3")
    for number in range(BATCH - 1):
        writer.put(outcome(number), NOON)
    await writer.close()
    assert count(path) == BATCH - 1
    (run,) = rows(path, "SELECT version, ended_at >= started_at, dropped FROM runs")
    assert run == ("1.2.3", 1, 0)
    assert not path.with_name("ledger.db-wal").exists()
    await writer.close()


async def test_each_kind_of_record_has_its_table(path: Path, writer: Writer) -> None:
    lists = (ListVersion("louver", "2026-01-01", "ab" * 32, 1500),)
    writer.put_ruleset("balanced", "cd" * 8, lists, NOON)
    writer.put(outcome(rule=RULE), NOON)
    writer.put_page(page(9, "shop.example"), NOON)
    writer.put_passthrough("bank.example", 5_000, "pinned certificate", NOON)
    writer.put_fault(ValueError(SECRET), NOON, site="news.example", host="px.tracker.example", answer="blocked")
    assert await writer.flush()
    ((ruleset, policy),) = rows(path, "SELECT id, policy FROM rulesets")
    assert policy == "balanced"
    assert rows(path, "SELECT ruleset FROM exchanges") == [(ruleset,)]
    assert rows(path, "SELECT r.text, r.list, r.line FROM exchanges JOIN rules AS r ON r.id = rule") == [
        ("||tracker.example^", "louver", 7)
    ]
    assert rows(path, "SELECT id, site, host, path FROM pages ORDER BY id") == [
        (1, "news.example", "www.news.example", "/world/story"),
        (9, "shop.example", "www.shop.example", "/world/story"),
    ]
    assert rows(path, "SELECT host, bytes, reason FROM passthroughs") == [("bank.example", 5_000, "pinned certificate")]
    assert rows(path, "SELECT kind, site, host, detail, answer, times FROM faults") == [
        ("engine", "news.example", "px.tracker.example", "ValueError", "blocked", 1)
    ]


async def test_signals_can_be_read_one_by_one(path: Path, writer: Writer) -> None:
    writer.put(outcome(treated=[treated(), treated(Kind.LANGUAGE, Fate.SHARED, "de")]), NOON)
    await writer.flush()
    question = "SELECT kind, place, name, outcome, treatment, digest, purpose, policy_row, owner FROM signals"
    digest, row = keyed(KEY), "{kind: third-party-id-cookie, treatment: strip}"
    assert rows(path, question) == [
        (
            "third-party-id-cookie",
            "cookie",
            "_xid",
            "blocked",
            "strip",
            digest(SECRET),
            "advertising",
            row,
            "Tracker Inc",
        ),
        ("language", "cookie", "_xid", "shared", "allow", digest("de"), "advertising", row, "Tracker Inc"),
    ]


async def test_totals_agree_with_the_exchanges(path: Path, writer: Writer) -> None:
    for number in range(100):
        fate = (Fate.SHARED, Fate.BLOCKED, Fate.REWRITTEN)[number % 3]
        coverage = (Coverage.FULL, Coverage.WEBSOCKET)[number % 2]
        writer.put(outcome(host=f"t{number % 5}.example", treated=[treated(fate=fate)]), NOON, coverage=coverage)
        if number % 40 == 0:
            await writer.flush()
    await writer.flush()
    totals = "sum(shared), sum(blocked), sum(rewritten)"
    assert rows(path, f"SELECT sum(exchanges), sum(inspected), sum(websocket), {totals} FROM days") == [
        (100, 50, 50, 34, 33, 33)
    ]
    assert rows(path, f"SELECT count(*), {totals} FROM exchanges") == [(100, 34, 33, 33)]
    assert rows(path, "SELECT recipients, third_parties, exchanges FROM site_totals") == [(5, 1, 100)]
    assert rows(path, "SELECT count(*), sum(shared) FROM recipients") == [(5, 34)]
    assert rows(path, "SELECT owner, sites FROM owners") == [("Tracker Inc", 1)]


async def test_no_value_reaches_the_disk(path: Path) -> None:
    writer = await Writer.open(path, KEY, interval=QUICK)
    for number in range(50):
        writer.put(outcome(number, rule=RULE), NOON)
    writer.put_page(page(7), NOON)
    await writer.flush()
    for file in path.parent.iterdir():
        assert SECRET.encode() not in file.read_bytes()
        assert stat.S_IMODE(file.stat().st_mode) == 0o600
    await writer.close()
    assert SECRET.encode() not in path.read_bytes()


async def test_another_program_can_read_while_it_is_written(path: Path, writer: Writer) -> None:
    reader = sqlite3.connect(f"file:{path}?mode=ro", uri=True)
    seen = []
    for number in range(5):
        writer.put(outcome(number), NOON)
        await writer.flush()
        seen.append(reader.execute("SELECT count(*) FROM exchanges").fetchone()[0])
    reader.close()
    assert seen == [1, 2, 3, 4, 5]


async def test_a_lock_is_waited_out(path: Path, writer: Writer, caplog: pytest.LogCaptureFixture) -> None:
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    writer.put(outcome(1), NOON)
    assert not await writer.flush()
    assert "locked" in writer.state.trouble
    writer.put(outcome(2), NOON + 1)
    other.execute("COMMIT")
    other.close()
    await until_written(writer)
    assert await writer.flush()
    assert rows(path, "SELECT at FROM exchanges ORDER BY id") == [(NOON,), (NOON + 1,)]
    assert "locked" in caplog.text
    assert "locked" in rows(path, "SELECT detail FROM faults")[0][0]
    assert writer.state.trouble == ""


async def test_a_full_disk_is_waited_out(path: Path, writer: Writer) -> None:
    connection = writer._store._connection
    assert connection is not None
    await connection.execute("PRAGMA max_page_count = 1")
    for number in range(300):
        writer.put(outcome(number), NOON)
    assert not await writer.flush()
    assert "full" in writer.state.trouble
    assert writer.state.waiting >= 300
    await connection.execute("PRAGMA max_page_count = 1000000")
    assert await writer.flush()
    assert count(path) == 300
    assert rows(path, "SELECT sum(exchanges) FROM days") == [(300,)]


async def test_while_the_disk_is_full_no_value_and_no_body_waits(writer: Writer) -> None:
    connection = writer._store._connection
    assert connection is not None
    await connection.execute("PRAGMA max_page_count = 1")
    writer.put(replace(outcome(), request=replace(outcome().request, body=SECRET)), NOON)
    await writer.flush()
    assert SECRET not in repr(writer._exchanges)
    await connection.execute("PRAGMA max_page_count = 1000000")


async def test_what_cannot_wait_any_more_is_counted(path: Path) -> None:
    writer = await Writer.open(path, KEY, limit=10, interval=QUICK)
    for number in range(25):
        writer.put(outcome(number), NOON)
    assert writer.state.dropped == 15
    await writer.close()
    assert count(path) == 10
    assert rows(path, "SELECT dropped FROM runs") == [(15,)]
    assert rows(path, "SELECT kind, answer, times FROM faults") == [("ledger", "dropped", 15)]


async def test_closing_does_not_hang_on_a_ledger_that_stays_locked(
    path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    writer = await Writer.open(path, KEY, interval=QUICK)
    await asyncio.sleep(0)
    await writer.flush()
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    writer.put(outcome(), NOON)
    async with asyncio.timeout(30):
        await writer.close()
    other.close()
    assert "records are lost" in caplog.text
    assert writer.state.dropped >= 1


async def test_a_ledger_deleted_while_in_use_is_begun_anew(path: Path, writer: Writer) -> None:
    writer.put_ruleset("balanced", "ab", (), NOON)
    writer.put(outcome(1, rule=RULE), NOON)
    await writer.flush()
    for file in list(path.parent.iterdir()):
        file.unlink()
    writer.put(outcome(2, rule=RULE), NOON + 1)
    assert await writer.flush()
    assert rows(path, "SELECT at FROM exchanges") == [(NOON + 1,)]
    assert count(path, "rules") == count(path, "rulesets") == count(path, "policy_rows") == 1
    assert "removed" in rows(path, "SELECT detail FROM faults")[0][0]


async def test_a_folder_that_goes_away_and_comes_back(path: Path, writer: Writer) -> None:
    away = path.parent.with_name(f"{path.parent.name}-away")
    path.parent.rename(away)
    writer.put(outcome(), NOON)
    assert not await writer.flush()
    path.parent.mkdir()
    assert await writer.flush()
    assert count(path) == 1


async def test_a_damaged_ledger_is_set_aside_when_opened(path: Path, caplog: pytest.LogCaptureFixture) -> None:
    path.write_bytes(b"\0damaged" * 1000)
    writer = await Writer.open(path, KEY, interval=QUICK)
    writer.put(outcome(), NOON)
    await writer.close()
    (aside,) = path.parent.glob("ledger.db.broken-*")
    assert aside.read_bytes().startswith(b"\0damaged")
    assert count(path) == 1
    assert aside.name in rows(path, "SELECT detail FROM faults")[0][0]
    assert aside.name in caplog.text


async def test_a_ledger_damaged_while_in_use_is_set_aside(path: Path, writer: Writer) -> None:
    for number in range(500):
        writer.put(outcome(number), NOON)
    await writer.flush()
    connection = writer._store._connection
    assert connection is not None
    await connection.execute_fetchall("PRAGMA wal_checkpoint(TRUNCATE)")
    await connection.execute_fetchall("PRAGMA shrink_memory")
    with path.open("r+b") as file:
        file.seek(100)
        file.write(os.urandom(path.stat().st_size - 100))
    other = sqlite3.connect(path)  # another's write makes the writer look at the file again, not at what it remembers
    with pytest.raises(sqlite3.DatabaseError):
        other.execute("INSERT INTO runs (version, started_at) VALUES ('', 0)")
    other.close()
    for number in range(50):
        writer.put(outcome(number), NOON + 1)
    await until_written(writer)
    await writer.flush()
    if list(path.parent.glob("ledger.db.broken-*")):
        assert count(path) == 50
    else:
        pytest.skip("this SQLite did not need the damaged pages")


async def test_a_ledger_that_cannot_be_opened_is_one_clear_error(path: Path) -> None:
    with pytest.raises(UnusableLedgerError, match=r"nowhere/ledger\.db cannot be opened: No such file"):
        await Writer.open(path.parent / "nowhere" / "ledger.db", KEY)
    await (await Writer.open(path, KEY)).close()
    with sqlite3.connect(path) as connection:
        connection.execute("PRAGMA user_version = 999")
    connection.close()
    with pytest.raises(NewerLedgerError):
        await Writer.open(path, KEY)


async def test_one_record_that_cannot_be_stored_does_not_cost_the_others(
    path: Path, writer: Writer, monkeypatch: pytest.MonkeyPatch
) -> None:
    writer.put(outcome(1), NOON)
    writer.put(replace(outcome(2), decision=None), NOON)  # type: ignore[arg-type]  # cannot be read
    writer.put(replace(outcome(3), site=None), NOON)  # type: ignore[arg-type]  # cannot be read either
    writer.put(outcome(4), NOON, client=b"raw")  # type: ignore[arg-type]  # can be read, but not stored in a STRICT table
    writer.put(outcome(5), NOON)
    assert await writer.flush()
    assert count(path) == 2
    assert writer.state.dropped == 3
    assert rows(path, "SELECT sum(exchanges) FROM days") == [(2,)]
    assert rows(path, "SELECT sum(times) FROM faults WHERE answer = 'dropped'") == [(3,)]


async def test_the_same_fault_over_and_over_is_one_row(path: Path, writer: Writer) -> None:
    for _ in range(1_000):
        writer.put_fault("the policy file is broken", NOON, kind="policy")
    await writer.flush()
    assert rows(path, "SELECT detail, times FROM faults") == [("the policy file is broken", 1_000)]


async def test_a_cancelled_write_is_done_later(path: Path, writer: Writer) -> None:
    for number in range(200):
        writer.put(outcome(number), NOON)
    writing = asyncio.create_task(writer.flush())
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    writing.cancel()
    with pytest.raises(asyncio.CancelledError):
        await writing
    assert await writer.flush()
    assert count(path) == 200
    assert rows(path, "SELECT sum(exchanges) FROM days") == [(200,)]


async def test_two_programs_can_write_one_ledger(path: Path, writer: Writer) -> None:
    second = await Writer.open(path, KEY, interval=QUICK)
    for number in range(400):
        (writer, second)[number % 2].put(outcome(number), NOON + number)
        if number % 20 == 0:
            await asyncio.sleep(QUICK)
    await until_written(writer)
    await until_written(second)
    await second.close()
    assert rows(path, "SELECT count(*), count(DISTINCT run) FROM exchanges") == [(400, 2)]


async def test_old_detail_goes_by_itself_and_totals_stay(path: Path) -> None:
    writer = await Writer.open(path, KEY)
    writer.put(outcome(1), NOON - 31 * 86_400)
    writer.put(outcome(2), NOON - 86_400)
    writer.put_fault("old", NOON - 31 * 86_400)
    await writer.close()
    writer = await Writer.open(path, KEY)
    await until(lambda: count(path) == 1)
    assert rows(path, "SELECT at FROM exchanges") == [(NOON - 86_400,)]
    assert rows(path, "SELECT sum(exchanges) FROM days") == [(2,)]
    assert count(path, "faults") == 0
    await writer.close()


async def test_nothing_is_logged_when_all_is_well(writer: Writer, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.WARNING)
    writer.put(outcome(), NOON)
    await writer.flush()
    assert caplog.text == ""
