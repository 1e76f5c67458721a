"""Knows the events of a client's traffic and keeps the memory that attribution reasons over."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from louver.core.pages import clues as hints
from louver.core.pages.memory import PLACES, Ask, Browser, Context, Flight, Followed, Link, Place, Recent, Role
from louver.core.pages.reasoning import Finding, believed, find, find_opener, learn

if TYPE_CHECKING:
    from collections.abc import Callable

    from louver.core.facts import Headers, Page

WHICH_LOAD: Final = 0.85
"""Confidence is capped here where the site has several loads that it could be: its newest is only the likeliest."""

NAVIGATION: Final = ("navigation", 0.99)
PREFETCH: Final = ("prefetch", 0.95)
WORKER_NAVIGATION: Final = ("worker-navigation", 0.85)
HTML_REQUEST: Final = ("html-request", 0.6)

STIR: Final = 0.5
"""Seconds within which a page that goes on asking is not moved to the front again."""

BROWSERS: Final = 32
LINKS: Final = 4096
FLIGHTS: Final = 256


class Pages:
    """Attributes requests to the top-level page that they belong to, from what a proxy sees of them.

    Feed it every request and response of all clients, in the order in which they happen. Times are unix seconds.
    Memory is bounded: the oldest pages, connections and clients are forgotten. Hostile input never raises.

    A page's confidence says how sure it is that *this load* asked; its `site` is at least that sure. None stands for
    unknown; nothing is guessed.
    """

    def __init__(self, site_of: Callable[[str], str], limit: int = 512) -> None:
        """`site_of` gives the registrable domain of a host; `limit` is how many pages a client may have in memory."""
        self._site_of = site_of
        self._limit = limit
        self._sites: Recent[str, str] = Recent(limit * 8)
        self._browsers: Recent[tuple[str, str], Browser] = Recent(BROWSERS)
        self._links: Recent[str, Link] = Recent(LINKS)
        self._contexts: Recent[int, Context] = Recent(limit * 2)
        self._count = 0

    def request(self, url: str, method: str, headers: Headers, client: str, connection: str, now: float) -> Page | None:
        """Return the page that a request belongs to, or None; for a top-level document, the page that it becomes.

        `client` is the client's address, `connection` names its connection and is never used for two.
        """
        if method == "CONNECT":
            return None
        clues = hints.read(headers)
        ask = Ask(url, clues, self._link(connection, client, clues), now, self._site)
        kind = _navigation(ask)
        finding = find(ask) if kind is None else self._open(ask, kind)
        if finding is not None and finding.context is None:
            finding = finding._replace(context=self._reopen(ask, finding.confidence))
        if finding is None or finding.context is None:
            _send(ask, Flight(None, 0.0, "", _hold(ask, Finding(None, "", 0.0))))
            return None
        learn(ask, finding)
        page = _touch(ask, finding.context, finding)
        place = _hold(ask, finding) if kind is None else _hold_top(ask, finding.context)
        _send(ask, Flight(finding.context, page.confidence, clues.get("referer", ""), place))
        return page

    def response(
        self,
        page: Page | None,
        url: str,
        status: int,
        headers: Headers,
        client: str,  # noqa: ARG002  (events look alike; a connection knows its client)
        connection: str,
        now: float,
    ) -> None:
        """Take note of an answer: where it redirects to, and whether it becomes the page that is shown."""
        link = self._links.get(connection)
        flight = None if link is None else link.flights.pop(url, None) or self._stray(page)
        if link is None or flight is None:
            return
        redirects = 300 <= status < 400
        place = flight.place
        if not redirects and place is None:
            return
        clues = hints.read(headers)
        if redirects and "location" in clues:
            _expect(link.browser, flight, hints.target(url, clues["location"]), now)
        elif place is not None:
            place.reusable, place.since = hints.may_be_reused(clues), now
            if place.role is Role.TOP and place.context is not None:
                _show(link.browser, place.context, status, clues)

    def disconnect(self, connection: str) -> None:
        """Forget a connection that is gone."""
        link = self._links.pop(connection, None)
        if link is not None:
            link.closed = True

    def initiator(self, page: Page) -> Page | None:
        """Return the page that a top-level document was navigated from; None if typed, unknown or forgotten."""
        context = self._contexts.get(page.id)
        return None if context is None else context.opener

    def _open(self, ask: Ask, kind: tuple[str, float]) -> Finding:
        """Open a page for a top-level document, or go on with the one whose redirect this follows."""
        opener = find_opener(ask)
        source = hints.source_of(ask.clues.get("referer", ""))
        waiting = ask.link.browser.expected.pop((ask.url, source, True), [])
        if waiting:
            context = waiting[-1].context
            context.moved(ask.url, ask.site)
        else:
            context = self._new(ask, ask.url)
            context.opener = None if opener is None or opener.context is None else _page(opener.context, opener)
            context.ahead = kind is PREFETCH
            context.sure = kind[1]
        return Finding(context, *kind)

    def _reopen(self, ask: Ask, sure: float) -> Context:
        """Open a page that was loaded where we could not see it."""
        referer = ask.clues.get("referer", "")
        context = self._new(ask, referer if referer.startswith(ask.source) else ask.source)
        context.shown, context.sure = True, sure
        place = Place(context, Role.TOP)
        for key in (context.url, hints.origin_of(context.url), ask.site):
            ask.link.browser.note(key, place)
        return context

    def _stray(self, page: Page | None) -> Flight | None:
        """Stand in for a request that went out under another URL than it came in."""
        context = None if page is None else self._contexts.get(page.id)
        return None if page is None or context is None else Flight(context, page.confidence, "", None)

    def _new(self, ask: Ask, url: str) -> Context:
        self._count += 1
        context = Context(self._count, url, ask.site, ask.now)
        self._contexts.put(context.id, context)
        ask.link.browser.contexts.put(context.id, context)
        return context

    def _site(self, origin: str) -> str:
        site = self._sites.get(origin)
        if site is None:
            site = self._site_of(hints.host_of(origin))
            self._sites.put(origin, site)
        return site

    def _link(self, connection: str, client: str, clues: hints.Clues) -> Link:
        link = self._links.get(connection)
        if link is None:
            link = Link(self._browser(client, clues.get("user-agent", "")))
            self._links.put(connection, link)
        if "sec-fetch-storage-access" in clues:
            link.browser.tells_storage = True
        return link

    def _browser(self, client: str, agent: str) -> Browser:
        browser = self._browsers.get((client, agent))
        if browser is None:
            size = self._limit
            browser = Browser(Recent(size * 8), Recent(size), Recent(size), Recent(size))
            self._browsers.put((client, agent), browser)
        return browser


def _navigation(ask: Ask) -> tuple[str, float] | None:
    """Tell whether a request is for a top-level document, by which evidence and how sure; None if it is not."""
    clues = ask.clues
    dest = clues.get("sec-fetch-dest")
    if dest == "document":
        return PREFETCH if "prefetch" in clues.get("sec-purpose", "") else NAVIGATION
    if dest == "empty":  # a service worker that passes a navigation on
        passed = clues.get("sec-fetch-mode") == "navigate" and "sec-fetch-storage-access" not in clues
        return WORKER_NAVIGATION if passed else None
    if dest is not None or "sec-fetch-mode" in clues or not clues.get("accept", "").startswith("text/html"):
        return None
    framed = ask.link.site not in {"", ask.site} and believed(ask.link)
    return None if framed else HTML_REQUEST


def _page(context: Context, finding: Finding) -> Page:
    sure = min(finding.confidence, WHICH_LOAD) if finding.crowded else finding.confidence
    return context.page(finding.method, sure)


def _touch(ask: Ask, context: Context, finding: Finding) -> Page:
    """Mark a page as alive and say how it was found."""
    if ask.now - context.seen > STIR:
        context.seen = ask.now
        if context.id in (contexts := ask.link.browser.contexts):
            contexts.move_to_end(context.id)
    if finding.method == "same-origin" and not finding.crowded:
        context.silent = True  # its own requests hide it, so those to others do
    if context.ahead and finding.method not in {"navigation", "prefetch"}:
        context.ahead, context.shown = False, True
    return _page(context, finding)


def _hold(ask: Ask, finding: Finding) -> Place | None:
    """Note a frame, or a style sheet or worker that will ask in its own name, as held by a page, known or not."""
    clues = ask.clues
    dest = clues.get("sec-fetch-dest", "")
    role = Role.FRAME if dest in hints.FRAMES else Role.SPEAKER if _speaks(dest, clues) else None
    if role is None:
        return None
    place = Place(finding.context, role, since=ask.now, sure=finding.confidence, crowded=finding.crowded)
    for key in (ask.url, ask.origin, ask.site) if role is Role.FRAME else (ask.url, ask.origin):
        ask.link.browser.note(key, place)
    return place


def _speaks(dest: str, clues: hints.Clues) -> bool:
    return dest in hints.SPEAKERS or (dest == "script" and clues.get("sec-fetch-mode") == "cors")


def _send(ask: Ask, flight: Flight) -> None:
    flights = ask.link.flights
    flights[ask.url] = flight
    if len(flights) > FLIGHTS:
        del flights[next(iter(flights))]


def _hold_top(ask: Ask, context: Context) -> Place:
    place = Place(context, Role.TOP, since=ask.now)
    for key in (ask.url, ask.origin, ask.site):
        ask.link.browser.note(key, place)
    return place


def _show(browser: Browser, context: Context, status: int, clues: hints.Clues) -> None:
    if hints.is_page(status, clues):
        context.shown = not context.ahead
        context.silent = hints.is_silent(clues.get("referrer-policy"))
    else:
        _withdraw(browser, context)


def _withdraw(browser: Browser, context: Context) -> None:
    """Take back a document that is not shown under its address: a redirect or a download."""
    context.shown = False
    for key in (context.url, hints.origin_of(context.url), context.site):
        browser.forget(key, context)


def _expect(browser: Browser, flight: Flight, to: str | None, now: float) -> None:
    """Expect the request that follows a redirect: same page, same kind, same `Referer` origin."""
    if to is None or flight.context is None:
        return
    document = flight.place is not None and flight.place.role is Role.TOP
    if document:
        _withdraw(browser, flight.context)
    key = (to, hints.source_of(flight.referer), document)
    waiting = browser.expected.get(key, [])[1 - PLACES :]
    browser.expected.put(key, [*waiting, Followed(flight.context, flight.confidence, now)])
