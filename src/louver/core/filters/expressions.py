"""Knows how to run the checked expressions of a list on hostile text: each sees no more of it than it was allowed."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING

from louver.core.filters.pattern import Refusal
from louver.core.filters.regex import UnsafeRegexError, examine

if TYPE_CHECKING:
    from collections.abc import Callable

type Expression = tuple[str, int]
"""An expression as Python writes it, and how many characters it may see."""


def read_expression(text: str, *, folded: bool = True) -> Expression:
    """Check an expression that stands in an option; raise Refusal where it may not run."""
    try:
        safe = examine(text, folded=folded)
    except UnsafeRegexError:
        raise Refusal("unsafe or unreadable regular expression") from None
    return safe.source, safe.limit


@lru_cache(2048)
def searcher(source: str, limit: int, *, cased: bool) -> Callable[[str], re.Match[str] | None]:
    """Return a search that looks at the first `limit` characters; a `$` does not match where the text was cut."""
    try:
        search = re.compile(source, re.ASCII if cased else re.ASCII | re.IGNORECASE).search
    except (re.error, OverflowError, RecursionError):
        return lambda _text: None  # the reader lets nothing through that Python cannot read, but a list is a list
    closed = source.endswith("$")

    def bounded(text: str) -> re.Match[str] | None:
        if len(text) > limit and closed:
            return None
        return search(text, 0, limit)

    return bounded
