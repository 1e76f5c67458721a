"""Knows how somebody in this process hears of every exchange, beside the ledger."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from louver.core.decision import Outcome
from louver.proxy.book import Book

if TYPE_CHECKING:
    from louver.core.facts import Request
    from louver.core.ways import Bounce
    from louver.proxy.exchange import Exchange

type Hear = Callable[[Outcome, float], None]
"""Is told an exchange that is over, and when it began (Unix seconds)."""


class Witness(Book):
    """The book as the addon writes it, with somebody who listens."""

    def __init__(self, book: Book, hear: Hear) -> None:
        super().__init__()
        self._book, self._hear = book, hear

    def exchange(self, exchange: Exchange, ended: float | None) -> None:
        """Tell an exchange, and write it down."""
        if exchange.outcome is not None:
            self._hear(exchange.outcome, exchange.at)
        self._book.exchange(exchange, ended)

    def fault(
        self, what: Exception | str, at: float, answer: str, *, kind: str = "engine", request: Request | None = None
    ) -> None:
        """Write down a failure."""
        self._book.fault(what, at, answer, kind=kind, request=request)

    def bounce(self, bounce: Bounce, at: float) -> None:
        """Write down a site that somebody was only led through."""
        self._book.bounce(bounce, at)
