"""Knows a small name server on loopback: answers over UDP from a table of names, and keeps what it was asked."""

from __future__ import annotations

import socket
import threading
import time
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import dns.flags
import dns.message
import dns.rcode
import dns.rrset

if TYPE_CHECKING:
    from collections.abc import Iterator


@dataclass
class NameServer:
    """`aliases` lead from name to name, `addresses` end a chain, anything else does not exist."""

    port: int = 0
    aliases: dict[str, str] = field(default_factory=dict)
    addresses: dict[str, str] = field(default_factory=dict)
    ttl: int = 300
    delay: float = 0.0
    one_at_a_time: bool = False
    """Give one alias in each answer, as a server does that knows its own zone only."""
    broken: bool = False
    asked: list[str] = field(default_factory=list)

    @property
    def address(self) -> str:
        return f"127.0.0.1:{self.port}"

    def answer(self, data: bytes) -> bytes:
        query = dns.message.from_wire(data)
        name = query.question[0].name.to_text(omit_final_dot=True)
        self.asked.append(name)
        reply = dns.message.make_response(query)
        reply.flags |= dns.flags.RA
        if self.broken:
            reply.set_rcode(dns.rcode.SERVFAIL)
            return reply.to_wire()
        for _ in range(20):
            target = self.aliases.get(name)
            if target is None:
                break
            reply.answer.append(dns.rrset.from_text(f"{name}.", self.ttl, "IN", "CNAME", f"{target}."))
            name = target
            if self.one_at_a_time:
                return reply.to_wire()
        if name in self.addresses:
            reply.answer.append(dns.rrset.from_text(f"{name}.", self.ttl, "IN", "A", self.addresses[name]))
        elif not reply.answer or name not in self.aliases:
            reply.set_rcode(dns.rcode.NXDOMAIN)
        return reply.to_wire()


@contextmanager
def a_name_server() -> Iterator[NameServer]:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as listener:
        listener.bind(("127.0.0.1", 0))
        listener.settimeout(0.1)
        server = NameServer(listener.getsockname()[1])
        stopped = threading.Event()

        def reply(data: bytes, sender: Any) -> None:
            answer = server.answer(data)
            time.sleep(server.delay)
            with suppress(OSError):  # the test may be over
                listener.sendto(answer, sender)

        def serve() -> None:
            while not stopped.is_set():
                try:
                    data, sender = listener.recvfrom(4096)
                except TimeoutError:
                    continue
                threading.Thread(target=reply, args=(data, sender), daemon=True).start()

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        yield server
        stopped.set()
        thread.join(2)
