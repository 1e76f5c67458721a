"""What is known of a host, a cookie or a parameter is found by the most exact fact that fits."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from louver.core.decision import Tracker
from louver.core.signals.signal import Kind, Purpose
from louver.core.tables import CookieFact, ParameterFact, Tables, merge, parse_table

TEXT = """
owners: {Example Inc: [example.com, example.co.uk], Other: [other.example]}
trackers:
  - {domain: tracker.example, owner: Example Inc, category: advertising}
  - {domain: pages.tracker.example, owner: Example Inc, category: hosting, mixed: true}
cookies:
  - {name: "_xid*", owner: Example Inc, purpose: advertising}
  - {name: _xid_opt, owner: Example Inc, purpose: necessary, kind: consent}
  - {name: uid, owner: Other, purpose: advertising, hosts: [other.example]}
  - {name: sid, owner: Other, purpose: analytics}
  - {name: sid, owner: Example Inc, purpose: necessary, hosts: [owner]}
parameters:
  - {name: xclid, owner: Example Inc, kind: click-id}
  - {name: "x_*", owner: Example Inc, kind: campaign-tag}
  - {name: s, owner: Example Inc, kind: linker, hosts: [owner]}
cnames: {metrics.shop.example: tracker.example, cloak.example: cloak.example}
"""
TABLES = parse_table(TEXT, "mine")


def cookie_owner(name: str, host: str) -> str | None:
    fact = TABLES.cookie(name, host)
    return fact.owner if fact else None


def test_owner_by_longest_domain() -> None:
    assert TABLES.owner("example.com") == "Example Inc"
    assert TABLES.owner("a.b.example.co.uk") == "Example Inc"
    assert TABLES.owner("notexample.com") is None
    assert TABLES.owner("x.tracker.example") == "Example Inc"


def test_tracker_by_longest_domain() -> None:
    assert TABLES.tracker("a.tracker.example") == Tracker("tracker.example", "Example Inc", "advertising")
    found = TABLES.tracker("x.pages.tracker.example")
    assert found is not None
    assert found.mixed
    assert TABLES.tracker("example") is None
    assert TABLES.tracker("") is None


def test_an_exact_cookie_name_wins_over_a_pattern() -> None:
    assert TABLES.cookie("_xid7", "any.example") == CookieFact(
        "_xid*", "Example Inc", Purpose.ADVERTISING, source="mine"
    )
    found = TABLES.cookie("_xid_opt", "any.example")
    assert found is not None
    assert (found.purpose, found.kind) == (Purpose.NECESSARY, Kind.CONSENT)
    assert TABLES.cookie("_XID7", "any.example") is None


def test_a_fact_with_hosts_speaks_only_of_them() -> None:
    assert cookie_owner("uid", "www.other.example") == "Other"
    assert cookie_owner("uid", "shop.example") is None


def test_the_owners_own_fact_wins_on_its_hosts() -> None:
    assert cookie_owner("sid", "www.example.com") == "Example Inc"
    assert cookie_owner("sid", "www.other.example") == "Other"
    assert cookie_owner("sid", "shop.example") == "Other"


def test_parameters_whatever_their_case() -> None:
    assert TABLES.parameter("XCLID", "any.example") == ParameterFact(
        "xclid", "Example Inc", Kind.CLICK_ID, source="mine"
    )
    found = TABLES.parameter("x_source", "any.example")
    assert found is not None
    assert found.kind is Kind.CAMPAIGN_TAG
    assert TABLES.parameter("xclid2", "any.example") is None


def test_a_parameter_of_one_site_means_nothing_elsewhere() -> None:
    assert TABLES.parameter("s", "www.example.com") is not None
    assert TABLES.parameter("s", "www.other.example") is None


def test_cnames_by_cloaked_host_and_by_target() -> None:
    assert TABLES.cname("metrics.shop.example") == "tracker.example"
    assert TABLES.cname("shop.example") is None
    assert TABLES.cname("k123.cloak.example") == "cloak.example"


def test_json_says_the_same_as_yaml() -> None:
    table = parse_table('{"owners": {"A": ["a.example"]}, "cnames": {"m.b.example": "a.example"}}', "j")
    assert table.owner("x.a.example") == "A"
    assert table.cname("m.b.example") == "a.example"


def test_domains_are_spelled_as_browsers_do() -> None:
    table = parse_table("owners: {A: [B\u00dcCHER.example., Example.COM]}", "t")
    assert table.owner("www.xn--bcher-kva.example") == "A"
    assert table.owner("example.com") == "A"


def test_merging_lets_the_later_table_win() -> None:
    later = parse_table(
        "owners: {New: [example.com]}\n"
        "trackers: [{domain: tracker.example, owner: New, category: analytics}]\n"
        "cookies:\n"
        "- {name: '_xid*', owner: Example Inc, purpose: functional}\n"
        "- {name: sid, owner: New, purpose: functional}\n"
        "parameters: [{name: xclid, owner: New, kind: linker}]\n"
        "cnames: {metrics.shop.example: other.example}",
        "later",
    )
    both = merge([TABLES, later])
    assert both.owner("example.com") == "New"
    assert both.owner("example.co.uk") == "Example Inc"
    tracker = both.tracker("tracker.example")
    assert tracker is not None
    assert tracker.category == "analytics"
    cookie = both.cookie("_xid1", "a.example")
    assert cookie is not None
    assert (cookie.purpose, cookie.source) == (Purpose.FUNCTIONAL, "later")
    ambiguous = both.cookie("sid", "a.example")
    assert ambiguous is not None
    assert ambiguous.owner == "New"
    parameter = both.parameter("xclid", "a.example")
    assert parameter is not None
    assert parameter.kind is Kind.LINKER
    assert both.cname("metrics.shop.example") == "other.example"


def test_nothing_is_known_by_an_empty_table() -> None:
    empty = merge([])
    assert empty.owner("a.example") is None
    assert empty.cookie("_ga", "a.example") is None


@given(st.text(max_size=60), st.text(max_size=60))
def test_any_question_may_be_asked(name: str, host: str) -> None:
    tracker, cookie, parameter = TABLES.tracker(host), TABLES.cookie(name, host), TABLES.parameter(name, host)
    assert tracker is None or host.endswith(tracker.domain)
    assert cookie is None or cookie.owner
    assert parameter is None or parameter.owner
    assert TABLES.owner(host) is None or host
    assert TABLES.cname(host) is None or host


def test_tables_can_be_made_without_text() -> None:
    table = Tables(trackers={"t.example": Tracker("t.example", "T", "analytics")})
    assert table.owner("x.t.example") == "T"
