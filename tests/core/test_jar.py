"""The jar: what a host sets while embedded in one site is given back on that site alone."""

from __future__ import annotations

import pytest
from exchanges import embedded, set_apart
from hypothesis import given, settings
from hypothesis import strategies as st

from louver.core.jar import LONGEST_LIFE, MOST, SHELVES, Jar

DAY = 86_400.0
URL = "https://www.pixel.test/a/b?x=1"


def told(jar: Jar, url: str = URL, top: str = "https://one.test/", **more: object) -> list[str]:
    request = embedded(url, top, **more)  # type: ignore[arg-type]  # a test says what it means
    cookies = jar.cookies(request, request.page.site, "pixel.test")  # type: ignore[union-attr]
    return [f"{cookie.name}={cookie.value}" for cookie in cookies]


def filled(*lines: str, url: str = URL, top: str = "https://one.test/", now: float = 0.0) -> Jar:
    jar = Jar()
    jar.note(set_apart(embedded(url, top), *lines), now)
    return jar


def test_a_cookie_is_given_back_on_its_site_alone() -> None:
    jar = filled("id=1")
    assert told(jar) == ["id=1"]
    assert told(jar, top="https://sub.one.test/other") == ["id=1"]
    assert told(jar, top="https://two.test/") == []


def test_clients_and_browsers_do_not_share() -> None:
    jar = filled("id=1")
    assert told(jar, client="10.0.0.2") == []
    assert told(jar, headers=(("User-Agent", "Other/1"),)) == []


def test_a_doubtful_page_is_no_site() -> None:
    jar = filled("id=1")
    assert told(jar, confidence=0.4) == []
    jar.note(set_apart(embedded(URL, "https://one.test/", confidence=0.4), "id=2"), 0)
    assert told(jar) == ["id=1"]


@pytest.mark.parametrize(
    ("line", "url", "given"),
    [
        ("id=1", "https://www.pixel.test/a/c", True),
        ("id=1", "https://www.pixel.test/a", True),
        ("id=1", "https://www.pixel.test/", False),
        ("id=1", "https://pixel.test/a/b", False),
        ("id=1", "https://x.www.pixel.test/a/b", False),
        ("id=1; Domain=pixel.test", "https://pixel.test/a/b", True),
        ("id=1; domain=.PIXEL.test; Path=/", "https://other.pixel.test/", True),
        ("id=1; Domain=test; Path=/", "https://www.pixel.test/", False),
        ("id=1; Domain=other.test; Path=/", "https://www.pixel.test/", False),
        ("id=1; Domain=other.pixel.test; Path=/", "https://other.pixel.test/", False),
        ("id=1; Path=/a", "https://www.pixel.test/a/x", True),
        ("id=1; Path=/a", "https://www.pixel.test/ab", False),
        ("id=1; Path=/a/", "https://www.pixel.test/a/", True),
        ("id=1; Path=a", "https://www.pixel.test/a/x", True),
        ("id=1; Secure; Path=/", "https://www.pixel.test/", True),
        ("id=1; Secure; Path=/", "http://www.pixel.test/", False),
        ("id=1; Secure; Path=/", "wss://www.pixel.test/", True),
        ("id=1; Path=/", "http://www.pixel.test/", True),
        ("id=1; SameSite=None; Path=/", "https://www.pixel.test/", True),
        ("id=1; SameSite=Lax; Path=/", "https://www.pixel.test/", False),
        ("id=1; SameSite=strict; Path=/", "https://www.pixel.test/", False),
        ("__Host-id=1; Secure; Path=/", "https://www.pixel.test/", True),
        ("__Host-id=1; Secure; Path=/; Domain=pixel.test", "https://www.pixel.test/", False),
        ("__Secure-id=1; Path=/", "https://www.pixel.test/", False),
        ("id=1\x01; Path=/", "https://www.pixel.test/", False),
        (f"id={'1' * 5000}; Path=/", "https://www.pixel.test/", False),
    ],
)
def test_cookies_fit_as_they_do_in_browsers(line: str, url: str, given: bool) -> None:
    name, _, value = line.partition(";")[0].partition("=")
    assert told(filled(line), url) == ([f"{name}={value}"] if given else [])


def test_a_secure_cookie_is_not_taken_from_plain_http() -> None:
    assert told(filled("id=1; Secure; Path=/", url="http://www.pixel.test/")) == []


def test_longer_paths_come_first() -> None:
    jar = filled("a=1; Path=/", "b=2; Path=/a", "c=3; Path=/")
    assert told(jar) == ["b=2", "a=1", "c=3"]


def test_a_cookie_lives_as_long_as_it_says_and_a_week_at_most() -> None:
    jar = filled("a=1; Max-Age=60", "b=2; Max-Age=31536000", "c=3")
    jar.tick(59)
    assert told(jar) == ["a=1", "b=2", "c=3"]
    jar.tick(61)
    assert told(jar) == ["b=2", "c=3"]
    jar.tick(LONGEST_LIFE)
    assert told(jar) == []


def test_a_cookie_that_is_taken_back_is_gone() -> None:
    jar = filled("id=1; Path=/", "id=2; Path=/a")
    jar.note(set_apart(embedded(URL, "https://one.test/"), "id=; Path=/; Max-Age=0"), 1)
    assert told(jar) == ["id=2"]


def test_a_newer_value_replaces_the_older() -> None:
    jar = filled("id=1")
    jar.note(set_apart(embedded(URL, "https://one.test/"), "id=2"), 1)
    assert told(jar) == ["id=2"]


def test_one_recipient_on_one_site_keeps_little() -> None:
    jar = filled(*(f"n{number}={'x' * 1000}; Path=/" for number in range(40)))
    kept = told(jar)
    assert sum(map(len, kept)) <= MOST + len(kept)
    assert kept[-1].startswith("n39=")


def test_the_jar_has_a_bottom() -> None:
    jar = Jar()
    for number in range(SHELVES + 10):
        jar.note(set_apart(embedded(URL, f"https://s{number}.test/"), "id=1"), 0)
    assert told(jar, top="https://s9.test/") == []
    assert told(jar, top=f"https://s{SHELVES}.test/") == ["id=1"]


def test_rows_make_the_same_jar_again() -> None:
    jar = filled("a=1; Max-Age=60; Path=/", "b=2; Path=/")
    other = Jar()
    other.restore(jar.rows(), now=61)
    assert told(other) == ["b=2"]


def test_a_recipient_can_be_forgotten() -> None:
    jar = filled("id=1")
    jar.forget("pixel.test")
    assert told(jar) == []


@settings(deadline=None)
@given(line=st.text(max_size=60), url=st.text(max_size=40))
def test_nothing_raises(line: str, url: str) -> None:
    jar = Jar()
    for address in (URL, url):
        jar.note(set_apart(embedded(address, "https://one.test/"), line), 0)
        assert len(told(jar, address)) <= 2
