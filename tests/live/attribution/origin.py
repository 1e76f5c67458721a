"""Knows how to play any web site on one loopback TLS port; knows nothing of browsers, proxies or attribution."""

from __future__ import annotations

import asyncio
import base64
import hashlib
import itertools
import re
import ssl
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final
from urllib.parse import parse_qs, unquote, urlsplit

from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from mitmproxy import certs

if TYPE_CHECKING:
    from pathlib import Path

UNIQUE: Final = re.compile(r"u=[0-9a-z.]+&?")
"""What ties a request at the proxy to the browser's record of it; taken out before `Pages` sees anything."""

PIXEL: Final = base64.b64decode("R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7")
KINDS: Final = {
    "": "text/html; charset=utf-8",
    "js": "text/javascript",
    "mjs": "text/javascript",
    "css": "text/css",
    "gif": "image/gif",
    "json": "application/json",
    "woff2": "font/woff2",
    "zip": "application/zip",
}


def site_of(host: str) -> str:
    """Return the registrable domain in a played web, where every public suffix has one label."""
    return ".".join(host.rsplit(".", 2)[-2:])


@dataclass(frozen=True, slots=True)
class Reply:
    """What a URL answers. `{u}` in the body becomes a new unique parameter each time."""

    body: str = ""
    headers: tuple[tuple[str, str], ...] = ()
    status: int = 200


type World = dict[str, Reply]
"""Host and path to reply; what is not listed answers something harmless of the type that its extension names."""


@dataclass(frozen=True, slots=True)
class Head:
    """A request's first lines."""

    method: str
    target: str
    headers: dict[str, str]

    @property
    def place(self) -> str:
        return self.headers.get("host", "") + urlsplit(self.target).path


class Origin:
    """Every site of a world, on one loopback port."""

    def __init__(self, world: World, folder: Path) -> None:
        self.world = world
        self.seen: list[str] = []
        self.born: dict[str, str] = {}
        self._count = itertools.count(1)
        self._tls = _self_signed(folder)
        self._server: asyncio.Server | None = None

    async def start(self) -> int:
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0, ssl=self._tls)
        return int(self._server.sockets[0].getsockname()[1])

    def stop(self) -> None:
        if self._server is not None:
            self._server.close()

    def unique(self, text: str, inside: str = "") -> str:
        """Make each `{u}` a new unique parameter, and remember inside which address it was handed out."""

        def fresh(_: re.Match[str]) -> str:
            name = f"u={next(self._count)}"
            self.born[name] = inside
            return name

        return re.sub(r"\{u\}", fresh, text)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            with suppress(ConnectionError, asyncio.IncompleteReadError, ssl.SSLError):
                while (head := await _read_head(reader)) is not None:
                    self.seen.append(head.place)
                    if head.headers.get("upgrade", "").lower() == "websocket":
                        writer.write(_accept_websocket(head))
                        await writer.drain()
                        await reader.read()
                        break
                    writer.write(self._answer(head))
                    await writer.drain()
        finally:
            writer.close()

    def _answer(self, head: Head) -> bytes:
        url = urlsplit(head.target)
        if url.path == "/redirect":
            return self._redirect(url.query, head)
        reply = self.world.get(head.place, Reply())
        extension = url.path.rpartition("/")[2].partition(".")[2]
        kind = KINDS.get(extension, "text/plain")
        body = (
            PIXEL
            if extension == "gif"
            else self.unique(reply.body, f"https://{head.headers['host']}{head.target}").encode()
        )
        return _message(reply.status, (("content-type", kind), *_cross_origin(head), *reply.headers), body)

    def _redirect(self, query: str, head: Head) -> bytes:
        to = unquote(parse_qs(query)["to"][0])
        joint = "&" if "?" in to else "?"
        location = f"{to}{joint}u={next(self._count)}"
        return _message(302, (("location", location), *_cross_origin(head)), b"")


async def _read_head(reader: asyncio.StreamReader) -> Head | None:
    block = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
    first, *lines = block.strip().split("\r\n")
    method, target, _ = first.split(" ", 2)
    headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
    await reader.readexactly(int(headers.get("content-length", "0")))
    return Head(method, target, headers)


def _cross_origin(head: Head) -> tuple[tuple[str, str], ...]:
    return (
        ("access-control-allow-origin", head.headers.get("origin", "*")),
        ("access-control-allow-credentials", "true"),
        ("access-control-allow-headers", "x-probe, content-type"),
        ("access-control-allow-methods", "GET, POST, PUT"),
    )


def _message(status: int, headers: tuple[tuple[str, str], ...], body: bytes) -> bytes:
    if not any(name == "cache-control" for name, _ in headers):
        headers = (*headers, ("cache-control", "no-store"))
    lines = "".join(f"{name}: {value}\r\n" for name, value in headers)
    return f"HTTP/1.1 {status} OK\r\n{lines}content-length: {len(body)}\r\n\r\n".encode() + body


def _accept_websocket(head: Head) -> bytes:
    key = head.headers["sec-websocket-key"] + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"
    accept = base64.b64encode(hashlib.sha1(key.encode()).digest()).decode()
    return (
        "HTTP/1.1 101 Switching Protocols\r\nupgrade: websocket\r\nconnection: Upgrade\r\n"
        f"sec-websocket-accept: {accept}\r\n\r\n"
    ).encode()


def _self_signed(folder: Path) -> ssl.SSLContext:
    entry = certs.CertStore.from_store(folder, "origin", 2048).get_cert("origin.test", [])
    pem = folder / "origin.pem"
    key = entry.privatekey.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    pem.write_bytes(key + entry.cert.to_pem())
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(pem)
    return context
