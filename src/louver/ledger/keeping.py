"""Knows how much the ledger keeps and for how long, and the file in the configuration folder that says so."""

from __future__ import annotations

import re
from enum import StrEnum
from typing import TYPE_CHECKING, Final

import msgspec

from louver.errors import LouverError
from louver.files import write_private

if TYPE_CHECKING:
    from pathlib import Path

FILE: Final = "ledger.json"
UNITS: Final = {"": 1, "K": 2**10, "M": 2**20, "G": 2**30, "T": 2**40}


class Detail(StrEnum):
    """How much is kept of an exchange."""

    FULL = "full"
    """Everything but values: paths, signals by name with digests, pages."""
    SIGNALS = "signals"
    """Who got which signals, but no paths, no redirect's target and no client's address."""
    SITES = "sites"
    """Totals by day, site and recipient only."""
    OFF = "off"
    """Nothing but faults and connections that were not opened."""


class BadKeepingError(LouverError):
    """The file that says how much is kept cannot be used."""

    exit_code = 2

    def __init__(self, path: Path, problem: object) -> None:
        super().__init__(f"{path}: {problem}; `louver ledger keep` writes it anew")


class BadDetailError(LouverError):
    """There is no such level of detail."""

    exit_code = 2

    def __init__(self, level: str) -> None:
        super().__init__(f"{level!r} is no level of detail; there are {', '.join(Detail)}")


class BadSizeError(LouverError):
    """A size that cannot be read."""

    exit_code = 2

    def __init__(self, text: str) -> None:
        super().__init__(f"{text!r} is no size; write it like 500M or 2G, or 0 for no limit")


class Keeping(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What is kept: the level of detail, days of detail and of totals, and how large the ledger may get (0: any)."""

    detail: Detail = Detail.FULL
    days: float = 30
    total_days: float = 365
    most_bytes: int = 0

    def __post_init__(self) -> None:
        """Refuse spans and sizes that would make no sense."""
        if not (0 < self.days <= self.total_days and self.most_bytes >= 0):
            raise ValueError("days must be more than 0 and no more than total_days, and most_bytes not negative")

    def with_detail(self, level: str) -> Keeping:
        """Return this with another level of detail; "" leaves it. Raises BadDetailError."""
        try:
            return msgspec.structs.replace(self, detail=Detail(level)) if level else self
        except ValueError:
            raise BadDetailError(level) from None


def read_keeping(config_dir: Path) -> Keeping:
    """Return what the person chose; the usual where nothing was chosen. Raises BadKeepingError."""
    path = config_dir / FILE
    try:
        return msgspec.json.decode(path.read_bytes(), type=Keeping)
    except FileNotFoundError:
        return Keeping()
    except (msgspec.MsgspecError, OSError, UnicodeError) as error:
        raise BadKeepingError(path, error) from error


def write_keeping(config_dir: Path, keeping: Keeping) -> None:
    """Write the person's choice. Raises OSError."""
    write_private(config_dir / FILE, msgspec.json.format(msgspec.json.encode(keeping), indent=2) + b"\n")


def read_size(text: str) -> int:
    """Return a size like `500M` or `2 GiB` in bytes. Raises BadSizeError."""
    found = re.fullmatch(r"(\d{1,12})\s*([KMGT]?)(?:I?B)?", text.strip().upper())
    if found is None:
        raise BadSizeError(text)
    return int(found[1]) * UNITS[found[2]]
