"""What a server wrote reaches a terminal or a spreadsheet as nothing but text, in every report over the ledger."""

import csv
import io
import json

from rich.console import Console, RenderableType
from test_linking import SITES, met
from test_replay import logged, policy, signal

from louver.core.decision import Treatment
from louver.core.policy import Row
from louver.reports import archive, tabular
from louver.reports.answers import AlsoMet, Explained, ListUsed
from louver.reports.balance import balances
from louver.reports.balance_lines import balance_lines
from louver.reports.linking import linkage
from louver.reports.replay import replay
from louver.reports.terminal import Look
from louver.reports.whatif import Replays
from louver.reports.whatif_table import whatif_report
from louver.reports.who import who_report
from louver.reports.why import why_report

HOSTILE = "\x1b[2J\x07[red]evil[/red]\u202egnp.exe\x9b31m"
BLOCK = policy(Row(Treatment.BLOCK, HOSTILE, categories=frozenset({"advertising"})))


def shown(report: RenderableType, width: int = 100) -> str:
    out = io.StringIO()
    console = Console(file=out, width=width, markup=False, highlight=False, emoji=False, color_system=None)
    console.print(report)
    return out.getvalue()


def is_inert(text: str) -> bool:
    return all(char.isprintable() or char == "\n" for char in text) and "\x1b" not in text


def look(width: int = 100) -> Look:
    return Look(width, False, 100.0)


def test_who_is_inert_and_fits_a_narrow_terminal() -> None:
    rows = [met("a.example", HOSTILE, "1", name=HOSTILE), met("b.example", HOSTILE, "1"), met("c.example", "T", "2")]
    for width in (60, 80, 200):
        text = shown(who_report(linkage(rows, [*SITES, HOSTILE]), look(width)), width)
        assert is_inert(text)
        assert max(map(len, text.splitlines())) <= width
    assert "No visit" in shown(who_report(linkage([], []), look()))
    assert "Nobody met you" in shown(who_report(linkage(rows[2:], SITES), look()))


def test_why_is_inert_and_tells_alternatives() -> None:
    hostile = signal(name=HOSTILE, policy_row=f"mine:3: {{{HOSTILE}}}", purpose="advertising")
    row = logged(hostile, reason=HOSTILE, url=HOSTILE, host=HOSTILE, owner=HOSTILE, consent=HOSTILE, location=HOSTILE)
    others = [made for made in (replay(row, BLOCK), replay(row, policy())) if made is not None]
    lists = [ListUsed("louver", "1", "ab", 3)]
    told = Explained(row, HOSTILE, "abc", lists, [AlsoMet(HOSTILE, HOSTILE, shared=True)], others)
    text = shown(why_report(told, look()))
    assert is_inert(text)
    assert "stopped it" in text
    assert "done the same" in text


def test_whatif_is_inert_and_says_when_there_is_nothing() -> None:
    replays = Replays(BLOCK)
    assert "Nothing was recorded" in shown(whatif_report(replays.result(), look()))
    replays.add([logged(signal(), site=HOSTILE, owner=HOSTILE), logged(policy="")])
    text = shown(whatif_report(replays.result(), look()))
    assert is_inert(text)
    assert "1 more stopped" in text
    assert "1 exchange that Louver failed on" in text


def test_balance_lines_say_when_there_was_nothing_to_weigh() -> None:
    nothing = "\n".join(line.plain for line in balance_lines(balances([], [], []).overall))
    assert "nothing to gain" in nothing
    assert "nothing that pages need" in nothing


def test_no_cell_of_a_table_is_a_formula() -> None:
    for start in "=+-@\t\r\n":
        row = logged(reason=f"{start}1+1", host=f"{start}host", owner=f'{start}cmd|"/c calc"!A1')
        (cells,) = csv.DictReader(io.StringIO(tabular.heading() + tabular.lines([row]), newline=""))
        assert all(not cell.startswith(tuple("=+-@\t\r\n")) for cell in cells.values())
        assert cells["reason"] == f"'{start}1+1"
    (plain,) = csv.reader(io.StringIO(tabular.lines([logged()])))
    assert len(plain) == len(tabular.HEADINGS)
    assert not any(cell.startswith("'") for cell in plain)


def test_an_archive_is_as_the_format_says_and_holds_no_value() -> None:
    rows = [logged(signal(), duration=0.25), logged(page=None, confidence=None, status=None)]
    log = json.loads(archive.archive(rows))["log"]
    assert [page["id"] for page in log["pages"]] == ["page_0_1"]
    first, second = log["entries"]
    assert first["pageref"] == "page_0_1"
    assert "pageref" not in second
    assert first["time"] == sum(first["timings"].values()) == 250
    assert second["response"]["status"] == 0
    for entry in (first, second):
        assert {"startedDateTime", "time", "request", "response", "cache", "timings"} <= entry.keys()
        assert {
            "method",
            "url",
            "httpVersion",
            "cookies",
            "headers",
            "queryString",
            "headersSize",
            "bodySize",
        } == entry["request"].keys()
    assert "digest" not in json.dumps(log)
