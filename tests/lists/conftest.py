"""Knows what the tests of lists share: a publisher, and folders of their own."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from publisher import Publisher, a_publisher

from louver.lists.store import Store

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name in ("DATA", "CONFIG", "CACHE"):
        monkeypatch.setenv(f"XDG_{name}_HOME", str(tmp_path / name.lower()))
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"):
        monkeypatch.delenv(name, raising=False)
    return tmp_path


@pytest.fixture
def publisher() -> Iterator[Publisher]:
    with a_publisher() as running:
        yield running


@pytest.fixture
def store(home: Path) -> Store:
    return Store(home / "data" / "louver")
