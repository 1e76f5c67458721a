"""Knows where a proxy may listen: on this computer, and elsewhere only with credentials, lest it be an open relay."""

from __future__ import annotations

import ipaddress
from typing import TYPE_CHECKING, Final

from mitmproxy.proxy.mode_specs import LocalMode, ProxyMode, TunMode, WireGuardMode

from louver.errors import LouverError

if TYPE_CHECKING:
    from collections.abc import Iterable

SAFE_MODES: Final = (LocalMode, TunMode, WireGuardMode)
"""Modes that admit nobody from outside, or only holders of a key."""


class ListenUnreadableError(LouverError):
    """A listen address that is none."""

    def __init__(self, text: str) -> None:
        super().__init__(f"--listen {text}: expected HOST:PORT, for example 127.0.0.1:8080 or [::1]:8080")


class OpenRelayError(LouverError):
    """A listen address that others could reach, with nothing to keep them out."""

    def __init__(self, host: str) -> None:
        where = host or "all addresses"
        super().__init__(
            f"refusing to listen on {where}: anyone who reaches it could use this proxy; "
            "add --set proxyauth=USER:PASSWORD, or listen on 127.0.0.1"
        )


class ModeUnreadableError(LouverError):
    """A `--mode` that mitmproxy does not know."""

    def __init__(self, text: str, why: object) -> None:
        super().__init__(f"--mode {text}: {why}")


def parse_listen(text: str) -> tuple[str, int]:
    """Read `HOST:PORT`, `:PORT` or `PORT`. Raises `ListenUnreadableError`."""
    host, _, port = text.rpartition(":")
    if not (port.isascii() and port.isdigit()) or int(port) > 65535:
        raise ListenUnreadableError(text)
    if ":" in host and not (host.startswith("[") and host.endswith("]")):
        raise ListenUnreadableError(text)
    return host.strip("[]") or "127.0.0.1", int(port)


def check_modes(modes: Iterable[str], host: str, *, credentials: bool) -> None:
    """Raise `ModeUnreadableError` for an unknown mode, `OpenRelayError` for one that strangers could use."""
    for text in modes:
        try:
            mode = ProxyMode.parse(text)
        except ValueError as error:
            raise ModeUnreadableError(text, error) from error
        if isinstance(mode, SAFE_MODES) or credentials:
            continue
        if not is_loopback(mode.listen_host(host)):
            raise OpenRelayError(mode.listen_host(host))


def is_loopback(host: str) -> bool:
    """Tell whether only this computer can reach an address."""
    if host.lower() == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
