"""What a cookie says: whose it is, how long it stays, and whether it is there at all."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from looking import ID, SHOP, answered, engine, found, request, told

from louver.core.facts import ResourceType, Response
from louver.core.signals.cookies import lifetime
from louver.core.signals.signal import Grade, Kind

TRACKER = "https://social.example/x"
DATE = (("Date", "Wed, 01 Jan 2025 00:00:00 GMT"),)


@pytest.mark.parametrize(
    ("attributes", "seconds"),
    [
        ("", None),
        ("; Path=/; Secure; HttpOnly; SameSite=None", None),
        ("; Max-Age=60", 60),
        ("; max-age = 60 ", 60),
        ("; Max-Age=0", 0),
        ("; Max-Age=-1", -1),
        ("; Max-Age=60; Max-Age=0", 0),
        ("; Max-Age=0; Max-Age=60", 60),
        ("; Max-Age=60; Expires=Thu, 01 Jan 1970 00:00:00 GMT", 60),
        ("; Expires=Wed, 01 Jan 2025 00:01:00 GMT", 60),
        ("; Expires=Wed, 01-Jan-2025 00:01:00 GMT", 60),
        ("; Expires=Tue, 31 Dec 2024 23:59:00 GMT", -60),
        ("; Expires=Thu, 01 Jan 1970 00:00:00 GMT; Expires=Wed, 01 Jan 2025 00:01:00 GMT", 60),
        ("; Expires=soon", 365 * 86_400),
        # what is no number does not count, as in every browser; it must not look like a deletion
        ("; Max-Age=abc", None),
        ('; Max-Age="60"', None),
        ("; Max-Age=6_0", None),
        ("; Max-Age=", None),
        ("; Max-Age=٦٠", None),
        ("; Max-Age=abc; Expires=Wed, 01 Jan 2025 00:01:00 GMT", 60),
        ("; Max-Age=60; Max-Age=abc", 60),
    ],
)
def test_how_long_a_cookie_lives(attributes: str, seconds: float | None) -> None:
    assert lifetime(f"a=1{attributes}", DATE) == seconds


def test_an_end_without_a_date_is_taken_as_a_year_off() -> None:
    assert lifetime("a=1; Expires=Wed, 01 Jan 2025 00:01:00 GMT", ()) == 365 * 86_400
    assert lifetime("a=1; Expires=Wed, 01 Jan 2025 00:01:00 GMT", (("date", "yesterday"),)) == 365 * 86_400


@given(st.text(max_size=60), st.text(max_size=40))
def test_no_attribute_makes_it_raise(attributes: str, date: str) -> None:
    for line in (f"a=1;{attributes}", f"a=1; expires={attributes}", f"a=1; max-age={attributes}"):
        assert isinstance(lifetime(line, (("date", date),)), float | None)


@pytest.mark.parametrize(
    "attributes", ["", "; Max-Age=99999999", "; Max-Age=x", "; Max-Age=0; Max-Age=99999999", "; Max-Age=1.5"]
)
def test_a_trackers_cookie_is_kept_from_the_browser_however_it_is_written(attributes: str) -> None:
    balanced = engine("balanced")
    outcome = balanced.request(request(TRACKER))
    lines = (("Set-Cookie", f"_xid1={ID}{attributes}"), ("Set-Cookie", f"{ID}{attributes}"), ("X", "y"))
    received = balanced.response(outcome, Response(200, lines)).received
    assert received is not None
    assert received.headers == (("X", "y"),)


def test_a_deletion_reaches_the_browser() -> None:
    assert answered(request(TRACKER), ("Set-Cookie", f"_xid1={ID}; Max-Age=0"), ("Set-Cookie", "_xid1=")) == []


def test_the_same_cookie_is_one_thing_at_home_and_another_elsewhere() -> None:
    line = (("Cookie", f"_xid1={ID}; cart=1; theme=dark; {ID}"),)
    names = ("_xid1", "cart", "theme", "")
    elsewhere = ("third-party-id-cookie", "security-cookie", "third-party-id-cookie", "third-party-id-cookie")
    at_home = ("ghost-cookie", "security-cookie", "first-party-cookie", "first-party-cookie")
    for url, kinds in ((TRACKER, elsewhere), (SHOP + "x", at_home)):
        expected = [(kind, "cookie", name) for kind, name in zip(kinds, names, strict=True)]
        assert told(found(request(url, headers=line))) == expected


@pytest.mark.parametrize("page", [None, SHOP, "https://news.example/"])
def test_who_goes_to_a_site_goes_as_its_own_visitor(page: str | None) -> None:
    line = (("Cookie", f"session_pref={ID}"),)
    kinds = {
        s.kind for s in found(request("https://plain.example/", page=page, kind=ResourceType.DOCUMENT, headers=line))
    }
    assert kinds <= {Kind.FIRST_PARTY_COOKIE, Kind.SECURITY_COOKIE}


def test_a_lasting_value_at_a_stranger_is_likely_and_a_word_is_nothing() -> None:
    stranger = request("https://plain.example/x")
    [lasting] = answered(stranger, ("Set-Cookie", f"u={ID}; Max-Age=99999999"))
    [fleeting] = answered(stranger, ("Set-Cookie", f"u={ID}"))
    assert (lasting.grade, fleeting.grade) == (Grade.LIKELY, Grade.POSSIBLE)
    assert answered(stranger, ("Set-Cookie", "theme=dark; Max-Age=99999999")) == []


def test_cookies_in_several_lines_are_told_apart_by_line_and_piece() -> None:
    lines = (("cookie", "a=1"), ("x", "y"), ("cookie", f"b=2;;_xid1={ID}"))
    [signal] = [one for one in found(request(TRACKER, headers=lines)) if one.name == "_xid1"]
    assert (signal.place.line, signal.place.piece) == (2, 2)
