"""Knows how far one exchange has come, from the first header line until its last byte; decides nothing."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Final

from louver.ledger.record import Coverage

if TYPE_CHECKING:
    from collections.abc import Iterable

    from louver.core.decision import Outcome, Treated
    from louver.core.facts import Request


@dataclass(slots=True)
class Exchange:
    """One exchange on its way. Times are Unix seconds, sizes are bytes of bodies."""

    client: str
    """The client connection's id."""
    address: str
    """The client's address, without port."""
    at: float
    request: Request
    outcome: Outcome | None = None
    waiting: bool = False
    """The decision waits for the request's body."""
    answered: bool = False
    """The answer is our own; the server was not contacted."""
    coverage: Coverage = Coverage.FULL
    sent_bytes: int = 0
    received_bytes: int = 0
    instead: bytes | None = None
    """A body of our own that replaces the server's."""

    def count(self, chunk: bytes) -> bytes:
        """Count a chunk of a streamed answer as it passes by."""
        self.received_bytes += len(chunk)
        return chunk

    def replace(self, chunk: bytes) -> list[bytes]:
        """Give our own body at the end of a streamed answer, and nothing of the server's."""
        # An empty chunk is mitmproxy's sign for the end.
        return [] if chunk or not self.instead else [self.instead]


MOST_TOLD: Final = 200
"""Different signals that are written down of one socket; a chat of a whole day says the same again and again."""


@dataclass(slots=True)
class Socket:
    """A WebSocket that is open, and what its messages have told so far: each thing once."""

    exchange: Exchange
    told: dict[tuple[str, str, str], Treated] = field(default_factory=dict)

    def hear(self, treated: Iterable[Treated]) -> None:
        """Take in what one message told."""
        for each in treated:
            if len(self.told) < MOST_TOLD:
                self.told.setdefault((each.signal.kind, each.signal.name, each.outcome), each)

    def account(self) -> Exchange:
        """Return an exchange of its own for what was told, beside the one that opened the socket."""
        opened = self.exchange
        assert opened.outcome is not None
        request = replace(opened.request, method="MESSAGE")
        outcome = replace(
            opened.outcome, request=request, sent=request, treated=tuple(self.told.values()), response=None
        )
        return Exchange(opened.client, opened.address, opened.at, request, replace(outcome, received=None))
