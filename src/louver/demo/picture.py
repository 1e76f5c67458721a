"""Knows how to show two tours side by side, so that a stranger grasps it in ten seconds."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from rich import box
from rich.console import Group
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from louver.demo.account import NOTHING, recipients_of
from louver.demo.journey import SEARCH, SITES

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from rich.console import RenderableType

    from louver.demo.account import Dealings, Tour
    from louver.demo.learnt import Learnt

STYLES: Final = {"shared": "red", "rewritten": "yellow", "blocked": "green"}
MARKS: Final = {"shared": "●", "rewritten": "◐", "blocked": "○"}

HEADINGS: Final = {"observe": "observe: nothing is changed", "balanced": "balanced: Louver at work"}

WORDS: Final = {
    "third-party-id-cookie": "ID cookie",
    "ghost-cookie": "ID cookie",
    "first-party-cookie": "own cookie",
    "click-id": "click ID",
    "campaign-tag": "campaign tag",
    "linker": "ID in link",
    "sync-id": "ID swap",
    "device-id": "device ID",
    "account-id": "account ID",
    "universal-id": "shared ID",
    "cache-id": "cache ID",
    "referrer": "page address",
    "page-url": "page address",
    "content": "what you read",
    "email": "e-mail",
    "language": "languages",
    "screen": "screen size",
    "user-agent": "exact browser",
    "beacon": "beacon",
    "behaviour": "what you do",
    "auth-token": "sign-in token",
}
"""Kinds of signals in everyday words; the others are their own words."""

ROWS: Final[tuple[tuple[str, Callable[[Learnt], int | tuple[str, ...]]], ...]] = (
    ("can follow you from site to site", lambda learnt: learnt.followed),
    ("know you when you come back", lambda learnt: learnt.known_again),
    (f"know that you searched for “{SEARCH}”", lambda learnt: learnt.search),
    ("have your e-mail address", lambda learnt: learnt.mail),
    ("full page addresses that they were told", lambda learnt: learnt.pages),
    ("click IDs that landed on the sites", lambda learnt: learnt.clicks),
    ("requests that reached them", lambda learnt: learnt.requests),
)
"""What the watchers learnt: the row's words, and who or how many."""


def draw(tours: Sequence[Tour]) -> RenderableType:
    """Return the whole picture of two tours, the one without protection first."""
    return Group(_title(tours), _ledgers(tours), _legend(), Text(), _watchers(tours), Text(), _closing(tours))


def _title(tours: Sequence[Tour]) -> RenderableType:
    who = tours[-1].visitor
    text = Text.assemble(("One visitor, three sites, twice", "bold"), f" · {who} through Louver, no internet needed")
    return Padding(text, (1, 0, 0, 1))


def _ledgers(tours: Sequence[Tour]) -> Table:
    table = Table(box=box.HORIZONTALS, pad_edge=False, show_edge=True, expand=False, padding=(0, 1))
    table.add_column("who got what", ratio=None, no_wrap=False, width=18)
    for tour in tours:
        table.add_column(HEADINGS.get(tour.policy, tour.policy), ratio=1)
    for site in SITES:
        _add_site(table, site, tours)
    return table


def _add_site(table: Table, site: str, tours: Sequence[Tour]) -> None:
    table.add_row(Text(site, style="bold"), *(_totals(site, tour) for tour in tours))
    hosts = recipients_of(site, tours)
    for host in hosts:
        deals = [tour.account.get((site, host), NOTHING) for tour in tours]
        table.add_row(_who(host, deals), *map(_got, deals))
    table.add_section()


def _who(host: str, deals: Sequence[Dealings]) -> Text:
    known = next((deal for deal in deals if deal.owner or deal.category), NOTHING)
    text = Text(f" {known.owner or host}")
    if known.category:
        text.append(f"\n {known.category}", style="dim")
    return text


def _totals(site: str, tour: Tour) -> Text:
    deals = [dealings for (where, _), dealings in tour.account.items() if where == site]
    counts = {fate: sum(deal.total(fate) for deal in deals) for fate in MARKS}
    parts = [Text(f"{count} {fate}", style=STYLES[fate]) for fate, count in counts.items() if count]
    return Text(" · ", style="bold").join(parts) if parts else Text("nothing", style="dim")


def _got(deal: Dealings) -> Text:
    if deal.requests and deal.refused == deal.requests:
        return Text.assemble(("○ never contacted", "bold green"), (f"\n  {deal.refused} requests blocked", "green"))
    lines = [_line(fate, deal) for fate in MARKS if deal.total(fate)]
    return Text("\n").join(lines) if lines else Text("nothing", style="dim")


def _line(fate: str, deal: Dealings) -> Text:
    words = list(dict.fromkeys(WORDS.get(kind, kind.replace("-", " ")) for kind in deal.kinds(fate)))
    return Text(f"{MARKS[fate]} {', '.join(words)}", style=STYLES[fate])


def _legend() -> Text:
    text = Text(" ")
    for fate, mark in MARKS.items():
        text.append(f"{mark} {fate}   ", style=STYLES[fate])
    return text


def _watchers(tours: Sequence[Tour]) -> Table:
    table = Table(box=box.HORIZONTALS, pad_edge=False, title_justify="left")
    table.add_column("what the watchers have in the end")
    for tour in tours:
        table.add_column(tour.policy, ratio=1)
    for words, ask in ROWS:
        table.add_row(f" {words}", *(_have(ask(tour.learnt)) for tour in tours))
    return table


def _have(what: int | tuple[str, ...]) -> Text:
    if not what:
        return Text("nobody" if isinstance(what, tuple) else "0", style="bold green")
    return (
        Text(str(what), style="red") if isinstance(what, int) else Text(f"{len(what)}: {', '.join(what)}", style="red")
    )


def _closing(tours: Sequence[Tour]) -> Text:
    bare, louver = tours[0], tours[-1]
    text = Text(" Still works with Louver: ")
    for name, fine in louver.works.items():
        text.append(f"{'✓' if fine else '✗'} {name}  ", style="green" if fine else "bold red")
    before, after = len(bare.learnt.followed), len(louver.learnt.followed)
    text.append(
        f"\n What you gain: {before} companies could follow you across these sites; with Louver {after or 'none'} can, "
        f"and {louver.total('blocked')} pieces of information about you stayed at home.",
        style="bold",
    )
    return text
