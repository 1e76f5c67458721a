"""What header lines say of a person and the device."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from looking import ID, SHOP, answered, engine, found, request, told

from louver.core.facts import Response
from louver.core.signals.headers import HINTS, REQUEST, RESPONSE, origin

TRACKER = "https://ads.example/p"
SOCIAL = "https://social.example/x"


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("https://shop.example/a?b#c", "https://shop.example"),
        ("https://shop.example:8443/a", "https://shop.example:8443"),
        ("https://shop.example", "https://shop.example"),
        ("https://shop.example?a=1", "https://shop.example"),
        ("https://shop.example#a", "https://shop.example"),
        ("https://shop.example\\a", "https://shop.example"),
        ("https://jane:secret@shop.example/", "https://shop.example"),
        ("https://a@b@shop.example/@x", "https://shop.example"),
        ("https://[::1]:80/a", "https://[::1]:80"),
        ("no address", "no address"),
        ("", ""),
    ],
)
def test_an_origin_is_scheme_host_and_port(url: str, expected: str) -> None:
    assert origin(url) == expected


@given(st.text())
def test_an_origin_of_anything_is_no_longer_than_it(text: str) -> None:
    assert len(origin(text)) <= len(text)
    assert origin(origin(text)) == origin(text)


@pytest.mark.parametrize(
    ("value", "tells"),
    [
        (SHOP + "cart?x=1", True),
        ("https://shop.example?x=1", True),
        ("https://jane:secret@shop.example/", True),
        (SHOP, False),
        ("https://shop.example", False),
        ("", False),
        ("about:client", False),
    ],
)
def test_a_referer_tells_when_it_says_more_than_the_origin(value: str, tells: bool) -> None:
    signals = found(request(SOCIAL, headers=(("Referer", value),)))
    assert told(signals) == ([("referrer", "header", "referer")] if tells else [])


def test_a_referer_becomes_the_origin_for_others_and_stays_for_the_own_side() -> None:
    secret = (("Referer", "https://jane:secret@shop.example/cart?q=x"),)
    balanced = engine("balanced")
    assert balanced.request(request(SOCIAL, headers=secret)).sent.headers[0] == ("Referer", SHOP)
    for own in (SHOP + "x.png", "https://img.shop-cdn.example/x.png"):
        assert balanced.request(request(own, headers=secret)).sent.headers[:1] == secret


def test_every_row_of_the_table_is_found() -> None:
    values = {
        "accept-language": "de,en;q=0.5",
        "cookie": f"_xid1={ID}",
        "referer": SHOP + "x",
        "if-none-match": f'"{ID}"',
    }
    for name in REQUEST:
        value = values.get(name, "Wed, 01 Jan 2025 00:00:00 GMT" if name == "if-modified-since" else "1")
        signals = found(request(TRACKER, headers=((name.title(), value),)))
        assert [signal.place.line for signal in signals] == [0], name
    for name in RESPONSE:
        assert len(answered(request(TRACKER), (name.title(), f'"{ID}"'))) == 1, name


def test_low_entropy_hints_and_plain_values_tell_nothing() -> None:
    plain = (("Accept-Language", "de"), ("Sec-CH-UA", '"X";v="1"'), ("Sec-CH-UA-Mobile", "?0"), ("Accept", "*/*"))
    assert found(request(TRACKER, headers=plain)) == []
    assert "sec-ch-ua" not in HINTS


@pytest.mark.parametrize(
    ("url", "etag", "grade"),
    [
        (TRACKER, '"1"', "likely"),
        (SOCIAL, f'W/"{ID}"', "possible"),
        (SOCIAL, '"1"', None),
        ("https://plain.example/x", f'"{ID}"', "possible"),
        (SHOP + "x", f'"{ID}"', None),
    ],
)
def test_a_cache_validator_tells_by_who_asks_and_what_it_says(url: str, etag: str, grade: str | None) -> None:
    asked = request(url, headers=(("If-None-Match", etag),))
    assert [str(signal.grade) for signal in found(asked)] == ([grade] if grade else [])
    assert [str(signal.grade) for signal in answered(request(url), ("ETag", etag))] == ([grade] if grade else [])


@given(st.lists(st.tuples(st.sampled_from(sorted(REQUEST)), st.text(max_size=40)), max_size=6))
def test_no_value_makes_a_detector_raise(lines: list[tuple[str, str]]) -> None:
    asked = request(SOCIAL, headers=tuple(lines))
    balanced = engine("balanced")
    outcome = balanced.request(asked)
    assert balanced.response(outcome, Response(200, tuple(lines))).received is not None
