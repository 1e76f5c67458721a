"""Knows who may see the dashboard and who may change something; knows nothing of what it shows.

Any page that the browser has open, any name that DNS points at this machine and any other user of it may send requests
here. So: a secret for each run, hosts that are ours by name, and changes only from our own pages.
"""

from __future__ import annotations

import hmac
import ipaddress
import secrets
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from louver.errors import LouverError
from louver.inside import INTERNAL

if TYPE_CHECKING:
    from collections.abc import Mapping

SECRET_BYTES: Final = 32
SHORTEST_PASSWORD: Final = 8

POLICY: Final = (
    "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; connect-src 'self'; form-action 'self'; "
    "base-uri 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'"
)
HEADERS: Final[Mapping[str, str]] = {
    "Content-Security-Policy": POLICY,
    "X-Frame-Options": "DENY",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    "Cache-Control": "no-store",
    "Server": "Louver",
}
"""What goes with every answer. With `no-referrer`, browsers would send changes without an origin to check."""


class PasswordNeededError(LouverError):
    """The dashboard is to listen where other machines can reach it."""

    exit_code = 2

    def __init__(self, host: str) -> None:
        super().__init__(
            f"other machines can reach the dashboard at {host}: set LOUVER_DASH_PASSWORD to a password of at least "
            f"{SHORTEST_PASSWORD} characters, or choose 127.0.0.1"
        )


def is_loopback(host: str) -> bool:
    """Tell whether an address can be reached from this machine only."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


@dataclass(frozen=True, slots=True)
class Gate:
    """What a request must bring. `token` stands in the printed address, `session` in the cookie."""

    host: str
    port: int
    password: str = field(default="", repr=False)
    token: str = field(default_factory=lambda: secrets.token_urlsafe(SECRET_BYTES), repr=False)
    session: str = field(default_factory=lambda: secrets.token_urlsafe(SECRET_BYTES), repr=False)

    def __post_init__(self) -> None:
        """Refuse to be reachable from elsewhere without a password. Raises PasswordNeededError."""
        if not is_loopback(self.host) and len(self.password) < SHORTEST_PASSWORD:
            raise PasswordNeededError(self.host)

    @property
    def cookie(self) -> str:
        """Return the cookie's name; ports do not keep cookies apart, so that the name has to."""
        return f"louver-{self.port}"

    def knows_host(self, host: str) -> bool:
        """Tell whether a `Host` is one of ours, so that no name of somebody else's can lead here (DNS rebinding)."""
        if host == INTERNAL:
            return True
        name, port = _split(host)
        if port != self.port:
            return False
        if is_loopback(name) or name == self.host:
            return True
        return self.host in ("0.0.0.0", "::") and _is_address(name)  # noqa: S104  (compared, not bound)

    def opens(self, said: str) -> bool:
        """Tell whether a text is the token, or the password where there is one."""
        is_token = _same(said, self.token)
        is_password = bool(self.password) and _same(said, self.password)
        return is_token or is_password

    def knows(self, cookie: str | None) -> bool:
        """Tell whether a browser has been let in."""
        return cookie is not None and _same(cookie, self.session)


def comes_from_us(headers: Mapping[str, str]) -> bool:
    """Tell whether a change was asked for by one of our own pages: the origin must be there, and be ours."""
    origin, host = headers.get("Origin", ""), headers.get("Host", "")
    return bool(host) and origin == f"http://{host}" and headers.get("Sec-Fetch-Site", "same-origin") == "same-origin"


def is_pried_at(headers: Mapping[str, str]) -> bool:
    """Tell whether another site wants this as a part of its own page, rather than the person as a page."""
    return headers.get("Sec-Fetch-Site", "none") in ("cross-site", "same-site") and (
        headers.get("Sec-Fetch-Mode", "navigate") != "navigate"
        or headers.get("Sec-Fetch-Dest", "document") != "document"
    )


def _same(said: str, secret: str) -> bool:
    return hmac.compare_digest(said.encode("utf-8", "surrogatepass"), secret.encode())


def _split(host: str) -> tuple[str, int]:
    name, _, port = host.rpartition(":")
    if not port.isascii() or not port.isdigit():
        return host.strip("[]"), 80
    return name.strip("[]"), int(port)


def _is_address(name: str) -> bool:
    try:
        ipaddress.ip_address(name)
    except ValueError:
        return False
    return True
