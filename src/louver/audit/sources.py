"""Knows the sources that an audit reads, by what is in a file: HAR in any dialect, or flows that mitmproxy saved."""

from __future__ import annotations

from typing import TYPE_CHECKING

from louver.audit.observe import observe
from louver.har import UnusableHarError, read_har, read_log

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from louver.audit.knowledge import Judgement
    from louver.audit.visit import Modes, Visit
    from louver.har import Recording


def is_flow_file(head: bytes) -> bool:
    """Tell from its first bytes whether a file holds saved flows: each begins with its length and a colon."""
    length, colon, _ = head[:12].partition(b":")
    return bool(colon) and length.isdigit()


def read_recording(path: Path, site_of: Callable[[str], str]) -> tuple[Recording, str]:
    """Return what a file recorded, and which form it is of: `har` or `flows`. Raises LouverError."""
    try:
        with path.open("rb") as file:
            head = file.read(16)
    except OSError as error:
        raise UnusableHarError(path, f"cannot be read ({error.strerror or error})") from error
    if is_flow_file(head):
        from louver.proxy.flow_file import read_flows  # noqa: PLC0415  (a HAR file need not wait for mitmproxy)

        return read_log(read_flows(path), path, site_of), "flows"
    return read_har(path, site_of), "har"


def visit_file(path: Path, judgement: Judgement, modes: Modes) -> Visit:
    """Return the visit that a file recorded. Raises LouverError."""
    recording, form = read_recording(path, judgement.knowledge.sites.site)
    return observe(
        recording.exchanges,
        judgement.knowledge,
        judgement.observe,
        source=path.name,
        form=form,
        modes=modes,
        skipped=recording.skipped,
    )
