"""Knows how `removeparam` takes parameters out of a URL, byte-exact outside what it takes; knows nothing of rules."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Final
from urllib.parse import unquote

from louver.core.filters.expressions import read_expression, searcher

if TYPE_CHECKING:
    from collections.abc import Sequence

    from louver.core.filters.expressions import Expression

LONGEST: Final = 65_536
"""Longer URLs are left as they are: no server takes them, and none shall cost us time."""


@dataclass(frozen=True, slots=True)
class Param:
    """What to take: parameters by name, or those whose `name=value` an expression finds; `negated` takes the others.

    With neither name nor expression it takes all.
    """

    name: str
    expression: Expression | None
    cased: bool
    negated: bool

    def takes(self, name: str, text: str) -> bool:
        """Tell whether it takes a parameter with this name and this `name=value`."""
        if self.expression is not None:
            found = searcher(*self.expression, cased=self.cased)(_readable(text)) is not None
        else:
            found = not self.name or name == self.name
        return found != self.negated


@lru_cache(8192)
def read_param(value: str) -> Param:
    """Read the value of `removeparam`; raise Refusal where it cannot be used."""
    negated = value.startswith("~")
    text = value.removeprefix("~")
    end = text.rfind("/")
    if text.startswith("/") and end > 1 and text[end + 1 :] in {"", "i"}:
        cased = text[end + 1 :] != "i"
        return Param("", read_expression(text[1:end], folded=not cased), cased, negated)
    if text.startswith("|"):  # an older way to write "begins with"
        return Param("", (_escape(text), 8192), cased=False, negated=negated)
    return Param(text, None, cased=True, negated=negated)


def _escape(text: str) -> str:
    return "^" + "".join(c if c.isalnum() else f"\\{c}" for c in text[1:] if c.isascii())


def _readable(text: str) -> str:
    name, equals, value = text.partition("=")
    return f"{name}={unquote(value) if equals and '%' in value else value}"


def remove(url: str, params: Sequence[Param]) -> tuple[str, list[int]]:
    """Take out what any of these takes. Return the URL, and the places of those that took something."""
    if len(url) > LONGEST or "?" not in url:
        return url, []
    head, hash_mark, fragment = url.partition("#")
    path, _, query = head.partition("?")
    pairs = query.split("&")
    used = []
    for place, param in enumerate(params):
        kept = [pair for pair in pairs if not pair or not param.takes(pair.partition("=")[0], pair)]
        if len(kept) < len(pairs):
            used.append(place)
            pairs = kept
    if not used:
        return url, []
    left = "&".join(pairs)
    return path + ("?" + left if left else "") + hash_mark + fragment, used
