"""Knows how an audit reads on paper: one self-contained HTML page without scripts, for a client or a boss."""

from __future__ import annotations

from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, Final

from louver.reports.audit_document import SEVERITIES, by_severity, name_of
from louver.reports.audit_drawings import graph, plot, timeline
from louver.reports.html import Markup, tag, together
from louver.reports.terminal import counted

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from louver.reports.audit_document import Document, EvidenceRow, FindingRow, Numbers, OwnerRow, Rule, VisitRow

STYLE: Final = Path(__file__).with_name("audit_style.css")
POLICY: Final = "default-src 'none'; style-src 'unsafe-inline'; img-src data:"
OPENED: Final = 3
"""Findings of a grave rule that are shown with their evidence at once."""
FIGURES: Final = (
    ("third_party_owners", "other organisations contacted"),
    ("tracker_owners", "of them known for tracking"),
    ("owners_identifying", "recognise the visitor"),
    ("owners_after_matching", "recognise the visitor once identifiers are matched"),
    ("tracking_cookies", "cookies that follow the visitor"),
    ("longest_cookie_days", "days that the longest of them stays"),
    ("third_party_requests", "requests to others"),
    ("exchanges", "requests in all"),
)
FORMS: Final = {"har": "a recorded visit (HAR)", "flows": "a recorded visit (mitmproxy)", "ledger": "past browsing"}
ANSWERS: Final = {
    "none": "the consent question was left unanswered",
    "accept": "everything was agreed to",
    "reject": "everything was refused",
}
LIMITS: Final = (
    "An audit sees what leaves the browser. What a server passes on later, and what happens inside a page that was not "
    "watched from inside, it does not see. References to law and standards are information, not legal advice. Values "
    "of identifiers are never written down: “value 3” is the same value wherever it stands in one visit."
)


def as_html(document: Document) -> str:
    """Return the whole page."""
    sites = " and ".join(dict.fromkeys(visit.site or visit.source for visit in document.visits)) or "nothing"
    title = f"What {sites} does to its visitors"
    head = tag(
        "head",
        tag("meta", charset="utf-8"),
        tag("meta", http_equiv="Content-Security-Policy", content=POLICY),
        tag("meta", name="viewport", content="width=device-width, initial-scale=1"),
        tag("title", title),
        tag("style", Markup(STYLE.read_text("utf-8"))),
    )
    parts = [_visit(visit, document, alone=len(document.visits) == 1) for visit in document.visits]
    top = tag("header", tag("p", "Louver audit", class_="brand"), tag("h1", title))
    body = tag("body", tag("main", top, _verdict(document), *parts, _foot(document)))
    return f"<!doctype html>\n{tag('html', head, body, lang='en')}\n"


def _verdict(document: Document) -> Markup | None:
    if document.partial:
        return tag(
            "p",
            "This report is partial: the audit was interrupted, or a source could not be audited.",
            class_="verdict bad",
        )
    if document.verdict.passed:
        return None
    failed = document.verdict.failed
    items = [tag("li", words) for words in failed[:8]]
    if len(failed) > 8:
        items.append(tag("li", f"and {len(failed) - 8} more"))
    words = f"Over the limit in {counted(len(failed), 'point')}"
    return tag("div", tag("b", words), tag("ul", *items), class_="verdict bad")


def _visit(visit: VisitRow, document: Document, *, alone: bool) -> Markup:
    load = timeline(visit)
    return tag(
        "section",
        None if alone else tag("h2", name_of(visit), class_="visit"),
        tag("p", _made_how(visit), class_="meta"),
        tag("p", _lead(visit.numbers, visit.site), class_="lead"),
        _tiles(visit.findings),
        _figures(visit),
        _drawing("Who talks to whom", graph(visit), _legend()) if visit.owners else None,
        _drawing("The load over time", load, "One mark for each request to somebody else.") if load else None,
        _pictures(visit),
        _consents(visit),
        tag("h2", "Findings"),
        *_rules(visit, document),
        _coverage(visit),
        _owners(visit.owners),
    )


def _made_how(visit: VisitRow) -> str:
    parts = [visit.source, FORMS.get(visit.form, "a visit in a fresh browser")]
    if visit.started:
        parts.append(visit.started.partition(".")[0].replace("T", " "))
    if visit.consent:
        parts.append(ANSWERS.get(visit.consent, visit.consent))
    if visit.gpc:
        parts.append("the browser sent Global Privacy Control")
    if visit.partial:
        parts.append("interrupted, partial")
    return " · ".join(parts)


def _lead(numbers: Numbers, site: str) -> str:
    if not numbers.third_party_owners:
        return f"{site} contacted nobody else in {counted(numbers.exchanges, 'request')}."
    asked = counted(numbers.third_party_owners, "other organisation")
    words = f"{site} let the browser contact {asked} in {counted(numbers.third_party_requests, 'request')}."
    if numbers.owners_identifying:
        verb = "recognises" if numbers.owners_identifying == 1 else "recognise"
        words += f" {numbers.owners_identifying} of them {verb} the visitor again"
        more = numbers.owners_after_matching - numbers.owners_identifying
        words += f", {numbers.owners_after_matching} once identifiers are matched." if more else "."
    else:
        words += " None of them was seen to recognise the visitor again."
    return words


def _tiles(findings: list[FindingRow]) -> Markup:
    counts = by_severity(findings)
    tiles = (
        tag("div", tag("b", str(count)), tag("span", name), class_=f"tile {name if count else 'none'}")
        for name, count in counts.items()
    )
    return tag("div", *tiles, class_="tiles")


def _figures(visit: VisitRow) -> Markup:
    rows = (
        tag("tr", tag("td", f"{getattr(visit.numbers, name):,}", class_="n"), tag("td", words))
        for name, words in FIGURES
    )
    caption = "Privacy left to a visitor, and how much of the page remains, under Louver's policies."
    left = tag("figure", plot(visit.axes), tag("figcaption", caption), class_="card")
    return tag("div", left, tag("div", tag("table", *rows), class_="card"), class_="two")


def _drawing(title: str, drawing: Markup, caption: str) -> Markup:
    return together(tag("h2", title), tag("figure", drawing, tag("figcaption", caption), class_="card"))


def _legend() -> Markup:
    kinds = (
        ("high", "recognises the visitor"),
        ("medium", "known for tracking"),
        ("info", "anybody else"),
    )
    parts = (tag("span", tag("i", class_=name), words) for name, words in kinds)
    return tag("span", *parts, class_="legend")


def _pictures(visit: VisitRow) -> Markup | None:
    if not visit.pictures:
        return None
    figures = (
        tag("figure", tag("img", src=f"data:image/png;base64,{one.png}", alt=one.title), tag("figcaption", one.title))
        for one in visit.pictures
    )
    return together(tag("h2", "What the visitor saw"), tag("div", *figures, class_="shots"))


def _consents(visit: VisitRow) -> Markup | None:
    if not visit.consents:
        return None
    rows = (
        tag("tr", tag("td", one.mechanism), tag("td", one.words), tag("td", _at(one.exchange, one.at), class_="n"))
        for one in visit.consents
    )
    head = tag("tr", tag("th", "signal"), tag("th", "what it says"), tag("th", "first seen", class_="n"))
    return together(tag("h2", "Consent and opt-out signals"), tag("div", tag("table", head, *rows), class_="card"))


def _rules(visit: VisitRow, document: Document) -> Iterator[Markup]:
    order = {rule.id: index for index, rule in enumerate(document.rules)}
    findings = sorted(visit.findings, key=lambda one: order[one.rule])
    groups = [list(group) for _, group in groupby(findings, key=lambda one: one.rule)]
    groups.sort(key=lambda group: -max(SEVERITIES.index(one.severity) for one in group))
    if not groups:
        yield tag("p", "None of the checks found anything.", class_="card")
    for group in groups:
        yield _rule(document.rule(group[0].rule), group)


def _rule(rule: Rule, findings: Sequence[FindingRow]) -> Markup:
    worst = max((one.severity for one in findings), key=SEVERITIES.index)
    grave = worst in {"high", "medium"}
    links = [
        together(" · " if index else "", tag("a", one.name, href=one.url)) for index, one in enumerate(rule.references)
    ]
    return tag(
        "section",
        tag("header", tag("span", worst, class_=f"chip {worst}"), tag("h3", rule.title), tag("code", rule.id)),
        tag("p", tag("b", "What to do: "), *_with_code(rule.advice), class_="advice"),
        *(_finding(one, opened=grave and index < OPENED) for index, one in enumerate(findings)),
        tag("p", "Touches: ", *links, class_="refs") if links else None,
        class_="rule card",
    )


def _with_code(words: str) -> Iterator[Markup]:
    """Yield a sentence of ours with what stands between backticks as code."""
    for index, part in enumerate(words.split("`")):
        yield tag("code", part) if index % 2 else together(part)


def _finding(one: FindingRow, *, opened: bool) -> Markup:
    state = None if one.state == "open" else tag("span", f" ({one.state}: {one.reason})", class_="state")
    dot = tag("span", class_=f"dot {one.severity}")
    summary = tag("summary", tag("span", dot, class_=one.severity), tag("span", one.title, state))
    rows = [_evidence(row) for row in one.evidence]
    if one.more:
        rows.append(tag("tr", tag("td"), tag("td"), tag("td", f"and {one.more} more"), tag("td")))
    return tag("details", summary, tag("table", *rows, class_="evidence"), open="" if opened else None)


def _evidence(row: EvidenceRow) -> Markup:
    number = f"#{row.exchange}" if row.exchange else ""
    at = "" if row.at is None else f"{row.at:.2f} s"
    return tag("tr", tag("td", number), tag("td", at), tag("td", row.what), tag("td", row.url))


def _coverage(visit: VisitRow) -> Markup:
    coverage = visit.coverage
    items = [
        tag("li", f"{coverage.answered:,} of {coverage.exchanges:,} requests with their answer on record."),
        *(
            tag("li", f"Left out: {counted(count, 'entry', 'entries')} {why}.")
            for why, count in coverage.skipped.items()
        ),
        *(tag("li", f"Not checked: {', '.join(names)}, because {why}.") for why, names in _unchecked(visit)),
    ]
    return together(
        tag("h2", "How far this audit could look"), tag("div", tag("ul", *items), tag("p", LIMITS), class_="card")
    )


def _unchecked(visit: VisitRow) -> list[tuple[str, list[str]]]:
    by_reason: dict[str, list[str]] = {}
    for name, why in visit.coverage.unchecked.items():
        by_reason.setdefault(why, []).append(name)
    return list(by_reason.items())


def _owners(owners: Sequence[OwnerRow]) -> Markup | None:
    if not owners:
        return None
    titles = (("organisation", None), ("does", None), ("hosts", None), ("requests", "n"), ("identifiers", "n"))
    head = tag("tr", *(tag("th", words, class_=kind) for words, kind in titles))
    rows = (
        tag(
            "tr",
            tag("td", one.name, tag("span", f" · {one.region}", class_="faint") if one.region else None),
            tag("td", ", ".join(one.categories)),
            tag("td", ", ".join(one.hosts[:4]) + (f" and {len(one.hosts) - 4} more" if len(one.hosts) > 4 else "")),
            tag("td", f"{one.requests:,}", class_="n"),
            tag("td", f"{one.identifiers:,}", class_="n"),
        )
        for one in owners
    )
    return together(tag("h2", "Organisations"), tag("div", tag("table", head, *rows), class_="card"))


def _at(exchange: int, at: float | None) -> str:
    return f"#{exchange}" if at is None else f"#{exchange}, {at:.2f} s"


def _foot(document: Document) -> Markup:
    made = document.run.at.partition(".")[0].replace("T", " ")
    words = f"Made by Louver {document.run.louver} on {made} UTC with the lists {', '.join(document.lists) or 'none'}."
    return tag("footer", tag("p", words), tag("p", f"Schema {document.schema}."))
