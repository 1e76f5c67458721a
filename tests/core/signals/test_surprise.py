from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from louver.core.signals.letters import is_word
from louver.core.signals.surprise import bits, is_clock, residue

NOW = 1_790_000_000.0


@pytest.mark.parametrize(
    "word", ["homepage", "Versandkosten", "kullanici", "tuijian", "przeglad", "HTML", "keranjang", "checkout", "in"]
)
def test_words_of_many_languages_read_as_words(word: str) -> None:
    assert is_word(word)


@pytest.mark.parametrize("letters", ["qkzjxw", "XkTbQw", "zzqxv", "bcdfghjk", "wq", "x"])
def test_letters_in_no_order_do_not(letters: str) -> None:
    assert not is_word(letters)


@pytest.mark.parametrize(
    ("piece", "rest"),
    [
        ("summer-sale-2026-banner-728x90", ""),
        ("checkout_v2", ""),
        ("visitor-k3x9q7m2", "k3x9q7m2"),
        ("visitor83472839471", "83472839471"),
        ("s1789000000", ""),
        ("1789000000", ""),
        ("8392018475", "8392018475"),
    ],
)
def test_what_remains_without_words_clocks_and_counts(piece: str, rest: str) -> None:
    assert residue(piece, NOW) == rest


@pytest.mark.parametrize("text", ["", "0000000000", "abcabcabcabc", "1234567890", "qwertyuiop", "fedcba9876543210"])
def test_repetition_and_sequences_carry_nothing_to_speak_of(text: str) -> None:
    assert bits(text) < 20


def test_bits_follow_the_alphabet_and_the_length() -> None:
    assert bits("8392018475") == pytest.approx(33.2, abs=0.1)
    assert bits("3f9a0c71") == 32
    assert bits("k3x9q7m2") == pytest.approx(41.4, abs=0.1)
    assert bits("K3x9q7m2") == pytest.approx(47.6, abs=0.1)


@pytest.mark.parametrize(
    ("digits", "expect"),
    [
        ("1789000000", True),
        ("1789000000123", True),
        ("1789000000123456", True),
        ("1789000000123456000", True),
        ("1789000000123456789", False),
        ("1300000000", False),
        ("1300000000123", True),
        ("4000000000", False),
        ("178900000", False),
    ],
)
def test_clocks(digits: str, expect: bool) -> None:
    assert is_clock(digits, NOW) is expect


@given(st.text(max_size=120))
def test_a_residue_never_grows(piece: str) -> None:
    assert len(residue(piece, None)) <= len(piece)
    assert bits(residue(piece, None)) >= 0
