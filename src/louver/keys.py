"""Knows this installation's secret: random bytes that only the owner can read, from which every key derives."""

from __future__ import annotations

import hmac
import os
import secrets
import tempfile
from pathlib import Path
from typing import Final

from louver.errors import LouverError

SIZE: Final = 32
FILE: Final = "secret.key"


class KeyUnusableError(LouverError):
    """The secret cannot be read, or is not what was written."""

    def __init__(self, path: Path, reason: str) -> None:
        super().__init__(f"{path}: {reason}; restore it, or remove it to start anew (old digests then lose their link)")


def install_key(folder: Path, purpose: str) -> bytes:
    """Return this installation's key for one purpose; the secret is made at first use. Raises KeyUnusableError."""
    return hmac.digest(_secret(folder / FILE), purpose.encode(), "sha256")


def _secret(path: Path) -> bytes:
    try:
        if not path.exists():
            _create(path)
        return _checked(path)
    except OSError as error:
        raise KeyUnusableError(path, error.strerror or str(error)) from error


def _checked(path: Path) -> bytes:
    secret = path.read_bytes()
    if len(secret) != SIZE:
        raise KeyUnusableError(path, f"expected {SIZE} bytes, found {len(secret)}")
    return secret


def _create(path: Path) -> None:
    """Write the secret whole or not at all, so that two processes starting together agree on one."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    descriptor, name = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
    fresh = Path(name)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(secrets.token_bytes(SIZE))
        os.link(fresh, path)
    except FileExistsError:
        pass
    finally:
        fresh.unlink()
