"""Knows the headers by which a server calls a browser away to HTTP/3, where no proxy of ours could follow.

A browser that is told to use a proxy does not speak QUIC past it; programs that only share a network with us might. The
invitation is taken out of every answer, whatever the policy, and counted by host.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from louver.core.facts import Response
    from louver.proxy.book import Book

INVITATIONS: Final = frozenset({"alt-svc", "alternate-protocol"})
"""RFC 7838, and what came before it. The HTTPS record of DNS says the same, but a proxy's client never asks for it."""

WRITE_EVERY: Final = 600.0
"""Seconds between two rows about the same hosts; every answer of some servers carries the header."""

HOSTS: Final = 1024


class Hints:
    """Takes invitations out and keeps count."""

    def __init__(self, book: Book) -> None:
        self._book = book
        self._counts: dict[str, int] = {}
        self._written = 0.0

    def without(self, response: Response, host: str, now: float) -> Response:
        """Return an answer without invitations; the same object where it had none."""
        kept = tuple([line for line in response.headers if len(line[0]) not in LENGTHS or not _invites(line[0])])
        if len(kept) == len(response.headers):
            return response
        self._counts[host] = self._counts.get(host, 0) + 1
        if now - self._written >= WRITE_EVERY or len(self._counts) >= HOSTS:
            self.write(now)
        return replace(response, headers=kept)

    def write(self, now: float) -> None:
        """Write down what was counted so far."""
        self._written = now
        for host, times in self._counts.items():
            self._book.hint(host, times, now)
        self._counts.clear()


LENGTHS: Final = frozenset(map(len, INVITATIONS))


def _invites(name: str) -> bool:
    return name.lower() in INVITATIONS
