from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from louver.core.signals.bit_text import ALPHABET, FIBONACCI, Bits, BitsError
from louver.core.signals.choices import Choice
from louver.core.signals.gpp import LAYOUTS, gpp_consents, gpp_sections, us_privacy_consent

GRANTED, DENIED, UNKNOWN = Choice.GRANTED, Choice.DENIED, Choice.UNKNOWN


def as_text(bits: str) -> str:
    bits += "0" * (-len(bits) % 6)
    return "".join(ALPHABET[int(bits[i : i + 6], 2)] for i in range(0, len(bits), 6))


def fibonacci(number: int) -> str:
    """Write a number in Fibonacci coding, as the specification describes."""
    word: list[str] = []
    for value in reversed([f for f in FIBONACCI if f <= number]):
        word.insert(0, "1" if value <= number else "0")
        number -= value if value <= number else 0
    return "".join(word) + "1"


@pytest.mark.parametrize(
    ("header", "sections"),
    [("DBABM", (2,)), ("DBACNY", (2, 6)), ("DBABjw", (5, 6)), ("DBABMA", (2,)), ("DBACNYA", (2, 6)), ("DBABLA", (7,))],
)
def test_the_headers_of_the_specification(header: str, sections: tuple[int, ...]) -> None:
    assert gpp_sections(header) == sections


@pytest.mark.parametrize(
    ("number", "bits"),
    [(1, "11"), (2, "011"), (3, "0011"), (4, "1011"), (5, "00011"), (6, "10011"), (7, "01011")],
)
def test_the_numbers_of_the_specification(number: int, bits: str) -> None:
    assert fibonacci(number) == bits
    assert Bits(as_text(bits)).fibonacci() == number


@pytest.mark.parametrize("text", ["", "CPXx", "DC", "DBAB", "D!", "DBB" + "_" * 40, "é"])
def test_what_is_no_header(text: str) -> None:
    assert gpp_sections(text) is None
    assert gpp_consents(f"{text}~1YNN") == ()


def test_a_string_with_two_sections() -> None:
    tcf, us = gpp_consents("DBACNYA~CPXxRfAPXxRfAAfKABENB-CgAAAAAAAAAAYgAAAAAAAA~1YNN")
    assert (tcf.mechanism, us.mechanism) == ("gpp-tcf", "gpp-us-privacy")
    assert us.choices == {"sale": GRANTED}


def test_national_section_as_sites_write_it() -> None:
    (kept,) = gpp_consents("DBABLA~BVQqAAAAAgA.QA")
    assert kept.choices == {"sale": GRANTED, "sharing": GRANTED, "targeted-advertising": GRANTED, "gpc": UNKNOWN}
    (refused,) = gpp_consents("DBABLA~BVVVVVVVVWA.YA")
    assert refused.choices == {"sale": DENIED, "sharing": DENIED, "targeted-advertising": DENIED, "gpc": DENIED}
    assert refused.words == (
        "opted out of sale; opted out of sharing; opted out of targeted advertising; Global Privacy Control on"
    )


@pytest.mark.parametrize("number", sorted(LAYOUTS))
def test_every_state_is_read(number: int) -> None:
    layout = LAYOUTS[number]
    core = "1" * layout.skip + "01" + "10" * (len(layout.opt_outs) - 1) + "00" * 12
    section = ("GAAA." if layout.has_header else "") + as_text(core) + "." + as_text("011")
    header = as_text("000011000001" + "000000000001" + "0" + fibonacci(number))
    (consent,) = gpp_consents(f"{header}~{section}")
    first, *others = layout.opt_outs
    assert consent.mechanism == f"gpp-{layout.name}"
    assert consent.choices == {first: DENIED, **dict.fromkeys(others, GRANTED), "gpc": DENIED}


def test_a_section_that_breaks_off_is_passed_over() -> None:
    assert gpp_consents("DBABLA~BV") == ()
    assert gpp_consents("DBABLA~") == ()
    assert gpp_consents("DBACNYA~BVVV") == ()


def test_a_section_of_another_law_is_passed_over() -> None:
    header = as_text("000011000001" + "000000000001" + "0" + fibonacci(5))
    assert gpp_sections(header) == (5,)
    assert gpp_consents(f"{header}~CPXxRfAPXxRfA") == ()


def test_a_broken_gpc_segment_is_no_signal() -> None:
    for segment in ("", "!", "A"):
        (consent,) = gpp_consents(f"DBABLA~BVQqAAAAAgA.{segment}")
        assert "gpc" not in consent.choices


def test_us_privacy_in_words() -> None:
    consent = us_privacy_consent("1YYN")
    assert consent is not None
    assert consent.words == "opted out of sale; notice given: yes; limited service provider: no"
    assert us_privacy_consent("2YYN") is None


@given(st.lists(st.integers(1, 30), min_size=1, max_size=8, unique=True))
def test_any_header_is_read(numbers: list[int]) -> None:
    numbers.sort()
    bits = f"000011000001{len(numbers):012b}"
    last = 0
    for number in numbers:
        bits += "0" + fibonacci(number - last)
        last = number
    assert gpp_sections(as_text(bits)) == tuple(numbers)


@given(st.text(alphabet=ALPHABET + "~.1YN-é", max_size=80))
def test_nothing_raises(text: str) -> None:
    for consent in gpp_consents("DB" + text):
        assert consent.words


def test_bits_end_with_an_error() -> None:
    with pytest.raises(BitsError):
        Bits("A").take(7)
    with pytest.raises(BitsError):
        Bits("A" * 10).fibonacci()
