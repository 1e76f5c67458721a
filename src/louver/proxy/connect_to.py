"""Knows how to connect elsewhere than a request says, with curl's `--connect-to` syntax; the request never knows."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from louver.errors import LouverError

if TYPE_CHECKING:
    from collections.abc import Iterable

    from mitmproxy.connection import Server
    from mitmproxy.proxy.server_hooks import ServerConnectionHookData

HOST: Final = r"(\[[^\]]*\]|[^:\[\]]*)"
SYNTAX: Final = re.compile(rf"{HOST}:(\d*):{HOST}:(\d*)")


class DetourUnreadableError(LouverError):
    """A `--connect-to` value that is not curl's syntax."""

    def __init__(self, text: str) -> None:
        super().__init__(
            f"--connect-to {text}: expected HOST:PORT:TO_HOST:TO_PORT, each may be empty, IPv6 addresses in brackets"
        )


@dataclass(frozen=True, slots=True)
class Detour:
    """One line of `--connect-to`; an empty host or a port 0 means any on the left and the same on the right."""

    host: str
    port: int
    to_host: str
    to_port: int

    def takes(self, host: str, port: int) -> bool:
        """Tell whether a connection to this address is sent elsewhere."""
        return self.host in ("", host.lower()) and self.port in (0, port)


def parse_detour(text: str) -> Detour:
    """Read `HOST:PORT:TO_HOST:TO_PORT`. Raises `DetourUnreadableError`."""
    found = SYNTAX.fullmatch(text.strip())
    if found is None:
        raise DetourUnreadableError(text)
    host, port, to_host, to_port = found.groups()
    detour = Detour(host.strip("[]").lower(), int(port or 0), to_host.strip("[]"), int(to_port or 0))
    if max(detour.port, detour.to_port) > 65535:
        raise DetourUnreadableError(text)
    return detour


class ConnectTo:
    """The addon: changes where a server connection goes, and nothing that the server or the browser can see."""

    name = "louver_connect_to"

    def __init__(self) -> None:
        self.detours: tuple[Detour, ...] = ()
        self._meant: dict[str, tuple[str, int]] = {}

    def take(self, rows: Iterable[str]) -> None:
        """Use these rows from now on. Raises `DetourUnreadableError`."""
        self.detours = tuple(map(parse_detour, rows))

    def server_connect(self, data: ServerConnectionHookData) -> None:
        """Change the address just before the connection is made."""
        meant = data.server.address
        if meant is None or not self.detours:
            return
        host, port = meant[0], meant[1]
        detour = next((detour for detour in self.detours if detour.takes(host, port)), None)
        if detour is not None:
            self._meant[data.server.id] = (host, port)
            data.server.address = (detour.to_host or host, detour.to_port or port)

    def server_connected(self, data: ServerConnectionHookData) -> None:
        """Give the connection its meant address back."""
        self._restore(data.server)

    def server_connect_error(self, data: ServerConnectionHookData) -> None:
        """Give the connection its meant address back, also where there is no connection."""
        self._restore(data.server)

    def _restore(self, server: Server) -> None:
        # mitmproxy finds a connection to use again by this address, and refuses to change it on an open one; we do not
        # change where it goes, only what it is known by.
        meant = self._meant.pop(server.id, None)
        if meant is not None:
            server.__dict__["address"] = meant
