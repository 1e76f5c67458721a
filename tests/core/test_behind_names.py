"""Who hides behind a site's own name: tables and lists are asked about each alias, and nobody else is accused."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from louver.core.classify import with_host
from louver.core.decision import Action, Outcome
from louver.core.facts import Page, Party, Request, ResourceType
from louver.setup import Settings, load_engine

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

TABLE = """\
owners: {Shop Inc: [shop.test, shopcdn.test], Other Inc: [listed.test]}
trackers:
  - {domain: watch.test, owner: Watch Inc, category: advertising}
  - {domain: shopwatch.test, owner: Shop Inc, category: analytics}
  - {domain: cdn.test, owner: Net Inc, category: cdn, mixed: true}
cnames: {known.test: watch.test}
"""
LIST = """\
||listed.test^$third-party
||shopcdn.test^$third-party
/collect.js$third-party
||redirected.test^$script,redirect=noop.js
"""
PAGE = Page(1, "https://www.shop.test/", "shop.test", "test", 1.0)

type Ask = Callable[..., Outcome]


@pytest.fixture
def ask(tmp_path: Path) -> Ask:
    def asked(*cnames: str, rules: str = "", path: str = "/a.js", host: str = "metrics.shop.test") -> Outcome:
        (tmp_path / "table.yaml").write_text(TABLE)
        (tmp_path / "list.txt").write_text(LIST + rules)
        names = (str(tmp_path / "table.yaml"), str(tmp_path / "list.txt"))
        engine = load_engine(Settings("balanced", names, False, tmp_path, tmp_path, tmp_path), 1e9)
        request = Request(f"https://{host}{path}", "GET", (), ResourceType.SCRIPT, PAGE)
        return engine.request(replace(request, cnames=cnames))

    return asked


def is_accused(outcome: Outcome) -> bool:
    return outcome.parties.by_cname is Party.THIRD or outcome.tracker is not None


@pytest.mark.parametrize(
    "chain",
    [("shop.watch.test",), ("a.cdn.test", "shop.watch.test"), ("shop.watch.test", "a.cdn.test"), ("x.known.test",)],
)
def test_a_tracker_of_the_tables_is_blocked_and_named(ask: Ask, chain: tuple[str, ...]) -> None:
    outcome = ask(*chain)
    assert outcome.tracker is not None
    assert (outcome.tracker.domain, outcome.tracker.owner) == ("watch.test", "Watch Inc")
    assert (outcome.owner, outcome.parties.by_site, outcome.parties.by_cname) == ("Watch Inc", Party.FIRST, Party.THIRD)
    assert outcome.decision.action is Action.BLOCK


def test_a_host_of_the_lists_is_blocked_and_named_with_its_rule(ask: Ask) -> None:
    outcome = ask("nothing.test", "shop.listed.test")
    assert outcome.decision.action is Action.BLOCK
    assert outcome.rule is not None
    assert (outcome.rule.text, outcome.rule.line) == ("||listed.test^$third-party", 1)
    assert outcome.tracker is not None
    assert (outcome.tracker.domain, outcome.owner) == ("shop.listed.test", "Other Inc")
    assert outcome.parties.by_cname is Party.THIRD


def test_a_stand_in_answers_for_what_hides_too(ask: Ask) -> None:
    outcome = ask("x.redirected.test")
    assert (outcome.decision.action, outcome.decision.location) == (Action.SURROGATE, "noop.js")


@pytest.mark.parametrize("chain", [(), ("shop.cdn.test",), ("unknown.test",), ("shop.cdn.test", "edge.cdn.test")])
def test_content_networks_and_strangers_are_not_accused(ask: Ask, chain: tuple[str, ...]) -> None:
    outcome = ask(*chain)
    assert not is_accused(outcome)
    assert outcome.decision.action is Action.PASS


def test_a_rule_that_speaks_of_paths_accuses_no_host(ask: Ask) -> None:
    assert not is_accused(ask("shop.cdn.test", path="/collect.js"))


@pytest.mark.parametrize("target", ["a.shopcdn.test", "a.shopwatch.test", "other.shop.test"])
def test_what_belongs_to_the_page_is_no_disguise(ask: Ask, target: str) -> None:
    outcome = ask(target)
    assert outcome.parties.by_cname is Party.FIRST
    assert outcome.decision.action is Action.PASS


@pytest.mark.parametrize("target", ["shop.watch.test", "shop.listed.test"])
@pytest.mark.parametrize("rule", ["@@||metrics.shop.test^", "@@||shop.test^$document", "@@/a.js$script"])
def test_an_exception_for_the_name_holds(ask: Ask, target: str, rule: str) -> None:
    outcome = ask(target, rules=rule)
    assert outcome.decision.action is Action.PASS
    assert outcome.exception is not None
    assert outcome.exception.text == rule
    assert outcome.parties.by_cname is Party.THIRD


@pytest.mark.parametrize("target", ["shop.watch.test", "shop.listed.test"])
@pytest.mark.parametrize("rule", ["@@||metrics.shop.test^$cname", "@@*$cname,domain=shop.test"])
def test_a_list_can_ask_not_to_look_behind_a_name(ask: Ask, target: str, rule: str) -> None:
    outcome = ask(target, rules=rule)
    assert not is_accused(outcome)
    assert outcome.decision.action is Action.PASS


def test_an_exception_for_something_else_does_not_hold(ask: Ask) -> None:
    assert ask("shop.listed.test", rules="@@||img.shop.test^$cname\n@@||img.shop.test^").decision.action is Action.BLOCK


@pytest.mark.parametrize(
    ("url", "changed"),
    [
        ("https://a.test/x?y=a.test", "https://new.test/x?y=a.test"),
        ("https://u:p@a.test:8443/x", "https://u:p@new.test:8443/x"),
        ("wss://[::1]:1/", "wss://new.test:1/"),
        ("https://a.test", "https://new.test"),
        ("nonsense", "nonsense"),
    ],
)
def test_an_address_with_another_host(url: str, changed: str) -> None:
    assert with_host(url, "new.test") == changed
