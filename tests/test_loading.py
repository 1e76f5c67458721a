"""Loading without looking for garbage: the collector is as it was afterwards, whatever happens."""

from __future__ import annotations

import gc

import pytest

from louver.loading import uncollected


def load(*, fails: bool) -> bool:
    """Load something; return whether garbage was looked for."""
    with uncollected():
        with uncollected():
            pass
        if fails:
            raise ValueError("on purpose")
        return gc.isenabled()


@pytest.mark.parametrize("before", [True, False])
def test_the_collector_is_as_it_was(before: bool) -> None:
    try:
        (gc.enable if before else gc.disable)()
        assert not load(fails=False)
        assert gc.isenabled() == before
        with pytest.raises(ValueError, match="on purpose"):
            load(fails=True)
        assert gc.isenabled() == before
    finally:
        gc.enable()
