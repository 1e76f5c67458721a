"""What lists change becomes signals and edits, each in its place."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from louver.core.decision import Action, Fate
from louver.core.facts import Headers, Page, Request, ResourceType, Response
from louver.core.list_edits import removed_pieces
from louver.setup import Settings, load_engine

if TYPE_CHECKING:
    from louver.core.engine import Engine

RULES = """
||cdn.example^$removeparam=track
||cdn.example^$removeheader=request:x-odd
||cdn.example^$removeheader=refresh
||cdn.example^$removeheader=request:host
||cdn.example^$removeheader=request:origin
||cdn.example^$csp=script-src 'none'
"""


def engine(policy: str = "extends: balanced\ngpc: false\n") -> Engine:
    with TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "list.txt").write_text(RULES, "utf-8")
        (folder / "policy.yaml").write_text(policy, "utf-8")
        lists = (str(folder / "list.txt"),)
        return load_engine(Settings(str(folder / "policy.yaml"), lists, False, folder, folder, folder), 0.0)


def asked(url: str, headers: Headers = (), kind: ResourceType = ResourceType.IMAGE) -> Request:
    page = "https://shop.example/"
    return Request(url, "GET", headers, kind, Page(1, page, "shop.example", "test", 1.0))


@given(st.lists(st.sampled_from("abc")), st.data())
def test_what_is_removed_and_what_is_left_make_the_whole(before: list[str], data: st.DataObject) -> None:
    keep = data.draw(st.lists(st.booleans(), min_size=len(before), max_size=len(before)))
    after = [piece for piece, kept in zip(before, keep, strict=True) if kept]
    gone = removed_pieces(before, after)
    assert [piece for index, piece in enumerate(before) if index not in gone] == after


def test_what_is_no_part_of_the_whole_removes_nothing() -> None:
    assert removed_pieces(["a", "b"], ["b", "a"]) == ()
    assert removed_pieces(["a"], ["c"]) == ()


def test_a_parameter_that_a_list_takes_is_a_signal_and_goes_with_its_separator() -> None:
    outcome = engine("filters: true\n").request(asked("https://cdn.example/x?a=1&track=7&b=%2F&track=8"))
    assert outcome.sent.url == "https://cdn.example/x?a=1&b=%2F"
    assert [(each.signal.name, each.outcome, each.row) for each in outcome.treated] == [
        ("track", Fate.BLOCKED, "a list removes this parameter")
    ] * 2


@pytest.mark.parametrize(
    "policy",
    [
        "extends: balanced\nfilters: false\ngpc: false\n",
        "extends: balanced\ngpc: false\nrules: [{name: track, treatment: allow}]\n",
    ],
)
def test_policy_has_the_last_word_over_what_lists_take(policy: str) -> None:
    outcome = engine(policy).request(asked("https://cdn.example/x?a=1&track=7"))
    assert outcome.sent.url == "https://cdn.example/x?a=1&track=7"
    assert all(each.outcome is Fate.SHARED for each in outcome.treated)


def test_headers_that_carry_the_message_stay_whatever_a_list_says() -> None:
    headers = (("Host", "cdn.example"), ("X-Odd", "1"), ("Origin", "https://shop.example"), ("x-odd", "2"), ("Y", "3"))
    sent = engine().request(asked("https://cdn.example/x", headers)).sent
    assert sent.headers == (("Host", "cdn.example"), ("Origin", "https://shop.example"), ("Y", "3"))


def test_an_answer_loses_a_header_and_gains_a_policy() -> None:
    running = engine()
    outcome = running.request(asked("https://cdn.example/frame", kind=ResourceType.SUBDOCUMENT))
    assert outcome.decision.action is Action.PASS
    received = running.response(outcome, Response(200, (("Refresh", "1"), ("A", "b")))).received
    assert received is not None
    assert received.headers == (("A", "b"), ("content-security-policy", "script-src 'none'"))
