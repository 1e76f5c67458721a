from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from louver.core.signals.bit_text import ALPHABET
from louver.core.signals.choices import Choice
from louver.core.signals.tcf import PURPOSES, read_tc_string, tcf_consent

PUBLISHED = (
    "COvFyGBOvFyGBAbAAAENAPCAAOAAAAAAAAAAAEEUACCKAAA."
    "IFoEUQQgAIQwgIwQABAEAAAAOIAACAIAAAAQAIAgEAACEAAAAAgAQBAAAAAAAGBAAgAAAAAAAFAAECAAAgAAQARAEQAAAAAJAAIAAgAAAYQEAAAQmAgBC3ZAYzUw"
)


def pack(*fields: tuple[int, int]) -> str:
    """Pack (width, number) pairs as the framework does."""
    bits = "".join(f"{number:0{width}b}" for width, number in fields if width)
    bits += "0" * (-len(bits) % 6)
    return "".join(ALPHABET[int(bits[i : i + 6], 2)] for i in range(0, len(bits), 6))


def tc_string(purposes: set[int], vendors: list[tuple[int, int]], ranges: bool = True) -> str:
    mask = sum(1 << (24 - number) for number in purposes)
    head = [
        (6, 2),
        (36, 17_000_000_000),
        (36, 17_000_000_000),
        (12, 31),
        (12, 1),
        (6, 1),
        (6, 4),
        (6, 3),
        (12, 200),
        (6, 4),
    ]
    middle = [(1, 1), (1, 0), (12, 0), (24, mask), (24, 0), (1, 0), (6, 3), (6, 4)]
    highest = max((last for _, last in vendors), default=0)
    if ranges:
        tail = [(16, highest), (1, 1), (12, len(vendors))]
        for first, last in vendors:
            tail += [(1, 1), (16, first), (16, last)]
    else:
        bits = sum(1 << (highest - number) for first, last in vendors for number in range(first, last + 1))
        tail = [(16, highest), (1, 0), (highest, bits)]
    return pack(*head, *middle, *tail, (16, 0), (1, 0), (12, 0))


def test_the_published_example() -> None:
    said = read_tc_string(PUBLISHED)
    assert said is not None
    assert (said.created, said.updated) == (1582243059.3, 1582243059.3)
    assert (said.cmp, said.language, said.vendor_list, said.policy) == (27, "EN", 15, 2)
    assert said.purposes == {1, 2, 3}
    assert said.legitimate_interests == set()
    assert said.vendors.numbers() == (2, 6, 8)
    assert said.vendor_interests.numbers() == (2, 6, 8)
    assert said.disclosed is not None
    assert 2 in said.disclosed
    assert 3 not in said.disclosed


def test_legitimate_interest_is_told() -> None:
    head = [
        (6, 2),
        (36, 0),
        (36, 0),
        (12, 31),
        (12, 1),
        (6, 1),
        (6, 4),
        (6, 3),
        (12, 200),
        (6, 4),
        (1, 1),
        (1, 0),
        (12, 0),
    ]
    text = pack(*head, (24, 0), (24, 0b11 << 22), (1, 0), (6, 3), (6, 4), (16, 0), (1, 0), (16, 2), (1, 0), (2, 0b11))
    consent = tcf_consent(text)
    assert consent is not None
    assert consent.words == (
        "consent to 0 of 11 purposes; 0 vendors; 2 purposes claimed as legitimate interest by 2 vendors"
    )


def test_consent_by_purpose() -> None:
    consent = tcf_consent(PUBLISHED)
    assert consent is not None
    assert consent.choices["storage"] is Choice.GRANTED
    assert consent.choices["personalised-ads"] is Choice.DENIED
    assert set(consent.choices) == set(PURPOSES.values())


def test_without_the_disclosed_vendors_there_are_none_known() -> None:
    said = read_tc_string(PUBLISHED.split(".", maxsplit=1)[0])
    assert said is not None
    assert said.disclosed is None


def test_version_1_and_other_texts_are_refused() -> None:
    for text in ("BOEFEAyOEFEAyAHABDENAI4AAAB9vABAASA", "", ".", "C", "hello world", "CO", "é" * 40, "A" * 20_000):
        assert read_tc_string(text) is None
        assert tcf_consent(text) is None


@given(
    st.sets(st.integers(1, 11)),
    st.lists(st.tuples(st.integers(1, 500), st.integers(0, 30)).map(lambda r: (r[0], r[0] + r[1])), max_size=6),
    st.booleans(),
)
def test_what_was_packed_is_read(purposes: set[int], vendors: list[tuple[int, int]], ranges: bool) -> None:
    vendors = sorted({first: (first, last) for first, last in vendors}.values())
    numbers = {number for first, last in vendors for number in range(first, last + 1)}
    if not ranges:
        vendors = [(number, number) for number in sorted(numbers)]
    said = read_tc_string(tc_string(purposes, vendors, ranges))
    assert said is not None
    assert said.purposes == purposes
    assert set(said.vendors.numbers()) == numbers
    assert len(said.vendors) == len(numbers)
    assert (said.country, said.language) == ("DE", "ED")


@given(st.text(alphabet=ALPHABET + ".~=é", max_size=120))
def test_nothing_raises(text: str) -> None:
    said = read_tc_string("C" + text)
    assert said is None or len(said.vendors) <= 65_536
