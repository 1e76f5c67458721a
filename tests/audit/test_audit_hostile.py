"""A recording is written by strangers: whatever it holds, the audit goes through and every format stays well-formed."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any
from xml.etree import ElementTree as ET

from audit_recordings import ID, document, entry, write_har
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from msgspec.structs import replace
from test_audit_formats import DOCUMENT

from louver.audit.export import as_har
from louver.audit.report import judged, rules
from louver.audit.sources import visit_file
from louver.audit.visit import Modes
from louver.reports.audit_formats import FORMATS

if TYPE_CHECKING:
    from pathlib import Path

    from louver.audit.knowledge import Judgement

nasty = st.sampled_from(
    [
        "",
        "²",
        "9" * 5000,
        "\x00\x1b[2J",
        "\u202eevil",
        "<svg onload=x>",
        "//",
        "http://[::1",
        "https://a.b:99999/%zz",
        "=\n;",
        "https://x.example/?q=%ff&email=%00",
        "max-age=²",
        "private, max-age=99999999999999999999",
        '{"a":[[[',
        "GA1.2.3.4",
        ID,
    ]
)
values = st.one_of(nasty, st.text(max_size=20))
names = st.sampled_from(
    ["Set-Cookie", "Location", "ETag", "Cache-Control", "Content-Length", "Referrer-Policy", "Accept-CH", "X-\u202e"]
)
kinds = st.sampled_from(["image", "document", "xhr", "script", "websocket", "ping", "other"])


@st.composite
def entries(draw: st.DrawFn) -> dict[str, Any]:
    url = draw(st.sampled_from(["https://ad.doubleclick.net/", "https://shop.example/", "http://mc.yandex.ru/"]))
    return entry(
        url + draw(values).replace("\n", ""),
        draw(kinds),
        method=draw(st.sampled_from(["GET", "POST"])),
        sent={"Cookie": draw(values), "Referer": draw(values)},
        got=[(draw(names), draw(values)) for _ in range(draw(st.integers(0, 3)))],
        body=draw(st.none() | values),
        status=draw(st.sampled_from([200, 302, 404, 0])),
        second=draw(st.floats(0, 59, allow_nan=False)),
        content=draw(values),
    )


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(entries(), max_size=6))
def test_no_recording_stops_the_audit(tmp_path: Path, judgement: Judgement, seen: list[dict[str, Any]]) -> None:
    visit = visit_file(write_har(tmp_path / "v.har", [document(), *seen]), judgement, Modes())
    row = judged(visit, judgement)
    told = replace(DOCUMENT, visits=[row], rules=rules())
    texts = {form: write(told) for form, write in FORMATS.items()}
    assert not [form for form, text in texts.items() if "\x1b" in text or "\u202e" in text]
    assert not [form for form in ("html", "markdown") if "<svg onload" in texts[form]]
    json.loads(texts["sarif"])
    json.loads(as_har([visit]))
    ET.fromstring(texts["junit"])
