from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from louver.core.facts import Party
from louver.core.signals.cookie_features import features, lifetime_word, normal, value_word


@pytest.mark.parametrize(
    ("name", "expect"),
    [
        ("wtsid_264015047384897", "wtsid_0"),
        ("SESSc63b1a294f8366a7791e32a5445d8b82", "SESS0"),
        ("__Host-session", "session"),
        ("_ga", "_ga"),
        ("_dc_gtm_UA-22828585-9", "_dc_gtm_UA-0-0"),
    ],
)
def test_serials_in_a_name_are_all_the_same(name: str, expect: str) -> None:
    assert normal(name) == expect


def test_words_starts_and_ends_of_a_name_are_features() -> None:
    found = features("cartItems_v2")
    assert {"word=cart", "word=items", "word=v", "^cart" + "i", "ms_v0"[-2:] + "$"} <= set(found)


def test_only_what_is_known_gives_a_feature() -> None:
    bare = features("x")
    assert not [word for word in bare if word.startswith(("party=", "life=", "value=", "host=", "http-only"))]
    full = features("x", host="px.ads.example", party=Party.THIRD, value="1", lifetime=0.0, http_only=True)
    assert {"party=third", "life=session", "value=flag", "host=px", "host=ads", "http-only"} <= set(full)


def test_the_host_says_something_only_of_a_third_party() -> None:
    assert not [word for word in features("x", host="px.ads.example", party=Party.FIRST) if word.startswith("host")]


@pytest.mark.parametrize(
    ("value", "word"),
    [
        ("1", "flag"),
        ("7d4c1f0a-93be-4e0b-a6d2-58c0f1e2b977", "id"),
        ('{"theme":"dark"}', "json"),
        ("1789000000", "time"),
        ("2026-09-21", "time"),
        ("1789000000123:0:1", "time"),
        ("null", "flag"),
        ("dark-mode-enabled", "text"),
        ("en-US", "plain"),
        ("eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0." + "Ab1_" * 10 + "xyz", "signed"),
    ],
)
def test_values_in_a_word(value: str, word: str) -> None:
    assert value_word(value) == word


@pytest.mark.parametrize(
    ("seconds", "word"),
    [(-5, "session"), (0, "session"), (600, "hour"), (86_400, "day"), (31_536_000, "year"), (1e9, "years")],
)
def test_lifetimes_in_a_word(seconds: float, word: str) -> None:
    assert lifetime_word(seconds) == word


@given(st.text(max_size=5000), st.text(max_size=300), st.text(max_size=300))
def test_features_are_few_and_each_once(name: str, host: str, value: str) -> None:
    found = features(name, host=host, party=Party.THIRD, value=value, lifetime=1.0, http_only=True)
    assert len(found) == len(set(found)) < 300
