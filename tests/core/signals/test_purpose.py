from __future__ import annotations

import json
from pathlib import Path
from typing import Any, Final

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from louver.core.facts import Party
from louver.core.signals.purpose import PurposeDataError, Purposes, read_purposes
from louver.core.signals.signal import Purpose
from louver.core.tables import CookieFact

ROOT: Final = Path(__file__).parents[3]
DATA: Final[dict[str, Any]] = json.loads((ROOT / "blocklists" / "cookie-purpose.json").read_text(encoding="utf-8"))
ROWS: Final[list[dict[str, Any]]] = json.loads(
    (ROOT / "tests" / "vectors" / "cookie_purposes.json").read_text(encoding="utf-8")
)["rows"]
TRACKING: Final = {Purpose.ANALYTICS, Purpose.ADVERTISING}

NEEDED: Final = """
PHPSESSID JSESSIONID csrftoken XSRF-TOKEN cart_token woocommerce_cart_hash logged_in __cf_bm datadome _abck reese84
visid_incap_475759 AWSALB BIGipServerpool_7 _px3 x5sec OptanonConsent euconsent-v2 wordpress_logged_in_5f2b
__Host-next-auth.csrf-token
"""

TOY: Final[dict[str, Any]] = {
    "version": 1,
    "names": {
        "necessary": {"own": "sid cart", "any": "__cf_bm"},
        "analytics": {"any": "seen_*"},
        "advertising": {"third": "id"},
    },
    "model": {
        "purposes": ["functional", "advertising"],
        "bias": [0, 0],
        "scale": 10,
        "surest": 0.6,
        "weights": {"word=theme": [20, -20], "value=id": [-10, 10], "category=advertising": [0, 15]},
    },
}


@pytest.fixture(scope="module")
def shipped() -> Purposes:
    return read_purposes(DATA)


def tell(purposes: Purposes, name: str, party: Party = Party.FIRST, **more: Any) -> tuple[Purpose, str]:
    return purposes.purpose(name, host="a.example", party=party, **more)


@pytest.mark.parametrize("name", NEEDED.split())
def test_what_pages_need_is_necessary_whatever_a_table_says(shipped: Purposes, name: str) -> None:
    fact = CookieFact(name, "Somebody", Purpose.ADVERTISING)
    assert tell(shipped, name) == (Purpose.NECESSARY, "name")
    assert tell(shipped, name, fact=fact) == (Purpose.NECESSARY, "name")


@pytest.mark.parametrize(
    ("name", "party", "expect"),
    [
        ("_ga", Party.FIRST, Purpose.ANALYTICS),
        ("_ga_PGXNGYWP8E", Party.FIRST, Purpose.ANALYTICS),
        ("Hm_lvt_0a1b2c", Party.FIRST, Purpose.ANALYTICS),
        ("_fbp", Party.FIRST, Purpose.ADVERTISING),
        ("IDE", Party.THIRD, Purpose.ADVERTISING),
        ("cto_bundle", Party.FIRST, Purpose.ADVERTISING),
        ("i18next", Party.FIRST, Purpose.FUNCTIONAL),
        ("user_theme_preference", Party.FIRST, Purpose.FUNCTIONAL),
        ("acme_csrf_token_v3", Party.FIRST, Purpose.NECESSARY),
        ("acme_visitor_stats_id", Party.FIRST, Purpose.ANALYTICS),
        ("retargeting_pixel_uid", Party.THIRD, Purpose.ADVERTISING),
    ],
)
def test_names_known_and_new(shipped: Purposes, name: str, party: Party, expect: Purpose) -> None:
    assert tell(shipped, name, party)[0] is expect


def test_real_cookies_that_nothing_was_trained_on(shipped: Purposes) -> None:
    told = [
        shipped.purpose(row["name"], host=row["host"], party=Party.THIRD if row["third"] else Party.FIRST)[0]
        for row in ROWS
    ]
    answered = [(row, one) for row, one in zip(ROWS, told, strict=True) if one is not Purpose.UNKNOWN]
    tracks = [(not TRACKING.isdisjoint(row["expect"]), one in TRACKING) for row, one in zip(ROWS, told, strict=True)]
    hits, misses = tracks.count((True, True)), tracks.count((True, False)) + tracks.count((False, True))
    assert len(answered) / len(ROWS) >= 0.90
    assert sum(one in row["expect"] for row, one in answered) / len(answered) >= 0.85
    assert 2 * hits / (2 * hits + misses) >= 0.90


def test_who_is_asked_first() -> None:
    toy = read_purposes(TOY)
    everywhere = CookieFact("seen_x", "Somebody", Purpose.ADVERTISING)
    here = CookieFact("seen_x", "Somebody", Purpose.ADVERTISING, hosts=("a.example",))
    unsure = CookieFact("other", "Somebody", Purpose.UNKNOWN)
    assert tell(toy, "seen_x", fact=everywhere) == (Purpose.ANALYTICS, "name")
    assert tell(toy, "seen_x", fact=here) == (Purpose.ADVERTISING, "table")
    assert tell(toy, "theme", fact=unsure) == (Purpose.FUNCTIONAL, "model")
    assert tell(toy, "theme", fact=everywhere) == (Purpose.ADVERTISING, "table")


def test_a_name_counts_only_for_the_parties_it_is_known_for() -> None:
    toy = read_purposes(TOY)
    assert tell(toy, "sid", Party.FIRST) == (Purpose.NECESSARY, "name")
    assert tell(toy, "sid", Party.UNKNOWN) == (Purpose.NECESSARY, "name")
    assert tell(toy, "sid", Party.THIRD) == (Purpose.UNKNOWN, "nobody")
    assert tell(toy, "id", Party.THIRD) == (Purpose.ADVERTISING, "name")
    assert tell(toy, "id", Party.FIRST) == (Purpose.UNKNOWN, "nobody")


def test_the_value_and_the_recipient_speak_where_the_name_does_not() -> None:
    toy = read_purposes(TOY)
    uuid = "7d4c1f0a-93be-4e0b-a6d2-58c0f1e2b977"
    assert tell(toy, "zzz", value=uuid) == (Purpose.ADVERTISING, "model")
    assert tell(toy, "zzz", Party.THIRD, category="advertising") == (Purpose.ADVERTISING, "model")
    assert tell(toy, "zzz") == (Purpose.UNKNOWN, "nobody")


def test_the_shipped_file_says_where_it_comes_from() -> None:
    assert DATA["licence"] == "Apache-2.0"
    assert {source["licence"] for source in DATA["sources"].values()} == {"Apache-2.0"}
    assert not [
        name for parts in DATA["names"].values() for names in parts.values() for name in names.split() if name == "*"
    ]


@pytest.mark.parametrize(
    "change",
    [
        {"version": 2},
        {"names": None},
        {"names": {"tasty": {"any": "x"}}},
        {"names": {"necessary": {"nowhere": "x"}}},
        {"model": {}},
        {"model": {**TOY["model"], "bias": [1]}},
        {"model": {**TOY["model"], "weights": {"x": [1, "much"]}}},
        {"model": {**TOY["model"], "weights": {"x": [1, 2, 3]}}},
    ],
)
def test_data_of_another_form_is_refused_in_words(change: dict[str, Any]) -> None:
    with pytest.raises(PurposeDataError, match="cookie purposes: "):
        read_purposes({**TOY, **change})


@given(
    st.text(max_size=600),
    st.text(max_size=80),
    st.sampled_from(Party),
    st.text(max_size=80),
    st.floats(),
    st.booleans(),
)
@settings(max_examples=150, deadline=None)
def test_nothing_raises(name: str, host: str, party: Party, value: str, lifetime: float, http_only: bool) -> None:
    told, source = read_purposes(TOY).purpose(
        name, host=host, party=party, value=value, lifetime=lifetime, http_only=http_only
    )
    assert (told is Purpose.UNKNOWN) is (source == "nobody")
