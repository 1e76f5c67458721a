"""Knows links that only count a click and say in themselves where they lead: who makes them, and how to read one.

What a link leads to is text from the web: it is followed only if it is an address of another site, http or https.
"""

from __future__ import annotations

import base64
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, NamedTuple
from urllib.parse import quote, unquote

from louver.core import rows
from louver.core.edits import split_url
from louver.core.rows import Column
from louver.core.sites import host_of, is_address, suffixes

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

LONGEST: Final = 16_384
ANY_ENDING: Final = ".*"
CACHE_FIELDS: Final = re.compile(r"(?:amp_[a-z_]+|usqp|aoh|csi|ampshare)(?:=|$)")
"""What a cache puts into the query of the page that it shows."""
ASCII: Final = "".join(map(chr, range(33, 127)))

_ORIGIN: Final = re.compile(r"[a-z][a-z0-9+.-]*://[^/?#]*", re.IGNORECASE)
_TARGET: Final = re.compile(r"https?://[^/?#\\@\s]+(?:[/?#]|$)", re.IGNORECASE)
_ENCODED: Final = re.compile(r"https?%3a", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Redirector:
    """One kind of link. `host` covers what is below it; `google.*` stands for that name under any public suffix.

    `path` may hold `*` for any text and `{}` for where the target stands; else it stands in the first `parameter` that
    is there, "" being the whole query. `prefix` is taken off the value, `cut` ends it where that text stands last, and
    `scheme` is put before a target that has none, whose query is then that of the link.
    """

    host: str
    path: str
    note: str
    parameter: tuple[str, ...] = ()
    encoding: str = "plain"
    prefix: str = ""
    cut: str = ""
    scheme: str = ""


class Stop(NamedTuple):
    """A link that leads on: the target, and where it stands: `piece` of the query, or from `start` to `end`."""

    target: str
    name: str
    piece: int = -1
    start: int = -1
    end: int = -1


class Redirectors:
    """The table. `site_of` gives the registrable domain of a host."""

    def __init__(self, table: Iterable[Redirector] = (), site_of: Callable[[str], str] = str) -> None:
        self._site_of = site_of
        self._by_host: dict[str, list[tuple[re.Pattern[str], Redirector]]] = {}
        # The longest path first, so that what says more about a link wins.
        for row in sorted(table, key=lambda row: -len(row.path)):
            self._by_host.setdefault(row.host, []).append((_expression(row.path), row))

    def stop(self, url: str, host: str) -> Stop | None:
        """Return where a link leads that only counts the click; None for any other."""
        if not self._by_host or len(url) > LONGEST:
            return None
        for name in (*suffixes(host), self._any_ending(host)):
            for path, row in self._by_host.get(name, ()):
                found = _read(url, path, row)
                if found is not None and self._leads_on(found.target, host):
                    return found
        return None

    def _any_ending(self, host: str) -> str:
        return self._site_of(host).partition(".")[0] + ANY_ENDING

    def _leads_on(self, target: str, host: str) -> bool:
        """Tell whether a target is an address of another site that can be registered."""
        other = host_of(target)
        site = self._site_of(other)
        return (
            _TARGET.match(target) is not None
            and "." in site
            and not is_address(other)
            and site != self._site_of(host)
            and self._site_of("x." + other) == site  # a public suffix is nobody's
        )


def _expression(path: str) -> re.Pattern[str]:
    # What stands between two other texts may hold no slash: so no address takes long to read, however it was made.
    within = "(.+)" if path.endswith("{}") else "([^/]+)"
    parts = re.split(r"(\*|\{\})", path)
    return re.compile("".join({"*": ".*?", "{}": within}.get(part) or re.escape(part) for part in parts), re.DOTALL)


def _read(url: str, path: re.Pattern[str], row: Redirector) -> Stop | None:
    head, query, _ = split_url(url)
    origin = _ORIGIN.match(head)
    if origin is None:
        return None
    found = path.fullmatch(head[origin.end() :] or "/")
    if found is None:
        return None
    if not row.parameter:
        target = _decoded(found[1], row)
        if row.scheme and target is not None:
            target = _with_query(target, query)
        start = origin.end() + found.start(1)
        return None if target is None else Stop(target, "path", start=start, end=start + len(found[1]))
    return _read_query(query or "", row)


def _read_query(query: str, row: Redirector) -> Stop | None:
    for name in row.parameter:
        if not name:
            target = _decoded(query, row)
            return None if target is None else Stop(target, "query", 0)
        for piece, field in enumerate(query.split("&")):
            key, _, value = field.partition("=")
            if key == name and (target := _decoded(value, row)) is not None:
                return Stop(target, name, piece)
    return None


def _decoded(value: str, row: Redirector) -> str | None:
    text = unquote(value)
    if not text.startswith(row.prefix):
        return None
    text = text.removeprefix(row.prefix)
    if row.encoding == "base64":
        text = _from_base64(text)
    if _ENCODED.match(text):
        text = unquote(text)
    if row.cut:
        text = text.rpartition(row.cut)[0]
    if text.startswith("//"):
        text = "https:" + text
    if row.scheme and not _TARGET.match(text):
        text = f"{row.scheme}://{text}"
    if not text.isprintable() or " " in text:
        return None
    return text if text.isascii() else quote(text, safe=ASCII)


def _from_base64(text: str) -> str:
    data = text.replace("-", "+").replace("_", "/").rstrip("=").encode("ascii", "replace")
    try:
        return unquote(base64.b64decode(data + b"=" * (-len(data) % 4), validate=True).decode())
    except ValueError:
        return ""


def _with_query(target: str, query: str | None) -> str:
    fields = [field for field in query.split("&") if not CACHE_FIELDS.match(field)] if query else []
    return f"{target}?{'&'.join(fields)}" if fields else target


def parse_redirectors(text: str, source: str, site_of: Callable[[str], str]) -> Redirectors:
    """Read a table of redirectors in YAML or JSON; `source` names it in errors. Raises TableError."""
    return Redirectors(rows.read_document(text, source, _table), site_of)


def _table(document: Mapping[str, Any]) -> Sequence[Redirector]:
    rows.only_known(document, ("redirectors",))
    return [Redirector(**row) for row in rows.read_rows(document, "redirectors", COLUMNS)]


def _host(value: object) -> str:
    if isinstance(value, str) and value.endswith(ANY_ENDING):
        return rows.domain(value.removesuffix(ANY_ENDING)) + ANY_ENDING
    return rows.domain(value)


def _path(value: object) -> str:
    path = rows.pattern(value)
    if not path.startswith("/") or path.count("{}") > 1:
        raise ValueError("expected a path from its slash on, with at most one {}")
    return path


def _parameters(value: object) -> tuple[str, ...]:
    if not isinstance(value, list) or not all(isinstance(name, str) for name in value):
        raise ValueError("expected a list of names")
    return tuple(value)


def _any_text(value: object) -> str:
    if not isinstance(value, str):
        raise ValueError("expected a text")  # noqa: TRY004  (one kind of error for every wrong value)
    return value


COLUMNS: Final = {
    "host": Column(_host),
    "path": Column(_path),
    "note": Column(rows.text),
    "parameter": Column(_parameters, required=False),
    "encoding": Column(rows.one_of(("plain", "base64")), required=False),
    "prefix": Column(_any_text, required=False),
    "cut": Column(_any_text, required=False),
    "scheme": Column(rows.one_of(("http", "https")), required=False),
}
