import sqlite3
from pathlib import Path

import pytest

from louver.core.signals.signal import Kind
from louver.ledger.days import BITS
from louver.ledger.opening import (
    BrokenLedgerError,
    NewerLedgerError,
    NoLedgerError,
    NotALedgerError,
    OlderLedgerError,
    UnusableLedgerError,
    open_to_read,
    open_to_write,
)
from louver.ledger.schema import APPLICATION_ID, Version, current, described, relations, versions

FIRST = Version(1, "first", "CREATE TABLE a (x TEXT) STRICT;")
SECOND = Version(2, "second", "ALTER TABLE a ADD COLUMN y TEXT; UPDATE a SET y = x || '!';")
WRONG = Version(2, "wrong", "ALTER TABLE a ADD COLUMN y TEXT; SELECT nonsense;")


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "ledger.db"


async def make(path: Path, *until: Version) -> None:
    await (await open_to_write(path, until or None)).close()


def ask(path: Path, question: str) -> list[tuple[object, ...]]:
    connection = sqlite3.connect(path)
    found = connection.execute(question).fetchall()
    connection.close()
    return found


async def test_every_table_view_and_column_has_its_sentence(path: Path) -> None:
    await make(path)
    told = {(relation.kind, relation.name): relation for relation in described()}
    real = ask(path, "SELECT type, name FROM sqlite_schema WHERE type IN ('table', 'view') AND name NOT LIKE 'sqlite%'")
    assert set(real) == set(told)
    for (_, name), relation in told.items():
        columns = [column[0] for column in ask(path, f"SELECT name FROM pragma_table_info('{name}')")]
        assert [column.name for column in relation.columns] == columns
        sentences = [relation.meaning, *(column.meaning for column in relation.columns)]
        assert all(text.endswith(".") and len(text) > 10 for text in sentences)


async def test_every_table_is_strict_and_every_view_can_be_read(path: Path) -> None:
    await make(path)
    assert ask(path, "SELECT name FROM pragma_table_list WHERE schema = 'main' AND type = 'table' AND strict = 0") == [
        ("sqlite_schema",)
    ]
    for relation in described():
        assert ask(path, f"SELECT * FROM {relation.name}") == [] or relation.name == "kinds"


async def test_the_table_of_kinds_says_what_the_bits_mean(path: Path) -> None:
    await make(path)
    assert ask(path, "SELECT bit, kind FROM kinds ORDER BY bit") == list(enumerate(map(str, Kind)))
    assert all(1 << bit == BITS[kind] for bit, kind in enumerate(map(str, Kind)))


def test_versions_are_numbered_from_one_and_each_tells_its_history() -> None:
    assert [version.number for version in versions()] == list(range(1, current() + 1))
    assert all(len(version.history) > 20 for version in versions())


def test_a_later_definition_replaces_an_earlier_one() -> None:
    sql = "-- Old.\nCREATE TABLE a (\n    x TEXT  -- One.\n);\n\n-- New.\nCREATE TABLE a (\n    y TEXT  -- Two.\n);\n"
    (relation,) = relations(sql)
    assert (relation.meaning, relation.columns) == ("New.", (("y", "Two."),))


async def test_an_older_ledger_is_brought_forward_with_its_rows(path: Path) -> None:
    await make(path, FIRST)
    with sqlite3.connect(path) as connection:
        connection.execute("INSERT INTO a VALUES ('kept')")
    connection.close()
    await make(path, FIRST, SECOND)
    assert ask(path, "SELECT x, y FROM a") == [("kept", "kept!")]
    assert ask(path, "PRAGMA user_version") == [(2,)]


async def test_a_step_that_fails_leaves_the_old_version_whole(path: Path) -> None:
    await make(path, FIRST)
    with pytest.raises(UnusableLedgerError, match="nonsense"):
        await make(path, FIRST, WRONG)
    assert ask(path, "PRAGMA user_version") == [(1,)]
    await make(path, FIRST, SECOND)
    assert ask(path, "SELECT name FROM pragma_table_info('a')") == [("x",), ("y",)]


async def test_a_newer_ledger_is_refused_and_left_alone(path: Path) -> None:
    await make(path, FIRST, SECOND)
    before = path.read_bytes()
    with pytest.raises(NewerLedgerError, match=r"schema version 2.*knows versions up to 1"):
        await make(path, FIRST)
    assert path.read_bytes() == before


async def test_a_newer_ledger_is_not_read_either(path: Path) -> None:
    await make(path, Version(current() + 1, "from tomorrow", "CREATE TABLE a (x TEXT);"))
    with pytest.raises(NewerLedgerError):
        await open_to_read(path)


async def test_an_older_ledger_is_not_misread(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    await make(path, FIRST)
    monkeypatch.setattr("louver.ledger.opening.versions", lambda: (FIRST, SECOND))
    with pytest.raises(OlderLedgerError, match=r"version 1.*reads version 2"):
        await open_to_read(path)


async def test_the_database_of_another_program_is_left_alone(path: Path) -> None:
    with sqlite3.connect(path) as connection:
        connection.execute("CREATE TABLE contacts (name TEXT)")
    connection.close()
    path.chmod(0o644)
    before = path.read_bytes()
    for opening in (open_to_write, open_to_read):
        with pytest.raises(NotALedgerError):
            await opening(path)
    assert path.read_bytes() == before
    assert path.stat().st_mode & 0o777 == 0o644


@pytest.mark.parametrize("content", [b"no database at all " * 100, b"SQLite format 3\0" + bytes(200)])
async def test_a_damaged_file_is_told_apart(path: Path, content: bytes) -> None:
    path.write_bytes(content)
    with pytest.raises(BrokenLedgerError):
        await open_to_write(path)


async def test_reading_needs_a_ledger(path: Path) -> None:
    with pytest.raises(NoLedgerError, match="louver run"):
        await open_to_read(path)
    assert not path.exists()


async def test_a_folder_is_no_ledger(tmp_path: Path) -> None:
    for opening in (open_to_write, open_to_read):
        with pytest.raises(UnusableLedgerError):
            await opening(tmp_path)


async def test_only_the_owner_can_read_the_files(path: Path) -> None:
    path.touch(mode=0o644)
    connection = await open_to_write(path)
    await connection.execute("INSERT INTO runs (version, started_at) VALUES ('x', 0)")
    await connection.commit()
    files = sorted(path.parent.iterdir())
    assert [file.name for file in files] == ["ledger.db", "ledger.db-shm", "ledger.db-wal"]
    assert {file.stat().st_mode & 0o777 for file in files} == {0o600}
    await connection.close()


async def test_a_ledger_is_marked_as_ours(path: Path) -> None:
    await make(path)
    assert ask(path, "PRAGMA application_id") == [(APPLICATION_ID,)]
    assert ask(path, "PRAGMA journal_mode") == [("wal",)]
