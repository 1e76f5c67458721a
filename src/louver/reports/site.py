"""Knows how to show one site: who else was there, what each got, what was withheld, and since when."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from rich.console import Group
from rich.text import Text

from louver.reports.balance_lines import balance_lines
from louver.reports.coverage import coverage_line
from louver.reports.explanation import printable
from louver.reports.terminal import (
    BLOCKED,
    FAINT,
    REWRITTEN,
    SHARED,
    ago,
    bar,
    counted,
    inert,
    legend,
    new_table,
    number,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from rich.console import RenderableType
    from rich.table import Table

    from louver.ledger.rows import Recipient, SignalCount, SiteDetail
    from louver.reports.balance import Balance
    from louver.reports.terminal import Look

BAR: Final = 40
OUTCOMES: Final = (("shared", SHARED), ("rewritten", REWRITTEN), ("blocked", BLOCKED))
HOSTS_NAMED: Final = 4
OWN: Final = "the site itself"


class Line(NamedTuple):
    """One kind of signal at one organisation: how often it met each outcome, and when first and last."""

    kind: str
    counts: tuple[int, int, int]
    first_at: float
    last_at: float


class Organisation(NamedTuple):
    """Hosts of one owner on one site; a host whose owner is not known stands for itself."""

    name: str
    about: str
    recipients: Sequence[Recipient]

    @property
    def told(self) -> tuple[int, int, int, int]:
        """What it got, the worst first: signals that single a person out, others, altered ones, withheld ones."""
        counts = [(one.identifying, one.shared, one.rewritten, one.blocked) for one in self.recipients]
        identifying, shared, rewritten, blocked = (sum(column) for column in zip(*counts, strict=True))
        return identifying, shared, rewritten, blocked

    @property
    def lines(self) -> list[Line]:
        """Its signals by kind, those that it got most first."""
        kinds: dict[str, list[SignalCount]] = {}
        for one in self.recipients:
            for signal in one.signals:
                kinds.setdefault(signal.kind, []).append(signal)
        return sorted((_line(kind, signals) for kind, signals in kinds.items()), key=lambda line: line[1], reverse=True)


def site_report(
    detail: SiteDetail, look: Look, *, by_host: bool = False, balance: Balance | None = None
) -> RenderableType:
    """Return everything about one site, those that got most first and the site's own hosts last."""
    others = organisations((one for one in detail.recipients if one.party == "third"), by_host=by_host)
    own = [one for one in detail.recipients if one.party != "third"]
    parts = [*_head(detail, look), Text(), *_balance(detail, look)]
    parts += [*(balance_lines(balance) if balance is not None else ()), Text()]
    groups = [*others, *([Organisation(OWN, "", own)] if own else ())]
    parts.append(_table(groups, look))
    return Group(*parts)


def organisations(recipients: Iterable[Recipient], *, by_host: bool) -> list[Organisation]:
    """Group recipients by owner, or not at all; those that got most come first."""
    groups: dict[str, list[Recipient]] = {}
    for one in recipients:
        groups.setdefault(one.host if by_host or one.owner is None else f"owner {one.owner}", []).append(one)
    made = [_organisation(group, by_host=by_host) for group in groups.values()]
    return sorted(made, key=lambda one: one.told, reverse=True)


def _organisation(group: Sequence[Recipient], *, by_host: bool) -> Organisation:
    first = group[0]
    owner = first.owner or "owner unknown"
    categories = sorted({one.category for one in group if one.category})
    if by_host or first.owner is None:
        return Organisation(first.host, ", ".join([owner, *categories]), group)
    return Organisation(owner, ", ".join(categories), group)


def _line(kind: str, signals: Sequence[SignalCount]) -> Line:
    shared, rewritten, blocked = (
        sum(one.count for one in signals if one.outcome == outcome) for outcome, _ in OUTCOMES
    )
    first, last = min(one.first_at for one in signals), max(one.last_at for one in signals)
    return Line(kind, (shared, rewritten, blocked), first, last)


def _head(detail: SiteDetail, look: Look) -> list[RenderableType]:
    totals = detail.totals
    seen = f"first seen {ago(totals.first_at, look.now)}, last {ago(totals.last_at, look.now)}"
    refused = f", {totals.refused:,} of them stopped" if totals.refused else ""
    lines: list[RenderableType] = [
        Text.assemble((printable(totals.site), "bold"), " · policy ", (printable(totals.policy), "bold")),
        Text(f"{counted(totals.pages, 'page')}, {counted(totals.exchanges, 'request')}{refused} · {seen}"),
        Text(coverage_line(totals.coverage)),
    ]
    if detail.faults:
        lines.append(Text(f"{counted(detail.faults, 'fault')} of Louver's own on this site", SHARED))
    return lines


def _balance(detail: SiteDetail, look: Look) -> list[RenderableType]:
    totals = detail.totals
    if not totals.third_parties:
        return [Text("Nobody but the site itself was asked for anything.", "bold")]
    there = counted(totals.third_parties, "other was there", "others were there")
    known = totals.third_parties_identifying
    verdict = Text.assemble(
        (f"{there}: ", "bold"),
        (f"{known:,} could recognise you", f"bold {SHARED}")
        if known
        else ("none could recognise you", f"bold {BLOCKED}"),
        (f", {totals.third_parties_told:,} learned anything at all.", "bold"),
    )
    counts = (totals.third_shared, totals.third_rewritten, totals.third_blocked)
    words = Text("  {:,} shared, {:,} rewritten, {:,} blocked".format(*counts))
    return [verdict, bar(counts, BAR, plain=look.plain) + words, legend(plain=look.plain)]


def _table(groups: Sequence[Organisation], look: Look) -> Table:
    table = new_table(look)
    table.add_column("Who, and what about you", overflow="fold", min_width=24)
    for name, style in OUTCOMES:
        table.add_column(name.capitalize(), style=style, justify="right", no_wrap=True)
    table.add_column("First seen", justify="right", no_wrap=True)
    table.add_column("Last seen", justify="right", no_wrap=True)
    for place, group in enumerate(groups):
        if place:
            table.add_row()
        _add_group(table, group, look)
    return table


def _add_group(table: Table, group: Organisation, look: Look) -> None:
    table.add_row(inert(group.name, "bold") + inert(f"  {group.about}" if group.about else "", FAINT))
    hosts = [one.host for one in group.recipients]
    if hosts != [group.name]:
        more = f" and {len(hosts) - HOSTS_NAMED} more" if len(hosts) > HOSTS_NAMED else ""
        table.add_row(Text("  ") + inert(", ".join(hosts[:HOSTS_NAMED]) + more, FAINT))
    for line in group.lines:
        times = ago(line.first_at, look.now), ago(line.last_at, look.now)
        table.add_row(Text("  ") + inert(line.kind), *map(number, line.counts), *times)
    if not group.lines:
        table.add_row(Text("  nothing about you", FAINT))
