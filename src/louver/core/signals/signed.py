"""Knows the formats whose value carries a signature or is sealed, so that changing one character breaks it."""

from __future__ import annotations

import re
from typing import Final

from louver.core.signals.pieces import MAX_LENGTH, percent_decoded

_B64: Final = r"[A-Za-z0-9_-]"

FORMATS: Final = (
    ("JSON Web Token", rf"eyJ{_B64}{{8,}}\.eyJ{_B64}*\.{_B64}*"),
    ("JSON Web Encryption", rf"eyJ{_B64}{{8,}}\.{_B64}*\.{_B64}+\.{_B64}+\.{_B64}+"),
    ("ByteDance ttwid", rf"1\|{_B64}{{10,}}\|\d{{10}}\|[0-9a-f]{{64}}"),
    ("Express signed cookie", r"s:.{1,2048}\.[A-Za-z0-9+/_-]{43}=?"),
    ("Django signature", rf".{{1,2048}}:{_B64}{{6}}:(?:{_B64}{{27}}|{_B64}{{43}})"),
    ("itsdangerous signature", rf"\.?{_B64}+={{0,2}}\.{_B64}{{6}}\.(?:{_B64}{{27}}|{_B64}{{38}}|{_B64}{{86}})"),
    ("Rails signed cookie", r"[A-Za-z0-9+/_=-]{4,}--(?:[0-9a-f]{40}|[0-9a-f]{64}|[0-9a-f]{128})"),
    ("Rails sealed cookie", r"[A-Za-z0-9+/]{4,}={0,2}--[A-Za-z0-9+/]{16}={0,2}--[A-Za-z0-9+/]{22}={0,2}"),
    ("Laravel sealed cookie", r"eyJpdiI6[A-Za-z0-9+/]{40,}={0,2}"),
    ("Tornado signed cookie", r"2\|\d:\d*\|\d+:\d+\|\d+:[^|]*\|\d+:[^|]*\|[0-9a-f]{64}"),
    ("PASETO", rf"v[1-4]\.(?:local|public)\.{_B64}{{16,}}(?:\.{_B64}+)?"),
    ("Fernet", r"gAAAAA[A-Za-z0-9_-]{50,}={0,2}"),
    ("ASP.NET data protection", rf"CfDJ8{_B64}{{30,}}"),
    ("iron sealed cookie", r"Fe26\.2\*.{20,}"),
    ("Phoenix signature", rf"SFMyNTY\.{_B64}+\.{_B64}{{20,}}"),
    ("securecookie", r"MT[A-Za-z0-9]{12}[A-Za-z0-9]{1,2}8[A-Za-z0-9_-]{40,}={0,2}"),
    ("Keygrip or HMAC suffix", r"[^.|&]{4,512}[.|&](?:hmac|sig|signature)[=:][A-Za-z0-9+/_-]{27,}={0,2}"),
)
"""Name of the format and its form, percent-decoded."""

FORM: Final = re.compile("|".join(f"({pattern})" for _, pattern in FORMATS), re.DOTALL)
MIN_LENGTH: Final = 30


def signed(value: str) -> bool:
    """Tell whether a value is in a signed or sealed format, which pseudonymizing must never touch."""
    return signature_format(value) is not None


def signature_format(value: str) -> str | None:
    """Return the name of the signed or sealed format that a value is in. Values over 4 KiB count by their start."""
    if len(value) < MIN_LENGTH:
        return None
    text = percent_decoded(value[:MAX_LENGTH]).strip(' "')
    found = FORM.fullmatch(text)
    return FORMATS[found.lastindex - 1][0] if found and found.lastindex else None
