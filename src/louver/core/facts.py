"""Knows the facts of one exchange as plain values; knows nothing of where they come from or what is done with them."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Final
from urllib.parse import urlsplit

type Headers = tuple[tuple[str, str], ...]
"""Header lines in wire order and case. Bytes that are no UTF-8 travel as surrogate escapes, so nothing is lost."""


class ResourceType(StrEnum):
    """What the browser wants the answer for, in the names that filter lists use."""

    DOCUMENT = "document"
    SUBDOCUMENT = "subdocument"
    SCRIPT = "script"
    IMAGE = "image"
    STYLESHEET = "stylesheet"
    FONT = "font"
    MEDIA = "media"
    XMLHTTPREQUEST = "xmlhttprequest"
    PING = "ping"
    WEBSOCKET = "websocket"
    OBJECT = "object"
    OTHER = "other"


class Party(StrEnum):
    """Whether a recipient is the page's own side, someone else, or cannot be told."""

    FIRST = "first"
    THIRD = "third"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Parties:
    """The party by three ways of asking; all three are kept."""

    by_site: Party
    by_owner: Party
    by_cname: Party


@dataclass(frozen=True, slots=True)
class Page:
    """The top-level document that an exchange belongs to, and how sure we are of it (0 to 1)."""

    id: int
    url: str
    site: str
    method: str
    confidence: float


@dataclass(frozen=True, slots=True)
class Request:
    """A request as seen at the proxy. `body` is present only where somebody asked to see it.

    `page` is the page that the exchange belongs to; a document's is its own, and `initiator` is the page that the
    person came from, None where there is none or it cannot be told. `cnames` is what DNS says that the host stands for.
    `client` names whose request it is where the shell serves several, so that what is remembered stays apart.
    """

    url: str
    method: str
    headers: Headers
    type: ResourceType
    page: Page | None
    body: str | None = None
    cnames: tuple[str, ...] = ()
    initiator: Page | None = None
    client: str = ""

    @property
    def asker(self) -> Page | None:
        """Return the page on whose behalf the request is made, which decides its party."""
        return self.initiator if self.type is ResourceType.DOCUMENT else self.page


@dataclass(frozen=True, slots=True)
class Response:
    """A response's head as seen at the proxy."""

    status: int
    headers: Headers


def header(headers: Headers, name: str) -> str | None:
    """Return the first value of a header; `name` must be lower case."""
    for key, value in headers:
        if key.lower() == name:
            return value
    return None


FETCH_DEST: Final = {
    "audio": ResourceType.MEDIA,
    "audioworklet": ResourceType.SCRIPT,
    "document": ResourceType.DOCUMENT,
    "embed": ResourceType.OBJECT,
    "empty": ResourceType.XMLHTTPREQUEST,
    "fencedframe": ResourceType.SUBDOCUMENT,
    "font": ResourceType.FONT,
    "frame": ResourceType.SUBDOCUMENT,
    "iframe": ResourceType.SUBDOCUMENT,
    "image": ResourceType.IMAGE,
    "json": ResourceType.SCRIPT,
    "manifest": ResourceType.OTHER,
    "object": ResourceType.OBJECT,
    "paintworklet": ResourceType.SCRIPT,
    "report": ResourceType.PING,
    "script": ResourceType.SCRIPT,
    "serviceworker": ResourceType.SCRIPT,
    "sharedworker": ResourceType.SCRIPT,
    "style": ResourceType.STYLESHEET,
    "track": ResourceType.MEDIA,
    "video": ResourceType.MEDIA,
    "webidentity": ResourceType.XMLHTTPREQUEST,
    "websocket": ResourceType.WEBSOCKET,
    "worker": ResourceType.SCRIPT,
    "xslt": ResourceType.STYLESHEET,
}
"""`Sec-Fetch-Dest` (Fetch standard, request destinations) to resource type."""

ACCEPT: Final = (
    ("text/event-stream", ResourceType.XMLHTTPREQUEST),
    ("text/css", ResourceType.STYLESHEET),
    ("text/html", ResourceType.DOCUMENT),
    ("image/", ResourceType.IMAGE),
    ("video/", ResourceType.MEDIA),
    ("audio/", ResourceType.MEDIA),
    ("font/", ResourceType.FONT),
    ("application/json", ResourceType.XMLHTTPREQUEST),
    ("javascript", ResourceType.SCRIPT),
)
"""How an `Accept` header betrays the type; the first row that occurs near its start wins."""

EXTENSION: Final = {
    "js": ResourceType.SCRIPT,
    "mjs": ResourceType.SCRIPT,
    "css": ResourceType.STYLESHEET,
    "gif": ResourceType.IMAGE,
    "png": ResourceType.IMAGE,
    "jpg": ResourceType.IMAGE,
    "jpeg": ResourceType.IMAGE,
    "webp": ResourceType.IMAGE,
    "avif": ResourceType.IMAGE,
    "svg": ResourceType.IMAGE,
    "ico": ResourceType.IMAGE,
    "bmp": ResourceType.IMAGE,
    "woff": ResourceType.FONT,
    "woff2": ResourceType.FONT,
    "ttf": ResourceType.FONT,
    "otf": ResourceType.FONT,
    "eot": ResourceType.FONT,
    "mp4": ResourceType.MEDIA,
    "m4s": ResourceType.MEDIA,
    "webm": ResourceType.MEDIA,
    "mp3": ResourceType.MEDIA,
    "ogg": ResourceType.MEDIA,
    "m3u8": ResourceType.MEDIA,
    "ts": ResourceType.MEDIA,
    "json": ResourceType.XMLHTTPREQUEST,
}
"""File extension of the URL's path to resource type."""


def resource_type(url: str, headers: Headers) -> ResourceType:
    """Tell a request's type: `Sec-Fetch-Dest`, else a WebSocket upgrade, else `Accept`, else the extension."""
    dest = accept = upgrade = ping = None
    for key, value in headers:
        match key.lower():
            case "sec-fetch-dest":
                dest = value
            case "accept":
                accept = value
            case "upgrade":
                upgrade = value
            case "ping-to":
                ping = value
            case _:
                pass
    if upgrade is not None and upgrade.lower() == "websocket":
        return ResourceType.WEBSOCKET
    if ping is not None:
        return ResourceType.PING
    if dest is not None and (known := FETCH_DEST.get(dest.lower())) is not None:
        return known
    if accept is not None and (told := _type_from_accept(accept.lower())) is not None:
        return told
    return _type_from_extension(url)


def _type_from_accept(accept: str) -> ResourceType | None:
    first = accept.split(",", 1)[0]
    return next((kind for text, kind in ACCEPT if text in first), None)


def _type_from_extension(url: str) -> ResourceType:
    try:
        path = urlsplit(url).path
    except ValueError:
        return ResourceType.OTHER
    return EXTENSION.get(path.rpartition(".")[2].lower(), ResourceType.OTHER)
