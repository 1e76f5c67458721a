"""Knows what the demo's scripts do when they run, for a client that cannot run them.

A script is recognised by how it begins. One that a proxy emptied or replaced is not recognised, so nothing happens.
"""

from __future__ import annotations

import json
import re
import secrets
import time
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Final, Protocol
from urllib.parse import parse_qs, quote, urlencode, urlsplit

if TYPE_CHECKING:
    import httpx

    from louver.demo.documents import Document


class Runner(Protocol):
    """Whoever has loaded the script: a page with cookies, that can fetch."""

    page: Document

    def remember(self, name: str, value: str) -> None:
        """Set a cookie of the page."""

    def recall(self, name: str) -> str | None:
        """Return a cookie of the page."""

    async def fetch(self, url: str, kind: str, *, body: str | None = None) -> httpx.Response:
        """Fetch for the page."""

    async def load(self, kind: str, url: str) -> None:
        """Load a subresource of the page."""


type Effect = Callable[[Runner, str, str], Awaitable[None]]
"""What a script at an address, with this text, does."""


def effect_of(text: str) -> Effect | None:
    """Return what a text does when it runs, or None where nothing is known of it."""
    return next((effect for start, effect in EFFECTS.items() if text.startswith(start)), None)


async def _ask_consent(page: Runner, _url: str, _text: str) -> None:
    if page.recall("euconsent-v2") is None:
        page.remember("euconsent-v2", "CQDemoAAQDemoAAcABENAAFgAAAAAAAAAAAAAAAAAA")
        await page.fetch("https://consentio.test/receipt", "empty", body="accepted")
        page.page.proofs["consent"] = "accepted"
    else:
        page.page.proofs["consent"] = "remembered"


async def _build_menus(page: Runner, _url: str, _text: str) -> None:
    page.page.proofs["menu"] = "ready"


async def _set_fonts(page: Runner, _url: str, _text: str) -> None:
    page.page.proofs["fonts"] = "ready"


async def _show_button(page: Runner, _url: str, _text: str) -> None:
    page.page.proofs["widget"] = "ready"


async def _load_tags(page: Runner, _url: str, text: str) -> None:
    for source in re.findall(r'"(https://[^"]+)"', text):
        await page.load("script", source)


async def _count(page: Runner, url: str, _text: str) -> None:
    known = page.recall("_ga")
    client = known.removeprefix("GA1.1.") if known else f"{secrets.randbelow(9 * 10**9) + 10**9}.{int(time.time())}"
    page.remember("_ga", f"GA1.1.{client}")
    hit = {
        "v": "2",
        "tid": parse_qs(urlsplit(url).query)["id"][0],
        "gtm": "45je4",
        "_p": str(int(time.time() * 1000)),
        "cid": client,
        "ul": "en-ie",
        "sr": "1920x1080",
        "dl": page.page.url,
        "dt": page.page.title,
        "en": "page_view",
    }
    await page.fetch(f"https://footprint-metrics.test/g/collect?{urlencode(hit)}", "empty", body="")


async def _advertise(page: Runner, _url: str, _text: str) -> None:
    words = parse_qs(urlsplit(page.page.url).query).get("q", [page.page.title])[0]
    address = f"https://adbazaar.test/ad?slot=side&kw={quote(words)}&u={quote(page.page.url, safe='')}"
    await page.load("iframe", address)
    await page.fetch("https://adbazaar.test/match?partner=dataswap", "image")


async def _record(page: Runner, _url: str, _text: str) -> None:
    account = page.page.proofs.get("account")
    told = {
        "visitor": secrets.token_hex(16),
        "url": page.page.url,
        "email": "sam@inbox.test" if account else None,
        "events": [["load", 1920, 1080]],
    }
    await page.fetch("https://mousetrail.test/record", "empty", body=json.dumps(told))


EFFECTS: Final[dict[str, Effect]] = {
    "// Consentio:": _ask_consent,
    "// Fast Shelf UI": _build_menus,
    "/* Typecase": _set_fonts,
    '<!doctype html>\n<html lang="en" data-site="chirper"': _show_button,
    "// Tag Depot:": _load_tags,
    "// Footprint Metrics:": _count,
    "// Ad Bazaar:": _advertise,
    "// Mouse Trail:": _record,
}
"""Scripts, style sheets and frames of the demo by how they begin."""
