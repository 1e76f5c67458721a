"""Knows how to read a TC string of the IAB Europe Transparency and Consent Framework, version 2; never writes one.

Source: IAB Tech Lab, "Transparency and Consent String with Global Vendor List Format", v2.3.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from louver.core.signals.bit_text import Bits, BitsError
from louver.core.signals.choices import Consent, granted

PURPOSES: Final = {
    1: "storage",
    2: "basic-ads",
    3: "ad-profile",
    4: "personalised-ads",
    5: "content-profile",
    6: "personalised-content",
    7: "ad-measurement",
    8: "content-measurement",
    9: "audience-research",
    10: "product-improvement",
    11: "basic-content",
}
"""The framework's purposes in our words, by number."""

DISCLOSED_VENDORS: Final = 1
REMEMBERED: Final = 256
"""Strings kept decoded: one page sends the same string to dozens of recipients."""


@dataclass(frozen=True, slots=True)
class Vendors:
    """A set of vendors by their number in the Global Vendor List, as a mask of bits."""

    mask: int

    def __contains__(self, vendor: int) -> bool:
        return vendor > 0 and (self.mask >> vendor) & 1 == 1

    def __len__(self) -> int:
        return self.mask.bit_count()

    def numbers(self) -> tuple[int, ...]:
        """Return the vendors' numbers in order."""
        bits = f"{self.mask:b}"[::-1]
        return tuple(index for index, bit in enumerate(bits) if bit == "1")


@dataclass(frozen=True, slots=True)
class TcString:
    """What a TC string says. Times are seconds since 1970; `disclosed` is None where the segment is missing."""

    created: float
    updated: float
    cmp: int
    language: str
    vendor_list: int
    policy: int
    is_service_specific: bool
    special_features: frozenset[int]
    purposes: frozenset[int]
    legitimate_interests: frozenset[int]
    country: str
    vendors: Vendors
    vendor_interests: Vendors
    disclosed: Vendors | None


@lru_cache(REMEMBERED)
def read_tc_string(raw: str) -> TcString | None:
    """Read a TC string; None where the text is not one."""
    core, *others = raw.split(".")
    try:
        return _read_core(Bits(core), _read_disclosed(others))
    except BitsError:
        return None


def _read_core(bits: Bits, disclosed: Vendors | None) -> TcString:
    if bits.take(6) != 2:
        raise BitsError("version")
    created, updated, cmp = bits.take(36) / 10, bits.take(36) / 10, bits.take(12)
    bits.take(12 + 6)  # version of the consent tool, and its screen
    language, vendor_list, policy = bits.letters(2), bits.take(12), bits.take(6)
    is_service_specific, _ = bits.flag(), bits.flag()
    features, purposes, interests = bits.members(12), bits.members(24), bits.members(24)
    bits.flag()  # whether purpose 1 was left out of the question
    return TcString(
        created=created,
        updated=updated,
        cmp=cmp,
        language=language,
        vendor_list=vendor_list,
        policy=policy,
        is_service_specific=is_service_specific,
        special_features=features,
        purposes=purposes,
        legitimate_interests=interests,
        country=bits.letters(2),
        vendors=_read_vendors(bits),
        vendor_interests=_read_vendors(bits),
        disclosed=disclosed,
    )


def _read_disclosed(segments: list[str]) -> Vendors | None:
    for segment in segments:
        bits = Bits(segment)
        if bits.take(3) == DISCLOSED_VENDORS:
            return _read_vendors(bits)
    return None


def _read_vendors(bits: Bits) -> Vendors:
    highest = bits.take(16)
    if not bits.flag():
        return Vendors(int(f"{bits.take(highest):0{highest}b}"[::-1], 2) << 1 if highest else 0)
    mask = 0
    for _ in range(bits.take(12)):
        is_range = bits.flag()
        first = bits.take(16)
        last = bits.take(16) if is_range else first
        mask |= (1 << max(last + 1, first)) - (1 << first)
    return Vendors(mask)


def tcf_consent(raw: str) -> Consent | None:
    """Read a TC string as a consent; None where the text is not one."""
    said = read_tc_string(raw)
    if said is None:
        return None
    choices = {name: granted(number in said.purposes) for number, name in PURPOSES.items()}
    return Consent("tcf", choices, _words(said), raw)


def _words(said: TcString) -> str:
    agreed = [name for number, name in PURPOSES.items() if number in said.purposes]
    interests = len(said.legitimate_interests & PURPOSES.keys())
    parts = [
        f"consent to {len(agreed)} of {len(PURPOSES)} purposes" + (f" ({', '.join(agreed)})" if agreed else ""),
        f"{len(said.vendors)} vendors",
    ]
    if interests:
        parts.append(f"{interests} purposes claimed as legitimate interest by {len(said.vendor_interests)} vendors")
    return "; ".join(parts)
