"""What was set before consent, after a refusal, and against the string that a request carries."""

from __future__ import annotations

from hashlib import sha256
from typing import TYPE_CHECKING

from audit_recordings import ID, LONG, document, entry, write_har
from test_audit_checks import AD, of_rule, sent_id, set_id

from louver.audit.knowledge import load_judgement
from louver.audit.report import judged
from louver.audit.sources import visit_file
from louver.audit.visit import Modes

if TYPE_CHECKING:
    from pathlib import Path

    import pytest
    from audit_recordings import Audit

REFUSED = "groups=C0001%3A1%2CC0002%3A0%2CC0004%3A0"
AGREED = "groups=C0001%3A1%2CC0002%3A1%2CC0004%3A1"


def onetrust(choice: str) -> dict[str, str]:
    return {"Cookie": f"OptanonConsent={choice}"}


def test_a_visit_that_answered_nothing_makes_it_certain(audit: Audit) -> None:
    entries = [document(), set_id()]
    assert [one.severity for one in of_rule(audit(entries), "consent-before")] == ["medium"]
    assert [one.severity for one in of_rule(audit(entries, "none"), "consent-before")] == ["high"]


def test_what_comes_after_consent_is_not_before_it(audit: Audit) -> None:
    entries = [document(sent=onetrust(AGREED)), set_id(second=2.0)]
    assert not of_rule(audit(entries), "consent-before")


def test_what_comes_before_recorded_consent_is_grave(audit: Audit) -> None:
    entries = [
        document(),
        set_id(second=1.0),
        entry("https://shop.example/api", "xhr", sent=onetrust(AGREED), second=3.0),
        set_id("ib.adnxs.com", "uuid2", second=4.0),
    ]
    found = of_rule(audit(entries), "consent-before")
    assert [(one.subject, one.severity) for one in found] == [("Google", "high")]


def test_identifiers_after_a_stored_refusal(audit: Audit) -> None:
    page = document(sent=onetrust(REFUSED))
    tracked = entry(
        "https://shop.example/a.png", sent={"Cookie": f"_ga=GA1.1.1234567890.1772366400; OptanonConsent={REFUSED}"}
    )
    assert of_rule(audit([page, tracked]), "consent-refused")
    clean = entry("https://shop.example/a.png", sent=onetrust(REFUSED))
    assert not of_rule(audit([page, clean]), "consent-refused")


def test_a_declared_refusal_counts_for_the_whole_recording(audit: Audit) -> None:
    assert of_rule(audit([document(), sent_id()], "reject"), "consent-refused")
    assert not of_rule(audit([document(), entry(AD)], "reject"), "consent-refused")


def test_a_request_that_denies_storage_and_carries_an_identifier(audit: Audit) -> None:
    assert of_rule(audit([document(), sent_id(f"{AD}?gcs=G100")]), "consent-contradiction")
    assert not of_rule(audit([document(), sent_id(f"{AD}?gcs=G111")]), "consent-contradiction")
    assert not of_rule(audit([document(), entry(f"{AD}?gcs=G100")]), "consent-contradiction")


def test_a_yes_that_nobody_gave(audit: Audit) -> None:
    yes = [document(), entry(f"{AD}?gcs=G111")]
    assert of_rule(audit(yes, "none"), "consent-preset")
    assert not of_rule(audit(yes, "accept"), "consent-preset")
    assert not of_rule(audit([document(), entry(f"{AD}?gcs=G100")], "none"), "consent-preset")


def test_an_opt_out_that_is_passed_on_is_heeded(audit: Audit) -> None:
    told = sent_id(f"{AD}?us_privacy=1YYN", sent={"Sec-GPC": "1"})
    assert not of_rule(audit([document(sent={"Sec-GPC": "1"}), told]), "gpc-ignored")
    untold = sent_id(AD, sent={"Sec-GPC": "1"})
    found = of_rule(audit([document(sent={"Sec-GPC": "1"}), untold]), "gpc-ignored")
    assert [one.severity for one in found] == ["medium"]


def test_a_canary_that_leaves_hashed_is_certain(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("CONFIG", "DATA", "CACHE"):
        monkeypatch.setenv(f"XDG_{name}_HOME", str(tmp_path / name))
    hashed = sha256(b"canary@mail.example").hexdigest()
    path = write_har(tmp_path / "visit.har", [document(), entry(f"https://x.example.net/i?z={hashed}")])
    plain, looking = load_judgement(None, ()), load_judgement(None, ("canary@mail.example",))
    assert not of_rule(judged(visit_file(path, plain, Modes()), plain), "personal-data-leak")
    found = of_rule(judged(visit_file(path, looking, Modes()), looking), "personal-data-leak")
    assert [one.severity for one in found] == ["high"]


def test_a_tracker_behind_a_name_of_the_sites_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("CONFIG", "DATA", "CACHE"):
        monkeypatch.setenv(f"XDG_{name}_HOME", str(tmp_path / name))
    table = tmp_path / "names.yaml"
    table.write_text(
        "trackers: [{domain: spy.example.net, owner: Spy Inc, category: analytics}]\n"
        "cnames: {metrics.shop.example: spy.example.net}\n"
    )
    names = load_judgement(("louver", str(table)), ())
    entries = [
        document(got=[("Set-Cookie", f"visitor={ID}; {LONG}")]),
        entry("https://metrics.shop.example/b", sent={"Cookie": f"visitor={ID}"}),
    ]
    found = of_rule(judged(visit_file(write_har(tmp_path / "v.har", entries), names, Modes()), names), "cname-cloaking")
    assert [(one.subject, one.severity) for one in found] == [("metrics.shop.example", "high")]
