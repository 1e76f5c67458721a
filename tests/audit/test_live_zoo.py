"""A real browser visits the zoo through Louver: every bad page is found out, and no innocent one is accused."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from test_checks import of_rule
from zoo import TABLE, routes

from louver.audit.knowledge import Judgement, load_judgement
from louver.audit.live import Trip, visit_live
from louver.audit.report import judged
from louver.audit.visit import Modes
from louver.demo.internet import Internet

if TYPE_CHECKING:
    from collections.abc import Iterator

    from louver.reports.audit_document import VisitRow

pytestmark = pytest.mark.live

BAD = [
    ("canvas.test", "fingerprinting-script", "none", None),
    ("fonts.test", "fingerprinting-script", "none", None),
    ("audio.test", "fingerprinting-script", "none", None),
    ("webrtc.test", "fingerprinting-script", "none", None),
    ("keys.test", "key-logging", "none", None),
    ("replay.test", "session-replay", "none", None),
    ("sync.test", "cookie-sync", "none", None),
    ("early.test", "consent-before", "none", None),
    ("deaf.test", "consent-refused", "reject", None),
    ("gpcdeaf.test", "gpc-ignored", "none", True),
    ("cloaked.test", "cname-cloaking", "none", None),
    ("etag.test", "cache-identifier", "none", None),
    ("start.test", "bounce-tracking", "none", None),
]
INNOCENT = [
    ("chart.test", "none", None),
    ("type.test", "none", None),
    ("music.test", "none", None),
    ("form.test", "none", None),
    ("count.test", "none", None),
    ("quiet.test", "none", None),
    ("polite.test", "reject", None),
    ("polite.test", "none", None),
    ("heeding.test", "none", True),
    ("own.test", "none", None),
    ("moved.test", "none", None),
]
ACCUSING = {rule for _, rule, _, _ in BAD} | {"consent-contradiction", "personal-data-leak", "third-party-id-cookie"}


@pytest.fixture(scope="module")
def zoo() -> Iterator[Internet]:
    with Internet(routes()) as running:
        yield running


@pytest.fixture(scope="module")
def table(tmp_path_factory: pytest.TempPathFactory) -> Judgement:
    folder = tmp_path_factory.mktemp("zoo")
    path = folder / "table.yaml"
    path.write_text(TABLE)
    with pytest.MonkeyPatch.context() as patch:
        for name in ("CONFIG", "DATA", "CACHE"):
            patch.setenv(f"XDG_{name}_HOME", str(folder / name))
        return load_judgement(("louver", str(path)), (), compare=False)


def visit(host: str, zoo: Internet, table: Judgement, consent: str, gpc: bool | None) -> VisitRow:
    there, port = zoo.address
    sets = (f"ssl_verify_upstream_trusted_ca={zoo.ca_file}",)
    trip = Trip(f"https://{host}/", Modes(consent, gpc), (f"::{there}:{port}",), sets)
    seen, pictures = visit_live(trip, table, lambda _: None)
    return judged(seen, table, pictures)


@pytest.mark.parametrize(("host", "rule", "consent", "gpc"), BAD)
def test_what_a_page_does_is_found(
    host: str, rule: str, consent: str, gpc: bool | None, zoo: Internet, table: Judgement, chromium: str
) -> None:
    row = visit(host, zoo, table, consent, gpc)
    assert of_rule(row, rule)
    assert row.pictures[0].png


@pytest.mark.parametrize(("host", "consent", "gpc"), INNOCENT)
def test_an_innocent_page_is_not_accused(
    host: str, consent: str, gpc: bool | None, zoo: Internet, table: Judgement, chromium: str
) -> None:
    row = visit(host, zoo, table, consent, gpc)
    assert not [(one.rule, one.title) for one in row.findings if one.rule in ACCUSING]
    assert row.coverage.exchanges


def test_what_comes_after_agreement_is_no_finding_of_before(zoo: Internet, table: Judgement, chromium: str) -> None:
    row = visit("polite.test", zoo, table, "accept", None)
    assert of_rule(row, "third-party-id-cookie")
    assert not of_rule(row, "consent-before")
    assert len(row.pictures) == 2
