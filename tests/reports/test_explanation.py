"""One outcome in words, and many in a table."""

from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from louver.core.decision import Action, Decision, Fate, Outcome, RuleRef, Tracker, Treated, Treatment
from louver.core.facts import Page, Parties, Party, Request, ResourceType
from louver.core.signals.signal import Grade, Kind, Place, Purpose, Signal, Where
from louver.reports.explanation import LONGEST_VALUE, explanation, printable
from louver.reports.tally import Tally

EVIL = "\x1b]0;owned\x07\x9b31m\u202e\r\n\x00\udcff"


def outcome(
    action: Action = Action.PASS,
    *,
    party: Party = Party.THIRD,
    text: str = "",
    location: str | None = None,
    sent: bool = False,
) -> Outcome:
    """Return an outcome that has everything; `text` stands wherever a page or a list can write."""
    url = f"https://t.example/{text}"
    page = Page(1, f"https://shop.example/{text}", f"shop.example{text}", "test", 1.0)
    request = Request(url, "GET", ((f"X{text}", f"v{text}"),), ResourceType.IMAGE, page)
    kinds = ((Kind.THIRD_PARTY_ID_COOKIE, Purpose.ADVERTISING, Fate.BLOCKED), (Kind.REFERRER, None, Fate.SHARED))
    signals = [
        (Signal(kind, Where.COOKIE, f"n{text}", Grade.LIKELY, Place(), "secret", purpose), fate)
        for kind, purpose, fate in kinds
    ]
    treated = [Treated(signal, Treatment.STRIP, fate, f"row{text}") for signal, fate in signals]
    return Outcome(
        request=request,
        site=page.site,
        recipient=f"t.example{text}",
        recipient_site="t.example",
        parties=Parties(party, party, Party.THIRD),
        tracker=Tracker(f"t.example{text}", f"Owner{text}", "advertising", mixed=True),
        owner=f"Owner{text}",
        rule=RuleRef(f"||t.example^{text}", f"list{text}", 7, f"v1{text}"),
        exception=RuleRef("@@||t.example^", "list", 8),
        decision=Decision(action, location, f"because{text}", f"balanced{text}"),
        treated=treated,
        sent=Request(url, "GET", (("Sec-GPC", f"1{text}"),), ResourceType.IMAGE, page) if sent else request,
    )


def test_all_of_it_is_said() -> None:
    told = explanation(outcome(Action.REDIRECT, location="https://shop.example/clean", sent=True))
    for words in (
        "REDIRECT", "to        https://shop.example/clean", "because   because", "balanced (for shop.example)",
        "GET https://t.example/ (image)", "page        https://shop.example/", "by site third",
        "t.example · Owner · advertising, also does what pages need", "||t.example^", "list, line 7, version v1",
        "exception   @@||t.example^", "blocked   third-party-id-cookie in cookie n (likely, advertising): strip",
        "leaves as", "Sec-GPC: 1",
    ):  # fmt: skip
        assert words in told
    assert "secret" not in told


@pytest.mark.parametrize("action", list(Action))
def test_every_verdict_has_words_and_what_does_not_leave_is_not_shown_leaving(action: Action) -> None:
    told = explanation(outcome(action, sent=True))
    assert told.startswith(action.upper())
    assert ("leaves as" in told) is (action in (Action.PASS, Action.REDIRECT))


def test_a_tracker_behind_the_sites_own_name_is_called_that() -> None:
    assert "behind the site's own name" in explanation(outcome(party=Party.FIRST))
    assert "behind the site's own name" not in explanation(outcome())


@pytest.mark.parametrize("action", list(Action))
def test_nothing_that_a_page_or_a_list_writes_steers_a_terminal(action: Action) -> None:
    plain = explanation(outcome(action, location="https://x.example/", sent=True))
    evil = explanation(outcome(action, text=EVIL, location=f"https://x.example/{EVIL}", sent=True))
    assert all(line.isprintable() for line in evil.split("\n"))
    assert evil.count("\n") == plain.count("\n")
    evil.encode()


@given(st.text() | st.text("\x1b\x07\x9b\u202e\u2028\n\r\t\udc80\U000e0001a"))
def test_printable_text_is_printable_and_stays_so(text: str) -> None:
    once = printable(text)
    assert once.isprintable()
    assert printable(once) == once
    if text.isprintable():
        assert once == text


def test_long_values_are_shortened_and_say_so() -> None:
    told = explanation(outcome(text="a" * 10_000, sent=True))
    assert f"… ({10_000 + len('https://t.example/')} characters)" in told
    assert LONGEST_VALUE < 200


def test_a_tally_counts_by_party_and_by_kind() -> None:
    tally = Tally()
    for action in (Action.PASS, Action.BLOCK, Action.BLOCK):
        tally.add(outcome(action))
    tally.add(outcome(Action.REDIRECT, party=Party.FIRST))
    tally.add(outcome(Action.SURROGATE, party=Party.UNKNOWN))
    tally.skip(Counter({"no host": 2}))
    tally.skip(Counter({"no host": 1}))
    lines = tally.table().splitlines()
    assert "| first-party | 0 | 0 | 1 | 1 |" in lines
    assert "| third-party | 1 | 2 | 0 | 0 |" in lines
    assert "| third-party-id-cookie | 0 | 5 | 0 |" in lines
    assert "| referrer | 5 | 0 | 0 |" in lines
    assert "3 entries left out: no host" in lines


def test_a_tally_of_nothing_is_a_table_of_zeros() -> None:
    lines = Tally().table().splitlines()
    assert lines[2] == "| first-party | 0 | 0 | 0 | 0 |"
    assert lines[-1] == "| --- | ---: | ---: | ---: |"
