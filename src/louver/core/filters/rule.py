"""Knows what one rule says, once it has been read; knows nothing of how it was written or how it is looked up."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from louver.core.filters.situation import Mask


class Effect(StrEnum):
    """What a rule does where it matches; its exceptions (`@@`) take that back."""

    BLOCK = "block"
    REDIRECT = "redirect"
    REMOVEPARAM = "removeparam"
    URLTRANSFORM = "urltransform"
    URLSKIP = "urlskip"
    CSP = "csp"
    PERMISSIONS = "permissions"
    REMOVEHEADER = "removeheader"
    COOKIE = "cookie"
    PAGE = "page"
    GENERICBLOCK = "genericblock"
    RESPONSE = "response"
    CNAME = "cname"


class Family(StrEnum):
    """Effects that are asked about together, so that a request that nothing changes costs one look."""

    BLOCK = "block"
    REDIRECT = "redirect"
    CHANGE = "change"
    PAGE = "page"
    GENERICBLOCK = "genericblock"
    RESPONSE = "response"
    CNAME = "cname"


def family(effect: Effect) -> Family:
    """Return the family of an effect."""
    return Family(effect.value) if effect.value in Family else Family.CHANGE


ANYWHERE, AT_START, AT_HOST = range(3)
"""Where a pattern begins: anywhere, at the URL's start (`|`), or at the start of a label of its host (`||`)."""

type Glob = tuple[Literal["glob"], bool, int, tuple[str, ...], bool]
"""Case matters; where it begins; the texts between `*`; must end with the URL. `^` is a separator."""

type Regex = tuple[Literal["regex"], bool, str, int]
"""Case matters; the expression; how many characters of a URL it may see."""

type Pattern = Glob | Regex | None
"""None matches every URL. All of these are plain values, so that a compiled list can be stored."""

type Names = tuple[
    Literal["from", "to", "denyallow"],
    frozenset[str],
    frozenset[str],
    tuple[tuple[str, int], ...],
    tuple[tuple[str, int], ...],
]
"""A condition on a host (`from`, `to`, `denyallow`): names asked for, names refused, and expressions of both kinds."""

type Methods = tuple[Literal["method"], frozenset[str], frozenset[str]]
type HeaderTest = tuple[Literal["header"], str, str, tuple[str, int] | None]
type Condition = Names | Methods | HeaderTest


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule. `host` is set where the pattern is exactly a host and what is below it.

    `literal` and `tokens` are what a URL must contain (see `needles`). `key` tells which rules a `badfilter` rule
    cancels. `scopes` are the further effects of an exception that speaks of pages; `pages_only` says that it has no
    other.
    """

    effect: Effect
    exception: bool
    important: bool
    mask: Mask
    pattern: Pattern
    host: str
    literal: str
    tokens: tuple[str, ...]
    conditions: tuple[Condition, ...]
    value: str
    redirect: str
    scopes: tuple[Effect, ...]
    pages_only: bool
    key: tuple[object, ...]
    cancels: bool
