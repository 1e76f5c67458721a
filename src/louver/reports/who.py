"""Knows how to show who can link which of the sites that were visited, and through which identifier, as a table."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from rich.console import Group
from rich.text import Text

from louver.reports.terminal import BLOCKED, FAINT, REWRITTEN, SHARED, counted, inert, new_table

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rich.console import RenderableType

    from louver.reports.linking import Entity, Linkage, Through
    from louver.reports.terminal import Look

SHOWN: Final = 25
SITES_NAMED: Final = 4
THROUGH_NAMED: Final = 3


def who_report(linked: Linkage, look: Look, *, everybody: bool = False) -> RenderableType:
    """Return the figures, and a table of those who could have linked sites, worst first."""
    if not linked.sites:
        return Text("No visit is in the ledger yet; `louver browse` makes one.")
    known = [one for one in linked.entities if one.before]
    parts: list[RenderableType] = [_head(linked), *_figures(linked)]
    if not known:
        return Group(*parts, Text("Nobody met you with the same identifier on two of them.", BLOCKED))
    shown = known if everybody else known[:SHOWN]
    parts += [Text(), _table(shown, look)]
    if len(known) > len(shown):
        parts.append(Text(f"and {len(known) - len(shown):,} more; --all shows them", FAINT))
    return Group(*parts)


def _head(linked: Linkage) -> Text:
    after = linked.after.entities
    verdict = (
        f"{counted(after, 'organisation')} can tell that visits were one person's" if after else "nobody can link two"
    )
    return Text.assemble(
        (f"{counted(len(linked.sites), 'site')} visited: ", "bold"),
        (verdict, f"bold {SHARED if after else BLOCKED}"),
        (f" (without Louver {linked.before.entities:,})", "bold"),
    )


def _figures(linked: Linkage) -> list[Text]:
    rows = (
        ("pairs of sites that somebody can link", linked.before.linkability, linked.after.linkability),
        (
            "  … when those who know one value put theirs together",
            linked.before.with_partners,
            linked.after.with_partners,
        ),
        ("sites that the best informed can link", linked.before.coverage, linked.after.coverage),
    )
    return [
        Text.assemble(f"{label:<54}", f"{_percent(before):>6}  →  ", (f"{_percent(after):>6}", _colour(before, after)))
        for label, before, after in rows
    ]


def _table(entities: Sequence[Entity], look: Look) -> RenderableType:
    table = new_table(look)
    table.add_column("Who", overflow="fold", min_width=16)
    table.add_column("Could link", justify="right", no_wrap=True)
    table.add_column("Can link", justify="right", no_wrap=True)
    table.add_column("Through", overflow="fold", ratio=2)
    table.add_column("Which sites", overflow="fold", ratio=3)
    for one in entities:
        before, after = _most(one.before), _most(one.after)
        table.add_row(
            inert(one.name, "bold"),
            f"{len(before):,}",
            Text(f"{len(after):,}" if after else "none", SHARED if after else BLOCKED),
            inert(_through(one.through, is_after=bool(after))),
            _sites(before, after),
        )
    return table


def _through(through: Sequence[Through], *, is_after: bool) -> str:
    used = [one for one in through if len(one.after if is_after else one.before) > 1] or through
    named = list(dict.fromkeys(f"{one.name} ({one.kind})" if one.name else one.kind for one in used))
    return ", ".join(named[:THROUGH_NAMED]) + (", …" if len(named) > THROUGH_NAMED else "")


def _sites(before: Sequence[str], after: Sequence[str]) -> Text:
    shown, style = (after, SHARED) if after else (before, FAINT)
    more = f" and {len(shown) - SITES_NAMED} more" if len(shown) > SITES_NAMED else ""
    return inert(", ".join(shown[:SITES_NAMED]) + more, style)


def _most(groups: Sequence[Sequence[str]]) -> Sequence[str]:
    return groups[0] if groups else ()


def _percent(share: float) -> str:
    return "0 %" if share == 0 else "<1 %" if share < 0.01 else f"{share * 100:.0f} %"


def _colour(before: float, after: float) -> str:
    return BLOCKED if after == 0 else REWRITTEN if after < before else SHARED
