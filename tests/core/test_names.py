"""Names are found by what they are, by their beginning, and by patterns, the most exact first."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from louver.core.names import LONGEST, Names

NAMES = Names(
    [
        ("_ga", "exact"),
        ("_ga_*", "prefix"),
        ("_*", "short"),
        ("mp_*_mixpanel", "middle"),
        ("*_gr_id", "end"),
        ("_ga", "b"),
    ]
)


def found(name: str) -> list[list[str]]:
    return NAMES.find(name)


def test_the_most_exact_comes_first_and_equals_keep_their_order() -> None:
    assert found("_ga") == [["exact", "b"], ["short"]]
    assert found("_ga_ABC") == [["prefix"], ["short"]]
    assert found("_ga_") == [["prefix"], ["short"]]


def test_patterns_may_stand_anywhere() -> None:
    assert found("mp_0a1b_mixpanel") == [["middle"]]
    assert found("abc_gr_id") == [["end"]]
    assert found("mp_mixpanel") == []


def test_signs_of_regular_expressions_mean_themselves() -> None:
    names = Names([("a.b*c", "row")])
    assert names.find("a.b-c") == [["row"]]
    assert names.find("axb-c") == []


def test_nothing_known_is_that_long() -> None:
    assert found("_ga_" + "x" * LONGEST) == []


@given(st.text(max_size=30))
def test_any_name_may_be_asked(name: str) -> None:
    assert all(found(name))
    assert Names[str]([]).find(name) == []
