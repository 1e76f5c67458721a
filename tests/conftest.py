"""Knows what several rooms' tests need: the little internet, and a browser where one is installed."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from louver.browser import find_browser
from louver.demo.internet import Internet

if TYPE_CHECKING:
    from collections.abc import Iterator


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
