"""Knows the services embedded in the demo's sites: some only help, some only watch, some do both.

Hosts and owners are made up; what they do, and the names of their cookies and parameters, is what the real ones do.
"""

from __future__ import annotations

import secrets
import uuid
from typing import TYPE_CHECKING, Final
from urllib.parse import urlencode

from louver.demo import pages
from louver.demo.exchange import YEAR, Answer, Arrival, Handler, cookie, data, page, pixel, redirect, script

if TYPE_CHECKING:
    from collections.abc import Mapping

CONTAINERS: Final = {
    "GTM-NEWS01": ("https://footprint-metrics.test/gtag/js?id=G-N3W5D41LY0",),
    "GTM-TRIP01": ("https://footprint-metrics.test/gtag/js?id=G-TR4V3LD14R",),
    "GTM-SHOP01": (
        "https://footprint-metrics.test/gtag/js?id=G-C0RN3R5H0P",
        "https://mousetrail.test/recorder.js?site=corner-shop",
    ),
}
"""What each site has put into its tag container."""

PARTNERS: Final = {"dataswap": "https://dataswap.test/sync"}
"""Whom Ad Bazaar swaps ids with."""


class Consentio:
    """Asks for consent. Everybody's page waits for it, so it must work."""

    def routes(self) -> Mapping[str, Handler]:
        """Return the handlers by path."""
        return {
            "/banner.js": lambda _: script(pages.source("consentio-banner.js")),
            "/receipt": lambda _: data({"stored": True}),
        }


class FastShelf:
    """Serves a library that the sites are built with. It watches nobody."""

    def routes(self) -> Mapping[str, Handler]:
        """Return the handlers by path."""
        body = pages.source("fastshelf-ui.js").encode()
        library = Answer(body, headers=(("Content-Type", "text/javascript"), ("Cache-Control", "public, max-age=600")))
        return {"/ui/3.1.0/ui.min.js": lambda _: library}


class Typecase:
    """Serves fonts, and knows every visitor again by an ETag that it gives each of them."""

    def routes(self) -> Mapping[str, Handler]:
        """Return the handlers by path."""
        return {"/css": self._css}

    def _css(self, request: Arrival) -> Answer:
        tag = request.header("if-none-match")
        headers = (("ETag", tag or f'"{secrets.token_hex(16)}"'), ("Cache-Control", "private, max-age=0"))
        if tag:
            return Answer(status=304, headers=headers)
        css = b'/* Typecase */ :root { --typecase: ready; } @font-face { font-family: "Lora"; src: local("Georgia"); }'
        return Answer(css, headers=(("Content-Type", "text/css"), *headers))


class TagDepot:
    """Loads whatever a site has put into its container."""

    def routes(self) -> Mapping[str, Handler]:
        """Return the handlers by path."""
        return {"/gtm.js": self._container}

    def _container(self, request: Arrival) -> Answer:
        tags = CONTAINERS.get(request.query.get("id", ""), ())
        return script(pages.fill_script("tagdepot-gtm.js", tags=list(tags)))


class Footprint:
    """Counts visits: a client id in a first-party cookie that its script writes, and hits that carry it."""

    def routes(self) -> Mapping[str, Handler]:
        """Return the handlers by path."""
        return {"/gtag/js": self._tag, "/g/collect": lambda _: Answer(status=204)}

    def _tag(self, request: Arrival) -> Answer:
        return script(pages.fill_script("footprint-gtag.js", tid=request.query.get("id", "")))


class AdBazaar:
    """Sells attention: a third-party id, advertisements by page and word, and id swaps with its partners."""

    def routes(self) -> Mapping[str, Handler]:
        """Return the handlers by path."""
        return {"/tag.js": self._tag, "/ad": self._advertisement, "/match": self._match, "/setuid": self._partner_told}

    def _tag(self, request: Arrival) -> Answer:
        return _known(script(pages.source("adbazaar-tag.js")), "uid", request)

    def _advertisement(self, request: Arrival) -> Answer:
        return _known(page(pages.source("adbazaar-ad.html")), "uid", request)

    def _match(self, request: Arrival) -> Answer:
        partner = PARTNERS.get(request.query.get("partner", ""))
        uid = request.cookies.get("uid")
        if partner is None or uid is None:
            return _known(pixel(), "uid", request)
        return redirect(f"{partner}?{urlencode({'bidder': 'adbazaar', 'partner_uid': uid})}")

    def _partner_told(self, request: Arrival) -> Answer:
        return _known(pixel(), "uid", request)


class DataSwap:
    """Puts the ids of many companies beside each other."""

    def routes(self) -> Mapping[str, Handler]:
        """Return the handlers by path."""
        return {"/sync": self._sync}

    def _sync(self, request: Arrival) -> Answer:
        own = request.cookies.get("tuuid") or str(uuid.uuid4())
        back = f"https://adbazaar.test/setuid?{urlencode({'bidder': 'dataswap', 'uid': own})}"
        return redirect(back).plus(cookie("tuuid", own, third_party=True, seconds=YEAR))


class Chirper:
    """A social network with a button to like a page, which knows who looks at it whether or not they press it."""

    def routes(self) -> Mapping[str, Handler]:
        """Return the handlers by path."""
        return {"/widgets/like": self._like}

    def _like(self, request: Arrival) -> Answer:
        return _known(page(pages.source("chirper-like.html")), "guest_id", request)


class MouseTrail:
    """Records what people do on a page."""

    def routes(self) -> Mapping[str, Handler]:
        """Return the handlers by path."""
        return {
            "/recorder.js": lambda _: script(pages.source("mousetrail-recorder.js")),
            "/record": lambda _: Answer(status=204),
        }


def _known(answer: Answer, name: str, request: Arrival) -> Answer:
    """Give a visitor who brings no id a new one that lasts a year."""
    if name in request.cookies:
        return answer
    return answer.plus(cookie(name, uuid.uuid4().hex, third_party=True, seconds=YEAR))
