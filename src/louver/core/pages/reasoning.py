"""Knows how evidence adds up to a page and a confidence; changes nothing that is remembered except what it learned.

The order of evidence follows how a browser works. `Origin` and `Referer` name the document that asks (Fetch standard);
`Sec-Fetch-Site` relates it to the recipient (Fetch Metadata); `Sec-Fetch-Storage-Access` is there only where recipient
and top-level page are of different sites (Storage Access Headers). A browser that partitions its network state never
lets two top-level sites share a connection, so a connection once attributed names the site of all that follows on it;
a client that is seen to break this is no longer believed. Where the evidence names more than one site the answer is
None, never a guess.
"""

from __future__ import annotations

import re
from typing import Final, NamedTuple
from urllib.parse import unquote

from louver.core.pages.clues import source_of
from louver.core.pages.memory import Ask, Browser, Context, Link, Place, Role

SURE: Final = 0.9
"""From here on an answer may teach others: a connection takes the site, a contradiction counts."""

FRESH: Final = 3.0
"""Seconds after its answer in which a document asks for what it is made of."""

BUSY: Final = 15.0
"""Seconds after its last request in which a page counts as busy."""

OPEN: Final = 600.0
"""Seconds after its last request in which a page counts as open."""

REDIRECT_WAIT: Final = 60.0
"""Seconds within which a browser follows a redirect."""

PROVEN: Final = 3
"""Connections kept apart before a client's connections are fully believed."""

BROKEN: Final = 3
"""Breaches after which a client's connections are no longer believed."""

CONFIDENCE: Final = {
    "origin": 0.97,
    "referer": 0.97,
    "same-origin": 0.95,
    "same-site": 0.93,
    "redirect": 0.95,
    "frame": 0.95,
    "reusable": 0.85,
    "told": 0.85,
    "told-page": 0.8,
    "fresh": 0.85,
    "busy": 0.8,
    "connection": 0.95,
    "young-connection": 0.88,
    "disputed": 0.8,
    "frame-host": 0.8,
    "silent-page": 0.75,
    "only-page": 0.7,
    "unseen": 0.6,
    "unseen-first-party": 0.9,
}
"""How often each kind of evidence is believed to name the right site; the live attribution test holds it true."""

TELLING_LENGTH: Final = 4096
"""Characters of an address that are searched for a page's name."""

NO_HOST: Final = re.compile(r"[^a-zA-Z0-9.-]+")

AGREED: Final = 0.99
WITH_CONNECTION: Final = {name: f"{name}-and-connection" for name in ("origin", "referer", "same-origin", "same-site")}


class Finding(NamedTuple):
    """A page and how sure we are of its site. `crowded`: the page's site has more than one page it could be.

    `context` is None where a page exists that we never saw load.
    """

    context: Context | None
    method: str
    confidence: float
    crowded: bool = False


def find(ask: Ask) -> Finding | None:
    """Attribute a request that is no top-level document."""
    if ask.clues.get("sec-fetch-site") == "none":
        return None
    link = ask.link
    method, places = _named(ask)
    followed = _followed(ask)
    if link.site and believed(link):
        return _on_connection(ask, method, places, followed)
    if followed is not None:
        return followed
    if places:
        return _alone(ask, method, places)
    return _unseen(ask) if method else _orphan(ask)


def find_opener(ask: Ask) -> Finding | None:
    """Tell which page a top-level document was navigated from; its own connection says nothing of that."""
    if ask.clues.get("sec-fetch-site") == "none":
        return None
    method, places = _named(ask)
    return _alone(ask, method, places) if places else None


def believed(link: Link) -> bool:
    """Tell whether a connection's site may be used as evidence."""
    return not link.shared and link.browser.breaches < BROKEN


def learn(ask: Ask, finding: Finding) -> None:
    """Let a connection take the site of what was found on it.

    A second connection to the same recipient, opened for another site while the first one idles, is proof that the
    client keeps sites apart: any other would have used the idle one.
    """
    link, context = ask.link, finding.context
    if context is None or finding.confidence <= link.confidence:
        return
    if link.confidence < SURE <= finding.confidence:
        other = link.browser.served.get(ask.origin)
        if other is not None and other.is_idle() and other.site != context.site:
            link.browser.proofs += 1
        link.browser.served.put(ask.origin, link)
    link.site, link.confidence = context.site, finding.confidence


def _named(ask: Ask) -> tuple[str, list[Place]]:
    """Return the places that the headers point to, and by which header; no method where none points anywhere."""
    clues, known = ask.clues, ask.link.browser.places
    referer, origin, relation = clues.get("referer"), clues.get("origin"), clues.get("sec-fetch-site")
    if origin and origin != "null":
        method, source = "origin", source_of(origin)
    elif referer:
        method, source = "referer", source_of(referer)
    elif relation == "same-origin":
        method, source = "same-origin", ask.origin
    elif relation == "same-site":
        method, source = "same-site", ask.site
    else:
        return "", []
    ask.source = source
    places = known.get(source, [])
    if referer and len(places) > 1 and referer.startswith(source) and _tells_path(referer, source, relation):
        places = known.get(referer) or places
    return method, places


def _tells_path(referer: str, source: str, relation: str | None) -> bool:
    return len(referer) > len(source) + 1 or relation == "same-origin"


def _by_storage(ask: Ask, places: list[Place]) -> list[Place]:
    """Keep the pages that the storage access header allows: it is sent where recipient and page differ in site."""
    clues, site, old = ask.clues, ask.site, ask.now - OPEN
    places = [place for place in places if place.context is not None or place.since >= old]
    if "sec-fetch-storage-access" in clues:
        return [place for place in places if place.context is None or place.context.site != site]
    if ask.link.browser.tells_storage and clues.get("sec-fetch-mode") == "no-cors" and ask.url.startswith("https:"):
        return [place for place in places if place.context is not None and place.context.site == site] or places
    return places


def _followed(ask: Ask) -> Finding | None:
    """Return the page whose redirect this request follows, as sure as that was, and expect it no longer."""
    expected = ask.link.browser.expected
    if not expected:
        return None
    waiting = expected.pop((ask.url, source_of(ask.clues.get("referer", "")), False), [])
    fresh = [one for one in waiting if one.since >= ask.now - REDIRECT_WAIT]
    if len({one.context.site for one in fresh}) != 1:
        return None
    crowded = len({one.context.id for one in fresh}) > 1
    return Finding(fresh[0].context, "redirect", min(fresh[0].confidence, CONFIDENCE["redirect"]), crowded)


def _on_connection(ask: Ask, method: str, places: list[Place], followed: Finding | None) -> Finding | None:
    link = ask.link
    site = link.site
    if followed is not None and followed.context is not None and followed.context.site == site:
        return followed
    here = [place for place in places if place.context is not None and place.context.site == site]
    trust = min(link.confidence, CONFIDENCE["connection" if link.browser.proofs >= PROVEN else "young-connection"])
    if here:
        agreed = len(here) == len(places) and link.confidence >= SURE
        finding = _newest(here, WITH_CONNECTION[method], AGREED if agreed else trust)
        return finding._replace(confidence=max(finding.confidence, trust))
    if places and (direct := _alone(ask, method, places)) is not None and direct.confidence > SURE:
        return _disputed(link, direct)
    pages = _pages_of(link.browser, site)
    return _newest(pages, "connection", trust) if pages else None


def _disputed(link: Link, direct: Finding) -> Finding:
    """Settle a contradiction: a connection that was never sure gives way, else the client shares connections."""
    if link.confidence < SURE:
        link.confidence = 0.0
        return direct
    link.shared = True
    link.browser.breaches += 1
    link.browser.proofs = 0
    return direct._replace(confidence=CONFIDENCE["disputed"])


def _alone(ask: Ask, method: str, places: list[Place]) -> Finding | None:
    """Attribute by what the headers name, where the connection is new."""
    places = _by_storage(ask, places)
    if not places:
        return None
    if _only_site(places):
        finding = _newest(places, method, _by_role(ask, method, places))
        if method == "referer" and finding.context is not None and finding.context.site != ask.site:
            finding.context.spoken = True
        return finding
    told = _told(ask, places)
    if told:
        return _newest(told, f"told-{method}", CONFIDENCE["told"])
    fresh = [place for place in places if place.since >= ask.now - FRESH]
    if fresh:
        return _newest(fresh, f"fresh-{method}", CONFIDENCE["fresh"]) if _only_site(fresh) else None
    busy = [place for place in places if place.context is None or place.context.seen >= ask.now - BUSY]
    return _newest(busy, f"busy-{method}", CONFIDENCE["busy"]) if _only_site(busy) else None


def _told(ask: Ask, places: list[Place]) -> list[Place]:
    """Return the pages whose site the URL or the frame's address spells out, as trackers do, if it is one site only."""
    text = f"{ask.url[len(ask.origin) :]} {ask.clues.get('referer', '')[len(ask.source) :]}"
    if not any(place.context is not None and place.context.site in text for place in places):
        return []
    words = NO_HOST.split(unquote(unquote(text[:TELLING_LENGTH])).lower())
    hosts = {word for word in words if "." in word}
    told = [place for place in places if place.context is not None and _names(hosts, place.context.site)]
    return told if _only_site(told) else []


def _names(hosts: set[str], site: str) -> bool:
    return site in hosts or any(host.endswith(f".{site}") for host in hosts)


def _only_site(places: list[Place]) -> bool:
    """Tell whether all places are of pages of one site."""
    sites = {None if place.context is None else place.context.site for place in places}
    return len(sites) == 1 and None not in sites


def _by_role(ask: Ask, method: str, places: list[Place]) -> float:
    role = max(place.role for place in places)
    if role is Role.TOP:
        return CONFIDENCE[method]
    if role is Role.FRAME and not any(place.reusable for place in places):
        return CONFIDENCE["frame"]
    alone = len({context.site for context in ask.link.browser.busy_since(ask.now - OPEN)}) <= 1
    return CONFIDENCE["frame" if alone else "reusable"]


def _unseen(ask: Ask) -> Finding | None:
    """Attribute what an unseen document asks of its own site: its page was loaded from a cache or before us.

    Were that document a frame in another site's page, a browser that tells storage access would have said so.
    """
    clues = ask.clues
    own = clues.get("sec-fetch-site") in {"same-origin", "same-site"}
    if not own or "sec-fetch-storage-access" in clues or not clues.get("referer"):
        return None
    certain = ask.link.browser.tells_storage and clues.get("sec-fetch-mode") == "no-cors"
    return Finding(None, "unseen-page", CONFIDENCE["unseen-first-party" if certain else "unseen"])


def _orphan(ask: Ask) -> Finding | None:
    """Attribute what names no document (no `Referer`, opaque origin): weak evidence, in order of strength."""
    if "sec-fetch-site" not in ask.clues:
        return None
    browser, opaque = ask.link.browser, ask.clues.get("origin") == "null"
    pages = [Place(context, Role.TOP) for context in browser.busy_since(ask.now - BUSY) if context.shown]
    quiet = [place for place in pages if place.context is not None and not place.context.spoken]
    hides = not opaque and any(place.context is not None and place.context.silent for place in quiet)
    rows = (
        ("told-page", _told(ask, pages)),
        ("frame-host", [place for place in browser.places.get(ask.origin, []) if place.role is Role.FRAME]),
        ("silent-page", quiet if hides else []),
        ("only-page", pages),
    )
    for method, places in rows:
        if _only_site(places):
            return _newest(places, method, CONFIDENCE[method])
    return None


def _pages_of(browser: Browser, site: str) -> list[Place]:
    return [
        place
        for place in browser.places.get(site, [])
        if place.context is not None and place.role is Role.TOP and place.context.site == site
    ]


def _newest(places: list[Place], method: str, confidence: float) -> Finding:
    """Choose among pages of one site: the newest whose document has come; never surer than that it is a page."""
    if len(places) > 1:
        places = [place for place in places if place.context is not None and place.context.shown] or places
    place = places[-1]
    sure = confidence if place.context is None else min(confidence, place.sure, place.context.sure)
    return Finding(place.context, method, sure, crowded=place.crowded or len(places) > 1)
