"""Knows how what was remembered of earlier exchanges is forgotten, beside a proxy that has it in memory as well.

The ledger forgets at once. A running proxy holds threads, cookie names and digests until it stops; what is to be
forgotten waits in a file for that moment.
"""

from __future__ import annotations

import logging
from dataclasses import replace
from typing import TYPE_CHECKING, Final

import msgspec

from louver.files import write_private
from louver.proxy.memory import FILE, Kept

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from pathlib import Path

    from louver.core.signals import ghosts, history, lineage

log: Final = logging.getLogger(__name__)

WAITING: Final = "forget.json"


class Forget(msgspec.Struct, frozen=True):
    """What to forget: a site, everything before a time in Unix seconds, or (both None) everything."""

    site: str | None = None
    before: float | None = None


def forget_memory(data_dir: Path, what: Forget, *, later: bool) -> None:
    """Forget now, and once more when the running proxy stops if there is one (`later`). Raises OSError."""
    if later:
        write_private(data_dir / WAITING, msgspec.json.encode([*_waiting(data_dir), what]))
    _forget(data_dir, [what])


def forget_what_waits(data_dir: Path) -> None:
    """Forget what was asked for while this proxy ran; a disk that does not take it is told of."""
    asked = _waiting(data_dir)
    if not asked:
        return
    try:
        _forget(data_dir, asked)
        (data_dir / WAITING).unlink()
    except OSError as error:
        log.warning("%s could not be forgotten (%s)", data_dir / FILE, error.strerror)


def without(kept: Kept, what: Forget) -> Kept:
    """Return what is left of memory."""
    if what.site is not None:
        return _without_site(kept, what.site)
    before = what.before
    if before is None:
        return Kept(kept.format, [], [], [])
    threads = [row for row in kept.threads if row.last >= before]
    values = [row for row in kept.values if row[2] >= before]
    # Of cookies' names no time is known, so they stay: names of servers' cookies, no values.
    return Kept(kept.format, threads, kept.cookies, values, [row for row in kept.used if row[1] >= before])


def _without_site(kept: Kept, site: str) -> Kept:
    # Which sites were used is kept as digests of a browser with a site, so nobody can tell which of them is this one.
    threads, cookies, values = _threads(kept.threads, site), _cookies(kept.cookies, site), _values(kept.values, site)
    return Kept(kept.format, list(threads), list(cookies), list(values))


def _threads(rows: Iterable[lineage.Row], site: str) -> Iterator[lineage.Row]:
    for row in rows:
        sites = tuple((who, left) for who, all_ in row.sites if (left := tuple(one for one in all_ if one != site)))
        told = {who for who, _ in sites}
        if told:
            knows = tuple(one for one in row.knows if one[0] in told)
            yield replace(row, own_sites=tuple(one for one in row.own_sites if one != site), sites=sites, knows=knows)


def _cookies(rows: Iterable[ghosts.Row], site: str) -> Iterator[ghosts.Row]:
    return (row for row in rows if row.host != site and not row.host.endswith(f".{site}"))


def _values(rows: Iterable[history.Row], site: str) -> Iterator[history.Row]:
    for digest, first, last, sites in rows:
        left = tuple(one for one in sites if one != site)
        if left:
            yield digest, first, last, left


def _waiting(data_dir: Path) -> Sequence[Forget]:
    try:
        return msgspec.json.decode((data_dir / WAITING).read_bytes(), type=list[Forget])
    except (OSError, msgspec.MsgspecError, ValueError):
        return ()


def _forget(data_dir: Path, asked: Iterable[Forget]) -> None:
    path = data_dir / FILE
    try:
        kept = msgspec.json.decode(path.read_bytes(), type=Kept)
    except FileNotFoundError:
        return
    except (msgspec.MsgspecError, ValueError):
        path.unlink()  # nobody can read it, so nobody can take a part out of it
        return
    for what in asked:
        kept = without(kept, what)
    write_private(path, msgspec.json.encode(kept))
