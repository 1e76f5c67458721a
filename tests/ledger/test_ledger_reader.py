import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest
from ledger_samples import KEY, NOON, RULE, SECRET, count, outcome, treated

from louver.core.decision import Action, Decision, Fate
from louver.core.facts import Parties, Party
from louver.core.signals.signal import Kind
from louver.ledger.forgetting import forget_site
from louver.ledger.reader import Reader
from louver.ledger.record import Coverage
from louver.ledger.retention import expire
from louver.ledger.writer import Writer

DAY = 86_400
BLOCKED = Decision(Action.BLOCK, None, "only tracks", "strict")


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "ledger.db"


@pytest.fixture
async def writer(path: Path) -> AsyncIterator[Writer]:
    made = await Writer.open(path, KEY)
    made.put(outcome(1, treated=[treated(fate=Fate.SHARED), treated(Kind.REFERRER, Fate.REWRITTEN)]), NOON - 3 * DAY)
    made.put(outcome(2, host="ads.example", treated=[treated()], decision=BLOCKED, rule=RULE, response=None), NOON - 60)
    own = replace(outcome(3, host="www.news.example", treated=[]), owner=None, tracker=None)
    made.put(replace(own, parties=Parties(Party.FIRST, Party.FIRST, Party.FIRST)), NOON, coverage=Coverage.WEBSOCKET)
    made.put(outcome(4, site="shop.example", treated=[treated(fate=Fate.SHARED)]), NOON - 30)
    made.put_passthrough("login.news.example", 700, "pinned certificate", NOON)
    made.put_passthrough("elsewhere.example", 300, "pinned certificate", NOON)
    made.put_fault("broken", NOON, site="news.example")
    await made.flush()
    yield made
    await made.close()


@pytest.fixture
async def reader(path: Path, writer: Writer) -> AsyncIterator[Reader]:
    async with await Reader.open(path) as made:
        yield made


async def test_sites_are_told_with_what_they_shared_and_withheld(reader: Reader) -> None:
    news, shop = await reader.sites()
    assert (news.site, news.exchanges, news.refused, news.pages, news.policy) == ("news.example", 3, 1, 1, "balanced")
    assert (news.shared, news.blocked, news.rewritten) == (1, 1, 1)
    assert (news.recipients, news.third_parties, news.third_parties_told) == (3, 1, 1)
    assert (news.first_at, news.last_at) == (NOON - 3 * DAY, NOON)
    assert (shop.site, shop.shared) == ("shop.example", 1)


async def test_a_span_counts_only_what_lies_in_it(reader: Reader) -> None:
    (news,) = await reader.sites(since=NOON - 20)
    assert (news.exchanges, news.shared, news.first_at) == (1, 0, NOON)
    detail = await reader.site("news.example", since=NOON - 100)
    assert detail is not None
    assert [one.host for one in detail.recipients] == ["ads.example", "www.news.example"]


async def test_coverage_counts_what_was_not_inspected(reader: Reader) -> None:
    news, shop = await reader.sites()
    assert news.coverage.share == pytest.approx(2 / 4)
    assert (news.coverage.inspected, news.coverage.websocket) == (2, 1)
    assert (news.coverage.passthroughs, news.coverage.passthrough_bytes) == (1, 700)
    assert shop.coverage.share == 1
    everything = await reader.coverage()
    assert (everything.share, everything.passthroughs, everything.passthrough_bytes) == (3 / 6, 2, 1_000)
    assert await reader.faults() == 1


async def test_one_site_names_each_recipient_and_signal(reader: Reader) -> None:
    detail = await reader.site("news.example")
    assert detail is not None
    assert detail.faults == 1
    first, second, third = detail.recipients
    assert (first.host, first.owner, first.category, first.party) == (
        "px.tracker.example", "Tracker Inc", "advertising", "third",
    )  # fmt: skip
    assert [(one.kind, one.outcome, one.count, one.names) for one in first.signals] == [
        ("referrer", "rewritten", 1, ["_xid"]),
        ("third-party-id-cookie", "shared", 1, ["_xid"]),
    ]
    assert (first.signals[0].first_at, first.signals[0].last_at) == (NOON - 3 * DAY, NOON - 3 * DAY)
    assert (second.host, second.refused, second.signals[0].outcome) == ("ads.example", 1, "blocked")
    assert (third.party, third.signals) == ("first", [])


async def test_a_site_never_seen_is_none(reader: Reader) -> None:
    assert await reader.site("nowhere.example") is None
    assert sorted(await reader.known_sites()) == ["news.example", "shop.example"]
    assert await reader.sites_of("px.tracker.example") == ["news.example", "shop.example"]


async def test_the_log_tells_why(reader: Reader) -> None:
    shown = await reader.log(10)
    assert [one.id for one in shown] == [1, 2, 3, 4]
    blocked = shown[1]
    assert (blocked.action, blocked.status, blocked.reason, blocked.policy) == ("block", None, "only tracks", "strict")
    assert blocked.rule is not None
    assert (blocked.rule.text, blocked.rule.list, blocked.rule.line) == ("||tracker.example^", "louver", 7)
    assert blocked.url == "https://ads.example/collect/2/*.gif"
    (signal,) = blocked.signals
    assert (signal.kind, signal.where, signal.outcome, signal.treatment) == (
        "third-party-id-cookie", "cookie", "blocked", "strip",
    )  # fmt: skip
    assert signal.policy_row == "{kind: third-party-id-cookie, treatment: strip}"
    assert SECRET not in repr(shown)


async def test_the_log_can_be_narrowed(reader: Reader) -> None:
    assert [one.id for one in await reader.log(2)] == [3, 4]
    assert [one.id for one in await reader.log(9, site="news.example")] == [1, 2, 3]
    assert [one.id for one in await reader.log(9, host="ads.example")] == [2]
    assert [one.id for one in await reader.log(9, action="block")] == [2]
    assert [one.id for one in await reader.log(9, since=NOON - 40)] == [3, 4]
    assert [one.id for one in await reader.log(9, after=3)] == [4]


async def test_following_yields_what_is_written_later(reader: Reader, writer: Writer) -> None:
    async with asyncio.timeout(20):
        following = reader.follow(4, poll=0.01)
        writer.put(outcome(5), NOON + 1)
        await writer.flush()
        first = await anext(following)
        writer.put(outcome(6, site="shop.example"), NOON + 2)
        await writer.flush()
        second = await anext(following)
    assert [first.id, second.id, second.site] == [5, 6, "shop.example"]


async def test_following_goes_on_when_the_ledger_is_replaced(path: Path, reader: Reader, writer: Writer) -> None:
    async with asyncio.timeout(20):
        following = reader.follow(3, poll=0.01)
        assert (await anext(following)).id == 4
        for file in list(path.parent.iterdir()):
            file.unlink()
        writer.put(outcome(9, site="new.example"), NOON + 1)
        await writer.flush()
        assert (await anext(following)).site == "new.example"


async def test_forgetting_a_site_leaves_no_trace_in_any_file(path: Path, writer: Writer) -> None:
    await writer.close()
    assert b"news.example" in path.read_bytes()
    assert await forget_site(path, "news.example") > 4
    for file in path.parent.iterdir():
        assert b"news.example" not in file.read_bytes()
    assert count(path) == 1


async def test_forgetting_works_beside_a_running_proxy(path: Path, writer: Writer) -> None:
    await forget_site(path, "news.example")
    writer.put(outcome(7, site="other.example"), NOON)
    assert await writer.flush()
    async with await Reader.open(path) as reader:
        assert sorted(await reader.known_sites()) == ["other.example", "shop.example"]


async def test_detail_expires_before_totals(path: Path, writer: Writer) -> None:
    connection = writer._store._connection
    assert connection is not None
    await expire(connection, NOON, detail_days=1, total_days=30)
    assert (count(path), count(path, "days"), count(path, "pages")) == (3, 4, 0)
    await expire(connection, NOON + 31 * DAY, detail_days=1, total_days=30)
    assert (count(path), count(path, "days"), count(path, "passthroughs"), count(path, "faults")) == (0, 0, 0, 0)
