from __future__ import annotations

import json
from collections import Counter
from xml.etree import ElementTree as ET

import pytest
from rich.console import Console

from louver.demo.account import Dealings, Tour
from louver.demo.learnt import Learnt
from louver.demo.picture import as_svg, draw
from louver.demo.report import as_json

HERE = "daily-news.test"
AD = (HERE, "adbazaar.test")
NEWS = (HERE, "daily-news.test")


def ad_bazaar(requests: int, refused: int, **signals: int) -> Dealings:
    kinds = {"cookie": "third-party-id-cookie", "referrer": "referrer"}
    fate = "blocked" if refused else "shared"
    counts = Counter({(kinds[name], fate): count for name, count in signals.items()})
    return Dealings("Ad Bazaar", "advertising", requests, refused, counts)


def tours(*, broken: bool = False) -> list[Tour]:
    news = Dealings("The Daily News", None, 9)
    bare = {AD: ad_bazaar(4, 0, cookie=5, referrer=2), NEWS: news}
    guarded = {AD: ad_bazaar(3, 3, cookie=3), NEWS: news}
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
    assert "● 7" in shown
    assert "○ 3" in shown
    assert "others got 7 pieces of information about you; with Louver 0." in shown
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


def test_svg_holds_the_picture_and_asks_nobody_for_fonts() -> None:
    picture = as_svg(tours())
    assert ET.fromstring(picture).tag.endswith("svg")
    assert "Ad&#160;Bazaar" in picture
    assert "@font-face" not in picture
    assert "url(http" not in picture
