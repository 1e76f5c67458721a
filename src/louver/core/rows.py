"""Knows how a table's text (YAML, or JSON, which is YAML) becomes checked rows, and on which line a wrong one stands.

It knows no particular table: each brings its columns.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import msgspec
import yaml

from louver.core.sites import host_name

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Mapping
    from enum import StrEnum

type Path = tuple[str | int, ...]

MAX_STARS: Final = 3
MAX_DEPTH: Final = 16
_PLAIN_DOMAIN: Final = re.compile(r"(?:[a-z0-9_][a-z0-9_-]*\.)*[a-z][a-z-]*")


class TableError(ValueError):
    """A table that cannot be used: `file`, `line` (from 1), `key` (dotted path, "" for the whole), `reason`."""

    def __init__(self, file: str, line: int, key: str, reason: str) -> None:
        self.file, self.line, self.key, self.reason = file, line, key, reason
        super().__init__(f"{file}:{line}: {key}: {reason}" if key else f"{file}:{line}: {reason}")


class Fault(Exception):  # noqa: N818  (it never leaves this room: it becomes a TableError)
    """Something wrong at a path within a document."""

    def __init__(self, path: Path, reason: str) -> None:
        self.path, self.reason = path, reason
        super().__init__(reason)


@dataclass(frozen=True, slots=True)
class Column:
    """How one key of a row is read; `read` raises ValueError with the reason when the value is wrong."""

    read: Callable[[object], Any]
    required: bool = True


def read_document[T](text: str, source: str, read: Callable[[Mapping[str, Any]], T]) -> T:
    """Decode a table's text and read it; every failure becomes a TableError that names file, line and key."""
    try:
        return read(_mapping(_decode(text)))
    except Fault as fault:
        key = ".".join(str(step) for step in fault.path)
        raise TableError(source, _line_of(text, fault.path), key, fault.reason) from None
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise TableError(source, line, "", f"not YAML: {error.problem or 'cannot be read'}") from None
    except (yaml.YAMLError, RecursionError, ValueError) as error:
        raise TableError(source, 1, "", f"not YAML: {str(error).splitlines()[0]}") from None


def only_known(document: Mapping[str, Any], known: Collection[str]) -> None:
    """Fault on a key that no reader would look at, because a misspelt key must not be lost in silence."""
    for key in document:
        if key not in known:
            raise Fault((str(key),), f"unknown key; known keys: {', '.join(known)}")


def read_rows(document: Mapping[str, Any], section: str, columns: Mapping[str, Column]) -> Iterator[dict[str, Any]]:
    """Yield the rows of a section that is a list of mappings, each value read by its column; absent means none."""
    rows = document.get(section, [])
    if not isinstance(rows, list):
        raise Fault((section,), "expected a list")
    required = {name for name, column in columns.items() if column.required}
    reads = {name: column.read for name, column in columns.items()}
    for place, row in enumerate(rows):
        try:
            if not required <= row.keys():
                _explain(row, (section, place), columns)
            yield {name: reads[name](value) for name, value in row.items()}
        except (AttributeError, LookupError, ValueError):
            # Thousands of rows are right and one is wrong: only that one is looked at slowly.
            _explain(row, (section, place), columns)


def read_pairs[T](
    document: Mapping[str, Any], section: str, key_read: Callable[[object], str], read: Callable[[object], T]
) -> Iterator[tuple[str, T]]:
    """Yield the pairs of a section that is a mapping; absent means none."""
    pairs = document.get(section, {})
    if not isinstance(pairs, dict):
        raise Fault((section,), "expected a mapping")
    for key, value in pairs.items():
        yield _value(key_read, key, (section, str(key))), _value(read, value, (section, str(key)))


def text(value: object) -> str:
    """Read a text that is not empty."""
    if not isinstance(value, str) or not value.strip():
        raise ValueError("expected a text")
    return value


def pattern(value: object) -> str:
    """Read a name in which `*` stands for any text."""
    name = text(value)
    if name.count("*") > MAX_STARS:
        raise ValueError(f"at most {MAX_STARS} '*' in a name")
    return name


def flag(value: object) -> bool:
    """Read true or false."""
    if not isinstance(value, bool):
        raise ValueError("expected true or false")  # noqa: TRY004  (one kind of error for every wrong value)
    return value


def domain(value: object) -> str:
    """Read a domain in the spelling that browsers use."""
    if isinstance(value, str) and _PLAIN_DOMAIN.fullmatch(value):
        return value
    name = host_name(text(value))
    if not name or name.startswith((".", "-")) or ".." in name:
        raise ValueError(f"not a domain: {value!r}")
    return name


def domains(value: object) -> tuple[str, ...]:
    """Read a list of domains."""
    return tuple(domain(one) for one in _list(value))


def one_of(words: Collection[str]) -> Callable[[object], str]:
    """Return a reader of one of these words."""

    def read(value: object) -> str:
        if not isinstance(value, str) or value not in words:
            raise ValueError(f"{value!r} is none of: {', '.join(sorted(words))}")
        return value

    return read


def member[E: StrEnum](words: type[E]) -> Callable[[object], E]:
    """Return a reader of one of an enumeration's words."""
    known = {word.value: word for word in words}
    check = one_of(known)
    return lambda value: known[check(value)]


def _explain(row: object, path: Path, columns: Mapping[str, Column]) -> None:
    """Raise the Fault of a row that could not be read."""
    if not isinstance(row, dict):
        raise Fault(path, "expected a mapping")
    for name, value in row.items():
        if name not in columns:
            raise Fault((*path, str(name)), f"unknown key; known keys: {', '.join(columns)}")
        _value(columns[name].read, value, (*path, name))
    missing = [name for name, column in columns.items() if column.required and name not in row]
    raise Fault(path, f"'{missing[0]}' is missing" if missing else "cannot be read")


def _value[T](read: Callable[[object], T], value: object, path: Path) -> T:
    try:
        return read(value)
    except ValueError as error:
        raise Fault(path, str(error)) from None


def _list(value: object) -> list[object]:
    if not isinstance(value, list):
        raise ValueError("expected a list")  # noqa: TRY004  (one kind of error for every wrong value)
    return value


def _mapping(document: object) -> Mapping[str, Any]:
    if not isinstance(document, dict):
        raise Fault((), "expected a mapping of sections")
    return document


def _decode(source: str) -> object:
    if source.lstrip("\ufeff \t\r\n").startswith("{"):
        try:
            return msgspec.json.decode(source.lstrip("\ufeff"))
        except (msgspec.DecodeError, UnicodeError):
            pass  # a flow mapping in YAML opens with the same brace
    _refuse_traps(source)
    return yaml.load(source, _LOADER)  # noqa: S506  (either loader is the safe one)


def _refuse_traps(source: str) -> None:
    """Fault on what a table never needs: aliases let a short text mean a huge one, nesting overflows the C loader."""
    depth = 0
    for event in yaml.parse(source, _LOADER):
        if isinstance(event, yaml.AliasEvent):
            raise Fault((), "YAML aliases are not allowed in a table")
        depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
        if depth > MAX_DEPTH:
            raise Fault((), f"nested more than {MAX_DEPTH} deep")


_LOADER: Final = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def _line_of(source: str, path: Path) -> int:
    """Find the line (from 1) that a path leads to; the nearest line above where it cannot be followed."""
    plain = source.replace("\t", " ")
    try:
        _refuse_traps(plain)
        node = yaml.compose(plain, _LOADER)
    except (Fault, yaml.YAMLError, RecursionError, ValueError):
        return 1
    line = 0
    for step in path:
        found = _child(node, step)
        if found is None:
            break
        line, node = found
    return line + 1


def _child(node: Any, step: str | int) -> tuple[int, Any] | None:
    if isinstance(node, yaml.SequenceNode) and isinstance(step, int) and step < len(node.value):
        return node.value[step].start_mark.line, node.value[step]
    if isinstance(node, yaml.MappingNode):
        pairs = ((key, value) for key, value in node.value if key.value == step)
        return next(((key.start_mark.line, value) for key, value in pairs), None)
    return None
