"""Knows how visits become a report: every check that can be made is made, and what cannot be is said."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Final

from louver.audit.checks import CHECKS
from louver.audit.checks.regions import region_of
from louver.audit.finding import Severity
from louver.audit.score import axes, numbers
from louver.audit.visit import group
from louver.ledger.masking import masked_host
from louver.reports.audit_document import (
    ConsentRow,
    CoverageRow,
    EvidenceRow,
    FindingRow,
    LinkRow,
    OwnerRow,
    PictureRow,
    ReferenceRow,
    Rule,
    VisitRow,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from louver.audit.finding import Check, Found
    from louver.audit.knowledge import Judgement
    from louver.audit.visit import Visit

NEEDS: Final = {
    "facts": "the source keeps no headers and no bodies",
    "inside": "pages were not watched from inside; audit the address live for that",
}
"""Why a check could not be made."""
MOST_TIMES: Final = 200
MOST_LINKS: Final = 200


def rules() -> list[Rule]:
    """Return what each check is about, in the order of the table."""
    return [
        Rule(check.id, check.title, check.advice, [ReferenceRow(one.name, one.url) for one in check.references])
        for check in CHECKS
    ]


def judged(visit: Visit, judgement: Judgement, pictures: Sequence[PictureRow] = ()) -> VisitRow:
    """Return a visit with all its findings, the gravest first, and its screenshots."""
    made = [check for check in CHECKS if _can(check, visit)]
    findings = [_finding(check, one, visit) for check in made for one in check.find(visit)]
    findings.sort(key=lambda one: -Severity(one.severity).rank)
    times = [each.at for each in visit.exchanges if each.at is not None]
    consents = _consents(visit)
    agreed = next((each.at for each in visit.exchanges if each.agreed), None)
    return VisitRow(
        source=visit.source,
        form=visit.form,
        site=visit.site,
        started=visit.started,
        consent=visit.modes.consent,
        gpc=visit.modes.gpc,
        numbers=numbers(visit),
        axes=axes(visit, judgement),
        coverage=CoverageRow(
            exchanges=len(visit.exchanges),
            answered=sum(each.status is not None for each in visit.exchanges),
            skipped=dict(sorted(visit.skipped.items())),
            inside=visit.inside,
            unchecked={check.id: NEEDS[check.needs] for check in CHECKS if not _can(check, visit)},
        ),
        owners=_owners(visit),
        links=_links(visit),
        consents=consents,
        findings=findings,
        partial=visit.partial,
        duration=max(times, default=None),
        first_consent=agreed if visit.answered_at is None else visit.answered_at,
        pictures=list(pictures),
    )


def _can(check: Check, visit: Visit) -> bool:
    return {"": True, "facts": visit.has_facts, "inside": visit.inside}[check.needs]


def _finding(check: Check, one: Found, visit: Visit) -> FindingRow:
    site = one.site or visit.site
    mark = hashlib.sha256(f"{check.id}\0{site}\0{one.subject}".encode("utf-8", "replace")).hexdigest()[:16]
    return FindingRow(
        rule=check.id,
        severity=str(one.severity),
        title=one.title,
        subject=one.subject,
        site=site,
        evidence=[EvidenceRow(row.what, row.exchange, row.url, row.at) for row in one.evidence],
        more=one.more,
        fingerprint=mark,
    )


def _owners(visit: Visit) -> list[OwnerRow]:
    """Return the other organisations, those that got most identifiers first."""
    found = []
    for who, rows in group(visit.third(), lambda each: each.who).items():
        known = {one.value for each in rows for one in each.signals if one.identifies}
        found.append(
            OwnerRow(
                name=who,
                hosts=sorted({masked_host(each.host) for each in rows}),
                categories=sorted({each.category for each in rows if each.category}),
                requests=len(rows),
                identifiers=len(known),
                tracks=any(each.tracks for each in rows),
                region=region_of(rows[0].owner, rows[0].recipient),
                times=[each.at for each in rows if each.at is not None][:MOST_TIMES],
            )
        )
    return sorted(found, key=lambda one: (-one.identifiers, -one.requests, one.name))


def _links(visit: Visit) -> list[LinkRow]:
    marked = {one.thread for each in visit.third() for one in each.signals if "sync" in one.links}
    counts: dict[tuple[str, str], int] = {}
    for thread, knowers in visit.knowers().items():
        names = sorted(knowers) if thread in marked else []
        for index, one in enumerate(names):
            for other in names[index + 1 :]:
                counts[one, other] = counts.get((one, other), 0) + 1
    return [LinkRow(*pair, count) for pair, count in sorted(counts.items())][:MOST_LINKS]


def _consents(visit: Visit) -> list[ConsentRow]:
    first: dict[tuple[str, str], ConsentRow] = {}
    for each in visit.exchanges:
        for said in each.said:
            row = ConsentRow(said.mechanism, said.words, each.number, each.at)
            first.setdefault((said.mechanism, said.words), row)
    return list(first.values())
