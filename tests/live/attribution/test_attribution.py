"""How often page attribution is right, with a real browser's own record of its pages as the truth."""

from __future__ import annotations

import asyncio
import sys
from typing import TYPE_CHECKING

import pytest

from attribution import held_back, scenes
from attribution.browser import installed
from attribution.stage import play
from attribution.verdicts import Verdict, summary, table

if TYPE_CHECKING:
    from pathlib import Path

    from attribution.origin import World
    from attribution.stage import Scene

pytestmark = pytest.mark.live

PLAYS = [
    pytest.param(scenes.SCENES, scenes.WORLD, True, id="developed-against"),
    pytest.param(held_back.SCENES, held_back.WORLD, True, id="held-back"),
    pytest.param(scenes.SCENES[:5], scenes.WORLD, False, id="http1"),
]


@pytest.mark.parametrize(("acts", "world", "http2"), PLAYS)
def test_attribution_agrees_with_the_browser(
    acts: tuple[Scene, ...], world: World, http2: bool, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    program = installed()
    if program is None:
        pytest.skip("no Chromium or Chrome is installed")
    judged, unrecorded = asyncio.run(play(acts, world, program, tmp_path, http2=http2))
    attributable = [one for one in judged if one.attributable]
    right = [one for one in attributable if one.verdict in {Verdict.RIGHT, Verdict.RIGHT_SITE}]
    with capsys.disabled():
        sys.stdout.write(f"\n{table(judged)}\n{summary(judged)}; {len(unrecorded)} not in the browser's record\n")
    overconfident = [
        (one.exchange.url, one.exchange.page, one.load)
        for one in judged
        if one.confidence > 0.9 and one.verdict is not Verdict.RIGHT
    ]
    assert not overconfident
    assert len(judged) > 100
    assert len(right) >= 0.99 * len(attributable)
