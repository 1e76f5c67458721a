"""How each treatment is done: what leaves, and what is said to have come of it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from louver.core.decision import Drop, Fate, Replace, Treatment
from louver.core.pseudonym import EPOCH, Scope, epoch_of, pseudonym
from louver.core.signals.signal import Grade, Kind, Place, Signal, Where
from louver.core.treat import COARSEN, DAY, WEEK, treat

SCOPE = Scope(b"k" * 32, 1, "shop.example", "Ads")
ID = "8f14e45fceea167a5a36dedd4bea2543"


def signal(kind: Kind, where: Where, value: str, *, lifetime: float | None = None) -> Signal:
    place = (
        Place(line=0, piece=1)
        if where is Where.COOKIE
        else Place(line=0)
        if where is Where.SET_COOKIE
        else Place(piece=0)
    )
    return Signal(kind, where, "n", Grade.CONFIRMED, place, value, raw_name="n", lifetime=lifetime)


def text_of(kind: Kind, value: str) -> tuple[str | None, Fate]:
    edit, fate = treat(signal(kind, Where.BODY, value), Treatment.COARSEN, SCOPE, ())
    return (edit.text if isinstance(edit, Replace) else None), fate


@pytest.mark.parametrize(
    ("kind", "value", "coarse"),
    [
        (Kind.LANGUAGE, "de-CH,de;q=0.9,en;q=0.8", "de-CH"),
        (Kind.LANGUAGE, "de-CH", None),
        (Kind.REFERRER, "https://jane:pw@shop.example/cart?q=1", "https://shop.example/"),
        (Kind.PAGE_URL, "https://shop.example/cart?q=1#x", "https://shop.example/"),
        (Kind.PAGE_URL, "The title of a page", ""),
        (Kind.PAGE_URL, "/cart?q=1", ""),
        (Kind.GEOLOCATION, "47.37689,8.54169", "47.3,8.5"),
        (Kind.GEOLOCATION, "-33.8688197", "-33.8"),
        (Kind.GEOLOCATION, "47.3", None),
        (Kind.GEOLOCATION, "Zürich", None),
        (Kind.GEOLOCATION, "473768866", ""),
        (Kind.GEOLOCATION, "47,376886", ""),
        (Kind.SCREEN, "1280x720", "1920x1080"),
        (Kind.SCREEN, "412*915", "390*844"),
        (Kind.SCREEN, "huge", ""),
        (Kind.TIME_ZONE, "1700000123", "1699999200"),
        (Kind.TIME_ZONE, "1700000123456", "1699999200000"),
        (Kind.TIME_ZONE, "Europe/Zurich", ""),
        (Kind.TIME_ZONE, "²" * 10, ""),
    ],
)
def test_a_value_is_made_coarse(kind: Kind, value: str, coarse: str | None) -> None:
    assert text_of(kind, value) == (coarse, Fate.SHARED if coarse is None else Fate.REWRITTEN)


@given(st.sampled_from(sorted(COARSEN)), st.text() | st.text("0123456789.,x-²٣", max_size=14))
def test_making_coarse_never_raises_and_twice_is_once(kind: Kind, value: str) -> None:
    once = COARSEN[kind](value)
    assert COARSEN[kind](once) == once


def test_what_has_no_coarse_form_is_taken_out() -> None:
    edit, fate = treat(signal(Kind.EMAIL, Where.QUERY, "a@b.example"), Treatment.COARSEN, SCOPE, ())
    assert (edit, fate) == (Drop(Where.QUERY, Place(piece=0)), Fate.BLOCKED)


@pytest.mark.parametrize("treatment", [Treatment.PSEUDONYMIZE, Treatment.PARTITION, Treatment.EXPIRE])
def test_what_cannot_be_done_becomes_the_next_stronger(treatment: Treatment) -> None:
    edit, fate = treat(signal(Kind.REFERRER, Where.HEADER, "https://a.example/x"), treatment, SCOPE, ())
    assert isinstance(edit, Drop)
    assert fate is Fate.BLOCKED


@pytest.mark.parametrize(
    ("line", "lifetime", "expected"),
    [
        (f"n={ID}; Max-Age=99999999; Path=/; Secure", 99999999.0, f"n={ID}; Path=/; Secure; Max-Age={WEEK}"),
        (f"n={ID}; expires=Fri, 01 Jan 2038 00:00:00 GMT", 9e8, f"n={ID}; Max-Age={WEEK}"),
        (f"n={ID}; MAX-AGE = 99999999;Max-Age=0", 99999999.0, f"n={ID}; Max-Age={WEEK}"),
        (f"n={ID}; Max-Age=60", 60.0, None),
        (f"n={ID}", None, None),
    ],
)
def test_a_lifetime_is_capped_and_never_lengthened(line: str, lifetime: float | None, expected: str | None) -> None:
    one = signal(Kind.THIRD_PARTY_ID_COOKIE, Where.SET_COOKIE, ID, lifetime=lifetime)
    edit, fate = treat(one, Treatment.EXPIRE, SCOPE, (("Set-Cookie", line),))
    assert (edit.text if isinstance(edit, Replace) else None) == expected
    assert fate is (Fate.SHARED if expected is None else Fate.REWRITTEN)


def test_a_landing_may_cap_it_shorter() -> None:
    one = signal(Kind.FIRST_PARTY_COOKIE, Where.SET_COOKIE, ID, lifetime=3.0 * DAY)
    lines = (("Set-Cookie", f"n={ID}; Max-Age=259200"),)
    assert treat(one, Treatment.EXPIRE, SCOPE, lines)[1] is Fate.SHARED
    assert treat(one, Treatment.EXPIRE, SCOPE, lines, DAY)[1] is Fate.REWRITTEN


def test_a_stand_in_keeps_what_stood_around_the_value() -> None:
    headers = (("Cookie", f"a=1;  n={ID}; b=2"),)
    edit, _ = treat(signal(Kind.THIRD_PARTY_ID_COOKIE, Where.COOKIE, ID), Treatment.PSEUDONYMIZE, SCOPE, headers)
    assert isinstance(edit, Replace)
    assert edit.text == f"  n={pseudonym(ID, SCOPE)}"
    line = (("Set-Cookie", f"n={ID}; Path=/; Secure"),)
    edit, _ = treat(signal(Kind.THIRD_PARTY_ID_COOKIE, Where.SET_COOKIE, ID), Treatment.PSEUDONYMIZE, SCOPE, line)
    assert isinstance(edit, Replace)
    assert edit.text == f"n={pseudonym(ID, SCOPE)}; Path=/; Secure"


# --- stand-ins

VALUES = st.text("0123456789abcdefABCDEFxyzXYZ.-_%", max_size=60) | st.text(max_size=30)


@given(VALUES)
def test_a_stand_in_has_the_shape_of_the_original_and_is_not_replaced_again(value: str) -> None:
    made = pseudonym(value, SCOPE)
    assert len(made) == len(value)
    assert pseudonym(made, SCOPE) == made
    for before, after in zip(value, made, strict=True):
        if not before.isascii() or not before.isalnum():
            assert before == after
        else:
            assert (before.isdigit(), before.isupper()) == (after.isdigit(), after.isupper())


def test_a_stand_in_is_stable_on_one_site_and_unlinkable_elsewhere() -> None:
    others = [
        Scope(b"q" * 32, 1, "shop.example", "Ads"),
        Scope(b"k" * 32, 2, "shop.example", "Ads"),
        Scope(b"k" * 32, 1, "news.example", "Ads"),
        Scope(b"k" * 32, 1, "shop.example", "Metrics"),
    ]
    made = [pseudonym(ID, scope) for scope in (SCOPE, *others)]
    assert len({ID, *made}) == 6
    assert pseudonym(ID, Scope(*(getattr(SCOPE, name) for name in ("key", "epoch", "site", "recipient")))) == made[0]
    assert pseudonym(ID[:-1] + "4", SCOPE) != made[0]


def test_structure_that_a_script_reads_stays() -> None:
    made = pseudonym("GA1.2.1234567890.1700000000", SCOPE)
    assert made.startswith("GA1.2.")
    assert made != "GA1.2.1234567890.1700000000"
    assert pseudonym("fb.1.on", SCOPE) == "fb.1.on"


def test_a_stand_in_lasts_a_week() -> None:
    assert epoch_of(0) == epoch_of(EPOCH - 1) != epoch_of(EPOCH)
