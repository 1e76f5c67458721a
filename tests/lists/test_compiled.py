"""Compiled lists on disk: the same answers, and never a damaged or foreign file."""

from __future__ import annotations

import hashlib
import marshal
import stat
from typing import TYPE_CHECKING, Any

import pytest

from louver.core.facts import ResourceType
from louver.core.filters import Source
from louver.lists import compiled
from louver.lists.compiled import MAGIC, fingerprint, load_filters

if TYPE_CHECKING:
    from pathlib import Path

    from louver.core.filters import Filters

TEXT = "\n".join((  # noqa: FLY002  (a line each)
    "||a.example^", "||b.example^$script,third-party", "/ads/x", "@@||a.example/ok", "$removeparam=utm",
    "/x[0-9]y/$image",
     "*$font,domain=site.example", "||c.example^$csp=script-src 'none'", "/p$method=post,to=d.example",
     "##.cosmetic", "0.0.0.0 e.example",
))  # fmt: skip
SOURCES = [Source("one", TEXT, "1"), Source("two", "||f.example^\n! x")]
URLS = [
    "https://a.example/", "https://a.example/ok", "https://b.example/s", "https://z.example/ads/x?utm=1&b=2",
    "https://z.example/x5y",
    "https://e.example/", "https://f.example/", "https://d.example/p", "https://c.example/",
]  # fmt: skip


def answers(filters: Filters) -> list[object]:
    return [
        filters.verdict(url, "https://site.example/", "site.example", "other.example", kind, method)
        for url in URLS
        for kind in ResourceType
        for method in ("GET", "POST")
    ]


def stored(folder: Path) -> Path:
    (path,) = folder.glob("filters-*.bin")
    return path


@pytest.fixture
def no_compiling(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(_sources: object) -> Filters:
        raise AssertionError("compiled again")

    monkeypatch.setattr(compiled, "compile_filters", refuse)


def test_what_is_loaded_answers_as_what_was_compiled(tmp_path: Path, request: pytest.FixtureRequest) -> None:
    first = load_filters(SOURCES, tmp_path)
    request.getfixturevalue("no_compiling")
    second = load_filters(SOURCES, tmp_path)
    assert answers(first) == answers(second)
    assert first.stats == second.stats


def test_the_file_is_ours_alone(tmp_path: Path) -> None:
    load_filters(SOURCES, tmp_path / "new")
    assert stat.S_IMODE(stored(tmp_path / "new").stat().st_mode) == 0o600
    assert [path.name for path in (tmp_path / "new").iterdir()] == [stored(tmp_path / "new").name]


@pytest.mark.parametrize("place", [0, 5, len(MAGIC), len(MAGIC) + 40, -1])
def test_a_damaged_file_is_made_again(tmp_path: Path, place: int) -> None:
    wanted = answers(load_filters(SOURCES, tmp_path))
    path = stored(tmp_path)
    good = path.read_bytes()
    bad = bytearray(good)
    bad[place] ^= 1
    path.write_bytes(bad)
    assert answers(load_filters(SOURCES, tmp_path)) == wanted
    assert path.read_bytes() == good


@pytest.mark.parametrize("content", [b"", MAGIC, MAGIC + bytes(40), b"x" * 10_000])
def test_a_truncated_or_foreign_file_is_made_again(tmp_path: Path, content: bytes) -> None:
    wanted = answers(load_filters(SOURCES, tmp_path))
    stored(tmp_path).write_bytes(content)
    assert answers(load_filters(SOURCES, tmp_path)) == wanted


@pytest.mark.parametrize(
    "value", [None, (), (1, 2), ((), ((1,),)), ([("a",)], []), "text", ((), (("block", False, "a", b"", 1),))]
)
def test_a_file_with_a_right_sum_and_wrong_content_is_made_again(tmp_path: Path, value: Any) -> None:
    wanted = answers(load_filters(SOURCES, tmp_path))
    payload = marshal.dumps(value)
    stored(tmp_path).write_bytes(MAGIC + hashlib.sha256(payload).digest() + payload)
    assert answers(load_filters(SOURCES, tmp_path)) == wanted


def test_a_file_that_others_may_write_is_not_read(tmp_path: Path) -> None:
    load_filters(SOURCES, tmp_path)
    path = stored(tmp_path)
    path.chmod(0o666)
    load_filters(SOURCES, tmp_path)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_the_name_tells_everything_that_matters() -> None:
    names = {
        fingerprint(sources)
        for sources in (
            SOURCES, SOURCES[:1], SOURCES[::-1], [Source("one", TEXT, "2"), SOURCES[1]], [Source("uno", TEXT,
            "1"), SOURCES[1]],
            [Source("one", TEXT + " ", "1"), SOURCES[1]], [], [Source("a", "bc")], [Source("ab", "c")],
            [Source("a", "\ud800")],
        )
    }  # fmt: skip
    assert len(names) == 10


def test_only_the_newest_files_stay(tmp_path: Path) -> None:
    for number in range(compiled.KEPT + 3):
        load_filters([Source("a", f"||x{number}.example^")], tmp_path)
    assert len(list(tmp_path.glob("filters-*.bin"))) == compiled.KEPT


def test_a_folder_that_cannot_be_written_is_no_failure(tmp_path: Path) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("no folder")
    assert answers(load_filters(SOURCES, blocked))
