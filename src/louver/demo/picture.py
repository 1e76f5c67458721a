"""Knows how to show two tours side by side, so that a stranger grasps it in ten seconds."""

from __future__ import annotations

import re
from io import StringIO
from typing import TYPE_CHECKING, Final

from rich import box
from rich._export_format import CONSOLE_SVG_FORMAT
from rich.columns import Columns
from rich.console import Console, Group
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from louver.demo.account import NOTHING, recipients_of, told_others
from louver.demo.journey import SEARCH, SITES

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from rich.console import RenderableType

    from louver.demo.account import Dealings, Tour
    from louver.demo.learnt import Learnt

STYLES: Final = {"shared": "red", "rewritten": "yellow", "blocked": "green"}
MARKS: Final = {"shared": "●", "rewritten": "◐", "blocked": "○"}

SVG_WIDTH: Final = 100
_FONT_FACES: Final = re.compile(r"@font-face \{\{.*?\}\}\s*", re.DOTALL)

WEIGHTS: Final = (5, 2)
"""How the width is shared out between what they had and what they have left."""

HEADINGS: Final = {"observe": "without: policy observe", "balanced": "with Louver: balanced"}
NEEDED: Final = frozenset({"captcha", "consent", "payment", "security"})
"""Categories whose cookies hold a session together."""

WORDS: Final = {
    "third-party-id-cookie": "ID cookie",
    "ghost-cookie": "ID cookie",
    "sync-id": "visitor ID",
    "click-id": "click ID",
    "linker": "ID in link",
    "cache-id": "cache ID",
    "device-id": "device ID",
    "account-id": "account ID",
    "universal-id": "shared ID",
    "email": "e-mail",
    "page-url": "page address",
    "referrer": "page address",
    "content": "what you read",
    "behaviour": "what you do",
    "beacon": "beacon",
    "user-agent": "exact browser",
    "screen": "screen size",
    "language": "languages",
}
"""Kinds of signals in everyday words, those that say most first; the others follow in their own words."""

RANK: Final = {kind: rank for rank, kind in enumerate(WORDS)}

QUESTIONS: Final[tuple[tuple[str, Callable[[Learnt], int | tuple[str, ...]]], ...]] = (
    ("follow you from site to site", lambda learnt: learnt.followed),
    ("recognise you when you return", lambda learnt: learnt.known_again),
    (f"saw you search “{SEARCH}”", lambda learnt: learnt.search),
    ("got your e-mail address", lambda learnt: learnt.mail),
    ("page addresses told", lambda learnt: learnt.pages),
    ("click IDs delivered", lambda learnt: learnt.clicks),
    ("requests received", lambda learnt: learnt.requests),
)
"""What the watchers learnt: the row's words, and who or how many."""


def draw(tours: Sequence[Tour]) -> RenderableType:
    """Return the whole picture of two tours, the one without protection first."""
    return Group(_title(tours), _legend(), _ledgers(tours), Text(), _watchers(tours), Text(), _closing(tours))


def as_svg(tours: Sequence[Tour]) -> str:
    """Return the picture as an SVG file that asks nobody for fonts."""
    console = Console(width=SVG_WIDTH, record=True, file=StringIO(), highlight=False)
    console.print(draw(tours))
    form = _FONT_FACES.sub("", CONSOLE_SVG_FORMAT).replace("Fira Code", "ui-monospace")
    return console.export_svg(title="louver demo", code_format=form, unique_id="louver-demo")


def _title(tours: Sequence[Tour]) -> RenderableType:
    what = Text("The same visit twice: a newspaper, a travel diary, a shop", style="bold")
    return _indented(Text.assemble(what, f" · {tours[-1].visitor}"), above=1)


def _ledgers(tours: Sequence[Tour]) -> Table:
    table = Table(box=box.HORIZONTALS, expand=True)
    table.add_column("who gets what", width=18)
    for tour in tours:
        table.add_column(HEADINGS.get(tour.policy, tour.policy), ratio=1)
    for site in SITES:
        _add_site(table, site, tours)
    return table


def _add_site(table: Table, site: str, tours: Sequence[Tour]) -> None:
    table.add_row(Text(site, style="bold"), *(_totals(site, tour) for tour in tours))
    # Recipients that fared alike share a row.
    rows: dict[str, tuple[list[tuple[str, str]], list[Text]]] = {}
    for host in recipients_of(site, tours):
        deals = [told_others(tour, site, host) for tour in tours]
        if any(deal.signals for deal in deals):
            cells = list(map(_got, deals))
            names, _ = rows.setdefault("\t".join(cell.plain for cell in cells), ([], cells))
            names.append(_name(site, host, deals))
    for names, cells in rows.values():
        table.add_row(Padding(_who(names), (0, 0, 0, 1)), *cells)
    table.add_section()


def _who(names: Sequence[tuple[str, str]]) -> Text:
    text = Text("\n".join(name for name, _ in names))
    categories = dict.fromkeys(category for _, category in names if category)
    return text.append("\n" + ", ".join(categories), style="dim") if categories else text


def _name(site: str, host: str, deals: Sequence[Dealings]) -> tuple[str, str]:
    """Return how a recipient is called, and its category."""
    if host == site:
        return "the site itself", ""
    known = next((deal for deal in deals if deal.owner or deal.category), NOTHING)
    return known.owner or host, known.category or ""


def _totals(site: str, tour: Tour) -> Text:
    counts = {fate: told(tour, fate, [site]) for fate in MARKS}
    parts = [Text(f"{MARKS[fate]} {count}", style=f"bold {STYLES[fate]}") for fate, count in counts.items() if count]
    return Text("   ").join(parts) if parts else Text("nothing", style="dim")


def told(tour: Tour, fate: str, sites: Sequence[str] = SITES) -> int:
    """Return how many signals for others than the sites themselves had this outcome."""
    return sum(told_others(tour, site, host).total(fate) for site, host in tour.account if site in sites)


def _got(deal: Dealings) -> Text:
    if deal.refused == deal.requests:
        return Text("○ never contacted", style="bold green")
    return Text("\n").join(_line(fate, deal) for fate in MARKS if deal.total(fate))


def _line(fate: str, deal: Dealings) -> Text:
    kinds = sorted(deal.kinds(fate), key=lambda kind: (RANK.get(kind, len(RANK)), kind))
    words = dict.fromkeys(_words(kind, deal.category) for kind in kinds)
    return Text(f"{MARKS[fate]} {', '.join(words)}", style=STYLES[fate])


def _words(kind: str, category: str | None) -> str:
    if kind == "third-party-id-cookie" and category in NEEDED:
        return "session cookie"
    return WORDS.get(kind, kind.replace("-", " "))


def _legend() -> RenderableType:
    parts = [Text(f"{mark} {fate}", style=STYLES[fate]) for fate, mark in MARKS.items()]
    return _indented(Text("   ").join(parts))


def _watchers(tours: Sequence[Tour]) -> Table:
    table = Table(box=box.HORIZONTALS, expand=True)
    table.add_column("watchers who, in the end …", no_wrap=True)
    for tour, ratio in zip(tours, WEIGHTS, strict=True):
        table.add_column(tour.policy, ratio=ratio)
    for words, ask in QUESTIONS:
        table.add_row(words, *(_answer(ask(tour.learnt)) for tour in tours))
    return table


def _answer(what: int | tuple[str, ...]) -> Text:
    if not what:
        return Text("nobody" if isinstance(what, tuple) else "0", style="bold green")
    words = str(what) if isinstance(what, int) else f"{len(what)}: {', '.join(what)}"
    return Text(words, style="red")


def _closing(tours: Sequence[Tour]) -> RenderableType:
    bare, louver = tours[0], tours[-1]
    before, after = len(bare.learnt.followed), len(louver.learnt.followed)
    gain = Text.assemble(
        ("What you gain: ", "bold"),
        f"others got {told(bare, 'shared')} pieces of information about you; with Louver {told(louver, 'shared')}.\n",
        f"{before} companies could follow you from site to site; with Louver {after or 'none'} can.",
    )
    works = [Text(f"{'✓' if fine else '✗'} {name}", style=_fine(fine)) for name, fine in louver.works.items()]
    still = Columns([Text("What still works:", style="bold"), *works], padding=(0, 1))
    return Group(_indented(gain), _indented(still))


def _fine(fine: bool) -> str:
    return "green" if fine else "bold red"


def _indented(what: RenderableType, above: int = 0) -> RenderableType:
    return Padding(what, (above, 1, 0, 1))
