"""Knows how exchanges become an HTTP archive (HAR 1.2). There is nothing in it to hide: the ledger never held a value.

Queries, header fields, cookies and bodies are missing, as the ledger does not keep them; what is known of signals is
told in `_louver`, by name and outcome. Tools that read archives take it for a recording without them.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final

import msgspec

from louver import __version__

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from louver.ledger.rows import Logged, LoggedSignal

VERSION: Final = "1.2"
NOTE: Final = "from a ledger of Louver: no queries, header fields, cookies or bodies; identifiers in paths are masked"
UNKNOWN: Final = -1
"""What the format writes for a size or time that is not known."""


def head(rows: Iterable[Logged]) -> dict[str, Any]:
    """Return the archive without its entries; the pages are those of `rows`."""
    pages: dict[str, dict[str, Any]] = {}
    for row in rows:
        if row.page is not None:
            pages.setdefault(_page_id(row), _page(row))
    creator = {"name": "Louver", "version": __version__, "comment": NOTE}
    return {"log": {"version": VERSION, "creator": creator, "pages": list(pages.values()), "entries": []}}


def archive(rows: Sequence[Logged]) -> bytes:
    """Return a whole archive as JSON."""
    made = head(rows)
    made["log"]["entries"] = [entry(row) for row in rows]
    return msgspec.json.encode(made)


def entry(row: Logged) -> dict[str, Any]:
    """Return one exchange as an entry."""
    milliseconds = UNKNOWN if row.duration is None else round(row.duration * 1e3, 3)
    made: dict[str, Any] = {
        "startedDateTime": _time(row.at),
        "time": max(0, milliseconds),
        "request": {
            "method": row.method,
            "url": row.url,
            "httpVersion": "unknown",
            "cookies": [],
            "headers": [],
            "queryString": [],
            "headersSize": UNKNOWN,
            "bodySize": row.sent_bytes,
        },
        "response": {
            "status": row.status or 0,
            "statusText": "",
            "httpVersion": "unknown",
            "cookies": [],
            "headers": [],
            "content": {"size": row.received_bytes, "mimeType": "x-unknown"},
            "redirectURL": "",
            "headersSize": UNKNOWN,
            "bodySize": row.received_bytes,
        },
        "cache": {},
        "timings": {"send": 0, "wait": max(0, milliseconds), "receive": 0},
        "_resourceType": row.type,
        "_louver": {
            "id": row.id, "site": row.site, "action": row.action, "reason": row.reason, "policy": row.policy,
            "owner": row.owner, "category": row.category, "party": row.party, "coverage": row.coverage,
            "signals": [_signal(one) for one in row.signals],
        },
    }  # fmt: skip
    if row.page is not None:
        made["pageref"] = _page_id(row)
    return made


def _signal(one: LoggedSignal) -> dict[str, Any]:
    names = ("kind", "where", "name", "grade", "treatment", "outcome", "purpose")
    return {name: getattr(one, name) for name in names}


def _page(row: Logged) -> dict[str, Any]:
    timings = {"onContentLoad": UNKNOWN, "onLoad": UNKNOWN}
    return {"startedDateTime": _time(row.at), "id": _page_id(row), "title": row.site, "pageTimings": timings}


def _page_id(row: Logged) -> str:
    return f"page_{row.run}_{row.page}"


def _time(at: float) -> str:
    return datetime.fromtimestamp(at, UTC).isoformat(timespec="milliseconds")
