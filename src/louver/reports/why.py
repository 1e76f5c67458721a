"""Knows how to explain one exchange: what happened, which rule and row of policy, what others would have done."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Final

from rich.console import Group
from rich.text import Text

from louver.core.decision import Fate
from louver.reports.replay import STOPPED
from louver.reports.terminal import BLOCKED, FAINT, REWRITTEN, SHARED, clock, inert, new_table, size

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from rich.console import RenderableType

    from louver.ledger.rows import Logged
    from louver.reports.answers import AlsoMet, Explained
    from louver.reports.replay import Replayed
    from louver.reports.terminal import Look

COLOURS: Final = {Fate.SHARED.value: SHARED, Fate.REWRITTEN.value: REWRITTEN, Fate.BLOCKED.value: BLOCKED}
VERDICTS: Final = {
    "pass": "PASSED      the request went out",
    "block": "BLOCKED     the server was not contacted",
    "redirect": "REDIRECTED  the browser was sent elsewhere",
    "surrogate": "STAND-IN    a stand-in answered, the server was not contacted",
}


def why_report(told: Explained, look: Look) -> RenderableType:
    """Return the explanation for a terminal."""
    parts: list[RenderableType] = [*_head(told, look), Text()]
    if told.exchange.signals:
        parts += [_signals(told.exchange, look), *_rows(told.exchange)]
    else:
        parts.append(Text("It carried nothing about you that Louver knows of.", FAINT))
    if told.also_met:
        parts += [Text(), Text("The same identifiers were also met by", "bold"), *_also(told.also_met)]
    return Group(*parts, Text(), Text("Another policy would have", "bold"), *_alternatives(told))


def _head(told: Explained, look: Look) -> Iterator[Text]:
    row = told.exchange
    yield Text(VERDICTS.get(row.action, row.action), "bold")
    if row.location:
        yield _line("to", row.location)
    yield _line("because", row.reason)
    if row.rule:
        version = f", version {row.rule.version}" if row.rule.version else ""
        yield _line("rule" if not row.excepted else "exception", row.rule.text)
        yield _line("", f"{row.rule.list}, line {row.rule.line}{version}")
    yield _line("policy", f"{row.policy} (for {row.site})" + (f", {told.policy_hash}" if told.policy_hash else ""))
    yield _line("request", f"{row.method} {row.url} ({row.type})")
    sure = f" ({row.attribution}, {row.confidence:.0%} sure)" if row.attribution and row.confidence is not None else ""
    yield _line("page", (told.page or "unknown") + sure)
    yield _line("recipient", _who(row))
    answer = "no answer" if row.status is None else f"status {row.status}, {size(row.received_bytes)}"
    took = f" in {row.duration * 1e3:.0f} ms" if row.duration is not None and row.status is not None else ""
    yield _line("when", f"{clock(row.at, look.now)} · {answer}{took} · inspected: {row.coverage}")
    if row.consent:
        yield _line("consent", row.consent)


def _who(row: Logged) -> str:
    known = [row.owner or "owner unknown", f"{row.party} party"]
    if row.category:
        known.append(f"known for {row.category}" + (", also does what pages need" if row.mixed else ""))
    if row.protected:
        known.append("on the never-break list")
    return f"{row.host} · {' · '.join(known)}"


def _line(label: str, text: str) -> Text:
    return Text(f"  {label:<10} ") + inert(text)


def _signals(row: Logged, look: Look) -> RenderableType:
    table = new_table(look)
    table.add_column("Signal", no_wrap=True)
    table.add_column("Where", overflow="fold")
    table.add_column("Outcome", no_wrap=True)
    table.add_column("Sure", no_wrap=True)
    table.add_column("By", overflow="fold", style=FAINT)
    for one in row.signals:
        name = f"{one.where} {one.name}".strip() + (f" ({one.purpose})" if one.purpose else "")
        outcome = Text(one.outcome, COLOURS.get(one.outcome, ""))
        table.add_row(inert(one.kind), inert(name), outcome, inert(one.grade), inert(_place(one.policy_row)))
    return table


def _place(row: str | None) -> str:
    """Return where a row of a policy stands, which is how its text begins; what is no row is told whole."""
    place, brace, _ = (row or "").partition(": {")
    return place if brace else row or ""


def _rows(row: Logged) -> Iterator[Text]:
    """Spell the rows out, once each, but for the one that the reason has told already."""
    rows = dict.fromkeys(one.policy_row for one in row.signals if one.policy_row)
    told = [text for text in rows if text != row.reason and ": {" in text]
    if told:
        yield Text()
    for text in told:
        yield Text("  ") + inert(text, FAINT)


def _also(met: Sequence[AlsoMet]) -> Iterator[Text]:
    by_entity: dict[tuple[str, bool], list[str]] = {}
    for one in met:
        by_entity.setdefault((one.entity, one.shared), []).append(one.site)
    for (entity, shared), sites in sorted(by_entity.items()):
        word = ("got it", SHARED) if shared else ("did not get it", BLOCKED)
        yield Text("  ") + inert(entity, "bold") + Text(" on ") + inert(", ".join(sites)) + Text(": ") + Text(*word)


def _alternatives(told: Explained) -> Iterator[Text]:
    row = told.exchange
    before = Counter(one.outcome for one in row.signals)
    if not told.alternatives:
        yield Text("  not been asked: Louver itself failed on this exchange", FAINT)
    for one in told.alternatives:
        after = Counter(signal.outcome for signal in one.signals)
        same = one.action == row.action and [s.outcome for s in one.signals] == [s.outcome for s in row.signals]
        yield Text(f"  {one.policy:<10} ", "bold") + (
            Text("done the same", FAINT) if same else _differs(one, row, before, after)
        )


def _differs(one: Replayed, row: Logged, before: Counter[str], after: Counter[str]) -> Text:
    text = Text()
    if one.action != row.action:
        stops = one.action in STOPPED
        text.append(
            {"pass": "let it pass", "redirect": "redirected it"}.get(one.action, "stopped it"),
            BLOCKED if stops else REWRITTEN,
        )
    moved = [f"{after[fate]} {fate}" for fate in COLOURS if after[fate] != before[fate]]
    if moved:
        text.append(("; " if text else "") + "signals: " + ", ".join(moved))
    elif not text:
        text.append("treated other signals, as many of each outcome")
    return text + inert(f"  because {one.reason}" if one.action in STOPPED else "", FAINT)
