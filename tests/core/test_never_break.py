"""What must be left alone is recognised by host, by path, and by name."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from louver.core.never_break import REASONS, NeverBreak, parse_never_break
from louver.core.rows import TableError

KEPT = parse_never_break(
    """
recipients:
  - {host: login.example, reason: sign-in}
  - {host: www.search.example, path: /captcha, reason: captcha}
labels: [{name: sso, reason: sign-in}]
segments: [{name: oauth2, reason: sign-in}]
parameters: [{name: SAMLRequest, reason: sign-in}, {name: "x-amz-*", reason: signature}]
cookies: [{name: PHPSESSID, reason: session}, {name: "cf_*", reason: bot-defence}]
""",
    "kept",
)


@pytest.mark.parametrize(
    ("host", "path", "reason"),
    [
        ("login.example", "/", "sign-in"),
        ("a.login.example", "/x", "sign-in"),
        ("notlogin.example", "/", None),
        ("www.search.example", "/captcha/api.js", "captcha"),
        ("www.search.example", "/search", None),
        ("search.example", "/captcha", None),
        ("sso.company.example", "/", "sign-in"),
        ("sso.example", "/", None),
        ("any.example", "/api/oauth2/authorize", "sign-in"),
        ("any.example", "/OAuth2/authorize", "sign-in"),
        ("any.example", "/notoauth2/x", None),
    ],
)
def test_recipients(host: str, path: str, reason: str | None) -> None:
    assert KEPT.recipient(host, path) == reason


def test_parameters_whatever_their_case() -> None:
    assert KEPT.parameter("samlrequest") == "sign-in"
    assert KEPT.parameter("X-Amz-Signature") == "signature"
    assert KEPT.parameter("utm_source") is None


def test_cookies_by_exact_case() -> None:
    assert KEPT.cookie("PHPSESSID") == "session"
    assert KEPT.cookie("phpsessid") is None
    assert KEPT.cookie("cf_clearance") == "bot-defence"


@given(st.text(max_size=60), st.text(max_size=60))
def test_any_question_may_be_asked(host: str, path: str) -> None:
    answers = {KEPT.recipient(host, path), KEPT.parameter(path), KEPT.cookie(path)}
    assert answers <= {*REASONS, None}


def test_an_unknown_reason_is_refused() -> None:
    with pytest.raises(TableError, match="'because' is none of"):
        parse_never_break("cookies: [{name: a, reason: because}]", "kept")


def test_an_empty_list_keeps_nothing() -> None:
    assert NeverBreak().recipient("login.example", "/oauth2") is None
