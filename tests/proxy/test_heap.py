from __future__ import annotations

import sys

import pytest

from louver.proxy import heap


def test_giving_memory_back_is_harmless_everywhere(monkeypatch: pytest.MonkeyPatch) -> None:
    heap.give_back()
    monkeypatch.setattr(heap, "_trim", None)
    heap.give_back()


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="only the GNU C library has it")
def test_it_is_found_where_it_is_needed() -> None:
    assert heap._trim is not None
