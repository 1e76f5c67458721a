"""Ledgers as earlier versions left them: each is brought forward, keeps its rows, and answers every question."""

import sqlite3
from pathlib import Path

import pytest
from ledger_samples import rows

from louver.ledger import findings
from louver.ledger.opening import open_to_write
from louver.ledger.reader import Reader
from louver.ledger.schema import current, described

FILES = sorted((Path(__file__).parent / "ledgers").glob("*.sql"))


@pytest.fixture(params=FILES, ids=lambda file: file.stem)
def path(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    made = tmp_path / "ledger.db"
    connection = sqlite3.connect(made)
    connection.executescript(request.param.read_text("utf-8"))
    connection.close()
    return made


def test_there_is_a_file_of_each_version() -> None:
    assert [file.stem for file in FILES] == [f"version-{number}" for number in range(1, current() + 1)]


async def test_it_is_brought_forward_with_everything_in_it(path: Path) -> None:
    await (await open_to_write(path)).close()
    assert rows(path, "PRAGMA user_version") == [(current(),)]
    for relation in described():
        columns = [name for (name,) in rows(path, f"SELECT name FROM pragma_table_info('{relation.name}')")]
        assert columns == [column.name for column in relation.columns]
    async with await Reader.open(path) as reader:
        shop, news = sorted(await reader.sites(), key=lambda site: site.site, reverse=True)
        assert (news.site, news.exchanges, news.shared, news.blocked, news.pages) == ("news.example", 2, 2, 1, 1)
        assert (shop.site, shop.exchanges, shop.identifying) == ("shop.example", 1, 1)
        assert [row.site for row in await reader.log(10)] == ["news.example", "news.example", "shop.example"]
        assert {(one.site, one.shared) for one in await findings.identifiers(reader)} == {
            ("news.example", 1), ("shop.example", 1),
        }  # fmt: skip
        assert {one.kind for one in await findings.kinds(reader)} == {"third-party-id-cookie", "language"}
        assert (await reader.coverage()).passthroughs == 1
        assert await reader.faults() == 1
