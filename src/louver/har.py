"""Knows how to read HAR 1.2 files, whichever tool wrote them, into the questions that the engine answers.

Dialects differ in what they leave out: resource types, pages, page addresses. What is missing is read from what is
there (response type, headers, extension, redirects), and an entry that cannot be used is counted with its reason.
"""

from __future__ import annotations

import gzip
import zlib
from collections import Counter
from dataclasses import dataclass, field
from io import BytesIO
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urljoin

import msgspec

from louver.core.facts import FETCH_DEST, Request, ResourceType, Response, header, resource_type
from louver.core.facts import Page as PageFact
from louver.core.sites import host_of
from louver.errors import LouverError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from pathlib import Path

    from louver.core.facts import Headers

GZIP: Final = b"\x1f\x8b"
LARGEST: Final = 1 << 30
"""Bytes that a packed file may grow to."""

LARGEST_CONTENT: Final = 65_536
"""Characters of an answer that are kept for who wants to read it."""

CHROME_TYPES: Final[Mapping[str, ResourceType]] = {
    "document": ResourceType.DOCUMENT,
    "stylesheet": ResourceType.STYLESHEET,
    "image": ResourceType.IMAGE,
    "media": ResourceType.MEDIA,
    "font": ResourceType.FONT,
    "script": ResourceType.SCRIPT,
    "texttrack": ResourceType.MEDIA,
    "xhr": ResourceType.XMLHTTPREQUEST,
    "fetch": ResourceType.XMLHTTPREQUEST,
    "eventsource": ResourceType.XMLHTTPREQUEST,
    "websocket": ResourceType.WEBSOCKET,
    "ping": ResourceType.PING,
    "beacon": ResourceType.PING,
    "cspviolationreport": ResourceType.PING,
    "preflight": ResourceType.XMLHTTPREQUEST,
}
"""`_resourceType` of the Chromium family."""

MIME_TYPES: Final = (
    ("html", ResourceType.SUBDOCUMENT),
    ("javascript", ResourceType.SCRIPT),
    ("ecmascript", ResourceType.SCRIPT),
    ("css", ResourceType.STYLESHEET),
    ("image/", ResourceType.IMAGE),
    ("font", ResourceType.FONT),
    ("video/", ResourceType.MEDIA),
    ("audio/", ResourceType.MEDIA),
    ("json", ResourceType.XMLHTTPREQUEST),
    ("ocsp", ResourceType.PING),  # the browser asks about a certificate, before any page
)
"""Part of a response's content type to resource type; the first that occurs wins."""


class UnusableHarError(LouverError):
    """A file that is no HAR, or a broken one."""

    exit_code = 2

    def __init__(self, path: Path, reason: str) -> None:
        super().__init__(f"{path}: {reason}")


@dataclass(frozen=True, slots=True)
class Recorded:
    """One recorded exchange. `started` is the text that the file gives, `content` that of a small answer, if kept."""

    request: Request
    response: Response | None
    started: str
    content: str = ""


@dataclass(slots=True)
class Recording:
    """What a HAR file holds. `skipped` counts the entries that could not be used, by reason."""

    exchanges: list[Recorded] = field(default_factory=list)
    skipped: Counter[str] = field(default_factory=Counter)
    creator: str = ""


def read_har(path: Path, site_of: Callable[[str], str]) -> Recording:
    """Read a HAR file, packed with gzip or not. Raises UnusableHarError."""
    return read_log(_log(path), path, site_of)


def read_log(log: Mapping[str, Any], path: Path, site_of: Callable[[str], str]) -> Recording:
    """Read the `log` of a HAR document; `path` is named where it is no such thing. Raises UnusableHarError."""
    creator = log.get("creator")
    name = str(creator.get("name", "")) if isinstance(creator, dict) else ""
    recording = Recording(creator=name)
    loads = _Loads(site_of, _titles(log))
    entries = log.get("entries")
    if not isinstance(entries, list):
        raise UnusableHarError(path, "log.entries: expected a list")
    for entry in entries:
        try:
            recording.exchanges.append(_recorded(entry, loads))
        except _UnusableEntryError as error:
            recording.skipped[str(error)] += 1
    return recording


class _UnusableEntryError(ValueError):
    """An entry that tells no exchange."""


@dataclass(slots=True)
class _Load:
    """One page of the recording, as far as its document is known."""

    id: int
    url: str | None = None
    awaited: str | None = None
    referrer: str | None = None
    settled: bool = False


class _Loads:
    """Tells which page an entry belongs to, and which entries are the page's own document."""

    def __init__(self, site_of: Callable[[str], str], titles: Mapping[str, str]) -> None:
        self.site_of, self.titles = site_of, titles
        self.loads: dict[str, _Load] = {}

    def place(
        self, ref: str, url: str, said: ResourceType, referrer: str | None, response: Response | None
    ) -> tuple[ResourceType, PageFact | None]:
        """Return the type of a request, now that its page is known, and the page; None where nothing names one."""
        load = self.loads.setdefault(ref, _Load(len(self.loads) + 1))
        is_document = self._is_document(load, ref, url, said)
        if not is_document:
            # Some recordings lack the document itself; what its first parts refer to is the page then.
            load.referrer = load.referrer or referrer
        if is_document:
            self._follow(load, url, response)
        kind = ResourceType.DOCUMENT if is_document else said
        if kind is ResourceType.DOCUMENT and not is_document:
            kind = ResourceType.SUBDOCUMENT
        page_url = load.url or self.titles.get(ref) or load.referrer
        if page_url is None or not host_of(page_url):
            return kind, None
        return kind, PageFact(load.id, page_url, self.site_of(host_of(page_url)), "har", 1.0)

    def _is_document(self, load: _Load, ref: str, url: str, said: ResourceType) -> bool:
        if load.settled or load.referrer not in (None, url):
            return False
        if load.awaited is not None:
            return url == load.awaited
        documents = (ResourceType.DOCUMENT, ResourceType.SUBDOCUMENT, ResourceType.OTHER)
        return said in documents and (self.titles.get(ref) in (None, url) or said is not ResourceType.OTHER)

    def _follow(self, load: _Load, url: str, response: Response | None) -> None:
        load.url = url
        location = next((v for n, v in response.headers if n.lower() == "location"), None) if response else None
        redirects = response is not None and 300 <= response.status < 400 and location
        load.awaited = _joined(url, location) if redirects and location else None
        load.settled = not redirects


def _joined(base: str, location: str) -> str | None:
    try:
        return urljoin(base, location)
    except ValueError:  # an address that is none leads nowhere
        return None


def _log(path: Path) -> dict[str, Any]:
    try:
        data = path.read_bytes()
        if data.startswith(GZIP):
            data = _unpacked(data)
    except (OSError, EOFError, zlib.error) as error:
        raise UnusableHarError(path, f"cannot be read ({error})") from error
    if len(data) > LARGEST:
        raise UnusableHarError(path, f"larger than {LARGEST >> 20} MiB")
    try:
        found = msgspec.json.decode(data.removeprefix(b"\xef\xbb\xbf"))
    except (msgspec.MsgspecError, UnicodeError, RecursionError) as error:
        raise UnusableHarError(path, f"no JSON: {error}") from error
    log = found.get("log") if isinstance(found, dict) else None
    if not isinstance(log, dict):
        raise UnusableHarError(path, "no HAR: there is no `log`")
    return log


def _unpacked(data: bytes) -> bytes:
    with gzip.GzipFile(fileobj=BytesIO(data)) as file:
        return file.read(LARGEST + 1)


def _titles(log: Mapping[str, Any]) -> dict[str, str]:
    """Return the addresses of pages where a title is one: Chrome writes them there, others put a name."""
    pages = log.get("pages")
    found = {}
    for page in pages if isinstance(pages, list) else ():
        if isinstance(page, dict):
            title = str(page.get("title", "")).rpartition(" ")[2]
            if host_of(title):
                found[str(page.get("id", ""))] = title
    return found


def _recorded(entry: Any, loads: _Loads) -> Recorded:
    asked = entry.get("request") if isinstance(entry, dict) else None
    if not isinstance(asked, dict):
        raise _UnusableEntryError("without a request")
    url = asked.get("url")
    if not isinstance(url, str) or not host_of(url):
        raise _UnusableEntryError("without an address that has a host")
    headers = _headers(asked.get("headers"))
    response = _response(entry.get("response"))
    said = _type(entry, url, headers, response)
    referrer = _asker(headers)
    kind, page = loads.place(str(entry.get("pageref", "")), url, said, referrer, response)
    request = Request(url, str(asked.get("method", "GET")), headers, kind, page, _body(asked.get("postData")))
    return Recorded(request, response, str(entry.get("startedDateTime", "")), _content(entry.get("response")))


def _asker(headers: Headers) -> str | None:
    """Return the page that a request names: its Referer, else its Origin; `null` names none."""
    origin = header(headers, "origin") or ""
    return header(headers, "referer") or (f"{origin}/" if host_of(origin) else None)


def _type(entry: Mapping[str, Any], url: str, headers: Headers, response: Response | None) -> ResourceType:
    said = CHROME_TYPES.get(str(entry.get("_resourceType", "")).lower())
    if said is not None:
        return said
    dest = next((value for name, value in headers if name.lower() == "sec-fetch-dest"), None)
    if dest is not None and dest.lower() in FETCH_DEST:
        return FETCH_DEST[dest.lower()]
    mime = next((v.lower() for n, v in response.headers if n.lower() == "content-type"), "") if response else ""
    by_mime = next((kind for text, kind in MIME_TYPES if text in mime), None)
    if by_mime is None:
        return resource_type(url, headers)
    asked_by_script = any(name.lower() == "x-requested-with" for name, _ in headers)
    return ResourceType.XMLHTTPREQUEST if asked_by_script else by_mime


def _headers(pairs: Any) -> Headers:
    found = []
    for pair in pairs if isinstance(pairs, list) else ():
        name = pair.get("name") if isinstance(pair, dict) else None
        # HTTP/2 pseudo-headers are the request line in another form.
        if isinstance(name, str) and name and not name.startswith(":"):
            # Firefox joins lines of one name with line breaks.
            found += [(name, line) for line in _text(pair.get("value")).split("\n")]
    return tuple(found)


def _text(value: Any) -> str:
    """Return a value as text; some tools write null for none."""
    return "" if value is None else str(value)


def _response(answer: Any) -> Response | None:
    status = answer.get("status") if isinstance(answer, dict) else None
    if not isinstance(status, int | float) or not 0 < status < 1000:
        return None
    return Response(int(status), _headers(answer.get("headers")))


def _content(answer: Any) -> str:
    content = answer.get("content") if isinstance(answer, dict) else None
    text = content.get("text") if isinstance(content, dict) else None
    packed = isinstance(content, dict) and content.get("encoding")
    return text if isinstance(text, str) and not packed and len(text) <= LARGEST_CONTENT else ""


def _body(data: Any) -> str | None:
    if not isinstance(data, dict):
        return None
    text = data.get("text")
    if isinstance(text, str) and text:
        return text
    fields: Sequence[Any] = data["params"] if isinstance(data.get("params"), list) else ()
    return "&".join(_pairs(fields)) or None


def _pairs(fields: Sequence[Any]) -> Iterator[str]:
    for pair in fields:
        if isinstance(pair, dict):
            yield f"{_text(pair.get('name'))}={_text(pair.get('value'))}"
