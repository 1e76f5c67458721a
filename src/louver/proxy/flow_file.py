"""Knows how to read the files that mitmproxy saves, as the `log` of a HAR document."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from mitmproxy.addons.savehar import SaveHar
from mitmproxy.exceptions import FlowReadException
from mitmproxy.io import FlowReader

from louver.errors import LouverError

if TYPE_CHECKING:
    from pathlib import Path


class UnusableFlowsError(LouverError):
    """A file that mitmproxy did not save, or a broken one."""

    exit_code = 2

    def __init__(self, path: Path, reason: str) -> None:
        super().__init__(f"{path}: {reason}")


def read_flows(path: Path) -> dict[str, Any]:
    """Return what a file of saved flows holds as a HAR `log`. Raises UnusableFlowsError."""
    try:
        with path.open("rb") as file:
            flows = list(FlowReader(file).stream())
    except OSError as error:
        raise UnusableFlowsError(path, f"cannot be read ({error.strerror or error})") from error
    except (FlowReadException, ValueError, TypeError, KeyError) as error:
        raise UnusableFlowsError(path, f"no flows of mitmproxy: {error}") from error
    log: dict[str, Any] = SaveHar().make_har(flows)["log"]
    return log
