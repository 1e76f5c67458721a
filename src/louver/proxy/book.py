"""Knows how what happened at the proxy gets into the ledger, also in the moments before the ledger is open."""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING, Final

from louver import __version__
from louver.core.sites import host_of
from louver.keys import install_key
from louver.ledger.keeping import Keeping
from louver.ledger.record import ListVersion
from louver.ledger.writer import Writer

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from louver.core.facts import Request
    from louver.core.policy import Policy
    from louver.core.ways import Bounce
    from louver.lists.choose import InForce
    from louver.proxy.exchange import Exchange

USUAL: Final = Keeping()
EARLY: Final = 10_000
"""Records that may wait for the ledger to open; within somebody else's mitmproxy, traffic may be a moment earlier."""


class Book:
    """The ledger as the proxy uses it: nothing here waits, and nothing raises for what it is given."""

    def __init__(self) -> None:
        self._writer: Writer | None = None
        self._early: deque[Callable[[Writer], None]] = deque(maxlen=EARLY)

    @property
    def is_open(self) -> bool:
        """Whether records go to the file."""
        return self._writer is not None

    async def open(self, path: Path, data_dir: Path, keeping: Keeping = USUAL) -> None:
        """Open the ledger. Raises LouverError with one clear line."""
        key = install_key(data_dir, "ledger")
        writer = self._writer = await Writer.open(path, key, version=__version__, keeping=keeping)
        while self._early:
            self._early.popleft()(writer)

    async def close(self) -> None:
        """Write everything that was put, and close."""
        writer, self._writer = self._writer, None
        if writer is not None:
            await writer.close()

    def ruleset(self, policy: Policy, lists: Sequence[InForce], at: float) -> None:
        """Say which policy and which version of which lists decide from now on."""
        versions = [ListVersion(one.id, one.version, one.sha256, one.rules) for one in lists]
        self._put(lambda writer: writer.put_ruleset(policy.name, policy.digest, versions, at))

    def exchange(self, exchange: Exchange, ended: float | None) -> None:
        """Write down an exchange that is over, or broke off (`ended` None)."""
        outcome = exchange.outcome
        if outcome is None:
            return
        self._put(
            lambda writer: writer.put(
                outcome,
                exchange.at,
                duration=None if ended is None else max(0.0, ended - exchange.at),
                sent=exchange.sent_bytes,
                received=exchange.received_bytes,
                client=exchange.address,
                coverage=exchange.coverage,
            )
        )

    def fault(
        self, what: Exception | str, at: float, answer: str, *, kind: str = "engine", request: Request | None = None
    ) -> None:
        """Write down a failure, with what was done about it."""
        site = request.page.site if request is not None and request.page is not None else ""
        host = host_of(request.url) if request is not None else ""
        self._put(lambda writer: writer.put_fault(what, at, kind=kind, site=site, host=host, answer=answer))

    def bounce(self, bounce: Bounce, at: float) -> None:
        """Write down a site that somebody was only led through and that kept state on the way."""
        what = "people were only led through this site, and it kept state"
        answer = "its data is cleared at the next visit" if bounce.cleared else "reported only"
        self._put(lambda writer: writer.put_fault(what, at, kind="bounce", host=bounce.site, answer=answer))

    def refusal(self, host: str, at: float, what: str, answer: str) -> None:
        """Write down that a client did not take our certificate, or that we did not take a server's."""
        self._put(lambda writer: writer.put_fault(what, at, kind="certificate", host=host, answer=answer))

    def hint(self, host: str, times: int, at: float) -> None:
        """Write down how often a host called browsers away to HTTP/3, and that they were not told."""
        what, answer = "invites browsers to HTTP/3, past a proxy", "invitation removed"
        self._put(lambda writer: writer.put_fault(what, at, kind="hint", host=host, answer=answer, times=times))

    def inward(self, host: str, zone: str, at: float) -> None:
        """Write down a name from outside that leads into the person's own network."""
        what = f"a name from outside that leads into your own network ({zone})"
        self._put(lambda writer: writer.put_fault(what, at, kind="hint", host=host, answer="reported only"))

    def passthrough(self, at: float, host: str, size: int, reason: str) -> None:
        """Write down a connection that was not opened."""
        self._put(lambda writer: writer.put_passthrough(host, size, reason, at))

    def _put(self, put: Callable[[Writer], None]) -> None:
        if self._writer is not None:
            put(self._writer)
        else:
            self._early.append(put)
