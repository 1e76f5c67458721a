"""The whole path of an exchange: what policy, lists, never-break list and treatments make of it together."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

import pytest

from louver.core.decision import Action, Fate, Treatment
from louver.core.facts import Headers, Page, Request, ResourceType, Response
from louver.core.signals.signal import Kind
from louver.core.sites import host_of
from louver.setup import Settings, load_engine

if TYPE_CHECKING:
    from louver.core.engine import Engine

ID = "8f14e45fceea167a5a36dedd4bea2543"
SHOP = "https://shop.example/"
TABLE = """
trackers:
  - {domain: ads.example, owner: Ads, category: advertising}
  - {domain: social.example, owner: Social, category: social, mixed: true}
parameters: [{name: xclid, owner: Ads, kind: click-id}]
"""
LIST = """
||listed.example^
@@||listed.example/needed.js
||shop.example/own-tracker.js
||stood.example^$redirect=noop.js
"""


def engine(policy: str = "extends: balanced\n") -> Engine:
    with TemporaryDirectory() as name:
        folder = Path(name)
        for file, text in (("table.yaml", TABLE), ("list.txt", LIST), ("policy.yaml", policy)):
            (folder / file).write_text(text, "utf-8")
        lists = (str(folder / "table.yaml"), str(folder / "list.txt"))
        return load_engine(Settings(str(folder / "policy.yaml"), lists, False, folder, folder, folder), 1.7e9)


@pytest.fixture(scope="module")
def balanced() -> Engine:
    return engine()


def asked(
    url: str,
    *,
    page: str | None = SHOP,
    kind: ResourceType = ResourceType.SCRIPT,
    headers: Headers = (),
    method: str = "GET",
) -> Request:
    host = host_of(page or "")
    asker = Page(1, page, ".".join(host.split(".")[-2:]), "test", 1.0) if page else None
    if kind is not ResourceType.DOCUMENT:
        return Request(url, method, headers, kind, asker)
    own = Page(2, url, ".".join(host_of(url).split(".")[-2:]), "test", 1.0)
    return Request(url, method, headers, kind, own, initiator=asker)


@pytest.mark.parametrize(
    ("url", "kind", "action"),
    [
        ("https://ads.example/a.js", ResourceType.SCRIPT, Action.BLOCK),
        ("https://ads.example/", ResourceType.DOCUMENT, Action.PASS),
        ("https://social.example/a.js", ResourceType.SCRIPT, Action.PASS),
        ("https://plain.example/a.js", ResourceType.SCRIPT, Action.PASS),
        ("https://listed.example/a.js", ResourceType.SCRIPT, Action.BLOCK),
        ("https://listed.example/needed.js", ResourceType.SCRIPT, Action.PASS),
        ("https://stood.example/a.js", ResourceType.SCRIPT, Action.SURROGATE),
        (SHOP + "app.js", ResourceType.SCRIPT, Action.PASS),
        (SHOP + "own-tracker.js", ResourceType.SCRIPT, Action.BLOCK),
        # what signing in, paying and proving to be no robot need, also where a list would block its path
        ("https://accounts.google.com/gsi/client", ResourceType.SCRIPT, Action.PASS),
        ("https://js.stripe.com/v3/", ResourceType.SCRIPT, Action.PASS),
        ("https://www.google.com/recaptcha/api.js", ResourceType.SCRIPT, Action.PASS),
        # a path that looks like a sign-in shelters nobody who only tracks
        ("https://ads.example/oauth2/authorize", ResourceType.SCRIPT, Action.BLOCK),
    ],
)
def test_balanced_blocks_what_only_tracks(balanced: Engine, url: str, kind: ResourceType, action: Action) -> None:
    assert balanced.request(asked(url, kind=kind)).decision.action is action


def test_a_blocked_request_tells_nothing_and_keeps_its_reason(balanced: Engine) -> None:
    headers = (("Cookie", f"u={ID}"), ("Referer", SHOP + "x?y"), ("Accept-Language", "de,en"))
    outcome = balanced.request(asked(f"https://ads.example/a.js?xclid=7&v={ID}", headers=headers))
    assert outcome.treated
    assert {each.outcome for each in outcome.treated} == {Fate.BLOCKED}
    assert "party: third" in outcome.decision.reason
    assert ID not in repr(outcome.treated)


def test_what_a_list_blocks_names_its_rule(balanced: Engine) -> None:
    outcome = balanced.request(asked("https://listed.example/a.js"))
    assert outcome.rule is not None
    assert (outcome.rule.text, outcome.rule.line) == ("||listed.example^", 2)
    excepted = balanced.request(asked("https://listed.example/needed.js"))
    assert excepted.exception is not None
    assert excepted.exception.text == "@@||listed.example/needed.js"


def test_an_unknown_page_accuses_only_known_trackers(balanced: Engine) -> None:
    secret = (("Cookie", f"u={ID}"), ("Referer", "https://plain.example/x?y"))
    plain = balanced.request(asked("https://plain.example/a.js", page=None, headers=secret))
    assert plain.sent.headers[:2] == secret
    assert balanced.request(asked("https://ads.example/a.js", page=None)).decision.action is Action.BLOCK
    assert balanced.request(asked("https://social.example/a.js", page=None)).decision.action is Action.PASS


@pytest.mark.parametrize(
    ("headers", "leaves"),
    [
        ((("Host", "h"),), (("Host", "h"), ("Sec-GPC", "1"))),
        ((("host", "h"),), (("host", "h"), ("sec-gpc", "1"))),
        ((), (("Sec-GPC", "1"),)),
        ((("Sec-GPC", "1"),), (("Sec-GPC", "1"),)),
        ((("Sec-GPC", "0"),), (("Sec-GPC", "1"),)),
    ],
)
def test_the_opt_out_is_said_once(balanced: Engine, headers: Headers, leaves: Headers) -> None:
    assert balanced.request(asked("https://plain.example/a.js", headers=headers)).sent.headers == leaves
    without = engine("extends: balanced\ngpc: false\n").request(asked("https://plain.example/a.js", headers=headers))
    assert without.sent.headers == headers


@pytest.mark.parametrize("method", ["GET", "HEAD", "POST"])
def test_only_a_navigation_that_can_be_repeated_is_redirected(balanced: Engine, method: str) -> None:
    outcome = balanced.request(
        asked(SHOP + "?xclid=7&a=1", page="https://news.example/", kind=ResourceType.DOCUMENT, method=method)
    )
    redirected = outcome.decision.action is Action.REDIRECT
    assert redirected is (method != "POST")
    assert outcome.sent.url == SHOP + "?a=1"


def test_an_override_for_where_one_goes_comes_before_one_for_where_one_comes_from() -> None:
    running = engine("extends: balanced\nsites: {shop.example: observe, news.example: strict}\n")
    url = SHOP + "?xclid=7"
    to_shop = running.request(asked(url, page="https://news.example/", kind=ResourceType.DOCUMENT))
    assert (to_shop.decision.action, to_shop.site) == (Action.PASS, "shop.example")
    embedded = running.request(asked("https://ads.example/a.js"))
    assert (embedded.decision.action, embedded.decision.policy) == (Action.PASS, "observe")


def test_a_row_about_a_signal_may_stop_the_whole_request() -> None:
    running = engine("rules: [{kind: click-id, treatment: block}]\n")
    assert running.request(asked("https://plain.example/a.js?xclid=7")).decision.action is Action.BLOCK
    assert running.request(asked("https://plain.example/a.js?a=7")).decision.action is Action.PASS
    there = running.request(asked("https://plain.example/?xclid=7", kind=ResourceType.DOCUMENT))
    assert there.decision.action is Action.PASS
    assert there.sent.url == "https://plain.example/"


def test_a_response_is_judged_by_what_was_known_of_its_request(balanced: Engine) -> None:
    outcome = balanced.request(asked("https://social.example/a.js"))
    lines = (("Set-Cookie", f"u={ID}; Max-Age=99999999"), ("Content-Type", "text/javascript"))
    answered = balanced.response(outcome, Response(200, lines))
    assert answered.received is not None
    assert answered.received.headers == lines[1:]
    assert [each.signal.kind for each in answered.treated[len(outcome.treated) :]] == [Kind.THIRD_PARTY_ID_COOKIE]
    own = balanced.request(asked(SHOP + "a.js"))
    assert balanced.response(own, Response(200, lines)).received == Response(200, lines)


def test_observe_lets_everything_be_and_hands_on_the_same_object() -> None:
    running = engine("extends: observe\n")
    request = asked(
        f"https://ads.example/a.js?xclid=7&v={ID}", headers=(("Cookie", f"u={ID}"), ("Referer", SHOP + "x"))
    )
    outcome = running.request(request)
    assert outcome.sent is request
    assert {each.treatment for each in outcome.treated} == {Treatment.ALLOW}
    answer = Response(200, (("Set-Cookie", f"u={ID}"),))
    assert running.response(outcome, answer).received is answer


def test_a_message_over_a_websocket_is_treated_like_a_body(balanced: Engine) -> None:
    text = '{"email": "jane.doe@mail.example", "n": 1}'
    for url, changes in (("wss://social.example/s", True), ("wss://shop.example/s", False)):
        outcome = balanced.request(asked(url, kind=ResourceType.WEBSOCKET))
        treated, sent = balanced.message(outcome, text)
        assert (sent != text) is changes
        assert bool(treated) is changes
        assert '"n": 1' in sent


@pytest.mark.parametrize(
    "url", ["", "x", "https://", "https:///x", "http://[", "data:,x", "https://\udcff/", "//a", "\x00"]
)
@pytest.mark.parametrize("kind", [ResourceType.DOCUMENT, ResourceType.IMAGE])
def test_no_address_makes_it_raise(balanced: Engine, url: str, kind: ResourceType) -> None:
    for page in (None, url, SHOP):
        outcome = balanced.request(asked(url, page=page, kind=kind))
        assert balanced.response(outcome, Response(200, (("Location", url), ("Set-Cookie", url)))).received is not None
