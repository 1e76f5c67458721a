"""Knows how to find out whether the proxy can be left running: mixed traffic for a while, and what it cost.

    python tools/soak.py [--minutes 5] [--only KIND] [--json]

The proxy runs as a process of its own with folders of its own; the clients and the origins run here, on loopback. The
report compares the third after the warm-up with the last: memory within 5 %, no more file descriptors, no more tasks,
nothing on standard error, every exchange in the ledger. The exit status says whether all of it held.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import json
import os
import random
import sqlite3
import ssl
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import httpx

ROOT: Final = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "tests" / "proxy"))

from proxy_origin import Handler, an_origin  # noqa: E402
from proxy_sockets import echo_socket, masked  # noqa: E402

from louver.proxy.authority import open_authority  # noqa: E402
from louver.proxy.master import Ready, Start, authority_folder, serve  # noqa: E402
from louver.setup import Settings  # noqa: E402

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Sequence

EVERY: Final = 2.0
"""Seconds between two looks at the proxy."""

GROWTH: Final = 0.05
"""By how much memory may grow after the warm-up, as a share."""

SLACK: Final = 10
"""File descriptors and tasks that may be more at one moment than at another."""

SITES: Final = tuple(f"site{number}.test" for number in range(60))
TRACKERS: Final = ("www.google-analytics.com", "connect.facebook.net", "bat.bing.com")
LARGE: Final = 8 * 1024 * 1024
PAUSE: Final = 0.02
SHOWN: Final = 60
"""Lines of standard error that are shown."""


# --- the proxy's side ------------------------------------------------------------------------------------------------


def run_proxy(home: Path, ways: Sequence[str], ca_file: str) -> None:
    """Run the proxy, and tell on standard output how it fares."""
    settings = Settings(config_dir=home / "config", data_dir=home / "data", cache_dir=home / "cache")
    sets = (f"ssl_verify_upstream_trusted_ca={ca_file}",)
    start = Start(settings, ("127.0.0.1", 0), sets=sets, connect_to=tuple(ways), cname=False)
    keep: list[asyncio.Task[None]] = []

    def ready(told: Ready) -> None:
        print(json.dumps({"port": told.port}), flush=True)
        keep.append(asyncio.create_task(_tell()))

    asyncio.run(serve(start, ready))


async def _tell() -> None:
    while True:
        await asyncio.sleep(EVERY)
        status = Path("/proc/self/status").read_text("ascii")  # noqa: ASYNC240  (not a disk)
        memory = int(status.partition("VmRSS:")[2].split()[0])
        state = {"memory": memory * 1024, "files": len(os.listdir("/proc/self/fd")), "tasks": len(asyncio.all_tasks())}  # noqa: PTH208
        print(json.dumps(state), flush=True)


# --- the clients' side -----------------------------------------------------------------------------------------------


@dataclass
class Run:
    """A proxy under load, and what came of it."""

    port: int
    ca_file: Path
    ends: float
    done: Counter[str] = field(default_factory=Counter)
    failed: Counter[str] = field(default_factory=Counter)
    only: str = ""

    def context(self) -> ssl.SSLContext:
        """Return what a client that trusts the proxy believes."""
        return ssl.create_default_context(cafile=str(self.ca_file))

    def browser(self, *, http2: bool) -> httpx.AsyncClient:
        """Return a client of the proxy."""
        url = f"http://127.0.0.1:{self.port}"
        return httpx.AsyncClient(proxy=url, verify=self.context(), http2=http2, timeout=20, trust_env=False)


async def pages(run: Run, chance: random.Random) -> None:
    """Load a page as browsers do: the document, its own parts, trackers, a beacon."""
    site = chance.choice(SITES)
    page = f"https://{site}/page/{chance.randrange(500)}"
    async with run.browser(http2=False) as browser:
        told = {"Sec-Fetch-Dest": "document", "Sec-Fetch-Mode": "navigate", "Sec-Fetch-Site": "none"}
        await browser.get(page, headers={**told, "Cookie": f"_ga=GA1.2.{chance.randrange(10**9)}.1700000000"})
        parts = [f"https://{site}/{name}" for name in ("a.js", "b.css", "c.png")]
        parts += [f"https://{host}/t.js?uid={chance.getrandbits(96):x}&dl={page}" for host in TRACKERS]
        own = {"Sec-Fetch-Dest": "script", "Sec-Fetch-Mode": "no-cors", "Referer": page, "Cookie": "theme=dark"}
        for part in parts:
            await browser.get(part, headers={**own, "Sec-Fetch-Site": "cross-site"})
        body = {"event": "view", "user": {"email": f"p{chance.randrange(1000)}@example.org"}}
        await browser.post("https://api.other.test/collect", json=body, headers={"Referer": page})


async def large(run: Run, chance: random.Random) -> None:
    """Download a large file."""
    async with (
        run.browser(http2=False) as browser,
        browser.stream("GET", f"https://{chance.choice(SITES)}/large") as got,
    ):
        size = 0
        async for piece in got.aiter_raw():
            size += len(piece)
        assert size == LARGE


async def upload(run: Run, chance: random.Random) -> None:
    """Send a file."""
    async with run.browser(http2=False) as browser:
        await browser.post(f"https://{chance.choice(SITES)}/upload", content=b"x" * chance.randrange(2_000_000))


async def socket(run: Run, chance: random.Random) -> None:
    """Talk over a WebSocket."""
    reader, writer = await _secure(run, chance.choice(SITES))
    lines = "Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
    key = "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
    writer.write(f"GET /socket HTTP/1.1\r\nHost: site0.test\r\n{lines}{key}\r\n".encode())
    assert b" 101 " in await reader.readuntil(b"\r\n\r\n")
    for _ in range(20):
        message = chance.randbytes(100).hex().encode()
        writer.write(masked(message))
        assert (await reader.readexactly(4 + len(message)))[4:] == message
    writer.close()


async def broken(run: Run, chance: random.Random) -> None:
    """Hang up at odd moments."""
    reader, writer = await asyncio.open_connection("127.0.0.1", run.port)
    site = chance.choice(SITES)
    said = f"CONNECT {site}:443 HTTP/1.1\r\nHost: {site}:443\r\n\r\n".encode()
    writer.write(said[: chance.randrange(len(said) + 1)])
    if chance.random() < 0.5:
        writer.write(b"\x16\x03\x01\x02\x00\x01" + chance.randbytes(20))
    await writer.drain()
    await asyncio.sleep(chance.random() / 20)
    writer.transport.abort()
    del reader


async def cut_short(run: Run, chance: random.Random) -> None:
    """Ask for something large and leave in the middle."""
    reader, writer = await _secure(run, chance.choice(SITES))
    writer.write(b"GET /large HTTP/1.1\r\nHost: site0.test\r\n\r\n")
    await reader.readexactly(1000)
    writer.transport.abort()


async def unreachable(run: Run, chance: random.Random) -> None:
    """Ask a server that is not there."""
    del chance
    async with run.browser(http2=False) as browser:
        assert (await browser.get("https://dead.test/")).status_code == 502


async def _secure(run: Run, host: str) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    reader, writer = await asyncio.open_connection("127.0.0.1", run.port)
    writer.write(f"CONNECT {host}:443 HTTP/1.1\r\nHost: {host}:443\r\n\r\n".encode())
    assert b" 200 " in await reader.readuntil(b"\r\n\r\n")
    await writer.start_tls(run.context(), server_hostname=host)
    return reader, writer


KINDS: Final[Sequence[tuple[Callable[[Run, random.Random], Awaitable[None]], int]]] = (
    (pages, 4),
    (large, 1),
    (upload, 1),
    (socket, 1),
    (broken, 1),
    (cut_short, 1),
    (unreachable, 1),
)
"""What clients do, and how many do it at a time."""


async def drive(run: Run) -> None:
    """Keep every kind of client busy until the end."""
    async with asyncio.TaskGroup() as clients:
        for kind, many in KINDS:
            if run.only not in ("", kind.__name__):
                continue
            for number in range(many):
                clients.create_task(_repeat(run, kind, random.Random(f"{kind.__name__} {number}")))  # noqa: S311


async def _repeat(run: Run, kind: Callable[[Run, random.Random], Awaitable[None]], chance: random.Random) -> None:
    while time.monotonic() < run.ends:
        try:
            await kind(run, chance)
            run.done[kind.__name__] += 1
        except Exception as error:  # noqa: BLE001  (counted and told; the load goes on)
            run.failed[f"{kind.__name__}: {type(error).__name__}"] += 1
        await asyncio.sleep(PAUSE)


def serve_large(handler: Handler) -> None:
    """Answer with a large file."""
    handler.send_response(200)
    handler.send_header("Content-Length", str(LARGE))
    handler.end_headers()
    with contextlib.suppress(OSError):
        for _ in range(LARGE // 65_536):
            handler.wfile.write(b"x" * 65_536)
    handler.close_connection = True


# --- the report ------------------------------------------------------------------------------------------------------


@dataclass
class Report:
    """What a soak found."""

    seconds: float
    samples: list[dict[str, int]]
    run: Run
    errors: list[str]
    rows: dict[str, int]

    def spans(self, name: str) -> tuple[float, float, int]:
        """Return the mean after the warm-up, the mean at the end, and the most."""
        values = [sample[name] for sample in self.samples]
        third = max(len(values) // 3, 1)
        early, late = values[third : 2 * third] or values, values[-third:]
        return sum(early) / len(early), sum(late) / len(late), max(values)

    def faults(self) -> list[str]:
        """Return what did not hold."""
        early, late, _ = self.spans("memory")
        found = [f"memory grew by {late / early - 1:.1%}"] if late > early * (1 + GROWTH) else []
        for name in ("files", "tasks"):
            before, after, _ = self.spans(name)
            found += [f"{name} grew from {before:.0f} to {after:.0f}"] if after > before + SLACK else []
        found += [f"{len(self.errors)} lines on standard error"] if self.errors else []
        found += [f"{self.rows['dropped']} records dropped"] if self.rows["dropped"] else []
        return found + [f"{number} x {what}" for what, number in self.run.failed.items()]

    def document(self) -> dict[str, Any]:
        """Return the figures."""
        figures = {
            name: dict(zip(("early", "late", "most"), self.spans(name), strict=True)) for name in self.samples[0]
        }
        work = {"done": dict(self.run.done), "failed": dict(self.run.failed)}
        return {"seconds": round(self.seconds), **figures, **work, "ledger": self.rows, "faults": self.faults()}

    def text(self) -> str:
        """Return the figures for people."""
        early, late, most = (value / 1024 / 1024 for value in self.spans("memory"))
        lines = [f"{self.seconds:.0f} s of mixed traffic, {self.rows['exchanges']:,} exchanges in the ledger"]
        lines.append(f"  memory   {early:.1f} MB after the warm-up, {late:.1f} MB at the end ({late / early - 1:+.1%})")
        lines[-1] += f", {most:.1f} MB at most"
        for name in ("files", "tasks"):
            before, after, top = self.spans(name)
            lines.append(f"  {name:<8} {before:.0f} after the warm-up, {after:.0f} at the end, {top} at most")
        lines.append(f"  done     {', '.join(f'{number:,} {what}' for what, number in sorted(self.run.done.items()))}")
        lines.append(f"  log      {len(self.errors)} lines on standard error, {self.rows['faults']} fault rows")
        said = [f"           {line.rstrip()}" for line in self.errors[:SHOWN]]
        return "\n".join([*lines, *said, *(f"  NOT FINE {fault}" for fault in self.faults())])


def soak(seconds: float, home: Path, only: str = "") -> Report:
    """Run the proxy under load and return what was found."""
    with an_origin(home) as origin:
        origin.answers["/large"] = serve_large
        origin.answers["/socket"] = echo_socket
        origin.seen = _Nothing()
        ways = ["dead.test:443:127.0.0.1:1", f":443:127.0.0.1:{origin.https}", f":80:127.0.0.1:{origin.http}"]
        command = [sys.executable, __file__, "--proxy", str(home), str(origin.ca_file), *ways]
        with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:  # noqa: S603
            return _watch(process, seconds, home, only)


def _watch(process: subprocess.Popen[str], seconds: float, home: Path, only: str) -> Report:
    assert process.stdout is not None
    assert process.stderr is not None
    port = json.loads(process.stdout.readline())["port"]
    samples: list[dict[str, int]] = []
    errors: list[str] = []
    stdout, stderr = process.stdout, process.stderr
    readers = [
        threading.Thread(target=lambda: samples.extend(map(json.loads, stdout))),
        threading.Thread(target=lambda: errors.extend(stderr)),
    ]
    for reader in readers:
        reader.start()
    ca_file = home / "louver-ca.pem"
    ca_file.write_bytes(open_authority(authority_folder(home / "data")).export("pem"))
    run = Run(port, ca_file, time.monotonic() + seconds, only=only)
    asyncio.run(drive(run))
    time.sleep(2 * EVERY)
    process.terminate()
    for reader in readers:
        reader.join()
    with contextlib.closing(sqlite3.connect(home / "data" / "ledger.db")) as ledger:
        rows = {
            "exchanges": ledger.execute("SELECT count(*) FROM exchanges").fetchone()[0],
            "dropped": ledger.execute("SELECT coalesce(sum(dropped), 0) FROM runs").fetchone()[0],
            "faults": ledger.execute("SELECT count(*) FROM faults").fetchone()[0],
        }
    return Report(seconds, samples, run, errors, rows)


class _Nothing(list[Any]):
    """Keeps nothing: the origin's memory is not what is measured."""

    def append(self, _item: object, /) -> None:
        return


def main() -> int:
    """Read the options, run, report."""
    if sys.argv[1:2] == ["--proxy"]:
        run_proxy(Path(sys.argv[2]), sys.argv[4:], sys.argv[3])
        return 0
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--minutes", type=float, default=5.0)
    options.add_argument("--only", default="", choices=[kind.__name__ for kind, _ in KINDS])
    options.add_argument("--json", action="store_true")
    chosen = options.parse_args()
    with tempfile.TemporaryDirectory() as home:
        report = soak(chosen.minutes * 60, Path(home), chosen.only)
    print(json.dumps(report.document(), indent=2) if chosen.json else report.text())
    return bool(report.faults())


if __name__ == "__main__":
    sys.exit(main())
