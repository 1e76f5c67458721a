from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from louver.bundled import blocklists_dir, load_stand_ins
from louver.core.rows import TableError
from louver.core.stand_ins import parse_stand_ins
from louver.surrogates import surrogate
from louver.surrogates.library import table

KNOWN = load_stand_ins()
ROWS = json.loads((blocklists_dir() / "stand-ins.json").read_text("utf-8"))["stand_ins"]


@pytest.mark.parametrize(
    ("url", "name"),
    [
        ("www.google-analytics.com/analytics.js", "analytics.js"),
        ("ssl.google-analytics.com/ga.js", "ga.js"),
        ("www.googletagmanager.com/gtag/js", "google-tag.js"),
        ("www.googletagmanager.com/gtm.js", "google-tag.js"),
        ("securepubads.g.doubleclick.net/tag/js/gpt.js", "gpt.js"),
        ("pagead2.googlesyndication.com/pagead/js/adsbygoogle.js", "adsbygoogle.js"),
        ("imasdk.googleapis.com/js/sdkloader/ima3.js", "ima3.js"),
        ("connect.facebook.net/en_US/fbevents.js", "fbevents.js"),
        ("cdn.segment.com/analytics.js/v1/KEY/analytics.min.js", "segment.js"),
        ("mc.yandex.ru/metrika/tag.js", "metrika.js"),
        ("hm.baidu.com/hm.js", "baidu.js"),
        ("static.hotjar.com/c/hotjar-123.js", "hotjar.js"),
        ("www.clarity.ms/tag/abc", "clarity.js"),
        ("cdn.mxpnl.com/libs/mixpanel-2-latest.min.js", "mixpanel.js"),
        ("analytics.tiktok.com/i18n/pixel/events.js", "tiktok.js"),
        ("bat.bing.com/bat.js", "uet.js"),
        ("www.google-analytics.com/collect", None),
        ("www.google-analytics.com/analytics.js/more", None),
        ("google-analytics.com.evil.example/analytics.js", None),
        ("notgoogle-analytics.com/analytics.js", None),
        ("a.example/analytics.js", None),
        ("/", None),
    ],
)
def test_a_known_script_has_its_stand_in(url: str, name: str | None) -> None:
    host, slash, path = url.partition("/")
    assert KNOWN.stand_in(host, slash + path) == name


def test_every_stand_in_that_is_named_exists() -> None:
    assert {row["name"] for row in ROWS} <= {row.file for row in table().stand_ins}
    assert all(surrogate(row["name"]) for row in ROWS)


def test_every_row_is_reached() -> None:
    for row in ROWS:
        assert KNOWN.stand_in("sub." + row["host"], row["path"].replace("*", "x")) == row["name"], row


def test_rows_are_in_order_and_said_once() -> None:
    keys = [(row["host"], row["path"]) for row in ROWS]
    assert keys == sorted(set(keys))


@given(st.text(max_size=60), st.text(max_size=60))
def test_it_never_raises(host: str, path: str) -> None:
    assert KNOWN.stand_in(host, path) is None


def test_a_long_address_is_no_work() -> None:
    assert KNOWN.stand_in("a." * 100_000 + "google-analytics.com", "/" + "a" * 1_000_000) is None


@pytest.mark.parametrize(
    ("row", "key"),
    [
        ('{"host": "a.example", "path": "x.js", "name": "y"}', "stand_ins.0.path"),
        ('{"host": "a.example", "path": "/*a*b*c*", "name": "y"}', "stand_ins.0.path"),
        ('{"host": "", "path": "/x.js", "name": "y"}', "stand_ins.0.host"),
        ('{"host": "a.example", "path": "/x.js"}', "stand_ins.0"),
    ],
)
def test_a_wrong_row_is_named(row: str, key: str) -> None:
    with pytest.raises(TableError) as caught:
        parse_stand_ins(f'{{"stand_ins": [{row}]}}', "mine.json")
    assert caught.value.key.startswith(key)
    assert caught.value.file == "mine.json"


def test_an_exact_path_comes_before_a_pattern() -> None:
    rows = [{"host": "a.example", "path": path, "name": name} for path, name in (("/*.js", "any"), ("/b.js", "b"))]
    found = parse_stand_ins(json.dumps({"stand_ins": rows}), "t")
    assert (found.stand_in("a.example", "/b.js"), found.stand_in("x.a.example", "/c.js")) == ("b", "any")
