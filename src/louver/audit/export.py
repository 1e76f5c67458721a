"""Knows how to write down what was seen without giving anybody away: a sanitised HAR, and a folder of evidence."""

from __future__ import annotations

import base64
import hashlib
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import quote, urlsplit

from louver import __version__
from louver.audit.finding import plain
from louver.ledger.masking import masked_name
from louver.reports.terminal import as_json

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from pathlib import Path

    from louver.audit.visit import Exchange, Visit
    from louver.reports.audit_document import Document

KEPT: Final = frozenset(
    {
        "accept-ch",
        "access-control-allow-credentials",
        "cache-control",
        "content-encoding",
        "content-length",
        "content-type",
        "dnt",
        "permissions-policy",
        "referrer-policy",
        "sec-fetch-dest",
        "sec-fetch-mode",
        "sec-fetch-site",
        "sec-gpc",
        "strict-transport-security",
        "vary",
    }
)
"""Headers whose values single nobody out; of all others only the names are written."""
EPOCH: Final = "1970-01-01T00:00:00.000Z"
MANIFEST: Final = "MANIFEST.sha256"
MASK: Final = "*"


def as_har(visits: Sequence[Visit]) -> str:
    """Return a HAR whose addresses are masked, whose queries and cookies keep their names only, and without bodies."""
    pages, entries = [], []
    for number, visit in enumerate(visits, 1):
        started = visit.started or EPOCH
        for page, url in sorted(visit.pages.items()):
            timings = {"onContentLoad": -1, "onLoad": -1}
            pages.append(
                {"startedDateTime": started, "id": f"{number}.{page}", "title": plain(url), "pageTimings": timings}
            )
        entries += [_entry(each, number, started) for each in visit.exchanges]
    creator = {"name": "louver audit", "version": __version__}
    return as_json({"log": {"version": "1.2", "creator": creator, "pages": pages, "entries": entries}}) + "\n"


def _entry(each: Exchange, number: int, started: str) -> dict[str, Any]:
    request, response = each.request, each.response
    return {
        "pageref": f"{number}.{each.page}",
        "startedDateTime": started,
        "time": 0,
        "cache": {},
        "timings": {"send": 0, "wait": 0, "receive": 0},
        "request": {
            "method": each.method,
            "url": _address(each.url),
            "httpVersion": "unknown",
            "headers": _headers(request.headers if request else ()),
            "queryString": [{"name": name, "value": MASK} for name in _names(each.url)],
            "cookies": [],
            "headersSize": -1,
            "bodySize": len(request.body or "") if request else -1,
        },
        "response": {
            "status": each.status or 0,
            "statusText": "",
            "httpVersion": "unknown",
            "headers": _headers(response.headers if response else ()),
            "cookies": [],
            "content": {"size": -1, "mimeType": each.header("content-type") or ""},
            "redirectURL": plain(each.header("location") or ""),
            "headersSize": -1,
            "bodySize": -1,
        },
        "_louver": {
            "exchange": each.number,
            "at": each.at,
            "type": str(each.type),
            "site": each.site,
            "party": str(each.party),
            "owner": each.owner,
            "category": each.category,
            "signals": [
                f"{one.kind} {one.where} {masked_name(one.name)} {one.grade} {one.value}".rstrip()
                for one in each.signals
            ],
        },
    }


def _address(url: str) -> str:
    names = "&".join(f"{quote(name, safe='')}={MASK}" for name in _names(url))
    return f"{plain(url)}?{names}" if names else plain(url)


def _names(url: str) -> list[str]:
    try:
        query = urlsplit(url).query
    except ValueError:
        return []
    return [masked_name(pair.partition("=")[0]) for pair in query.split("&") if pair]


def _headers(headers: Iterable[tuple[str, str]]) -> list[dict[str, str]]:
    return [{"name": name, "value": _value(name.lower(), value)} for name, value in headers]


def _value(name: str, value: str) -> str:
    if name in KEPT:
        return value
    if name in {"referer", "origin", "location"}:
        return plain(value)
    if name == "cookie":
        return "; ".join(f"{masked_name(part.partition('=')[0].strip())}={MASK}" for part in value.split(";"))
    if name == "set-cookie":
        pair, *attributes = value.split(";")
        return ";".join([f"{masked_name(pair.partition('=')[0].strip())}={MASK}", *attributes])
    return MASK


def write_evidence(folder: Path, files: Mapping[str, str], document: Document) -> None:
    """Write reports and screenshots into a folder, with a manifest of their SHA-256 sums that `sha256sum -c` checks."""
    folder.mkdir(parents=True, exist_ok=True)
    written = {name: text.encode("utf-8", "replace") for name, text in files.items()}
    for visit in document.visits:
        written |= {picture.file: base64.b64decode(picture.png) for picture in visit.pictures}
    for name, data in written.items():
        (folder / name).write_bytes(data)
    sums = [f"{hashlib.sha256(data).hexdigest()}  {name}\n" for name, data in sorted(written.items())]
    (folder / MANIFEST).write_text("".join(sums), "utf-8")
