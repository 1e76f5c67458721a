"""What outlasts a restart: digests, names and times in a file of the owner's, never a value."""

from __future__ import annotations

import json
import logging
from typing import TYPE_CHECKING

import pytest

from louver.core.signals.lineage import Hop
from louver.core.signals.signal import Where
from louver.proxy.memory import FILE, FORMAT, remember, remembered
from louver.suffixes import sites_from_tldextract

if TYPE_CHECKING:
    from pathlib import Path

    from louver.core.bounces import Bounces
    from louver.core.recall import Recall

NOW = 1.7e9
SITE = sites_from_tldextract().site
EMAIL = "jane.doe@mail.example"
ID = "8f14e45fceea167a5a36dedd4bea2543"


def hop(recipient: str, site: str = "shop.example", where: Where = Where.COOKIE) -> Hop:
    return Hop(site, 1, recipient, None, where, "uid", NOW)


def taught(recall: Recall) -> None:
    for value in (ID, EMAIL):
        recall.lineage.learn(value, hop("shop.example"))
        digest = recall._digest(value)
        for number, site in enumerate(("shop.example", "news.example")):
            recall.history.see(digest, recipient="t.example", name="uid", site=site, at=NOW + number * 2 * 86_400)
    recall.ghosts.sent_by_browser("shop.example", [])
    recall.ghosts.sent_by_browser("shop.example", ["written"])
    recall.ghosts.set_by_server("shop.example", "set")


@pytest.fixture
def kept(tmp_path: Path) -> Path:
    recall, stops = remembered(tmp_path, SITE)
    taught(recall)
    remember(tmp_path, recall, stops)
    return tmp_path


def is_empty(memory: tuple[Recall, Bounces]) -> bool:
    recall, stops = memory
    held = [len(recall.lineage), len(recall.history), len([*recall.ghosts.rows()]), len([*stops.rows()])]
    return not any(held)


def test_what_was_seen_before_is_known_after_a_restart(kept: Path) -> None:
    recall, _ = remembered(kept, SITE)
    assert recall.seen_on(ID) == (2, True)
    assert recall.ghosts.is_ghost("shop.example", "written") is True
    [trace] = recall.lineage.follow(f"x:{ID}", hop("t.example", where=Where.QUERY))
    assert trace.links == {"copy"}


def test_writing_and_reading_change_nothing(kept: Path) -> None:
    before = (kept / FILE).read_bytes()
    remember(kept, *remembered(kept, SITE))
    assert (kept / FILE).read_bytes() == before


def test_no_value_is_written_in_any_form_and_the_file_is_private(kept: Path) -> None:
    data = (kept / FILE).read_bytes().lower()
    for value in (ID, EMAIL, EMAIL.encode().hex(), ID[:12], "jane", "doe@"):
        assert value.encode() not in data
    assert (kept / FILE).stat().st_mode & 0o777 == 0o600


def test_another_installation_cannot_read_it(kept: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    other = tmp_path_factory.mktemp("other")
    (other / FILE).write_bytes((kept / FILE).read_bytes())
    assert remembered(other, SITE)[0].seen_on(ID) == (0, False)


def test_nothing_there_is_an_empty_memory(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    assert is_empty(remembered(tmp_path, SITE))
    assert caplog.records == []


def test_another_format_starts_anew(kept: Path, caplog: pytest.LogCaptureFixture) -> None:
    found = json.loads((kept / FILE).read_bytes())
    (kept / FILE).write_text(json.dumps({**found, "format": FORMAT + 1}))
    assert is_empty(remembered(kept, SITE))
    assert caplog.records == []


def damaged(data: bytes) -> list[bytes]:
    found = json.loads(data)
    threads = found["threads"]
    odd = {**threads[-1], "forms": [["d", "no such form", 3]]}
    return [
        b"", b"{", b"[]", b"7", b"\xff\xfe", data[:-20], b"[" * 100_000,
        json.dumps({**found, "threads": [*threads, odd]}).encode(),
        json.dumps({**found, "threads": [7]}).encode(),
        json.dumps({**found, "values": [["d", "now", 1.0, []]]}).encode(),
        data.replace(b'"uid"', b'"\xff"').replace(b'"written"', b'"\xff"'),
    ]  # fmt: skip


@pytest.mark.parametrize("number", range(11))
def test_a_broken_file_is_told_of_once_and_memory_starts_anew(
    kept: Path, caplog: pytest.LogCaptureFixture, number: int
) -> None:
    (kept / FILE).write_bytes(damaged((kept / FILE).read_bytes())[number])
    with caplog.at_level(logging.DEBUG):
        memory = remembered(kept, SITE)
    assert is_empty(memory)
    assert len(caplog.records) == 1
    assert str(kept / FILE) in caplog.text
    remember(kept, *memory)
    assert is_empty(remembered(kept, SITE))


def test_a_disk_that_takes_nothing_is_told_of_and_nothing_else_breaks(
    kept: Path, caplog: pytest.LogCaptureFixture
) -> None:
    memory = remembered(kept, SITE)
    (kept / FILE).unlink()
    (kept / FILE).mkdir()
    (kept / FILE / "inner").touch()
    remember(kept, *memory)
    assert "cannot be written" in caplog.text
