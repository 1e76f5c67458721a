"""Knows where in a table each rule is filed so that few rules are tried for a URL; knows nothing of matching."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Final

from louver.core.filters.needles import tokens
from louver.core.filters.rows import MASK, Lane, Row, Table
from louver.core.filters.rule import Effect, Rule

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

_COMMON = (
    "net org co uk de io js html htm php css json xml gif png jpg jpeg svg webp api cdn static "
    "assets images image img script scripts min jquery index web site content id page url en v1 v2 v3 s3 wp "
    "uploads plugins themes media files data lib core main app bundle amazonaws cloudfront google"
)
EVERYWHERE: Final = frozenset({"http", "https", "com", "www"})
"""Tokens of nearly every URL, which are as good as none."""

COMMON: Final = frozenset(_COMMON.split())
"""Tokens that stand in URLs everywhere: a rule filed under one of them is tried for nothing again and again."""

COMMON_COST: Final = 1000
SHORT_COST: Final = {1: 300, 2: 60}
"""What a token costs, counted in rules that share it; so do very short ones."""

SITES_MOST: Final = 64
"""A rule that names more sites than this is filed under a token if it has one."""


def file_rows(rules: Sequence[tuple[Lane, Rule, Row]]) -> dict[Lane, Table]:
    """File every rule in the table of its lane."""
    needed = [_tokens(rule) for _, rule, _ in rules]
    shared = Counter(token for found in needed for token in set(found))
    tables: dict[Lane, Table] = {}
    for (lane, rule, row), found in zip(rules, needed, strict=True):
        _file(tables.setdefault(lane, Table()), rule, row, min(((_cost(t, shared), t) for t in found), default=None))
    return tables


def named_param(rule: Rule) -> bool:
    """Tell whether a rule takes out a parameter by name, which must then stand in the URL."""
    by_name = rule.effect is Effect.REMOVEPARAM and not rule.exception
    return by_name and rule.value[:1] not in {"", "~", "/", "|"} and rule.value.isascii()


def _tokens(rule: Rule) -> list[str]:
    found = (*rule.tokens, *tokens(f"\n{rule.value.lower()}\n")) if named_param(rule) else rule.tokens
    return [token for token in found if token not in EVERYWHERE]


def _cost(token: str, shared: Counter[str]) -> int:
    return shared[token] + COMMON_COST * (token in COMMON) + SHORT_COST.get(len(token), 0)


def _file(table: Table, rule: Rule, row: Row, best: tuple[int, str] | None) -> None:
    table.situations |= row[MASK]
    table.important |= rule.important
    sites, targets = _asked(rule, "from"), _asked(rule, "to")
    if rule.host:
        table.by_host.setdefault(rule.host, []).append(row)
    elif 0 < len(sites) <= SITES_MOST and all("." in site for site in sites):
        _under(table.by_site, sites, row)
    elif best is not None and (best[0] < COMMON_COST or not (sites or targets)):
        table.by_token.setdefault(best[1].encode(), []).append(row)
    elif sites:
        _under(table.by_site, sites, row)
    elif targets:
        _under(table.by_host, targets, row)
    else:
        table.rest.append(row)


def _under(filed: dict[str, list[Row]], names: Iterable[str], row: Row) -> None:
    for name in sorted(names):
        filed.setdefault(name, []).append(row)


def _asked(rule: Rule, kind: str) -> frozenset[str]:
    """Names that one of which must be there; none if an expression may stand for them."""
    for condition in rule.conditions:
        if condition[0] in {"from", "to"} and condition[0] == kind and not condition[3]:
            return condition[1]
    return frozenset()
