"""Knows what was seen during one visit, in the form that checks ask: exchanges, signals, consent, coverage.

A visit comes from a recording, a ledger or a live browser alike. Values never stand in it: the same value has the same
label (`value 3`) wherever it was met, numbered in the order of meeting, so that nothing can be guessed back from one.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from msgspec import Struct

from louver.core.facts import Party, ResourceType
from louver.core.signals.kinds import IDENTIFYING
from louver.core.signals.signal import Grade, Kind, Purpose, Where

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from louver.core.facts import Request, Response

SINGLING_OUT: Final = IDENTIFYING - {Kind.CACHE_ID}
"""Kinds that single a visitor out. A cache mark may, and has a check of its own that looks more closely."""

SERVICES: Final = frozenset({"captcha", "cdn", "consent", "hosting", "payment", "security"})
"""Recipients by what they do for the page; they are named, and not accused of tracking."""

FOLLOWING: Final = frozenset({Purpose.ANALYTICS, Purpose.ADVERTISING})
COOKIES: Final = frozenset({Where.COOKIE, Where.SET_COOKIE})


class Sighting(Struct, frozen=True):
    """One signal of one exchange; `value` and `thread` are labels. `lifetime` is a set cookie's, in seconds."""

    kind: Kind
    where: Where
    name: str
    grade: Grade
    party: Party
    purpose: Purpose | None = None
    owner: str | None = None
    lifetime: float | None = None
    value: str = ""
    thread: str = ""
    links: tuple[str, ...] = ()

    @property
    def is_sure(self) -> bool:
        """Whether it is more than possible that the signal is what its kind says."""
        return self.grade is not Grade.POSSIBLE

    @property
    def is_cookie(self) -> bool:
        """Whether it is a cookie, on either way."""
        return self.where in COOKIES

    @property
    def identifies(self) -> bool:
        """Whether it surely singles the visitor out; cookies that a page needs are left out."""
        return self.kind in SINGLING_OUT and self.is_sure and self.purpose is not Purpose.NECESSARY


class Said(Struct, frozen=True):
    """One consent or opt-out signal as it was read: the mechanism, what it denies and grants, and a sentence."""

    mechanism: str
    denied: frozenset[str]
    granted: frozenset[str]
    words: str


@dataclass(frozen=True, slots=True)
class Exchange:
    """One request with its answer. `number` counts from 1, `at` is seconds since the visit began.

    `request`, `response` and `content` are the facts themselves where the source has them, and None in a ledger.
    `said` is what this very exchange says about consent, `agreed` and `refused` what the site was last heard to say.
    """

    number: int
    at: float | None
    page: int
    site: str
    page_url: str
    method: str
    url: str
    type: ResourceType
    host: str
    recipient: str
    owner: str | None
    category: str | None
    tracker: bool
    party: Party
    cloaked: bool
    status: int | None
    signals: tuple[Sighting, ...]
    said: tuple[Said, ...] = ()
    agreed: frozenset[str] = frozenset()
    refused: frozenset[str] = frozenset()
    opted_out: bool = False
    rule: str = ""
    relay: str = ""
    """Whose payload a host of the site's own takes in, to send it on from there."""
    request: Request | None = None
    response: Response | None = None
    content: str = ""

    @property
    def who(self) -> str:
        """The organisation asked, or its site where nobody knows the organisation."""
        return self.owner or self.recipient

    @property
    def is_third(self) -> bool:
        """Whether the recipient is somebody else than the page's own side."""
        return self.party is Party.THIRD

    @property
    def tracks(self) -> bool:
        """Whether the recipient is somebody else who is known for tracking."""
        return self.is_third and (self.tracker or self.rule != "") and self.category not in SERVICES

    def header(self, name: str) -> str | None:
        """Return a response header's first value; `name` in lower case."""
        return _header(self.response.headers if self.response else (), name)

    def sent_header(self, name: str) -> str | None:
        """Return a request header's first value; `name` in lower case."""
        return _header(self.request.headers if self.request else (), name)


def _header(headers: Iterable[tuple[str, str]], name: str) -> str | None:
    return next((value for key, value in headers if key.lower() == name), None)


@dataclass(frozen=True, slots=True)
class Modes:
    """How the visit was made, where that is known: the answer to the consent question, and Global Privacy Control."""

    consent: str | None = None
    gpc: bool | None = None


class Happening(Struct, frozen=True):
    """Something a script did inside a page, as the browser's instrumentation saw it; `script` is its address."""

    what: str
    script: str
    page: str
    detail: str = ""
    count: int = 1


@dataclass(frozen=True, slots=True)
class Visit:
    """Everything that was seen. `source` is what the person named, `form` har, flows, ledger or live."""

    source: str
    form: str
    started: str
    exchanges: tuple[Exchange, ...]
    modes: Modes = Modes()
    skipped: Counter[str] = field(default_factory=Counter)
    happenings: tuple[Happening, ...] = ()
    inside: bool = False
    """Whether pages were watched from inside."""
    answered_at: float | None = None
    """Seconds into the visit at which the consent question was answered; None where it was not, or is not known."""
    typed_at: float | None = None
    """Seconds into the visit from which on a canary was typed into forms that were not sent."""
    partial: bool = False

    @property
    def has_facts(self) -> bool:
        """Whether headers and bodies are there; a ledger keeps none."""
        return self.form != "ledger"

    @property
    def site(self) -> str:
        """The site that was visited: the one of most of the first page's exchanges."""
        found = Counter(each.site for each in self.exchanges)
        return found.most_common(1)[0][0] if found else ""

    @property
    def pages(self) -> dict[int, str]:
        """The pages by number, each with its address."""
        return {each.page: each.page_url for each in self.exchanges}

    def third(self) -> Iterator[Exchange]:
        """Yield the exchanges with somebody else than the page's own side."""
        return (each for each in self.exchanges if each.is_third)

    def seen(self, *kinds: Kind) -> Iterator[tuple[Exchange, Sighting]]:
        """Yield every sighting of these kinds, all parties."""
        return ((each, one) for each in self.exchanges for one in each.signals if one.kind in kinds)

    def told(self, *kinds: Kind) -> Iterator[tuple[Exchange, Sighting]]:
        """Yield what third parties surely got of these kinds."""
        return ((each, one) for each, one in self.seen(*kinds) if one.party is Party.THIRD and one.is_sure)

    def identified(self) -> Iterator[tuple[Exchange, Sighting]]:
        """Yield what surely singles the visitor out and reached, or was set by, somebody who is known for tracking."""
        for each in self.exchanges:
            for one in each.signals:
                if one.identifies and (each.tracks or serves_another(each, one)):
                    yield each, one

    def knowers(self) -> dict[str, dict[str, Exchange]]:
        """Return who knows each identifier: its label to organisations, each with the exchange that first told it."""
        found: dict[str, dict[str, Exchange]] = {}
        for each in self.exchanges:
            for one in each.signals:
                if one.thread and one.party is Party.THIRD:
                    found.setdefault(one.thread, {}).setdefault(each.who, each)
        return found


def serves_another(each: Exchange, one: Sighting) -> bool:
    """Tell whether a cookie of the site's own serves somebody else; what a site counts for itself does not."""
    own = one.kind is Kind.GHOST_COOKIE and not each.is_third
    return own and (one.owner is None or one.owner != each.owner)


def group[T](found: Iterable[T], key: Callable[[T], str]) -> dict[str, list[T]]:
    """Return things by a key, keys in order."""
    groups: dict[str, list[T]] = {}
    for one in found:
        groups.setdefault(key(one), []).append(one)
    return dict(sorted(groups.items()))
