"""Knows the shape of what the lists say about a request; knows nothing of how it came about."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from louver.core.decision import RuleRef
    from louver.core.filters.cookies import CookieRule
    from louver.core.filters.rule import Effect


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the lists say.

    `rule` is the rule that blocks, or that would have but for `exception`. `redirect` is the name of a stand-in to
    answer with, and comes with a block only. `url` is the URL without the parameters that rules take out, `skip_to`
    the address that a counting link leads to; both None where nothing changes. `csp` and `permissions` are policies
    to add to the response. `applied` are the rules behind all that is no block.
    """

    block: bool = False
    rule: RuleRef | None = None
    exception: RuleRef | None = None
    redirect: str | None = None
    url: str | None = None
    skip_to: str | None = None
    csp: tuple[str, ...] = ()
    permissions: tuple[str, ...] = ()
    remove_request_headers: tuple[str, ...] = ()
    remove_response_headers: tuple[str, ...] = ()
    cookies: tuple[CookieRule, ...] = ()
    applied: tuple[RuleRef, ...] = ()


PASS: Final = Verdict()


@dataclass(frozen=True, slots=True)
class Match:
    """A rule that matches a request, what it does, and whether it had its way. `value` is what it does it with."""

    rule: RuleRef
    effect: Effect
    exception: bool
    important: bool
    value: str
    decides: bool
