"""Knows how to say a balance in two lines: what was gained and what was kept, each with what it is made of."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from rich.text import Text

from louver.reports.terminal import BLOCKED, FAINT, REWRITTEN, counted

if TYPE_CHECKING:
    from louver.reports.balance import Balance, Part, Privacy, Utility

FINE: Final = 0.97
"""The utility from which on hardly anybody notices."""


def balance_lines(balance: Balance) -> list[Text]:
    """Return the two axes, one line each."""
    return [_privacy(balance.privacy), _utility(balance.utility)]


def _privacy(privacy: Privacy) -> Text:
    if privacy.gain is None:
        return Text("Privacy gained   nothing to gain: nobody else was told anything that singles you out", FAINT)
    made_of = (
        f"{privacy.bits_before:.0f} → {privacy.bits_after:.0f} of 33 bits that single you out, on average",
        f"{privacy.recognisers_before:,} → {privacy.recognisers_after:,} could recognise you",
    )
    linked = privacy.linkability_before, privacy.linkability_after
    more = f", {linked[0]:.0%} → {linked[1]:.0%} of pairs of sites linkable" if None not in linked else ""
    return Text.assemble(
        "Privacy gained  ", (f"{privacy.gain:>5.0%}", BLOCKED), (f"   {', '.join(made_of)}{more}", FAINT)
    )


def _utility(utility: Utility) -> Text:
    if utility.kept is None:
        return Text("Utility kept     nothing that pages need was asked for", FAINT)
    parts = (
        ("requests", utility.requests),
        ("its own cookies", utility.cookies),
        ("consent and sign-in", utility.functions),
    )
    made_of = ", ".join(_part(name, part) for name, part in parts if part.share is not None)
    hints = [
        counted(utility.troubled, "error after an edit", "errors after edits") if utility.troubled else "",
        counted(utility.reloads, "quick reload") if utility.reloads else "",
    ]
    trouble = "".join(f", {hint}" for hint in hints if hint)
    style = BLOCKED if utility.kept >= FINE else REWRITTEN
    return Text.assemble("Utility kept    ", (f"{utility.kept:>5.0%}", style), (f"   {made_of}{trouble}", FAINT))


def _part(name: str, part: Part) -> str:
    return f"{name} {part.share:.0%}"
