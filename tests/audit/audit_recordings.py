"""Knows how to write small recordings, as a browser would have saved them."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, urlsplit

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from louver.reports.audit_document import VisitRow

type Audit = Callable[..., VisitRow]
"""Takes the entries of a recording, and says how it was made; returns the visit with its findings."""

PAGE = "https://shop.example/"
LONG = "Max-Age=31536000; Secure; SameSite=None"
ID = "f3a91c07-5d2e-4b8a-9c11-7e60d2b4a8f5"
OTHER_ID = "0b7d44e9-a1c3-4f6e-8d52-c93e17fa60b2"


def entry(
    url: str,
    kind: str = "image",
    *,
    method: str = "GET",
    sent: dict[str, str] | None = None,
    got: list[tuple[str, str]] | None = None,
    body: str | None = None,
    status: int = 200,
    second: float = 1.0,
    content: str = "",
    page: str = "page_1",
) -> dict[str, Any]:
    """Return one entry of a HAR."""
    sent = {"Referer": PAGE, **(sent or {})} if kind != "document" else sent or {}
    request: dict[str, Any] = {
        "method": method,
        "url": url,
        "headers": [{"name": name, "value": value} for name, value in sent.items()],
        "queryString": [{"name": n, "value": v} for n, v in parse_qsl(urlsplit(url).query)],
    }
    if body is not None:
        request["postData"] = {"mimeType": "application/json", "text": body}
    return {
        "pageref": page,
        "startedDateTime": f"2026-03-01T12:00:{second:06.3f}Z",
        "_resourceType": kind,
        "request": request,
        "response": {
            "status": status,
            "headers": [{"name": name, "value": value} for name, value in got or []],
            "content": {"text": content, "mimeType": ""},
        },
    }


def document(url: str = PAGE, **told: Any) -> dict[str, Any]:
    """Return a page's own entry."""
    return entry(url, "document", second=0.1, **told)


def write_har(path: Path, entries: list[dict[str, Any]]) -> Path:
    """Write entries as a HAR file."""
    log = {"version": "1.2", "creator": {"name": "test"}, "pages": [], "entries": entries}
    path.write_text(json.dumps({"log": log}), "utf-8")
    return path
