"""Knows where Louver keeps its files: the XDG folders, honoured everywhere, readable by their owner only."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Final

import platformdirs

from louver.errors import LouverError

NAME: Final = "louver"


class UnusableFolderError(LouverError):
    """A folder of Louver's that cannot be made."""

    def __init__(self, folder: Path, error: OSError) -> None:
        super().__init__(
            f"{folder}: {error.strerror or error}; XDG_CONFIG_HOME, XDG_DATA_HOME and XDG_CACHE_HOME say where"
        )


def config_dir() -> Path:
    """Return the folder of policies and list choices."""
    return _private("XDG_CONFIG_HOME", platformdirs.user_config_path(NAME))


def data_dir() -> Path:
    """Return the folder of the ledger, the certificate authority and downloaded lists."""
    return _private("XDG_DATA_HOME", platformdirs.user_data_path(NAME))


def cache_dir() -> Path:
    """Return the folder of what can be made again."""
    return _private("XDG_CACHE_HOME", platformdirs.user_cache_path(NAME))


def _private(variable: str, default: Path) -> Path:
    # The specification says to ignore a relative path; platformdirs honours the variables only on Linux.
    home = os.environ.get(variable, "")
    folder = Path(home) / NAME if Path(home).is_absolute() else default
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise UnusableFolderError(folder, error) from error
    return folder
