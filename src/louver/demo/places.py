"""Knows the sites that a person visits on purpose: news, diary, shop, and the sign-in and payment that the shop needs.

Every one of them works without scripts as well (links and forms), so that a client without a script engine can go
the same way as a browser.
"""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING, Final
from urllib.parse import urlencode, urlsplit

from louver.demo import pages
from louver.demo.exchange import Answer, Arrival, Handler, cookie, page, redirect, script, style

if TYPE_CHECKING:
    from collections.abc import Mapping

HINTS: Final = (
    ("Accept-CH", "Sec-CH-UA-Full-Version-List, Sec-CH-UA-Platform-Version, Sec-CH-UA-Model"),
    (
        "Permissions-Policy",
        "ch-ua-full-version-list=*, ch-ua-platform-version=*, ch-ua-model=*",
    ),
)
"""The news asks browsers to tell its advertisers exactly what they are, as publishers do."""


def _own_files() -> dict[str, Handler]:
    return {
        "/site.css": lambda _: style(pages.source("site.css")),
        "/proofs.js": lambda _: script(pages.source("proofs.js")),
    }


class News:
    """A newspaper whose links carry click ids, and whose pages tell their full address to everybody."""

    def routes(self) -> Mapping[str, Handler]:
        """Return the handlers by path."""
        return _own_files() | {"/": self._front, "/search": self._search}

    def _front(self, _: Arrival) -> Answer:
        return page(pages.fill("daily-news-index.html", fbclid=f"IwAR1{secrets.token_urlsafe(40)}")).plus(*HINTS)

    def _search(self, request: Arrival) -> Answer:
        gclid = f"EAIaIQobChMI{secrets.token_urlsafe(32)}"
        return page(pages.fill("daily-news-search.html", q=request.query.get("q", ""), gclid=gclid)).plus(*HINTS)


class Diary:
    """A travel diary of two pages."""

    def routes(self) -> Mapping[str, Handler]:
        """Return the handlers by path."""
        lisbon, porto = (page(pages.fill(f"travel-diary-{name}.html")) for name in ("lisbon", "porto"))
        return _own_files() | {"/lisbon": lambda _: lisbon, "/porto": lambda _: porto}


class Accounts:
    """A sign-in service: asks the person, then sends the browser back with a code that is good once (RFC 6749)."""

    def __init__(self) -> None:
        self._names: dict[str, str] = {}

    def routes(self) -> Mapping[str, Handler]:
        """Return the handlers by path."""
        return _own_files() | {"/authorize": self._authorize}

    def redeem(self, code: str) -> str | None:
        """Return whom a code stands for, once."""
        return self._names.pop(code, None)

    def _authorize(self, request: Arrival) -> Answer:
        if request.method == "POST":
            return self._consent(request.form)
        asked = request.query
        text = pages.fill(
            "accounts-authorize.html",
            client=asked.get("client_id", ""),
            redirect_uri=asked.get("redirect_uri", ""),
            state=asked.get("state", ""),
        )
        return page(text).plus(cookie("accounts_session", secrets.token_hex(16)))

    def _consent(self, form: Mapping[str, str]) -> Answer:
        target = form.get("redirect_uri", "")
        if urlsplit(target).hostname != "corner-shop.test":
            return Answer(b"unknown client", 400)
        code = secrets.token_urlsafe(16)
        self._names[code] = "Sam"
        return redirect(f"{target}?{urlencode({'code': code, 'state': form.get('state', '')})}", 303)


class Payment:
    """A payment service: its frame opens a session and hands the shop a token that is good once."""

    def __init__(self) -> None:
        self._tokens: set[str] = set()

    def routes(self) -> Mapping[str, Handler]:
        """Return the handlers by path."""
        return _own_files() | {"/frame": self._frame}

    def accept(self, token: str) -> bool:
        """Tell whether a token is good, once."""
        good = token in self._tokens
        self._tokens.discard(token)
        return good

    def _frame(self, _: Arrival) -> Answer:
        token = f"tok_{secrets.token_hex(12)}"
        self._tokens.add(token)
        session = cookie("tillpay_session", secrets.token_hex(16), third_party=True)
        return page(pages.fill("tillpay-frame.html", token=token)).plus(session)


class Shop:
    """A shop with a cart in a session, sign-in through `Accounts`, and payment through `Payment`."""

    def __init__(self, accounts: Accounts, payment: Payment) -> None:
        self._accounts = accounts
        self._payment = payment
        self._carts: dict[str, list[str]] = {}
        self._states: dict[str, str] = {}
        self._people: dict[str, str] = {}

    def routes(self) -> Mapping[str, Handler]:
        """Return the handlers by path."""
        return _own_files() | {
            "/offer": self._offer,
            "/cart": self._cart,
            "/signin": self._sign_in,
            "/callback": self._callback,
            "/order": self._order,
        }

    def _offer(self, request: Arrival) -> Answer:
        return self._show("corner-shop-offer.html", request)

    def _cart(self, request: Arrival) -> Answer:
        if request.method != "POST":
            return self._show("corner-shop-cart.html", request)
        session = _session(request)
        self._carts.setdefault(session, []).append(request.form.get("item", ""))
        return redirect("/cart", 303).plus(cookie("cart_session", session))

    def _sign_in(self, request: Arrival) -> Answer:
        session = _session(request)
        self._states[session] = secrets.token_urlsafe(16)
        asked = {
            "response_type": "code",
            "client_id": "The Corner Shop",
            "redirect_uri": "https://corner-shop.test/callback",
            "state": self._states[session],
        }
        return redirect(f"https://accounts.test/authorize?{urlencode(asked)}").plus(cookie("cart_session", session))

    def _callback(self, request: Arrival) -> Answer:
        session, answer = _session(request), request.query
        # A state that is not the one we gave means that somebody else started this sign-in (RFC 6749, section 10.12).
        if self._states.pop(session, None) != answer.get("state", ""):
            return Answer(b"sign-in went wrong: unknown state", 400)
        name = self._accounts.redeem(answer.get("code", ""))
        if name is None:
            return Answer(b"sign-in went wrong: unknown code", 400)
        self._people[session] = name
        return redirect("/cart")

    def _order(self, request: Arrival) -> Answer:
        cart = self._carts.pop(_session(request), [])
        paid = bool(cart) and self._payment.accept(request.form.get("token", ""))
        return self._show("corner-shop-thanks.html", request, order="paid" if paid else "not paid")

    def _show(self, name: str, request: Arrival, **gaps: str) -> Answer:
        session = _session(request)
        account = self._people.get(session, "")
        count = str(len(self._carts.get(session, [])))
        return page(pages.fill(name, count=count, account=account, **gaps)).plus(cookie("cart_session", session))


def _session(request: Arrival) -> str:
    return request.cookies.get("cart_session") or secrets.token_hex(16)
