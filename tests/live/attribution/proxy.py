"""Knows how to run a real proxy whose only addon feeds `Pages`; hides the test's unique parameters from it."""

from __future__ import annotations

import asyncio
import re
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

from mitmproxy import http, master, options
from mitmproxy.addons import core, next_layer, proxyserver, tlsconfig

from attribution.origin import UNIQUE
from attribution.waiting import until
from louver.core.facts import Headers, Page, ResourceType, resource_type

if TYPE_CHECKING:
    from pathlib import Path

    from mitmproxy.connection import Client
    from mitmproxy.proxy.server_hooks import ServerConnectionHookData

    from louver.core.pages import Pages


@dataclass(slots=True)
class Exchange:
    """A request as the proxy saw it, with what `Pages` said of it."""

    url: str
    method: str
    headers: Headers
    type: ResourceType
    connection: str
    page: Page | None
    initiator: Page | None


class Feed:
    """The addon: events to `Pages`, answers to a list, every host to the origin's port."""

    def __init__(self, pages: Pages, origin_port: int) -> None:
        self.pages = pages
        self.origin_port = origin_port
        self.exchanges: list[Exchange] = []
        self._open: dict[str, Page | None] = {}
        self._asked: dict[str, tuple[str, int] | None] = {}

    def server_connect(self, data: ServerConnectionHookData) -> None:
        self._asked[data.server.id] = data.server.address
        data.server.address = ("127.0.0.1", self.origin_port)

    def server_connected(self, data: ServerConnectionHookData) -> None:
        """Put the name back: mitmproxy reuses a connection by its address, and opens five at most for a client."""
        vars(data.server)["address"] = self._asked.pop(data.server.id)

    def requestheaders(self, flow: http.HTTPFlow) -> None:
        url, headers = _hidden(flow.request.url), _lines(flow.request.headers)
        client, connection = _client(flow)
        page = self.pages.request(url, flow.request.method, headers, client, connection, time.time())
        self._open[flow.id] = page
        kind = resource_type(url, headers)
        initiator = self.pages.initiator(page) if page and kind is ResourceType.DOCUMENT else None
        self.exchanges.append(
            Exchange(flow.request.url, flow.request.method, headers, kind, connection, page, initiator)
        )

    def responseheaders(self, flow: http.HTTPFlow) -> None:
        assert flow.response is not None
        url, headers = _hidden(flow.request.url), _lines(flow.response.headers)
        client, connection = _client(flow)
        page = self._open.pop(flow.id, None)
        self.pages.response(page, url, flow.response.status_code, headers, client, connection, time.time())

    def client_disconnected(self, client: Client) -> None:
        self.pages.disconnect(client.id)


def _client(flow: http.HTTPFlow) -> tuple[str, str]:
    return flow.client_conn.peername[0], flow.client_conn.id


def _hidden(text: str) -> str:
    return re.sub(r"[?&]$", "", UNIQUE.sub("", text))


def _lines(headers: http.Headers) -> Headers:
    return tuple((name.decode(), _hidden(value.decode())) for name, value in headers.fields)


class Proxy:
    """An embedded mitmproxy with the few addons that it needs."""

    def __init__(self, feed: Feed, folder: Path, *, http2: bool) -> None:
        settings = options.Options(listen_host="127.0.0.1", listen_port=0, confdir=str(folder))
        self._master = master.Master(settings)
        self._server = proxyserver.Proxyserver()
        self._master.addons.add(core.Core(), self._server, next_layer.NextLayer(), tlsconfig.TlsConfig(), feed)
        settings.update(ssl_insecure=True, connection_strategy="lazy", http2=http2)
        self._task: asyncio.Task[None] | None = None

    async def start(self) -> int:
        self._task = asyncio.create_task(self._master.run())
        await until(lambda: bool(self._server.listen_addrs()), "the proxy to listen")
        return int(self._server.listen_addrs()[0][1])

    async def stop(self) -> None:
        self._master.shutdown()
        if self._task is not None:
            await self._task
