import pytest
from hypothesis import given
from hypothesis import strategies as st

from louver.core.digests import DIGEST_SIZE, KEY_SIZE, keyed

KEY = bytes(range(KEY_SIZE))
OTHER = bytes(reversed(range(KEY_SIZE)))
ANY_TEXT = st.text(st.characters(codec=None))  # surrogates included: header bytes travel as escapes


@given(ANY_TEXT)
def test_a_value_is_recognised_again_under_the_same_key(value: str) -> None:
    assert keyed(KEY)(value) == keyed(KEY)(value)


@given(ANY_TEXT, ANY_TEXT)
def test_different_values_have_different_digests(one: str, two: str) -> None:
    digest = keyed(KEY)
    assert (digest(one) == digest(two)) == (one == two)


@given(ANY_TEXT.filter(bool))
def test_another_key_gives_another_digest(value: str) -> None:
    assert keyed(KEY)(value) != keyed(OTHER)(value)


def test_a_digest_is_hexadecimal_and_short_and_does_not_show_the_value() -> None:
    made = keyed(KEY)("GA1.2.1234567890.1700000000")
    assert len(made) == 2 * DIGEST_SIZE
    assert set(made) <= set("0123456789abcdef")


def test_digests_stay_the_same_over_releases() -> None:
    assert keyed(KEY)("user@example.com") == "0cb7d66ad219359e746728de"


def test_the_empty_value_has_no_digest() -> None:
    assert keyed(KEY)("") == ""


@pytest.mark.parametrize("size", [0, 16, 31, 33, 64])
def test_a_key_of_another_size_is_refused(size: int) -> None:
    with pytest.raises(ValueError, match="32 bytes"):
        keyed(bytes(size))
