"""The bundled data is what its manifest says, and says what must not be got wrong."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from typing import Any

import pytest

from louver.bundled import TABLES, blocklists_dir, load_bundled
from louver.core.signals.signal import Kind, Purpose
from louver.core.sites import host_of
from louver.core.tables import CATEGORIES
from louver.suffixes import sites_from_tldextract

LISTS = blocklists_dir()
MANIFEST: list[dict[str, Any]] = json.loads((LISTS / "manifest.json").read_text("utf-8"))["files"]
DATA: dict[str, dict[str, Any]] = {
    entry["file"]: json.loads((LISTS / entry["file"]).read_text("utf-8")) for entry in MANIFEST
}
KNOWN, KEPT = load_bundled()
LICENCES = {"MIT", "Apache-2.0", "MPL-2.0", "CC0-1.0", "BSD-2-Clause", "BSD-3-Clause"}
BLOCKED = {"advertising", "analytics", "session-replay", "fingerprinting"}
REMEDY = "run tools/build_blocklists.py"


def rows(section: str) -> list[tuple[str, dict[str, Any]]]:
    return [(name, row) for name in TABLES for row in DATA[name].get(section, [])]


def words(text: str) -> list[str]:
    return text.split()


def is_blocked(url: str) -> bool:
    """Tell whether the default policy would block a third party's request by our table alone."""
    host, _, path = url.partition("/")
    tracker = KNOWN.tracker(host)
    only_tracks = tracker is not None and tracker.category in BLOCKED and not tracker.mixed
    return only_tracks and KEPT.recipient(host, "/" + path) is None


# --- the manifest


def test_the_manifest_names_every_file() -> None:
    files = {path.name for path in LISTS.glob("*.json")} - {"manifest.json"}
    assert {entry["file"] for entry in MANIFEST} == files


@pytest.mark.parametrize("entry", MANIFEST, ids=lambda entry: str(entry["file"]))
def test_the_manifest_is_true(entry: dict[str, Any]) -> None:
    text = (LISTS / entry["file"]).read_bytes()
    assert entry["sha256"] == hashlib.sha256(text).hexdigest(), REMEDY
    assert entry["bytes"] == len(text), REMEDY
    counts = {name: len(part) for name, part in json.loads(text).items() if isinstance(part, list | dict)}
    assert entry["rows"] == counts, REMEDY


@pytest.mark.parametrize("entry", MANIFEST, ids=lambda entry: str(entry["file"]))
def test_every_file_has_a_source_and_a_licence_that_we_may_ship(entry: dict[str, Any]) -> None:
    assert entry["licence"] in LICENCES
    assert entry["source"]
    assert entry["about"]
    year, month, day = map(int, entry["date"].split("-"))
    assert year >= 2026
    assert 1 <= month <= 12
    assert 1 <= day <= 31


def test_the_notice_names_what_others_made() -> None:
    notice = LISTS.parent / "NOTICE"
    if not notice.is_file():
        pytest.skip("the notice lies at the root of the checkout only")
    text = notice.read_text("utf-8")
    assert all(entry["file"] in text for entry in MANIFEST if "own" not in entry["source"].split(";")[0])


def test_the_tables_stay_small() -> None:
    assert sum(len((LISTS / name).read_bytes()) for name in TABLES) < 1_500_000


# --- the rows


def test_enough_is_known() -> None:
    trackers = [row for _, row in rows("trackers")]
    only_track = [row for row in trackers if row["category"] in BLOCKED and not row.get("mixed")]
    assert len({row["domain"] for row in only_track}) >= 1500
    assert len({row["owner"] for row in only_track}) >= 400


@pytest.mark.parametrize(
    ("region", "domains"),
    {
        "north america": "google-analytics.com doubleclick.net adsrvr.org amazon-adsystem.com ads-twitter.com",
        "western europe": "criteo.com ioam.de xiti.com adform.net de17a.com the-ozone-project.com",
        "central europe": "imedia.cz gemius.pl adocean.pl bbelements.com etarget.sk",
        "south-eastern europe": "iprom.net trafic.ro tyxo.bg projectagora.net",
        "russia and neighbours": "mc.yandex.ru an.yandex.ru top-fwz1.mail.ru tns-counter.ru adriver.ru st.top100.ru",
        "baidu": "hm.baidu.com cpro.baidu.com pos.baidu.com eclick.baidu.com",
        "tencent": "pingjs.qq.com beacon.qq.com gdt.qq.com cm.l.qq.com",
        "alibaba": "log.mmstat.com gm.mmstat.com tanx.com s4.cnzz.com alog.umeng.com",
        "bytedance": "analytics.tiktok.com mcs.zijieapi.com log.snssdk.com ctobsnssdk.com",
        "china": "sensorsdata.cn growingio.com talkingdata.net miaozhen.com admaster.com.cn 51.la irs01.com",
        "chinese platforms": "uranus.jd.com log-sdk.ksapisrv.com data.bilibili.com sax.sina.com.cn analytics.163.com "
        "pv.sohu.com msg.qy.net t2.xiaohongshu.com s.360.cn pb.sogou.com zhihu-web-analytics.zhihu.com",
        "japan": "yads.c.yimg.jp i-mobile.co.jp im-apps.net microad.jp genieesspv.jp",
        "korea": "wcs.naver.net bc.ad.daum.net mobon.net acecounter.com",
        "taiwan": "scupio.com tenmax.io onead.com.tw",
        "india": "clmbtech.com adgebra.co.in wzrkt.com moengage.com",
        "south-east asia": "adtima.vn admicro.vn eclick.vn innity.com truehits.net",
        "turkey": "reklamstore.com admatic.com.tr visilabs.net virgul.com",
        "middle east": "yektanet.com tapsell.ir webgozar.com sabavision.com",
        "africa": "effectivemeasure.net addynamo.net",
        "latin america": "navdmp.com tailtarget.com e-planning.net retargetly.com groovinads.com",
        "oceania": "analytics.fairfax.com.au bigmobileads.com rtbidder.net",
    }.items(),
)
def test_every_region_is_known(region: str, domains: str) -> None:
    missing = [domain for domain in domains.split() if not is_blocked(domain + "/x")]
    assert not missing, region


def test_no_tracker_is_said_twice() -> None:
    counts = Counter(row["domain"] for _, row in rows("trackers"))
    assert [domain for domain, count in counts.items() if count > 1] == []


def test_no_domain_has_two_owners_in_one_file() -> None:
    for name in TABLES:
        counts = Counter(domain for domains in DATA[name].get("owners", {}).values() for domain in domains)
        assert [domain for domain, count in counts.items() if count > 1] == []


@pytest.mark.parametrize("section", ["cookies", "parameters"])
def test_no_name_is_said_twice(section: str) -> None:
    keys = Counter((row["name"], row["owner"], tuple(row.get("hosts", ()))) for _, row in rows(section))
    assert [key for key, count in keys.items() if count > 1] == []


@pytest.mark.parametrize("name", [*TABLES, "never-break.json"])
def test_rows_are_in_order(name: str) -> None:
    for section, part in DATA[name].items():
        if isinstance(part, dict):
            keys = list(part)
            assert keys == sorted(keys, key=lambda key: (key.lower(), key)), (section, REMEDY)
            assert all(value == sorted(value) for value in part.values() if isinstance(value, list)), (section, REMEDY)
        else:
            about = [row.get("domain") or row.get("name") or row.get("host") for row in part]
            assert about == sorted(about), (section, REMEDY)


def test_every_trackers_owner_is_known_and_every_category_a_word_of_ours() -> None:
    owners = {owner for name in TABLES for owner in DATA[name].get("owners", {})}
    assert {row["owner"] for _, row in rows("trackers")} <= owners
    assert {row["category"] for _, row in rows("trackers")} <= CATEGORIES


def test_nothing_that_only_tracks_is_a_public_suffix() -> None:
    sites = sites_from_tldextract()
    domains = {row["domain"] for _, row in rows("trackers") if not row.get("mixed")}
    assert {domain for domain in domains if sites.site("x." + domain) != sites.site(domain)} == set()


# --- what must be right


@pytest.mark.parametrize(
    "url",
    words(
        """accounts.google.com/o/oauth2/v2/auth www.google.com/recaptcha/api.js www.gstatic.com/recaptcha/releases/x.js
    maps.googleapis.com/maps/api/js fonts.googleapis.com/css fonts.gstatic.com/s/x.woff2 www.youtube.com/embed/x
    apis.google.com/js/api.js connect.facebook.net/en_US/sdk.js www.facebook.com/v19.0/dialog/oauth
    login.microsoftonline.com/common/oauth2/authorize appleid.apple.com/auth/authorize js.stripe.com/v3/
    www.paypal.com/sdk/js checkoutshopper-live.adyen.com/x x.klarnacdn.net/kp/lib/v1/api.js js.hcaptcha.com/1/api.js
    hcaptcha.com/getcaptcha challenges.cloudflare.com/turnstile/v0/api.js client-api.arkoselabs.com/v2/api.js
    static.geetest.com/v4/gt4.js captcha.qq.com/x.js cdn.cookielaw.org/scripttemplates/otSDKStub.js
    consent.cookiebot.com/uc.js sdk.privacy-center.org/x/loader.js cdn.privacy-mgmt.com/unified/x.js
    fundingchoicesmessages.google.com/i/pub-1 cdn.jsdelivr.net/npm/x cdnjs.cloudflare.com/ajax/libs/x.js
    use.typekit.net/x.js kit.fontawesome.com/x.js ajax.aspnetcdn.com/x.js code.jquery.com/jquery.js
    www.baidu.com/s passport.baidu.com/v2/api yandex.ru/search api-maps.yandex.ru/2.1/ passport.yandex.ru/auth
    graph.qq.com/oauth2.0/authorize g.alicdn.com/x.js openauth.alipay.com/oauth2 s.yimg.com/x.js s.yimg.jp/x.js
    images-na.ssl-images-amazon.com/x.jpg payments.amazon.com/x player.vimeo.com/video/1 widget.trustpilot.com/x
    cdn.auth0.com/x.js dev-1.okta.com/oauth2/v1/authorize cdn.gigya.com/js/gigya.js x.zendesk.com/embeddable
    js.intercomcdn.com/x.js az1.vo.msecnd.net/x.js ct.captcha-delivery.com/c.js client.perimeterx.net/x/main.min.js
    cdn.optimizely.com/js/1.js imasdk.googleapis.com/js/sdkloader/ima3.js vk.com/js/api/openapi.js
    t1.kakaocdn.net/kakao_js_sdk/2/kakao.min.js static.nid.naver.com/js/naverLogin.js sp.zalo.me/plugins/sdk.js
    i.guim.co.uk/x.jpg static01.nyt.com/x.js www.bbc.co.uk/x assets.website-files.com/x.css"""
    ),
)
def test_what_pages_need_is_not_blocked(url: str) -> None:
    assert host_of("https://" + url)
    assert not is_blocked(url)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("www.youtube.com", "www.google.de"),
        ("fonts.gstatic.com", "www.google.com"),
        ("www.instagram.com", "static.xx.fbcdn.net"),
        ("www.amazon.de", "m.media-amazon.com"),
        ("github.com", "www.bing.com"),
        ("weixin.qq.com", "wx.gtimg.com"),
        ("www.taobao.com", "g.alicdn.com"),
        ("www.douyin.com", "mcs.snssdk.com"),
        ("ya.ru", "mc.yandex.ru"),
        ("ok.ru", "vk.com"),
        ("www.seznam.cz", "c.imedia.cz"),
        ("www.naver.com", "ssl.pstatic.net"),
        ("www.nytimes.com", "static01.nyt.com"),
    ],
)
def test_one_owner_across_its_domains(one: str, other: str) -> None:
    assert KNOWN.owner(one) is not None
    assert KNOWN.owner(one) == KNOWN.owner(other)


@pytest.mark.parametrize(
    ("name", "host", "purpose"),
    [
        ("_ga", "shop.example", Purpose.ANALYTICS),
        ("_ga_AB12CD", "shop.example", Purpose.ANALYTICS),
        ("_fbp", "shop.example", Purpose.ADVERTISING),
        ("IDE", "doubleclick.net", Purpose.ADVERTISING),
        ("uid", "criteo.com", Purpose.ADVERTISING),
        ("Hm_lvt_0123", "shop.example", Purpose.ANALYTICS),
        ("cna", "mmstat.com", Purpose.ADVERTISING),
        ("_ym_uid", "shop.example", Purpose.ANALYTICS),
        ("sensorsdata2015jssdkcross", "shop.example", Purpose.ANALYTICS),
        ("PHPSESSID", "shop.example", Purpose.NECESSARY),
        ("__cf_bm", "shop.example", Purpose.NECESSARY),
        ("OptanonConsent", "shop.example", Purpose.NECESSARY),
        ("BDUSS", "www.baidu.com", Purpose.NECESSARY),
        ("ttwid", "www.douyin.com", Purpose.NECESSARY),
        ("SESSDATA", "api.bilibili.com", Purpose.NECESSARY),
        ("wordpress_logged_in_abc", "blog.example", Purpose.NECESSARY),
        ("NEXT_LOCALE", "shop.example", Purpose.FUNCTIONAL),
    ],
)
def test_cookies(name: str, host: str, purpose: Purpose) -> None:
    fact = KNOWN.cookie(name, host)
    assert fact is not None
    assert fact.purpose is purpose


@pytest.mark.parametrize("name", ["uid", "i", "C", "pd", "sid", "fr", "t"])
def test_a_name_that_means_nothing_alone_is_not_believed_everywhere(name: str) -> None:
    fact = KNOWN.cookie(name, "shop.example")
    assert fact is None or fact.purpose is Purpose.NECESSARY


@pytest.mark.parametrize(
    "name",
    words(
        """gclid dclid gbraid wbraid fbclid msclkid ttclid twclid ScCid epik li_fat_id rdt_cid ndclid yclid ysclid
    ymclid rb_clickid vmcid irclickid cjevent tduid admitad_uid zanpid sscid tblci dicbo gdt_vid qz_gdt wx_traceid
    bd_vid napm _openstat srsltid"""
    ),
)
def test_click_identifiers(name: str) -> None:
    fact = KNOWN.parameter(name, "shop.example")
    assert fact is not None
    assert fact.kind in {Kind.CLICK_ID, Kind.LINKER}


@pytest.mark.parametrize("name", ["utm_source", "mtm_campaign", "pk_kwd", "hsa_acc", "hmsr"])
def test_campaign_tags(name: str) -> None:
    fact = KNOWN.parameter(name, "shop.example")
    assert fact is not None
    assert fact.kind is Kind.CAMPAIGN_TAG


@pytest.mark.parametrize("name", ["mc_eid", "mkt_tok", "_hsenc", "vero_id", "oly_enc_id", "__s", "_kx", "bsft_uid"])
def test_mailing_identifiers(name: str) -> None:
    assert KNOWN.parameter(name, "shop.example") is not None


@pytest.mark.parametrize(
    "name", ["si", "s", "t", "ref", "e", "st", "tag", "source", "from", "type", "pid", "cid", "id", "q", "page", "sign"]
)
def test_ambiguous_parameters_are_never_global(name: str) -> None:
    assert KNOWN.parameter(name, "shop.example") is None


@pytest.mark.parametrize(
    ("name", "host"),
    [("si", "youtu.be"), ("pd_rd_r", "www.amazon.co.jp"), ("spm", "item.taobao.com"), ("igsh", "x.example")],
)
def test_parameters_of_one_site(name: str, host: str) -> None:
    assert KNOWN.parameter(name, host) is not None


@pytest.mark.parametrize(
    "name",
    words(
        """X-Amz-Signature Signature sig hmac X-Bogus a_bogus _signature w_rid sign xsec_token code state SAMLResponse
    csrf_token authenticity_token g-recaptcha-response"""
    ),
)
def test_parameters_that_are_left_alone(name: str) -> None:
    assert KEPT.parameter(name) is not None


@pytest.mark.parametrize(
    "row", [row for _, row in rows("parameters") if not row.get("hosts")], ids=lambda row: row["name"]
)
def test_no_parameter_is_both_stripped_everywhere_and_left_alone(row: dict[str, Any]) -> None:
    assert KEPT.parameter(row["name"]) is None


@pytest.mark.parametrize(
    "target", ["k.eulerian.net", "x.data.adobedc.net", "dnsdelegation.io", "abc.at-o.net", "sab.stape.io"]
)
def test_cloaking_targets(target: str) -> None:
    tracker = KNOWN.cname(target)
    assert tracker is not None
    assert KNOWN.owner(tracker) is not None
