"""What is kept of lists: races, damage, versions, and what decides when something is wrong."""

from __future__ import annotations

import hashlib
import multiprocessing
from pathlib import Path

import pytest
from publisher import rules

from louver.errors import LouverError
from louver.lists import store as store_module
from louver.lists.choose import UnusableListError, enabled_lists, named_lists
from louver.lists.store import (
    STATE,
    VERSIONS_KEPT,
    BadIdError,
    BrokenStateError,
    BusyStoreError,
    Entry,
    NoOlderVersionError,
    NoSuchListError,
    Store,
    TakenIdError,
    UnwritableStoreError,
    Version,
)
from louver.setup import Settings, Watcher


def put(store: Store, name: str, text: str, at: float = 0.0) -> None:
    data = text.encode()
    with store.editing() as state:
        entry = state.find(name)
        if entry is None:
            state.lists.append(entry := Entry(id=name, title=name, source=""))
        store.add_text(entry, Version(hashlib.sha256(data).hexdigest(), at, text.count("||")), data)


def texts(store: Store) -> list[Path]:
    return sorted(store.folder.glob("*.txt"))


def blocks(store: Store, cache: Path, host: str) -> bool:
    from louver.core.facts import ResourceType

    chosen = enabled_lists(store, store.read(), cache)
    url = f"https://{host}/x"
    return chosen.filters.verdict(url, "https://page.test/", "page.test", host, ResourceType.SCRIPT).block


def add_many(data_dir: str, start: int) -> None:
    store = Store(Path(data_dir))
    for place in range(start, start + 12):
        put(store, f"list{place}", rules(1, f"n{place}x"))


def test_two_processes_lose_none_of_each_others_changes(store: Store, home: Path) -> None:
    context = multiprocessing.get_context("spawn")
    workers = [context.Process(target=add_many, args=(str(home / "data" / "louver"), start)) for start in (0, 100, 200)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join(60)
        assert worker.exitcode == 0
    state = store.read()
    assert len(state.lists) == 36
    assert not any(store.damage(entry) for entry in state.lists)
    assert len(texts(store)) == 36


def test_who_waits_too_long_is_told(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(store_module, "PATIENCE", 0.1)
    with store.editing(), pytest.raises(BusyStoreError), Store(store.folder.parent).editing():
        raise AssertionError


def switch_off_one_and_another(store: Store) -> None:
    with store.editing() as state:
        state.entry("one").enabled = False
        state.entry("two").enabled = False


def test_nothing_is_written_where_a_change_fails(store: Store) -> None:
    put(store, "one", rules(1))
    before = (store.folder / STATE).read_bytes()
    with pytest.raises(NoSuchListError):
        switch_off_one_and_another(store)
    assert (store.folder / STATE).read_bytes() == before


def test_a_folder_that_cannot_be_written_is_one_line(store: Store) -> None:
    store.folder.parent.mkdir(parents=True)
    store.folder.write_text("a file in the place of a folder")
    with pytest.raises(UnwritableStoreError, match="nothing was changed"), store.editing():
        raise AssertionError


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{",
        b"[]",
        b"\xff\xfe",
        b'{"lists": [{"id": 7}]}',
        b'{"lists":[{"id":"a","title":"","source":"","versions":[{"sha256":"../../x","at":0,"rules":1}]}]}',
        b'{"lists":[{"id":"a","title":"","source":"","versions":[{"sha256":"'
        + b"0" * 64
        + b'","at":1e300,"rules":1}]}]}',
    ],
)
def test_a_damaged_state_is_one_clear_line(store: Store, content: bytes) -> None:
    store.folder.mkdir(parents=True)
    (store.folder / STATE).write_bytes(content)
    with pytest.raises(BrokenStateError) as caught:
        store.read()
    assert STATE in str(caught.value)
    assert len(str(caught.value).splitlines()) == 1


def test_a_state_that_is_a_folder_is_one_clear_line(store: Store) -> None:
    (store.folder / STATE).mkdir(parents=True)
    with pytest.raises(BrokenStateError):
        store.read()


def test_older_versions_are_kept_and_the_oldest_goes(store: Store) -> None:
    for count in range(1, VERSIONS_KEPT + 3):
        put(store, "one", rules(count), at=float(count))
    entry = store.read().entry("one")
    assert [version.rules for version in entry.versions] == [5, 4, 3]
    assert len(texts(store)) == VERSIONS_KEPT
    with store.editing() as state:
        assert [state.entry("one").roll_back().rules for _ in range(2)] == [4, 3]
        with pytest.raises(NoOlderVersionError):
            state.entry("one").roll_back()
    assert [path.read_text() for path in texts(store)] == [rules(3)]


def test_files_are_for_their_owner_only(store: Store) -> None:
    put(store, "one", rules(1))
    assert store.folder.stat().st_mode & 0o777 == 0o700
    assert {path.stat().st_mode & 0o777 for path in store.folder.iterdir()} == {0o600}
    assert not list(store.folder.glob(".*"))


@pytest.mark.parametrize("name", ["", "A", "a b", "../x", "a/b", "-a", "a-", "x" * 65, "a\n", "ä", "a,b"])
def test_an_id_that_cannot_be_one_is_refused(store: Store, name: str) -> None:
    with pytest.raises(BadIdError):
        store.read().check_new(name)


def test_an_id_is_taken_once(store: Store) -> None:
    put(store, "one", rules(1))
    for name in ("one", "louver"):
        with pytest.raises(TakenIdError):
            store.read().check_new(name)


def test_a_damaged_list_lets_its_older_version_and_the_others_decide(store: Store, home: Path) -> None:
    put(store, "one", rules(1, "old"))
    put(store, "one", rules(1, "new"))
    put(store, "two", rules(1, "two"))
    entry = store.read().entry("one")
    store.path(entry, entry.versions[0]).write_text("||evil.test^")
    chosen = enabled_lists(store, store.read(), home)
    (problem,) = chosen.problems
    assert "one" in problem
    assert "decides until then" in problem
    assert blocks(store, home, "old0.test")
    assert blocks(store, home, "two0.test")
    assert not blocks(store, home, "evil.test")


def test_a_missing_list_is_named_and_the_others_decide(store: Store, home: Path) -> None:
    put(store, "one", rules(1, "one"))
    put(store, "two", rules(1, "two"))
    entry = store.read().entry("one")
    store.path(entry, entry.versions[0]).unlink()
    chosen = enabled_lists(store, store.read(), home)
    assert "list one" in chosen.problems[0]
    assert [one.id for one in chosen.in_force] == ["louver", "two"]
    assert blocks(store, home, "two0.test")
    with pytest.raises(UnusableListError, match="one"):
        named_lists(["one"], home, store)


def test_a_list_that_is_off_or_empty_decides_nothing(store: Store, home: Path) -> None:
    put(store, "one", rules(1, "one"))
    with store.editing() as state:
        state.entry("one").enabled = False
        state.lists.append(Entry(id="empty", title="", source=""))
    assert not blocks(store, home, "one0.test")
    assert [one.id for one in enabled_lists(store, store.read(), home).in_force] == ["louver"]


def test_a_file_of_the_same_name_never_stands_in_for_an_enabled_list(
    store: Store, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(store, "one", rules(1, "one"))
    monkeypatch.chdir(home)
    (home / "one").write_text(rules(1, "stranger"))
    assert blocks(store, home, "one0.test")
    assert not blocks(store, home, "stranger0.test")


def test_what_is_in_force_is_told_with_version_hash_and_rules(store: Store, home: Path) -> None:
    put(store, "one", "! Version: 42\n" + rules(3))
    put(store, "table", "trackers: [{domain: t.test, owner: T, category: analytics}]")
    chosen = enabled_lists(store, store.read(), home)
    ours, one, table = chosen.in_force
    assert (ours.id, one.id, one.version, one.rules) == ("louver", "one", "42", 3)
    assert one.sha256 == hashlib.sha256(("! Version: 42\n" + rules(3)).encode()).hexdigest()
    assert table.rules == 2
    assert ours.rules > 1000


def test_lists_can_be_named_by_file_or_id_and_a_wrong_name_is_one_line(store: Store, home: Path) -> None:
    put(store, "one", rules(1, "one"))
    own = home / "own.txt"
    own.write_text(rules(2, "own"))
    chosen = named_lists(["one", str(own)], home, store)
    assert [(one.id, one.rules) for one in chosen.in_force] == [("one", 1), (str(own), 2)]
    for name in ("nothing", str(home), "\0", "/dev/null"):
        with pytest.raises(LouverError, match="list "):
            named_lists([name], home, store)


def test_a_table_with_a_mistake_names_it(store: Store, home: Path) -> None:
    own = home / "own.yaml"
    own.write_text("trackers: [{domain: 7}]")
    with pytest.raises(UnusableListError, match="trackers"):
        named_lists([str(own)], home, store)


def test_a_running_engine_is_exchanged_when_lists_change_and_only_then(store: Store, home: Path) -> None:
    settings = Settings(config_dir=home / "config" / "louver", data_dir=home / "data" / "louver", cache_dir=home)
    put(store, "one", rules(1, "one"))
    watcher = Watcher(settings, 0.0)
    assert not watcher.check(1.0)
    with store.editing() as state:
        state.entry("one").checked = 77.0  # asked, and nothing new
    first = watcher.engine
    assert not watcher.check(2.0)
    put(store, "one", rules(2, "one"))
    assert watcher.check(3.0)
    assert watcher.engine is not first
    assert [(one.id, one.rules) for one in watcher.lists[1:]] == [("one", 2)]
    (store.folder / STATE).write_text("{broken")
    with pytest.raises(BrokenStateError):
        watcher.check(4.0)
    assert not watcher.check(5.0)  # told once; the last good one stays
    assert watcher.lists[1].rules == 2


def test_a_mended_list_is_taken_up(store: Store, home: Path) -> None:
    settings = Settings(config_dir=home / "config" / "louver", data_dir=home / "data" / "louver", cache_dir=home)
    put(store, "one", rules(1, "one"))
    entry = store.read().entry("one")
    path = store.path(entry, entry.versions[0])
    path.write_text("damaged")
    watcher = Watcher(settings, 0.0)
    assert [one.id for one in watcher.lists] == ["louver"]
    put(store, "one", rules(1, "one"))
    assert watcher.check(1.0)
    assert [one.id for one in watcher.lists] == ["louver", "one"]
