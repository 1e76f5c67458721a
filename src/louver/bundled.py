"""Knows where the tables that come with Louver lie, and loads them; knows nothing of what they say."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Final

import msgspec

from louver.core.never_break import NeverBreak, parse_never_break
from louver.core.redirectors import Redirectors, parse_redirectors
from louver.core.signals.payloads import Payloads, parse_payloads
from louver.core.signals.purpose import Purposes, read_purposes
from louver.core.stand_ins import StandIns, parse_stand_ins
from louver.core.tables import Tables, merge, parse_table

if TYPE_CHECKING:
    from collections.abc import Callable

TABLES: Final = (
    "third-party-web.json",
    "cname-targets.json",
    "open-cookie-database.json",
    "owners.json",
    "trackers.json",
    "cookies.json",
    "parameters.json",
)
"""In the order of merging: what others compiled first, so that our own rows correct it."""

NEVER_BREAK: Final = "never-break.json"
PAYLOADS: Final = "payloads.json"
STAND_INS: Final = "stand-ins.json"
REDIRECTORS: Final = "redirectors.json"
PURPOSES: Final = "cookie-purpose.json"


@cache
def blocklists_dir() -> Path:
    """Return the folder of our tables: inside the installed package, else at the root of the checkout."""
    here = Path(__file__).resolve().parent
    installed = here / "blocklists"
    return installed if installed.is_dir() else here.parents[1] / "blocklists"


@cache
def load_tables() -> Tables:
    """Read the bundled tables. Raises TableError or OSError when the installation is damaged."""
    folder = blocklists_dir()
    return merge([parse_table((folder / name).read_text("utf-8"), name) for name in TABLES])


@cache
def load_never_break() -> NeverBreak:
    """Read what is left alone. Raises TableError or OSError when the installation is damaged."""
    return parse_never_break((blocklists_dir() / NEVER_BREAK).read_text("utf-8"), NEVER_BREAK)


@cache
def load_payloads() -> Payloads:
    """Read what collectors' fields mean. Raises TableError or OSError when the installation is damaged."""
    return parse_payloads((blocklists_dir() / PAYLOADS).read_text("utf-8"), PAYLOADS)


@cache
def load_purposes() -> Purposes:
    """Read what cookies are for. Raises PurposeDataError or OSError when the installation is damaged."""
    return read_purposes(msgspec.json.decode((blocklists_dir() / PURPOSES).read_bytes()))


def load_redirectors(site_of: Callable[[str], str]) -> Redirectors:
    """Read which links only count a click. Raises TableError or OSError when the installation is damaged."""
    return parse_redirectors((blocklists_dir() / REDIRECTORS).read_text("utf-8"), REDIRECTORS, site_of)


@cache
def load_stand_ins() -> StandIns:
    """Read which scripts have a stand-in. Raises TableError or OSError when the installation is damaged."""
    return parse_stand_ins((blocklists_dir() / STAND_INS).read_text("utf-8"), STAND_INS)


def load_bundled() -> tuple[Tables, NeverBreak]:
    """Read both."""
    return load_tables(), load_never_break()
