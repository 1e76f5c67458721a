"""What every format promises, and that text from a page stays text in each."""

from __future__ import annotations

import csv
import io
import json
from html.parser import HTMLParser
from xml.etree import ElementTree as ET

import msgspec
import pytest

from louver.reports.audit_document import (
    AxisRow,
    ConsentRow,
    CoverageRow,
    Document,
    EvidenceRow,
    FindingRow,
    LinkRow,
    Numbers,
    OwnerRow,
    PictureRow,
    ReferenceRow,
    Rule,
    Run,
    Verdict,
    VisitRow,
)
from louver.reports.audit_formats import FILES, FORMATS

EVIL = "<script>alert(1)</script>\"'`|\u202e\x1b[31m=cmd()"
RULES = [
    Rule("known-tracker", "Known trackers are contacted", "Do without.", [ReferenceRow("GDPR", "https://law.example")]),
    Rule("session-replay", "Visits are recorded", "Do not.", []),
]
FINDINGS = [
    FindingRow(
        "known-tracker", "medium", f"{EVIL} learns of it", EVIL, "shop.example",
        [EvidenceRow(EVIL, 3, f"https://{EVIL}/", 1.25)], 2, "a1",
    ),
    FindingRow("known-tracker", "low", "=1+1", "-Other", "shop.example", [], 0, "b2", "ignored", EVIL),
]  # fmt: skip
VISIT = VisitRow(
    source=f"{EVIL}.har",
    form="har",
    site=EVIL,
    started="2026-03-01T12:00:00.000Z",
    consent="none",
    gpc=True,
    numbers=Numbers(10, 1, 5, 3, 4, 2, 3, 2, 1, 2, 365, 45.5),
    axes=[AxisRow("as it is", 40, 100), AxisRow("balanced", 95, 100)],
    coverage=CoverageRow(10, 9, {EVIL: 2}, inside=False, unchecked={"session-replay": "no facts"}),
    owners=[
        OwnerRow(EVIL, [EVIL], ["advertising"], 3, 2, tracks=True, region="China", times=[0.5, 1.0]),
        OwnerRow("Other", ["o.example"], [], 2, 1, tracks=True, region=None, times=[2.0]),
    ],
    links=[LinkRow(EVIL, "Other", 1)],
    consents=[ConsentRow("tcf", EVIL, 2, 0.5)],
    findings=FINDINGS,
    duration=3.0,
    first_consent=0.5,
    pictures=[PictureRow(EVIL, "before.png", "iVBORw0KGgo=")],
)
DOCUMENT = Document(
    Run("2026-03-01T12:00:05+00:00", 1.5, "0.1.0"), ["louver"], RULES, [VISIT],
    Verdict(passed=False, failed=[f"{EVIL}: too much"], findings=["a1"]),
)  # fmt: skip


def made(form: str) -> str:
    return FORMATS[form](DOCUMENT)


@pytest.mark.parametrize("form", FORMATS)
def test_no_format_holds_what_steers_a_terminal_or_turns_reading(form: str) -> None:
    text = made(form)
    assert "\x1b" not in text
    assert "\u202e" not in text
    assert form in FILES


def test_json_comes_back_as_the_same_document() -> None:
    assert msgspec.json.decode(made("json"), type=Document) == DOCUMENT
    assert json.loads(made("json"))["schema"] == "louver-audit/1"


def test_json_lines_are_one_finding_each() -> None:
    rows = [json.loads(line) for line in made("jsonl").splitlines()]
    assert [row["fingerprint"] for row in rows] == ["a1", "b2"]


def test_a_spreadsheet_calculates_nothing() -> None:
    rows = list(csv.reader(io.StringIO(made("csv"))))
    assert len(rows) == 3
    assert not [cell for row in rows for cell in row if cell.startswith(("=", "+", "-", "@"))]


def test_sarif_has_what_the_standard_demands() -> None:
    log = json.loads(made("sarif"))
    run = log["runs"][0]
    assert log["version"] == "2.1.0"
    assert [rule["id"] for rule in run["tool"]["driver"]["rules"]] == ["known-tracker"]
    for result in run["results"]:
        assert run["tool"]["driver"]["rules"][result["ruleIndex"]]["id"] == result["ruleId"]
        assert result["level"] in {"none", "note", "warning", "error"}
        assert result["message"]["text"]
        uri = result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"]
        assert not set(uri) & set('<>" \x1b')
    assert run["results"][1]["suppressions"][0]["kind"] == "external"


def test_junit_counts_what_fails_and_what_was_not_checked() -> None:
    suites = ET.fromstring(made("junit"))
    assert (suites.get("tests"), suites.get("failures")) == ("3", "1")
    assert [case.get("name") for case in suites.iter("testcase") if case.find("failure") is not None] == [
        "known-tracker"
    ]
    assert len(list(suites.iter("skipped"))) == 1


class Tags(HTMLParser):
    """Every tag with its attributes."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))


def test_the_page_stands_alone_and_runs_nothing() -> None:
    tags = Tags()
    tags.feed(made("html"))
    names = {name for name, _ in tags.found}
    assert not names & {"script", "iframe", "link", "object", "embed", "form", "base"}
    attributes = [(name, key, value or "") for name, known in tags.found for key, value in known.items()]
    assert not [key for _, key, _ in attributes if key.startswith("on")]
    assert all(value.startswith("data:image/png;base64,") for _, key, value in attributes if key == "src")
    assert all(value.startswith("https://") for _, key, value in attributes if key == "href")
    assert "default-src &#x27;none&#x27;" in made("html")


def test_the_page_says_it_in_words() -> None:
    page = made("html")
    assert "let the browser contact 3 other organisations in 5 requests. 1 of them recognises the visitor again" in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page
    assert "Over the limit in 1 point" in page


def test_markdown_makes_no_markup_of_what_a_page_wrote() -> None:
    assert "<script>" not in made("markdown").replace("\\<script\\>", "").split("Source")[0]
    assert "## \\<script\\>alert\\(1\\)" in made("markdown")
