from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from louver.core.signals.choices import Choice
from louver.core.signals.consent import ConsentState, read_consent

TCF = "COvFyGBOvFyGBAbAAAENAPCAAOAAAAAAAAAAAEEUACCKAAA"
GRANTED, DENIED, UNKNOWN = Choice.GRANTED, Choice.DENIED, Choice.UNKNOWN


def only(state: ConsentState) -> dict[str, Choice]:
    (consent,) = state.consents
    return dict(consent.choices)


FIELD_CASES = [
    ("nothing agreed", "gcs", "G100", {"ad-storage": DENIED, "analytics-storage": DENIED}),
    ("analytics only", "gcs", "G101", {"ad-storage": DENIED, "analytics-storage": GRANTED}),
    ("ads only", "gcs", "G110", {"ad-storage": GRANTED, "analytics-storage": DENIED}),
    ("both", "gcs", "G111", {"ad-storage": GRANTED, "analytics-storage": GRANTED}),
    ("not set", "gcs", "G1--", {"ad-storage": UNKNOWN, "analytics-storage": UNKNOWN}),
    (
        "one letter each",
        "gcd",
        "13l3p3t3u5",
        {"ad-storage": UNKNOWN, "analytics-storage": DENIED, "ad-user-data": GRANTED, "personalised-ads": DENIED},
    ),
    ("two letters", "gcd", "11t1q1", {"ad-storage": GRANTED, "analytics-storage": DENIED}),
    ("no personalised ads", "npa", "1", {"personalised-ads": DENIED}),
    ("opted out of sale", "us_privacy", "1YYN", {"sale": DENIED}),
    ("did not opt out", "regs.ext.us_privacy", "1YNN", {"sale": GRANTED}),
    ("not applicable", "us_privacy", "1---", {"sale": UNKNOWN}),
    ("limited data use", "dpo", "LDU", {"sale": DENIED}),
    ("limited data use in a list", "dpo[0]", "LDU", {"sale": DENIED}),
    ("Microsoft granted", "asc", "G", {"ad-storage": GRANTED}),
    ("Microsoft denied", "asc", "D", {"ad-storage": DENIED}),
]


@pytest.mark.parametrize(("name", "value", "choices"), [c[1:] for c in FIELD_CASES], ids=[c[0] for c in FIELD_CASES])
def test_fields(name: str, value: str, choices: dict[str, Choice]) -> None:
    assert only(read_consent([(name, value)])) == choices


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("gcs", "G2"),
        ("gcd", "hello"),
        ("npa", "0"),
        ("dpo", ""),
        ("asc", "x"),
        ("us_privacy", "YNNN"),
        ("consent", "true"),
        ("addtl_consent", "x"),
    ],
)
def test_what_says_nothing_is_passed_over(name: str, value: str) -> None:
    assert read_consent([(name, value)]).consents == ()


def test_headers() -> None:
    state = read_consent([], [("Sec-GPC", "1"), ("DNT", "1"), ("Accept", "*/*")])
    assert [consent.mechanism for consent in state.consents] == ["gpc", "dnt"]
    assert state.refused == ("storage", "advertising", "analytics", "sale")


def test_only_1_is_a_valid_gpc_value() -> None:
    assert read_consent([], [("sec-gpc", "0"), ("sec-gpc", "true")]).consents == ()


def test_onetrust_cookie() -> None:
    value = "isGpcEnabled=1&datestamp=Sat+Nov+21&version=202405.1.0&groups=C0001%3A1%2CC0002%3A1%2CC0004%3A0%2CXX%3A1"
    state = read_consent([], [], [("OptanonConsent", value)])
    assert only(state) == {"necessary": GRANTED, "analytics": GRANTED, "advertising": DENIED, "sale": DENIED}
    assert only(read_consent([], [], [("OneTrustWPCCPAGoogleOptOut", "true")])) == {"sale": DENIED}


def test_cookiebot_cookie() -> None:
    value = "{stamp:%27x%27%2Cnecessary:true%2Cpreferences:false%2Cstatistics:true%2Cmarketing:false}"
    assert only(read_consent([], [], [("CookieConsent", value)])) == {
        "necessary": GRANTED,
        "functional": DENIED,
        "analytics": GRANTED,
        "advertising": DENIED,
    }


def test_a_cookie_of_that_name_that_says_nothing() -> None:
    cookies = [("CookieConsent", "-1"), ("OptanonConsent", "a=b"), ("OneTrustWPCCPAGoogleOptOut", "false")]
    assert read_consent([], [], cookies).consents == ()


def test_the_same_string_in_url_and_cookie_counts_once() -> None:
    state = read_consent([("gdpr_consent", TCF), ("gdpr", "1")], [], [("euconsent-v2", TCF)])
    assert [consent.mechanism for consent in state.consents] == ["tcf", "gdpr-applies"]
    assert state.choice("storage") is GRANTED


def test_a_string_said_not_to_apply_is_no_refusal() -> None:
    empty = "CPXxRfAPXxRfAAfKABENB-CgAAAAAAAAAAYgAAAAAAAA"
    assert read_consent([("gdpr_consent", empty), ("gdpr", "1")]).choice("storage") is DENIED
    assert read_consent([("gdpr_consent", empty), ("gdpr", "0")]).choice("storage") is UNKNOWN


def test_one_refusal_outweighs_any_consent() -> None:
    state = read_consent([("gcs", "G111")], [("Sec-GPC", "1")])
    assert state.choice("advertising") is DENIED
    assert state.choice("analytics") is GRANTED


def test_openrtb_body_names() -> None:
    fields = [
        ("user.ext.consent", TCF),
        ("regs.ext.gdpr", "1"),
        ("regs.gpp", "DBABLA~BVVVVVVVVWA.YA"),
        ("regs.gpp_sid[0]", "7"),
    ]
    assert {consent.mechanism for consent in read_consent(fields).consents} == {"tcf", "gdpr-applies", "gpp-usnat"}


def test_additional_consent_is_counted() -> None:
    (consent,) = read_consent([("addtl_consent", "2~1.35.41.101~dv.9.21")]).consents
    assert consent.words == "4 further ad vendors agreed to"


def test_words_are_for_people_and_hold_no_raw_string() -> None:
    state = read_consent([("gdpr_consent", TCF), ("gcs", "G101")])
    assert state.words == (
        "tcf: consent to 3 of 11 purposes (storage, basic-ads, ad-profile); 3 vendors"
        " | google-consent-mode: ad storage denied; analytics storage granted"
    )
    assert TCF not in repr(state)


def test_meta_place() -> None:
    (consent,) = read_consent([("dpo", "LDU"), ("dpoco", "1"), ("dpost", "1000")]).consents
    assert consent.words == "limited data use, country 1, state 1000"


NAMES = st.sampled_from(
    ["gcs", "gcd", "gpp", "gdpr_consent", "us_privacy", "dpo", "OptanonConsent", "CookieConsent", "dnt"]
)


@given(st.lists(st.tuples(NAMES, st.text(max_size=60)), max_size=4))
def test_nothing_raises(pairs: list[tuple[str, str]]) -> None:
    state = read_consent(pairs, pairs, pairs)
    assert state.words is not None
    assert set(state.refused) <= {"storage", "advertising", "analytics", "sale"}
