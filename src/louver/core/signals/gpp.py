"""Knows how to read a Global Privacy Platform string: its header, and the opt-outs of its sections; never writes one.

Source: IAB Tech Lab, "Global Privacy Platform", core specification 1.0 and the specifications of its sections.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from louver.core.signals.bit_text import Bits, BitsError
from louver.core.signals.choices import Choice, Consent
from louver.core.signals.tcf import tcf_consent

if TYPE_CHECKING:
    from collections.abc import Callable

HEADER: Final = 3
MAX_SECTIONS: Final = 64
GPC: Final = 1
REMEMBERED: Final = 256


@dataclass(frozen=True, slots=True)
class Layout:
    """Where a United States section keeps its opt-outs: after so many bits, in this order, two bits each."""

    name: str
    skip: int
    opt_outs: tuple[str, ...]
    has_header: bool = False
    """Whether the section's first segment is a table of contents and its core the second."""


SALE_AND_ADS: Final = ("sale", "targeted-advertising")
NOTICES: Final = 2
VERSION: Final = 6
MSPA: Final = 6 + 2 + 2

LAYOUTS: Final = {
    7: Layout("usnat", VERSION + 6 * NOTICES, ("sale", "sharing", "targeted-advertising")),
    8: Layout("usca", VERSION + 3 * NOTICES, ("sale", "sharing")),
    **{
        number: Layout(f"us{state}", VERSION + 3 * NOTICES, SALE_AND_ADS)
        for number, state in {
            9: "va",
            10: "co",
            12: "ct",
            13: "fl",
            14: "mt",
            15: "or",
            16: "tx",
            17: "de",
            19: "ne",
            20: "nh",
            21: "nj",
            22: "tn",
            23: "mn",
        }.items()
    },
    11: Layout("usut", VERSION + 4 * NOTICES, SALE_AND_ADS),
    18: Layout("usia", VERSION + 4 * NOTICES, SALE_AND_ADS),
    **{
        number: Layout(f"us{state}", MSPA + 3 * NOTICES, SALE_AND_ADS, has_header=True)
        for number, state in {24: "md", 25: "in", 26: "ky", 27: "ri"}.items()
    },
}
"""The sections of the states by number. Bits in front of the opt-outs: version, then notices of two bits each."""

OPT_OUT: Final = {0: Choice.UNKNOWN, 1: Choice.DENIED, 2: Choice.GRANTED, 3: Choice.UNKNOWN}
SAID: Final = {Choice.DENIED: "opted out of", Choice.GRANTED: "did not opt out of", Choice.UNKNOWN: "nothing said on"}

US_PRIVACY: Final = re.compile(r"1([YNyn-])([YNyn-])([YNyn-])")
YES_NO: Final = {"Y": "yes", "N": "no", "-": "not applicable"}


def gpp_sections(header: str) -> tuple[int, ...] | None:
    """Return the numbers of the sections that a header announces, in order; None where it is no header."""
    try:
        bits = Bits(header)
        if bits.take(6) != HEADER or bits.take(6) != 1:
            return None
        numbers: list[int] = []
        for first, last in bits.fibonacci_ranges():
            if last - first + len(numbers) >= MAX_SECTIONS:
                return None
            numbers.extend(range(first, last + 1))
    except BitsError:
        return None
    return tuple(numbers)


@lru_cache(REMEMBERED)
def gpp_consents(raw: str) -> tuple[Consent, ...]:
    """Read every section that we know of a GPP string; nothing where the text is not one."""
    header, *sections = raw.split("~")
    numbers = gpp_sections(header)
    if numbers is None or len(numbers) != len(sections):
        return ()
    found = (_read_section(number, section) for number, section in zip(numbers, sections, strict=True))
    return tuple(consent for consent in found if consent is not None)


def _read_section(number: int, section: str) -> Consent | None:
    reader = READERS.get(number)
    consent = reader(section) if reader else _read_state(number, section)
    return replace(consent, mechanism=f"gpp-{consent.mechanism}") if consent else None


def _read_state(number: int, section: str) -> Consent | None:
    layout = LAYOUTS.get(number)
    if layout is None:
        return None
    segments = section.split(".")[1 if layout.has_header else 0 :]
    try:
        bits = Bits(segments[0] if segments else "")
        bits.take(layout.skip)
        choices = {name: OPT_OUT[bits.take(2)] for name in layout.opt_outs}
    except BitsError:
        return None
    signal = _read_gpc(segments[1:])
    words = "; ".join(f"{SAID[choice]} {name.replace('-', ' ')}" for name, choice in choices.items())
    if signal is not None:
        words += f"; Global Privacy Control {'on' if signal else 'off'}"
        choices["gpc"] = Choice.DENIED if signal else Choice.UNKNOWN
    return Consent(layout.name, choices, words, section)


def _read_gpc(segments: list[str]) -> bool | None:
    for segment in segments:
        try:
            bits = Bits(segment)
            if bits.take(2) == GPC:
                return bits.flag()
        except BitsError:
            return None
    return None


def us_privacy_consent(raw: str) -> Consent | None:
    """Read a US Privacy string such as `1YNN`: version, notice given, opted out of sale, covered by the LSPA."""
    matched = US_PRIVACY.fullmatch(raw)
    if matched is None:
        return None
    notice, opted_out, covered = (letter.upper() for letter in matched.groups())
    choice = {"Y": Choice.DENIED, "N": Choice.GRANTED}.get(opted_out, Choice.UNKNOWN)
    words = f"{SAID[choice]} sale; notice given: {YES_NO[notice]}; limited service provider: {YES_NO[covered]}"
    return Consent("us-privacy", {"sale": choice}, words, raw)


READERS: Final[dict[int, Callable[[str], Consent | None]]] = {2: tcf_consent, 6: us_privacy_consent}
