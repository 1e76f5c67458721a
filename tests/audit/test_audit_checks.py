"""Each check is shown a visit that does the bad thing, and one that looks similar and is innocent."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from audit_recordings import ID, LONG, OTHER_ID, PAGE, document, entry

from louver.audit.checks import CHECKS

if TYPE_CHECKING:
    from audit_recordings import Audit

    from louver.reports.audit_document import FindingRow, VisitRow

type Entries = list[dict[str, Any]]

AD = "https://ad.doubleclick.net/pixel"
OWN_COOKIE = [("Set-Cookie", "session=9f8e7d6c5b4a39281706f5e4d3c2b1a0; Path=/; Secure; HttpOnly; SameSite=Lax")]
HASHED = "0c7e6a405862e402eb76a70f8a26fc732d07c32931e9fae9ab1582911d2e8a3b"
HINTS = [("Accept-CH", "Sec-CH-UA-Model")]
DEVICE = "sr=1920x1080&ul=de-de&vp=800x600&de=UTF-8&je=0&sd=24-bit&cid=1.2&tz=-60"
SECURE_PAGE = [
    ("Referrer-Policy", "strict-origin"),
    ("Content-Security-Policy", "default-src 'self'"),
    ("Permissions-Policy", "browsing-topics=()"),
    ("Content-Type", "text/html"),
]
SHARDS = [f"https://s{number}.pix.example.net/a.gif" for number in range(12)]


def set_id(host: str = "ad.doubleclick.net", name: str = "IDE", value: str = ID, second: float = 1.0) -> dict[str, Any]:
    return entry(f"https://{host}/pixel", got=[("Set-Cookie", f"{name}={value}; {LONG}")], second=second)


def sent_id(url: str = AD, name: str = "IDE", **told: Any) -> dict[str, Any]:
    headers = {"Cookie": f"{name}={ID}", **told.pop("sent", {})}
    return entry(url, sent=headers, **told)


BAD: dict[str, Entries] = {
    "third-party-requests": [document(), entry("https://cdn.example.net/a.png")],
    "known-tracker": [document(), entry(AD)],
    "third-party-id-cookie": [document(), set_id()],
    "first-party-tracking-cookie": [
        document(),
        entry(f"{PAGE}a.png", sent={"Cookie": "_ga=GA1.1.1234567890.1772366400"}),
    ],
    "cookie-lifetime": [
        document(),
        entry(AD, got=[("Set-Cookie", f"IDE={ID}; Max-Age=63072000; Secure; SameSite=None")]),
    ],
    "cookie-flags": [document(got=[("Set-Cookie", "PHPSESSID=9f8e7d6c5b4a39281706f5e4d3c2b1a0; Path=/; Secure")])],
    "gpc-ignored": [
        document(sent={"Sec-GPC": "1"}),
        entry(f"{AD}?us_privacy=1YNN", sent={"Sec-GPC": "1", "Cookie": f"IDE={ID}"}),
    ],
    "gpc-declaration": [
        document(),
        entry(f"{PAGE}.well-known/gpc.json", "xhr", content='{"gpc": false, "lastUpdate": "2026-01-01"}'),
    ],
    "cookie-sync": [
        document(),
        set_id("ib.adnxs.com", "uuid2"),
        entry(f"https://idsync.rlcdn.com/1.gif?partner_uid={ID}", second=2.0),
    ],
    "sync-closure": [
        document(),
        set_id("ib.adnxs.com", "uuid2"),
        entry(f"https://idsync.rlcdn.com/1.gif?partner_uid={ID}", second=2.0),
        entry(f"https://tags.bluekai.com/site/1?id={ID}", second=3.0),
    ],
    "first-party-id-shared": [
        document(got=[("Set-Cookie", f"visitor={ID}; Path=/; Max-Age=31536000")]),
        entry(f"{PAGE}a.png", sent={"Cookie": f"visitor={ID}"}, second=0.5),
        entry(f"https://ad.doubleclick.net/pixel?xid={ID}", second=2.0),
    ],
    "lasting-identifier": [document(), entry(f"{AD}?idfa={ID}")],
    "click-id": [document(f"{PAGE}?fbclid=IwAR0abcDEF123456789xyzXYZ")],
    "page-url-leak": [document(), entry(AD, sent={"Referer": f"{PAGE}health/anxiety?step=2"})],
    "search-term-leak": [
        document(f"{PAGE}find?q=back+pain"),
        entry("https://ad.doubleclick.net/pixel?kw=back%20pain"),
    ],
    "form-content-leak": [document(f"{PAGE}thanks?email=ann%40mail.example")],
    "key-leak": [document(), entry(f"{AD}?access_token=ya29.A0ARrdaM-k3l4jh5g6f7d8s9a0qwertyuiop")],
    "session-replay": [
        document(),
        entry("https://rs.fullstory.com/rec/bundle", "xhr", method="POST", body='{"Evts": []}'),
    ],
    "message-stream": [
        document(),
        *(
            entry("https://in.watcher.example.net/b", "xhr", method="POST", body="x" * 2000, second=1.0 + step)
            for step in range(7)
        ),
    ],
    "fingerprint": [document(), entry("https://api.fpjs.io/", "xhr", method="POST", body="{}")],
    "server-side-tagging": [
        document(),
        entry(
            "https://metrics.shop.example/g/collect?v=2&tid=G-ABCDEF1234&gtm=45je&_p=1&cid=123.456&en=page_view", "ping"
        ),
    ],
    "bounce-tracking": [
        document("https://go.example/out", status=302, got=[("Location", "https://hop.example.net/r")]),
        document(
            "https://hop.example.net/r",
            status=302,
            got=[("Location", PAGE), ("Set-Cookie", f"hop={ID}; {LONG}")],
        ),
        document(),
    ],
    "cache-identifier": [
        document(),
        entry(AD, got=[("ETag", f'"{ID}"'), ("Cache-Control", "private, no-cache"), ("Content-Length", "43")]),
    ],
    "hsts-identifier": [
        document(),
        *(entry(url, got=[("Strict-Transport-Security", "max-age=31536000")]) for url in SHARDS[:6]),
        *(entry(url.replace("https:", "http:")) for url in SHARDS[6:]),
    ],
    "mixed-content": [document(), entry("http://cdn.example.net/a.js", "script")],
    "plain-http": [document("http://shop.example/")],
    "privacy-headers": [document(got=[("Referrer-Policy", "unsafe-url")])],
    "personal-data-leak": [document(), entry(f"{AD}?em={HASHED}")],
    "location-leak": [document(), entry(f"{AD}?lat=52.520008&lon=13.404954")],
    "regional-platform": [document(), entry("https://mc.yandex.ru/watch/1")],
    "device-details": [
        document(),
        entry(f"https://www.google-analytics.com/collect?v=1&tid=UA-1-1&{DEVICE}"),
    ],
    "client-hints": [document(), entry("https://cdn.example.net/a.js", "script", got=HINTS)],
    "interest-api": [document(), entry(AD, sent={"Sec-Browsing-Topics": "(1 2);v=chrome.1:1:2"})],
    "link-decoration": [
        document(),
        set_id(second=0.5),
        sent_id(status=302, got=[("Location", f"https://ib.adnxs.com/seg?uid={ID}")]),
        entry(f"https://ib.adnxs.com/seg?uid={ID}", second=1.2),
    ],
    "consent-before": [document(), set_id()],
    "coverage": [document(), {"request": {"url": "nonsense"}}],
}  # fmt: skip

INNOCENT: dict[str, Entries] = {
    "third-party-requests": [document(), entry("https://img.shop.example/a.png")],
    "known-tracker": [document(), entry("https://js.stripe.com/v3/", "script")],
    "third-party-id-cookie": [document(got=OWN_COOKIE), entry(f"{PAGE}a.png", sent={"Cookie": f"session={ID}"})],
    "first-party-tracking-cookie": [document(), entry(f"{PAGE}a.png", sent={"Cookie": f"cart={ID}; lang=de"})],
    "cookie-lifetime": [document(got=[("Set-Cookie", "lang=de; Max-Age=630720000")])],
    "cookie-flags": [document(got=OWN_COOKIE)],
    "gpc-ignored": [
        document(sent={"Sec-GPC": "1"}),
        entry(f"{AD}?us_privacy=1YYN", sent={"Sec-GPC": "1"}),
    ],
    "gpc-declaration": [document()],
    "cookie-sync": [document(), set_id("ib.adnxs.com", "uuid2"), set_id("idsync.rlcdn.com", "rlas3", OTHER_ID)],
    "sync-closure": [
        document(),
        set_id("ib.adnxs.com", "uuid2"),
        entry(f"https://idsync.rlcdn.com/1.gif?partner_uid={ID}", second=2.0),
    ],
    "first-party-id-shared": [
        document(got=[("Set-Cookie", f"visitor={ID}; Path=/")]),
        entry(f"https://api.shop.example/me?xid={ID}", "xhr", sent={"Cookie": f"visitor={ID}"}),
    ],
    "lasting-identifier": [document(), entry(f"https://api.shop.example/me?user_id={ID}")],
    "click-id": [document(f"{PAGE}?color=blue&size=42")],
    "page-url-leak": [document(), entry(AD, sent={"Referer": PAGE})],
    "search-term-leak": [document(f"{PAGE}find?q=back+pain"), entry("https://ad.doubleclick.net/pixel?kw=shoes")],
    "form-content-leak": [document(f"{PAGE}thanks?order=done"), entry(f"{PAGE}sub?email=ann%40mail.example", "xhr")],
    "key-leak": [document(), entry("https://api.shop.example/me?access_token=ya29.A0ARrdaM-k3l4jh5g6f7d8s9a0")],
    "session-replay": [document(), entry("https://api.shop.example/rec/bundle", "xhr", method="POST", body="{}")],
    "message-stream": [
        document(),
        *(
            entry("https://api.shop.example/b", "xhr", method="POST", body="x" * 2000, second=1.0 + step)
            for step in range(7)
        ),
    ],
    "fingerprint": [document(), entry("https://cdn.example.net/app.js?fp=3f9d2c1b", "script")],
    "cname-cloaking": [document(), entry("https://static.shop.example/x")],
    "server-side-tagging": [document(), entry("https://api.shop.example/collect?v=2&page=3&en=list", "xhr")],
    "bounce-tracking": [
        document("http://shop.example/", status=301, got=[("Location", PAGE), ("Set-Cookie", "lang=de")]),
        document(),
    ],
    "cache-identifier": [
        document(),
        entry("https://cdn.example.net/logo.png", got=[("ETag", f'"{ID}"'), ("Cache-Control", "max-age=31536000")]),
    ],
    "hsts-identifier": [
        document(),
        *(entry(url, got=[("Strict-Transport-Security", "max-age=31536000")]) for url in SHARDS),
    ],
    "mixed-content": [document(), entry("https://cdn.example.net/a.js", "script")],
    "plain-http": [document()],
    "privacy-headers": [document(got=SECURE_PAGE)],
    "personal-data-leak": [document(), entry("https://cdn.example.net/a.png?h=0c7e6a405862e402eb76a70f8a26fc73")],
    "location-leak": [document(), entry("https://cdn.example.net/a.png?lat=1&lon=2")],
    "regional-platform": [document(), entry("https://fonts.example.net/a.css", "stylesheet")],
    "device-details": [document(), entry("https://cdn.example.net/hero.jpg?w=1920&h=1080")],
    "client-hints": [document(got=[("Accept-CH", "Sec-CH-UA-Model")])],
    "interest-api": [document(), entry(AD)],
    "link-decoration": [
        document(),
        entry("https://cdn.example.net/a", status=302, got=[("Location", "https://cdn2.example.org/a.png")]),
        entry("https://cdn2.example.org/a.png", second=1.2),
    ],
    "consent-before": [document(got=OWN_COOKIE), entry("https://js.stripe.com/v3/", "script")],
    "coverage": [document()],
}


def of_rule(visit: VisitRow, rule: str) -> list[FindingRow]:
    return [each for each in visit.findings if each.rule == rule]


@pytest.mark.parametrize("rule", BAD)
def test_what_a_visit_does_is_found(rule: str, audit: Audit) -> None:
    found = of_rule(audit(BAD[rule]), rule)
    assert found
    assert all(each.evidence and each.title and each.subject for each in found)


def test_the_table_of_checks_is_in_order() -> None:
    names = [check.id for check in CHECKS]
    assert len(names) == len(set(names))
    assert all(check.title and check.advice for check in CHECKS)
    assert set(BAD) | set(INNOCENT) <= set(names)


@pytest.mark.parametrize("rule", INNOCENT)
def test_what_only_looks_similar_is_not_accused(rule: str, audit: Audit) -> None:
    assert not of_rule(audit(INNOCENT[rule]), rule)
