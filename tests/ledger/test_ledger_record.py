from dataclasses import replace

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from ledger_samples import KEY, NOON, RULE, SECRET, outcome, treated

from louver.core.decision import Action, Decision, Fate
from louver.core.digests import keyed
from louver.core.facts import Parties, Party
from louver.core.signals.signal import Grade, Kind
from louver.ledger.days import Days
from louver.ledger.record import (
    LARGEST,
    Coverage,
    Exchange,
    error_detail,
    overall_party,
    page_row,
    record,
    row_id,
    rule_id,
    rule_row,
)

DIGEST = keyed(KEY)


def test_an_exchange_says_who_got_what_and_why() -> None:
    made = record(
        outcome(
            rule=RULE, treated=[treated(), treated(Kind.LANGUAGE, Fate.SHARED, "de"), treated(fate=Fate.REWRITTEN)]
        ),
        NOON,
        DIGEST,
        duration=0.25,
        sent=10,
        received=20,
        client="127.0.0.1",
        coverage=Coverage.STREAMED,
    )
    assert made == Exchange(
        page=1,
        attribution="referer",
        confidence=0.95,
        at=NOON,
        duration=0.25,
        client="127.0.0.1",
        site="news.example",
        method="GET",
        scheme="https",
        host="px.tracker.example",
        path="/collect/1/*.gif",
        type="image",
        recipient_site="tracker.example",
        owner="Tracker Inc",
        category="advertising",
        tracker="tracker.example",
        party_site="third",
        party_owner="third",
        party_cname="third",
        party="third",
        policy_party="third",
        mixed=0,
        listed=0,
        protected=0,
        action="pass",
        location=None,
        reason="nothing asks for a block",
        policy="balanced",
        rule=rule_id(RULE),
        exception=None,
        status=200,
        changed=0,
        sent_bytes=10,
        received_bytes=20,
        coverage="streamed",
        shared=1,
        identifying=0,
        blocked=1,
        rewritten=1,
        consent="",
        opted_out="",
        signals=made.signals,
    )
    first = msgspec.json.decode(made.signals)[0]
    row = row_id("{kind: third-party-id-cookie, treatment: strip}")
    assert first[:7] == ["third-party-id-cookie", "cookie", "_xid", "likely", "strip", "blocked", row]
    assert first[7:] == [DIGEST(SECRET), "advertising", None, None, "", "", ""]


@pytest.mark.parametrize(
    ("kind", "grade", "fate", "count"),
    [
        (Kind.THIRD_PARTY_ID_COOKIE, Grade.LIKELY, Fate.SHARED, 1),
        (Kind.THIRD_PARTY_ID_COOKIE, Grade.POSSIBLE, Fate.SHARED, 0),
        (Kind.THIRD_PARTY_ID_COOKIE, Grade.CONFIRMED, Fate.REWRITTEN, 0),
        (Kind.THIRD_PARTY_ID_COOKIE, Grade.CONFIRMED, Fate.BLOCKED, 0),
        (Kind.LANGUAGE, Grade.CONFIRMED, Fate.SHARED, 0),
    ],
)
def test_a_shared_signal_that_singles_out_is_counted(kind: Kind, grade: Grade, fate: Fate, count: int) -> None:
    assert record(outcome(treated=[treated(kind, fate, grade=grade)]), NOON, DIGEST).identifying == count


def test_no_value_is_in_a_record() -> None:
    redirect = Decision(Action.REDIRECT, f"https://shop.example/{SECRET}?to={SECRET}", "debounced", "balanced")
    text = repr(record(outcome(decision=redirect), NOON, DIGEST)) + repr(page_row(outcome().request.page, NOON))  # type: ignore[arg-type]  # the sample has a page
    assert SECRET not in text
    assert "https://shop.example/*" in text


def test_a_change_on_the_way_is_noted() -> None:
    plain = outcome()
    altered = replace(plain, sent=replace(plain.request, headers=(("Sec-GPC", "1"),)))
    assert [record(one, NOON, DIGEST).changed for one in (plain, altered)] == [0, 1]


def test_without_page_tracker_or_answer_the_columns_are_empty() -> None:
    bare = outcome()
    bare = replace(bare, request=replace(bare.request, page=None), tracker=None, owner=None, response=None, treated=())
    made = record(bare, NOON, DIGEST)
    assert (made.page, made.confidence, made.owner, made.category, made.status) == (None, None, None, None, None)
    assert (made.signals, made.shared, made.blocked, made.rewritten) == ("[]", 0, 0, 0)


@given(st.text(st.characters(codec=None)), st.floats(), st.integers())
def test_whatever_comes_can_be_stored(text: str, number: float, size: int) -> None:
    sample = outcome()
    hostile = replace(
        sample,
        request=replace(sample.request, url=f"https://x.example/{text}", method=text or "GET"),
        site=text,
        recipient=text,
        recipient_site=text,
        treated=[treated(value=text)],
    )
    for value in record(hostile, number, DIGEST, duration=number, sent=size, received=size):
        if isinstance(value, str):
            value.encode("utf-8")
        elif isinstance(value, int):
            assert abs(value) <= LARGEST
        else:
            assert value is None or abs(value) < float("inf")


@pytest.mark.parametrize(
    ("by_site", "by_owner", "by_cname", "side"),
    [
        (Party.FIRST, Party.FIRST, Party.FIRST, Party.FIRST),
        (Party.THIRD, Party.FIRST, Party.THIRD, Party.FIRST),
        (Party.THIRD, Party.THIRD, Party.UNKNOWN, Party.THIRD),
        (Party.THIRD, Party.UNKNOWN, Party.UNKNOWN, Party.THIRD),
        (Party.FIRST, Party.FIRST, Party.THIRD, Party.THIRD),
        (Party.UNKNOWN, Party.UNKNOWN, Party.UNKNOWN, Party.UNKNOWN),
    ],
)
def test_the_three_answers_about_party_become_one(
    by_site: Party, by_owner: Party, by_cname: Party, side: Party
) -> None:
    assert overall_party(Parties(by_site, by_owner, by_cname)) is side


def test_an_error_is_told_without_its_message() -> None:
    try:
        int(SECRET)
    except ValueError as error:
        told = error_detail(error)
    assert SECRET not in told
    assert told.startswith("ValueError at test_ledger_record.py:")


def test_the_same_rule_has_the_same_number() -> None:
    assert rule_id(RULE) == rule_row(RULE).id == rule_id(replace(RULE))
    assert rule_id(RULE) != rule_id(replace(RULE, version="2026-01-02"))


def test_days_add_up() -> None:
    days = Days()
    blocked = Decision(Action.BLOCK, None, "only tracks", "strict")
    days.add(record(outcome(), NOON, DIGEST, received=5), ())
    days.add(record(outcome(decision=blocked), NOON - 60, DIGEST, coverage=Coverage.WEBSOCKET), ())
    days.add(record(outcome(), NOON + 86_400, DIGEST, coverage=Coverage.FAILED), ())
    first, second = days.rows()
    day = int(NOON // 86_400)
    told = ("news.example", "px.tracker.example", "Tracker Inc", "advertising", "third")
    assert first[:-7] == (day, *told, "strict", NOON - 60, NOON, 2, 1, 0, 0, 0, 2, 0, 1, 0, 1, 0, 0, 5)
    assert second[:1] + second[-13:-7] == (day + 1, 0, 0, 0, 1, 0, 0)
