"""Knows a request's situation (type and party) as one bit, and a rule's as a mask, so that a test is one `and`."""

from __future__ import annotations

from typing import Final

from louver.core.facts import ResourceType

type Mask = int

TYPES: Final = (*ResourceType, "popup")
"""A rule may speak of these. `popup` is a page opened by another page: to a proxy, a document that has a page."""

TYPE_COUNT: Final = len(TYPES)
TYPE_BIT: Final = {name: 1 << place for place, name in enumerate(TYPES)}
ALL_TYPES: Final = (1 << TYPE_COUNT) - 1
NAVIGATION: Final = TYPE_BIT[ResourceType.DOCUMENT] | TYPE_BIT["popup"]
FRAMES: Final = TYPE_BIT[ResourceType.DOCUMENT] | TYPE_BIT[ResourceType.SUBDOCUMENT]
SUBRESOURCES: Final = ALL_TYPES & ~NAVIGATION
"""What a rule that names no type speaks of: never a top-level navigation."""

SAME_HOST, SAME_SITE, THIRD, UNKNOWN = range(4)
"""The party as a rule may tell it apart: the page's own host, another host of its site, another site, no page known."""

ALL_PARTIES: Final = 0b1111
FIRST_PARTY: Final = 1 << SAME_HOST | 1 << SAME_SITE
THIRD_PARTY: Final = 1 << THIRD
STRICT_FIRST: Final = 1 << SAME_HOST
STRICT_THIRD: Final = 1 << SAME_SITE | 1 << THIRD


def mask(types: int, parties: int) -> Mask:
    """Spread types over parties."""
    return sum(types << party * TYPE_COUNT for party in range(4) if parties >> party & 1)


DEFAULT_MASK: Final = mask(SUBRESOURCES, ALL_PARTIES)
PAGE_MASK: Final = mask(TYPE_BIT[ResourceType.DOCUMENT], ALL_PARTIES)


def _bit(kind: ResourceType, party: int) -> int:
    types = TYPE_BIT[kind]
    if kind is ResourceType.DOCUMENT and party != UNKNOWN:
        types |= TYPE_BIT["popup"]
    if kind is ResourceType.DOCUMENT and party == UNKNOWN:
        party = SAME_HOST  # typed into the address bar: it is its own page
    return types << party * TYPE_COUNT


BITS: Final = {kind: tuple(_bit(kind, party) for party in range(4)) for kind in ResourceType}
"""Resource type to the situation's bits, one for each party."""
