from typing import Any

import pytest

from louver.core.decision import Action, Treatment
from louver.core.facts import Party
from louver.core.policy import Flags, Policy, Row
from louver.core.signals.signal import Kind
from louver.ledger.rows import Logged, LoggedSignal
from louver.reports.broken import suspects
from louver.reports.replay import BY_LIST, replay
from louver.reports.whatif import Replays

THIRD = frozenset({Party.THIRD})


def policy(*rows: Row, **flags: bool) -> Policy:
    return Policy("other", rows, {}, Flags(**flags), "digest")


def signal(kind: Kind = Kind.THIRD_PARTY_ID_COOKIE, where: str = "cookie", **changes: Any) -> LoggedSignal:
    fields = {
        "kind": str(kind), "where": where, "name": "uid", "grade": "likely", "treatment": "allow", "outcome": "shared",
        "policy_row": "row", "digest": "d", "purpose": None, "owner": None, "lifetime": None,
    }  # fmt: skip
    return LoggedSignal(**fields | changes)


def logged(*signals: LoggedSignal, **changes: Any) -> Logged:
    fields: dict[str, Any] = {
        "id": 7, "at": 0.0, "time": "", "site": "news.example", "page": 1, "confidence": 1.0, "action": "pass",
        "location": None, "method": "GET", "url": "https://px.tracker.example/", "host": "px.tracker.example",
        "type": "script", "party": "third", "status": 200, "owner": "Tracker Inc", "category": "advertising",
        "policy": "balanced", "reason": "", "rule": None, "changed": False, "coverage": "full", "sent_bytes": 0,
        "received_bytes": 0, "consent": "", "opted_out": "", "signals": list(signals), "tracker": "tracker.example",
        "policy_party": "third", "recipient_site": "tracker.example",
    }  # fmt: skip
    return Logged(**fields | changes)


def outcomes(row: Logged, other: Policy) -> list[str]:
    made = replay(row, other)
    assert made is not None
    return [one.outcome for one in made.signals]


def test_a_policy_that_asks_nothing_shares_everything() -> None:
    made = replay(logged(signal(outcome="blocked", treatment="strip"), action="block", status=None), policy())
    assert made is not None
    assert (made.action, [one.outcome for one in made.signals]) == ("pass", ["shared"])


def test_a_request_that_is_stopped_takes_all_its_signals_with_it() -> None:
    row = Row(Treatment.BLOCK, "stop it", categories=frozenset({"advertising"}))
    made = replay(logged(signal(), signal(Kind.CONSENT)), policy(row))
    assert made is not None
    assert (made.action, made.reason) == (Action.BLOCK, "stop it")
    assert [one.outcome for one in made.signals] == ["blocked", "blocked"]


def test_a_signal_can_stop_its_request_but_not_one_of_the_answer() -> None:
    row = Row(Treatment.BLOCK, "no ids", kinds=frozenset({Kind.THIRD_PARTY_ID_COOKIE}))
    sent, told = replay(logged(signal()), policy(row)), replay(logged(signal(where="set-cookie")), policy(row))
    assert sent is not None
    assert told is not None
    assert (sent.action, told.action) == ("block", "pass")
    assert told.signals[0].outcome == "blocked"


@pytest.mark.parametrize(
    ("treatment", "one", "outcome"),
    [
        (Treatment.STRIP, signal(), "blocked"),
        (Treatment.COARSEN, signal(Kind.REFERRER, "header"), "rewritten"),
        (Treatment.COARSEN, signal(), "blocked"),
        (Treatment.PSEUDONYMIZE, signal(Kind.ACCOUNT_ID, "body"), "rewritten"),
        (Treatment.PSEUDONYMIZE, signal(Kind.ACCOUNT_ID, "header"), "blocked"),
        (Treatment.PARTITION, signal(), "rewritten"),
        (Treatment.EXPIRE, signal(where="set-cookie", lifetime=1e9), "rewritten"),
        (Treatment.EXPIRE, signal(where="set-cookie", lifetime=60.0), "shared"),
        (Treatment.EXPIRE, signal(), "shared"),
        (Treatment.COARSEN, signal(Kind.LANGUAGE, "header", treatment="coarsen"), "shared"),
    ],
)
def test_each_treatment_comes_to_what_the_proxy_makes_of_it(
    treatment: Treatment, one: LoggedSignal, outcome: str
) -> None:
    assert outcomes(logged(one), policy(Row(treatment, "row", parties=THIRD, kinds=frozenset(Kind)))) == [outcome]


def test_what_a_list_took_is_taken_only_where_lists_may() -> None:
    one = signal(Kind.CLICK_ID, "query", policy_row=BY_LIST, treatment="strip", outcome="blocked")
    assert outcomes(logged(one), policy(filters=True)) == ["blocked"]
    assert outcomes(logged(one), policy(filters=False)) == ["shared"]


def test_rows_ask_what_the_proxy_asked() -> None:
    row = Row(Treatment.BLOCK, "not what pages need", parties=THIRD, mixed=False, protected=False, listed=True)
    for changes in ({"mixed": True}, {"protected": True}, {"listed": False}, {"policy_party": "first"}):
        assert outcomes(logged(signal(), **{"listed": True, **changes}), policy(row)) == ["shared"]
    assert outcomes(logged(signal(), listed=True), policy(row)) == ["blocked"]


def test_a_decorated_navigation_is_led_to_its_clean_address_where_policy_says_so() -> None:
    row = Row(Treatment.STRIP, "row", kinds=frozenset({Kind.CLICK_ID}))
    visit = logged(signal(Kind.CLICK_ID, "query"), type="document")
    actions = [replay(visit, policy(row, clean_navigation=flag)) for flag in (True, False)]
    assert [made and made.action for made in actions] == ["redirect", "pass"]


def test_what_louver_failed_on_is_counted_not_guessed() -> None:
    replays = Replays(policy())
    replays.add([logged(policy="")])
    assert (replays.result().exchanges, replays.result().not_replayed) == (0, 1)


def test_what_would_change_is_summed_by_site_organisation_and_kind() -> None:
    strip = policy(Row(Treatment.STRIP, "no ids", kinds=frozenset({Kind.THIRD_PARTY_ID_COOKIE})))
    replays = Replays(strip)
    replays.add([logged(signal(), signal(Kind.CONSENT)), logged(signal(Kind.CONSENT), host="a.example", owner=None)])
    told = replays.result()
    assert (told.exchanges, told.changed, told.newly_stopped) == (2, 1, 0)
    assert (told.recognisers_before, told.recognisers_after) == (["Tracker Inc"], [])
    assert [one.name for one in told.entities] == ["Tracker Inc"]
    (kind,) = told.kinds
    assert (kind.name, kind.before.shared, kind.after.blocked) == ("third-party-id-cookie", 1, 1)
    assert [example.id for example in told.examples] == [7]


def blocked(host: str, kind: str, **changes: Any) -> Logged:
    return logged(signal(outcome="blocked"), host=host, type=kind, action="block", status=None, **changes)


def test_what_pages_hang_on_comes_before_pictures_and_trackers() -> None:
    rows = [
        blocked("pixel.example", "image", category=None),
        blocked("cdn.example", "script", category=None),
        blocked("ads.example", "script"),
        blocked("beacon.example", "ping"),
    ]
    found = suspects(rows)
    assert [one.host for one in found] == ["cdn.example", "ads.example", "pixel.example", "beacon.example"]
    assert found[0].relaxation.rule == {"recipient": "cdn.example", "treatment": "allow"}
    assert all(0 <= one.likelihood <= 1 for one in found)


def test_an_error_after_an_edit_points_at_the_edit_and_the_smallest_way_back() -> None:
    stripped = signal(Kind.REFERRER, "header", outcome="blocked", treatment="strip")
    calm = suspects([logged(stripped, host="login.example")])[0]
    angry = suspects([logged(stripped, host="login.example", status=403)])[0]
    assert angry.likelihood > calm.likelihood
    assert angry.relaxation.rule == {"recipient": "login.example", "kind": "referrer", "treatment": "allow"}
    assert (angry.relaxation.width, angry.gives_away) == (1, 0)


def test_of_equals_the_smaller_relaxation_comes_first_and_what_was_shared_is_no_suspect() -> None:
    assert suspects([logged(signal())]) == []
    found = suspects([blocked("b.example", "script"), blocked("a.example", "script"), blocked("a.example", "image")])
    assert [(one.host, one.count, one.gives_away) for one in found] == [("b.example", 1, 1), ("a.example", 2, 2)]
