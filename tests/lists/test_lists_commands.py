"""`louver lists` as a person uses it: in this process, and once as a program."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner, Result
from publisher import Publisher, rules

from louver.cli.lists_commands import lists
from louver.errors import LouverError
from louver.lists.store import STATE, Store

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path


def louver(*arguments: str) -> Result:
    """Run a command that must not fail by anything but one clear line."""
    result = CliRunner().invoke(lists, arguments)
    if isinstance(result.exception, LouverError):
        assert len(str(result.exception).splitlines()) == 1
    else:
        assert result.exception is None or isinstance(result.exception, SystemExit)
    return result


def error(*arguments: str) -> str:
    result = louver(*arguments)
    assert isinstance(result.exception, LouverError), result.output
    return str(result.exception)


def test_a_list_lives_and_goes(publisher: Publisher, store: Store) -> None:
    url = publisher.publish("/my_list.txt", "! Title: Mine\n! Version: 1\n" + rules(3))
    assert "my-list: added, 3 rules" in louver("add", url).output
    assert "on   my-list                Mine · 3 rules, version 1" in louver().output
    assert "my-list: off" in louver("disable", "my-list").output
    assert not store.read().entry("my-list").enabled
    assert "my-list: on" in louver("enable", "my-list").output
    publisher.publish("/my_list.txt", "! Title: Mine\n! Version: 2\n" + rules(4))
    assert "my-list: updated (4 rules" in louver("update").output
    assert "my-list: fine" in louver("verify").output
    assert "kept for rollback: version 1" in louver("show", "my-list").output
    assert "back to version 1" in louver("rollback", "my-list").output
    assert "no older version" in error("rollback", "my-list")
    assert "my-list: removed" in louver("remove", "my-list").output
    assert [path.name for path in store.folder.iterdir() if path.suffix == ".txt"] == []
    assert "none was added" in error("remove", "my-list")


def test_a_list_can_have_another_id_and_each_id_is_taken_once(publisher: Publisher) -> None:
    url = publisher.publish("/l.txt", rules(3))
    louver("add", url, "--id", "mine")
    assert "already added" in error("add", url, "--id", "mine")
    assert "already added" in error("add", url, "--id", "louver")
    assert "an id is" in error("add", url, "--id", "Not An Id")


def test_the_catalogue_is_offered_with_licences() -> None:
    output = louver("list").output
    assert re.search(r"easylist +EasyList · advertisements · GPL", output)
    told = json.loads(louver("list", "--json").output)
    assert told["lists"] == []
    assert "easyprivacy" in told["catalogue"]


def test_numbers_add_up(tmp_path: Path) -> None:
    path = tmp_path / "l.txt"
    path.write_text("! a\n\n||a.test^\na.test##.ad\n||b.test^$nonsense\n||c.test^$webrtc\n@@||d.test^\n[Adblock]\n")
    output = louver("show", str(path)).output
    lines, good, remarks, unused = map(int, re.findall(r"\d+", output.splitlines()[0]))
    assert lines == good + remarks + unused
    reasons = [int(line.split()[0]) for line in output.splitlines()[1:]]
    assert sum(reasons) == unused == 3
    assert reasons == sorted(reasons, reverse=True)


def test_a_table_and_our_own_tables_are_shown(tmp_path: Path) -> None:
    path = tmp_path / "t.yaml"
    path.write_text("trackers: [{domain: t.test, owner: T, category: analytics}]")
    assert "1 trackers, 1 owned domains" in louver("show", str(path)).output
    assert "trackers.json" in louver("show", "louver").output


def test_patches_that_a_publisher_offers_are_noticed(tmp_path: Path) -> None:
    path = tmp_path / "l.txt"
    path.write_text("! Diff-Path: ../patches/l.patch\n" + rules(2))
    assert "patches" in louver("show", str(path)).output


@pytest.mark.parametrize(
    ("content", "said"),
    [(b"\x7fELF\0\0\1", "no text"), (b"", "empty"), (b"<html></html>", "web page"), (b"cookies: [1]", "cookies")],
)
def test_a_file_that_is_no_list_is_one_line(tmp_path: Path, content: bytes, said: str) -> None:
    path = tmp_path / "file"
    path.write_bytes(content)
    assert said in error("add", str(path))
    assert said in error("show", str(path))
    assert not louver("list").output.startswith("file")


def test_what_cannot_be_read_is_one_line(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    assert "is a folder" in error("add", str(tmp_path))
    assert "is a folder" in error("show", str(tmp_path))
    assert "no ordinary file" in error("add", str(pipe))
    assert "No such file" in error("add", str(tmp_path / "missing"))
    assert "not added" in error("show", str(tmp_path / "missing"))
    assert "could not be had" in error("add", "http://127.0.0.1:1/list.txt")
    for text in ("http://[", "https://", "gopher://x/y", "http://a b/c", "\0"):
        assert error("add", text)


@pytest.mark.skipif(os.geteuid() == 0, reason="root reads everything")
def test_a_file_of_somebody_else_is_one_line(tmp_path: Path) -> None:
    path = tmp_path / "l.txt"
    path.write_text(rules(1))
    path.chmod(0)
    assert "Permission denied" in error("add", str(path))


def test_a_damaged_list_is_found_and_mended(publisher: Publisher, store: Store) -> None:
    louver("add", publisher.publish("/l.txt", "! Expires: 9 days\n" + rules(3)))
    entry = store.read().entry("l")
    store.path(entry, entry.versions[0]).write_text("||evil.test^")
    result = louver("verify")
    assert (result.exit_code, "l: is not what was downloaded" in result.output) == (1, True)
    assert "is not what was downloaded" in error("show", "l")
    store.path(entry, entry.versions[0]).unlink()
    assert "cannot be read" in louver("verify").output
    assert "l: updated" in louver("update", "l").output
    assert louver("verify").exit_code == 0


def test_an_update_that_is_refused_says_so_and_changes_nothing(publisher: Publisher) -> None:
    louver("add", publisher.publish("/good.txt", rules(3)))
    louver("add", publisher.publish("/bad.txt", rules(3, "b")))
    publisher.publish("/bad.txt", "<html>moved</html>")
    publisher.publish("/good.txt", rules(4))
    result = louver("update")
    assert result.exit_code == 1
    assert "good: updated" in result.output
    assert "bad: refused (this is a web page" in result.output
    assert "last update refused: this is a web page" in louver().output
    assert louver("update", "good", "good").exit_code == 0
    assert "not added" in error("update", "good", "none")


def test_a_broken_state_is_one_line_for_every_command(store: Store, publisher: Publisher) -> None:
    store.folder.mkdir(parents=True)
    (store.folder / STATE).write_text("{broken")
    commands: Sequence[Sequence[str]] = (
        ["list"], ["update"], ["verify"], ["show", "x"], ["remove", "x"], ["enable", "x"], ["rollback", "x"],
        ["add", publisher.publish("/l.txt", rules(3))],
    )  # fmt: skip
    for command in commands:
        assert STATE in error(*command)
    assert (store.folder / STATE).read_text() == "{broken"


def test_what_a_list_calls_itself_cannot_write_to_the_terminal(publisher: Publisher) -> None:
    louver("add", publisher.publish("/l.txt", "! Title: \x1b]0;owned\x07\x1b[31m\n! Version: \x1b[2J\n" + rules(3)))
    for command in (["list"], ["show", "l"], ["update", "--force"], ["verify"]):
        assert "\x1b" not in louver(*command).output


def test_the_program_itself(home: Path) -> None:
    def run(*arguments: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "louver.cli.main", "lists", *arguments]
        return subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)

    path = home / "mine.txt"
    path.write_text(rules(3))
    added = run("add", str(path))
    assert (added.returncode, added.stdout) == (0, "mine: added, 3 rules, 0 lines not used\n")
    refused = run("add", str(home))
    assert (refused.returncode, refused.stdout) == (1, "")
    (line,) = refused.stderr.splitlines()
    assert line.startswith("louver: list ")
    assert run("remove", "none").returncode == 2
