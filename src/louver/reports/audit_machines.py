"""Knows the formats of an audit report that other programs read: SARIF 2.1.0 and JUnit."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final
from urllib.parse import quote
from xml.etree import ElementTree as ET

from louver.reports.audit_document import SEVERITIES, name_of
from louver.reports.explanation import printable
from louver.reports.terminal import as_json

if TYPE_CHECKING:
    from louver.reports.audit_document import Document, FindingRow, Rule, VisitRow

SARIF: Final = "https://json.schemastore.org/sarif-2.1.0.json"
LEVELS: Final = {"info": "note", "low": "note", "medium": "warning", "high": "error"}
SCORES: Final = {"info": "0.0", "low": "3.0", "medium": "5.5", "high": "8.0"}
"""What code-scanning services sort by; chosen to fall into their own words low, medium and high."""


def as_sarif(document: Document) -> str:
    """Return a SARIF log with one run."""
    used = {each.rule for each in document.findings}
    rules = [rule for rule in document.rules if rule.id in used]
    order = {rule.id: index for index, rule in enumerate(rules)}
    run = {
        "tool": {
            "driver": {
                "name": "Louver",
                "semanticVersion": document.run.louver,
                "rules": [_sarif_rule(rule, document) for rule in rules],
            }
        },
        "automationDetails": {"id": "louver-audit/"},
        "columnKind": "unicodeCodePoints",
        "results": [_result(each, visit, order) for visit in document.visits for each in visit.findings],
    }
    return as_json({"$schema": SARIF, "version": "2.1.0", "runs": [run]}) + "\n"


def _sarif_rule(rule: Rule, document: Document) -> dict[str, Any]:
    worst = max((each.severity for each in document.findings if each.rule == rule.id), key=SEVERITIES.index)
    links = "; ".join(f"{one.name}: {one.url}" for one in rule.references)
    told: dict[str, Any] = {
        "id": rule.id,
        "shortDescription": {"text": rule.title},
        "fullDescription": {"text": rule.title},
        "help": {"text": f"{rule.advice}\n{links}".strip()},
        "defaultConfiguration": {"level": LEVELS[worst]},
        "properties": {"tags": ["privacy"], "security-severity": SCORES[worst]},
    }
    if rule.references:
        told["helpUri"] = rule.references[0].url
    return told


def _result(each: FindingRow, visit: VisitRow, order: dict[str, int]) -> dict[str, Any]:
    evidence = "".join(f"\n- {row.what} {row.url}".rstrip() for row in each.evidence)
    told: dict[str, Any] = {
        "ruleId": each.rule,
        "ruleIndex": order[each.rule],
        "level": LEVELS[each.severity],
        "message": {"text": printable(each.title) + printable_lines(evidence)},
        "locations": [
            {
                "physicalLocation": {"artifactLocation": {"uri": quote(visit.source, safe="/:._-")}},
                "logicalLocations": [{"fullyQualifiedName": each.site, "kind": "module"}],
            }
        ],
        "partialFingerprints": {"louver/v1": each.fingerprint},
    }
    if each.state == "known":
        told["baselineState"] = "unchanged"
    if each.state == "ignored":
        told["suppressions"] = [{"kind": "external", "justification": each.reason}]
    return told


def printable_lines(text: str) -> str:
    """Return text of several lines with each line harmless."""
    return "\n".join(map(printable, text.split("\n")))


def as_junit(document: Document) -> str:
    """Return one suite a visit and one case a rule; findings over the limits fail, budgets have a case of their own."""
    failed = set(document.verdict.findings)
    suites = ET.Element("testsuites", name="louver audit")
    total = failures = 0
    for visit in document.visits:
        suite = ET.SubElement(suites, "testsuite", name=_xml(name_of(visit)))
        bad = sum(_case(suite, rule, visit, failed) for rule in document.rules)
        bad += _budget_case(suite, visit, document)
        suite.set("tests", str(len(suite)))
        suite.set("failures", str(bad))
        total, failures = total + len(suite), failures + bad
    suites.set("tests", str(total))
    suites.set("failures", str(failures))
    ET.indent(suites)
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + ET.tostring(suites, encoding="unicode") + "\n"


def _case(suite: ET.Element, rule: Rule, visit: VisitRow, failed: set[str]) -> bool:
    case = ET.SubElement(suite, "testcase", classname=_xml(name_of(visit)), name=rule.id)
    findings = [each for each in visit.findings if each.rule == rule.id]
    over = [each for each in findings if each.fingerprint in failed and each.state == "open"]
    if rule.id in visit.coverage.unchecked:
        ET.SubElement(case, "skipped", message=visit.coverage.unchecked[rule.id])
    elif over:
        text = "\n".join(_xml(f"{each.severity}: {each.title}") for each in over)
        ET.SubElement(case, "failure", message=_xml(rule.title), type=over[0].severity).text = text
    elif findings:
        ET.SubElement(case, "system-out").text = "\n".join(_xml(f"{each.severity}: {each.title}") for each in findings)
    return bool(over)


def _budget_case(suite: ET.Element, visit: VisitRow, document: Document) -> bool:
    case = ET.SubElement(suite, "testcase", classname=_xml(name_of(visit)), name="budgets")
    over = [words for words in document.verdict.failed if words.startswith(f"{name_of(visit)}: max_")]
    if over:
        ET.SubElement(case, "failure", message="over budget", type="budget").text = _xml("\n".join(over))
    return bool(over)


def _xml(text: str) -> str:
    """Return text without the characters that XML 1.0 cannot hold."""
    return printable_lines(text)
