"""Knows which host a URL names and which site a host belongs to; the list of public suffixes is handed in.

Hosts are read as browsers read them (WHATWG URL standard, host parsing), because a tracker that the browser reaches
and we spell differently would pass unseen. Two things are left out on purpose: `file:` URLs have no host here, and the
root dot of `example.com.` is dropped, since both spellings are one recipient.
"""

from __future__ import annotations

import re
from functools import lru_cache
from ipaddress import AddressValueError, IPv6Address
from typing import TYPE_CHECKING, Final
from urllib.parse import unquote_to_bytes

import idna

if TYPE_CHECKING:
    from collections.abc import Callable

CACHED_SITES: Final = 16_384
MAX_LABELS: Final = 12
"""A name is looked up by its last labels only, so that a hostile name of thousands of them costs nothing."""

# Almost every URL that a browser sends looks like this; the rest takes the careful road.
_PLAIN: Final = re.compile(r"(?:https?|wss?)://([a-z0-9._-]*[a-z])(?::[0-9]{1,4})?(?:[/?#]|\Z)")
_SCHEME: Final = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*):")
_SPECIAL: Final = frozenset({"http", "https", "ws", "wss", "ftp"})
_SPECIAL_END: Final = re.compile(r"[/\\?#]")
_OTHER_END: Final = re.compile(r"[/?#]")
_PORT: Final = re.compile(r":([0-9]*)")
_EDGES: Final = "".join(map(chr, range(0x21)))
_NO_BREAKS: Final = {9: None, 10: None, 13: None}
_FORBIDDEN: Final = re.compile(r"[\x00-\x20\x7f#/:<>?@\[\\\]^`{|}%]")
_NUMBER: Final = re.compile(r"[0-9]+|0[xX][0-9a-fA-F]*")
_MAX_PORT: Final = 65_535


def host_of(url: str) -> str:
    """Return the lower-case host of a URL, without port and credentials; "" when there is none. Never raises."""
    plain = _PLAIN.match(url)
    if plain is not None:
        host = plain[1]
        if "0x" not in host:
            return host
    return _careful_host(url)


def host_name(text: str) -> str:
    """Return a host as browsers spell it (ASCII, lower case, addresses in their one form), "" if it is none."""
    if text.startswith("["):
        return _address6(text)
    try:
        name = _ascii_name(unquote_to_bytes(text).decode() if "%" in text else text)
    except (UnicodeError, idna.IDNAError):
        return ""
    name = name.lower().rstrip(".")
    if _FORBIDDEN.search(name):
        return ""
    return _address4(name) if _NUMBER.fullmatch(name.rpartition(".")[2]) else name


def is_address(host: str) -> bool:
    """Tell whether a canonical host is an IP address; a name's last label never starts with a digit and ends in one."""
    return ":" in host or (host[-1:].isdigit() and host.replace(".", "").isdigit())


def suffixes(host: str) -> list[str]:
    """Return the host and the domains above it, longest first, at most `MAX_LABELS` of them."""
    names = [host]
    dot = host.find(".")
    if host.count(".") > MAX_LABELS:
        labels = host.rsplit(".", MAX_LABELS)[1:]
        return [host, *(".".join(labels[start:]) for start in range(len(labels)))]
    while dot >= 0:
        host = host[dot + 1 :]
        names.append(host)
        dot = host.find(".")
    return names


class Sites:
    """Registrable domains. `suffix` answers for a host name; "" means that the name is itself a public suffix."""

    def __init__(self, suffix: Callable[[str], str]) -> None:
        self._suffix = suffix
        self._cached = lru_cache(CACHED_SITES)(self._find)

    def site(self, host: str) -> str:
        """Return the registrable domain of a host; addresses, single labels and suffixes are their own site."""
        return self._cached(host)

    def _find(self, host: str) -> str:
        name = host_name(host) or host.lower().rstrip(".")
        if "." not in name or is_address(name):
            return name
        return self._suffix(name) or name


def _careful_host(url: str) -> str:
    text = url.strip(_EDGES).translate(_NO_BREAKS)
    scheme = _SCHEME.match(text)
    if scheme is None or scheme[1].lower() == "file":
        return ""
    rest = text[scheme.end() :]
    if scheme[1].lower() in _SPECIAL:
        authority = _SPECIAL_END.split(rest.lstrip("/\\"), maxsplit=1)[0]
    elif rest.startswith("//"):
        authority = _OTHER_END.split(rest[2:], maxsplit=1)[0]
    else:
        return ""
    return _host_of_authority(authority.rpartition("@")[2])


def _host_of_authority(text: str) -> str:
    cut = text.find("]") + 1 if text.startswith("[") else text.find(":")
    host, port = (text, "") if cut < 0 else (text[:cut], text[cut:])
    if port and not _is_port(port):
        return ""
    return host_name(host)


def _is_port(text: str) -> bool:
    port = _PORT.fullmatch(text)
    return port is not None and len(port[1].lstrip("0")) <= 5 and int(port[1] or 0) <= _MAX_PORT


def _ascii_name(text: str) -> str:
    if text.isascii():
        return text
    mapped = idna.uts46_remap(text, std3_rules=False, transitional=False)
    return ".".join(label if label.isascii() else _punycode(label) for label in mapped.split("."))


def _punycode(label: str) -> str:
    return "xn--" + label.encode("punycode").decode("ascii")


def _address6(text: str) -> str:
    if not text.endswith("]") or "%" in text:
        return ""
    try:
        address = IPv6Address(text[1:-1])
    except AddressValueError:
        return ""
    if address.ipv4_mapped is None:
        return f"[{address.compressed}]"
    # Python 3.13 writes the mapped form with dots; browsers do not.
    low = int(address.ipv4_mapped)
    return f"[::ffff:{low >> 16:x}:{low & 0xFFFF:x}]"


def _address4(name: str) -> str:
    """Read an IPv4 address in any of the forms that browsers accept: `127.1`, `0x7f.0.0.1`, `017700000001`."""
    parts = name.split(".")
    numbers = [_number(part) for part in parts]
    if len(parts) > 4 or None in numbers:
        return ""
    *heads, last = (number for number in numbers if number is not None)
    if any(head > 255 for head in heads) or last >= 256 ** (4 - len(heads)):
        return ""
    value = last + sum(head << 8 * (3 - place) for place, head in enumerate(heads))
    return ".".join(str(value >> shift & 255) for shift in (24, 16, 8, 0))


def _number(text: str) -> int | None:
    if len(text) > 32 or not _NUMBER.fullmatch(text):
        return None
    if text[:2] in {"0x", "0X"}:
        return int(text[2:] or "0", 16)
    octal = len(text) > 1 and text[0] == "0"
    try:
        return int(text, 8 if octal else 10)
    except ValueError:
        return None
