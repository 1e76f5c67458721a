from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

import pytest

from louver.core.decision import Action
from louver.core.facts import Page, Request, ResourceType
from louver.core.signals.local_network import local_zone
from louver.core.signals.signal import Kind
from louver.core.sites import host_of
from louver.setup import Settings, load_engine

if TYPE_CHECKING:
    from louver.core.engine import Engine


@cache
def engine(policy: str) -> Engine:
    return load_engine(Settings(policy=policy, lists=("louver",), overrides=False), 1_800_000_000.0)


def ask(
    url: str, page: str, policy: str = "balanced", kind: ResourceType = ResourceType.IMAGE
) -> tuple[Action, list[str]]:
    asker = Page(1, page, host_of(page), "test", 1.0)
    outcome = engine(policy).request(Request(url, "GET", (), kind, asker))
    names = [each.signal.name for each in outcome.treated if each.signal.kind is Kind.LOCAL_NETWORK]
    return outcome.decision.action, names


@pytest.mark.parametrize(
    ("host", "zone"),
    [
        ("127.0.0.1", "loopback"),
        ("127.8.8.8", "loopback"),
        ("[::1]", "loopback"),
        ("0.0.0.0", "loopback"),
        ("[::ffff:7f00:1]", "loopback"),
        ("localhost", "loopback"),
        ("app.localhost", "loopback"),
        ("169.254.169.254", "link-local"),
        ("[fe80::1]", "link-local"),
        ("192.168.1.1", "private"),
        ("10.0.0.1", "private"),
        ("172.16.0.1", "private"),
        ("[fd00::1]", "private"),
        ("printer.local", "private"),
        ("nas.home.arpa", "private"),
        ("8.8.8.8", ""),
        ("[2606:4700::1111]", ""),
        ("example.com", ""),
        ("local.example.com", ""),
        ("127.0.0.1.example.com", ""),
        ("", ""),
    ],
)
def test_what_is_ones_own_network(host: str, zone: str) -> None:
    assert local_zone(host) == zone


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1:9000/x",
        "http://localhost/x",
        "http://192.168.0.1/login.cgi",
        "http://0x7f.1/x",
        "http://[::1]/",
    ],
)
def test_a_page_from_outside_that_reaches_in_is_flagged_and_strict_stops_it(url: str) -> None:
    assert ask(url, "https://news.example/") == (Action.PASS, [local_zone(host_of(url))])
    action, names = ask(url, "https://news.example/", "strict")
    assert action is Action.BLOCK
    assert names


def test_what_is_at_home_may_ask_what_is_at_home() -> None:
    assert ask("http://192.168.0.1/a.png", "http://192.168.0.2/") == (Action.PASS, [])
    assert ask("http://localhost:3000/a.png", "http://localhost:8000/", "strict") == (Action.PASS, [])


def test_where_a_person_goes_is_their_own_affair() -> None:
    asker = Page(2, "https://news.example/", "news.example", "test", 1.0)
    own = Page(3, "http://192.168.0.1/", "192.168.0.1", "test", 1.0)
    request = Request("http://192.168.0.1/", "GET", (), ResourceType.DOCUMENT, own, initiator=asker)
    outcome = engine("strict").request(request)
    assert outcome.decision.action is Action.PASS


def test_outside_stays_outside() -> None:
    assert ask("https://cdn.example/a.png", "https://news.example/", "observe") == (Action.PASS, [])
