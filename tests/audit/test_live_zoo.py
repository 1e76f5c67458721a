"""A real browser visits the zoo through Louver: every bad page is found out, and no innocent one is accused."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from test_audit_checks import of_rule
from zoo import TABLE, routes

from louver.audit.knowledge import Judgement, load_judgement
from louver.audit.live import CannotVisitError, Trip, visit_live
from louver.audit.report import judged
from louver.audit.visit import Modes
from louver.demo.internet import Internet

if TYPE_CHECKING:
    from collections.abc import Iterator

    from louver.reports.audit_document import VisitRow

pytestmark = pytest.mark.live

BAD = [
    ("keys.test", None, "none", {"key-logging"}),
    ("greedy.test", None, "none", {"consent-before", "cookie-sync", "cache-identifier", "session-replay"}),
    ("deaf.test", None, "reject", {"consent-refused"}),
    ("gpcdeaf.test", True, "none", {"gpc-ignored"}),
    ("cloaked.test", None, "none", {"cname-cloaking"}),
    ("start.test", None, "none", {"bounce-tracking"}),
]
INNOCENT = [
    ("calm.test", None, "none"),
    ("polite.test", None, "reject"),
    ("heeding.test", True, "none"),
    ("moved.test", None, "none"),
]
ACCUSING = {rule for *_, rules in BAD for rule in rules} | {
    "fingerprinting-script",
    "storage-use",
    "consent-contradiction",
    "personal-data-leak",
    "third-party-id-cookie",
}


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


@pytest.mark.parametrize(("host", "gpc", "consent", "rules"), BAD)
def test_what_a_page_does_is_found(
    host: str, gpc: bool | None, consent: str, rules: set[str], zoo: Internet, table: Judgement, chromium: str
) -> None:
    row = visit(host, zoo, table, consent, gpc)
    assert rules <= {one.rule for one in row.findings}
    assert row.pictures[0].png


def test_each_way_to_tell_computers_apart_is_told_of_its_script(zoo: Internet, table: Judgement, chromium: str) -> None:
    row = visit("curious.test", zoo, table, "none", None)
    scripts = {one.subject for one in of_rule(row, "fingerprinting-script")}
    assert scripts == {f"{way} https://{way}.test/code.js" for way in ("canvas", "fonts", "audio", "webrtc")}
    assert [one.subject for one in of_rule(row, "storage-use")] == ["fonts.test"]


@pytest.mark.parametrize(("host", "gpc", "consent"), INNOCENT)
def test_an_innocent_page_is_not_accused(
    host: str, gpc: bool | None, consent: str, zoo: Internet, table: Judgement, chromium: str
) -> None:
    row = visit(host, zoo, table, consent, gpc)
    assert not [(one.rule, one.title) for one in row.findings if one.rule in ACCUSING]
    assert not [one.name for one in row.owners if one.name == "Google"]
    assert row.coverage.exchanges


def test_an_address_where_nobody_answers_is_one_clear_error(zoo: Internet, table: Judgement, chromium: str) -> None:
    there = zoo.address[0]
    trip = Trip("https://nobody.test/", Modes("none"), (f"::{there}:9",))
    with pytest.raises(CannotVisitError, match=r"https://nobody\.test/: "):
        visit_live(trip, table, lambda _: None)


def test_what_comes_after_agreement_is_no_finding_of_before(zoo: Internet, table: Judgement, chromium: str) -> None:
    row = visit("polite.test", zoo, table, "accept", None)
    assert of_rule(row, "third-party-id-cookie")
    assert not of_rule(row, "consent-before")
    assert len(row.pictures) == 2
