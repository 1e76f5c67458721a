from __future__ import annotations

from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from louver.core.signals.signed import signature_format, signed

SEAL_27, SEAL_43, HEX_40, HEX_64 = "Ab1-" * 6 + "xyz", "Ab1_" * 10 + "xyz", "0a1b" * 10, "0a1b" * 16

SIGNED = [
    ("JSON Web Token", f"eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.{SEAL_43}"),
    ("JSON Web Encryption", f"eyJhbGciOiJkaXIifQ.{SEAL_27}.{SEAL_27}.{SEAL_43}.{SEAL_27}"),
    ("ByteDance ttwid", f"1|{SEAL_43}|1789000000|{HEX_64}"),
    ("Express signed cookie", f"s:k3x9q7m2v5w8.{SEAL_43.replace('_', '/').replace('-', '+')}"),
    ("Django signature", f"abcdef:1tXyZ9:{SEAL_43}"),
    ("itsdangerous signature", f"eyJfaWQiOiJ4In0.ZaBcDe.{SEAL_27}"),
    ("Rails signed cookie", f"BAh7CEkiD3Nlc3Npb25faWQ=--{HEX_40}"),
    ("Rails sealed cookie", "QUJDREVGR0g=--QUJDREVGR0hJSktM--QUJDREVGR0hJSktMTU5PUA=="),
    ("Laravel sealed cookie", "eyJpdiI6" + "QUJD" * 20),
    ("Tornado signed cookie", f"2|1:0|10:1789000000|4:user|8:QUJDRA==|{HEX_64}"),
    ("PASETO", f"v2.local.{SEAL_43}"),
    ("Fernet", "gAAAAA" + "Zb1_" * 20),
    ("ASP.NET data protection", "CfDJ8" + "Zb1_" * 20),
    ("iron sealed cookie", "Fe26.2**0a1b*QUJD*QUJD**0a1b*QUJD"),
    ("Phoenix signature", f"SFMyNTY.g3QAAAAB.{SEAL_43}"),
]


@pytest.mark.parametrize(("name", "value"), SIGNED)
def test_formats_are_recognised_also_when_percent_encoded(name: str, value: str) -> None:
    assert signature_format(value) == name
    assert signed(quote(value, safe=""))


@pytest.mark.parametrize(
    "value",
    [
        "",
        "GA1.2.1234567890.1789000000",
        "7d4c1f0a-93be-4e0b-a6d2-58c0f1e2b977",
        HEX_64,
        "a-sentence-about-nothing--really-nothing-at-all",
        '{"theme":"dark","density":"compact","columns":3}',
        f"1|{SEAL_43}|1789000000|de",
        "https://www.example.org/articles/2026/09/a-long-title.html",
    ],
)
def test_others_are_not(value: str) -> None:
    assert not signed(value)


@given(st.text(max_size=200))
def test_nothing_raises(value: str) -> None:
    assert signed(value) in {True, False}
