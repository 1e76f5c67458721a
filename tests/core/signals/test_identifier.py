from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any, Final

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from louver.core.signals.identifier import SAME_FOR_ALL, Finding, judge
from louver.core.signals.signal import Grade

VECTORS: Final[dict[str, Any]] = json.loads(
    (Path(__file__).parents[2] / "vectors" / "identifiers.json").read_text(encoding="utf-8")
)
ROWS: Final[list[dict[str, Any]]] = VECTORS["rows"]
NOW: Final[float] = VECTORS["now"]
YEAR: Final = 31_536_000.0
LIKELY: Final = {Grade.CONFIRMED, Grade.LIKELY}
UUID: Final = "7d4c1f0a-93be-4e0b-a6d2-58c0f1e2b977"
ORDER: Final = (None, Grade.POSSIBLE, Grade.LIKELY, Grade.CONFIRMED)


def judged(row: dict[str, Any]) -> Finding:
    return judge(
        row["value"],
        lifetime=row.get("lifetime"),
        seen_sites=row.get("seen_sites", 1),
        page_url=row.get("page", ""),
        known=row.get("known", False),
        now=NOW,
    )


def held_back() -> list[dict[str, Any]]:
    return [row for row in ROWS if hashlib.sha256(row["name"].encode()).digest()[0] % 3 == 0]


def test_the_corpus_is_large_and_its_names_are_unique() -> None:
    assert len(ROWS) >= 500
    assert len({row["name"] for row in ROWS}) == len(ROWS)
    assert len(held_back()) > len(ROWS) / 4


def test_precision_and_recall_on_the_third_that_was_held_back() -> None:
    acted_on = [row for row in held_back() if judged(row).grade in LIKELY]
    identifiers = [row for row in held_back() if row["expect"] == "identifier"]
    hits = [row for row in acted_on if row["expect"] == "identifier"]
    assert len(hits) / len(acted_on) >= 0.95
    assert len(hits) / len(identifiers) >= 0.85


def test_signed_values_are_flagged_and_no_others() -> None:
    wrong = [row["name"] for row in ROWS if (found := judged(row)).grade and found.signed != row.get("signed", False)]
    assert wrong == []


@pytest.mark.parametrize(
    "value",
    [
        "homepage-banner",
        "product-listing-page",
        "1789000000",
        "1789000000123",
        "2026-09-21T14:03:11Z",
        "en-US,en;q=0.9",
        "1920x1080x24",
        "https://www.example.org/a-page",
        "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36",
        "d41d8cd98f00b204e9800998ecf8427e",
        "00000000-0000-0000-0000-000000000000",
        "eyJ0aGVtZSI6ImRhcmsiLCJmb250Ijoic2VyaWYifQ==",
        "UA-84172209-1",
        "abcdefghijklmnop",
    ],
)
def test_what_lives_long_and_is_everywhere_but_tells_nobody_apart(value: str) -> None:
    assert judge(value, lifetime=YEAR, seen_sites=9, now=NOW).grade is None


@pytest.mark.parametrize(
    ("value", "piece"),
    [
        ("GA1.2.1789000000.1788000000", "GA1.2.1789000000.1788000000"),
        ("fb.1.1788000000123.1098115397", "fb.1.1788000000123.1098115397"),
        (UUID, UUID),
        ("%7B%22a%22%3A%22" + UUID + "%22%7D", UUID),
        ("lang=en&uid=k3x9q7m2v5w8z1", "k3x9q7m2v5w8z1"),
        ("eyJ1aWQiOiJrM3g5cTdtMnY1dzh6MSJ9", "k3x9q7m2v5w8z1"),
        ("v1~k3x9q7m2v5w8z1~4", "k3x9q7m2v5w8z1"),
    ],
)
def test_the_piece_that_singles_out_is_found_inside(value: str, piece: str) -> None:
    found = judge(value, lifetime=YEAR, now=NOW)
    assert found.grade is Grade.LIKELY
    assert found.pieces == (piece,)
    assert found.bits > 33


def test_what_evidence_makes_of_the_same_value() -> None:
    assert judge(UUID).grade is Grade.POSSIBLE
    assert judge(UUID, lifetime=3600).grade is Grade.POSSIBLE
    assert judge(UUID, lifetime=YEAR).grade is Grade.LIKELY
    assert judge(UUID, persisted=True).grade is Grade.LIKELY
    assert judge(UUID, seen_sites=2).grade is Grade.LIKELY
    assert judge(UUID, known=True).grade is Grade.CONFIRMED
    assert judge(UUID, differs=True).grade is Grade.CONFIRMED
    assert judge(UUID, lifetime=YEAR, differs=False) is SAME_FOR_ALL


def test_a_part_of_the_page_address_is_no_identifier_of_its_reader() -> None:
    page = "https://shop.example/p/B0CX7Q9K2ZTM?v=%6B3x9q7m2v5w8z1"
    assert judge("B0CX7Q9K2ZTM", seen_sites=2).grade is Grade.LIKELY
    assert judge("B0CX7Q9K2ZTM", seen_sites=2, page_url=page).grade is None
    assert judge("k3x9q7m2v5w8z1", seen_sites=2, page_url=page).grade is None


def test_a_known_name_makes_short_values_count_but_not_flags() -> None:
    assert judge("k3x9q7", known=True).grade is Grade.CONFIRMED
    assert judge("48210937", known=True).grade is Grade.CONFIRMED
    for value in ("", "1", "true", "OPT_OUT", "1789000000", "en-US", "0000000"):
        assert judge(value, known=True, now=NOW).grade is None


def test_a_serial_is_taken_for_a_clock_only_near_now() -> None:
    assert judge("1789000000", lifetime=YEAR, now=NOW).grade is None
    assert judge("1312345678", lifetime=YEAR, now=NOW).grade is Grade.LIKELY


def test_a_reason_is_always_given_and_never_quotes_the_value() -> None:
    for row in ROWS:
        found = judged(row)
        assert found.reason
        assert len(row["value"]) < 8 or row["value"] not in found.reason


@given(st.text(max_size=300), st.floats(allow_nan=False), st.integers(0, 9), st.booleans())
@settings(max_examples=150, deadline=None)
def test_nothing_raises_and_more_evidence_never_lowers_the_grade(
    value: str, lifetime: float, sites: int, known: bool
) -> None:
    less = judge(value, lifetime=lifetime, seen_sites=sites, known=known)
    more = judge(value, lifetime=max(lifetime, YEAR), seen_sites=sites + 1, known=True, persisted=True)
    assert ORDER.index(more.grade) >= ORDER.index(less.grade)


@pytest.mark.parametrize(
    "value",
    [
        "[" * 5000,
        "{" * 5000,
        "%25" * 3000,
        "a=" * 5000,
        "//?" * 3000,
        "=" * 9000,
        "1." * 4000,
        "Cj0" * 3000,
        "\ud800x" * 40,
    ],
)
def test_hostile_values_end_soon_and_quietly(value: str) -> None:
    assert judge(value, lifetime=YEAR, seen_sites=5, known=True, page_url=value).reason
