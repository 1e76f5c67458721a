"""Knows where benchmarks find their data, and how to say which machine the figures are from."""

from __future__ import annotations

import os
import platform
import sys
from pathlib import Path
from typing import NoReturn


def data_dir() -> Path:
    """Return the folder of lists and recordings: `LOUVER_DATA`, else `../shared/data` beside the checkout."""
    return Path(os.environ.get("LOUVER_DATA") or Path(__file__).resolve().parents[2] / "shared" / "data")


def describe_machine() -> str:
    """Return one line on what the figures were measured on."""
    system = f"{platform.machine()}, {platform.system()}, Python {platform.python_version()}"
    return f"machine: {os.cpu_count()} cores, {system}"


def skip(name: str, reason: str) -> NoReturn:
    """End a benchmark that cannot run here; this is no failure."""
    print(f"{name}: skipped: {reason}")
    sys.exit(0)
