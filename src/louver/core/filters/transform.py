"""Knows how `urltransform` rewrites a URL's path and query; knows nothing of rules."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from louver.core.filters.expressions import read_expression, searcher
from louver.core.filters.pattern import Refusal

if TYPE_CHECKING:
    from louver.core.filters.expressions import Expression

_PARTS: Final = re.compile(r"/((?:[^/\\]|\\.)+)/((?:[^/\\]|\\.)*)/([a-z]*)", re.DOTALL)
_REFERENCE: Final = re.compile(r"\$(?:\$|&|(\d{1,2}))|\\(.)")
_AUTHORITY: Final = re.compile(r"[a-z][a-z0-9+.-]*://[^/?#]*", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Transform:
    """A replacement of the first match in path and query; `$1` stands for a group."""

    expression: Expression
    replacement: str
    cased: bool


@lru_cache(1024)
def read_transform(value: str) -> Transform:
    """Read `/expression/replacement/flags`; raise Refusal where it cannot be used."""
    parts = _PARTS.fullmatch(value)
    if parts is None or set(parts[3]) - set("i"):
        raise Refusal("unsupported option: urltransform")
    cased = "i" not in parts[3]
    return Transform(read_expression(parts[1], folded=not cased), parts[2], cased)


def transform(url: str, rule: Transform) -> str:
    """Rewrite path and query, never the host; a URL that has none is returned as it is."""
    authority = _AUTHORITY.match(url)
    if authority is None:
        return url
    rest = url[authority.end() :]
    found = searcher(*rule.expression, cased=rule.cased)(rest)
    if found is None:
        return url
    new = rest[: found.start()] + _fill(rule.replacement, found) + rest[found.end() :]
    if new[:1] not in {"/", "?", "#"}:
        new = "/" + new
    return authority[0] + new if new.isprintable() and " " not in new else url


def _fill(replacement: str, found: re.Match[str]) -> str:
    def fill(reference: re.Match[str]) -> str:
        if reference[2] is not None:
            return reference[2]
        if reference[1] is None:
            return "$" if reference[0] == "$$" else found[0]
        group = int(reference[1])
        return (found[group] or "") if group <= len(found.groups()) else reference[0]

    return _REFERENCE.sub(fill, replacement)
