from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
from typing import TYPE_CHECKING

import httpx
import pytest

if TYPE_CHECKING:
    from pathlib import Path

COMMAND = (sys.executable, "-m", "louver.cli.main")


def environment(home: Path, **more: str) -> dict[str, str]:
    folders = {f"XDG_{name}_HOME": str(home / name.lower()) for name in ("DATA", "CONFIG", "CACHE")}
    return {**os.environ, **folders, "PYTHONUNBUFFERED": "1", **more}


def test_the_dashboard_says_its_address_answers_there_and_stops_in_order(tmp_path: Path) -> None:
    command = (*COMMAND, "dash", "--dash", "127.0.0.1:0")
    with subprocess.Popen(command, env=environment(tmp_path), stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        found = re.search(r"http://127\.0\.0\.1:\d+/\?token=\S+", process.stdout.readline())
        assert found
        with httpx.Client(trust_env=False, follow_redirects=True) as browser:
            assert "Nothing has been seen yet" in browser.get(found[0]).text
        process.send_signal(signal.SIGTERM)
        assert process.wait(20) == 0


@pytest.mark.parametrize("command", [("dash", "--dash", "0.0.0.0:0"), ("run", "--dash", "0.0.0.0:0")])
@pytest.mark.parametrize("password", ["", "short"])
def test_nobody_else_is_let_in_without_a_password(tmp_path: Path, command: tuple[str, ...], password: str) -> None:
    made = subprocess.run(
        [*COMMAND, *command],
        env=environment(tmp_path, LOUVER_DASH_PASSWORD=password),
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert made.returncode == 2
    assert "LOUVER_DASH_PASSWORD" in made.stderr
    assert "Traceback" not in made.stderr
