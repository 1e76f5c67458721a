from __future__ import annotations

import codecs
import gzip
import hashlib
from base64 import b64encode, urlsafe_b64encode
from typing import TYPE_CHECKING
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from louver.core.digests import KEY_SIZE, keyed
from louver.core.signals.own_data import Hit, OwnData, register
from louver.core.signals.own_forms import Seed, SeedError, calling_code, canonical_email

if TYPE_CHECKING:
    from collections.abc import Callable

DIGEST = keyed(b"k" * KEY_SIZE)
EMAIL = "Jane.Doe+news@Gmail.com"
LOWER = EMAIL.lower()
PHONE = "+49 30 1234 5678"
NAME = "Jane Doe"
ROWS = (
    *register(Seed.EMAIL, EMAIL, DIGEST),
    *register(Seed.PHONE, PHONE, DIGEST),
    *register(Seed.NAME, NAME, DIGEST),
)
OWN = OwnData(ROWS, DIGEST)


def b64(text: str) -> str:
    return b64encode(text.encode()).decode()


def hashed(name: str, text: str) -> str:
    return hashlib.new(name, text.encode()).hexdigest()


def only(text: str) -> Hit:
    (hit,) = OWN.scan(text)
    return hit


EMAILS: list[tuple[str, str, str]] = [
    ("as written", EMAIL, "address"),
    ("lower case", LOWER, "address"),
    ("upper case", EMAIL.upper(), "address"),
    ("without dots and tag", "janedoe@gmail.com", "address without dots and tag"),
    ("other dots", "j.anedo.e@gmail.com", "address without dots and tag"),
    ("the service's other name", "janedoe@googlemail.com", "address without dots and tag"),
    ("rot13", codecs.encode(LOWER, "rot13"), "address in rot13"),
    ("percent-encoded", quote(LOWER, safe=""), "address"),
    ("percent-encoded twice", quote(quote(LOWER, safe=""), safe=""), "address"),
    ("percent-encoded three times", quote(quote(quote(LOWER, safe=""), safe=""), safe=""), "address"),
    ("base64", b64(LOWER), "address"),
    ("base64 three times", b64(b64(b64(LOWER))), "address"),
    ("base64 in hexadecimal", b64(LOWER).encode().hex(), "address"),
    ("base64 of JSON", b64(f'{{"user":{{"email":"{LOWER}"}}}}'), "address"),
    ("base64 of gzip", b64encode(gzip.compress(LOWER.encode())).decode(), "address"),
    ("hexadecimal", LOWER.encode().hex(), "address"),
    ("JSON escape", LOWER.replace("@", "\\u0040"), "address"),
    *((name, hashed(name, LOWER), f"{name} of address") for name in ("md5", "sha1", "sha256", "sha512")),
    ("hash in capitals", hashed("sha256", LOWER).upper(), "sha256 of address"),
    ("hash of capitals", hashed("sha256", EMAIL.upper()), "sha256 of address in upper case"),
    ("hash as written", hashed("md5", EMAIL), "md5 of address as written"),
    ("hash of the plain account", hashed("sha256", "janedoe@gmail.com"), "sha256 of address without dots and tag"),
    ("hash in base64", b64encode(hashlib.sha256(LOWER.encode()).digest()).decode(), "sha256 of address"),
    (
        "hash in base64url",
        urlsafe_b64encode(hashlib.sha256(LOWER.encode()).digest()).decode().rstrip("="),
        "sha256 of address",
    ),
    ("hash of a hash", hashed("sha256", hashed("md5", LOWER)), "sha256 of md5 of address"),
    ("base64 of a hash's letters", b64(hashed("sha1", LOWER)), "sha1 of address"),
]


@pytest.mark.parametrize(("text", "variant"), [e[1:] for e in EMAILS], ids=[e[0] for e in EMAILS])
@pytest.mark.parametrize("frame", ["{}", "em={}&x=1", '{{"a":"{}"}}', "https://t.example/p?e={}#f", "{} and more"])
def test_an_address_is_known_again(text: str, variant: str, frame: str) -> None:
    framed = frame.format(text)
    hit = only(framed)
    assert (hit.seed, hit.variant) == (Seed.EMAIL, variant)
    assert framed[hit.start : hit.end] == text


PHONES = [
    "+493012345678",
    "00493012345678",
    "493012345678",
    "03012345678",
    "3012345678",
    "+49 (30) 1234-5678",
    "030/12345678",
    "%2B493012345678",
    hashed("sha256", "493012345678"),
    hashed("sha256", "+493012345678"),
    hashed("md5", "03012345678"),
    hashed("sha1", PHONE),
]


@pytest.mark.parametrize("text", PHONES)
@pytest.mark.parametrize("frame", ["{}", "ph={}&x=1", '{{"tel":"{}"}}'])
def test_a_number_is_known_again(text: str, frame: str) -> None:
    framed = frame.format(text)
    hit = only(framed)
    assert hit.seed is Seed.PHONE
    assert framed[hit.start : hit.end] == text


NAMES: list[tuple[str, str]] = [
    ("Jane Doe", "Jane Doe"),
    ("n=jane+doe&x", "jane+doe"),
    ("dear JANE DOE, hello", "JANE DOE"),
    ("n=Jane%20Doe", "Jane%20Doe"),
    ("Doe, Jane", "Doe, Jane"),
    ("jane_doe", "jane_doe"),
    ("Jane", "Jane"),
    ("janedoe", "janedoe"),
    (f"fn={hashed('sha256', 'jane')}", hashed("sha256", "jane")),
    (f"ln={hashed('sha256', 'Doe')}", hashed("sha256", "Doe")),
    (b64("user: Jane Doe!!"), b64("user: Jane Doe!!")),
]


@pytest.mark.parametrize(("text", "found"), NAMES)
def test_a_name_is_known_again(text: str, found: str) -> None:
    hit = only(text)
    assert hit.seed is Seed.NAME
    assert text[hit.start : hit.end] == found


@pytest.mark.parametrize(
    "text",
    [
        "",
        "john@example.com",
        "xjane.doe+news@gmail.com",
        "jane+news@gmail.com.example",
        "janedoe@example.com",
        "4930123456789",
        "+49301234567",
        "Jane is here",
        "Janet Doe",
        "Jane Doering",
        "jane=1&doe=2",
        hashed("sha256", "john@example.com"),
        hashed("sha256", LOWER)[:-1],
        "a" + hashed("sha256", LOWER),
        b64(b64(b64(b64(LOWER)))),
    ],
)
def test_what_is_not_registered_is_not_found(text: str) -> None:
    assert OWN.scan(text) == ()


def test_the_layers_are_told_outermost_first() -> None:
    assert only(f"d={quote(b64(LOWER) + '=', safe='')}").layers == ("percent", "base64")


def test_several_values_in_one_text() -> None:
    text = f"em={hashed('md5', LOWER)}&ph=+493012345678&name=Jane Doe&em2={LOWER}"
    assert [hit.seed for hit in OWN.scan(text)] == [Seed.EMAIL, Seed.PHONE, Seed.NAME, Seed.EMAIL]


def test_a_name_inside_an_address_is_the_address_s() -> None:
    assert [hit.seed for hit in OWN.scan("jane.doe+news@gmail.com")] == [Seed.EMAIL]


def test_a_scan_has_an_end() -> None:
    assert OWN.scan("a@b.example " * 3000 + LOWER) == ()
    assert OWN.scan("%41 " * 1000 + LOWER) != ()
    assert OWN.scan("%41 " * 3000 + b64(LOWER)) == ()


def test_nothing_registered_finds_nothing() -> None:
    empty = OwnData((), DIGEST)
    assert not empty
    assert OWN
    assert empty.scan(LOWER) == ()


def test_only_digests_are_stored() -> None:
    stored = repr(ROWS).lower()
    for secret in (
        LOWER,
        "janedoe",
        "doe",
        "493012345678",
        "3012345678",
        hashed("sha256", LOWER),
        hashed("md5", "jane"),
    ):
        assert secret not in stored


def test_another_key_finds_nothing() -> None:
    other = keyed(b"o" * KEY_SIZE)
    assert OwnData(ROWS, other).scan(LOWER) == ()
    assert not {row.digest for row in register(Seed.EMAIL, EMAIL, other)} & {row.digest for row in ROWS}


@pytest.mark.parametrize(
    ("seed", "value"),
    [
        (Seed.EMAIL, "jane"),
        (Seed.EMAIL, "jane@localhost"),
        (Seed.EMAIL, "a b@c.example"),
        (Seed.PHONE, "030 12345678"),
        (Seed.PHONE, "+49 30"),
        (Seed.PHONE, "+49 123456789012345678"),
        (Seed.PHONE, "home"),
        (Seed.NAME, "12"),
        (Seed.NAME, ""),
        (Seed.NAME, "q"),
        (Seed.NAME, "one two three four five six seven"),
    ],
)
def test_what_cannot_be_registered_says_why_and_not_what(seed: Seed, value: str) -> None:
    with pytest.raises(SeedError) as caught:
        register(seed, value, DIGEST)
    assert str(caught.value).startswith("not ")
    assert not value or value not in str(caught.value)


def test_a_national_number_with_its_country() -> None:
    own = OwnData(register(Seed.PHONE, "030 12345678", DIGEST, country="49"), DIGEST)
    assert own.scan("+493012345678")
    assert own.scan("tel: 030 1234 5678")


@pytest.mark.parametrize(
    ("digits", "code"), [("14155552671", "1"), ("79161234567", "7"), ("493012345", "49"), ("35312345678", "353")]
)
def test_calling_codes(digits: str, code: str) -> None:
    assert calling_code(digits) == code


def test_canonical_addresses() -> None:
    assert canonical_email("A.B+c@GoogleMail.com") == "ab@gmail.com"
    assert canonical_email("A.B+c@Example.com") == "a.b@example.com"


WRAP: list[Callable[[str], str]] = [
    lambda text: quote(text, safe=""),
    b64,
    lambda text: text.encode().hex(),
    lambda text: urlsafe_b64encode(text.encode()).decode().rstrip("="),
]
locals_ = st.text(alphabet="abcdefghijklmnopqrstuvwxyz0123456789", min_size=4, max_size=20)


@given(locals_, locals_, st.lists(st.sampled_from(WRAP), max_size=3))
def test_three_layers_of_any_encoding_are_undone(local: str, domain: str, wraps: list[Callable[[str], str]]) -> None:
    address = f"{local}@x{domain}.example"
    own = OwnData(register(Seed.EMAIL, address, DIGEST), DIGEST)
    text = address
    for wrap in wraps:
        text = wrap(text)
    assert [hit.variant for hit in own.scan(f"v={text}")] == ["address"]


@given(st.text(max_size=300) | st.text(alphabet='%40@a1.+=&{}"\\u0 /-_', max_size=300))
def test_nothing_raises_and_hits_do_not_overlap(text: str) -> None:
    end = 0
    for hit in OWN.scan(text):
        assert end <= hit.start < hit.end <= len(text)
        end = hit.end


@given(st.text(max_size=30))
def test_registering_gives_rows_or_a_reason(value: str) -> None:
    for seed in Seed:
        try:
            rows = register(seed, value, DIGEST)
        except SeedError:
            continue
        assert rows
        assert OwnData(rows, DIGEST).scan(value.strip()) or seed is not Seed.EMAIL or not value.isascii()
