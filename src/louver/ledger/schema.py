"""Knows the ledger's schema: its versions as commented SQL, and a sentence for each table, view and column."""

from __future__ import annotations

import re
from functools import cache
from importlib.resources import files
from typing import Final, NamedTuple

APPLICATION_ID: Final = 0x4C6F7576
"""What marks an SQLite file as a ledger of ours (`PRAGMA application_id`): the letters "Louv"."""

CREATE: Final = re.compile(r"^CREATE (TABLE|VIEW) (\w+)", re.MULTILINE)
COLUMN: Final = re.compile(r"^ {4}(.+?),?\s+-- (.+)$")
"""A column's definition with its sentence; wherever a column stands, it ends its line with one."""

ALIAS: Final = re.compile(r' AS "?(\w+)"?$')


class Version(NamedTuple):
    """One step of the schema: what it brought, and the SQL that leads there from the version before."""

    number: int
    history: str
    sql: str


class Column(NamedTuple):
    """A column and what it holds."""

    name: str
    meaning: str


class Relation(NamedTuple):
    """A table or view, what a row of it is, and its columns."""

    kind: str
    name: str
    meaning: str
    columns: tuple[Column, ...]


@cache
def versions() -> tuple[Version, ...]:
    """Return all versions, oldest first; a new one is a new file in `versions/`."""
    folder = files("louver.ledger") / "versions"
    texts = sorted((file.name, file.read_text("utf-8")) for file in folder.iterdir() if file.name.endswith(".sql"))
    return tuple(_version(text) for _, text in texts)


def current() -> int:
    """Return the number of the version that this program reads and writes."""
    return versions()[-1].number


def steps(since: int, until: tuple[Version, ...]) -> tuple[Version, ...]:
    """Return the steps that lead from one version to the newest of `until`."""
    return tuple(version for version in until if version.number > since)


def relations(sql: str) -> tuple[Relation, ...]:
    """Read tables and views with their sentences out of commented SQL, later definitions replacing earlier ones."""
    found = {}
    for match in CREATE.finditer(sql):
        body = sql[match.end() : sql.index(";\n", match.end())]  # a sentence may hold one too
        kind, name = match[1].lower(), match[2]
        found[name] = Relation(kind, name, _comment_above(sql, match.start()), tuple(_columns(body)))
    return tuple(found.values())


def described() -> tuple[Relation, ...]:
    """Return all tables and views of the current version, each with its sentences."""
    return relations("\n".join(version.sql for version in versions()))


def _version(text: str) -> Version:
    first = text.partition("\n")[0]
    label, _, history = first.removeprefix("-- Version ").partition(": ")
    return Version(int(label), history, text)


def _comment_above(sql: str, position: int) -> str:
    lines = sql[:position].rstrip().rsplit("\n\n", 1)[-1].splitlines()
    return " ".join(line.removeprefix("-- ") for line in lines if line.startswith("-- "))


def _columns(body: str) -> list[Column]:
    columns = []
    for line in body.splitlines():
        if (match := COLUMN.match(line)) is not None:
            alias = ALIAS.search(match[1])
            columns.append(Column(alias[1] if alias else match[1].split()[0], match[2]))
    return columns
