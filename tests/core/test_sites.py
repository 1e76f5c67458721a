"""Hosts are read as browsers read them, and sites are registrable domains."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from louver.core.sites import MAX_LABELS, Sites, host_name, host_of, is_address, suffixes


def last_two_labels(host: str) -> str:
    return "" if host == "co.example" else ".".join(host.split(".")[-2:])


SITES = Sites(last_two_labels)


@pytest.mark.parametrize(
    ("url", "host"),
    [
        ("https://www.example.com/path?q=1#f", "www.example.com"),
        ("https://www.example.com", "www.example.com"),
        ("https://www.example.com?x", "www.example.com"),
        ("https://a_b.example-c.com:8443/", "a_b.example-c.com"),
        ("wss://socket.example/chat", "socket.example"),
        # case, root dot, ports
        ("HTTPS://WWW.Example.COM/", "www.example.com"),
        ("http://example.com./", "example.com"),
        ("http://example.com:/", "example.com"),
        ("http://example.com:65535/", "example.com"),
        ("http://example.com:65536/", ""),
        ("http://example.com:8a/", ""),
        # who is before the @ is not where it goes
        ("http://bank.example@evil.example/", "evil.example"),
        ("http://user:pass@evil.example:80/", "evil.example"),
        ("http://bank.example:80@evil.example/", "evil.example"),
        ("http://a@b@c.example/", "c.example"),
        ("http://evil.example/@bank.example", "evil.example"),
        ("http://evil.example?@bank.example", "evil.example"),
        ("http://evil.example#@bank.example", "evil.example"),
        # backslashes are slashes for the web's own schemes
        (r"http:\\evil.example\x", "evil.example"),
        (r"http://evil.example\@bank.example", "evil.example"),
        (r"http:/\evil.example", "evil.example"),
        ("http:///evil.example/", "evil.example"),
        ("http:evil.example", "evil.example"),
        # what browsers drop
        ("  http://example.com/  ", "example.com"),
        ("\x00\x1fhttp://example.com", "example.com"),
        ("ht\ntp://exa\tmple.com/\r", "example.com"),
        # what they refuse
        ("http://exa mple.com/", ""),
        ("http://exa%20mple.com/", ""),
        ("http://a<b/", ""),
        ("http://a|b/", ""),
        ("http://%zz/", ""),
        ("http:///", ""),
        ("http://", ""),
        # percent signs and other alphabets
        ("http://ex%61mple.com/", "example.com"),
        ("http://b\u00fccher.example/", "xn--bcher-kva.example"),
        ("http://B\u00dcCHER.example/", "xn--bcher-kva.example"),
        ("http://b%C3%BCcher.example/", "xn--bcher-kva.example"),
        ("http://example\u3002com/", "example.com"),
        ("http://\uff45xample.com/", "example.com"),
        ("http://stra\u00dfe.example/", "xn--strae-oqa.example"),
        ("http://\u2603.example/", "xn--n3h.example"),
        ("http://%ff%fe.example/", ""),
        # addresses in the forms that browsers accept
        ("http://127.0.0.1/", "127.0.0.1"),
        ("http://127.1/", "127.0.0.1"),
        ("http://0x7f.1/", "127.0.0.1"),
        ("http://0x7F000001/", "127.0.0.1"),
        ("http://2130706433/", "127.0.0.1"),
        ("http://017700000001/", "127.0.0.1"),
        ("http://192.168.257/", "192.168.1.1"),
        ("http://256.1.1.1/", ""),
        ("http://1.2.3.4.5/", ""),
        ("http://1.2.3.08/", ""),
        ("http://foo.0x4/", ""),
        ("http://[::1]:8080/", "[::1]"),
        ("http://[2001:DB8:0:0:0:0:0:1]/", "[2001:db8::1]"),
        ("http://[::ffff:1.2.3.4]/", "[::ffff:102:304]"),
        ("http://[::1/", ""),
        ("http://[::1%25eth0]/", ""),
        ("http://[example.com]/", ""),
        # no host at all
        ("", ""),
        ("example.com", ""),
        ("/path", ""),
        ("//example.com/", ""),
        ("about:blank", ""),
        ("data:text/html,http://example.com/", ""),
        ("blob:https://example.com/1", ""),
        ("javascript:alert(1)", ""),
        ("file://server/share", ""),
        ("foo://Host.Example/x", "host.example"),
    ],
)
def test_host_of(url: str, host: str) -> None:
    assert host_of(url) == host


@given(st.text())
def test_host_of_never_raises(url: str) -> None:
    for address in (url, "http://" + url, "http://[" + url):
        host = host_of(address)
        assert host == host.lower()
        assert not set(host) & set(" /?#@\\\t\r\n")
    assert SITES.site(SITES.site(url)) == SITES.site(url)


@given(st.from_regex(r"[a-z0-9-]{1,8}(\.[a-z0-9-]{1,8}){0,3}\.[a-z]{2,6}", fullmatch=True))
def test_a_plain_host_comes_back_as_it_went_in(host: str) -> None:
    assert host_of(f"https://{host}/x") == host
    assert host_of(f"https://user@{host.upper()}:443\\x") == host_of(f"https://{host}/")


@given(st.text(max_size=40))
def test_a_canonical_host_is_its_own_canonical_form(text: str) -> None:
    name = host_name(text)
    assert host_name(name) == name


@pytest.mark.parametrize(
    ("host", "site"),
    [
        ("www.news.example", "news.example"),
        ("WWW.News.Example.", "news.example"),
        ("co.example", "co.example"),
        ("localhost", "localhost"),
        ("127.0.0.1", "127.0.0.1"),
        ("[::1]", "[::1]"),
        ("::1", "::1"),
        ("", ""),
        ("a.b\u00fccher.example", "xn--bcher-kva.example"),
    ],
)
def test_site(host: str, site: str) -> None:
    assert SITES.site(host) == site


def test_addresses_are_told_from_names() -> None:
    assert is_address("10.0.0.1")
    assert is_address("[::1]")
    assert not is_address("example.com")
    assert not is_address("1.example")
    assert not is_address("")


def test_suffixes_go_from_the_host_up() -> None:
    assert suffixes("a.b.example") == ["a.b.example", "b.example", "example"]
    assert suffixes("localhost") == ["localhost"]


def test_a_name_of_thousands_of_labels_is_cut_short() -> None:
    host = "a." * 5000 + "tracker.example"
    names = suffixes(host)
    assert len(names) == MAX_LABELS + 1
    assert names[0] == host
    assert "tracker.example" in names
