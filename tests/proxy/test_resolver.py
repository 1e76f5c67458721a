"""The resolver against a real name server on loopback."""

from __future__ import annotations

import asyncio
import time
from typing import TYPE_CHECKING

import pytest
from name_server import NameServer, a_name_server

from louver.proxy.resolver import HOPS, BadServerError, Cnames, is_asked

if TYPE_CHECKING:
    from collections.abc import Iterator

HOST = "metrics.shop.test"
AMPLE = 5.0
"""A budget that a busy machine keeps, where a test is not about the budget."""


@pytest.fixture
def server() -> Iterator[NameServer]:
    with a_name_server() as running:
        running.addresses["edge.watch.test"] = "192.0.2.1"
        yield running


async def chain(cnames: Cnames, host: str = HOST) -> tuple[str, ...]:
    found = cnames.find(host)
    return await cnames.wait(host, found) if isinstance(found, asyncio.Task) else found


class Clock:
    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.mark.parametrize("one_at_a_time", [False, True])
async def test_a_chain_is_followed_to_its_end(server: NameServer, one_at_a_time: bool) -> None:
    server.aliases = {HOST: "shop.eulerian.test", "shop.eulerian.test": "Edge.Watch.test", "Edge.Watch.test": "x.test"}
    server.aliases = {HOST: "shop.eulerian.test", "shop.eulerian.test": "edge.watch.test"}
    server.one_at_a_time = one_at_a_time
    cnames = Cnames(server.address, budget=AMPLE)
    assert await chain(cnames) == ("shop.eulerian.test", "edge.watch.test")
    await cnames.close()


async def test_a_host_without_alias_stands_for_itself(server: NameServer) -> None:
    server.addresses[HOST] = "192.0.2.2"
    assert await chain(Cnames(server.address, budget=AMPLE)) == ()
    assert server.asked == [HOST]


async def test_an_alias_of_a_name_that_is_no_more_is_an_alias(server: NameServer) -> None:
    server.aliases = {HOST: "gone.watch.test"}
    assert await chain(Cnames(server.address, budget=AMPLE)) == ("gone.watch.test",)


async def test_a_name_that_does_not_exist_is_remembered_as_such(server: NameServer) -> None:
    cnames = Cnames(server.address, budget=AMPLE)
    assert await chain(cnames) == ()
    assert await chain(cnames) == ()
    assert server.asked == [HOST]


@pytest.mark.parametrize("one_at_a_time", [False, True])
async def test_a_loop_ends(server: NameServer, one_at_a_time: bool) -> None:
    server.aliases = {HOST: "a.test", "a.test": "b.test", "b.test": HOST}
    server.one_at_a_time = one_at_a_time
    found = await chain(Cnames(server.address, budget=AMPLE))
    assert set(found) <= {"a.test", "b.test"}
    assert len(server.asked) <= HOPS + 2


async def test_a_long_chain_is_cut(server: NameServer) -> None:
    server.aliases = {HOST: "n0.test"} | {f"n{place}.test": f"n{place + 1}.test" for place in range(40)}
    server.one_at_a_time = True
    assert await chain(Cnames(server.address, budget=AMPLE)) == tuple(f"n{place}.test" for place in range(HOPS))


async def test_a_slow_server_costs_the_budget_once_and_its_answer_counts_later(server: NameServer) -> None:
    server.aliases, server.delay = {HOST: "edge.watch.test"}, 0.4
    cnames = Cnames(server.address, budget=0.02)
    question = cnames.find(HOST)
    assert isinstance(question, asyncio.Task)
    assert await cnames.wait(HOST, question) == ()
    assert not question.done()
    assert cnames.find(HOST) == ()  # nobody waits a second time
    await question
    assert cnames.find(HOST) == ("edge.watch.test",)


async def test_hosts_asked_for_at_once_share_a_question(server: NameServer) -> None:
    server.aliases, server.delay = {HOST: "edge.watch.test"}, 0.1
    cnames = Cnames(server.address, budget=AMPLE)
    found = await asyncio.gather(*(chain(cnames) for _ in range(20)))
    assert set(found) == {("edge.watch.test",)}
    assert server.asked == [HOST]


async def test_an_old_answer_is_used_while_a_new_one_is_fetched(server: NameServer) -> None:
    server.aliases, server.ttl = {HOST: "edge.watch.test"}, 120
    clock = Clock()
    cnames = Cnames(server.address, budget=AMPLE, clock=clock)
    await chain(cnames)
    clock.now += 119
    assert cnames.find(HOST) == ("edge.watch.test",)
    assert len(server.asked) == 1
    clock.now += 2
    server.aliases = {HOST: "new.watch.test"}
    assert cnames.find(HOST) == ("edge.watch.test",)
    await asyncio.gather(*cnames._asking.values())
    assert cnames.find(HOST) == ("new.watch.test",)
    assert len(server.asked) == 2


async def test_a_tiny_ttl_does_not_make_a_question_of_every_request(server: NameServer) -> None:
    server.aliases, server.ttl = {HOST: "edge.watch.test"}, 0
    clock = Clock()
    cnames = Cnames(server.address, budget=AMPLE, clock=clock)
    await chain(cnames)
    clock.now += 30
    assert cnames.find(HOST) == ("edge.watch.test",)
    assert not cnames._asking


async def test_a_server_that_fails_keeps_what_was_known(server: NameServer) -> None:
    server.aliases = {HOST: "edge.watch.test"}
    clock = Clock()
    cnames = Cnames(server.address, budget=AMPLE, clock=clock)
    await chain(cnames)
    clock.now, server.broken = clock.now + 4000, True
    assert cnames.find(HOST) == ("edge.watch.test",)
    await asyncio.gather(*cnames._asking.values())
    assert cnames.find(HOST) == ("edge.watch.test",)


async def test_memory_is_bounded_and_the_least_used_goes_first(server: NameServer) -> None:
    cnames = Cnames(server.address, budget=AMPLE, kept=3)
    for place in range(3):
        await chain(cnames, f"h{place}.shop.test")
    cnames.find("h0.shop.test")
    await chain(cnames, "h3.shop.test")
    assert len(cnames) == 3
    server.asked.clear()
    assert cnames.find("h0.shop.test") == ()
    assert isinstance(cnames.find("h1.shop.test"), asyncio.Task)
    await cnames.close()


async def test_a_flood_of_names_makes_no_flood_of_questions(
    server: NameServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("louver.proxy.resolver.AT_ONCE", 4)
    server.delay = 0.2
    cnames = Cnames(server.address, budget=AMPLE)
    found = [cnames.find(f"{place}.shop.test") for place in range(50)]
    assert sum(isinstance(one, asyncio.Task) for one in found) == 4
    await cnames.close()


async def test_nothing_is_raised_where_no_server_answers() -> None:
    cnames = Cnames("127.0.0.1:1", budget=0.02)
    started = time.monotonic()
    assert await chain(cnames) == ()
    assert time.monotonic() - started < 4  # far from DNS's own limits
    assert await chain(cnames, "x" * 80 + ".shop.test") == ()
    assert await chain(cnames, "a..b.test") == ()
    await cnames.close()


@pytest.mark.parametrize(
    "host", ["localhost", "app.localhost", "intranet", "printer.local", "x.onion", "192.0.2.7", "[::1]", "::1", ""]
)
def test_what_dns_does_not_know_is_not_asked(host: str) -> None:
    assert not is_asked(host)


@pytest.mark.parametrize("text", ["nine", "1.2.3.4:x", "1.2.3.4:0", "[::1]:99999", "dns.example:53", "[::1"])
def test_a_server_that_cannot_be_one_is_refused_in_one_line(text: str) -> None:
    with pytest.raises(BadServerError, match="ADDRESS"):
        Cnames(text)


@pytest.mark.parametrize("text", ["192.0.2.1", "192.0.2.1:5353", "::1", "[::1]", "[::1]:5353"])
def test_a_server_is_an_address_with_or_without_port(text: str) -> None:
    assert len(Cnames(text)) == 0
