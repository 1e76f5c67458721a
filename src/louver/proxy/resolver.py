"""Knows which hosts a first-party name stands for: asks DNS for its aliases, remembers, and never keeps a page waiting.

A host is waited for once, for `BUDGET` at most; whatever comes later is remembered for the next request. What is
remembered is used even when it is old, while a newer answer is fetched beside the traffic. Nothing here raises.
"""

from __future__ import annotations

import asyncio
import re
import time
from collections import OrderedDict
from dataclasses import dataclass
from ipaddress import ip_address
from typing import TYPE_CHECKING, Final

import dns.asyncresolver
import dns.exception
import dns.name
import dns.resolver

from louver.core.sites import is_address
from louver.errors import LouverError

if TYPE_CHECKING:
    from collections.abc import Callable

    from dns.message import ChainingResult, QueryMessage

BUDGET: Final = 0.05
"""Seconds that a request may wait for DNS, the first time its host is seen; later ones never wait."""
LIFETIME: Final = 5.0
"""Seconds after which a question that DNS has not answered is given up."""
HOPS: Final = 8
"""Aliases that are followed; longer chains do not occur."""
KEPT: Final = 8192
"""Hosts remembered; the one that was not asked for longest goes first."""
AT_ONCE: Final = 128
"""Questions under way; beyond these, hosts are let by unasked, so that no page can make a flood of them."""
SHORTEST: Final = 60.0
LONGEST: Final = 3600.0
"""Seconds that an answer is held for at least and at most, whatever its TTL."""
FAILED: Final = 30.0
"""Seconds until a host is asked again that DNS had no answer for."""
PAYLOAD: Final = 1232
"""Bytes of a UDP answer that cross any path in one piece (DNS Flag Day 2020)."""
NOT_IN_DNS: Final = frozenset({"localhost", "local", "onion", "invalid"})
"""Names that are never asked of DNS (RFC 6761, 6762, 7686)."""

DEFAULT_PORT: Final = 53
_SERVER: Final = re.compile(r"(?:\[([^\]]+)\]|([^:]+))(?::(\d{1,5}))?")

type Chain = tuple[str, ...]


class BadServerError(LouverError):
    """A name server that cannot be one."""

    exit_code = 2

    def __init__(self, text: str) -> None:
        super().__init__(f"--dns {text}: expected ADDRESS[:PORT], for example 9.9.9.9 or [::1]:5353")


@dataclass(slots=True)
class _Known:
    """What is known of a host: its chain, and until when (by the clock) it need not be asked again."""

    chain: Chain
    until: float


class Cnames:
    """The chains of first-party hosts."""

    def __init__(
        self,
        server: str = "",
        *,
        budget: float = BUDGET,
        kept: int = KEPT,
        shortest: float = SHORTEST,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """Ask `server` (ADDRESS[:PORT]; empty: the system's). Raises BadServerError."""
        self._server = _parse(server) if server else None
        self._budget, self._kept, self._shortest, self._clock = budget, kept, shortest, clock
        self._dns = _open(self._server)
        self._known: OrderedDict[str, _Known] = OrderedDict()
        self._asking: dict[str, asyncio.Task[None]] = {}

    def __len__(self) -> int:
        """Return how many hosts are remembered."""
        return len(self._known)

    def find(self, host: str) -> Chain | asyncio.Task[None]:
        """Return the hosts that a host stands for, in order, or the question to `wait` for where it is new."""
        known = self._known.get(host)
        if known is None:
            return self._ask(host) or ()
        self._known.move_to_end(host)
        if known.until <= self._clock():
            self._ask(host)
        return known.chain

    async def wait(self, host: str, question: asyncio.Task[None]) -> Chain:
        """Wait for an answer as long as a page may wait; it is remembered also when it comes later."""
        await asyncio.wait((question,), timeout=self._budget)
        known = self._known.get(host)
        if known is None:
            # From now on nobody waits for this host; the answer takes this place when it comes.
            known = self._keep(host, (), LIFETIME)
        return known.chain

    async def close(self) -> None:
        """Give up what is still being asked."""
        questions = tuple(self._asking.values())
        for question in questions:
            question.cancel()
        await asyncio.gather(*questions, return_exceptions=True)

    def _ask(self, host: str) -> asyncio.Task[None] | None:
        """Return the question about a host that is under way, or begin one; None where it is not asked."""
        question = self._asking.get(host)
        if question is None and self._dns is not None and len(self._asking) < AT_ONCE and is_asked(host):
            question = self._asking[host] = asyncio.create_task(self._answer(host, self._dns))
            question.add_done_callback(lambda _: self._asking.pop(host, None))
        return question

    async def _answer(self, host: str, server: dns.asyncresolver.Resolver) -> None:
        try:
            chain, ttl = await _follow(server, host)
            self._keep(host, chain, min(max(ttl, self._shortest), LONGEST))
        except Exception:  # noqa: BLE001  (whatever DNS or the library does, traffic goes on, as without an answer)
            before = self._known.get(host)
            self._keep(host, before.chain if before is not None else (), FAILED)
            self._dns = _open(self._server)  # the computer may have moved to another network

    def _keep(self, host: str, chain: Chain, seconds: float) -> _Known:
        known = self._known[host] = _Known(chain, self._clock() + seconds)
        self._known.move_to_end(host)
        while len(self._known) > self._kept:
            self._known.popitem(last=False)
        return known


def is_asked(host: str) -> bool:
    """Tell whether DNS knows such names: not addresses, single labels and names that never leave the computer."""
    return "." in host and not is_address(host) and host.rpartition(".")[2] not in NOT_IN_DNS


async def _follow(server: dns.asyncresolver.Resolver, host: str) -> tuple[Chain, float]:
    """Follow aliases to their end; a server that gives them one at a time is asked again. Raises DNSException."""
    chain: list[str] = []
    name, ttl, ended = dns.name.from_text(host), LONGEST, False
    while not ended and len(chain) < HOPS:
        found, ended = await _aliases(server, name)
        ttl = min(ttl, found.minimum_ttl)
        links = [alias[0].target.to_text(omit_final_dot=True).lower() for alias in found.cnames]
        ended = ended or not links or links[-1] in (host, *chain)
        chain += links
        name = found.canonical_name
    return tuple(dict.fromkeys(link for link in chain[:HOPS] if link != host)), ttl


async def _aliases(server: dns.asyncresolver.Resolver, name: dns.name.Name) -> tuple[ChainingResult, bool]:
    """Ask for a name's address, and so for its aliases; True with them where they have come to their end."""
    try:
        answer = await server.resolve(name, "A", raise_on_no_answer=False, lifetime=LIFETIME, search=False)
    except dns.resolver.NXDOMAIN as error:
        # An alias of a name that is no more is an alias all the same.
        reply: QueryMessage = error.kwargs["responses"][name]
        return reply.resolve_chaining(), True
    return answer.chaining_result, answer.rrset is not None


def _open(server: tuple[str, int] | None) -> dns.asyncresolver.Resolver | None:
    """Return a client for a name server, or for the system's; None where the system has none."""
    try:
        opened = dns.asyncresolver.Resolver(configure=server is None)
    except (dns.exception.DNSException, OSError, ValueError):
        return None
    if server is not None:
        opened.nameservers, opened.port = [server[0]], server[1]
    opened.use_edns(0, 0, PAYLOAD)
    return opened


def _parse(text: str) -> tuple[str, int]:
    found = _SERVER.fullmatch(text)
    try:
        address = ip_address((found[1] or found[2]) if found else text)
        port = int((found and found[3]) or DEFAULT_PORT)
    except ValueError:
        raise BadServerError(text) from None
    if not 0 < port < 65_536:
        raise BadServerError(text)
    return str(address), port
