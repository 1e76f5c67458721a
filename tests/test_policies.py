from __future__ import annotations

import time
from typing import TYPE_CHECKING

import pytest

from louver.core.policy_text import next_expiry
from louver.policies import BadPolicyError, Shelf
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
