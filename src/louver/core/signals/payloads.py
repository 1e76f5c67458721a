"""Knows what the fields of known collectors' payloads mean, from a table handed in; knows nothing of any one exchange.

A collector is told by host and path. One that was moved to a site's own host (server-side tagging) is told by the
shape of its payload. Fields of anybody else are told by name and value together, so that no innocent name is accused.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final

from louver.core import rows
from louver.core.names import Names
from louver.core.rows import Column
from louver.core.signals.signal import Kind
from louver.core.sites import suffixes

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from collections.abc import Set as AbstractSet

CACHED_HOSTS: Final = 16_384
CACHED_NAMES: Final = 4_096
REST: Final = "*"
"""The name that stands for every field that no other name fits."""
INDEX: Final = re.compile(r"\[\d+\]")
LONGEST_VALUE: Final = 2_048


@dataclass(frozen=True, slots=True)
class Field:
    """What a field tells its collector. A kind of None says that it tells nothing about the person."""

    kind: Kind | None
    meaning: str


@dataclass(frozen=True, slots=True)
class Shape:
    """How a payload is told on a host that is not its collector's: `must` and, in all, `at_least` of the marks fit."""

    must: str
    at_least: int
    marks: tuple[tuple[tuple[str, ...], re.Pattern[str]], ...]

    def fits(self, fields: Mapping[str, str]) -> bool:
        """Return whether fields (full name to value) have this shape."""
        return self.must in fields and sum(_has(fields, names, value) for names, value in self.marks) >= self.at_least


@dataclass(frozen=True, slots=True)
class Collector:
    """A place that payloads go to, and the dictionary of its fields. An empty owner means: whoever owns the host."""

    name: str
    owner: str
    hosts: tuple[str, ...]
    paths: re.Pattern[str] | None
    shape: Shape | None
    find: Callable[[str], Field | None] = field(repr=False, compare=False)

    def field(self, name: str) -> Field | None:
        """Return what a field means, by the name that a leaf of a body or a URL parameter has."""
        return self.find(name)


@dataclass(frozen=True, slots=True)
class Common:
    """What a well-known name means, whoever collects, where its value looks the part.

    `is_page` says that it holds only where the value names the page that the exchange belongs to.
    """

    kind: Kind
    meaning: str
    value: re.Pattern[str]
    is_page: bool = False


class Payloads:
    """The dictionaries of all collectors, and the common one."""

    def __init__(
        self, collectors: Sequence[Collector] = (), common: Mapping[str, Sequence[Common]] | None = None
    ) -> None:
        """Index the collectors: the longer host wins, then the one that comes first. `common` is by bare name."""
        self.collectors = tuple(collectors)
        self._by_host: dict[str, list[Collector]] = {}
        for collector in self.collectors:
            for host in collector.hosts:
                self._by_host.setdefault(host, []).append(collector)
        self._shapes = tuple(collector for collector in self.collectors if collector.shape)
        self._marks = frozenset(collector.shape.must for collector in self._shapes if collector.shape)
        self._common = {name: tuple(entries) for name, entries in (common or {}).items()}
        self._host = lru_cache(CACHED_HOSTS)(self._find_host)
        self._bare = lru_cache(CACHED_NAMES)(lambda name: self._common.get(bare_name(name), ()))

    def collector(self, host: str, path: str) -> Collector | None:
        """Return the collector that a request to this host and path (without query) feeds, or None."""
        for collector in self._host(host):
            if collector.paths is None or collector.paths.match(path):
                return collector
        return None

    def may_be_relayed(self, names: AbstractSet[str]) -> bool:
        """Tell cheaply whether fields of these names can have the shape of any payload."""
        return not self._marks.isdisjoint(names)

    def relay(self, fields: Mapping[str, str]) -> Collector | None:
        """Return the collector whose payload these fields are, on whatever host; for hosts that are no collector's.

        What such a host sends on after that cannot be seen from here.
        """
        if self._marks.isdisjoint(fields):
            return None
        return next((collector for collector in self._shapes if collector.shape and collector.shape.fits(fields)), None)

    def common(self, name: str, value: str) -> Common | None:
        """Return what a field means by a well-known name and a value that looks the part, or None."""
        entries = self._bare(name)
        if not entries or len(value) > LONGEST_VALUE:
            return None
        return next((entry for entry in entries if entry.value.fullmatch(value)), None)

    def _find_host(self, host: str) -> tuple[Collector, ...]:
        return tuple(collector for name in suffixes(host) for collector in self._by_host.get(name, ()))


def bare_name(name: str) -> str:
    """Return the last part of a field's path in lower case, without `_`, `-`, `$` and index: `user.Screen_Size[0]`."""
    last = INDEX.sub("", name).rpartition(".")[2]
    if last.endswith("]"):
        last = last[:-1].rpartition("[")[2]
    return last.lower().translate(NOT_LETTERS)


NOT_LETTERS: Final = {ord(character): None for character in "_-$"}


def _has(fields: Mapping[str, str], names: tuple[str, ...], value: re.Pattern[str]) -> bool:
    return any(name in fields and value.match(fields[name]) for name in names)


def _dictionary(fields: Mapping[str, Field], wrappers: Sequence[str]) -> Callable[[str], Field | None]:
    names = Names((name, entry) for name, entry in fields.items() if name != REST)
    rest = fields.get(REST)
    exact = {name: entry for name, entry in fields.items() if INDEX.search(name)}
    prefixes = tuple(f"{wrapper}." for wrapper in sorted(wrappers, key=len, reverse=True))

    @lru_cache(CACHED_NAMES)
    def find(name: str) -> Field | None:
        if name in exact:
            return exact[name]
        plain = INDEX.sub("[]", name)
        wrapper = next((prefix for prefix in prefixes if plain.startswith(prefix)), "")
        for candidate in (plain, *_holders(plain[len(wrapper) :])):
            tiers = names.find(candidate)
            if tiers:
                return tiers[0][0]
        return rest

    return find


def _holders(name: str) -> Iterator[str]:
    """Give a name and the names of what it lies in: a part of a known field tells what the field tells."""
    while name:
        yield name
        name = name.rpartition(".")[0]


def parse_payloads(text: str, source: str) -> Payloads:
    """Read a payload table in YAML or JSON; `source` names it in errors. Raises TableError."""
    return rows.read_document(text, source, _read)


def _read(document: Mapping[str, Any]) -> Payloads:
    rows.only_known(document, ("about", "collectors", "common"))
    collectors = [_collector(**row) for row in rows.read_rows(document, "collectors", COLLECTOR)]
    common: dict[str, list[Common]] = {}
    for row in rows.read_rows(document, "common", COMMON):
        entry = Common(row["kind"], row["meaning"], row["value"], row.get("is_page", False))
        for name in row["names"]:
            common.setdefault(bare_name(name), []).append(entry)
    return Payloads(collectors, common)


def _collector(
    *,
    name: str,
    fields: Mapping[str, Field],
    owner: str = "",
    hosts: tuple[str, ...] = (),
    paths: re.Pattern[str] | None = None,
    shape: Shape | None = None,
    wrappers: Sequence[str] = (),
) -> Collector:
    return Collector(name, owner, hosts, paths, shape, _dictionary(fields, wrappers))


def _words(value: object) -> tuple[str, ...]:
    if not isinstance(value, list) or not value:
        raise ValueError("expected a list of texts")
    return tuple(rows.text(word) for word in value)


def _expression(value: object) -> re.Pattern[str]:
    try:
        return re.compile(value if isinstance(value, str) else rows.text(value))
    except re.error as error:
        raise ValueError(f"not a regular expression: {error}") from None


def _paths(value: object) -> re.Pattern[str]:
    """Read path patterns: each begins where the path begins, and `*` stands for any text."""
    patterns = (".*".join(re.escape(part) for part in pattern.split("*")) for pattern in _words(value))
    return re.compile("|".join(patterns))


def _fields(value: object) -> dict[str, Field]:
    if not isinstance(value, dict):
        raise ValueError("expected a mapping of names to [kind, meaning]")  # noqa: TRY004  (as above)
    return {rows.pattern(name): _field(name, entry) for name, entry in value.items()}


def _field(name: str, entry: object) -> Field:
    if not isinstance(entry, list) or len(entry) != 2:
        raise ValueError(f"{name}: expected [kind, meaning]")
    kind, meaning = entry
    return Field(None if kind is None else rows.member(Kind)(kind), rows.text(meaning))


def _shape(value: object) -> Shape:
    if not isinstance(value, dict) or set(value) != {"must", "at_least", "marks"}:
        raise ValueError("expected 'must', 'at_least' and 'marks'")
    marks = tuple((tuple(names.split("|")), _expression(mark)) for names, mark in dict(value["marks"]).items())
    if not isinstance(value["at_least"], int) or not 0 < value["at_least"] <= len(marks):
        raise ValueError("'at_least' has to be a number of marks")
    return Shape(rows.text(value["must"]), value["at_least"], marks)


COLLECTOR: Final = {
    "name": Column(rows.text),
    "owner": Column(rows.text, required=False),
    "hosts": Column(rows.domains, required=False),
    "paths": Column(_paths, required=False),
    "shape": Column(_shape, required=False),
    "wrappers": Column(_words, required=False),
    "fields": Column(_fields),
}

COMMON: Final = {
    "names": Column(_words),
    "kind": Column(rows.member(Kind)),
    "value": Column(_expression),
    "meaning": Column(rows.text),
    "is_page": Column(rows.flag, required=False),
}
