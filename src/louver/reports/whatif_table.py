"""Knows how to show what another policy would have changed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from rich.console import Group
from rich.text import Text

from louver.reports.terminal import BLOCKED, FAINT, REWRITTEN, SHARED, bar, counted, inert, legend, new_table

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from rich.console import RenderableType

    from louver.reports.terminal import Look
    from louver.reports.whatif import Change, Counts, WhatIf

BAR: Final = 40
SHOWN: Final = 12


def whatif_report(told: WhatIf, look: Look) -> RenderableType:
    """Return the sums, then sites, organisations and kinds that would have fared differently."""
    if not told.exchanges:
        return Text("Nothing was recorded in that time.")
    parts: list[RenderableType] = [*_head(told, look)]
    if told.changed:
        for title, changes in (("Site", told.sites), ("Organisation", told.entities), ("Signal", told.kinds)):
            if changes:
                parts += [Text(), _table(title, changes[:SHOWN], look)]
    parts += [Text(), *(Text(f"· {limit}", FAINT) for limit in told.limits)]
    return Group(*parts)


def _head(told: WhatIf, look: Look) -> Iterator[RenderableType]:
    yield Text.assemble(
        ("With ", "bold"), (told.policy, "bold"),
        (f", {told.changed:,} of {counted(told.exchanges, 'exchange')} would have gone another way", "bold"),
        f": {told.newly_stopped:,} more stopped, {told.newly_passed:,} more let through",
    )  # fmt: skip
    before, after = len(told.recognisers_before), len(told.recognisers_after)
    colour = BLOCKED if after < before else SHARED if after > before else ""
    yield Text.assemble("Organisations that could recognise you: ", f"{before:,}", " → ", (f"{after:,}", colour))
    if told.not_replayed:
        yield Text(f"{counted(told.not_replayed, 'exchange')} that Louver failed on cannot be replayed.", FAINT)
    yield Text()
    for label, counts in (("as it was", told.total.before), ("as it would be", told.total.after)):
        yield Text(f"{label:<15} ") + bar(_three(counts), BAR, plain=look.plain) + Text("  " + _words(counts))
    yield Text(" " * 16) + legend(plain=look.plain)


def _table(title: str, changes: Sequence[Change], look: Look) -> RenderableType:
    table = new_table(look)
    table.add_column(title, overflow="fold", min_width=24)
    for name, style in (("Stopped", ""), ("Shared", SHARED), ("Rewritten", REWRITTEN), ("Blocked", BLOCKED)):
        table.add_column(name, justify="right", no_wrap=True, style=style)
    for one in changes:
        pairs = zip(_three(one.before), _three(one.after), strict=True)
        table.add_row(
            inert(one.name), _moved(one.stopped_before, one.stopped_after), *(_moved(*pair) for pair in pairs)
        )
    return table


def _moved(before: int, after: int) -> str:
    return f"{before:,} → {after:,}" if before != after else f"{before:,}" if before else ""


def _three(counts: Counts) -> tuple[int, int, int]:
    return counts.shared, counts.rewritten, counts.blocked


def _words(counts: Counts) -> str:
    return "{:,} shared, {:,} rewritten, {:,} blocked".format(*_three(counts))
