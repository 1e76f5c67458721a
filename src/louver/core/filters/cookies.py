"""Knows the `cookie` option: which cookies it means and whether it drops or shortens them; knows no cookie's value."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from louver.core.filters.expressions import read_expression, searcher
from louver.core.filters.pattern import Refusal

if TYPE_CHECKING:
    from louver.core.filters.expressions import Expression

SAME_SITE: Final = frozenset({"lax", "strict", "none"})


@dataclass(frozen=True, slots=True)
class CookieRule:
    """Cookies by name or expression, or all. They are dropped unless `max_age` (seconds) or `same_site` says else."""

    name: str
    expression: Expression | None = None
    max_age: int | None = None
    same_site: str | None = None

    @property
    def drops(self) -> bool:
        """Tell whether the cookies go altogether."""
        return self.max_age is None and self.same_site is None

    def means(self, name: str) -> bool:
        """Tell whether a cookie of this name is meant."""
        if self.expression is not None:
            return searcher(*self.expression, cased=True)(name) is not None
        return not self.name or name == self.name


@lru_cache(1024)
def read_cookie(value: str) -> CookieRule:
    """Read `name;maxAge=3600;sameSite=lax`; raise Refusal where it cannot be used."""
    name, *settings = (part.strip() for part in value.split(";"))
    expression = None
    if len(name) > 2 and name[0] == name[-1] == "/":
        name, expression = "", read_expression(name[1:-1], folded=False)
    max_age = same_site = None
    for setting in settings:
        match setting.lower().partition("="):
            case ("maxage", _, seconds) if seconds.isascii() and seconds.isdigit() and len(seconds) < 12:
                max_age = int(seconds)
            case ("samesite", _, word) if word in SAME_SITE:
                same_site = word
            case _:
                raise Refusal("unsupported option: cookie")
    return CookieRule(name, expression, max_age, same_site)
