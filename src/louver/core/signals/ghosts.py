"""Knows which cookies no server was seen to set, so that a page's script must have written them.

Source of the idea: first-party tracking cookies are nearly all written by third-party scripts (CookieGraph, CCS 2023).
It knows cookie names, never their values. Bounded: hosts met longest ago are forgotten first.
"""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from louver.core.sites import suffixes

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

MOST_HOSTS: Final = 4_096
MOST_NAMES: Final = 512


@dataclass(slots=True)
class _Host:
    set_here: set[str] = field(default_factory=set)
    set_below: set[str] = field(default_factory=set)
    """Names set with a `Domain` attribute, which hosts below this one get as well."""
    sent: set[str] = field(default_factory=set)
    at_first: set[str] = field(default_factory=set)
    """Names that the very first request already carried: they may be older than we are."""
    is_met: bool = False
    is_full: bool = False


@dataclass(frozen=True, slots=True)
class Row:
    """What is kept of a host over a restart."""

    host: str
    set_here: tuple[str, ...]
    set_below: tuple[str, ...]
    sent: tuple[str, ...]
    at_first: tuple[str, ...]
    is_met: bool
    is_full: bool


class Ghosts:
    """Cookie names by who set them. `is_fresh` says that the browser had no cookie when this history began."""

    def __init__(self, *, is_fresh: bool = False, capacity: int = MOST_HOSTS) -> None:
        """Start with nothing known; `capacity` bounds the hosts remembered."""
        self._is_fresh = is_fresh
        self._capacity = capacity
        self._hosts: OrderedDict[str, _Host] = OrderedDict()

    def set_by_server(self, host: str, name: str, domain: str | None = None) -> None:
        """Note a `Set-Cookie` line that was let through; `domain` is its attribute, without the leading dot."""
        shares = domain is not None and domain in suffixes(host)
        known = self._host(domain if shares and domain else host)
        names = known.set_below if shares else known.set_here
        if len(names) < MOST_NAMES:
            names.add(name)
        else:
            known.is_full = True

    def sent_by_browser(self, host: str, names: Iterable[str]) -> None:
        """Note the names in one request's `Cookie` header; call it for requests without cookies too."""
        for above in suffixes(host)[1:]:
            if above in self._hosts:
                self._hosts.move_to_end(above)  # what it set for the hosts below is in use
        known = self._host(host)
        names = set(names)
        if not known.is_met:
            known.is_met = True
            known.at_first = set(sorted(names)[:MOST_NAMES])
        if len(known.sent) + len(names) <= MOST_NAMES:
            known.sent |= names
        else:
            known.is_full = True

    def is_ghost(self, host: str, name: str) -> bool | None:
        """Return whether a script wrote a cookie that was sent to `host`; None where that cannot be told.

        A name that turns up between two requests without a server setting it was written by a script. One that was
        there from the first request on may be older than this history, unless that began with an empty browser.
        """
        known = self._hosts.get(host)
        if known is None or name not in known.sent:
            return None
        if name in known.set_here or any(name in self._below(above) for above in suffixes(host)):
            return False
        if known.is_full or (name in known.at_first and not self._is_fresh):
            return None
        return True

    def rows(self) -> Iterator[Row]:
        """Yield what to keep over a restart."""
        for host, known in self._hosts.items():
            sets = (known.set_here, known.set_below, known.sent, known.at_first)
            here, below, sent, first = (tuple(sorted(names)) for names in sets)
            yield Row(host, here, below, sent, first, known.is_met, known.is_full)

    def restore(self, rows: Iterable[Row]) -> None:
        """Take back what `rows` gave; call it before anything is noted."""
        for row in rows:
            sets = (set(row.set_here), set(row.set_below), set(row.sent), set(row.at_first))
            self._hosts[row.host] = _Host(*sets, row.is_met, row.is_full)

    def _below(self, domain: str) -> set[str]:
        known = self._hosts.get(domain)
        return known.set_below if known else set()

    def _host(self, host: str) -> _Host:
        known = self._hosts.pop(host, None) or _Host()
        self._hosts[host] = known
        while len(self._hosts) > self._capacity:
            self._hosts.popitem(last=False)
            # What was forgotten may have been a server's cookie, so from now on absence proves less.
            self._is_fresh = False
        return known
