import json
import time
from dataclasses import replace
from pathlib import Path

import pytest
from ledger_samples import KEY, NOON, RULE, count, outcome, page, rows, treated

from louver.core.decision import Fate
from louver.core.signals.signal import Kind
from louver.ledger import findings
from louver.ledger.days import BITS
from louver.ledger.forgetting import copy, forget_all, forget_before, forget_site
from louver.ledger.keeping import (
    BadDetailError,
    BadKeepingError,
    BadSizeError,
    Detail,
    Keeping,
    read_keeping,
    read_size,
)
from louver.ledger.opening import NotALedgerError, open_to_read, open_to_write
from louver.ledger.reader import Reader
from louver.ledger.retention import expire
from louver.ledger.writer import Writer

DAY = 86_400
COUNTED = "SELECT site, host, exchanges, shared, blocked, could, got FROM totals ORDER BY site, host"


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "ledger.db"


async def fill(path: Path, keeping: Keeping = Keeping()) -> None:  # noqa: B008  (it cannot be changed)
    writer = await Writer.open(path, KEY, keeping=keeping)
    writer.put_ruleset("balanced", "abc", (), NOON - 3 * DAY)
    writer.put(outcome(1, rule=RULE, treated=[treated(fate=Fate.SHARED)]), NOON - 3 * DAY)
    writer.put(outcome(2, treated=[treated(), treated(Kind.LANGUAGE, Fate.SHARED, "de")]), NOON - 60)
    writer.put_page(page(2, "shop.example"), NOON - 30)
    writer.put(outcome(3, site="shop.example", treated=[treated(value="another value")]), NOON - 30)
    writer.put(outcome(4, site="shop.example", treated=[treated(fate=Fate.SHARED)]), NOON + 30)
    await writer.close()


async def test_what_is_forgotten_of_a_site_is_in_no_table_and_no_sum(path: Path) -> None:
    await fill(path)
    await forget_site(path, "news.example")
    for table in ("exchanges", "days", "totals", "signal_days", "identifiers", "type_days", "pages"):
        assert {site for (site,) in rows(path, f"SELECT site FROM {table}")} == {"shop.example"}
    assert count(path, "rules") == 0
    assert b"news.example" not in path.read_bytes()


async def test_totals_made_anew_are_those_that_were_kept_up(path: Path) -> None:
    await fill(path)
    before = rows(path, COUNTED)
    await forget_site(path, "nobody.example")
    assert rows(path, COUNTED) == before


async def test_forgetting_everything_leaves_an_empty_ledger_that_can_be_used(path: Path) -> None:
    await fill(path)
    await forget_all(path)
    tables = ("exchanges", "days", "totals", "identifiers", "signal_days", "rules", "policy_rows", "runs")
    assert [count(path, table) for table in tables] == [0] * len(tables)
    assert b"example" not in path.read_bytes().replace(b"-- ", b"")
    await fill(path)
    assert count(path) == 4
    assert count(path, "kinds") == len(Kind)


async def test_before_a_moment_cuts_a_day_where_it_lies(path: Path) -> None:
    await fill(path)
    await forget_before(path, NOON)
    assert rows(path, "SELECT site, at FROM exchanges") == [("shop.example", NOON + 30)]
    for table in ("days", "totals", "type_days"):
        assert rows(path, f"SELECT site, exchanges FROM {table}") == [("shop.example", 1)]
    assert rows(path, "SELECT site, outcome, count FROM signal_days") == [("shop.example", "shared", 1)]
    assert rows(path, "SELECT DISTINCT first_at >= ? FROM identifiers", NOON) == [(1,)]


async def test_a_running_writer_tells_rules_and_rulesets_anew_after_forgetting(path: Path) -> None:
    writer = await Writer.open(path, KEY)
    writer.put_ruleset("balanced", "abc", (), NOON)
    writer.put(outcome(1, rule=RULE), NOON)
    await writer.flush()
    await forget_all(path)
    writer.put(outcome(2, rule=RULE), NOON)
    await writer.flush()
    await writer.close()
    assert rows(path, "SELECT r.text, p.policy FROM exchanges AS e JOIN rules AS r ON r.id = e.rule "
        "JOIN rulesets AS p ON p.id = e.ruleset") == [(RULE.text, "balanced")]  # fmt: skip
    assert count(path, "policy_rows") == 1


async def test_detail_goes_before_totals(path: Path) -> None:
    await fill(path)
    connection = await open_to_write(path)
    await expire(connection, NOON + 31 * DAY)
    await connection.close()
    assert [count(path, table) for table in ("exchanges", "signal_days", "identifiers", "pages")] == [0, 0, 0, 0]
    assert count(path, "days") == 3
    assert sum(row[2] for row in rows(path, COUNTED)) == 4


async def test_totals_that_expire_leave_the_sums_too(path: Path) -> None:
    await fill(path)
    connection = await open_to_write(path)
    await expire(connection, NOON, detail_days=1, total_days=2)
    await connection.close()
    cookie, language = BITS["third-party-id-cookie"], BITS["language"]
    assert rows(path, COUNTED) == [
        ("news.example", "px.tracker.example", 1, 1, 1, cookie | language, language),
        ("shop.example", "px.tracker.example", 2, 1, 1, cookie, cookie),
    ]


async def test_a_ledger_that_may_not_grow_loses_its_oldest_days(path: Path) -> None:
    writer = await Writer.open(path, KEY)
    for number in range(2_000):
        writer.put(outcome(number), NOON - (number % 4) * DAY)
    await writer.close()
    connection = await open_to_write(path)
    await expire(connection, NOON, most_bytes=900_000)
    await connection.close()
    left = rows(path, "SELECT DISTINCT cast(at / 86400 AS int) FROM exchanges ORDER BY 1")
    today = int(NOON // DAY)
    assert 1 <= len(left) < 4
    assert left[-1] == (today,)
    assert sum(row[2] for row in rows(path, COUNTED)) == 2_000


@pytest.mark.parametrize(
    ("detail", "exchanges", "paths", "signals", "totals"),
    [("full", 4, 4, 3, 2), ("signals", 4, 0, 3, 2), ("sites", 0, 0, 0, 2), ("off", 0, 0, 0, 0)],
)
async def test_each_level_keeps_what_it_says(
    path: Path, detail: str, exchanges: int, paths: int, signals: int, totals: int
) -> None:
    await fill(path, Keeping(Detail(detail)))
    assert count(path) == exchanges
    assert rows(path, "SELECT count(*) FROM exchanges WHERE path <> ''") == [(paths,)]
    assert rows(path, "SELECT count(DISTINCT kind || outcome) FROM signal_days") == [(signals,)]
    assert count(path, "totals") == totals
    assert bool(count(path, "identifiers")) == (detail in {"full", "signals"})


async def test_a_copy_holds_one_site_and_is_a_ledger(path: Path, tmp_path: Path) -> None:
    await fill(path)
    target = tmp_path / "copy.db"
    await copy(path, target, None, "shop.example")
    async with await Reader.open(target) as reader:
        assert [site.site for site in await reader.sites()] == ["shop.example"]
    assert b"news.example" not in target.read_bytes()
    assert target.stat().st_mode & 0o777 == 0o600
    assert count(path) == 4


async def test_a_file_that_never_was_a_ledger_is_left_alone(tmp_path: Path) -> None:
    letter = tmp_path / "letter.txt"
    letter.write_text("Dear Sir or Madam")
    for opening in (open_to_read, open_to_write):
        with pytest.raises(NotALedgerError):
            await opening(letter)
    with pytest.raises(NotALedgerError):
        await Writer.open(letter, KEY)
    assert letter.read_text() == "Dear Sir or Madam"
    assert list(tmp_path.iterdir()) == [letter]


def test_sizes_and_levels_are_read_or_refused() -> None:
    assert (read_size("500M"), read_size("2 GiB"), read_size("0"), read_size("1kb")) == (500 << 20, 2 << 30, 0, 1024)
    with pytest.raises(BadSizeError):
        read_size("much")
    with pytest.raises(BadDetailError):
        Keeping().with_detail("some")
    assert Keeping().with_detail("sites").detail is Detail.SITES


@pytest.mark.parametrize("text", ["{", '{"detail": "some"}', '{"days": -1}', '{"day": 3}', '{"days": 500}', "\xff"])
def test_a_broken_choice_is_refused_by_name(tmp_path: Path, text: str) -> None:
    (tmp_path / "ledger.json").write_text(text, encoding="latin-1")
    with pytest.raises(BadKeepingError, match=r"ledger\.json"):
        read_keeping(tmp_path)
    (tmp_path / "ledger.json").write_text(json.dumps({"days": 7}))
    assert read_keeping(tmp_path) == Keeping(days=7)


async def test_findings_tell_what_was_written(path: Path) -> None:
    await fill(path)
    async with await Reader.open(path) as reader:
        met = await findings.identifiers(reader)
        assert {(one.site, one.entity, one.shared, one.withheld) for one in met} == {
            ("news.example", "Tracker Inc", 1, 1),
            ("shop.example", "Tracker Inc", 1, 0),
            ("shop.example", "Tracker Inc", 0, 1),
        }
        everywhere = {(one.site, one.kind, one.outcome) for one in await findings.kinds(reader)}
        assert everywhere == {
            ("news.example", "third-party-id-cookie", "shared"),
            ("news.example", "language", "shared"),
            ("shop.example", "third-party-id-cookie", "shared"),
        }
        here = {(one.kind, one.outcome, one.count) for one in await findings.kinds(reader, site="news.example")}
        assert ("third-party-id-cookie", "blocked", 1) in here
        assert await findings.visited(reader) == ["news.example", "shop.example"]
        forward = [row.id async for some in findings.forward(reader) for row in some]
        backward = [[row.id for row in some] async for some in findings.through(reader, most=3)]
        assert (forward, backward) == ([1, 2, 3, 4], [[2, 3, 4]])
        one = await reader.exchange(2)
        assert one is not None
        assert (one.id, one.tracker, one.policy_party) == (2, "tracker.example", "third")
        assert await reader.exchange(5) is None


async def test_a_span_by_days_and_exchanges_is_what_the_exchanges_say(path: Path) -> None:
    await fill(path)
    async with await Reader.open(path) as reader:
        for since in (NOON - 3 * DAY - 1, NOON - DAY, NOON - 45, NOON, NOON + 60):
            expected = rows(path, "SELECT site, count(*), sum(shared) FROM exchanges WHERE at >= ? GROUP BY 1", since)
            found = [(one.site, one.exchanges, one.shared) for one in await reader.sites(since)]
            assert sorted(found) == expected
            names = await reader.names("news.example", since)
            (told,) = rows(path, "SELECT count(*) FROM signals WHERE site = 'news.example' AND at >= ?", since)
            assert sum(one.count for one in names) == told[0]


async def test_reloads_are_pages_loaded_again_within_seconds(path: Path) -> None:
    writer = await Writer.open(path, KEY)
    first = outcome(1).request.page
    assert first is not None
    for number, at in enumerate((0, 5, 60)):
        writer.put_page(replace(first, id=number + 1), time.time() + at)
    await writer.close()
    async with await Reader.open(path) as reader:
        assert await findings.reloads(reader) == 1
        assert await findings.last_page(reader, "news.example") == (1, 3)
