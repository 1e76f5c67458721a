"""`louver match`: one request in words, many as JSON Lines."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import pytest
from click.testing import CliRunner, Result

from louver.cli.match import match

if TYPE_CHECKING:
    from pathlib import Path

ADS = "\n".join((  # noqa: FLY002  (a line each)
    "! title", "||ads.example^", "@@||ads.example/ok.js", "||track.example^$redirect=noop.js", "$removeparam=utm",
     "||site.example^$csp=script-src 'none'", "||site.example^$csp=img-src 'none'",
))  # fmt: skip


@pytest.fixture(autouse=True)
def _own_folders(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("CONFIG", "DATA", "CACHE"):
        monkeypatch.setenv(f"XDG_{name}_HOME", str(tmp_path / name))


@pytest.fixture
def ads(tmp_path: Path) -> str:
    path = tmp_path / "ads.txt"
    path.write_text(ADS)
    return str(path)


def run(*arguments: str, given: str | bytes = "") -> Result:
    return CliRunner().invoke(match, arguments, input=given)


def answers(lists: str, *questions: object) -> list[Any]:
    result = run("--lists", lists, "--jsonl", given="\n".join(json.dumps(question) for question in questions))
    return [json.loads(line) for line in result.stdout.splitlines()]


def test_a_line_in_is_a_line_out(ads: str) -> None:
    page = "https://site.example/"
    told = answers(
        ads,
        {"id": 1, "url": "https://ads.example/x.js", "page": page, "type": "script", "method": "GET"},
        {"id": "two", "url": "https://ads.example/ok.js", "page": page, "type": "script"},
        {"id": [3], "url": "https://track.example/?utm=1&a=2", "page": page, "type": "xhr"},
        {"id": None, "url": page, "page": None, "type": "document"},
        {"url": "https://fine.example/"},
    )
    block = {"text": "||ads.example^", "list": ads, "line": 2}
    nothing = {"rule": None, "exception": None, "redirect": None, "url": None, "csp": None}
    track = {"text": "||track.example^$redirect=noop.js", "list": ads, "line": 4}
    assert told == [
        {**nothing, "id": 1, "block": True, "rule": block},
        {**nothing, "id": "two", "block": False, "rule": block, "exception": {"text": "@@||ads.example/ok.js",
        "list": ads, "line": 3}},
        {**nothing, "id": [3], "block": True, "rule": track, "redirect": "noop.js",
        "url": "https://track.example/?a=2"},
        {**nothing, "id": None, "block": False, "csp": "script-src 'none', img-src 'none'"},
        {**nothing, "id": None, "block": False},
    ]  # fmt: skip


def test_a_bad_line_is_answered_and_the_run_goes_on(ads: str) -> None:
    bad = [b'{"id": 1}', b"nonsense", b"", b'{"id": 2, "url": "x", "type": "zzz"}', b"\xff\xfe", b"[1]"]
    given = b"\n".join([*bad, b'{"id": 3, "url": "https://ads.example/"}', b""])
    result = run("--lists", ads, "--jsonl", given=given)
    told = [json.loads(line) for line in result.stdout.splitlines()]
    assert result.exit_code == 1
    assert [row["id"] for row in told] == [1, None, 2, None, None, 3]
    assert ["error" in row for row in told] == [True, True, True, True, True, False]
    assert told[-1]["block"] is True


def test_several_lists_in_their_order(ads: str, tmp_path: Path) -> None:
    second = tmp_path / "hosts"
    second.write_text("0.0.0.0 more.example\n")
    told = answers(f"{ads},{second}", {"url": "https://more.example/"}, {"url": "https://ads.example/"})
    assert [row["rule"]["list"] for row in told] == [str(second), ads]


def test_one_request_in_words(ads: str) -> None:
    result = run(
        "https://ads.example/ok.js?utm=1", "--page", "https://site.example/", "--type", "script", "--lists", ads
    )
    assert result.exit_code == 0
    assert f"Let through by {ads} line 3" in result.output
    assert "Sent as https://ads.example/ok.js" in result.output
    assert result.output.index("@@||ads.example/ok.js") < result.output.index("||ads.example^\n")
    assert "$removeparam=utm" in result.output


def test_words_where_nothing_matches(ads: str) -> None:
    assert run("https://fine.example/", "--lists", ads).output == "Not blocked: no rule says so.\n"


@pytest.mark.parametrize("arguments", [[], ["https://a.example/", "--jsonl"], ["https://a.example/", "--type", "zzz"]])
def test_wrong_usage(ads: str, arguments: list[str]) -> None:
    assert run(*arguments, "--lists", ads).exit_code == 2


def test_a_reader_that_leaves_is_no_failure(ads: str) -> None:
    command = [sys.executable, "-m", "louver", "match", "--lists", ads, "--jsonl"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.stdin
        assert process.stdout
        assert process.stderr
        process.stdin.write(b'{"url": "https://ads.example/"}\n')
        process.stdin.flush()
        assert b"true" in process.stdout.readline()
        process.stdout.close()
        try:
            process.stdin.write(b'{"url": "https://ads.example/"}\n' * 1000)
            process.stdin.close()
        except BrokenPipeError:
            pass
        process.wait(60)
        assert process.stderr.read() == b""
