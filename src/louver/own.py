"""Knows the e-mail addresses, phone numbers and names that a person registered, as keyed digests only."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Final

import msgspec

from louver.core.digests import keyed
from louver.core.signals.own_data import OwnData, Registered, register
from louver.core.signals.own_forms import Seed, SeedError
from louver.errors import LouverError
from louver.files import write_private
from louver.keys import install_key

if TYPE_CHECKING:
    from pathlib import Path

    from louver.core.digests import Digest

FILE: Final = "me.json"


class BrokenOwnDataError(LouverError):
    """The file of registered values cannot be read."""

    def __init__(self, path: Path, reason: str) -> None:
        super().__init__(f"{path}: {reason}; remove it and register anew")


class UnusableValueError(LouverError):
    """A value that is no e-mail address, phone number or name."""

    exit_code = 2

    def __init__(self, error: SeedError) -> None:
        super().__init__(str(error))


class NoSuchValueError(LouverError):
    """A number that stands for nothing registered."""

    exit_code = 2

    def __init__(self, number: int) -> None:
        super().__init__(f"nothing is registered under {number}; `louver me list` shows what is")


class Value(msgspec.Struct):
    """One registered value: of what kind, since when (Unix seconds), under which name of the person's own choice."""

    seed: Seed
    at: float
    label: str
    rows: list[Registered]


class Own:
    """The registered values of one installation."""

    def __init__(self, config_dir: Path, data_dir: Path) -> None:
        self.path = config_dir / FILE
        self._data_dir = data_dir

    def values(self) -> list[Value]:
        """Return what is registered. Raises BrokenOwnDataError."""
        try:
            return msgspec.json.decode(self.path.read_bytes(), type=list[Value])
        except FileNotFoundError:
            return []
        except (msgspec.MsgspecError, UnicodeError, RecursionError, OSError) as error:
            raise BrokenOwnDataError(self.path, str(error)) from error

    def add(self, seed: Seed, value: str, label: str, country: str | None) -> None:
        """Register a value; only digests of it are written. Raises UnusableValueError."""
        try:
            rows = register(seed, value, self._digest(), country)
        except SeedError as error:
            raise UnusableValueError(error) from error
        self._write([*self.values(), Value(seed, time.time(), label, list(rows))])

    def remove(self, number: int) -> Value:
        """Forget a value by its number in the list, counted from 1. Raises NoSuchValueError."""
        values = self.values()
        if not 0 < number <= len(values):
            raise NoSuchValueError(number)
        gone = values.pop(number - 1)
        self._write(values)
        return gone

    def data(self) -> OwnData:
        """Return what traffic is searched with. Raises BrokenOwnDataError."""
        rows = [row for value in self.values() for row in value.rows]
        return OwnData(rows, self._digest() if rows else str)

    def _write(self, values: list[Value]) -> None:
        write_private(self.path, msgspec.json.encode(values))

    def _digest(self) -> Digest:
        return keyed(install_key(self._data_dir, "own data"))
