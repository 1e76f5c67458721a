"""Knows how to run each proxy as a process on the same origin, and what it has cost: CPU, memory, time to start.

CPU is the kernel's own account of the whole process in nanoseconds, threads that are over included.
"""

from __future__ import annotations

import contextlib
import os
import re
import signal
import socket
import ssl
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Final, Self

from louver.proxy.authority import open_authority

if TYPE_CHECKING:
    from collections.abc import Iterator

BENCH: Final = Path(__file__).resolve().parents[1]
MITMDUMP: Final = "from mitmproxy.tools.main import mitmdump; mitmdump()"
QUIET: Final = ("flow_detail=0", "connection_strategy=lazy")
"""What makes a stock mitmdump as cheap as it gets: nothing printed, no connection made before it is needed."""

PATIENCE: Final = 60.0
"""Seconds that a proxy may take to start; the first one compiles the lists."""


class DidNotStartError(Exception):
    """A proxy ended, or does not listen."""


@dataclass(frozen=True, slots=True)
class Ground:
    """What all proxies stand on: a scratch folder, the origin, and the lists that Louver decides by."""

    folder: Path
    origin: int
    lists: tuple[str, ...]

    @property
    def trusted(self) -> Path:
        """The certificate of the origin's authority."""
        return self.folder / "origin" / "demo-ca.pem"

    @property
    def detour(self) -> str:
        """Where every connection to port 443 goes."""
        return f":443:127.0.0.1:{self.origin}"


@contextlib.contextmanager
def an_origin(folder: Path) -> Iterator[int]:
    """Run the origin in a process of its own; yields its port."""
    (folder / "origin").mkdir()
    command = [sys.executable, "-m", "duel.origin", str(folder / "origin")]
    with subprocess.Popen(command, cwd=BENCH, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        try:
            yield int(process.stdout.readline())
        finally:
            process.stdin.close()


@dataclass
class Side:
    """One proxy. Every start gets a new port; its folders stay."""

    name: str
    ground: Ground
    port: int = 0
    process: subprocess.Popen[bytes] | None = None
    seconds: float = field(default=0.0)
    """How long the last start took, until it listened."""

    def __post_init__(self) -> None:
        self.folder = self.ground.folder / re.sub(r"[^a-z0-9]+", "-", self.name.lower())

    def command(self) -> list[str]:
        """Return how it is started."""
        raise NotImplementedError

    def authority(self) -> bytes:
        """Return the certificate that its leaves are signed with, as PEM."""
        raise NotImplementedError

    def __enter__(self) -> Self:
        self.folder.mkdir(exist_ok=True)
        self.port = free_port()
        homes = {f"XDG_{name}_HOME": str(self.folder / name.lower()) for name in ("DATA", "CONFIG")}
        # All compile the same lists; once is enough.
        homes["XDG_CACHE_HOME"] = str(self.ground.folder / "cache")
        begun = time.perf_counter()
        with (self.folder / "said.txt").open("ab") as said:
            self.process = subprocess.Popen(
                self.command(),
                stdin=subprocess.DEVNULL,
                stdout=said,
                stderr=said,
                cwd=self.folder,
                env={**os.environ, **homes, "LOUVER_BENCH_DETOUR": self.ground.detour},
            )
        self._await_listening(begun)
        self.seconds = time.perf_counter() - begun
        return self

    def __exit__(self, *_: object) -> None:
        if self.process is not None:
            self.process.send_signal(signal.SIGINT)
            self.process.wait(20)

    def _await_listening(self, begun: float) -> None:
        assert self.process is not None
        while not _listens(self.port):
            if self.process.poll() is not None or time.perf_counter() - begun > PATIENCE:
                raise DidNotStartError(f"{self.name}: {self.said()}")
            time.sleep(0.005)

    def said(self) -> str:
        """Return the end of what the process has written."""
        return (self.folder / "said.txt").read_text(errors="replace")[-1000:]

    def context(self, *, http2: bool) -> ssl.SSLContext:
        """Return what a client trusts: this proxy's authority alone, so that nobody measures an unopened tunnel."""
        context = ssl.create_default_context(cadata=self.authority().decode())
        context.set_alpn_protocols(["h2", "http/1.1"] if http2 else ["http/1.1"])
        return context

    def cpu(self) -> int:
        """Return the CPU used so far, in nanoseconds."""
        assert self.process is not None
        # What clock_getcpuclockid(3) computes: the clock of a process and all of its threads.
        return time.clock_gettime_ns((~self.process.pid << 3) | 2)

    def memory(self) -> float:
        """Return the resident memory in megabytes (10^6 bytes)."""
        assert self.process is not None
        found = re.search(r"VmRSS:\s+(\d+) kB", Path(f"/proc/{self.process.pid}/status").read_text())
        assert found is not None
        return int(found[1]) * 1024 / 1e6


class Stock(Side):
    """mitmdump as it comes."""

    def command(self) -> list[str]:
        """Return how it is started."""
        return self._mitmdump([], BENCH / "duel" / "detour.py")

    def _mitmdump(self, sets: list[str], script: Path) -> list[str]:
        told = [f"confdir={self.folder}", f"ssl_verify_upstream_trusted_ca={self.ground.trusted}", *QUIET, *sets]
        options = [part for text in told for part in ("--set", text)]
        listen = ["-q", "--listen-host", "127.0.0.1", "-p", str(self.port)]
        return [sys.executable, "-c", MITMDUMP, *listen, *options, "-s", str(script)]

    def authority(self) -> bytes:
        """Return the certificate that its leaves are signed with."""
        return (self.folder / "mitmproxy-ca-cert.pem").read_bytes()


class Script(Stock):
    """Louver as a script of mitmdump, which keeps its own addons."""

    def command(self) -> list[str]:
        """Return how it is started."""
        sets = [f"louver_connect_to={self.ground.detour}", *(f"louver_lists={name}" for name in self.ground.lists)]
        return self._mitmdump(sets, BENCH.parent / "addons" / "louver.py")


class Own(Side):
    """`louver run`."""

    def command(self) -> list[str]:
        """Return how it is started."""
        return [
            *(sys.executable, "-m", "louver", "run", "--listen", f"127.0.0.1:{self.port}"),
            *("--policy", "balanced", "--lists", ",".join(self.ground.lists)),
            *("--set", f"ssl_verify_upstream_trusted_ca={self.ground.trusted}", "--connect-to", self.ground.detour),
        ]

    def authority(self) -> bytes:
        """Return the certificate that its leaves are signed with."""
        return open_authority(self.folder / "data" / "louver" / "ca").export("pem")


def free_port() -> int:
    """Return a port that nobody listens on."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


def _listens(port: int) -> bool:
    try:
        socket.create_connection(("127.0.0.1", port), 1).close()
    except OSError:
        return False
    return True
