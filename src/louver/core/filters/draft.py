"""Knows a rule while it is being read: what its options have said so far, and what they mean together."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from louver.core.facts import ResourceType
from louver.core.filters import situation
from louver.core.filters.pattern import Refusal
from louver.core.filters.rule import Effect
from louver.core.filters.situation import ALL_PARTIES, ALL_TYPES, FRAMES, SUBRESOURCES, TYPE_BIT

if TYPE_CHECKING:
    from louver.core.filters.rule import Condition


class Draft:
    """A rule while its options are read."""

    __slots__ = (
        "cancels",
        "cased",
        "conditions",
        "cosmetic",
        "effect",
        "exception",
        "important",
        "key",
        "parties",
        "redirect",
        "scopes",
        "types_off",
        "types_on",
        "value",
    )

    def __init__(self, *, exception: bool) -> None:
        self.exception = exception
        self.effect = Effect.BLOCK
        self.value = self.redirect = ""
        self.types_on = self.types_off = 0
        self.parties = ALL_PARTIES
        self.important = self.cased = self.cancels = self.cosmetic = False
        self.conditions: list[Condition] = []
        self.scopes: list[Effect] = []
        self.key: list[object] = []

    def modify(self, effect: Effect, value: str) -> None:
        """Make it a rule that changes something; it can have only one such effect."""
        if self.effect is not Effect.BLOCK or self.redirect:
            raise Refusal("options that contradict each other")
        self.effect, self.value = effect, value

    def mask(self) -> situation.Mask:
        """Return the situations that it speaks of; raise Refusal where there are none."""
        types = self.types_on or DEFAULT_TYPES.get(self.effect, SUBRESOURCES)
        found = situation.mask(types & ~self.types_off, self.parties)
        if not found:
            raise Refusal("options that contradict each other")
        return found


DEFAULT_TYPES: Final = {
    Effect.REMOVEPARAM: ALL_TYPES,
    Effect.URLTRANSFORM: ALL_TYPES,
    Effect.REMOVEHEADER: ALL_TYPES,
    Effect.COOKIE: ALL_TYPES,
    Effect.CNAME: ALL_TYPES,
    Effect.CSP: FRAMES,
    Effect.PERMISSIONS: FRAMES,
    Effect.URLSKIP: TYPE_BIT[ResourceType.DOCUMENT],
    Effect.PAGE: TYPE_BIT[ResourceType.DOCUMENT],
    Effect.GENERICBLOCK: TYPE_BIT[ResourceType.DOCUMENT],
}
"""What a rule speaks of that names no type, where that is more or less than all subresources."""
