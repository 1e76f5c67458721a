from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from louver.core.decision import Treatment
from louver.core.facts import Party, ResourceType
from louver.core.policy import Subject
from louver.core.signals.signal import Grade, Kind, Place, Signal, Where
from louver.ledger.rows import Logged, LoggedSignal
from louver.policies import Shelf
from louver.suffixes import sites_from_tldextract
from louver.web.asking import ASK, WRITTEN, Answer, is_asking, questions
from louver.web.desk import Desk
from louver.web.slats import Position

if TYPE_CHECKING:
    from pathlib import Path

    from louver.core.policy import Choice

SITE, OTHER = "news.example", "shop.example"
OWNER = {"owner": "Example Inc"}


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    made = Desk(Shelf(tmp_path))
    made.use("observe")  # which holds nothing back of itself
    return made


def choice(desk: Desk, site: str = SITE, *, protected: bool = False) -> Choice:
    policy = desk.shelf.compile(desk.shelf.own(), sites_from_tldextract().site, 0.0).for_site(site)
    signal = Signal(Kind.THIRD_PARTY_ID_COOKIE, Where.COOKIE, "_x", Grade.LIKELY, Place(), "v")
    subject = Subject(
        Party.THIRD, None, "Example Inc", "px.example", ResourceType.IMAGE, False, False, False, protected
    )
    return policy.signal_choice(subject, signal)


def test_nothing_new_is_shared_before_it_was_asked_and_the_ledger_can_tell_why(desk: Desk) -> None:
    assert choice(desk).treatment is Treatment.ALLOW
    desk.ask(SITE, first=True)
    assert choice(desk).treatment is Treatment.STRIP
    assert choice(desk).row.endswith(WRITTEN)
    assert choice(desk, OTHER).treatment is Treatment.ALLOW
    assert choice(desk, protected=True).treatment is Treatment.ALLOW
    desk.ask(SITE, first=False)
    assert choice(desk).treatment is Treatment.ALLOW


def test_asked_everywhere_an_answer_counts_on_its_site_only(desk: Desk) -> None:
    desk.ask(None, first=True)
    desk.answer(SITE, OWNER, Answer.ALWAYS)
    assert choice(desk).treatment is Treatment.ALLOW
    assert choice(desk, OTHER).treatment is Treatment.STRIP
    desk.answer(SITE, OWNER, Answer.NEVER)
    assert choice(desk).treatment is Treatment.STRIP
    assert not choice(desk).row.endswith(WRITTEN)


def test_once_ends(desk: Desk) -> None:
    desk.ask(SITE, first=True)
    desk.answer(SITE, OWNER, Answer.ONCE)
    (answer, ask) = desk.shelf.site_rules(SITE)
    assert answer["until"]
    assert ask == ASK


def test_a_slat_counts_for_more_than_the_question_whichever_came_first(desk: Desk) -> None:
    desk.tilt_group(SITE, "recognise", Position.SHARE)
    desk.ask(SITE, first=True)
    assert choice(desk).treatment is Treatment.ALLOW
    desk.tilt_group(SITE, "recognise", None)
    assert is_asking(desk.shelf.site_rules(SITE))
    desk.tilt_group(SITE, "recognise", Position.SHARE)
    assert choice(desk).treatment is Treatment.ALLOW


def logged(
    *, host: str = "px.example", kind: Kind = Kind.THIRD_PARTY_ID_COOKIE, row: str = f"mine:3: {WRITTEN}"
) -> Logged:
    signal = LoggedSignal(kind, "cookie", "_x", "likely", "strip", "blocked", row, "d", None, None, None)
    about = {"id": 7, "site": SITE, "host": host, "type": "image", "policy": "mine", "policy_party": "third"}
    empty: dict[str, Any] = dict.fromkeys(Logged.__struct_fields__)
    flags = {"mixed": False, "listed": False, "excepted": False, "protected": False}
    return Logged(**empty | flags | about | {"action": "pass", "party": "third", "signals": [signal]})


def asked(desk: Desk, *rows: Logged) -> list[tuple[str, list[str]]]:
    policy = desk.shelf.compile(desk.shelf.own(), sites_from_tldextract().site, 0.0)
    return [(one.name, list(one.kinds)) for one in questions(rows, desk.shelf.site_rules, policy)]


def test_only_what_asking_alone_held_back_is_a_question(desk: Desk) -> None:
    rows = (
        logged(),
        logged(kind=Kind.SYNC_ID),
        logged(host="other.example"),
        logged(host="cdn.example", row="mine:4: {}"),
    )
    assert asked(desk, *rows) == [
        ("other.example", ["third-party-id-cookie"]),
        ("px.example", ["sync-id", "third-party-id-cookie"]),
    ]
    desk.answer(SITE, {"recipient": "px.example"}, Answer.NEVER)
    assert [name for name, _ in asked(desk, *rows)] == ["other.example"]


def test_what_the_policy_holds_back_anyway_is_no_question(desk: Desk) -> None:
    desk.use("balanced")
    assert asked(desk, logged()) == []
