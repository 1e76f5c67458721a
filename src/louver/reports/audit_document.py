"""Knows the form of an audit report: plain values, versioned, the one thing that every format is made from.

`schema` changes when a field changes its meaning or goes away; new fields may appear. Only `run` differs between two
audits of the same recording. Addresses are masked and have no query; values of identifiers are labels.
"""

from __future__ import annotations

from typing import Final

from msgspec import Struct

SCHEMA: Final = "louver-audit/1"
SEVERITIES: Final = ("info", "low", "medium", "high")


class Run(Struct, frozen=True):
    """What differs from run to run: when the audit was made (UTC), how long it took, by which version."""

    at: str
    seconds: float
    louver: str


class ReferenceRow(Struct, frozen=True):
    """A law or a standard that a rule touches; information, not legal advice."""

    name: str
    url: str


class Rule(Struct, frozen=True):
    """One check: a stable id, a title, what to do about it, what it touches."""

    id: str
    title: str
    advice: str
    references: list[ReferenceRow]


class EvidenceRow(Struct, frozen=True):
    """One thing that was seen. `exchange` counts the visit's exchanges from 1, `at` is seconds into the visit."""

    what: str
    exchange: int | None
    url: str
    at: float | None


class FindingRow(Struct, frozen=True):
    """One finding. `fingerprint` is the same for the same finding in another run; `state` is open, ignored or known."""

    rule: str
    severity: str
    title: str
    subject: str
    site: str
    evidence: list[EvidenceRow]
    more: int
    fingerprint: str
    state: str = "open"
    reason: str = ""


class OwnerRow(Struct, frozen=True):
    """One organisation as it was met: requests, identifiers that it got, whether it tracks, how its name is written."""

    name: str
    hosts: list[str]
    categories: list[str]
    requests: int
    identifiers: int
    tracks: bool
    region: str | None
    times: list[float]


class LinkRow(Struct, frozen=True):
    """Two organisations that hold the same identifier."""

    one: str
    other: str
    identifiers: int


class AxisRow(Struct, frozen=True):
    """One point on the two axes: privacy kept and page kept, each from 0 to 100."""

    policy: str
    privacy: int
    page: int


class Numbers(Struct, frozen=True):
    """The figures behind the axes."""

    exchanges: int
    pages: int
    third_party_requests: int
    third_party_owners: int
    third_party_sites: int
    tracker_owners: int
    third_party_cookies: int
    tracking_cookies: int
    owners_identifying: int
    owners_after_matching: int
    longest_cookie_days: int
    identifier_bits: float


class CoverageRow(Struct, frozen=True):
    """How much was looked into: shares of 1, and what was left out by reason."""

    exchanges: int
    answered: int
    skipped: dict[str, int]
    inside: bool
    unchecked: dict[str, str]


class ConsentRow(Struct, frozen=True):
    """One consent or opt-out signal, decoded, where it was first met."""

    mechanism: str
    words: str
    exchange: int
    at: float | None


class PictureRow(Struct, frozen=True):
    """A screenshot: what state it shows, its file in the evidence folder, its bytes as base64."""

    title: str
    file: str
    png: str


class VisitRow(Struct, frozen=True):
    """One visit with its findings, gravest first."""

    source: str
    form: str
    site: str
    started: str
    consent: str | None
    gpc: bool | None
    numbers: Numbers
    axes: list[AxisRow]
    coverage: CoverageRow
    owners: list[OwnerRow]
    links: list[LinkRow]
    consents: list[ConsentRow]
    findings: list[FindingRow]
    partial: bool = False
    duration: float | None = None
    first_consent: float | None = None
    pictures: list[PictureRow] = []


class Verdict(Struct, frozen=True):
    """Whether the limits were kept: `failed` says by what they were broken, `findings` by which, as fingerprints."""

    passed: bool
    failed: list[str]
    findings: list[str] = []


class Document(Struct, frozen=True):
    """A whole report."""

    run: Run
    lists: list[str]
    rules: list[Rule]
    visits: list[VisitRow]
    verdict: Verdict
    schema: str = SCHEMA
    partial: bool = False

    @property
    def findings(self) -> list[FindingRow]:
        """All findings of all visits."""
        return [each for visit in self.visits for each in visit.findings]

    def rule(self, name: str) -> Rule:
        """Return a rule by its id."""
        return next(each for each in self.rules if each.id == name)


def name_of(visit: VisitRow) -> str:
    """Return what a visit is called beside others of the same site: the site, and how the visit was made."""
    ways = [visit.consent, "GPC" if visit.gpc else None]
    said = ", ".join(way for way in ways if way)
    return f"{visit.site or visit.source}{f' ({said})' if said else ''}"


def by_severity(findings: list[FindingRow]) -> dict[str, int]:
    """Count open findings, the gravest first."""
    return {
        severity: sum(each.severity == severity and each.state == "open" for each in findings)
        for severity in reversed(SEVERITIES)
    }
