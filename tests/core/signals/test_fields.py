"""What named values of addresses and bodies tell, and which of them are left alone."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from looking import ID, SHOP, engine, found, request, told

from louver.core.decision import Action
from louver.core.facts import ResourceType
from louver.core.signals import detect
from louver.core.signals.addresses import fields
from louver.core.signals.fields import url_decoded
from louver.core.signals.kinds import MEANINGS
from louver.core.signals.signal import Kind, Where

SOCIAL = "https://social.example/x"
FORM = (("Content-Type", "application/x-www-form-urlencoded"),)


def test_a_query_comes_apart_with_its_places() -> None:
    entries = fields("a=1&&b&=x&c=%41+d&c=2")
    assert [(entry.name, entry.value, entry.place.piece) for entry in entries] == [
        ("a", "1", 0), ("b", "", 2), ("c", "A d", 4), ("c", "2", 5),
    ]  # fmt: skip


@given(st.text())
def test_every_field_stands_where_it_says(text: str) -> None:
    pieces = text.split("&")
    for entry in fields(text):
        raw, _, written = pieces[entry.place.piece].partition("=")
        assert (entry.raw_name, entry.written) == (raw, written)
        assert entry.name == url_decoded(raw)


def test_what_is_known_by_name_is_found_in_query_and_fragment_whoever_asks() -> None:
    url = "https://plain.example/?xclid=1&a=1#xclid=2"
    expected = [("click-id", "query", "xclid"), ("click-id", "fragment", "xclid")]
    assert told(found(request(url))) == expected
    assert told(found(request(url, kind=ResourceType.DOCUMENT))) == expected


def test_an_identifier_without_a_name_tells_others_only() -> None:
    unnamed = f"?v={ID}"
    assert told(found(request(SOCIAL + unnamed))) == [("sync-id", "query", "v")]
    assert found(request(SHOP + unnamed)) == []
    assert found(request("https://img.shop-cdn.example/" + unnamed)) == []
    assert found(request(SOCIAL + unnamed, kind=ResourceType.DOCUMENT)) == []


def test_an_address_with_a_signature_is_left_alone() -> None:
    signed = f"?X-Amz-Signature={ID}&uid={ID}&xclid=7"
    assert [one for one in found(request(SOCIAL + signed)) if one.where is Where.QUERY] == []


def test_a_body_is_read_for_others_and_not_for_the_own_side() -> None:
    for url, names in ((SOCIAL, {"xclid", "u"}), (SHOP + "x", set())):
        asked = request(url, kind=ResourceType.XMLHTTPREQUEST, method="POST", headers=FORM, body=f"xclid=7&u={ID}&a=1")
        engine_ = engine("balanced")
        outcome = engine_.request(asked)
        if not names:
            assert outcome.sent.body == asked.body
        else:
            assert {each.signal.name for each in outcome.treated if each.signal.where is Where.BODY} == names


def test_a_body_is_asked_for_only_where_it_can_tell_others() -> None:
    balanced = engine("balanced")

    def wanted(url: str, method: str = "POST", content: str = "application/json", **more: ResourceType) -> bool:
        asked = request(
            url, method=method, headers=(("Content-Type", content),), **({"kind": ResourceType.PING} | more)
        )
        outcome = balanced.request(asked)
        return outcome.decision.action is Action.PASS and balanced.wants_body(outcome)

    assert wanted("https://social.example/collect", kind=ResourceType.XMLHTTPREQUEST)
    assert not wanted("https://social.example/collect", "GET", kind=ResourceType.XMLHTTPREQUEST)
    assert not wanted("https://social.example/collect", content="video/mp4", kind=ResourceType.XMLHTTPREQUEST)
    assert not wanted(SHOP + "api", kind=ResourceType.XMLHTTPREQUEST)
    assert not wanted("https://social.example/", kind=ResourceType.DOCUMENT)


def test_under_balanced_the_own_side_gets_every_byte() -> None:
    balanced = engine("balanced")
    for url in (SHOP, "https://img.shop-cdn.example/"):
        asked = request(
            f"{url}?xclid=7&email=jane.doe%40mail.example&v={ID}",
            kind=ResourceType.XMLHTTPREQUEST,
            method="POST",
            headers=(*FORM, ("Cookie", f"_xid1={ID}; cart=1"), ("Referer", SHOP + "x?y"), ("Accept-Language", "de,en")),
            body=f"xclid=7&u={ID}",
        )
        outcome = balanced.request(asked)
        assert (outcome.sent.url, outcome.sent.body) == (asked.url, asked.body)
        assert outcome.sent.headers[: len(asked.headers)] == asked.headers


HOSTILE = {
    "many fields": request(SOCIAL + "?" + "&".join(f"a{n}={ID}{n}" for n in range(1_000))),
    "one long field": request(SOCIAL + "?a=" + ID * 30_000),
    "separators": request(SOCIAL + "?" + "&" * 300_000),
    "the same known field": request(SOCIAL + "?" + "xclid=1&" * 20_000),
    "percent signs": request(SOCIAL + "?a=" + "%25" * 100_000),
    "many cookies": request(SOCIAL, headers=(("Cookie", "; ".join(f"_xid{n}={ID}" for n in range(4_000))),)),
    "empty cookies": request(SOCIAL, headers=(("Cookie", ";" * 300_000),)),
    "many lines": request(SOCIAL, headers=(("Accept-Language", "de,en"),) * 20_000),
    "a long host": request("https://" + "a." * 50_000 + "example/"),
}


@pytest.mark.parametrize(
    "policy", ["balanced", "rules: [{kind: [third-party-id-cookie, click-id], treatment: pseudonymize}]"]
)
@pytest.mark.parametrize("name", sorted(HOSTILE))
def test_hostile_sizes_are_answered(name: str, policy: str) -> None:
    outcome = engine(policy).request(HOSTILE[name])
    assert outcome.decision.action in (Action.PASS, Action.BLOCK)


def test_detectors_and_meanings_go_together() -> None:
    assert set(MEANINGS) == set(Kind)
    assert detect.REQUEST
    assert detect.RESPONSE
    for kind, meaning in MEANINGS.items():
        assert meaning.is_what, kind
        assert meaning.allows, kind
        assert meaning.lost, kind
        assert meaning.treatments[0] == "allow", kind
        assert len(set(meaning.treatments)) == len(meaning.treatments), kind
        assert len(set(meaning.wheres)) == len(meaning.wheres), kind
