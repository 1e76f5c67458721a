"""Policies: first match wins, what extends what, overrides, and mistakes named by file, line and key."""

from __future__ import annotations

import contextlib
from importlib import resources

import pytest
from hypothesis import given
from hypothesis import strategies as st

from louver.core.decision import Treatment
from louver.core.facts import Party, ResourceType
from louver.core.policy import NO_ROW, Policy, Subject
from louver.core.policy_text import Draft, PolicyError, compile_policy, next_expiry, parse_policy
from louver.core.signals.signal import Grade, Kind, Place, Signal, Where


def preset(name: str) -> Draft | None:
    path = resources.files("louver").joinpath("presets", f"{name}.yaml")
    return parse_policy(path.read_text("utf-8"), name) if path.is_file() else None


def compiled(text: str, now: float = 0.0) -> Policy:
    return compile_policy(parse_policy(text, "mine.yaml"), preset, lambda host: host.removeprefix("www."), now)


def subject(
    party: Party = Party.THIRD,
    kind: ResourceType = ResourceType.SCRIPT,
    *,
    listed: bool = False,
    owner: str = "Example Inc",
) -> Subject:
    return Subject(party, "advertising", owner, "t.example", kind, False, listed, False, False)


def signal(kind: Kind = Kind.CLICK_ID, name: str = "xclid", party: Party | None = None) -> Signal:
    return Signal(kind, Where.QUERY, name, Grade.CONFIRMED, Place(piece=0), "v", party=party)


def test_the_first_row_that_fits_decides() -> None:
    policy = compiled(
        """
        rules:
          - {kind: click-id, name: "xcl*", treatment: allow}
          - {kind: click-id, treatment: strip}
        """
    )
    assert policy.signal_choice(subject(), signal()).treatment is Treatment.ALLOW
    assert policy.signal_choice(subject(), signal(name="other")).treatment is Treatment.STRIP
    assert policy.signal_choice(subject(), signal(Kind.LANGUAGE)) is NO_ROW


def test_own_rows_come_before_those_of_the_policy_that_is_extended() -> None:
    policy = compiled("extends: balanced\nrules:\n  - {owner: Example Inc, treatment: allow}\n")
    assert policy.request_choice(subject()).treatment is Treatment.ALLOW
    assert compiled("extends: balanced").request_choice(subject()).treatment is Treatment.BLOCK


@pytest.mark.parametrize(
    ("row", "kind", "expected"),
    [
        ("{owner: Example Inc, treatment: block}", ResourceType.SCRIPT, Treatment.BLOCK),
        ("{owner: Example Inc, treatment: block}", ResourceType.DOCUMENT, Treatment.ALLOW),
        ("{owner: Example Inc, type: document, treatment: block}", ResourceType.DOCUMENT, Treatment.BLOCK),
        ("{owner: Else, treatment: block}", ResourceType.SCRIPT, Treatment.ALLOW),
        ("{kind: click-id, treatment: block}", ResourceType.SCRIPT, Treatment.ALLOW),
        ("{recipient: '*.example', treatment: block}", ResourceType.IMAGE, Treatment.BLOCK),
    ],
)
def test_a_request_is_blocked_by_rows_about_requests(row: str, kind: ResourceType, expected: Treatment) -> None:
    policy = compiled(f"rules:\n  - {row}\n")
    assert policy.request_choice(subject(kind=kind)).treatment is expected


def test_a_signal_that_would_block_a_navigation_is_stripped_there() -> None:
    policy = compiled("rules:\n  - {kind: click-id, treatment: block}\n")
    assert policy.signal_choice(subject(kind=ResourceType.DOCUMENT), signal()).treatment is Treatment.STRIP
    assert policy.signal_choice(subject(), signal()).treatment is Treatment.BLOCK


def test_a_signal_may_have_a_party_of_its_own() -> None:
    policy = compiled("rules:\n  - {party: third, treatment: strip}\n")
    first = subject(Party.FIRST)
    assert policy.signal_choice(first, signal(party=Party.THIRD)).treatment is Treatment.STRIP
    assert policy.signal_choice(first, signal()) is NO_ROW


def test_sites_are_overridden_by_name_or_by_a_nested_policy() -> None:
    policy = compiled(
        """
        extends: balanced
        sites:
          www.bank.example: observe
          news.example: {extends: strict, rules: [{kind: language, treatment: allow}]}
          own.example: {rules: [{kind: referrer, treatment: strip}]}
        """
    )
    assert policy.for_site("bank.example").name == "observe"
    news = policy.for_site("news.example")
    assert news.signal_choice(subject(), signal(Kind.LANGUAGE)).treatment is Treatment.ALLOW
    assert news.rows[1:] == compiled("extends: strict").rows
    assert policy.for_site("own.example").rows[1:] == policy.rows
    assert policy.for_site("else.example") is policy


def test_a_timed_override_ends() -> None:
    text = "extends: balanced\nsites: {a.example: {extends: observe, until: 2026-01-01T00:00:00Z}}"
    ends = 1_767_225_600.0
    assert compiled(text, ends - 1).for_site("a.example").name.startswith("observe")
    assert compiled(text, ends).for_site("a.example").name == "mine.yaml"
    assert next_expiry(parse_policy(text, "mine"), ends - 1) == ends
    assert next_expiry(parse_policy(text, "mine"), ends) is None


@pytest.mark.parametrize(
    ("text", "line", "key", "word"),
    [
        ("rules:\n  - {kind: clickid, treatment: strip}", 2, "kind", "click-id"),
        ("rules:\n  - {kind: click-id, treatment: stripe}", 2, "treatment", "strip"),
        ("rules:\n  - {kind: click-id}", 2, "treatment", "missing"),
        ("rules:\n  - {kin: click-id, treatment: strip}", 2, "kin", "kind"),
        ("name: a\nextend: balanced", 2, "extend", "extends"),
        ("extends: balnced", 1, "extends", "balnced"),
        ("on_fault: maybe", 1, "on_fault", "block"),
        ("bounces: maybe", 1, "bounces", "report"),
        ("gpc: perhaps", 1, "gpc", "true or false"),
        ("rules: 7", 1, "rules", "list"),
        ("a: [1", 1, "yaml", "expected"),
        ("- a\n- b", 1, "policy", "keys"),
        ("name: a\nname: b", 2, "name", "twice"),
        ("sites:\n  a.example: {until: soon}", 2, "until", "no time"),
        ("sites:\n  a.example: nothing", 2, "extends", "nothing"),
        ("rules:\n  - {name: [], treatment: strip}", 2, "name", "empty"),
        ("sites: {a.example: &p {extends: strict, sites: {b.example: *p}}}", 1, "sites", "sites of its own"),
    ],
)
def test_a_mistake_is_named_with_file_line_and_key(text: str, line: int, key: str, word: str) -> None:
    with pytest.raises(PolicyError) as caught:
        compiled(text)
    assert (caught.value.file, caught.value.line, caught.value.key) == ("mine.yaml", line, key)
    assert word in caught.value.reason


@pytest.mark.parametrize(("word", "clears"), [("report", False), ("clear", True)])
def test_bounces_are_reported_or_cleared_and_a_site_may_say_otherwise(word: str, clears: bool) -> None:
    policy = compiled(f"extends: balanced\nbounces: {word}\nsites: {{shop.example: {{bounces: report}}}}\n")
    assert policy.flags.clear_bounces is clears
    assert policy.for_site("shop.example").flags.clear_bounces is False
    assert compiled("extends: balanced").flags.clear_bounces is False


def test_a_circle_is_refused() -> None:
    drafts = {name: parse_policy(f"extends: {other}", name) for name, other in [("a", "b"), ("b", "a")]}
    with pytest.raises(PolicyError, match="circle"):
        compile_policy(drafts["a"], drafts.get, str, 0.0)


@given(st.text() | st.binary().map(lambda data: data.decode("latin-1")))
def test_no_text_makes_the_parser_raise_anything_else(text: str) -> None:
    with contextlib.suppress(PolicyError):
        assert compiled(text).name


def test_the_digest_names_the_content() -> None:
    one = compiled("rules:\n  - {kind: click-id, treatment: strip}\n")
    same = compiled("rules:\n  - {kind: click-id, treatment: strip}\n")
    other = compiled("rules:\n  - {kind: click-id, treatment: allow}\n")
    assert one.digest == same.digest != other.digest
