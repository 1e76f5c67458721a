"""Knows the formats that an audit report can be written in; a new one is a new function and a row here."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from louver.reports.audit_html import as_html
from louver.reports.audit_machines import as_junit, as_sarif
from louver.reports.audit_text import as_csv, as_json_lines, as_json_report, as_markdown

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from louver.reports.audit_document import Document

FORMATS: Final[Mapping[str, Callable[[Document], str]]] = {
    "html": as_html,
    "json": as_json_report,
    "jsonl": as_json_lines,
    "markdown": as_markdown,
    "sarif": as_sarif,
    "junit": as_junit,
    "csv": as_csv,
}
"""Format to the function that writes it. The sanitised HAR is made from visits, not from a report: `audit.export`."""

FILES: Final[Mapping[str, str]] = {
    "html": "report.html",
    "json": "report.json",
    "jsonl": "findings.jsonl",
    "markdown": "report.md",
    "sarif": "report.sarif",
    "junit": "junit.xml",
    "csv": "findings.csv",
    "har": "visits.har",
}
"""Format to its file's name in a folder of evidence."""
