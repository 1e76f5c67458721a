"""What lies on disk: whole or not at all, for the owner alone, and one line where it cannot be."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import pytest

from louver import folders
from louver.core.signals.own_forms import Seed
from louver.errors import LouverError
from louver.files import write_private
from louver.folders import UnusableFolderError
from louver.keys import FILE, SIZE, KeyUnusableError, install_key
from louver.own import BrokenOwnDataError, NoSuchValueError, Own, UnusableValueError

if TYPE_CHECKING:
    from pathlib import Path

JANE = "jane.doe@mail.example"


def mode(path: Path) -> int:
    return path.stat().st_mode & 0o777


def names(folder: Path) -> list[str]:
    return [path.name for path in folder.iterdir()]


# --- files


def test_a_file_is_replaced_whole_and_stays_private(tmp_path: Path) -> None:
    path = tmp_path / "new" / "x"
    write_private(path, "one")
    path.chmod(0o644)
    write_private(path, b"\x00two")
    assert path.read_bytes() == b"\x00two"
    assert (mode(path), mode(path.parent)) == (0o600, 0o700)
    write_private(path, "\udcff")
    assert path.read_bytes() == b"\xff"
    assert names(path.parent) == ["x"]


def test_writes_at_once_leave_one_of_them_whole_and_nothing_else(tmp_path: Path) -> None:
    texts = [str(number) * 10_000 for number in range(8)]
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda text: write_private(tmp_path / "x", text), texts * 3))
    assert (tmp_path / "x").read_text() in texts
    assert names(tmp_path) == ["x"]


def test_a_write_that_fails_leaves_nothing_behind(tmp_path: Path) -> None:
    (tmp_path / "x").mkdir()
    (tmp_path / "x" / "inner").touch()
    with pytest.raises(OSError):  # noqa: PT011  (which one depends on the system)
        write_private(tmp_path / "x", "text")
    assert names(tmp_path) == ["x"]


# --- the secret


def test_a_key_is_one_for_each_purpose_and_installation(tmp_path: Path) -> None:
    one, same, other = (install_key(tmp_path / "a", purpose) for purpose in ("ledger", "ledger", "pseudonym"))
    assert one == same != other
    assert install_key(tmp_path / "b", "ledger") != one
    assert (mode(tmp_path / "a" / FILE), (tmp_path / "a" / FILE).stat().st_size) == (0o600, SIZE)
    assert names(tmp_path / "a") == [FILE]


def test_all_who_start_together_agree_on_one_secret(tmp_path: Path) -> None:
    with ThreadPoolExecutor(8) as pool:
        keys = set(pool.map(lambda _: install_key(tmp_path, "ledger"), range(16)))
    assert len(keys) == 1
    assert names(tmp_path) == [FILE]


def test_a_damaged_secret_is_said_and_not_replaced(tmp_path: Path) -> None:
    (tmp_path / FILE).write_bytes(b"short")
    with pytest.raises(KeyUnusableError, match="expected 32 bytes, found 5"):
        install_key(tmp_path, "ledger")
    assert (tmp_path / FILE).read_bytes() == b"short"


def test_a_folder_that_takes_no_secret_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(KeyUnusableError, match="restore it"):
        install_key(tmp_path / "file", "ledger")


# --- folders


@pytest.mark.parametrize("name", ["config", "data", "cache"])
def test_a_folder_is_where_its_variable_says(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    monkeypatch.setenv(f"XDG_{name.upper()}_HOME", str(tmp_path / name))
    folder = getattr(folders, f"{name}_dir")()
    assert folder == tmp_path / name / "louver"
    assert mode(folder) == 0o700
    assert getattr(folders, f"{name}_dir")() == folder


@pytest.mark.parametrize("value", ["", "relative/path", "."])
def test_a_relative_folder_is_ignored(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, value: str) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("XDG_CONFIG_HOME", value)
    monkeypatch.chdir(tmp_path)
    folder = folders.config_dir()
    assert folder.is_absolute()
    assert folder.is_relative_to(tmp_path)
    assert not (tmp_path / "relative").exists()


def test_a_folder_that_cannot_be_made_is_said_in_one_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "file").touch()
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "file"))
    with pytest.raises(UnusableFolderError, match="XDG_DATA_HOME") as caught:
        folders.data_dir()
    assert isinstance(caught.value, LouverError)
    assert len(str(caught.value).splitlines()) == 1


# --- what a person registered


@pytest.fixture
def own(tmp_path: Path) -> Own:
    return Own(tmp_path / "config", tmp_path / "data")


def test_registered_values_are_found_and_never_written(own: Own, tmp_path: Path) -> None:
    own.add(Seed.EMAIL, f" {JANE.upper()} ", "work", None)
    own.add(Seed.NAME, "Jane Doe", "", None)
    assert own.data().scan(JANE)
    assert not own.data().scan("john.doe@mail.example")
    written = b"".join(path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()).lower()
    assert b"jane" not in written
    assert b"doe" not in written
    assert mode(own.path) == 0o600


def test_values_are_forgotten_by_their_number(own: Own) -> None:
    own.add(Seed.EMAIL, JANE, "work", None)
    own.add(Seed.EMAIL, "other@mail.example", "home", None)
    assert own.remove(1).label == "work"
    assert [value.label for value in own.values()] == ["home"]
    assert not own.data().scan(JANE)
    for number in (0, -1, 2):
        with pytest.raises(NoSuchValueError):
            own.remove(number)


def test_nothing_registered_finds_nothing_and_makes_no_key(own: Own, tmp_path: Path) -> None:
    assert own.values() == []
    assert not own.data()
    assert not (tmp_path / "data").exists()


@pytest.mark.parametrize("seed", list(Seed))
def test_a_value_that_is_none_is_refused(own: Own, seed: Seed) -> None:
    with pytest.raises(UnusableValueError):
        own.add(seed, " ", "", None)
    assert own.values() == []


@pytest.mark.parametrize("data", [b"", b"{", b"{}", b'["\xff"]', b"[" * 100_000, b'[{"seed":"odd"}]'])
def test_a_broken_file_is_said_and_kept(own: Own, data: bytes) -> None:
    own.path.parent.mkdir(parents=True)
    own.path.write_bytes(data)
    for ask in (own.values, own.data, lambda: own.add(Seed.EMAIL, JANE, "", None)):
        with pytest.raises(BrokenOwnDataError, match="register anew"):
            ask()
    assert own.path.read_bytes() == data
