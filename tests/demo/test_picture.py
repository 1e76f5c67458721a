from __future__ import annotations

import json

import pytest
from rich.console import Console

from louver.demo.account import Tour, account_of
from louver.demo.learnt import Learnt
from louver.demo.picture import draw
from louver.demo.report import as_json

AD = {"site": "daily-news.test", "host": "adbazaar.test", "owner": "Ad Bazaar", "category": "advertising"}
NEWS = {"site": "daily-news.test", "host": "daily-news.test", "owner": "The Daily News", "category": None}


def signal(kind: str, outcome: str, count: int) -> dict[str, object]:
    return {"site": "daily-news.test", "host": "adbazaar.test", "kind": kind, "outcome": outcome, "count": count}


def tours(*, broken: bool = False) -> list[Tour]:
    bare = account_of(
        [AD | {"exchanges": 4, "refused": 0}, NEWS | {"exchanges": 9, "refused": 0}],
        [signal("third-party-id-cookie", "shared", 5), signal("referrer", "shared", 2)],
    )
    guarded = account_of(
        [AD | {"exchanges": 3, "refused": 3}, NEWS | {"exchanges": 9, "refused": 0}],
        [signal("third-party-id-cookie", "blocked", 3)],
    )
    all_learnt = Learnt(40, ("Ad Bazaar", "Chirper"), ("Ad Bazaar",), 6, ("Ad Bazaar",), (), 2)
    nothing = Learnt(0, (), (), 0, (), (), 0)
    works = {"cart": not broken, "sign-in": True}
    return [
        Tour("observe", "Chromium 1", bare, all_learnt, {"cart": True, "sign-in": True}, 1.0),
        Tour("balanced", "Chromium 1", guarded, nothing, works, 1.0, "kept.db"),
    ]


def text(width: int, *, broken: bool = False) -> str:
    console = Console(width=width, record=True, file=None, quiet=False, force_terminal=False)
    with console.capture() as captured:
        console.print(draw(tours(broken=broken)))
    return captured.get()


@pytest.mark.parametrize("width", [80, 120])
def test_both_ledgers_stand_side_by_side(width: int) -> None:
    lines = text(width).splitlines()
    assert max(map(len, lines)) <= width
    row = next(line for line in lines if "Ad Bazaar" in line)
    assert "ID cookie" in row
    assert "never contacted" in row
    assert row.index("ID cookie") < row.index("never contacted")


def test_who_has_no_signal_is_left_out() -> None:
    assert "The Daily News" not in text(100)


def test_totals_and_gain_are_those_of_the_ledgers() -> None:
    shown = text(120)
    assert "7 shared" in shown
    assert "3 blocked" in shown
    assert "2: Ad Bazaar, Chirper" in shown


def test_what_broke_is_not_hidden() -> None:
    assert "✗ cart" in text(100, broken=True)
    assert "✗" not in text(100)


def test_json_says_the_same() -> None:
    told = json.loads(as_json(tours()))
    assert told["tours"]["observe"]["totals"] == {"shared": 7, "blocked": 0, "rewritten": 0}
    assert told["tours"]["balanced"]["ledger"] == "kept.db"
    (recipient,) = told["sites"][0]["recipients"]
    assert recipient["owner"] == "Ad Bazaar"
    assert recipient["observe"]["signals"]["referrer"] == {"shared": 2}
    assert recipient["balanced"]["refused"] == 3
