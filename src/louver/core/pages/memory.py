"""Knows what was seen of pages, frames and connections, and forgets the oldest first; draws no conclusions."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass, field
from enum import IntEnum
from itertools import islice, takewhile
from typing import TYPE_CHECKING, Final, NamedTuple

from louver.core.facts import Page
from louver.core.pages.clues import Clues, origin_of

if TYPE_CHECKING:
    from collections.abc import Callable

PLACES: Final = 8
"""How many pages may hold one origin before the oldest is forgotten."""


TABS: Final = 64
"""How many pages are looked at when one is sought without a name."""


class Recent[K, V](OrderedDict[K, V]):
    """A dictionary that keeps its newest entries only."""

    def __init__(self, limit: int) -> None:
        super().__init__()
        self.limit = limit

    def put(self, key: K, value: V) -> None:
        """Store as the newest; the oldest falls out when there are too many."""
        self[key] = value
        self.move_to_end(key)
        if len(self) > self.limit:
            self.popitem(last=False)


@dataclass(slots=True, eq=False)
class Context:
    """One load of a top-level document; `seen` is when it last asked for something, in unix seconds.

    `sure` is how sure we are that it is a top-level page. `shown` turns true when its answer came: before, it cannot
    have asked for anything. `ahead`: fetched before anyone went there. `silent`: it hides itself from other sites;
    `spoken`: it was seen not to. `views` keeps the values handed out, so that a request costs no new one.
    """

    id: int
    url: str
    site: str
    seen: float
    opener: Page | None = None
    sure: float = 1.0
    shown: bool = False
    ahead: bool = False
    silent: bool = False
    spoken: bool = False
    views: dict[tuple[str, float], Page] = field(default_factory=dict)

    def page(self, method: str, confidence: float) -> Page:
        """Return this load as attributed by a method, with a confidence of 0 to 1."""
        key = (method, confidence)
        page = self.views.get(key)
        if page is None:
            page = self.views[key] = Page(self.id, self.url, self.site, method, confidence)
        return page

    def moved(self, url: str, site: str) -> None:
        """Follow a redirect: same load, other address."""
        self.url, self.site = url, site
        self.views.clear()


class Role(IntEnum):
    """What an origin is to the page that holds it, the weakest first."""

    SPEAKER = 0
    FRAME = 1
    TOP = 2


@dataclass(slots=True, eq=False)
class Place:
    """A page in which an origin was seen; `context` is None where the page is unknown.

    `reusable`: the browser may show the same document elsewhere without asking, where we would not see it. `since` is
    when it came, in unix seconds. `sure` and `crowded` say how well the page itself was found; what is built on this
    place can be no better.
    """

    context: Context | None
    role: Role
    reusable: bool = True
    since: float = 0.0
    sure: float = 1.0
    crowded: bool = False


@dataclass(slots=True)
class Flight:
    """A request whose answer has not come: its page, how sure that is, its `Referer`, and the place that it makes."""

    context: Context | None
    confidence: float
    referer: str
    place: Place | None


class Followed(NamedTuple):
    """A page that was sent elsewhere at a time, and how sure it is that it was that page."""

    context: Context
    confidence: float
    since: float


@dataclass(slots=True, eq=False)
class Browser:
    """One program that asks: a client address and what it calls itself.

    `proofs` and `breaches` count what speaks for and against it never sharing a connection between two sites;
    `tells_storage` is set once it sends `Sec-Fetch-Storage-Access`.
    """

    places: Recent[str, list[Place]]
    contexts: Recent[int, Context]
    expected: Recent[tuple[str, str, bool], list[Followed]]
    served: Recent[str, Link]
    proofs: int = 0
    breaches: int = 0
    tells_storage: bool = False

    def note(self, key: str, place: Place) -> None:
        """Remember that a page holds a URL, an origin or a site."""
        places = self.places.get(key, [])
        same = [old for old in places if old.context is place.context]
        if same and same[0].role > place.role:
            return
        others = [old for old in places if old.context is not place.context]
        self.places.put(key, [*others[1 - PLACES :], place])

    def forget(self, key: str, context: Context) -> None:
        """Take a page out of those that hold a key."""
        if (places := self.places.get(key)) is not None:
            self.places[key] = [place for place in places if place.context is not context]

    def busy_since(self, time: float) -> list[Context]:
        """Return the pages that asked for something since a time, the newest last."""
        busy = list(takewhile(lambda context: context.seen >= time, islice(reversed(self.contexts.values()), TABS)))
        return busy[::-1]


@dataclass(slots=True, eq=False)
class Link:
    """One client connection: whose it is, which site it serves, how sure we are of that, and what is under way."""

    browser: Browser
    flights: dict[str, Flight] = field(default_factory=dict)
    site: str = ""
    confidence: float = 0.0
    shared: bool = False
    closed: bool = False

    def is_idle(self) -> bool:
        """Tell whether it stands open with nothing under way, free for whatever may use it."""
        return not (self.closed or self.shared or self.flights)


@dataclass(slots=True)
class Ask:
    """One request with what is known around it. `source` is the origin that its headers point to, or "".

    `own` is the origin of its URL; with its site it is worked out only where the evidence asks for it.
    """

    url: str
    clues: Clues
    link: Link
    now: float
    site_at: Callable[[str], str]
    source: str = ""
    own: str = ""

    @property
    def origin(self) -> str:
        """Return the origin of the URL."""
        if not self.own:
            self.own = origin_of(self.url)
        return self.own

    @property
    def site(self) -> str:
        """Return the registrable domain of the URL."""
        return self.site_at(self.origin)
