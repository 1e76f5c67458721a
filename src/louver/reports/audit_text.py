"""Knows the formats of an audit report that are rows of text: JSON, JSON Lines, CSV, Markdown, and the summary."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING, Final

import msgspec

from louver.reports.audit_document import by_severity, name_of
from louver.reports.explanation import printable
from louver.reports.terminal import as_json, counted

if TYPE_CHECKING:
    from collections.abc import Iterator

    from louver.reports.audit_document import Document, FindingRow, VisitRow

COLUMNS: Final = (
    "severity",
    "rule",
    "site",
    "subject",
    "title",
    "state",
    "reason",
    "source",
    "fingerprint",
    "evidence",
)
FORMULA: Final = ("=", "+", "-", "@", "\t", "\r")
"""Beginnings of a cell that a spreadsheet would calculate."""


def as_json_report(document: Document) -> str:
    """Return the whole document, indented, keys in the order of the schema."""
    return as_json(document) + "\n"


def as_json_lines(document: Document) -> str:
    """Return one finding a line, each with its visit's source and whether it is open."""
    rows = [
        {"schema": document.schema, "source": visit.source, **msgspec.to_builtins(each)}
        for visit in document.visits
        for each in visit.findings
    ]
    return "".join(as_json(row, indent=0) + "\n" for row in rows)


def as_csv(document: Document) -> str:
    """Return one finding a row; cells that a spreadsheet would calculate are quoted by an apostrophe."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(COLUMNS)
    for visit in document.visits:
        for each in visit.findings:
            rest = (each.state, each.reason, visit.source, each.fingerprint, _evidence(each))
            cells = (each.severity, each.rule, each.site, each.subject, each.title, *rest)
            writer.writerow([_inert(printable(cell)) for cell in cells])
    return out.getvalue()


def as_markdown(document: Document) -> str:
    """Return the report for a ticket or a merge request."""
    return "\n".join(_markdown(document)) + "\n"


def summary(document: Document) -> str:
    """Return a few lines for standard error: what was found where, and whether it is too much."""
    lines = [_visit_line(visit) for visit in document.visits]
    lines += [f"  over the limit: {words}" for words in document.verdict.failed[:20]]
    if len(document.verdict.failed) > 20:
        lines.append(f"  and {len(document.verdict.failed) - 20} more over the limit")
    if document.partial:
        lines.append("  this report is partial: something was left out")
    return "\n".join(map(printable, lines))


def _visit_line(visit: VisitRow) -> str:
    counts = ", ".join(f"{count} {name}" for name, count in by_severity(visit.findings).items() if count) or "nothing"
    owners = counted(visit.numbers.third_party_owners, "other organisation")
    return f"{name_of(visit)}: {counts} · {counted(visit.numbers.exchanges, 'request')}, {owners}"


def _evidence(each: FindingRow) -> str:
    return "; ".join(f"#{row.exchange} {row.what} {row.url}" if row.exchange else row.what for row in each.evidence)


def _inert(cell: str) -> str:
    return f"'{cell}" if cell.startswith(FORMULA) else cell


def _markdown(document: Document) -> Iterator[str]:
    yield "# What this website does to its visitors"
    for visit in document.visits:
        numbers = visit.numbers
        yield ""
        yield f"## {_plain(name_of(visit))}"
        yield ""
        yield f"Source `{_code(visit.source)}` ({visit.form}), consent {visit.consent or 'not declared'}."
        yield ""
        yield "| requests | other organisations | trackers | tracking cookies | identify the visitor | after matching |"
        yield "| ---: | ---: | ---: | ---: | ---: | ---: |"
        yield (
            f"| {numbers.exchanges} | {numbers.third_party_owners} | {numbers.tracker_owners} "
            f"| {numbers.tracking_cookies} | {numbers.owners_identifying} | {numbers.owners_after_matching} |"
        )
        for rule in document.rules:
            findings = [each for each in visit.findings if each.rule == rule.id]
            if findings:
                yield ""
                yield f"### {rule.title} (`{rule.id}`)"
                yield ""
                yield from (_finding_line(each) for each in findings)
                yield ""
                yield f"**What to do:** {rule.advice}"
    yield ""
    yield "Passed." if document.verdict.passed else "**Over the limit:**"
    yield from (f"- {_plain(words)}" for words in document.verdict.failed)


def _finding_line(each: FindingRow) -> str:
    state = "" if each.state == "open" else f" *({each.state}: {_plain(each.reason)})*"
    where = f" (request {each.evidence[0].exchange})" if each.evidence and each.evidence[0].exchange else ""
    return f"- **{each.severity}** {_plain(each.title)}{where}{state}"


def _plain(text: str) -> str:
    """Return text that Markdown shows as it is: what a page wrote makes no link, picture or tag."""
    return "".join(f"\\{character}" if character in "\\`*_{}[]()<>#!|~" else character for character in printable(text))


def _code(text: str) -> str:
    return printable(text).replace("`", "'")
