"""The command line as a person meets it: every command's help, one line for each wrong input, no traceback ever."""

from __future__ import annotations

import gzip
import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import click
import pytest
from click.testing import CliRunner, Result

from louver.cli.main import COMMANDS, louver
from louver.core.signals.signal import Kind
from louver.errors import LouverError

ROOT = Path(__file__).resolve().parents[2]
TABLE = """\
trackers: [{domain: ads.example, owner: Ads, category: advertising}]
parameters: [{name: xclid, owner: Ads, kind: click-id}]
"""
HAR: dict[str, Any] = {
    "log": {
        "entries": [
            {"request": {"url": "https://shop.example/", "method": "GET"}, "response": {"status": 200}},
            {"request": {"url": "data:,x"}},
        ]
    }
}


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name in ("CONFIG", "DATA", "CACHE"):
        monkeypatch.setenv(f"XDG_{name}_HOME", str(tmp_path / name))
    (tmp_path / "table.yaml").write_text(TABLE)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def run(*arguments: str, given: str | bytes = "") -> Result:
    """Run in this process; whatever is wrong must be said as `main` says it."""
    result = CliRunner().invoke(louver, arguments, input=given)
    failed = result.exception
    assert failed is None or isinstance(failed, LouverError | SystemExit | OSError), failed
    if isinstance(failed, LouverError):
        assert len(str(failed).splitlines()) == 1
    return result


def said(*arguments: str, given: str | bytes = "") -> str:
    """Run what must work."""
    result = run(*arguments, given=given)
    assert result.exit_code == 0, result.output
    return result.stdout


def program(*arguments: str, given: str | bytes = b"", **environment: str) -> subprocess.CompletedProcess[bytes]:
    data = given.encode() if isinstance(given, str) else given
    done = subprocess.run(
        [sys.executable, "-m", "louver", *arguments],
        input=data, capture_output=True, check=False, timeout=60, env={**os.environ, **environment},
    )  # fmt: skip
    assert b"Traceback" not in done.stderr
    return done


# --- what there is


def commands(command: click.Command, words: tuple[str, ...] = ()) -> list[tuple[str, ...]]:
    found = [words]
    if isinstance(command, click.Group):
        context = click.Context(command)
        for name in command.list_commands(context):
            inner = command.get_command(context, name)
            assert inner is not None
            found += commands(inner, (*words, name))
    return found


@pytest.mark.parametrize("words", commands(louver), ids=lambda words: " ".join(words) or "louver")
def test_every_command_has_help(words: tuple[str, ...]) -> None:
    told = said(*words, "--help")
    assert told.startswith("Usage: ")
    assert len(told.splitlines()) > 3


def test_every_command_is_in_the_overview_and_in_the_readme() -> None:
    overview, readme = said("--help"), (ROOT / "README.md").read_text("utf-8")
    missing = [
        name for name in COMMANDS if f"  {name} " not in overview or not re.search(rf"(louver|make) {name}\b", readme)
    ]
    assert missing == []


def test_the_version_is_said() -> None:
    assert re.search(r"louver, version \d", said("--version"))


# --- wrong input: (arguments, exit status, what the line says)

WRONG = [
    (["nonsense"], 2, "No such command 'nonsense'"),
    (["explain"], 2, "give a URL, --jsonl or --har"),
    (["explain", "https://a.example/", "--jsonl"], 2, "give a URL, --jsonl or --har"),
    (["explain", "nowhere"], 2, "has no host"),
    (["explain", "https://a.example/", "--type", "scrpt"], 2, "did you mean 'script'?"),
    (["explain", "https://a.example/", "-H", "no colon"], 2, "Accept-Language: en"),
    (["explain", "https://a.example/", "--page", "shop"], 2, "--page"),
    (["explain", "https://a.example/", "--policy", "strct"], 2, "did you mean 'strict'?"),
    (["explain", "https://a.example/", "--policy", "bad.yaml"], 2, "bad.yaml:2: treatment"),
    (["explain", "https://a.example/", "--policy", "none.yaml"], 2, "none.yaml"),
    (["explain", "https://a.example/", "--policy", "."], 2, "'.' is not known"),
    (["explain", "https://a.example/", "--lists", "none.txt"], 2, "none.txt"),
    (["explain", "https://a.example/", "--lists", "."], 2, "."),
    (["explain", "--har", "none.har"], 2, "none.har: cannot be read"),
    (["explain", "--har", "."], 2, ".: cannot be read"),
    (["explain", "--har", "table.yaml"], 2, "table.yaml: no JSON"),
    (["policy", "check", "bad.yaml"], 2, "bad.yaml:2: treatment"),
    (["policy", "check", "none.yaml"], 2, "none.yaml"),
    (["policy", "check", "."], 2, "Is a directory"),
    (["policy", "check", "escape.yaml"], 2, r"\x1b]0;owned\x07"),
    (["policy", "show", "nothing"], 2, "'nothing' is not known"),
    (["policy", "use", "nothing"], 2, "'nothing' is not known"),
    (["policy", "set", "news.example", "nothing"], 2, "'nothing' is not known"),
    (["policy", "set", "/", "strict"], 2, "names no site"),
    (["policy", "off", "bank.example", "--for", "soon"], 2, "30m, 1h or 2d"),
    (["policy", "unset", "bank.example"], 2, "nothing is set for bank.example"),
    (["signals", "nothing"], 2, "'nothing' is not known"),
    (["me", "add", "email", "--value", "no address"], 2, "e-mail"),
    (["me", "remove", "1"], 2, "nothing is registered under 1"),
]


@pytest.mark.parametrize(
    ("arguments", "status", "says"), WRONG, ids=lambda it: " ".join(it) if isinstance(it, list) else ""
)
def test_wrong_input_gets_one_clear_line(
    home: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    arguments: list[str],
    status: int,
    says: str,
) -> None:
    from louver.cli.main import main

    (home / "bad.yaml").write_text("rules:\n  - {kind: click-id, treatment: stripe}\n")
    (home / "escape.yaml").write_text('"\\e]0;owned\\a": 1\n')
    monkeypatch.setattr(sys, "argv", ["louver", *arguments])
    with pytest.raises(SystemExit) as ended:
        main()
    told = capsys.readouterr()
    assert ended.value.code == status
    assert told.out == ""
    lines = [line for line in told.err.splitlines() if line and not line.startswith(("Usage: ", "Try "))]
    assert len(lines) == 1, told.err
    assert says in lines[0]
    assert "\x1b" not in told.err


# --- the real program


def test_the_program_says_what_is_wrong_and_ends_with_a_status(home: Path) -> None:
    blocked = home / "a file"
    blocked.write_text("")
    for arguments, status, environment in (
        (("explain", "--har", "none.har"), 2, {}),
        (("policy", "use", "strict"), 1, {"XDG_CONFIG_HOME": str(blocked)}),
        (("explain", "https://a.example/"), 1, {"XDG_DATA_HOME": str(blocked)}),
        (("explain", b"https://\xff\x1b[2J".decode("utf-8", "surrogateescape")), 2, {}),
    ):
        done = program(*arguments, **environment)
        assert done.returncode == status, done.stderr
        assert done.stdout == b""
        assert b"\x1b" not in done.stderr
        assert len([line for line in done.stderr.splitlines() if line.startswith((b"louver: ", b"Error: "))]) == 1


def test_a_reader_that_goes_away_ends_it_quietly(home: Path) -> None:
    line = json.dumps({"url": "https://ads.example/p", "page": "https://shop.example/"}).encode() + b"\n"
    process = subprocess.Popen(
        [sys.executable, "-m", "louver", "explain", "--lists", "table.yaml", "--jsonl"],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, cwd=home,
    )  # fmt: skip
    assert process.stdin is not None
    assert process.stdout is not None
    assert process.stderr is not None
    process.stdin.write(line)
    process.stdin.flush()
    assert json.loads(process.stdout.readline())["action"] == "block"
    process.stdout.close()
    try:
        process.stdin.write(line * 100)
        process.stdin.close()
    except BrokenPipeError:
        pass
    assert process.wait(30) in (0, 1)
    assert process.stderr.read() == b""
    process.stderr.close()


def test_output_that_a_terminal_cannot_show_is_no_reason_to_fail() -> None:
    done = program("explain", "https://ads.example/\u4e2d", "--lists", "table.yaml", PYTHONIOENCODING="latin-1")
    assert done.returncode == 0
    assert rb"https://ads.example/\u4e2d" in done.stdout


def test_folders_are_where_the_variables_say_and_the_owners_alone(home: Path) -> None:
    said("policy", "use", "strict")
    said("me", "add", "email", "--value", "jane.doe@mail.example")
    for folder in (home / "CONFIG" / "louver", home / "DATA" / "louver"):
        assert folder.stat().st_mode & 0o777 == 0o700
        assert {path.stat().st_mode & 0o777 for path in folder.rglob("*") if path.is_file()} == {0o600}
    assert "jane" not in "".join(path.read_text("latin-1") for path in home.rglob("*") if path.is_file())


def test_a_relative_folder_is_not_taken(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", "here")
    monkeypatch.setenv("HOME", str(home / "person"))
    said("policy", "use", "strict")
    assert not (home / "here").exists()
    assert list((home / "person").rglob("policy.yaml"))


# --- explain


def test_explain_says_all_of_it_in_words() -> None:
    told = said(
        "explain", "https://ads.example/p?xclid=abc", "--page", "https://shop.example/x", "--type", "image",
        "-H", "Referer: https://shop.example/x", "--lists", "table.yaml",
    )  # fmt: skip
    for words in ("BLOCK", "ads.example · Ads · advertising", "by site third", "click-id in query xclid", "balanced"):
        assert words in told


def test_explain_of_what_passes_shows_what_leaves() -> None:
    told = said("explain", "https://cdn.example/a.js", "--page", "https://shop.example/", "--lists", "table.yaml")
    assert "leaves as" in told
    assert "Sec-GPC: 1" in told
    unchanged = said("explain", "https://cdn.example/a.js", "--policy", "observe", "--lists", "table.yaml")
    assert "leaves      unchanged" in unchanged
    assert "unknown" in unchanged


def test_values_from_outside_are_shown_and_never_obeyed() -> None:
    evil = "\x1b]0;owned\x07\x9b31m\u202e"
    told = said(
        "explain", f"https://cdn.example/{evil}?{evil}={evil}", "--page", f"https://shop.example/{evil}",
        "-H", f"Cookie: {evil}=8f14e45fceea167a5a36dedd4bea2543", "-H", f"{evil}: {evil}", "--lists", "table.yaml",
    )  # fmt: skip
    assert not set(told) & set("\x1b\x07\x9b\u202e")
    assert r"\x1b]0;owned\x07" in told


def test_lines_are_answered_in_order_and_a_bad_one_stops_nothing() -> None:
    good = {"id": 1, "url": "https://ads.example/p", "page": "https://shop.example/"}
    lines = [
        json.dumps(good),
        "{",
        "",
        json.dumps({"id": "x", "url": "/"}),
        "[" * 50_000,
        json.dumps({**good, "id": 2}),
    ]
    result = run("explain", "--jsonl", "--lists", "table.yaml", given="\n".join(lines))
    told = [json.loads(line) for line in result.stdout.splitlines()]
    assert result.exit_code == 1
    assert [each["id"] for each in told] == [1, None, "x", None, 2]
    assert ["error" in each for each in told] == [False, True, True, True, False]


def test_a_name_that_is_no_text_is_answered_all_the_same() -> None:
    url = "https://ads.example/?%FFid=8f14e45fceea167a5a36dedd4bea2543"
    result = run(
        "explain", "--jsonl", "--lists", "table.yaml", given=json.dumps({"url": url, "page": "https://s.example/"})
    )
    assert result.exit_code == 0
    assert {signal["name"] for signal in json.loads(result.stdout)["signals"]} == {r"\xffid"}


def test_recordings_are_tallied_and_what_was_left_out_is_said(home: Path) -> None:
    (home / "x.har").write_text(json.dumps(HAR))
    (home / "y.har.gz").write_bytes(gzip.compress(json.dumps(HAR).encode()))
    told = said("explain", "--har", "x.har", "--har", "y.har.gz", "--lists", "table.yaml")
    assert "| first-party | 2 | 0 | 0 | 0 |" in told
    assert "2 entries left out: without an address that has a host" in told


# --- policy, signals, me


def test_a_site_is_set_off_listed_and_taken_back() -> None:
    said("policy", "use", "strict")
    said("policy", "set", "https://www.news.example/x?y", "observe", "--for", "2d")
    assert "bank.example: off until 2" in said("policy", "off", "login.bank.example", "--for", "1h")
    said("policy", "off", "shop.example")
    told = said("policy", "list")
    assert re.search(r"^\* strict ", told, re.MULTILINE)
    assert re.search(r"on news\.example: observe until \d", told)
    assert re.search(r"on bank\.example: off until \d", told)
    assert "on shop.example: off\n" in told
    for site in ("news.example", "bank.example", "shop.example"):
        said("policy", "unset", site)
    assert "  on " not in said("policy", "list")


def test_what_was_set_for_a_site_waits_while_it_is_off(home: Path) -> None:
    said("policy", "set", "news.example", "strict")
    said("policy", "off", "news.example", "--for", "1h")
    assert "news.example: strict" in (home / "CONFIG" / "louver" / "policy.yaml").read_text()


def test_a_policy_that_cannot_be_used_is_listed_as_such(home: Path) -> None:
    folder = home / "CONFIG" / "louver" / "policies"
    folder.mkdir(parents=True)
    (folder / "odd.yaml").write_text("rules: 7\n")
    (folder / "fine.yaml").write_text("description: mine alone\nextends: strict\n")
    told = said("policy", "list")
    assert "cannot be used" in told
    assert "mine alone" in told


def test_a_policy_is_shown_with_what_it_extends_and_a_circle_ends(home: Path) -> None:
    folder = home / "CONFIG" / "louver" / "policies"
    folder.mkdir(parents=True)
    for name, other in (("a", "b"), ("b", "a")):
        (folder / f"{name}.yaml").write_text(f"extends: {other}\n")
    assert said("policy", "show", "a").count("extends:") == 2
    assert "observe" in said("policy", "show")
    (home / "mine.yaml").write_text("extends: strict\nrules: [{kind: language, treatment: allow}]\n")
    assert "1 rules of its own" in said("policy", "check", "mine.yaml")


def test_a_chosen_file_counts_from_everywhere(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (home / "mine.yaml").write_text("extends: observe\n")
    said("policy", "use", "mine.yaml")
    monkeypatch.chdir("/")
    assert "PASS" in said(
        "explain", "https://ads.example/", "--page", "https://shop.example/", "--lists", str(home / "table.yaml")
    )


def test_every_kind_is_told_in_words_and_as_json() -> None:
    told = {row["kind"]: row for row in json.loads(said("signals", "--json"))}
    assert set(told) == {str(kind) for kind in Kind}
    for row in told.values():
        assert set(row["presets"]) == {"observe", "balanced", "strict"}
        assert set(row["presets"]["observe"].values()) <= {"allow"}
    assert told["third-party-id-cookie"]["presets"]["balanced"] == {"cookie": "strip", "set-cookie": "strip"}
    words = said("signals", "referrer")
    assert "coarsen" in words
    assert "\x1b" not in words


def test_own_values_are_registered_listed_and_forgotten_without_being_shown() -> None:
    assert said("me", "list") == "nothing is registered\n"
    given = "jane.doe@mail.example\n" * 2
    assert "jane" not in said("me", "add", "email", "--label", "work", given=given).replace("Value:", "")
    said("me", "add", "phone", "--country", "41", "--value", "079 123 45 67")
    listed = said("me", "list")
    assert re.fullmatch(r"1  email \(work\), since \S+\n2  phone, since \S+\n", listed)
    said("me", "remove", "1")
    assert said("me", "list").startswith("1  phone")


def test_a_broken_file_of_own_values_is_said_in_one_line(home: Path) -> None:
    (home / "CONFIG" / "louver").mkdir(parents=True)
    for data in (b"{", b"[" * 100_000, b'["\xff"]', b'[{"seed": "odd"}]'):
        (home / "CONFIG" / "louver" / "me.json").write_bytes(data)
        assert "remove it and register anew" in str(run("me", "list").exception)


# --- colours


@pytest.mark.parametrize("arguments", [("signals", "referrer"), ("policy", "list"), ("explain", "https://a.example/")])
def test_no_colour_goes_into_a_pipe(arguments: tuple[str, ...]) -> None:
    assert b"\x1b" not in program(*arguments, NO_COLOR="1").stdout
