"""Every source is read: HAR in all dialects, flows of mitmproxy, the ledger; and nothing gives anybody away."""

from __future__ import annotations

import asyncio
import hashlib
import json
import os
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from audit_recordings import ID, LONG, document, entry, write_har
from mitmproxy.io import FlowWriter
from mitmproxy.test import tflow, tutils
from test_audit_checks import AD, BAD, of_rule
from test_audit_formats import DOCUMENT

from louver.audit.export import MANIFEST, as_har, write_evidence
from louver.audit.ledger_source import visit_ledger
from louver.audit.report import judged
from louver.audit.sources import visit_file
from louver.audit.visit import Modes
from louver.cli.main import main
from louver.core.engine import Engine
from louver.core.facts import Page, Request, ResourceType, Response
from louver.errors import LouverError
from louver.ledger.writer import Writer

if TYPE_CHECKING:
    from collections.abc import Callable

    from louver.audit.knowledge import Judgement

type Run = Callable[..., tuple[int, str, str]]

DATA = Path(os.environ.get("LOUVER_DATA", Path(__file__).resolve().parents[3] / "shared" / "data")) / "har"
LARGE = 40_000
"""Bytes from which on a recording takes longer than a test should; there are others of each dialect."""
SECRETS = (ID, "back+pain", "back%20pain", "ann%40mail.example", "IwAR0abcDEF123456789xyzXYZ", "anxiety?step")


@pytest.fixture(scope="module")
def hars() -> list[Path]:
    found = sorted(path for path in DATA.rglob("*.har.gz") if path.stat().st_size < LARGE)
    if not found:
        pytest.skip("the recordings are not here")
    return found


def test_every_recording_can_be_audited(hars: list[Path], judgement: Judgement) -> None:
    for path in hars:
        visit = judged(visit_file(path, judgement, Modes()), judgement)
        assert visit.coverage.exchanges > 0
        assert all(0 <= axis.privacy <= 100 and 0 <= axis.page <= 100 for axis in visit.axes)


def test_flows_that_mitmproxy_saved(tmp_path: Path, judgement: Judgement) -> None:
    path = tmp_path / "visit.flows"
    with path.open("wb") as file:
        writer = FlowWriter(file)
        for host, path_ in ((b"shop.example", b"/"), (b"ad.doubleclick.net", b"/pixel")):
            headers = ((b"Host", host), (b"Sec-Fetch-Dest", b"document" if path_ == b"/" else b"image"))
            request = tutils.treq(host=host.decode(), port=443, scheme=b"https", path=path_, headers=headers)
            answer = tutils.tresp(headers=((b"Set-Cookie", f"IDE={ID}; {LONG}".encode()),))
            writer.add(tflow.tflow(req=request, resp=answer))
    visit = visit_file(path, judgement, Modes())
    assert visit.form == "flows"
    assert visit.site == "shop.example"
    assert of_rule(judged(visit, judgement), "third-party-id-cookie")


@pytest.mark.parametrize(
    "data", [b"", b"nonsense", b"{}", b'{"log": 1}', b"12:nonsense", b"\x1f\x8bnonsense", b"9" * 30]
)
def test_a_file_that_is_no_recording_is_one_clear_error(tmp_path: Path, judgement: Judgement, data: bytes) -> None:
    path = tmp_path / "x.har"
    path.write_bytes(data)
    with pytest.raises(LouverError, match=r"x\.har: ") as caught:
        visit_file(path, judgement, Modes())
    assert caught.value.exit_code == 2


def test_the_ledger_tells_the_same_as_the_recording(tmp_path: Path, judgement: Judgement) -> None:
    path = tmp_path / "ledger.db"
    asyncio.run(_browse(path, judgement))
    visit = visit_ledger(path, "shop.example", None, Modes())
    row = judged(visit, judgement)
    assert of_rule(row, "third-party-id-cookie")
    assert "consent-before" in row.coverage.unchecked  # the person may have agreed before the ledger began
    assert "privacy-headers" in row.coverage.unchecked
    with pytest.raises(LouverError, match=r"no visit to other\.example"):
        visit_ledger(path, "other.example", None, Modes())


async def _browse(path: Path, judgement: Judgement) -> None:
    engine = Engine(judgement.knowledge, judgement.observe, bytes(32), time.time())
    page = Page(1, "https://shop.example/", "shop.example", "test", 1.0)
    writer = await Writer.open(path, bytes(32), version="0")
    for url, kind in ((page.url, ResourceType.DOCUMENT), (AD, ResourceType.IMAGE)):
        outcome = engine.request(Request(url, "GET", (), kind, page))
        cookie = (("Set-Cookie", f"IDE={ID}; {LONG}"),) if url == AD else ()
        writer.put(engine.response(outcome, Response(200, cookie)), time.time())
    await writer.close()


@pytest.mark.parametrize("rule", BAD)
def test_no_report_holds_a_value(rule: str, tmp_path: Path, judgement: Judgement) -> None:
    visit = visit_file(write_har(tmp_path / "v.har", BAD[rule]), judgement, Modes())
    texts = [as_har([visit]), json.dumps([repr(one) for one in judged(visit, judgement).findings])]
    for text in texts:
        assert not [secret for secret in SECRETS if secret in text]


def test_a_sanitised_har_can_be_audited_again(tmp_path: Path, judgement: Judgement) -> None:
    visit = visit_file(write_har(tmp_path / "v.har", BAD["known-tracker"]), judgement, Modes())
    again = tmp_path / "again.har"
    again.write_text(as_har([visit]), "utf-8")
    assert of_rule(judged(visit_file(again, judgement, Modes()), judgement), "known-tracker")


def test_the_folder_of_evidence_can_be_checked(tmp_path: Path) -> None:
    write_evidence(tmp_path / "e", {"report.json": "{}"}, DOCUMENT)
    sums = dict(line.split("  ")[::-1] for line in (tmp_path / "e" / MANIFEST).read_text().splitlines())
    assert set(sums) == {"report.json", "before.png"}
    assert all(hashlib.sha256((tmp_path / "e" / name).read_bytes()).hexdigest() == it for name, it in sums.items())


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> Run:
    """Return the command as a function of its words, to its status, output and errors."""
    for name in ("CONFIG", "DATA", "CACHE"):
        monkeypatch.setenv(f"XDG_{name}_HOME", str(tmp_path / name))

    def command(*words: str) -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "argv", ["louver", "audit", *words])
        with pytest.raises(SystemExit) as ended:
            main()
        said = capfd.readouterr()
        return int(ended.value.code or 0), said.out, said.err

    return command


@pytest.fixture
def recording(tmp_path: Path) -> str:
    return str(write_har(tmp_path / "v.har", [document(), entry(AD, got=[("Set-Cookie", f"IDE={ID}; {LONG}")])]))


def test_two_runs_differ_in_declared_fields_only(run: Run, recording: str) -> None:
    (status, first, errors), (_, second, _) = (run(recording, "--format", "json") for _ in range(2))
    assert status == 0
    assert "shop.example: " in errors
    told, again = json.loads(first), json.loads(second)
    assert told.pop("run") != {}
    again.pop("run")
    assert json.dumps(told) == json.dumps(again)


def test_the_status_says_whether_it_is_too_much(run: Run, recording: str, tmp_path: Path) -> None:
    baseline = tmp_path / "old.json"
    assert run(recording, "--format", "json", "--out", str(baseline))[0] == 0
    assert run(recording, "--fail-on", "medium")[0] == 1
    assert run(recording, "--fail-on", "medium", "--baseline", str(baseline))[0] == 0
    assert run(str(tmp_path / "missing.har"))[0] == 2
    status, out, errors = run(str(tmp_path / "missing.har"), recording, "--format", "json")
    assert status == 2
    assert json.loads(out)["partial"]
    assert "missing.har: cannot be read" in errors
    assert run(recording, "--fail-on", "grave")[0] == 2
    assert run()[0] == 2


def test_a_place_that_cannot_be_written_to_is_one_clear_error(run: Run, recording: str, tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.write_text("")
    for option in ("--evidence", "--out"):
        status, _, errors = run(recording, option, str(file / "below"))
        assert status == 2
        assert "Traceback" not in errors
        assert option in errors
