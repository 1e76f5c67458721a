"""Knows what is left alone so that pages keep working: sign-in, payment, captchas, consent, signatures, sessions."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final

from louver.core import rows
from louver.core.names import Names
from louver.core.rows import Column
from louver.core.sites import suffixes

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

CACHED_HOSTS: Final = 16_384
CACHED_NAMES: Final = 16_384

REASONS: Final = frozenset(
    {"account", "bot-defence", "captcha", "cart", "consent", "csrf", "payment", "session", "sign-in", "signature"}
)


@dataclass(frozen=True, slots=True)
class Kept:
    """A host, and the path below it, that is left alone; an empty path means all of the host."""

    host: str
    reason: str
    path: str = ""


@dataclass(frozen=True, slots=True)
class KeptName:
    """A parameter, cookie, path segment or first label of a host that is left alone. `*` stands for any text."""

    name: str
    reason: str


class NeverBreak:
    """The never-break list. Each question answers with the reason to keep away, or None."""

    def __init__(
        self,
        recipients: Iterable[Kept] = (),
        labels: Iterable[KeptName] = (),
        segments: Iterable[KeptName] = (),
        parameters: Iterable[KeptName] = (),
        cookies: Iterable[KeptName] = (),
    ) -> None:
        """Index the rows; `labels` are a host's first labels (`login`), `segments` whole path segments (`oauth2`)."""
        self._hosts: dict[str, list[Kept]] = {}
        for row in recipients:
            self._hosts.setdefault(row.host, []).append(row)
        self._labels = {row.name: row.reason for row in labels}
        self._segments = {row.name: row.reason for row in segments}
        self._parameters = Names((row.name.lower(), row.reason) for row in parameters)
        self._cookies = Names((row.name, row.reason) for row in cookies)
        self._host = lru_cache(CACHED_HOSTS)(self._find_host)
        self._parameter = lru_cache(CACHED_NAMES)(lambda name: _first(self._parameters.find(name.lower())))
        self._cookie = lru_cache(CACHED_NAMES)(lambda name: _first(self._cookies.find(name)))

    def recipient(self, host: str, path: str) -> str | None:
        """Return why requests to this host and path (without query) are left alone, or None."""
        whole, parts = self._host(host)
        if whole is not None:
            return whole
        for row in parts:
            if path.startswith(row.path):
                return row.reason
        steps = path.lower().split("/")
        if self._segments.keys().isdisjoint(steps):
            return None
        return next(self._segments[step] for step in steps if step in self._segments)

    def parameter(self, name: str) -> str | None:
        """Return why a decoded parameter name is left alone, or None; case does not count."""
        return self._parameter(name)

    def cookie(self, name: str) -> str | None:
        """Return why a cookie name is left alone, or None; case counts."""
        return self._cookie(name)

    def _find_host(self, host: str) -> tuple[str | None, tuple[Kept, ...]]:
        found = [row for name in suffixes(host) for row in self._hosts.get(name, ())]
        whole = next((row.reason for row in found if not row.path), None)
        label = self._labels.get(host.partition(".")[0]) if host.count(".") > 1 else None
        return whole or label, tuple(row for row in found if row.path)


def _first(tiers: Sequence[Sequence[str]]) -> str | None:
    return tiers[0][0] if tiers else None


def parse_never_break(text: str, source: str) -> NeverBreak:
    """Read a never-break table in YAML or JSON; `source` names it in errors. Raises TableError."""
    return rows.read_document(text, source, _read)


def _read(document: Mapping[str, Any]) -> NeverBreak:
    rows.only_known(document, SECTIONS)
    kept = [Kept(**row) for row in rows.read_rows(document, "recipients", RECIPIENT)]
    names = {section: [KeptName(**row) for row in rows.read_rows(document, section, NAME)] for section in SECTIONS[1:]}
    return NeverBreak(kept, **names)


SECTIONS: Final = ("recipients", "labels", "segments", "parameters", "cookies")

RECIPIENT: Final = {
    "host": Column(rows.domain),
    "reason": Column(rows.one_of(REASONS)),
    "path": Column(rows.text, required=False),
}

NAME: Final = {"name": Column(rows.pattern), "reason": Column(rows.one_of(REASONS))}
