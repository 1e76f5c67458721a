"""A site that people are only led through, from the hooks to the record and to the answer that clears it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import pytest
from mitmproxy import http
from mitmproxy.test import tflow
from proxy_fakes import FakeEngine, ListBook

from louver.core.bounces import GRACE
from louver.core.digests import keyed
from louver.core.facts import Page
from louver.core.policy import Flags, Policy
from louver.core.recall import Recall
from louver.proxy.addon import Louver

if TYPE_CHECKING:
    from louver.core.ways import Bounce

CLICK = ((b"Sec-Fetch-Dest", b"document"), (b"Sec-Fetch-User", b"?1"), (b"Referer", b"https://news.test/"))


@dataclass
class Engine(FakeEngine):
    clear: bool = False

    @property
    def policy(self) -> Policy:  # type: ignore[override]  # here it is a real one
        return Policy("test", (), {}, Flags(clear_bounces=self.clear), "")


class Ways(ListBook):
    def __init__(self) -> None:
        super().__init__()
        self.bounces: list[Bounce] = []

    def bounce(self, bounce: Bounce, at: float) -> None:
        self.bounces.append(bounce)


@dataclass
class FromNews:
    """Every page is its own document, and the person came from a news site."""

    gone: list[str] = field(default_factory=list)

    def request(self, url: str, *_: object) -> Page:
        return Page(1, url, url.split("/")[2], "test", 1.0)

    def initiator(self, _page: Page) -> Page:
        return Page(9, "https://news.test/", "news.test", "test", 1.0)

    def response(self, *_: object) -> None:
        return


@dataclass
class Clock:
    now: float = 0.0

    def __call__(self) -> float:
        return self.now


def go(louver: Louver, host: str, *lines: tuple[bytes, bytes], status: int = 200) -> http.Headers:
    flow = tflow.tflow()
    headers = http.Headers(((b"Host", host.encode()), *CLICK))
    flow.request = http.Request(host, 443, b"GET", b"https", b"", b"/", b"HTTP/1.1", headers, b"", None, 0, 0)
    louver.requestheaders(flow)
    flow.response = http.Response(b"HTTP/1.1", status, b"OK", http.Headers(lines), None, None, 0, 0)
    louver.responseheaders(flow)
    louver.response(flow)
    return flow.response.headers


@pytest.mark.parametrize("clear", [False, True])
def test_a_bounce_tracker_is_told_of_after_an_hour_and_cleared_once_where_policy_says_so(clear: bool) -> None:
    book, clock = Ways(), Clock(1e9)
    louver = Louver(book, clock=clock)
    louver.engine, louver.pages = Engine(clear=clear), FromNews()  # type: ignore[assignment]
    louver.recall = Recall(keyed(bytes(32)), lambda host: host)
    go(louver, "hop.test", (b"Set-Cookie", b"uid=1"), (b"Location", b"https://goal.test/"), status=302)
    clock.now += 1
    go(louver, "goal.test")
    assert not book.bounces
    clock.now += GRACE + 60
    go(louver, "other.test")
    assert [(bounce.site, bounce.cleared) for bounce in book.bounces] == [("hop.test", clear)]
    told = [go(louver, "hop.test").get("clear-site-data") for _ in range(2)]
    assert told == ['"cookies", "storage", "cache"' if clear else None, None]
    assert not book.faults
