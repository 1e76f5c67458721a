"""Knows how a person's choice about data is said in our words; knows none of the strings it arrives in."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping


class Choice(StrEnum):
    """What a person, or whoever speaks for them, said about a purpose."""

    GRANTED = "granted"
    DENIED = "denied"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Consent:
    """One consent or opt-out signal as it was read: which mechanism, what it says by purpose, and a sentence.

    `raw` is the text it was read from; it lives in memory only.
    """

    mechanism: str
    choices: Mapping[str, Choice]
    words: str
    raw: str = field(default="", repr=False)


def granted(said: bool) -> Choice:
    """Return the choice that a yes or no stands for."""
    return Choice.GRANTED if said else Choice.DENIED


ASPECTS: Final[Mapping[str, tuple[str, ...]]] = {
    "storage": ("storage", "ad-storage", "analytics-storage", "tracking"),
    "advertising": (
        "ad-profile",
        "ad-storage",
        "ad-user-data",
        "advertising",
        "gpc",
        "personalised-ads",
        "sale",
        "sharing",
        "targeted-advertising",
        "tracking",
    ),
    "analytics": ("analytics", "analytics-storage", "ad-measurement", "content-measurement", "tracking"),
    "sale": ("gpc", "sale", "sharing"),
}
"""The few questions that people ask, and the purposes of all mechanisms that answer them."""
