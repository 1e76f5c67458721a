from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from louver.core.rows import TableError
from louver.core.signals.decode import decode
from louver.core.signals.payloads import Payloads, bare_name, parse_payloads
from louver.core.signals.signal import Kind

TABLE = Path(__file__).resolve().parents[3] / "blocklists" / "payloads.json"
TEXT = TABLE.read_text("utf-8")
PAYLOADS = parse_payloads(TEXT, "payloads.json")


def fields_of(body: str) -> dict[str, str]:
    return {leaf.name: leaf.value for leaf in decode(body).leaves}


@pytest.mark.parametrize(
    ("host", "path", "name"),
    [
        ("www.google-analytics.com", "/g/collect", "Google Analytics 4"),
        ("region1.analytics.google.com", "/g/collect", "Google Analytics 4"),
        ("www.google-analytics.com", "/j/collect", "Universal Analytics"),
        ("stats.g.doubleclick.net", "/j/collect", "Universal Analytics"),
        ("googleads.g.doubleclick.net", "/pagead/viewthroughconversion/1/", "Google Ads"),
        ("www.facebook.com", "/tr/", "Meta Pixel"),
        ("analytics.tiktok.com", "/api/v2/pixel", "TikTok Pixel"),
        ("bat.bing.com", "/action/0", "Microsoft Advertising"),
        ("k.clarity.ms", "/collect", "Microsoft Clarity"),
        ("px.ads.linkedin.com", "/collect", "LinkedIn Insight"),
        ("analytics.twitter.com", "/1/i/adsct", "X Ads"),
        ("ct.pinterest.com", "/v3/", "Pinterest Tag"),
        ("tr.snapchat.com", "/p", "Snap Pixel"),
        ("alb.reddit.com", "/rp.gif", "Reddit Pixel"),
        ("sslwidget.criteo.com", "/event", "Criteo"),
        ("trc.taboola.com", "/x/trc/3/json", "Taboola"),
        ("tr.outbrain.com", "/unifiedPixel", "Outbrain"),
        ("x.sc.omtrdc.net", "/b/ss/x/1/", "Adobe Analytics"),
        ("edge.adobedc.net", "/ee/v1/interact", "Adobe Experience Edge"),
        ("dpm.demdex.net", "/id", "Adobe Audience Manager"),
        ("s.amazon-adsystem.com", "/iu3", "Amazon Advertising"),
        ("mc.yandex.ru", "/watch/1", "Yandex Metrica"),
        ("mc.yandex.ru", "/webvisor/1", "Yandex Webvisor"),
        ("top-fwz1.mail.ru", "/counter", "VK and Mail.ru counters"),
        ("hm.baidu.com", "/hm.gif", "Baidu Analytics"),
        ("gm.mmstat.com", "/yt.gif", "Alibaba mmstat"),
        ("s4.cnzz.com", "/stat.htm", "CNZZ and Umeng"),
        ("pingfore.qq.com", "/pingd", "Tencent Analytics"),
        ("mcs.snssdk.com", "/v1/list", "ByteDance DataRangers"),
        ("x.datasink.sensorsdata.cn", "/sa.gif", "Sensors Data"),
        ("x.matomo.cloud", "/matomo.php", "Matomo"),
        ("in.hotjar.com", "/api/v2/client/sites/1/visit-data", "Hotjar"),
        ("rs.fullstory.com", "/rec/bundle", "FullStory"),
        ("api.segment.io", "/v1/t", "Segment"),
        ("api2.amplitude.com", "/2/httpapi", "Amplitude"),
        ("api-js.mixpanel.com", "/track/", "Mixpanel"),
        ("track.hubspot.com", "/__ptq.gif", "HubSpot"),
        ("htlb.casalemedia.com", "/openrtb/pbjs", "OpenRTB bidding"),
        ("ib.adnxs.com", "/ut/v3/prebid", "Xandr"),
        ("q.quora.com", "/_/ad/1/pixel", "Quora Pixel"),
        ("a.klaviyo.com", "/client/events/", "Klaviyo"),
        ("heapanalytics.com", "/h", "Heap"),
        ("logc1.xiti.com", "/hit.xiti", "Piano Analytics (AT Internet)"),
        ("app.adjust.com", "/session", "Adjust"),
        ("ping.chartbeat.net", "/ping", "Chartbeat"),
        ("sb.scorecardresearch.com", "/p", "comScore"),
        ("pixel.quantserve.com", "/pixel;r=1", "Quantcast"),
        ("logx.optimizely.com", "/v1/events", "Optimizely"),
    ],
)
def test_collectors_are_told_by_host_and_path(host: str, path: str, name: str) -> None:
    collector = PAYLOADS.collector(host, path)
    assert collector is not None
    assert collector.name == name


@pytest.mark.parametrize(
    ("host", "path"),
    [
        ("www.google.com", "/search"),
        ("www.facebook.com", "/login"),
        ("example.com", "/tr/"),
        ("notcriteo.com", "/event"),
    ],
)
def test_other_places_are_none(host: str, path: str) -> None:
    assert PAYLOADS.collector(host, path) is None


GA4 = (
    "v=2&tid=G-ABC123&gtm=45je&_p=17&cid=12.34&en=page_view&dl=https%3A%2F%2Fshop.example%2F&sr=1920x1080&ep.color=red"
)


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("cid", Kind.GHOST_COOKIE),
        ("ul", Kind.LANGUAGE),
        ("sr", Kind.SCREEN),
        ("dl", Kind.PAGE_URL),
        ("dr", Kind.REFERRER),
        ("uid", Kind.ACCOUNT_ID),
        ("em", Kind.EMAIL),
        ("gcs", Kind.CONSENT),
        ("uafvl", Kind.USER_AGENT),
        ("ep.anything", Kind.CONTENT),
        ("tid", None),
    ],
)
def test_fields_of_google_analytics(name: str, kind: Kind | None) -> None:
    collector = PAYLOADS.collector("www.google-analytics.com", "/g/collect")
    assert collector is not None
    field = collector.field(name)
    assert field is not None
    assert field.kind is kind


def test_an_unknown_field_is_none() -> None:
    collector = PAYLOADS.collector("www.google-analytics.com", "/g/collect")
    assert collector is not None
    assert collector.field("nobody-knows") is None


def test_wildcards_indexes_and_wrappers() -> None:
    meta = PAYLOADS.collector("www.facebook.com", "/tr/")
    segment = PAYLOADS.collector("api.segment.io", "/v1/batch")
    bids = PAYLOADS.collector("x.pubmatic.com", "/translator")
    assert meta
    assert segment
    assert bids
    assert [getattr(meta.field(name), "kind", None) for name in ("ud[em]", "ud[zzz]", "cd[value]", "cd[mine]")] == [
        Kind.EMAIL,
        Kind.PERSONAL_DATA,
        Kind.COMMERCE,
        Kind.CONTENT,
    ]
    for name in ("anonymousId", "batch[0].anonymousId", "batch[12].anonymousId"):
        assert getattr(segment.field(name), "kind", None) is Kind.GHOST_COOKIE
    assert getattr(bids.field("user.ext.eids[3].uids[0].id"), "kind", None) is Kind.UNIVERSAL_ID


def test_a_part_of_a_known_field_tells_what_the_field_tells() -> None:
    meta = PAYLOADS.collector("www.facebook.com", "/tr/")
    counter = PAYLOADS.collector("mc.yandex.ru", "/watch/1")
    assert meta
    assert counter
    assert getattr(meta.field("cd[contents][0].id"), "kind", None) is Kind.COMMERCE
    assert getattr(counter.field("site-info.deep.er[2].x"), "kind", None) is Kind.CONTENT
    assert counter.field("nobody.knows") is None


def test_a_numbered_place_may_have_a_meaning_of_its_own() -> None:
    clarity = PAYLOADS.collector("k.clarity.ms", "/collect")
    assert clarity
    kinds = [getattr(clarity.field(f"e[{place}]"), "kind", None) for place in (0, 4, 5, 6)]
    assert kinds == [None, None, Kind.GHOST_COOKIE, Kind.GHOST_COOKIE]


def test_a_recorder_records_whatever_the_field() -> None:
    recorder = PAYLOADS.collector("rs.fullstory.com", "/rec/bundle")
    assert recorder
    assert getattr(recorder.field("Evts[4].Args[0]"), "kind", None) is Kind.BEHAVIOUR
    assert getattr(recorder.field("Url"), "kind", None) is Kind.PAGE_URL


RELAYS: list[tuple[str, str]] = [
    ("Google Analytics 4", GA4),
    ("Universal Analytics", "v=1&t=pageview&tid=UA-1-2&cid=1.2&jid=&dl=http://x/"),
    ("Meta Pixel", "id=123456789012345&ev=PageView&dl=https%3A%2F%2Fx%2F&fbp=fb.1.1700000000000.123"),
    ("Adobe Analytics", "AQB=1&ndh=1&t=1%2F1%2F2026%2010%3A0%3A0%200%20-60&pageName=Home&g=https%3A%2F%2Fx%2F&AQE=1"),
    ("Matomo", "action_name=T&idsite=1&rec=1&rand=12345&url=https%3A%2F%2Fx%2F&_id=0123456789abcdef&send_image=0"),
    (
        "Segment",
        json.dumps({"anonymousId": "a", "messageId": "m", "type": "page", "writeKey": "k", "sentAt": "2026-01-01T"}),
    ),
    (
        "OpenRTB bidding",
        json.dumps({"id": "1", "imp": [{"id": "a"}], "site": {"page": "https://x/"}, "device": {"w": 1}, "tmax": 500}),
    ),
    (
        "Snowplow",
        json.dumps({"schema": "iglu:x", "data": [{"e": "pv", "tv": "js-3", "p": "web", "duid": "u", "eid": "e"}]}),
    ),
    (
        "ByteDance DataRangers",
        json.dumps(
            [{"user": {"web_id": "1", "user_unique_id": "2"}, "header": {"app_id": 1}, "events": [{"event": "e"}]}]
        ),
    ),
]


@pytest.mark.parametrize(("name", "body"), RELAYS, ids=[name for name, _ in RELAYS])
def test_a_payload_is_told_by_its_shape_on_any_host(name: str, body: str) -> None:
    relay = PAYLOADS.relay(fields_of(body))
    assert relay is not None
    assert relay.name == name


@pytest.mark.parametrize(
    "fields",
    [
        {},
        {"v": "2", "cid": "x", "en": "y"},
        {"tid": "G-1", "v": "2"},
        {"tid": "order-12", "v": "2", "cid": "basket", "en": "x"},
        {"ev": "x", "id": "12", "dl": "file.zip"},
        {"idsite": "x", "url": "http://x", "rec": "0"},
    ],
)
def test_a_likeness_is_no_shape(fields: dict[str, str]) -> None:
    assert PAYLOADS.relay(fields) is None


@pytest.mark.parametrize(
    ("name", "value", "kind"),
    [
        ("email", "jane@example.com", Kind.EMAIL),
        ("user.hashed_email", "a" * 31 + "1", Kind.EMAIL),
        ("email", "true", None),
        ("em", "d41d8cd98f00b204e9800998ecf8427e", None),
        ("phone", "+49 30 1234567", Kind.PERSONAL_DATA),
        ("phone", "home", None),
        ("user_id", "48151623", Kind.ACCOUNT_ID),
        ("userId", "undefined", None),
        ("idfa", "00000000-0000-0000-0000-000000000000", None),
        ("idfa", "6D92078A-8246-4BA4-AE5B-76104861E7DC", Kind.DEVICE_ID),
        ("uid2_token", "AdvIvSiaum0P5s3X/7X8h8sz", Kind.UNIVERSAL_ID),
        ("geo.lat", "52.5200", Kind.GEOLOCATION),
        ("lat", "52", None),
        ("lat", "91.5200", None),
        ("lng", "-179.1234", Kind.GEOLOCATION),
        ("ll", "52.5200,13.4050", Kind.GEOLOCATION),
        ("sr", "1920x1080", Kind.SCREEN),
        ("sr", "large", None),
        ("screen_width", "1920", Kind.SCREEN),
        ("sw", "1", None),
        ("lang", "de-DE", Kind.LANGUAGE),
        ("lang", "javascript code", None),
        ("tz", "Europe/Berlin", Kind.TIME_ZONE),
        ("tzOffset", "-120", Kind.TIME_ZONE),
        ("dl", "https://shop.example/shoes", Kind.PAGE_URL),
        ("dl", "1", None),
        ("referrer", "https://news.example/", Kind.REFERRER),
        ("user_agent", "Mozilla/5.0 (X11)", Kind.USER_AGENT),
        ("fp", "9f86d081884c7d65", Kind.FINGERPRINT),
        ("fp", "true", None),
        ("access_token", "ya29.a0AfH6SMBx", None),
        ("access_token", "ya29.a0AfH6SMBx1234", Kind.AUTH_TOKEN),
        ("us_privacy", "1YNN", Kind.CONSENT),
        ("cid", "1234567890.1700000000", Kind.GHOST_COOKIE),
        ("cid", "shoes", None),
        ("password", "hunter2", Kind.FORM_INPUT),
        ("card_number", "4111 1111 1111 1111", Kind.FORM_INPUT),
        ("order_id", "A-1001", Kind.COMMERCE),
        ("color", "red", None),
        ("id", "12345678", None),
        ("page", "2", None),
        ("size", "1920x1080", None),
    ],
)
def test_common_names_need_a_fitting_value(name: str, value: str, kind: Kind | None) -> None:
    assert getattr(PAYLOADS.common(name, value), "kind", None) is kind


def test_a_url_under_a_vague_name_is_only_the_page_if_it_names_it() -> None:
    vague = PAYLOADS.common("url", "https://img.example/a.png")
    plain = PAYLOADS.common("page_url", "https://shop.example/")
    assert vague
    assert plain
    assert vague.is_page
    assert not plain.is_page


@pytest.mark.parametrize(
    ("name", "bare"),
    [
        ("sr", "sr"),
        ("user.Screen_Size[0]", "screensize"),
        ("ud[em]", "em"),
        ("properties.$current_url", "currenturl"),
        ("", ""),
    ],
)
def test_bare_names(name: str, bare: str) -> None:
    assert bare_name(name) == bare


def test_the_table_covers_what_it_promises() -> None:
    assert len(PAYLOADS.collectors) >= 60
    rows: list[dict[str, Any]] = json.loads(TEXT)["collectors"]
    assert len({row["name"] for row in rows}) == len(rows)
    for row in rows:
        for kind, meaning in row["fields"].values():
            assert kind is None or kind in set(Kind)
            assert 8 <= len(meaning) <= 90
            assert not meaning.endswith(".")


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ('{"collectors": [{"name": "A"}]}', "collectors.0"),
        ('{"collectors": [{"name": "A", "fields": {"x": ["no-kind", "words"]}}]}', "collectors.0.fields"),
        ('{"collectors": [{"name": "A", "fields": {"x": "words"}}]}', "collectors.0.fields"),
        ('{"collectors": [{"name": "A", "fields": {}, "shape": {"must": "x"}}]}', "collectors.0.shape"),
        (
            '{"collectors": [{"name": "A", "fields": {}, "shape": {"must": "x", "at_least": 3, "marks": {"x": ""}}}]}',
            "collectors.0.shape",
        ),
        ('{"common": [{"names": ["a"], "kind": "email", "value": "(", "meaning": "m"}]}', "common.0.value"),
        ('{"collectors": [{"name": "A", "fields": [], "wrappers": []}]}', "collectors.0.fields"),
        ('{"collectors": [{"name": "A", "wrappers": "x", "fields": {}}]}', "collectors.0.wrappers"),
        ('{"commons": []}', "commons"),
    ],
)
def test_a_wrong_table_names_the_place(text: str, key: str) -> None:
    with pytest.raises(TableError) as caught:
        parse_payloads(text, "mine.json")
    assert caught.value.key == key


@given(st.text(max_size=60), st.text(max_size=60))
def test_nothing_raises(name: str, value: str) -> None:
    found = PAYLOADS.common(name, value)
    assert found is None or found.value.fullmatch(value)
    relay = PAYLOADS.relay({name: value, "tid": value, "ev": value})
    assert relay is None or relay.shape is not None
    for collector in PAYLOADS.collectors[:5]:
        field = collector.field(name)
        assert field is None or field.meaning


def test_an_empty_table_knows_nothing() -> None:
    empty = Payloads()
    assert empty.collector("a.example", "/") is None
    assert empty.relay({"tid": "G-1"}) is None
    assert empty.common("email", "jane@example.com") is None
