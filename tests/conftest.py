"""Knows what several rooms' tests need: the little internet, and a browser where one is installed."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

from louver.browser import find_browser
from louver.demo.internet import Internet

if TYPE_CHECKING:
    from collections.abc import Iterator


def pytest_sessionstart(session: pytest.Session) -> None:
    """Let no run that promised a browser (CI's) pass by skipping the tests that need one."""
    del session
    if os.environ.get("LOUVER_REQUIRE_BROWSER") and find_browser() is None:
        pytest.exit("LOUVER_REQUIRE_BROWSER is set, and no browser of the Chromium family is installed", returncode=1)


@pytest.fixture
def internet() -> Iterator[Internet]:
    """A small internet of its own for each test: the demo's world, to which a test may add with `serve`."""
    with Internet() as running:
        yield running


@pytest.fixture(scope="session")
def chromium() -> str:
    """The path of an installed browser of the Chromium family."""
    path = find_browser()
    if path is None:
        pytest.skip("no browser of the Chromium family is installed")
    return path
