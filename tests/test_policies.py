from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import pytest

from louver.core.policy_text import next_expiry
from louver.errors import LouverError
from louver.policies import PRESETS, BadPolicyError, Shelf, files_named
from louver.suffixes import sites_from_tldextract

if TYPE_CHECKING:
    from pathlib import Path

    from louver.core.policy import Policy

NOW = time.time()
TEXT = """\
# my own file
name: mine
extends: balanced  # good enough
sites:
  bank.example: observe  # never touch
  news.example:
    rules:
      # written by hand
      - {kind: referrer, treatment: allow}  # they need it
"""
RULE = {"owner": "Odd: * Inc", "treatment": "block"}


@pytest.fixture
def shelf(tmp_path: Path) -> Shelf:
    (tmp_path / "policy.yaml").write_text(TEXT)
    return Shelf(tmp_path)


def compiled(shelf: Shelf, now: float = NOW) -> Policy:
    return shelf.compile(shelf.own(), sites_from_tldextract().site, now)


def test_a_rule_for_a_site_comes_first_and_every_comment_stays(shelf: Shelf) -> None:
    shelf.change_rules("news.example", lambda _: False, [RULE])
    assert shelf.site_rules("news.example") == [RULE, {"kind": "referrer", "treatment": "allow"}]
    first = compiled(shelf).for_site("news.example").rows[0]
    assert first.owners is not None
    assert first.owners.match("odd: strange inc")
    for comment in ("# my own file", "# good enough", "# never touch", "# written by hand", "# they need it"):
        assert comment in shelf.text()
    shelf.change_rules("news.example", lambda rule: "owner" in rule, [])
    assert shelf.site_rules("news.example") == [{"kind": "referrer", "treatment": "allow"}]


def test_a_named_override_keeps_its_name_when_it_gets_rules_and_goes_when_nothing_is_left(shelf: Shelf) -> None:
    shelf.change_rules("bank.example", lambda _: False, [RULE])
    assert len(compiled(shelf).for_site("bank.example").rows) == 1
    shelf.change_rules("bank.example", lambda _: True, [])
    shelf.extend_site("bank.example", None)
    assert "bank.example" not in shelf.own().sites


def test_a_rule_with_an_end_ends(shelf: Shelf) -> None:
    shelf.change_rules("news.example", lambda _: False, [RULE | {"until": "2030-01-01T00:00:00+00:00"}])
    end = next_expiry(shelf.own(), NOW)
    assert end is not None
    before = compiled(shelf, end - 1).for_site("news.example").rows
    assert len(before) == len(compiled(shelf, end).for_site("news.example").rows) + 1


def test_a_site_that_is_switched_off_gets_its_rules_back(shelf: Shelf) -> None:
    rules = compiled(shelf).for_site("news.example").rows
    shelf.switch_off("news.example", NOW + 3600)
    assert compiled(shelf).for_site("news.example").rows == ()
    assert compiled(shelf, NOW + 3601).for_site("news.example").rows == rules
    assert next_expiry(shelf.own(), NOW) == pytest.approx(NOW + 3600, abs=1)
    shelf.switch_on("news.example")
    assert compiled(shelf).for_site("news.example").rows == rules


def test_what_lasts_until_a_restart_ends_with_one_and_always_does_not(shelf: Shelf) -> None:
    shelf.switch_off("news.example", "restart")
    shelf.switch_off("shop.example", "always")
    assert next_expiry(shelf.own(), NOW) is None
    shelf.restarted()
    assert shelf.off_until("news.example") is None
    assert shelf.off_until("shop.example") == "always"


def test_an_earlier_text_comes_back_whole_and_a_broken_one_is_refused(shelf: Shelf) -> None:
    shelf.extend_site("news.example", "strict")
    shelf.restore(TEXT)
    assert shelf.text() == TEXT
    with pytest.raises(BadPolicyError):
        shelf.restore("rules: 7")


# --- naming, choosing, changing


def test_a_file_may_be_chosen_for_all_or_for_one_site_from_wherever(
    shelf: Shelf, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "far.yaml").write_text("rules: [{kind: referrer, treatment: strip}]\n")
    monkeypatch.chdir(tmp_path)
    shelf.use("far.yaml")
    shelf.set_site("news.example", "far.yaml", NOW + 60)
    monkeypatch.chdir("/")
    assert len(compiled(shelf).rows) == 1
    assert len(compiled(shelf).for_site("news.example").rows) == 1
    assert files_named(shelf.own()) == [tmp_path / "far.yaml"]


def test_policies_of_the_user_are_named_beside_the_presets(shelf: Shelf) -> None:
    (shelf.folder / "policies").mkdir()
    (shelf.folder / "policies" / "mine.yaml").write_text("extends: strict\n")
    assert shelf.names() == [*PRESETS, "mine"]
    shelf.use("mine")
    assert compiled(shelf).rows == shelf.compile(shelf.draft("strict"), str, NOW).rows


@pytest.mark.parametrize(
    "name", ["strct", "", ".", "..", "../policy", "policies/mine", "/", "/none.yaml", "\x00", "a" * 300]
)
def test_a_name_that_means_nothing_is_refused_and_nothing_is_written(shelf: Shelf, name: str) -> None:
    for change in (shelf.use, lambda bad: shelf.set_site("news.example", bad), shelf.draft):
        with pytest.raises(LouverError):
            change(name)
    assert shelf.text() == TEXT


def test_every_change_keeps_every_comment(shelf: Shelf) -> None:
    shelf.use("strict")
    shelf.set_site("news.example", "observe", NOW + 60)
    shelf.set_site("other.example", "strict")
    shelf.switch_off("shop.example", "always")
    shelf.switch_on("shop.example")
    assert shelf.clear_site("other.example")
    assert not shelf.clear_site("other.example")
    for comment in ("# my own file", "# good enough", "# never touch"):
        assert comment in shelf.text()
    assert shelf.own().extends == "strict"
    assert set(shelf.own().sites) == {"bank.example", "news.example"}


def test_a_file_of_comments_only_keeps_them(tmp_path: Path) -> None:
    (tmp_path / "policy.yaml").write_text("# nothing chosen yet\n")
    shelf = Shelf(tmp_path)
    shelf.use("strict")
    assert shelf.text().startswith("# nothing chosen yet\n")
    assert shelf.own().extends == "strict"


@pytest.mark.parametrize(
    "text", ["rules: 7\n", "a: [1\n", "- x\n", "extends: balanced\nextends: strict\n", "\x00", "&a [*a]"]
)
def test_a_broken_file_is_refused_and_left_as_it_is(tmp_path: Path, text: str) -> None:
    (tmp_path / "policy.yaml").write_text(text)
    shelf = Shelf(tmp_path)
    for name, arguments in (("use", ["strict"]), ("set_site", ["a.example", "strict"])):
        with pytest.raises(BadPolicyError) as caught:
            getattr(shelf, name)(*arguments)
        assert len(str(caught.value).splitlines()) == 1
    assert (tmp_path / "policy.yaml").read_text() == text


def test_a_file_that_is_no_text_is_refused(tmp_path: Path) -> None:
    (tmp_path / "policy.yaml").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(BadPolicyError, match=r"policy\.yaml"):
        Shelf(tmp_path).own()


def test_only_the_owner_reads_what_was_chosen(tmp_path: Path) -> None:
    shelf = Shelf(tmp_path / "new")
    shelf.use("strict")
    assert {path.stat().st_mode & 0o777 for path in shelf.folder.iterdir()} == {0o600}
    assert shelf.folder.stat().st_mode & 0o777 == 0o700


def test_changes_that_come_at_once_are_all_kept(shelf: Shelf) -> None:
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda number: shelf.set_site(f"s{number}.example", "observe"), range(24)))
    assert {f"s{number}.example" for number in range(24)} <= set(shelf.own().sites)
    assert "# never touch" in shelf.text()
    assert not [path for path in shelf.folder.iterdir() if path.name.startswith(".policy.yaml")]


def test_nothing_given_means_the_default(tmp_path: Path) -> None:
    shelf = Shelf(tmp_path)
    assert compiled(shelf).rows == shelf.compile(shelf.draft("balanced"), str, NOW).rows


def test_a_circle_over_names_is_refused(shelf: Shelf) -> None:
    (shelf.folder / "policies").mkdir()
    for name, other in (("a", "b"), ("b", "a")):
        (shelf.folder / "policies" / f"{name}.yaml").write_text(f"extends: {other}\n")
    with pytest.raises(BadPolicyError, match="circle"):
        shelf.compile(shelf.draft("a"), str, NOW)
