"""Knows where it is written down which hosts pass unopened: the list that comes with us, yours, and the learned."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Final

import msgspec

from louver.bundled import blocklists_dir
from louver.core.passthrough import LISTED, Chosen, Learned, Passthrough, plain
from louver.core.sites import host_of
from louver.errors import LouverError
from louver.files import write_private

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

BUNDLED: Final = "passthrough.json"
CHOSEN: Final = "passthrough.json"
LEARNED: Final = "passthrough-learned.json"


class BrokenPassthroughError(LouverError):
    """A file of hosts that pass cannot be read."""

    def __init__(self, path: Path, why: object) -> None:
        super().__init__(f"{path}: {why}; mend or remove it")


class NotAHostError(LouverError):
    """A text that names no host."""

    exit_code = 2

    def __init__(self, text: str) -> None:
        super().__init__(f"{text!r} is not the name of a host")


class _Listed(msgspec.Struct):
    host: str
    kind: str


class _Bundled(msgspec.Struct):
    hosts: list[_Listed]


class _Choice(msgspec.Struct):
    add: list[str] = []
    remove: list[str] = []


class Shelf:
    """The files of one installation."""

    def __init__(self, config_dir: Path, data_dir: Path) -> None:
        self.chosen_file = config_dir / CHOSEN
        self.learned_file = data_dir / LEARNED

    def load(self, never: Callable[[str], bool], now: float | None = None) -> Passthrough:
        """Return the hosts that pass. Raises BrokenPassthroughError for what the person wrote; the rest is ours."""
        hosts = Passthrough(load_bundled(), self.chosen(), never)
        hosts.recall(self.learned(time.time() if now is None else now))
        return hosts

    def chosen(self) -> Chosen:
        """Return what the person chose. Raises BrokenPassthroughError."""
        try:
            choice = msgspec.json.decode(self.chosen_file.read_bytes(), type=_Choice)
        except FileNotFoundError:
            return Chosen()
        except (OSError, ValueError) as error:
            raise BrokenPassthroughError(self.chosen_file, error) from error
        return Chosen(frozenset(map(plain, choice.add)), frozenset(map(plain, choice.remove)))

    def choose(self, chosen: Chosen) -> None:
        """Write down what the person chose. Raises OSError."""
        choice = _Choice(sorted(chosen.added), sorted(chosen.removed))
        write_private(self.chosen_file, msgspec.json.format(msgspec.json.encode(choice), indent=2))

    def learned(self, now: float) -> list[Learned]:
        """Return what was learned and still holds. What cannot be read is learned anew by itself."""
        try:
            rows = msgspec.json.decode(self.learned_file.read_bytes(), type=list[Learned])
        except (OSError, ValueError):
            return []
        return [row for row in rows if now < row.until]

    def remember(self, rows: list[Learned]) -> None:
        """Write down what was learned. Raises OSError."""
        write_private(self.learned_file, msgspec.json.encode(rows))

    def stamp(self) -> tuple[object, ...]:
        """Return something that changes when a file does."""
        return tuple(map(_stamp, (self.chosen_file, self.learned_file)))


def load_bundled() -> Mapping[str, str]:
    """Return host to kind as it comes with us. Raises OSError or ValueError when the installation is damaged."""
    rows = msgspec.json.decode((blocklists_dir() / BUNDLED).read_bytes(), type=_Bundled).hosts
    return {row.host: row.kind for row in rows if row.kind in LISTED}


def parse_host(text: str) -> str:
    """Return a host as a person writes it: a name, or an address whose host is meant. Raises NotAHostError."""
    bare = text.strip().removeprefix("*.")
    name = plain(host_of(bare if "://" in bare else f"https://{bare}"))
    if not name:
        raise NotAHostError(text)
    return name


def _stamp(path: Path) -> object:
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_mtime_ns, found.st_size
