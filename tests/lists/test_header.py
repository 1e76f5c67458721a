"""What a list says of itself."""

from __future__ import annotations

import base64
import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from louver.lists.header import LONGEST_EXPIRY, checksum_is_right, read_header

HOUR, DAY = 3600.0, 86_400.0


@pytest.mark.parametrize(
    ("said", "seconds"),
    [
        ("4 days (update frequency)", 4 * DAY),
        ("12 hours", 12 * HOUR),
        ("1 day", DAY),
        ("5d", 5 * DAY),
        ("8h", 8 * HOUR),
        ("3", 3 * DAY),
        ("0", 0.0),
        ("soon", 0.0),
        ("9999 days", LONGEST_EXPIRY),
    ],
)
def test_how_long_a_list_asks_to_be_kept(said: str, seconds: float) -> None:
    assert read_header(f"[Adblock Plus 2.0]\n! Expires: {said}\n").expires == seconds


def test_the_fields_of_a_header() -> None:
    header = read_header("! Title:  My List \r\n! Version: 2026.1\n! Diff-Path: ../patches/x.patch#a\n! Title: Other\n")
    assert (header.title, header.version, header.diff_path) == ("My List", "2026.1", "../patches/x.patch#a")


def test_a_date_stands_in_for_a_version_and_a_placeholder_does_not() -> None:
    assert read_header("! Last modified: 13 Aug 2026").version == "13 Aug 2026"
    assert read_header("! Last modified: %timestamp%").version == ""
    assert read_header("# Title: Hosts\n0.0.0.0 a.test\n").title == "Hosts"


def test_a_checksum_covers_all_but_its_own_line_and_blank_lines() -> None:
    body = "[Adblock Plus 2.0]\n||a.test^\n||b.test^\n"
    digest = base64.b64encode(hashlib.md5(body.encode()).digest()).decode().rstrip("=")
    text = body.replace("\n", f"\n! Checksum: {digest}\n", 1)
    assert checksum_is_right(text)
    assert checksum_is_right(text.replace("\n", "\r\n"))
    assert checksum_is_right(text.replace("||b", "\n\n||b"))
    assert checksum_is_right(text.replace("||b", "||c")) is False
    assert checksum_is_right(body) is None


def test_a_hostile_header_costs_no_time() -> None:
    read_header("!" + " " * 1_000_000 + "\n! Title:" + " " * 1_000_000)
    assert checksum_is_right("\n" * 1_000_000 + "! checksum") is None
    assert checksum_is_right("!" * 1_000_000) is None


@given(st.text())
def test_nothing_raises(text: str) -> None:
    read_header(text)
    checksum_is_right(text)
    checksum_is_right(f"! checksum: {text}\n{text}")
