"""The filter-list language: read lists, find the rules that match a request, and say which of them wins."""

from louver.core.filters.cookies import CookieRule
from louver.core.filters.filters import Filters, compile_filters
from louver.core.filters.rule import Effect
from louver.core.filters.source import Lines, ListStats, Source, decode
from louver.core.filters.verdict import PASS, Match, Verdict

__all__ = [
    "PASS",
    "CookieRule",
    "Effect",
    "Filters",
    "Lines",
    "ListStats",
    "Match",
    "Source",
    "Verdict",
    "compile_filters",
    "decode",
]
