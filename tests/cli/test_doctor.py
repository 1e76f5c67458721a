from __future__ import annotations

import json
import os
import socket
from typing import TYPE_CHECKING, Any

import pytest
from click.testing import CliRunner

from louver.cli.doctor_checks import CHECKS, Finding, Patient, State, examine, has_problem
from louver.cli.main import louver
from louver.proxy.authority import KEY_FILE, open_authority
from louver.setup import Settings

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name in ("DATA", "CONFIG", "CACHE"):
        monkeypatch.setenv(f"XDG_{name}_HOME", str(tmp_path / name.lower()))
    monkeypatch.setenv("HOME", str(tmp_path))
    return tmp_path


def ask(port: int) -> dict[str, list[Finding]]:
    found = examine(Patient(Settings(), f"127.0.0.1:{port}"))
    return {part: [one for one in found if one.part == part] for part, _ in CHECKS}


def free_port() -> int:
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        return int(sock.getsockname()[1])


def test_a_fresh_installation_has_no_problem() -> None:
    found = ask(free_port())
    assert not [one for each in found.values() for one in each if one.state is State.PROBLEM]
    assert "louver run" in found["port"][0].do


def test_a_taken_port_is_named() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        (found,) = ask(taken.getsockname()[1])["port"]
    assert found.state is State.PROBLEM
    assert "--listen" in found.do


def test_a_key_that_others_can_read_is_a_problem(home: Path) -> None:
    folder = home / "data" / "louver" / "ca"
    open_authority(folder)
    (folder / KEY_FILE).chmod(0o644)
    found = ask(free_port())["authority"]
    assert found[0].state is State.PROBLEM
    assert KEY_FILE in found[0].said
    assert (folder / KEY_FILE).exists()


def test_a_broken_authority_and_a_broken_policy_are_findings_not_crashes(home: Path) -> None:
    folder = home / "data" / "louver" / "ca"
    folder.mkdir(parents=True)
    (folder / KEY_FILE).write_text("garbage")
    policy = home / "config" / "louver" / "policy.yaml"
    policy.parent.mkdir(parents=True)
    policy.write_text("rules: [{kind: nonsense}")
    found = ask(free_port())
    assert any(one.state is State.PROBLEM for one in found["authority"])
    assert any(one.state is State.PROBLEM for one in found["policy"])
    assert found["browser"]


def test_a_ledger_that_is_none_is_a_problem(home: Path) -> None:
    (home / "data" / "louver").mkdir(parents=True)
    (home / "data" / "louver" / "ledger.db").write_bytes(b"not a database" * 1000)
    assert has_problem(ask(free_port())["ledger"])


def test_it_explains_and_its_status_says_whether_something_is_wrong() -> None:
    fine = CliRunner().invoke(louver, ["doctor", "--listen", f"127.0.0.1:{free_port()}"])
    assert fine.exit_code == 0
    for word in ("QUIC", "ECH", "DNS over HTTPS", "Pinning"):
        assert word in fine.output
    with socket.create_server(("127.0.0.1", 0)) as taken:
        where = f"127.0.0.1:{taken.getsockname()[1]}"
        wrong = CliRunner().invoke(louver, ["doctor", "--json", "--listen", where])
    assert wrong.exit_code == 1
    told: dict[str, Any] = json.loads(wrong.output)
    assert told["fine"] is False
    assert {row["part"] for row in told["findings"]} >= {"port", "authority", "time", "lists", "ledger", "resolver"}
    assert "QUIC and HTTP/3" in told["explained"]


def test_it_makes_nothing_but_a_cache(home: Path) -> None:
    CliRunner().invoke(louver, ["doctor"])
    made = [name for folder in ("data", "config") for _, _, names in os.walk(home / folder) for name in names]
    assert made == []
