"""Knows how to send a made-up exchange through every hook of the addon, with the real engine behind it."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from mitmproxy import http
from mitmproxy.flow import Error
from mitmproxy.test import tflow
from proxy_fakes import ListBook

from louver.core.digests import keyed
from louver.core.pages import Pages
from louver.core.recall import Recall
from louver.core.ways import Ways
from louver.proxy.addon import Louver
from louver.setup import Settings, load_engine

if TYPE_CHECKING:
    from louver.core.engine import Engine

type Lines = list[tuple[bytes, bytes]]


@dataclass
class Exchange:
    """What a client and a server say, well-formed or not."""

    host: str = "page.test"
    method: bytes = b"GET"
    scheme: bytes = b"https"
    authority: bytes = b""
    path: bytes = b"/"
    version: bytes = b"HTTP/1.1"
    headers: Lines | None = None
    body: bytes = b""
    status: int = 200
    answer: Lines | None = None
    breaks: bool = False


@cache
def engine() -> Engine:
    return load_engine(Settings(policy="strict", lists=("louver",), overrides=False), 1_800_000_000.0)


def a_louver() -> tuple[Louver, ListBook]:
    book, used = ListBook(), engine()
    louver = Louver(book, clock=lambda: 1_800_000_000.0)
    louver.engine, louver.pages = used, Pages(used.knowledge.sites.site)
    louver.recall, louver.ways = Recall(keyed(bytes(32)), used.knowledge.sites.site), Ways()
    used.recall, used.ways = louver.recall, louver.ways
    return louver, book


def pass_through(louver: Louver, made: Exchange) -> http.HTTPFlow:
    """Send an exchange through the hooks in mitmproxy's order."""
    flow = tflow.tflow()
    headers = http.Headers([(b"Host", made.host.encode("utf-8", "replace")), *(made.headers or [])])
    flow.request = http.Request(
        made.host, 443, made.method, made.scheme, made.authority, made.path, made.version, headers, None, None, 0, 0
    )
    waiting = louver.requestheaders(flow)
    if waiting is not None:
        asyncio.run(_await(waiting))
    flow.request.data.content = made.body
    louver.request(flow)
    if flow.response is None and not made.breaks:
        answer = http.Headers(made.answer or [])
        flow.response = http.Response(made.version, made.status, b"OK", answer, None, None, 0, 0)
        louver.responseheaders(flow)
        flow.response.data.content = b"body"
    if made.breaks:
        flow.error = Error("broke off")
        louver.error(flow)
    else:
        louver.response(flow)
    return flow


async def _await(waiting: object) -> None:
    await waiting  # type: ignore[misc]
