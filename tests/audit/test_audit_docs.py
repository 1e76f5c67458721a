"""What is written about the audit is what it does."""

from __future__ import annotations

import json
from pathlib import Path

import msgspec

from louver.audit.checks import CHECKS
from louver.audit.limits import BUDGETS
from louver.reports.audit_document import Document
from louver.reports.audit_formats import FILES

DOCS = Path(__file__).resolve().parents[2] / "docs"


def test_every_check_budget_and_format_is_written_down() -> None:
    text = (DOCS / "audit.md").read_text("utf-8")
    assert not [check.id for check in CHECKS if f"| `{check.id}` | {check.title} |" not in text]
    assert not [budget for budget in BUDGETS if budget not in text]
    assert not [form for form in FILES if f"`{form}`" not in text]


def test_the_schema_is_that_of_the_reports() -> None:
    assert json.loads((DOCS / "audit-report.schema.json").read_text("utf-8")) == msgspec.json.schema(Document)
