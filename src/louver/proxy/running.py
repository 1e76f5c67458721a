"""Knows whether a proxy of this installation runs already, and where: a note in the data folder, and a test of it."""

from __future__ import annotations

import contextlib
import json
import os
import socket
import ssl
from typing import TYPE_CHECKING, Final

from louver.files import write_private
from louver.proxy.authority import Authority, open_authority

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

NOTE: Final = "proxy.json"
NOBODY: Final = "louver.invalid"
"""A name that can never exist (RFC 2606); nothing is sent to it."""

PATIENCE: Final = 2.0
"""Seconds that a running proxy may take to answer."""


@contextlib.contextmanager
def announced(data_dir: Path, host: str, port: int) -> Iterator[None]:
    """Leave a note of where we listen for as long as we do."""
    note = data_dir / NOTE
    text = json.dumps({"pid": os.getpid(), "host": host, "port": port})
    write_private(note, text)
    try:
        yield
    finally:
        with contextlib.suppress(OSError):
            # Another proxy may have taken the note over.
            if note.read_text("utf-8") == text:
                note.unlink()


def find_running(data_dir: Path, authority_folder: Path) -> tuple[str, int] | None:
    """Return where a proxy of this installation listens, None if none does."""
    try:
        told = json.loads((data_dir / NOTE).read_text("utf-8"))
        host, port = str(told["host"]), int(told["port"])
    except (OSError, ValueError, KeyError, TypeError):
        return None
    return (host, port) if is_ours(host, port, open_authority(authority_folder)) else None


def is_ours(host: str, port: int, authority: Authority) -> bool:
    """Tell whether a proxy with our certificate authority listens there: it must sign for a name that nobody has."""
    context = ssl.create_default_context(cadata=authority.export("pem").decode())
    try:
        with socket.create_connection((host, port), PATIENCE) as plain:
            plain.sendall(f"CONNECT {NOBODY}:443 HTTP/1.1\r\nHost: {NOBODY}:443\r\n\r\n".encode())
            if b" 200 " not in plain.recv(4096):
                return False
            with context.wrap_socket(plain, server_hostname=NOBODY):
                return True
    except (OSError, ssl.SSLError):
        return False
