"""How an engine comes to be, and how a running one takes up what the person changes."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest
import yaml

from louver.core.decision import Action, Treatment
from louver.core.facts import Page, Request, ResourceType
from louver.core.pseudonym import EPOCH
from louver.core.signals.own_forms import Seed
from louver.errors import LouverError
from louver.own import Own
from louver.policies import BadPolicyError, NoSuchPolicyError, Shelf
from louver.setup import Settings, Watcher, load_engine

if TYPE_CHECKING:
    from pathlib import Path

    from louver.core.engine import Engine

NOW = 1.7e9
TABLE = {"trackers": [{"domain": "ads.example", "owner": "Ads", "category": "advertising"}]}
BROKEN = "rules: 7\n"


@pytest.fixture
def home(tmp_path: Path) -> Path:
    (tmp_path / "table.yaml").write_text(yaml.safe_dump(TABLE))
    return tmp_path


def settings(home: Path, policy: str | None = None, *, overrides: bool = True) -> Settings:
    return Settings(policy, (str(home / "table.yaml"),), overrides, home / "config", home / "data", home / "cache")


@pytest.fixture
def shelf(home: Path) -> Shelf:
    return settings(home).shelf


@pytest.fixture
def watcher(home: Path) -> Watcher:
    return Watcher(settings(home), NOW)


def verdict(engine: Engine, site: str = "shop.example", tracker: str = "ads.example") -> Action:
    page = Page(1, f"https://{site}/", site, "test", 1.0)
    return engine.request(Request(f"https://{tracker}/p", "GET", (), ResourceType.IMAGE, page)).decision.action


def write(path: Path, text: str) -> None:
    """Write so that the change shows, whatever the clock of the file system is good for."""
    path.parent.mkdir(parents=True, exist_ok=True)
    before = path.stat().st_mtime_ns if path.exists() else 0
    path.write_text(text)
    if path.stat().st_mtime_ns == before:
        os.utime(path, ns=(before + 1, before + 1))


# --- what is taken up


def test_nothing_new_leaves_the_engine_as_it_is(watcher: Watcher) -> None:
    engine = watcher.engine
    assert not watcher.check(NOW + 1)
    assert watcher.engine is engine


def test_a_policy_that_is_chosen_takes_effect_and_back_again(watcher: Watcher, shelf: Shelf) -> None:
    assert verdict(watcher.engine) is Action.BLOCK
    shelf.use("observe")
    assert watcher.check(NOW + 1)
    assert verdict(watcher.engine) is Action.PASS
    shelf.use("balanced")
    assert watcher.check(NOW + 2)
    assert verdict(watcher.engine) is Action.BLOCK


def test_an_edit_of_a_named_policy_or_of_a_file_takes_effect(home: Path, shelf: Shelf) -> None:
    for path, name in ((home / "config" / "policies" / "mine.yaml", "mine"), (home / "far.yaml", "far.yaml")):
        write(path, "extends: balanced\n")
        shelf.use(name if path.name != name else str(path))
        watcher = Watcher(settings(home), NOW)
        write(path, "extends: observe\n")
        assert watcher.check(NOW + 1), name
        assert verdict(watcher.engine) is Action.PASS


def test_a_list_that_changes_takes_effect_and_a_broken_one_does_not(home: Path, watcher: Watcher) -> None:
    assert verdict(watcher.engine, tracker="new.example") is Action.PASS
    more = {"trackers": [*TABLE["trackers"], {"domain": "new.example", "owner": "New", "category": "advertising"}]}
    write(home / "table.yaml", yaml.safe_dump(more))
    assert watcher.check(NOW + 1)
    assert verdict(watcher.engine, tracker="new.example") is Action.BLOCK
    write(home / "table.yaml", "trackers: [{domain: 7}]\n")
    with pytest.raises(LouverError):
        watcher.check(NOW + 2)
    assert not watcher.check(NOW + 3)
    assert verdict(watcher.engine, tracker="new.example") is Action.BLOCK


def test_what_the_person_registers_is_noticed(home: Path, watcher: Watcher) -> None:
    Own(home / "config", home / "data").add(Seed.EMAIL, "jane.doe@mail.example", "", None)
    assert watcher.check(NOW + 1)
    assert watcher.engine.knowledge.own.scan("jane.doe@mail.example")


@pytest.mark.parametrize("lists", [None, ()])
def test_what_the_person_registers_is_noticed_whichever_lists_decide(home: Path, lists: tuple[str, ...] | None) -> None:
    folders = home / "config", home / "data", home / "cache"
    watcher = Watcher(Settings(None, lists, True, *folders), NOW)
    Own(*folders[:2]).add(Seed.EMAIL, "jane.doe@mail.example", "", None)
    assert watcher.check(NOW + 1)
    assert watcher.engine.knowledge.own.scan("jane.doe@mail.example")


def test_stand_ins_change_with_the_week(watcher: Watcher) -> None:
    epoch = watcher.engine.epoch
    assert watcher.check(NOW + EPOCH)
    assert watcher.engine.epoch == epoch + 1
    assert not watcher.check(NOW + EPOCH + 1)


# --- what ends


def test_an_override_ends_in_time(watcher: Watcher, shelf: Shelf) -> None:
    shelf.set_site("shop.example", "observe", NOW + 60)
    assert watcher.check(NOW + 1)
    assert verdict(watcher.engine) is Action.PASS
    assert verdict(watcher.engine, "news.example") is Action.BLOCK
    assert not watcher.check(NOW + 59)
    assert watcher.check(NOW + 60)
    assert verdict(watcher.engine) is Action.BLOCK
    assert not watcher.check(NOW + 61)


# --- what is broken


def test_a_broken_edit_is_told_of_once_and_the_last_good_engine_stays(watcher: Watcher, shelf: Shelf) -> None:
    shelf.use("strict")
    watcher.check(NOW + 1)
    engine = watcher.engine
    write(shelf.own_file, BROKEN)
    with pytest.raises(BadPolicyError, match="rules"):
        watcher.check(NOW + 2)
    assert not watcher.check(NOW + 3)
    assert watcher.engine is engine
    write(shelf.own_file, "extends: observe\n")
    assert watcher.check(NOW + 4)
    assert watcher.engine.policy.rows == ()


def test_an_override_ends_although_the_file_was_broken_since(watcher: Watcher, shelf: Shelf) -> None:
    shelf.set_site("shop.example", "observe", NOW + 60)
    watcher.check(NOW + 1)
    write(shelf.own_file, BROKEN)
    with pytest.raises(BadPolicyError):
        watcher.check(NOW + 2)
    assert watcher.check(NOW + 60)
    assert verdict(watcher.engine) is Action.BLOCK
    assert not watcher.check(NOW + 61)
    write(shelf.own_file, "extends: observe\n")
    assert watcher.check(NOW + 62)
    assert verdict(watcher.engine) is Action.PASS


def test_what_cannot_end_is_told_of_once_too(home: Path, shelf: Shelf) -> None:
    named = home / "config" / "policies" / "mine.yaml"
    write(named, "extends: balanced\n")
    shelf.use("mine")
    shelf.set_site("shop.example", "observe", NOW + 60)
    watcher = Watcher(settings(home), NOW)
    write(named, BROKEN)
    with pytest.raises(BadPolicyError):
        watcher.check(NOW + 1)
    with pytest.raises(BadPolicyError):
        watcher.check(NOW + 60)
    assert not watcher.check(NOW + 61)
    write(named, "extends: balanced\n")
    assert watcher.check(NOW + 62)
    assert verdict(watcher.engine) is Action.BLOCK


def test_an_edit_that_comes_with_a_broken_list_is_not_lost(home: Path, watcher: Watcher, shelf: Shelf) -> None:
    table = (home / "table.yaml").read_text()
    write(home / "table.yaml", "trackers: [{domain: 7}]\n")
    shelf.use("observe")
    with pytest.raises(LouverError):
        watcher.check(NOW + 1)
    write(home / "table.yaml", table)
    assert watcher.check(NOW + 2)
    assert verdict(watcher.engine) is Action.PASS


# --- whose choice counts


def test_a_named_policy_stands_alone_in_an_answer_and_takes_the_overrides_in_a_run(home: Path, shelf: Shelf) -> None:
    shelf.set_site("shop.example", "observe")
    shelf.switch_off("bank.example", "always")
    alone = load_engine(settings(home, "strict", overrides=False), NOW)
    running = load_engine(settings(home, "strict"), NOW)
    assert [verdict(alone, site) for site in ("shop.example", "bank.example")] == [Action.BLOCK, Action.BLOCK]
    assert [verdict(running, site) for site in ("shop.example", "bank.example")] == [Action.PASS, Action.PASS]
    assert verdict(running, "news.example") is Action.BLOCK


def test_an_unknown_policy_or_list_is_refused(home: Path) -> None:
    with pytest.raises(NoSuchPolicyError, match="strict"):
        load_engine(settings(home, "strct"), NOW)
    folders = home / "config", home / "data", home / "cache"
    for lists in (("none.txt",), (str(home),)):
        with pytest.raises(LouverError) as caught:
            load_engine(Settings(None, lists, True, *folders), NOW)
        assert len(str(caught.value).splitlines()) == 1


def test_two_installations_make_different_stand_ins(home: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    other = tmp_path_factory.mktemp("other")
    (other / "table.yaml").write_text(yaml.safe_dump(TABLE))
    keys = {load_engine(settings(one), NOW).key for one in (home, other, home)}
    assert len(keys) == 2


def test_treatments_have_no_default_but_to_let_be(home: Path) -> None:
    write(home / "config" / "policy.yaml", "name: empty\n")
    engine = load_engine(settings(home), NOW)
    request = Request("https://ads.example/p?a=1", "GET", (("Cookie", "a=1"),), ResourceType.IMAGE, None)
    outcome = engine.request(request)
    assert outcome.sent is request
    assert {each.treatment for each in outcome.treated} <= {Treatment.ALLOW}
