"""The real proxy on loopback: cookies kept apart by site, redirects that do not go in circles, bounces cleared."""

from __future__ import annotations

import itertools
import ssl
from typing import TYPE_CHECKING

import httpx
import pytest
from proxy_origin import Handler, Origin, an_origin
from proxy_process import Proxy, a_proxy

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

pytestmark = pytest.mark.live

POLICY = """\
name: apart
extends: balanced
rules:
  - {recipient: pixel.test, kind: third-party-id-cookie, treatment: partition}
  - {recipient: pixel.test, treatment: allow}
"""


@pytest.fixture(scope="module")
def origin(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Origin]:
    with an_origin(tmp_path_factory.mktemp("origin")) as running:
        yield running


@pytest.fixture(scope="module")
def proxy(tmp_path_factory: pytest.TempPathFactory, origin: Origin) -> Iterator[Proxy]:
    home = tmp_path_factory.mktemp("home")
    (home / "apart.yaml").write_text(POLICY)
    with a_proxy(home, origin, "--policy", str(home / "apart.yaml")) as running:
        yield running


@pytest.fixture(autouse=True)
def _fresh(origin: Origin) -> None:
    origin.seen.clear()
    origin.answers.clear()


def browser(proxy: Proxy) -> httpx.Client:
    """A client that keeps cookies and follows redirects, as browsers do."""
    trust = ssl.create_default_context(cafile=str(proxy.ca_file))
    return httpx.Client(proxy=proxy.url, verify=trust, timeout=15.0, trust_env=False, follow_redirects=True)


def visit(client: httpx.Client, url: str, referer: str = "", *, clicked: bool = True) -> httpx.Response:
    headers = {
        "Sec-Fetch-Dest": "document",
        "Sec-Fetch-Mode": "navigate",
        "Sec-Fetch-Site": "cross-site" if referer else "none",
        "Accept": "text/html",
    }
    if referer:
        headers["Referer"] = referer
    if clicked:
        headers["Sec-Fetch-User"] = "?1"
    return client.get(url, headers=headers)


def embed(client: httpx.Client, url: str, page: str) -> httpx.Response:
    headers = {"Sec-Fetch-Dest": "image", "Sec-Fetch-Mode": "no-cors", "Sec-Fetch-Site": "cross-site", "Referer": page}
    return client.get(url, headers=headers)


def counting(prefix: str, body: bytes = b"GIF89a", media: str = "image/gif") -> Callable[[Handler], None]:
    """Answer like a tracker: whoever comes without an identifier gets a new one."""
    numbers = itertools.count(1)

    def answer(handler: Handler) -> None:
        lines = []
        if prefix not in (handler.headers.get("cookie") or ""):
            value = f"{prefix}={next(numbers):02}c0ffee11223344556677; Path=/; Max-Age=31536000; SameSite=None; Secure"
            lines = [("Set-Cookie", value)]
        handler.answer(body, media, *lines)

    return answer


def insists(handler: Handler) -> None:
    """Answer like a server that does not do without its parameter."""
    if "xclid=" in handler.path:
        handler.answer(b"welcome", "text/html")
    else:
        handler.answer(b"", "text/html", ("Location", "/in?a=1&xclid=mine"), status=302)


def test_one_tracker_on_two_sites_knows_two_people(proxy: Proxy, origin: Origin) -> None:
    origin.answers["/p.gif"] = counting("_xid")
    with browser(proxy) as client:
        for site in ("one", "two", "one", "two", "one"):
            visit(client, f"https://{site}.test/")
            answer = embed(client, "https://pixel.test/p.gif", f"https://{site}.test/")
            assert "set-cookie" not in answer.headers
        held = [cookie.name for cookie in client.cookies.jar]
    sent = [seen.headers.get("cookie") for seen in origin.seen if seen.host == "pixel.test"]
    assert sent == [
        None,
        None,
        "_xid=01c0ffee11223344556677",
        "_xid=02c0ffee11223344556677",
        "_xid=01c0ffee11223344556677",
    ]
    assert held == []


def test_another_browser_has_a_jar_of_its_own(proxy: Proxy, origin: Origin) -> None:
    origin.answers["/q.gif"] = counting("_xidq")
    for agent in ("Kestrel/1", "Merlin/2", "Kestrel/1"):
        with browser(proxy) as client:
            client.headers["User-Agent"] = agent
            visit(client, "https://three.test/")
            embed(client, "https://pixel.test/q.gif", "https://three.test/")
    sent = [seen.headers.get("cookie") for seen in origin.seen if seen.host == "pixel.test"]
    assert sent == [None, None, "_xidq=01c0ffee11223344556677"]


def test_a_cookie_that_is_kept_apart_is_on_no_disk(proxy: Proxy, origin: Origin) -> None:
    origin.answers["/r.gif"] = counting("_xidr")
    with browser(proxy) as client:
        visit(client, "https://four.test/")
        embed(client, "https://pixel.test/r.gif", "https://four.test/")
        embed(client, "https://pixel.test/r.gif", "https://four.test/")
    assert origin.seen[-1].headers["cookie"] == "_xidr=01c0ffee11223344556677"
    files = [path.read_bytes() for path in proxy.home.rglob("*") if path.is_file()]
    assert files
    assert not [file for file in files if b"01c0ffee11223344556677" in file]


def test_a_server_that_puts_the_parameter_back_is_not_asked_forever(proxy: Proxy, origin: Origin) -> None:
    origin.answers["/in"] = insists
    with browser(proxy) as client:
        answer = visit(client, "https://insists.test/in?a=1&xclid=theirs", "https://news.test/")
    assert answer.text == "welcome"
    assert origin.paths("insists.test") == ["/in?a=1", "/in?a=1", "/in?a=1&xclid=mine"]


def test_a_page_whose_script_puts_the_parameter_back_is_loaded_twice_at_most(proxy: Proxy, origin: Origin) -> None:
    origin.serve("/page", b"welcome")
    with browser(proxy) as client:
        first = visit(client, "https://scripted.test/page?xclid=1", "https://news.test/")
        again = visit(client, "https://scripted.test/page?xclid=1", "https://news.test/", clicked=False)
    assert str(first.url) == "https://scripted.test/page"
    assert str(again.url) == "https://scripted.test/page?xclid=1"
    assert origin.paths("scripted.test") == ["/page", "/page"]


def test_a_link_over_a_redirector_never_reaches_it(proxy: Proxy, origin: Origin) -> None:
    origin.serve("/goal", b"here")
    with browser(proxy) as client:
        link = "https://l.facebook.com/l.php?u=https%3A%2F%2Fshop.example.com%2Fgoal%3Fid%3D3%26xclid%3Dz&h=AT0"
        answer = visit(client, link, "https://news.test/")
    assert str(answer.url) == "https://shop.example.com/goal?id=3"
    assert origin.paths("l.facebook.com") == []


def test_a_target_that_insists_on_its_redirector_gets_it(proxy: Proxy, origin: Origin) -> None:
    link = "https://exit.sc/?url=https%3A%2F%2Fcircle.example.com%2Fback"

    def back(handler: Handler) -> None:
        if origin.paths("exit.sc"):
            handler.answer(b"here", "text/html")
        else:
            handler.answer(b"", "text/html", ("Location", link), status=302)

    origin.answers["/back"] = back
    origin.answers["/"] = lambda handler: handler.answer(
        b"", "text/html", ("Location", "https://circle.example.com/back"), status=302
    )
    with browser(proxy) as client:
        assert visit(client, link).text == "here"
    assert len(origin.paths("exit.sc")) == 1
