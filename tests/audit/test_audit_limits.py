"""When a pipeline stops, and what it lets pass."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import pytest
from msgspec.structs import replace
from test_audit_formats import VISIT

from louver.audit.limits import (
    BadLimitsError,
    Ignore,
    Limits,
    check_fail_on,
    read_baseline,
    read_budgets,
    verdict,
    with_states,
)
from louver.reports.audit_document import FindingRow

if TYPE_CHECKING:
    from pathlib import Path

TODAY = date(2026, 3, 1)
RULES = ["session-replay", "known-tracker"]


def finding(rule: str = "known-tracker", severity: str = "medium", subject: str = "Ads Inc") -> FindingRow:
    return FindingRow(rule, severity, "a title", subject, "shop.example", [], 0, f"{rule}-{subject}")


def judge(limits: Limits, *findings: FindingRow) -> bool:
    visit = with_states(replace(VISIT, findings=list(findings)), limits, TODAY)
    return verdict([visit], limits).passed


@pytest.mark.parametrize(
    ("fail_on", "severity", "passed"),
    [("high", "medium", True), ("medium", "medium", False), ("low", "high", False), ("never", "high", True)],
)
def test_a_severity_stops_from_there_on(fail_on: str, severity: str, passed: bool) -> None:
    assert judge(Limits(check_fail_on([fail_on], RULES)), finding(severity=severity)) is passed


def test_a_rule_stops_whatever_its_severity() -> None:
    limits = Limits(check_fail_on(["session-replay"], RULES))
    assert not judge(limits, finding("session-replay", "info"))
    assert judge(limits, finding("known-tracker", "high"))


def test_a_word_that_is_neither_is_refused() -> None:
    with pytest.raises(BadLimitsError, match="'grave' is neither"):
        check_fail_on(["grave"], RULES)


def test_a_budget_counts_figures() -> None:
    assert VISIT.numbers.third_party_owners == 3
    assert judge(Limits(budgets={"max_third_party_owners": 3}))
    assert not judge(Limits(budgets={"max_third_party_owners": 2}))


def test_what_the_baseline_knows_does_not_stop() -> None:
    limits = Limits(("medium",), known=frozenset({"known-tracker-Ads Inc"}))
    assert judge(limits, finding())
    assert not judge(limits, finding(), finding(subject="New Inc"))


@pytest.mark.parametrize(("until", "passed"), [(None, True), (date(2026, 3, 1), True), (date(2026, 2, 28), False)])
def test_an_ignore_lasts_to_its_date(until: date | None, passed: bool) -> None:
    limits = Limits(("medium",), ignores=(Ignore("known-*", "Ads*", "contract signed", until),))
    assert judge(limits, finding()) is passed


def test_a_budgets_file_says_it_all(tmp_path: Path) -> None:
    path = tmp_path / "budgets.yaml"
    path.write_text(
        "max_third_party_owners: 5\nforbid: [session-replay]\n"
        "ignore: [{rule: known-tracker, subject: Ads Inc, reason: contract, until: 2026-12-31}]\n"
    )
    limits = read_budgets(path, RULES)
    assert limits.budgets == {"max_third_party_owners": 5}
    assert limits.forbid == ("session-replay",)
    assert limits.ignores == (Ignore("known-tracker", "Ads Inc", "contract", date(2026, 12, 31)),)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("max_owners: 5", "max_owners: unknown"),
        ("max_requests: many", "max_requests: expected a whole number"),
        ("max_requests: true", "max_requests: expected a whole number"),
        ("forbid: [nonsense]", "there is no rule 'nonsense'"),
        ("ignore: [{rule: known-tracker}]", "needs a rule and a reason"),
        ("ignore: [{rule: known-tracker, reason: x, until: soon}]", "expected a date"),
        ("- a list", "expected `name: value` lines"),
        (": :", "budgets.yaml"),
    ],
)
def test_a_broken_budgets_file_says_where(tmp_path: Path, text: str, words: str) -> None:
    path = tmp_path / "budgets.yaml"
    path.write_text(text)
    with pytest.raises(BadLimitsError, match=words):
        read_budgets(path, RULES)


def test_a_baseline_that_is_no_report_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "old.json"
    path.write_text("{}")
    with pytest.raises(BadLimitsError, match="no report of louver audit"):
        read_baseline(path)
