from __future__ import annotations

from urllib.parse import parse_qs, urlencode, urlsplit

import pytest

from louver.demo.exchange import Answer, Arrival
from louver.demo.world import World

ROUTES = World().routes


def ask(routes: object, url: str, *, method: str = "GET", body: bytes = b"", **headers: str) -> Answer:
    parts = urlsplit(url)
    target = parts.path + (f"?{parts.query}" if parts.query else "")
    lines = tuple((name.replace("_", "-"), value) for name, value in headers.items())
    arrival = Arrival(parts.hostname or "", method, target, lines, body, 0.0)
    return routes[arrival.host][arrival.path](arrival)  # type: ignore[index,no-any-return]


def value(answer: Answer, name: str) -> str:
    return next(text for key, text in answer.headers if key.lower() == name)


def set_cookie(answer: Answer) -> str:
    return value(answer, "set-cookie").partition(";")[0]


def test_a_visitor_gets_an_id_once_and_for_long() -> None:
    routes = ROUTES()
    first = ask(routes, "https://adbazaar.test/tag.js?pub=daily-news")
    assert "Max-Age=31536000" in value(first, "set-cookie")
    assert "SameSite=None" in value(first, "set-cookie")
    again = ask(routes, "https://adbazaar.test/tag.js", cookie=set_cookie(first))
    assert "set-cookie" not in {key.lower() for key, _ in again.headers}


def test_cookie_sync_hands_the_id_over_and_back() -> None:
    routes = ROUTES()
    out = ask(routes, "https://adbazaar.test/match?partner=dataswap", cookie="uid=visitor-1234567890")
    assert value(out, "location") == "https://dataswap.test/sync?bidder=adbazaar&partner_uid=visitor-1234567890"
    back = ask(routes, value(out, "location"))
    own = set_cookie(back).partition("=")[2]
    assert value(back, "location") == f"https://adbazaar.test/setuid?bidder=dataswap&uid={own}"


def test_etag_knows_its_visitor_again() -> None:
    routes = ROUTES()
    one, other = (ask(routes, "https://typecase.test/css?family=Lora") for _ in range(2))
    assert value(one, "etag") != value(other, "etag")
    assert ask(routes, "https://typecase.test/css", if_none_match=value(one, "etag")).status == 304


def sign_in(routes: object, tamper: str = "") -> Answer:
    asked = ask(routes, "https://corner-shop.test/signin", cookie="cart_session=s1")
    query = parse_qs(urlsplit(value(asked, "location")).query)
    form = urlencode({"redirect_uri": query["redirect_uri"][0], "state": query["state"][0] + tamper})
    back = ask(routes, "https://accounts.test/authorize", method="POST", body=form.encode())
    return ask(routes, value(back, "location"), cookie="cart_session=s1")


def test_sign_in_needs_its_own_state() -> None:
    routes = ROUTES()
    assert sign_in(routes, tamper="x").status == 400
    assert sign_in(routes).status == 302
    assert b'data-account="Sam"' in ask(routes, "https://corner-shop.test/cart", cookie="cart_session=s1").body


def test_sign_in_sends_codes_to_the_shop_only() -> None:
    form = urlencode({"redirect_uri": "https://evil.test/callback", "state": "x"}).encode()
    assert ask(ROUTES(), "https://accounts.test/authorize", method="POST", body=form).status == 400


def test_an_order_needs_a_cart_and_a_token_that_is_good_once() -> None:
    routes = ROUTES()
    frame = ask(routes, "https://tillpay.test/frame?merchant=corner-shop").body.decode()
    token = frame.partition('data-token="')[2].partition('"')[0]

    def order() -> bytes:
        ask(routes, "https://corner-shop.test/cart", method="POST", body=b"item=kettle", cookie="cart_session=s2")
        body = urlencode({"token": token}).encode()
        return ask(routes, "https://corner-shop.test/order", method="POST", body=body, cookie="cart_session=s2").body

    assert b'data-order="paid"' in order()
    assert b'data-order="not paid"' in order()


def test_what_a_visitor_types_is_escaped() -> None:
    found = ask(ROUTES(), "https://daily-news.test/search?q=%3Cscript%3Ealert(1)%3C/script%3E").body
    assert b"<script>alert" not in found


@pytest.mark.parametrize("host", sorted(ROUTES()))
def test_every_route_answers_a_bare_request_without_leaving_a_gap(host: str) -> None:
    routes = ROUTES()
    for path in routes[host]:
        assert b"{{" not in ask(routes, f"https://{host}{path}").body
