"""Knows when a pipeline should stop: by severity, rule or budget, beside a baseline, and with ignores that end."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, Any, Final

import msgspec
import yaml

from louver.errors import LouverError
from louver.reports.audit_document import SCHEMA, SEVERITIES, Document, FindingRow, Verdict, VisitRow, name_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from pathlib import Path

BUDGETS: Final[Mapping[str, str]] = {
    "max_requests": "exchanges",
    "max_third_party_requests": "third_party_requests",
    "max_third_party_owners": "third_party_owners",
    "max_third_party_sites": "third_party_sites",
    "max_third_party_cookies": "third_party_cookies",
    "max_tracker_owners": "tracker_owners",
    "max_tracking_cookies": "tracking_cookies",
    "max_owners_identifying": "owners_identifying",
    "max_cookie_days": "longest_cookie_days",
}
"""Budget to the figure that it limits."""
KEYS: Final = (*BUDGETS, "forbid", "ignore")
NEVER: Final = "never"


class BadLimitsError(LouverError):
    """A limit, a budgets file or a baseline that cannot be read as one."""

    exit_code = 2

    def __init__(self, where: object, reason: str) -> None:
        super().__init__(f"{where}: {reason}")


@dataclass(frozen=True, slots=True)
class Ignore:
    """Findings to let pass: `rule` and `subject` may hold `*`. It needs a reason, and ends after `until` if given."""

    rule: str
    subject: str
    reason: str
    until: date | None = None

    def covers(self, finding: FindingRow, today: date) -> bool:
        """Tell whether a finding is let pass today."""
        in_time = self.until is None or today <= self.until
        return in_time and fnmatchcase(finding.rule, self.rule) and fnmatchcase(finding.subject, self.subject)


@dataclass(frozen=True, slots=True)
class Limits:
    """What is too much. `known` are the fingerprints of a baseline; only findings that are new beside it count."""

    fail_on: tuple[str, ...] = ()
    budgets: Mapping[str, int] = field(default_factory=dict)
    forbid: tuple[str, ...] = ()
    ignores: tuple[Ignore, ...] = ()
    known: frozenset[str] = frozenset()


def check_fail_on(texts: Sequence[str], rules: Iterable[str]) -> tuple[str, ...]:
    """Return severities and rules to fail on. Raises BadLimitsError for a word that is neither."""
    known = {*SEVERITIES, NEVER, *rules}
    for text in texts:
        if text not in known:
            raise BadLimitsError("--fail-on", f"{text!r} is neither a severity ({', '.join(SEVERITIES)}) nor a rule")
    return tuple(text for text in texts if text != NEVER)


def read_budgets(path: Path, rules: Iterable[str]) -> Limits:
    """Read a budgets file (YAML). Raises BadLimitsError with file and key."""
    try:
        document = yaml.safe_load(path.read_text("utf-8"))
    except (OSError, UnicodeError, yaml.YAMLError) as error:
        raise BadLimitsError(path, str(error)) from error
    if not isinstance(document, dict):
        raise BadLimitsError(path, "expected `name: value` lines")
    for key in document:
        if key not in KEYS:
            raise BadLimitsError(path, f"{key}: unknown; known are {', '.join(KEYS)}")
    budgets = {key: _whole(path, key, document[key]) for key in document if key in BUDGETS}
    forbid = _forbidden(path, document.get("forbid", []), set(rules))
    ignores = tuple(_ignore(path, number, row) for number, row in enumerate(document.get("ignore") or [], 1))
    return Limits(budgets=budgets, forbid=forbid, ignores=ignores)


def read_baseline(path: Path) -> frozenset[str]:
    """Return the fingerprints of an earlier JSON report. Raises BadLimitsError."""
    try:
        document = msgspec.json.decode(path.read_bytes(), type=Document)
    except (OSError, msgspec.MsgspecError, UnicodeError) as error:
        raise BadLimitsError(path, f"no report of louver audit --format json: {error}") from error
    if document.schema != SCHEMA:
        raise BadLimitsError(path, f"schema {document.schema!r} is not {SCHEMA!r}")
    return frozenset(each.fingerprint for each in document.findings)


def with_states(visit: VisitRow, limits: Limits, today: date) -> VisitRow:
    """Return a visit whose findings say whether they are open, ignored, or known from the baseline."""
    findings = [_with_state(each, limits, today) for each in visit.findings]
    return msgspec.structs.replace(visit, findings=findings)


def verdict(visits: Sequence[VisitRow], limits: Limits) -> Verdict:
    """Return whether all limits are kept, and which are not."""
    over = [(visit, each) for visit in visits for each in visit.findings if _is_over(each, limits)]
    failed = [words for visit in visits for words in _over_budget(visit, limits)]
    failed += [f"{name_of(visit)}: {each.severity} {each.rule}: {each.title}" for visit, each in over]
    return Verdict(not failed, failed, [each.fingerprint for _, each in over])


def _over_budget(visit: VisitRow, limits: Limits) -> Iterator[str]:
    for budget, most in limits.budgets.items():
        amount = getattr(visit.numbers, BUDGETS[budget])
        if amount > most:
            yield f"{name_of(visit)}: {budget} is {most}, found {amount}"


def _is_over(each: FindingRow, limits: Limits) -> bool:
    if each.state != "open":
        return False
    least = min((SEVERITIES.index(one) for one in limits.fail_on if one in SEVERITIES), default=len(SEVERITIES))
    return each.rule in limits.forbid or each.rule in limits.fail_on or SEVERITIES.index(each.severity) >= least


def _with_state(finding: FindingRow, limits: Limits, today: date) -> FindingRow:
    ignore = next((one for one in limits.ignores if one.covers(finding, today)), None)
    if ignore is not None:
        return msgspec.structs.replace(finding, state="ignored", reason=ignore.reason)
    if finding.fingerprint in limits.known:
        return msgspec.structs.replace(finding, state="known", reason="in the baseline")
    return finding


def _whole(path: Path, key: str, value: Any) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or value < 0:
        raise BadLimitsError(path, f"{key}: expected a whole number, not {value!r}")
    return value


def _forbidden(path: Path, value: Any, rules: set[str]) -> tuple[str, ...]:
    if not isinstance(value, list) or not all(isinstance(one, str) for one in value):
        raise BadLimitsError(path, "forbid: expected a list of rules")
    for one in value:
        if one not in rules:
            raise BadLimitsError(path, f"forbid: there is no rule {one!r}")
    return tuple(value)


def _ignore(path: Path, number: int, row: Any) -> Ignore:
    where = f"ignore, row {number}"
    if not isinstance(row, dict) or not row.keys() <= {"rule", "subject", "reason", "until"}:
        raise BadLimitsError(path, f"{where}: expected rule, subject, reason and until")
    if not isinstance(row.get("rule"), str) or not str(row.get("reason") or "").strip():
        raise BadLimitsError(path, f"{where}: needs a rule and a reason")
    until = row.get("until")
    if until is not None and type(until) is not date:
        raise BadLimitsError(path, f"{where}: until: expected a date such as 2026-12-31")
    return Ignore(row["rule"], str(row.get("subject", "*")), str(row["reason"]), until)
