import asyncio
import io
import json
import os
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path
from typing import NamedTuple

import pytest

import louver
from louver.cli.main import main
from louver.core.decision import Action, Decision, Fate, Outcome, Tracker, Treated, Treatment
from louver.core.facts import Page, Parties, Party, Request, ResourceType, Response
from louver.core.signals.signal import Grade, Kind, Place, Signal, Where
from louver.ledger.writer import Writer

SOURCE = Path(louver.__file__).parents[1]
NOW = time.time()
SECRET = "8f14e45fceea167a5a36dedd4bea2543"


def outcome(site: str, host: str, fate: Fate) -> Outcome:
    page = Page(sum(map(ord, site)), f"https://{site}/", site, "referer", 0.9)
    request = Request(f"https://{host}/c.gif?id={SECRET}", "GET", (), ResourceType.IMAGE, page)
    signal = Signal(Kind.CLICK_ID, Where.QUERY, "xclid", Grade.CONFIRMED, Place(piece=0), SECRET)
    treatment = Treatment.ALLOW if fate is Fate.SHARED else Treatment.STRIP
    return Outcome(
        request, site, host, host, Parties(Party.THIRD, Party.THIRD, Party.THIRD),
        Tracker(host, "Ads Inc", "advertising"), "Ads Inc", None, None,
        Decision(Action.PASS, None, "nothing asks for a block", "balanced"),
        [Treated(signal, treatment, fate, "a row")], request, Response(200, ()), Response(200, ()),
    )  # fmt: skip


async def fill(path: Path, *outcomes: tuple[Outcome, float]) -> None:
    writer = await Writer.open(path, bytes(32))
    for one, at in outcomes:
        writer.put(one, at)
    await writer.close()


@pytest.fixture
def ledger(tmp_path: Path) -> Path:
    path = tmp_path / "ledger.db"
    asyncio.run(
        fill(
            path,
            (outcome("news.example", "px.ads.example", Fate.SHARED), NOW - 5 * 86_400),
            (outcome("news.example", "px.ads.example", Fate.BLOCKED), NOW - 60),
            (outcome("shop.example", "px.ads.example", Fate.BLOCKED), NOW - 30),
        )
    )
    return path


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if name not in {"COLUMNS", "NO_COLOR", "FORCE_COLOR"}}
    homes = {f"XDG_{kind}_HOME": str(tmp_path / kind) for kind in ("DATA", "CONFIG", "CACHE")}
    return kept | homes | {"PYTHONPATH": str(SOURCE)}


class Done(NamedTuple):
    returncode: int
    stdout: str
    stderr: str


def run(environment: dict[str, str], *words: object) -> Done:
    """Run the command line in this process, which is many times quicker than a new one."""
    out, err = (io.TextIOWrapper(io.BytesIO(), encoding=environment.get("PYTHONIOENCODING", "utf-8")) for _ in "12")
    with pytest.MonkeyPatch.context() as patch, redirect_stdout(out), redirect_stderr(err):
        patch.setattr(sys, "argv", ["louver", *map(str, words)])
        for name in set(os.environ) - set(environment):
            patch.delenv(name)
        for name, value in environment.items():
            patch.setenv(name, value)
        with pytest.raises(SystemExit) as ended:
            main()
    said = []
    for stream in (out, err):
        stream.flush()
        stream.seek(0)
        said.append(stream.read())
    assert isinstance(ended.value.code, int)
    return Done(ended.value.code, *said)


def test_sites_shows_each_site_and_is_plain_when_piped(ledger: Path, environment: dict[str, str]) -> None:
    done = run(environment, "sites", "--ledger", ledger)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.index("shop.example") < done.stdout.index("news.example")
    assert "\x1b" not in done.stdout
    assert "1 of 1" in done.stdout


def test_sites_as_json(ledger: Path, environment: dict[str, str]) -> None:
    told = json.loads(run(environment, "sites", "--json", "--since", "1d", "--ledger", ledger).stdout)
    assert [(one["site"], one["shared"], one["blocked"]) for one in told["sites"]] == [
        ("shop.example", 0, 1),
        ("news.example", 0, 1),
    ]
    assert told["coverage"]["share"] == 1


@pytest.mark.parametrize(
    "name", ["news.example", "www.news.example", "https://www.news.example/story?x=1", "NEWS.example"]
)
def test_a_site_can_be_named_in_many_ways(ledger: Path, environment: dict[str, str], name: str) -> None:
    done = run(environment, "site", name, "--ledger", ledger)
    assert done.returncode == 0
    assert "news.example · policy balanced" in done.stdout
    assert "px.ads.example" in done.stdout
    assert SECRET not in done.stdout


def test_a_site_as_json_names_recipients_and_signals(ledger: Path, environment: dict[str, str]) -> None:
    told = json.loads(run(environment, "site", "news.example", "--json", "--ledger", ledger).stdout)
    (recipient,) = told["recipients"]
    assert (recipient["host"], recipient["owner"], recipient["category"]) == (
        "px.ads.example",
        "Ads Inc",
        "advertising",
    )
    assert sorted((one["kind"], one["outcome"], one["count"]) for one in recipient["signals"]) == [
        ("click-id", "blocked", 1),
        ("click-id", "shared", 1),
    ]


@pytest.mark.parametrize(
    ("name", "hint"),
    [
        ("nws.example", "did you mean news.example"),
        ("px.ads.example", "it is a recipient, met on news.example, shop.example"),
        ("quite-different.invalid", "is in the ledger"),
        ("\x1b[31mx", r"no visit to \x1b[31mx is in the ledger"),
    ],
)
def test_an_unknown_site_is_one_line_with_a_hint(
    ledger: Path, environment: dict[str, str], name: str, hint: str
) -> None:
    done = run(environment, "site", name, "--ledger", ledger)
    assert done.returncode == 1
    assert done.stdout == ""
    assert hint in done.stderr
    assert done.stderr.count("\n") == 1


@pytest.mark.parametrize("words", [("sites",), ("site", "news.example"), ("log",), ("log", "--follow")])
def test_without_a_ledger_there_is_one_clear_line(environment: dict[str, str], words: tuple[str, ...]) -> None:
    done = run(environment, *words)
    assert done.returncode == 1
    assert done.stderr.startswith("louver: there is no ledger at ")
    assert done.stderr.count("\n") == 1


@pytest.mark.parametrize("content", [b"no database " * 1_000, b"", b"SQLite format 3\0" + b"x" * 5_000])
def test_what_is_no_ledger_is_told_without_a_traceback(
    tmp_path: Path, environment: dict[str, str], content: bytes
) -> None:
    path = tmp_path / "odd.db"
    path.write_bytes(content)
    done = run(environment, "sites", "--ledger", path)
    assert done.returncode == 1
    assert done.stderr.startswith("louver: ")
    assert "Traceback" not in done.stderr
    assert path.read_bytes() == content


def test_a_ledger_damaged_inside_is_told_without_a_traceback(ledger: Path, environment: dict[str, str]) -> None:
    content = bytearray(ledger.read_bytes())
    content[8_192:] = b"\xff" * (len(content) - 8_192)
    ledger.write_bytes(content)
    done = run(environment, "sites", "--ledger", ledger)
    assert done.returncode == 1
    assert "Traceback" not in done.stderr
    assert done.stderr.count("\n") == 1


def test_the_log_is_json_lines(ledger: Path, environment: dict[str, str]) -> None:
    done = run(environment, "log", "--json", "-n", 2, "--site", "news.example", "--ledger", ledger)
    rows = [json.loads(line) for line in done.stdout.splitlines()]
    assert [(row["site"], row["host"], row["signals"][0]["outcome"]) for row in rows] == [
        ("news.example", "px.ads.example", "shared"),
        ("news.example", "px.ads.example", "blocked"),
    ]
    assert rows[0]["url"] == "https://px.ads.example/c.gif"
    assert SECRET not in done.stdout


def test_a_piped_line_is_never_cut(ledger: Path, environment: dict[str, str]) -> None:
    done = run(environment | {"COLUMNS": "20"}, "log", "--ledger", ledger)
    assert len(done.stdout.splitlines()) == 3
    assert all(line.endswith("Ads Inc, advertising") for line in done.stdout.splitlines())


def test_a_bad_time_is_wrong_usage(environment: dict[str, str]) -> None:
    done = run(environment, "sites", "--since", "soon")
    assert done.returncode == 2
    assert "write it like 30m" in done.stderr


def test_colours_only_where_wanted(ledger: Path, environment: dict[str, str]) -> None:
    shown = run(environment | {"FORCE_COLOR": "1"}, "sites", "--ledger", ledger).stdout
    assert "\x1b[" in shown
    bare = run(environment | {"FORCE_COLOR": "1", "NO_COLOR": "1"}, "sites", "--ledger", ledger).stdout
    assert "\x1b[3" not in bare


def test_output_without_unicode_still_comes(ledger: Path, environment: dict[str, str]) -> None:
    done = run(environment | {"PYTHONIOENCODING": "ascii"}, "site", "news.example", "--ledger", ledger)
    assert (done.returncode, done.stderr) == (0, "")
    assert "####" in done.stdout


@pytest.fixture
def follower(ledger: Path, environment: dict[str, str]) -> Iterator[subprocess.Popen[str]]:
    command = [sys.executable, "-m", "louver", "log", "--follow", "--json", "-n", "1", "--ledger", str(ledger)]
    program = subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True)
    yield program
    program.kill()
    program.communicate()


def test_following_shows_what_another_program_writes(ledger: Path, follower: subprocess.Popen[str]) -> None:
    assert follower.stdout is not None
    assert json.loads(follower.stdout.readline())["site"] == "shop.example"
    asyncio.run(fill(ledger, (outcome("later.example", "px.ads.example", Fate.BLOCKED), NOW)))
    assert json.loads(follower.stdout.readline())["site"] == "later.example"


def test_following_a_site_takes_any_host_of_it(ledger: Path, environment: dict[str, str]) -> None:
    command = [
        sys.executable,
        "-m",
        "louver",
        "log",
        "-f",
        "--site",
        "www.news.example",
        "-n",
        "1",
        "--ledger",
        str(ledger),
    ]
    with subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True) as program:
        assert program.stdout is not None
        assert "on news.example" in program.stdout.readline()
        program.kill()


def test_reading_changes_nothing(ledger: Path, environment: dict[str, str]) -> None:
    before = ledger.read_bytes()
    run(environment, "sites", "--ledger", ledger)
    run(environment, "log", "--ledger", ledger)
    assert ledger.read_bytes() == before
    assert sqlite3.connect(ledger).execute("SELECT count(*) FROM runs").fetchone() == (1,)
