"""Knows how to show the sites of a ledger: for each, what others could have learned there and what they did."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from rich.console import Group
from rich.text import Text

from louver.reports.coverage import coverage_line
from louver.reports.terminal import (
    BLOCKED,
    FAINT,
    REWRITTEN,
    SHARED,
    Look,
    ago,
    bar,
    counted,
    inert,
    legend,
    new_table,
    number,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from typing import Literal

    from rich.console import RenderableType
    from rich.table import Table

    from louver.ledger.rows import Coverage, Site

FOLDED: Final = frozenset({"Site", "Policy"})
NAME: Final = 22
WIDE_NAME: Final = 26
"""Columns that a site's name gets before it is folded."""


class Column(NamedTuple):
    """A column: its heading, from which width on there is room for it, how it looks and what stands in it."""

    name: str
    from_width: int
    justify: Literal["left", "right"]
    style: str
    cell: Callable[[Site, Look], RenderableType]


COLUMNS: Final = (
    Column("Site", 0, "left", "", lambda site, _: inert(site.site)),
    Column("", 0, "left", "", lambda site, look: bar(_counts(site), look.bar, plain=look.plain)),
    Column("Shared", 0, "right", SHARED, lambda site, _: number(site.third_shared)),
    Column("Rewritten", 0, "right", REWRITTEN, lambda site, _: number(site.third_rewritten)),
    Column("Blocked", 0, "right", BLOCKED, lambda site, _: number(site.third_blocked)),
    Column("Know you", 0, "right", "", lambda site, _: _recognisers(site)),
    Column("Policy", 102, "left", "", lambda site, _: inert(site.policy)),
    Column("Pages", 112, "right", "", lambda site, _: number(site.pages)),
    Column("Last seen", 92, "right", "", lambda site, look: ago(site.last_at, look.now)),
)


def sites_report(sites: Sequence[Site], coverage: Coverage, faults: int, look: Look) -> RenderableType:
    """Return the overview of all sites, those seen last first."""
    if not sites:
        return Text("Nothing was recorded in that time.")
    visited = [site for site in sites if site.pages]
    others = [site for site in sites if not site.pages]
    parts: list[RenderableType] = [Text(counted(len(visited), "site"), "bold"), Text(coverage_line(coverage))]
    if faults:
        parts.append(Text(f"{counted(faults, 'fault')} of Louver's own: see the table `faults` of the ledger", SHARED))
    parts += [Text("What others could learn about you:  ") + legend(plain=look.plain), Text()]
    parts.append(_table(visited, others, look))
    return Group(*parts)


def _table(visited: Sequence[Site], others: Sequence[Site], look: Look) -> Table:
    table = new_table(look)
    columns = [column for column in COLUMNS if look.width >= column.from_width]
    longest = max(len(site.site) for site in (*visited, *others))
    for column in columns:
        least = min(longest, WIDE_NAME if look.is_wide else NAME) if column.name == "Site" else None
        folds = column.name in FOLDED
        table.add_column(
            column.name,
            justify=column.justify,
            style=column.style,
            overflow="fold",
            no_wrap=not folds,
            min_width=least,
        )
    for site in visited:
        table.add_row(*(column.cell(site, look) for column in columns))
    if others:
        table.add_section()
        table.add_row(Text("outside of any page", "bold"))
    for site in others:
        table.add_row(*(column.cell(site, look) for column in columns), style=FAINT)
    return table


def _counts(site: Site) -> tuple[int, int, int]:
    return site.third_shared, site.third_rewritten, site.third_blocked


def _recognisers(site: Site) -> Text:
    if not site.third_parties:
        return Text("nobody there" if site.pages else "", FAINT)
    if not site.third_parties_identifying:
        return Text(f"none of {site.third_parties:,}", BLOCKED)
    return Text(f"{site.third_parties_identifying:,} of {site.third_parties:,}", SHARED)
