"""Knows where memory outlasts a restart: keyed digests, names and times in a file of the owner's, never a value."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Final

import msgspec

from louver.core.bounces import Bounces, Row
from louver.core.digests import keyed
from louver.core.recall import Recall
from louver.core.signals import ghosts, history, lineage  # noqa: TC001  (msgspec reads the annotations at run time)
from louver.files import write_private
from louver.keys import install_key

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

log: Final = logging.getLogger(__name__)

FILE: Final = "memory.json"
FORMAT: Final = 1
"""Counts up when the rows change; what another version wrote is left out, and memory starts anew."""


class Kept(msgspec.Struct):
    """What the file holds."""

    format: int
    threads: list[lineage.Row]
    cookies: list[ghosts.Row]
    values: list[history.Row]
    used: list[Row] = []


def remembered(data_dir: Path, site_of: Callable[[str], str]) -> tuple[Recall, Bounces]:
    """Return the memory of earlier runs; an empty one where there is none, or none that can be read."""
    digest = keyed(install_key(data_dir, "ledger"))
    path = data_dir / FILE
    try:
        return _restored(path, Recall(digest, site_of), Bounces(digest))
    except FileNotFoundError:
        pass
    except (msgspec.MsgspecError, ValueError, RecursionError, OSError) as error:
        log.warning("%s cannot be read (%s); what was seen before is forgotten", path, type(error).__name__)
    return Recall(digest, site_of), Bounces(digest)


def _restored(path: Path, recall: Recall, stops: Bounces) -> tuple[Recall, Bounces]:
    kept = msgspec.json.decode(path.read_bytes(), type=Kept)
    if kept.format == FORMAT:
        recall.lineage.restore(kept.threads)
        recall.ghosts.restore(kept.cookies)
        recall.history.restore(kept.values)
        stops.restore(kept.used)
    return recall, stops


def remember(data_dir: Path, recall: Recall, stops: Bounces) -> None:
    """Write memory down. A disk that does not take it is told of; nothing else depends on it."""
    threads, cookies, values = recall.lineage.rows(), recall.ghosts.rows(), recall.history.rows()
    kept = Kept(FORMAT, list(threads), list(cookies), list(values), list(stops.rows()))
    try:
        write_private(data_dir / FILE, msgspec.json.encode(kept))
    except OSError as error:
        log.warning("%s cannot be written (%s)", data_dir / FILE, error.strerror)
