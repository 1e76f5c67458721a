"""What is remembered between exchanges: redirects of ours, decorated landings, and sites passed through."""

from __future__ import annotations

import pytest
from exchanges import answered, click_id, navigation, outcome, page
from hypothesis import given, settings
from hypothesis import strategies as st

from louver.core.bounces import EACH, GRACE, USED, Bounces, Visitor
from louver.core.decision import Action, Fate, Outcome
from louver.core.facts import Request, header
from louver.core.landings import Landings
from louver.core.loops import SOON, Loops
from louver.core.policy import Flags, Policy
from louver.core.ways import Ways

CLEAN = "https://shop.test/?id=1"
DECORATED = "https://shop.test/?xclid=7&id=1"
CLICK = (("Sec-Fetch-User", "?1"),)


def redirect(client: str = "") -> Outcome:
    return outcome(navigation(DECORATED, "https://news.test/", client=client), (click_id(),), CLEAN)


# --- redirects in circles


def test_a_second_redirect_to_the_same_address_is_an_edit_instead() -> None:
    loops = Loops()
    assert loops.settle(redirect(), 0).decision.action is Action.REDIRECT
    again = loops.settle(redirect(), 3)
    assert again.decision.action is Action.PASS
    assert again.sent.url == CLEAN
    assert again.treated[0].outcome is Fate.BLOCKED


def test_another_client_and_a_later_visit_are_redirected() -> None:
    loops = Loops()
    loops.settle(redirect(), 0)
    assert loops.settle(redirect("10.0.0.2"), 1).decision.action is Action.REDIRECT
    assert loops.settle(redirect(), SOON + 1).decision.action is Action.REDIRECT


def test_a_server_that_insists_gets_what_it_wants() -> None:
    loops = Loops()
    loops.settle(redirect(), 0)
    in_place = loops.settle(redirect(), 1)
    loops.note(answered(in_place, 302, (("Location", DECORATED),)), 1)
    third = loops.settle(redirect(), 2)
    assert third.decision.action is Action.PASS
    assert third.sent.url == DECORATED
    assert third.treated[0].outcome is Fate.SHARED


def test_a_page_that_answers_does_not_insist() -> None:
    loops = Loops()
    loops.settle(redirect(), 0)
    loops.note(answered(loops.settle(redirect(), 1)), 1)
    assert loops.settle(redirect(), 2).sent.url == CLEAN


# --- landings


def test_a_landing_is_decorated_even_where_the_redirect_cleaned_it() -> None:
    landings = Landings()
    landings.note(redirect(), 0)
    landings.note(outcome(navigation(CLEAN, "https://news.test/", number=5)), 1)
    assert landings.is_decorated(5)
    assert not landings.is_decorated(1)


def test_a_decorated_landing_that_nobody_redirects() -> None:
    landings = Landings()
    landings.note(outcome(navigation(DECORATED, "https://news.test/", number=5), (click_id(Fate.SHARED),)), 1)
    assert landings.is_decorated(5)


def test_a_link_within_the_site_and_a_plain_one_are_no_decorated_landings() -> None:
    landings = Landings()
    landings.note(outcome(navigation(DECORATED, "https://shop.test/a", number=5), (click_id(),)), 1)
    landings.note(outcome(navigation(CLEAN, "https://news.test/", number=6)), 1)
    assert not landings.is_decorated(5)
    assert not landings.is_decorated(6)


def test_a_redirect_that_nobody_follows_is_forgotten() -> None:
    landings = Landings()
    landings.note(redirect(), 0)
    landings.note(outcome(navigation(CLEAN, number=5)), 60)
    assert not landings.is_decorated(5)


# --- bounces


def hop(url: str, to: str = "", source: str = "", *, cookie: bool = True, clicked: bool = False) -> Outcome:
    request = navigation(url, source, headers=CLICK if clicked else ())
    lines = (("Set-Cookie", "uid=1"),) if cookie else ()
    return answered(outcome(request), 302, (*lines, ("Location", to))) if to else answered(outcome(request), 200, lines)


def through(bounces: Bounces, *, cookie: bool = True, at: float = 0.0) -> None:
    """A click on news leads over hop to goal."""
    bounces.note(hop("https://hop.test/r", "https://goal.test/", "https://news.test/", cookie=cookie, clicked=True), at)
    bounces.note(hop("https://goal.test/", source="https://news.test/", clicked=True), at + 1)


def sites(bounces: Bounces, now: float) -> list[str]:
    return [visitor.site for visitor in bounces.due(now)]


def test_a_site_that_keeps_state_on_the_way_is_due_after_an_hour_once() -> None:
    bounces = Bounces()
    through(bounces)
    assert sites(bounces, GRACE - 10) == []
    assert sites(bounces, GRACE + 100) == ["hop.test"]
    assert sites(bounces, GRACE + 300) == []


def test_a_site_that_keeps_nothing_is_not() -> None:
    bounces = Bounces()
    through(bounces, cookie=False)
    assert sites(bounces, GRACE + 100) == []


def test_a_cookie_that_is_only_read_counts() -> None:
    bounces = Bounces()
    request = navigation("https://hop.test/r", "https://news.test/", headers=(*CLICK, ("Cookie", "uid=1")))
    bounces.note(answered(outcome(request), 302, (("Location", "https://goal.test/"),)), 0)
    bounces.note(hop("https://goal.test/"), 1)
    assert sites(bounces, GRACE + 100) == ["hop.test"]


def test_first_and_last_are_no_bounces() -> None:
    bounces = Bounces()
    bounces.note(hop("https://news.test/out", "https://goal.test/", "https://news.test/", clicked=True), 0)
    bounces.note(hop("https://goal.test/", source="https://news.test/", clicked=True), 1)
    assert sites(bounces, GRACE + 100) == []


def test_a_page_that_goes_on_by_itself_within_ten_seconds_is_on_the_way() -> None:
    for wait, expected in ((9.0, ["hop.test"]), (11.0, [])):
        bounces = Bounces()
        bounces.note(hop("https://hop.test/", source="https://news.test/", clicked=True), 0)
        bounces.note(hop("https://goal.test/", source="https://hop.test/"), wait)
        assert sites(bounces, GRACE + 100) == expected


def test_a_click_on_the_way_makes_it_a_visit() -> None:
    bounces = Bounces()
    bounces.note(hop("https://hop.test/", source="https://news.test/", clicked=True), 0)
    bounces.note(hop("https://goal.test/", source="https://hop.test/", clicked=True), 5)
    assert sites(bounces, GRACE + 100) == []


@pytest.mark.parametrize(("later", "expected"), [(10 * 86_400.0, []), (USED + 86_400, ["hop.test"])])
def test_having_used_a_site_exempts_it_for_45_days(later: float, expected: list[str]) -> None:
    bounces = Bounces()
    bounces.note(hop("https://other.test/", source="https://hop.test/", clicked=True), 0)
    through(bounces, at=later)
    assert sites(bounces, later + GRACE + 100) == expected


def test_a_form_sent_on_a_site_is_use_of_it() -> None:
    bounces = Bounces()
    form = navigation("https://hop.test/form", "https://hop.test/", method="POST")
    bounces.note(answered(outcome(form)), 0)
    through(bounces, at=100)
    assert sites(bounces, GRACE + 300) == []


def test_use_within_the_grace_counts() -> None:
    bounces = Bounces()
    through(bounces)
    bounces.note(hop("https://other.test/", source="https://hop.test/", clicked=True), 600)
    assert sites(bounces, GRACE + 100) == []


def test_our_own_redirect_is_a_step_of_the_same_way() -> None:
    bounces = Bounces()
    clicked = navigation("https://hop.test/r", "https://news.test/", headers=CLICK)
    bounces.note(answered(outcome(clicked), 302, (("Set-Cookie", "u=1"), ("Location", DECORATED))), 0)
    bounces.note(outcome(navigation(DECORATED, "https://news.test/", headers=CLICK), (click_id(),), CLEAN), 1)
    bounces.note(answered(outcome(navigation(CLEAN, "https://news.test/", headers=CLICK))), 2)
    assert sites(bounces, GRACE + 100) == ["hop.test"]


def test_use_outlasts_a_restart_as_digests() -> None:
    bounces, again = Bounces(lambda text: f"<{len(text)}>"), Bounces(lambda text: f"<{len(text)}>")
    bounces.note(hop("https://other.test/", source="https://hop.test/", clicked=True), 0)
    rows = list(bounces.rows())
    assert "hop" not in repr(rows)
    again.restore(rows)
    assert again.is_used(Visitor(" ", "hop.test"), 1)


def policy(*, clear: bool) -> Policy:
    return Policy("test", (), {}, Flags(clear_bounces=clear), "")


def over_secure(request: Request) -> Outcome:
    return answered(outcome(request))


@pytest.mark.parametrize("clear", [False, True])
def test_a_bounce_is_cleared_once_where_policy_says_so(clear: bool) -> None:
    ways = Ways()
    through(ways.bounces)
    (found,) = ways.due(policy(clear=clear), GRACE + 100)
    assert (found.site, found.cleared) == ("hop.test", clear)
    told = []
    for url in ("http://hop.test/", "https://hop.test/x", "https://hop.test/y"):
        after = ways.response(over_secure(navigation(url)), GRACE + 200)
        told.append(header(after.received.headers, "clear-site-data") if after.received else "")
    assert told == [None, '"cookies", "storage", "cache"' if clear else None, None]


def test_a_site_that_was_used_meanwhile_is_not_cleared() -> None:
    ways = Ways()
    through(ways.bounces)
    assert list(ways.due(policy(clear=True), GRACE + 100))
    ways.response(hop("https://other.test/", source="https://hop.test/", clicked=True), GRACE + 200)
    after = ways.response(over_secure(navigation("https://hop.test/")), GRACE + 300)
    assert after.received is not None
    assert header(after.received.headers, "clear-site-data") is None


URLS = st.sampled_from(["https://a.test/", "https://b.test/x", "https://c.test/?y", "", "https://[", "x:"])


@settings(deadline=None)
@given(steps=st.lists(st.tuples(URLS, URLS, URLS, st.booleans(), st.floats(0, 20)), max_size=40))
def test_no_way_is_too_odd(steps: list[tuple[str, str, str, bool, float]]) -> None:
    ways, now = Ways(), 0.0
    for url, to, source, clicked, pause in steps:
        now += pause
        settled = ways.request(outcome(navigation(url, source), (click_id(),), to or None), now)
        ways.response(hop(url, to, source, clicked=clicked), now)
        assert settled.decision.action in (Action.PASS, Action.REDIRECT)
        assert page(url).url == url
    assert all(now >= EACH for _ in ways.due(policy(clear=True), now))
