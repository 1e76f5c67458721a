"""Knows where a proxy may listen: on this computer, and elsewhere only with credentials, lest it be an open relay."""

from __future__ import annotations

import ipaddress
from typing import TYPE_CHECKING, Final

from mitmproxy.proxy.mode_specs import LocalMode, ProxyMode, TunMode, WireGuardMode

from louver.errors import LouverError

if TYPE_CHECKING:
    from collections.abc import Iterable

    from mitmproxy.connection import Client

type Network = ipaddress.IPv4Network | ipaddress.IPv6Network

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
            "say who may with --allow NETWORK or --set proxyauth=USER:PASSWORD, or listen on 127.0.0.1"
        )


class NetworkUnreadableError(LouverError):
    """An `--allow` that is no network, or lets in the whole world."""

    exit_code = 2

    def __init__(self, text: str, why: str) -> None:
        super().__init__(f"--allow {text}: {why}, for example 192.168.1.0/24")


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


def parse_networks(texts: Iterable[str]) -> tuple[Network, ...]:
    """Read the networks of `--allow`. Raises `NetworkUnreadableError`, also for one that reaches into the internet."""
    return tuple(map(_network, texts))


def _network(text: str) -> Network:
    try:
        network = ipaddress.ip_network(text, strict=False)
    except ValueError:
        raise NetworkUnreadableError(text, "expected an address or a network") from None
    if not network.is_private and not network.is_link_local:
        raise NetworkUnreadableError(text, "a network that strangers share; expected one of your own")
    return network


class Guests:
    """The addon: keeps out who is neither on this computer nor in a network that was allowed."""

    name = "louver_guests"

    def __init__(self) -> None:
        self.networks: tuple[Network, ...] = ()

    def client_connected(self, client: Client) -> None:
        """Refuse a client before it has said anything."""
        if self.networks and not isinstance(client.proxy_mode, SAFE_MODES) and not self.admits(client.peername[0]):
            client.error = "not from an allowed network"

    def admits(self, text: str) -> bool:
        """Tell whether an address may use the proxy."""
        try:
            address = ipaddress.ip_address(text.partition("%")[0])
        except ValueError:
            return False
        mapped = address.ipv4_mapped if isinstance(address, ipaddress.IPv6Address) else None
        known = mapped or address
        return known.is_loopback or any(known in network for network in self.networks)


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
