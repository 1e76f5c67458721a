"""Knows how each part of an installation is looked at, and what to do about what is wrong; changes nothing itself."""

from __future__ import annotations

import asyncio
import errno
import json
import os
import shutil
import socket
import sqlite3
import ssl
import stat
import time
from contextlib import closing, suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import dns.asyncresolver
import dns.exception
import dns.resolver
from cryptography.hazmat.primitives import serialization

from louver.bundled import blocklists_dir
from louver.errors import LouverError
from louver.ledger.files import LEDGER_NAME
from louver.ledger.reader import Reader
from louver.lists.choose import enabled_lists
from louver.lists.store import Store
from louver.passthrough import Shelf
from louver.proxy.authority import KEY_FILE, open_authority
from louver.proxy.browsers import NoBrowserError, find_browser
from louver.proxy.listen import parse_listen
from louver.proxy.master import authority_folder
from louver.proxy.running import find_running

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from louver.setup import Settings

SOON: Final = timedelta(days=30)
STALE: Final = 30 * 86_400.0
"""Seconds after which a list is old enough to be spoken of."""

LITTLE_ROOM: Final = 200 * 1024 * 1024
"""Bytes of free space below which a ledger is in danger."""

PATIENCE: Final = 2.0
"""Seconds that a name server may take."""

AHEAD: Final = 86_400.0
"""Seconds by which the clock may seem to be behind before that is called wrong."""


class State(StrEnum):
    """How a part fares. A note is worth reading; only a problem makes the exit status 1."""

    FINE = "fine"
    NOTE = "note"
    PROBLEM = "problem"


@dataclass(frozen=True, slots=True)
class Finding:
    """What was found of one part, and what to do about it."""

    part: str
    state: State
    said: str
    do: str = ""


class Patient(NamedTuple):
    """What is looked at."""

    settings: Settings
    listen: str


type Check = Callable[[Patient], Iterator[Finding]]


def examine(patient: Patient) -> list[Finding]:
    """Look at every part. What a check itself fails on is a finding, too."""
    found: list[Finding] = []
    for part, check in CHECKS:
        try:
            found += check(patient)
        except (LouverError, OSError, ValueError) as error:
            found.append(Finding(part, State.PROBLEM, str(error), "mend what this line names, then ask again"))
    return found


def _port(patient: Patient) -> Iterator[Finding]:
    folder = authority_folder(patient.settings.data_dir)
    running = find_running(patient.settings.data_dir, folder) if (folder / KEY_FILE).exists() else None
    if running is not None:
        yield Finding("port", State.FINE, f"a proxy of this installation listens on {running[0]}:{running[1]}")
        return
    host, port = parse_listen(patient.listen)
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        with socket.socket(family) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind((host, port))
    except OSError as error:
        taken = "another program listens there" if error.errno == errno.EADDRINUSE else str(error.strerror)
        yield Finding(
            "port", State.PROBLEM, f"{host}:{port}: {taken}", "stop it, or choose another: louver run --listen :8081"
        )
        return
    yield Finding("port", State.NOTE, f"no proxy runs; {host}:{port} is free", "start one with `louver run`")


def _authority(patient: Patient) -> Iterator[Finding]:
    folder = authority_folder(patient.settings.data_dir)
    if not (folder / KEY_FILE).exists():
        yield Finding(
            "authority", State.NOTE, "none yet", "the first start of `louver run` or `louver browse` makes it"
        )
        return
    yield from _private(folder, KEY_FILE)
    left = open_authority(folder).certificate.not_valid_after_utc - datetime.now(UTC)
    renew = "`louver ca rotate`, then trust the new one where you trusted the old"
    if left < SOON:
        yield Finding("authority", State.PROBLEM, f"its certificate ends in {left.days} days", renew)
    else:
        yield Finding("authority", State.FINE, f"valid for {left.days} more days; its key is yours alone")


def _private(folder: Path, key: str) -> Iterator[Finding]:
    for path in (folder, folder / key):
        found = path.stat()
        if stat.S_IMODE(found.st_mode) & 0o077:
            remedy = f"chmod go= '{path}'; if others use this computer, `louver ca rotate`"
            yield Finding("authority", State.PROBLEM, f"{path} can be read by others", remedy)
        if hasattr(os, "geteuid") and found.st_uid != os.geteuid():
            yield Finding("authority", State.PROBLEM, f"{path} belongs to somebody else", "`louver ca remove`")


def _trust(patient: Patient) -> Iterator[Finding]:
    folder = authority_folder(patient.settings.data_dir)
    if not (folder / KEY_FILE).exists():
        return
    mine = open_authority(folder).certificate.public_bytes(serialization.Encoding.DER)
    places = [place for place, holds in TRUST if holds(mine)]
    if places:
        yield Finding("trust", State.FINE, f"trusted by {', '.join(places)}")
    else:
        hint = "`louver browse` needs no set-up; for a browser of your own see `louver ca show`"
        yield Finding("trust", State.NOTE, "no browser of your own trusts the authority, as far as can be seen", hint)


def _system_trusts(der: bytes) -> bool:
    context = ssl.create_default_context()
    return der in context.get_ca_certs(binary_form=True)


def _chromium_trusts(der: bytes) -> bool:
    return _in_database(Path.home() / ".pki" / "nssdb" / "cert9.db", der)


def _firefox_trusts(der: bytes) -> bool:
    roots = (".mozilla/firefox", "snap/firefox/common/.mozilla/firefox", "Library/Application Support/Firefox/Profiles")
    return any(_in_database(file, der) for root in roots for file in (Path.home() / root).glob("*/cert9.db"))


def _in_database(file: Path, der: bytes) -> bool:
    """Tell whether a certificate database of NSS holds a certificate (its attribute CKA_VALUE, number 0x11)."""
    if not file.is_file():
        return False
    with suppress(sqlite3.Error), closing(sqlite3.connect(f"{file.as_uri()}?mode=ro&immutable=1", uri=True)) as store:
        return store.execute("SELECT 1 FROM nssPublic WHERE a11 = ?", (der,)).fetchone() is not None
    return False


TRUST: Final[Sequence[tuple[str, Callable[[bytes], bool]]]] = (
    ("this system's programs", _system_trusts),
    ("Chromium and its family", _chromium_trusts),
    ("Firefox", _firefox_trusts),
)


def _time(patient: Patient) -> Iterator[Finding]:
    del patient
    manifest = json.loads((blocklists_dir() / "manifest.json").read_text("utf-8"))["files"]
    newest = max(datetime.fromisoformat(row["date"]).replace(tzinfo=UTC).timestamp() for row in manifest)
    now = datetime.now(UTC)
    if now.timestamp() < newest - AHEAD:
        said = f"the clock says {now:%Y-%m-%d}, which is before this version was made"
        yield Finding("time", State.PROBLEM, said, "set the clock: certificates of sites look invalid until then")
    else:
        yield Finding("time", State.FINE, f"the clock says {now:%Y-%m-%d %H:%M} UTC")


def _lists(patient: Patient) -> Iterator[Finding]:
    settings = patient.settings
    store = Store(settings.data_dir)
    state = store.read()
    chosen = enabled_lists(store, state, settings.cache_dir)
    for problem in chosen.problems:
        yield Finding("lists", State.PROBLEM, problem, "`louver lists update` fetches it anew")
    rules = sum(one.rules for one in chosen.in_force)
    yield Finding("lists", State.FINE, f"{len(chosen.in_force)} in force, {rules:,} rules")
    old = [one.id for one in state.lists if one.enabled and one.versions and time.time() - one.checked > STALE]
    if old:
        yield Finding("lists", State.NOTE, f"not updated for a month: {', '.join(old)}", "`louver lists update`")


def _policy(patient: Patient) -> Iterator[Finding]:
    settings = patient.settings
    draft = settings.shelf.chosen(settings.policy)
    chosen = Shelf(settings.config_dir, settings.data_dir).chosen()
    more = f"; {len(chosen.added)} hosts of yours pass unopened" if chosen.added else ""
    yield Finding("policy", State.FINE, f"{draft.name}{more}")


def _ledger(patient: Patient) -> Iterator[Finding]:
    path = patient.settings.data_dir / LEDGER_NAME
    free = shutil.disk_usage(patient.settings.data_dir).free
    if free < LITTLE_ROOM:
        said = f"only {free / 1024 / 1024:.0f} MB are free on its disk"
        yield Finding("ledger", State.PROBLEM, said, "make room; records wait in memory meanwhile, then are dropped")
    if not path.exists():
        yield Finding("ledger", State.NOTE, "none yet", "the first start of `louver run` makes it")
        return
    if stat.S_IMODE(path.stat().st_mode) & 0o077:
        yield Finding("ledger", State.PROBLEM, f"{path} can be read by others", f"chmod go= '{path}'")
    yield asyncio.run(_read_ledger(path, path.stat().st_size))


async def _read_ledger(path: Path, size: int) -> Finding:
    async with await Reader.open(path) as reader:
        (row,) = await reader.rows("SELECT coalesce(sum(dropped), 0) AS lost FROM runs", {})
        records, failures = await reader.newest(), await reader.faults(time.time() - 86_400)
    said = f"{records:,} exchanges, {size / 1024 / 1024:.1f} MB"
    if row["lost"]:
        remedy = "its disk was full or locked; `faults` in the ledger says when"
        return Finding("ledger", State.NOTE, f"{said}; {row['lost']} records could not be written", remedy)
    if failures:
        return Finding("ledger", State.NOTE, f"{said}; {failures} failures since yesterday", "see its table `faults`")
    return Finding("ledger", State.FINE, said)


def _resolver(patient: Patient) -> Iterator[Finding]:
    del patient
    remedy = "check the network, or name a server with `louver run --dns`; aliases are not looked behind until then"
    try:
        took = asyncio.run(_ask())
    except (dns.exception.DNSException, OSError) as error:
        yield Finding("resolver", State.NOTE, f"no name server answers ({type(error).__name__})", remedy)
    else:
        yield Finding("resolver", State.FINE, f"answers in {took * 1000:.0f} ms")


async def _ask() -> float:
    """Ask about a name that every resolver knows by itself (RFC 6761), so that nobody learns anything."""
    server = dns.asyncresolver.Resolver()
    before = time.perf_counter()
    with suppress(dns.resolver.NXDOMAIN, dns.resolver.NoAnswer):
        await server.resolve("localhost.", "A", lifetime=PATIENCE, search=False)
    return time.perf_counter() - before


def _browser(patient: Patient) -> Iterator[Finding]:
    del patient
    try:
        found = find_browser()
    except NoBrowserError:
        yield Finding("browser", State.NOTE, "none found for `louver browse`", "install Chromium or Firefox")
        return
    if found.is_firefox and shutil.which("certutil") is None:
        remedy = "install libnss3-tools or nss-tools"
        yield Finding("browser", State.NOTE, f"{found.name}, which needs certutil for a profile of its own", remedy)
        return
    yield Finding("browser", State.FINE, f"{found.name} ({found.path})")


CHECKS: Final[Sequence[tuple[str, Check]]] = (
    ("port", _port),
    ("authority", _authority),
    ("trust", _trust),
    ("time", _time),
    ("policy", _policy),
    ("lists", _lists),
    ("ledger", _ledger),
    ("resolver", _resolver),
    ("browser", _browser),
)
"""Part to its check. A new check is a new row."""


def document(found: Sequence[Finding], explained: Mapping[str, str]) -> dict[str, Any]:
    """Return the findings for `--json`."""
    rows = [{"part": one.part, "state": one.state, "said": one.said, "do": one.do} for one in found]
    return {"fine": not has_problem(found), "findings": rows, "explained": explained}


def has_problem(found: Sequence[Finding]) -> bool:
    """Tell whether anything is wrong rather than merely worth saying."""
    return any(one.state is State.PROBLEM for one in found)
