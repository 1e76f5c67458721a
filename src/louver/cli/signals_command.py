"""Knows the `signals` command: every kind, what it means, where it stands, and what each preset does about it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import click
import msgspec

from louver import folders
from louver.core.decision import Treatment
from louver.core.facts import Party, ResourceType
from louver.core.policy import Policy, Subject
from louver.core.policy_text import unknown_word
from louver.core.signals.kinds import MEANINGS, Meaning
from louver.core.signals.signal import Grade, Kind, Place, Signal, Where
from louver.policies import PRESETS, Shelf

if TYPE_CHECKING:
    from collections.abc import Iterator

ELSEWHERE: Final = Subject(
    party=Party.THIRD,
    category=None,
    owner=None,
    recipient="third.example",
    type=ResourceType.SCRIPT,
    mixed=True,
    listed=False,
    excepted=False,
    protected=False,
)
"""A third party that is not blocked outright: where treating single signals matters."""


def _known(_ctx: click.Context, _param: click.Parameter, text: str | None) -> str | None:
    kinds = [str(kind) for kind in Kind]
    if text is not None and text not in kinds:
        raise click.BadParameter(unknown_word(text, kinds))
    return text


@click.command()
@click.argument("kind", required=False, callback=_known)
@click.option("--json", "as_json", is_flag=True, help="Write one JSON document.")
def signals(kind: str | None, as_json: bool) -> None:
    """List every kind of signal: what it is, where it stands, and what each preset does about it at a third party."""
    shelf = Shelf(folders.config_dir())
    presets = {name: shelf.compile(shelf.draft(name), str, 0.0) for name in PRESETS}
    kinds = [Kind(kind)] if kind else list(Kind)
    told = [_told(each, MEANINGS[each], presets) for each in kinds]
    if as_json:
        click.echo(msgspec.json.format(msgspec.json.encode(told), indent=2).decode())
        return
    for row in told:
        click.echo("\n".join(_in_words(row)))


def _told(kind: Kind, meaning: Meaning, presets: dict[str, Policy]) -> dict[str, Any]:
    return {
        "kind": kind,
        "meaning": meaning.is_what,
        "lets_them": meaning.allows,
        "lost_without": meaning.lost,
        "where": meaning.wheres,
        "treatments": meaning.treatments,
        "presets": {name: _treatments(kind, meaning, policy) for name, policy in presets.items()},
    }


def _treatments(kind: Kind, meaning: Meaning, policy: Policy) -> dict[Where, Treatment]:
    return {where: _treatment(kind, where, policy) for where in meaning.wheres}


def _treatment(kind: Kind, where: Where, policy: Policy) -> Treatment:
    signal = Signal(kind, where, "", Grade.CONFIRMED, Place(), "", party=Party.THIRD)
    return policy.signal_choice(ELSEWHERE, signal).treatment


def _in_words(row: dict[str, Any]) -> Iterator[str]:
    yield click.style(str(row["kind"]), bold=True)
    yield f"  {row['meaning']}"
    yield f"  lets them      {row['lets_them']}"
    yield f"  lost without   {row['lost_without']}"
    yield f"  found in       {', '.join(row['where']) or 'nothing that a proxy can change'}"
    yield f"  can be         {', '.join(row['treatments'])}"
    for name, treatments in row["presets"].items():
        yield f"  {name:<14} {_summary(treatments)}"
    yield ""


def _summary(treatments: dict[Where, Treatment]) -> str:
    if len(set(treatments.values())) <= 1:
        return next(iter(treatments.values()), Treatment.ALLOW)
    return ", ".join(f"{treatment} in {where}" for where, treatment in treatments.items())
