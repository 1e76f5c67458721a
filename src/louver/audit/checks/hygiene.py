"""Knows the settings by which a site keeps others from learning more than they must, and which of them are missing."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from louver.audit.finding import REFERRER, SECURE, Check, Found, Reference, Severity, found, row
from louver.audit.visit import group
from louver.core.facts import ResourceType
from louver.core.sites import host_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from louver.audit.visit import Exchange, Visit

MIXED: Final = Reference("W3C Mixed Content", "https://www.w3.org/TR/mixed-content/")
PERMISSIONS: Final = Reference("W3C Permissions Policy", "https://www.w3.org/TR/permissions-policy-1/")
POLICY: Final = Reference("W3C Content Security Policy", "https://www.w3.org/TR/CSP3/")
LOCAL: Final = frozenset({"localhost", "127.0.0.1", "[::1]"})
TALKATIVE: Final = frozenset({"unsafe-url", "no-referrer-when-downgrade"})
ACTIVE: Final = frozenset({ResourceType.SCRIPT, ResourceType.SUBDOCUMENT, ResourceType.STYLESHEET})
ADVERTISING: Final = ("browsing-topics", "attribution-reporting", "join-ad-interest-group", "run-ad-auction")


def mixed(visit: Visit) -> Iterator[Found]:
    """Find parts of a secure page that are fetched in the open."""
    bare = (
        each
        for each in visit.exchanges
        if each.page_url.startswith("https:")
        and each.url.startswith("http:")
        and each.host not in LOCAL
        and each.type not in {ResourceType.DOCUMENT, ResourceType.PING}
    )
    for host, rows in group(bare, lambda each: each.host).items():
        active = any(each.type in ACTIVE for each in rows)
        severity = Severity.MEDIUM if active else Severity.LOW
        title = f"A secure page fetches from {host} without encryption, for anyone on the way to read"
        yield found(host, title, severity, (row(each, f"{each.type} over HTTP") for each in rows))


def open_pages(visit: Visit) -> Iterator[Found]:
    """Find pages that are served in the open."""
    bare = (each for each in _pages(visit) if each.url.startswith("http:") and host_of(each.url) not in LOCAL)
    for host, rows in group(bare, lambda each: each.host).items():
        evidence = (row(each, "page over HTTP") for each in rows)
        yield found(host, f"Pages of {host} come without encryption", Severity.MEDIUM, evidence)


def policies(visit: Visit) -> Iterator[Found]:
    """Find pages whose headers let others learn more than they must."""
    flaws = ((each, words) for each in _pages(visit) if visit.has_facts for words in _flaws(each))
    for subject, rows in group(flaws, lambda pair: f"{pair[0].host} {pair[1].partition(':')[0]}").items():
        words = rows[0][1]
        severity = Severity.LOW if "lets every" in words else Severity.INFO
        yield found(subject, f"{rows[0][0].host}: {words}", severity, (row(each, words) for each, words in rows))


def _pages(visit: Visit) -> Iterator[Exchange]:
    return (
        each
        for each in visit.exchanges
        if each.type is ResourceType.DOCUMENT and each.recipient == visit.site and each.status == 200
    )


def _flaws(page: Exchange) -> Iterator[str]:
    referrer = (page.header("referrer-policy") or "").lower()
    wanted = [word.strip() for word in referrer.split(",") if word.strip()]
    if wanted and wanted[-1] in TALKATIVE:
        yield f"Referrer-Policy: {wanted[-1]} lets every recipient read the full address"
    elif not wanted:
        yield "Referrer-Policy: missing, so the browser's default decides"
    if not (page.header("content-security-policy") or page.header("content-security-policy-report-only")):
        yield "Content-Security-Policy: missing, so every script may contact everyone"
    permitted = (page.header("permissions-policy") or "").lower()
    if permitted and any(f"{name}=*" in permitted for name in ADVERTISING):
        yield "Permissions-Policy: lets every frame use the browser's advertising functions"


MIXED_CONTENT: Final = Check(
    "mixed-content",
    "Parts of secure pages come without encryption",
    "Fetch everything over HTTPS.",
    mixed,
    (SECURE, MIXED),
)
OPEN_PAGES: Final = Check(
    "plain-http",
    "Pages come without encryption",
    "Serve every page over HTTPS, and say so with Strict-Transport-Security.",
    open_pages,
    (SECURE,),
)
POLICIES: Final = Check(
    "privacy-headers",
    "Headers that limit what others learn are missing",
    "Set Referrer-Policy, Content-Security-Policy and Permissions-Policy on every page.",
    policies,
    (REFERRER, POLICY, PERMISSIONS),
    needs="facts",
)
