"""The bundled suffix list answers without a network, private suffixes included."""

from __future__ import annotations

import pytest

from louver.suffixes import sites_from_tldextract

SITES = sites_from_tldextract()


@pytest.mark.parametrize(
    ("host", "site"),
    [
        ("www.bbc.co.uk", "bbc.co.uk"),
        ("a.b.sina.com.cn", "sina.com.cn"),
        ("alice.github.io", "alice.github.io"),
        ("x.alice.github.io", "alice.github.io"),
        ("github.io", "github.io"),
        ("co.uk", "co.uk"),
        ("d123.cloudfront.net", "d123.cloudfront.net"),
        ("shop.news.example", "news.example"),
        ("printer.internal", "printer.internal"),
        ("www.ck", "www.ck"),
        ("b.city.kobe.jp", "city.kobe.jp"),
        ("localhost", "localhost"),
    ],
)
def test_site(host: str, site: str) -> None:
    assert SITES.site(host) == site
