"""Knows how to run `louver run` as a person would: another process, folders of its own, stopped by a signal."""

from __future__ import annotations

import contextlib
import os
import re
import signal
import sqlite3
import subprocess
import sys
import threading
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from louver.proxy.authority import open_authority

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from proxy_origin import Origin

TABLE: Final = """\
owners: {Watch Inc: [tracker.test, pixel.test]}
trackers: [{domain: tracker.test, owner: Watch Inc, category: advertising}]
cookies: [{name: "_xid*", owner: Watch Inc, purpose: advertising}]
parameters: [{name: xclid, owner: Watch Inc, kind: click-id}]
"""


def environment(home: Path) -> dict[str, str]:
    folders = {f"XDG_{name}_HOME": str(home / name.lower()) for name in ("DATA", "CONFIG", "CACHE")}
    return {**os.environ, **folders, "PYTHONUNBUFFERED": "1"}


def louver(home: Path, *arguments: str, timeout: float = 30) -> subprocess.CompletedProcess[str]:
    """Run a command to its end."""
    return subprocess.run(
        [sys.executable, "-m", "louver.cli.main", *arguments],
        env=environment(home),
        capture_output=True,
        text=True,
        timeout=timeout,
        check=False,
    )


@dataclass
class Proxy:
    """A proxy that runs."""

    home: Path
    process: subprocess.Popen[str]
    port: int
    errors: list[str] = field(default_factory=list)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def ca_file(self) -> Path:
        """The authority's certificate; a client needs no more of the file that also holds the key."""
        path = self.home / "ca.pem"
        if not path.exists():
            path.write_bytes(open_authority(self.home / "data" / "louver" / "ca").export("pem"))
        return path

    def stop(self, number: int = signal.SIGTERM) -> int:
        self.process.send_signal(number)
        return self.process.wait(20)

    def rows(self, question: str) -> list[dict[str, Any]]:
        """Ask the ledger, which must have been closed."""
        with contextlib.closing(sqlite3.connect(self.home / "data" / "louver" / "ledger.db")) as connection:
            connection.row_factory = sqlite3.Row
            return [dict(row) for row in connection.execute(question)]

    def memory(self) -> int:
        """Resident memory in bytes."""
        text = Path(f"/proc/{self.process.pid}/status").read_text()
        return int(re.search(r"VmRSS:\s+(\d+) kB", text)[1]) * 1024  # type: ignore[index]


@contextlib.contextmanager
def a_proxy(
    home: Path,
    origin: Origin,
    *arguments: str,
    detours: Sequence[str] | None = None,
    trusting: bool = True,
    own_lists: bool = True,
) -> Iterator[Proxy]:
    """Start `louver run` with all names leading to the origin, and stop it afterwards.

    It decides by the table above, or else (`own_lists` false) by what `louver lists` says.
    """
    home.mkdir(exist_ok=True)
    (home / "table.yaml").write_text(TABLE)
    ways = detours if detours is not None else (f":443:127.0.0.1:{origin.https}", f":80:127.0.0.1:{origin.http}")
    command = [sys.executable, "-m", "louver.cli.main", "run", "--listen", "127.0.0.1:0"]
    if own_lists:
        command += ["--lists", str(home / "table.yaml")]
    if trusting:
        command += ["--set", f"ssl_verify_upstream_trusted_ca={origin.ca_file}"]
    for way in ways:
        command += ["--connect-to", way]
    process = subprocess.Popen(
        [*command, *arguments], env=environment(home), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    first = process.stdout.readline()
    found = re.search(r"listens on \S+:(\d+)", first)
    if found is None:
        raise AssertionError(f"did not start: {first}{process.communicate()}")
    proxy = Proxy(home, process, int(found[1]))
    reader = threading.Thread(target=_read, args=(process, proxy.errors), daemon=True)
    reader.start()
    try:
        yield proxy
    finally:
        if process.poll() is None:
            process.terminate()
            process.wait(20)
        reader.join(5)
        process.stdout.close()


def _read(process: subprocess.Popen[str], lines: list[str]) -> None:
    assert process.stderr is not None
    lines.extend(process.stderr)
