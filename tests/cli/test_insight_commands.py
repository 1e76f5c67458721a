"""The commands that draw conclusions from a ledger, and those that keep it, take it along and erase it."""

import asyncio
import csv
import io
import json
import sqlite3
import sys
import time
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path
from typing import Any

import pytest

from louver.cli.main import main
from louver.core.decision import Action, Decision, Fate, Outcome, RuleRef, Tracker, Treated, Treatment
from louver.core.facts import Page, Parties, Party, Request, ResourceType, Response
from louver.core.signals.signal import Grade, Kind, Place, Purpose, Signal, Where
from louver.ledger.writer import Writer

NOW = time.time()
ROW = "balanced:25: {kind: third-party-id-cookie, treatment: strip}"
FORMULA = '=HYPERLINK("http://evil.example","x")'


def outcome(site: str, number: int, fate: Fate, *, host: str = "px.ads.example", reason: str = "no row") -> Outcome:
    page = Page(number, f"https://www.{site}/story", site, "referer", 0.9)
    request = Request(f"https://{host}/c.js", "GET", (), ResourceType.SCRIPT, page)
    cookie = Signal(
        Kind.THIRD_PARTY_ID_COOKIE, Where.COOKIE, "_xid", Grade.CONFIRMED, Place(), "one-and-only", Purpose.ADVERTISING
    )
    treatment = Treatment.ALLOW if fate is Fate.SHARED else Treatment.STRIP
    stopped = fate is Fate.BLOCKED
    return Outcome(
        request=request,
        site=site,
        recipient=host,
        recipient_site="ads.example",
        parties=Parties(Party.THIRD, Party.THIRD, Party.THIRD),
        tracker=Tracker("ads.example", "Ads Inc", "advertising"),
        owner="Ads Inc",
        rule=RuleRef("||ads.example^", "louver", 7, "2026-01-01") if stopped else None,
        exception=None,
        decision=Decision(Action.BLOCK if stopped else Action.PASS, None, reason, "balanced"),
        treated=[Treated(cookie, treatment, fate, ROW)],
        sent=request,
        response=None if stopped else Response(200, ()),
        received=None,
    )


async def fill(path: Path) -> None:
    writer = await Writer.open(path, bytes(32))
    writer.put(outcome("news.example", 1, Fate.SHARED), NOW - 90)
    writer.put(outcome("shop.example", 2, Fate.SHARED), NOW - 60)
    writer.put(outcome("bank.example", 3, Fate.BLOCKED, reason=FORMULA), NOW - 30)
    await writer.close()


@pytest.fixture
def home(tmp_path: Path) -> Path:
    folder = tmp_path / "DATA" / "louver"
    folder.mkdir(parents=True, mode=0o700)
    asyncio.run(fill(folder / "ledger.db"))
    return tmp_path


def louver_says(home: Path, *words: str, fails: bool = False) -> str:
    """Run the command line in this process, which is many times quicker than a new one."""
    out, err = io.StringIO(), io.StringIO()
    with pytest.MonkeyPatch.context() as patch, redirect_stdout(out), redirect_stderr(err):
        patch.setattr(sys, "argv", ["louver", *words])
        patch.setattr(sys, "stdin", io.StringIO())
        patch.setenv("COLUMNS", "120")
        for kind in ("DATA", "CONFIG", "CACHE"):
            patch.setenv(f"XDG_{kind}_HOME", str(home / kind))
        with pytest.raises(SystemExit) as ended:
            main()
    assert bool(ended.value.code) is fails, err.getvalue()
    return err.getvalue() if fails else out.getvalue()


def read(home: Path, *words: str) -> Any:
    return json.loads(louver_says(home, *words))


def test_who_tells_who_can_link_visits_and_through_what(home: Path) -> None:
    told = read(home, "who", "--json")
    assert told["sites"] == ["bank.example", "news.example", "shop.example"]
    assert (told["before"]["linkability"], told["after"]["linkability"]) == (1.0, pytest.approx(1 / 3))
    (entity,) = told["entities"]
    assert entity["after"] == [["news.example", "shop.example"]]
    text = louver_says(home, "who")
    assert "1 organisation can tell" in text
    assert "_xid (third-party-id-cookie)" in text


def test_why_tells_rule_list_owner_and_what_others_would_have_done(home: Path) -> None:
    told = read(home, "why", "3", "--json")
    rule = {"text": "||ads.example^", "list": "louver", "line": 7, "version": "2026-01-01"}
    assert told["exchange"]["rule"] == rule
    assert told["page"] == "www.bank.example/story"
    assert {one["policy"]: one["action"] for one in told["alternatives"]} == {
        "observe": "pass", "balanced": "block", "strict": "block",
    }  # fmt: skip
    assert {(one["site"], one["shared"]) for one in told["also_met"]} == {
        ("news.example", True), ("shop.example", True),
    }  # fmt: skip
    text = louver_says(home, "why", "3")
    for part in ("BLOCKED", "||ads.example^", "louver, line 7, version 2026-01-01", "Ads Inc", ROW, "observe"):
        assert part in text
    assert "there is no exchange 99" in louver_says(home, "why", "99", fails=True)


def test_whatif_replays_the_ledger_under_another_policy(home: Path) -> None:
    told = read(home, "whatif", "--policy", "strict", "--json")
    assert (told["exchanges"], told["newly_stopped"], told["newly_passed"]) == (3, 2, 0)
    assert (told["recognisers_before"], told["recognisers_after"]) == (["Ads Inc"], [])
    mine = home / "mine.yaml"
    mine.write_text("name: mine\nextends: observe\n")
    told = read(home, "whatif", "--policy", str(mine), "--site", "bank.example", "--json")
    assert (told["exchanges"], told["newly_passed"]) == (1, 1)
    assert "With strict, 2 of 3 exchanges" in louver_says(home, "whatif", "--policy", "strict")
    assert "is not known" in louver_says(home, "whatif", "--policy", "nonsense", fails=True)


def test_site_tells_the_balance_and_what_it_is_made_of(home: Path) -> None:
    told = read(home, "site", "bank.example", "--json")["balance"]
    assert (told["privacy"]["gain"], told["privacy"]["recognisers_before"]) == (1.0, 1)
    text = louver_says(home, "site", "bank.example")
    assert "Privacy gained   100%" in text
    assert "33 → 0 of 33 bits" in text


def test_the_schema_is_printed_with_a_sentence_for_each_column(home: Path) -> None:
    text = louver_says(home, "ledger", "schema")
    assert "exchanges (table): Each request with its answer" in text
    told = read(home, "ledger", "schema", "signals", "--json")
    (signals,) = told["relations"]
    assert {"kind", "outcome", "digest"} <= {column["name"] for column in signals["columns"]}
    assert "there are" in louver_says(home, "ledger", "schema", "nothing", fails=True)


def test_how_much_is_kept_is_shown_changed_and_checked(home: Path) -> None:
    assert "30 days" in louver_says(home, "ledger", "keep")
    told = read(home, "ledger", "keep", "--detail", "signals", "--days", "7", "--size", "500M", "--json")
    assert told == {"detail": "signals", "days": 7.0, "total_days": 365, "most_bytes": 500 << 20}
    assert read(home, "ledger", "keep", "--json") == told
    assert "total_days" in louver_says(home, "ledger", "keep", "--total-days", "3", fails=True)


def test_csv_has_a_line_for_each_exchange_and_no_formula(home: Path) -> None:
    rows = list(csv.DictReader(io.StringIO(louver_says(home, "export", "--format", "csv"))))
    assert [row["site"] for row in rows] == ["news.example", "shop.example", "bank.example"]
    assert rows[2]["reason"] == f"'{FORMULA}"
    assert (rows[0]["shared"], rows[2]["blocked"]) == ("third-party-id-cookie", "third-party-id-cookie")


def test_json_lines_and_archives_hold_the_same_exchanges(home: Path) -> None:
    lines = louver_says(home, "export", "--format", "jsonl", "--site", "shop.example").splitlines()
    assert [json.loads(line)["site"] for line in lines] == ["shop.example"]
    file = home / "out.har"
    louver_says(home, "export", "--format", "har", "-o", str(file))
    log = json.loads(file.read_text())["log"]
    assert (log["version"], len(log["entries"]), len(log["pages"])) == ("1.2", 3, 3)
    assert "one-and-only" not in file.read_text()
    assert log["entries"][2]["_louver"]["action"] == "block"
    louver_says(home, "explain", "--har", str(file))
    assert "is there already" in louver_says(home, "export", "--format", "csv", "-o", str(file), fails=True)


def test_a_ledger_of_one_site_can_be_taken_along(home: Path) -> None:
    file = home / "shop.db"
    louver_says(home, "export", "--format", "sqlite", "--site", "shop.example", "-o", str(file))
    with sqlite3.connect(file) as connection:
        assert connection.execute("SELECT DISTINCT site FROM exchanges").fetchall() == [("shop.example",)]
    connection.close()
    assert "--output" in louver_says(home, "export", "--format", "sqlite", fails=True)


def test_forgetting_asks_and_then_erases_from_every_file(home: Path) -> None:
    folder = home / "DATA" / "louver"
    memory = {
        "format": 1,
        "threads": [
            {"id": "t", "first": 0, "last": 1, "own_sites": ["shop.example"], "knows": [["ads.example", None, 0]],
             "sites": [["ads.example", ["shop.example"]]], "forms": []}
        ],
        "cookies": [
            {"host": "www.shop.example", "set_here": ["a"], "set_below": [], "sent": [], "at_first": [], "is_met": True,
             "is_full": False}
        ],
        "values": [["d", 0, 1, ["news.example", "shop.example"]]],
        "used": [],
    }  # fmt: skip
    (folder / "memory.json").write_text(json.dumps(memory))
    assert "give a SITE" in louver_says(home, "forget", fails=True)
    louver_says(home, "forget", "shop.example", fails=True)  # nobody is there to answer
    assert "Erased" in louver_says(home, "forget", "shop.example", "--yes")
    for file in folder.iterdir():
        if file.is_file():
            assert b"shop.example" not in file.read_bytes()
    assert json.loads((folder / "memory.json").read_text())["values"] == [["d", 0, 1, ["news.example"]]]
    (folder / "ledger.db.broken-20260101T000000").write_bytes(b"news.example")
    assert "may hold the same" in louver_says(home, "forget", "--before", "2020-01-01", "--yes")
    louver_says(home, "forget", "--all", "--yes")
    assert not list(folder.glob("*.broken-*"))
    assert all(b"news.example" not in file.read_bytes() for file in folder.iterdir() if file.is_file())
