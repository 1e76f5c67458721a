"""Knows in how many ways sites write a person's e-mail address, phone number and name before they send or hash it."""

from __future__ import annotations

import codecs
import re
from enum import StrEnum
from hashlib import md5, sha1, sha256, sha512
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping


class Seed(StrEnum):
    """What a person may register."""

    EMAIL = "email"
    PHONE = "phone"
    NAME = "name"


EMAIL: Final = re.compile(r"[^@\s]{1,64}@[^@\s.]{1,63}(?:\.[^@\s.]{1,63})+")
DOTLESS: Final = {"gmail.com": "gmail.com", "googlemail.com": "gmail.com"}
"""Mail services that ignore dots in the part before the @, and the service's own name."""
WORD: Final = re.compile(r"[^\W\d_]+(?:['\u2019-][^\W\d_]+)*")
SHORTEST_NATIONAL: Final = 7
SHORTEST_BARE: Final = 9
"""Digits that a number without country or trunk prefix must have to be told from any other number."""

TWO_DIGIT_CODES: Final = frozenset(
    {20, 27, *range(30, 35), 36, 39, 40, 41, *range(43, 50), *range(51, 59), *range(60, 67), 81, 82, 84, 86}
    | {*range(90, 96), 98}
)
"""Country calling codes of two digits (ITU-T E.164); those of one digit are 1 and 7, all others have three."""

HASHES: Final[Mapping[str, Callable[[bytes], str]]] = {
    "md5": lambda raw: md5(raw, usedforsecurity=False).hexdigest(),
    "sha1": lambda raw: sha1(raw, usedforsecurity=False).hexdigest(),
    "sha256": lambda raw: sha256(raw).hexdigest(),
    "sha512": lambda raw: sha512(raw).hexdigest(),
}


class SeedError(ValueError):
    """A text that is no e-mail address, phone number or name; the message says what is missing, not what it was."""


def canonical_email(text: str) -> str:
    """Return an address as its mail service reads it: lower case, no tag, and no dots where those do not count."""
    local, _, domain = text.lower().rpartition("@")
    local = local.partition("+")[0] or local
    service = DOTLESS.get(domain)
    return f"{local.replace('.', '')}@{service}" if service else f"{local}@{domain}"


def plain_forms(seed: Seed, value: str, country: str | None = None) -> dict[str, str]:
    """Return the ways to write a value, the plainest first, each with what is special about it; raises SeedError.

    `country` is the calling code of a phone number that is given without one.
    """
    found: dict[str, str] = {}
    for text, label in FORMS[seed](value.strip(), country):
        found.setdefault(text, label)
    return found


def hashed_forms(plain: Mapping[str, str]) -> dict[str, str]:
    """Return hashes, in hexadecimal, of ways to write a value, and hashes of those hashes, each with its recipe."""
    found: dict[str, str] = {}
    for text, label in plain.items():
        for name, digest in HASHES.items():
            hashed = digest(text.encode())
            found.setdefault(hashed, f"{name} of {label}")
            for outer in ("md5", "sha1", "sha256"):
                found.setdefault(HASHES[outer](hashed.encode()), f"{outer} of {name} of {label}")
    return found


def _email_forms(value: str, _country: str | None) -> Iterator[tuple[str, str]]:
    if not EMAIL.fullmatch(value):
        raise SeedError("not an e-mail address: it has no name, @ and domain")
    lower = value.lower()
    local, _, domain = lower.rpartition("@")
    yield lower, "address"
    yield value, "address as written"
    yield value.upper(), "address in upper case"
    yield canonical_email(value), "address without dots and tag" if domain in DOTLESS else "address without tag"
    yield f"{local.replace('.', '')}@{domain}", "address without dots"
    yield codecs.encode(lower, "rot13"), "address in rot13"


def _phone_forms(value: str, country: str | None) -> Iterator[tuple[str, str]]:
    digits = "".join(character for character in value if character.isdecimal() and character.isascii())
    if value.startswith(("+", "00")):
        digits = digits.removeprefix("00")
    elif country and country.isdecimal():
        digits = country + digits.removeprefix("0")
    else:
        raise SeedError("not a phone number with its country: it should begin with + and the country's code")
    code = calling_code(digits)
    national = digits[len(code) :]
    if not SHORTEST_NATIONAL - 1 <= len(national) <= 14:
        raise SeedError("not a phone number: too few or too many digits")
    yield f"+{digits}", "number"
    yield digits, "number with country code"
    yield f"00{digits}", "number with 00"
    yield f"0{national}", "national number"
    if len(national) >= SHORTEST_BARE:
        yield national, "number without country"
    yield value, "number as written"


def calling_code(digits: str) -> str:
    """Return the country calling code that an international number begins with."""
    if digits[:1] in {"1", "7"}:
        return digits[:1]
    return digits[:2] if digits[:2].isdecimal() and int(digits[:2]) in TWO_DIGIT_CODES else digits[:3]


def _name_forms(value: str, _country: str | None) -> Iterator[tuple[str, str]]:
    words = WORD.findall(value)
    if not words or max(map(len, words)) < 2 or len(words) > 6:
        raise SeedError("not a name: one to six words of letters")
    lower = [word.lower() for word in words]
    yield from _cases(" ".join(lower), "name")
    yield value, "name as written"
    if len(words) > 1:
        yield from _cases(" ".join([lower[-1], *lower[:-1]]), "name, family name first")
        yield from _cases(f"{lower[-1]}, {' '.join(lower[:-1])}", "name, family name first")
        for joint in ("", "_", ".", "-"):
            yield from _cases(joint.join(lower), "name in one word")
        for word in lower:
            yield from _cases(word, "one word of the name")


def _cases(text: str, label: str) -> Iterator[tuple[str, str]]:
    yield text, label
    yield text.title(), label
    yield text.upper(), label


FORMS: Final[Mapping[Seed, Callable[[str, str | None], Iterator[tuple[str, str]]]]] = {
    Seed.EMAIL: _email_forms,
    Seed.PHONE: _phone_forms,
    Seed.NAME: _name_forms,
}
