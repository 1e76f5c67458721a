from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from audit_recordings import Audit, write_har

from louver.audit.knowledge import Judgement, load_judgement
from louver.audit.report import judged
from louver.audit.sources import visit_file
from louver.audit.visit import Modes

if TYPE_CHECKING:
    from pathlib import Path

    from louver.reports.audit_document import VisitRow


@pytest.fixture(scope="session")
def judgement(tmp_path_factory: pytest.TempPathFactory) -> Judgement:
    with pytest.MonkeyPatch.context() as patch:
        for name in ("CONFIG", "DATA", "CACHE"):
            patch.setenv(f"XDG_{name}_HOME", str(tmp_path_factory.mktemp(name)))
        return load_judgement(None, ())


@pytest.fixture
def audit(tmp_path: Path, judgement: Judgement) -> Audit:
    """Return the audit of entries as a function."""

    def run(entries: list[dict[str, Any]], consent: str | None = None, gpc: bool | None = None) -> VisitRow:
        visit = visit_file(write_har(tmp_path / "visit.har", entries), judgement, Modes(consent, gpc))
        return judged(visit, judgement)

    return run
