from __future__ import annotations

import base64
import json
from urllib.parse import quote

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from louver.core.signals.pieces import MAX_LENGTH, MAX_PIECES, base64_text, percent_decoded, pieces


@pytest.mark.parametrize(
    ("value", "expect"),
    [
        ("", ()),
        ("plain", ("plain",)),
        ("GA1.2.111.222", ("GA1", "2", "111", "222")),
        ("a=1&b=two;c", ("a", "1", "b", "two", "c")),
        ("x|y~z!q*w/e,r", ("x", "y", "z", "q", "w", "e", "r")),
        ("a%253Db%2526c", ("a", "b", "c")),
        ('{"id":"abc","n":[1,{"m":"d.e"}],"on":true,"share":0.5}', ("abc", "1", "d", "e")),
        ('"quoted"', ("quoted",)),
        ("same=same", ("same",)),
        ("ratio=0.123456789", ("ratio",)),
    ],
)
def test_values_are_taken_apart(value: str, expect: tuple[str, ...]) -> None:
    assert pieces(value) == expect


def test_layers_are_opened_in_any_order() -> None:
    inner = base64.b64encode(json.dumps({"uid": "k3x9q7m2"}).encode()).decode()
    assert pieces(quote(quote(f"v=1&data={inner}", safe=""), safe="")) == ("v", "1", "data", "k3x9q7m2")


def test_url_safe_base64_without_padding_is_read_and_random_bytes_are_left_alone() -> None:
    assert base64_text(base64.urlsafe_b64encode(b"a text of ours?>").decode().rstrip("=")) == "a text of ours?>"
    assert base64_text(base64.b64encode(bytes(range(120, 150))).decode()) is None


def test_percent_decoding_goes_to_the_fixed_point_and_leaves_the_broken_alone() -> None:
    assert percent_decoded("%2525") == "%"
    assert percent_decoded("100%") == "100%"


def test_input_and_output_are_bounded() -> None:
    assert len(pieces(",".join(f"v{number}" for number in range(2000)))) <= MAX_PIECES
    assert pieces("x" * (MAX_LENGTH + 50)) == ("x" * MAX_LENGTH,)


@given(st.text(max_size=400))
@settings(max_examples=150, deadline=None)
def test_nothing_raises_and_no_piece_is_empty(value: str) -> None:
    assert all(pieces(value))


@given(st.lists(st.text("abcdefghijklmnop", min_size=1, max_size=6), min_size=1, max_size=8, unique=True))
def test_what_was_joined_comes_apart_again(parts: list[str]) -> None:
    assert pieces("|".join(parts)) == tuple(parts)
