"""Knows which recipients came to know one value, and how it reached them; sees values only to digest them.

A thread is one identifier, by its keyed digest, wherever it was met: whole, in part, encoded or hashed. Every form is
digested once, when the identifier is learnt; following a value costs one digest for each piece of a fitting length.
Bounded: the threads met longest ago are forgotten first. Time is an argument, in Unix seconds.
"""

from __future__ import annotations

from collections import Counter, OrderedDict
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from louver.core.signals.forms import LONGEST_WHOLE, SHORTEST, Form, candidates, folded, forms, parts
from louver.core.signals.signal import Where

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from louver.core.digests import Digest

MOST_FORMS: Final = 100_000
"""Digests remembered, about 25 MB; an identifier has about 12, one with telling parts up to 60."""
MOST_RECIPIENTS: Final = 64
MOST_SITES: Final = 16
REDIRECT_WINDOW: Final = 60.0


class Link(StrEnum):
    """What a hop shows about the recipients of a thread."""

    SYNC = "sync"
    """Two third parties of different owners know the same value (cookie syncing)."""
    COPY = "copy"
    """A cookie of the site itself was passed to a third party."""
    REFERRER = "referrer"
    """The value leaked in a Referer header."""
    REDIRECT = "redirect"
    """The value was carried from one site to another by a redirect."""
    CROSS_SITE = "cross-site"
    """The recipient met the same value on several sites."""


@dataclass(frozen=True, slots=True)
class Hop:
    """Where a value was met. `recipient` is the recipient's site, `site` that of the page.

    `other` is the second site that learns the value: the referring site for a Referer header, the target of a redirect.
    """

    site: str
    page: int
    recipient: str
    owner: str | None
    where: Where
    name: str
    time: float
    other: str | None = None

    @property
    def is_first_party(self) -> bool:
        """Whether the recipient is the page's own site."""
        return self.recipient == self.site


@dataclass(frozen=True, slots=True)
class Trace:
    """What one meeting with a known value shows."""

    thread: str
    form: Form
    hop: Hop
    links: frozenset[Link]
    recipients: int
    is_new: bool
    """Whether this recipient had not been seen with the value before."""


@dataclass(slots=True)
class Thread:
    """One identifier by its digest: when it was met, whose own cookie it is, who knows it, and since when.

    `knows` is recipient → (owner, since); `sites` is recipient → the sites from which it was told.
    """

    id: str
    first: float
    last: float
    own_sites: set[str] = field(default_factory=set)
    knows: dict[str, tuple[str | None, float]] = field(default_factory=dict)
    sites: dict[str, set[str]] = field(default_factory=dict)
    carried: tuple[str, str, float] | None = None
    forms: list[tuple[str, Form, int]] = field(default_factory=list, repr=False)


@dataclass(frozen=True, slots=True)
class Row:
    """A thread as it survives a restart; `forms` are (digest, form, length)."""

    id: str
    first: float
    last: float
    own_sites: tuple[str, ...]
    knows: tuple[tuple[str, str | None, float], ...]
    sites: tuple[tuple[str, tuple[str, ...]], ...]
    forms: tuple[tuple[str, str, int], ...]


class Lineage:
    """All threads. `learn` takes a value that was found to be an identifier, `follow` any value at all."""

    def __init__(self, digest: Digest, capacity: int = MOST_FORMS) -> None:
        """Start with nothing known; `capacity` bounds the digests remembered."""
        self._digest = digest
        self._capacity = capacity
        self._threads: OrderedDict[str, Thread] = OrderedDict()
        self._forms: dict[str, tuple[str, Form]] = {}
        self._lengths: Counter[int] = Counter()

    def __len__(self) -> int:
        """Return how many threads there are."""
        return len(self._threads)

    def learn(self, value: str, hop: Hop) -> Trace:
        """Start or continue the thread of an identifier; one too long to be any is known by its beginning."""
        value = value[:LONGEST_WHOLE]
        digest = self._digest(folded(value))
        known = self._forms.get(digest)
        if known is None:
            known = self._start(digest, value, hop.time)
        return self._record(*known, hop)

    def follow(self, value: str, hop: Hop) -> tuple[Trace, ...]:
        """Return the threads that a value, or a piece of it, belongs to; none for a value nobody has learnt."""
        if len(value) < SHORTEST or not self._lengths:
            return ()
        found: dict[str, Form] = {}
        for text in candidates(value):
            if len(text) in self._lengths and (known := self._forms.get(self._digest(folded(text)))) is not None:
                thread, form = known
                found.setdefault(thread, Form.PIECE if form is Form.PLAIN and text is not value else form)
        return tuple(self._record(thread, form, hop) for thread, form in found.items())

    def thread(self, digest: str) -> Thread | None:
        """Return a thread by the digest of its identifier."""
        return self._threads.get(digest)

    def rows(self) -> Iterator[Row]:
        """Yield what to keep over a restart, the thread met longest ago first."""
        for thread in self._threads.values():
            yield Row(
                thread.id,
                thread.first,
                thread.last,
                tuple(sorted(thread.own_sites)),
                tuple((recipient, owner, since) for recipient, (owner, since) in thread.knows.items()),
                tuple((recipient, tuple(sorted(sites))) for recipient, sites in thread.sites.items()),
                tuple((digest, str(form), length) for digest, form, length in thread.forms),
            )

    def restore(self, rows: Iterable[Row]) -> None:
        """Take back what `rows` gave, made with the same key; call it before anything is learnt."""
        for row in rows:
            thread = Thread(row.id, row.first, row.last, set(row.own_sites))
            thread.knows = {recipient: (owner, since) for recipient, owner, since in row.knows}
            thread.sites = {recipient: set(sites) for recipient, sites in row.sites}
            self._threads[row.id] = thread
            for digest, form, length in row.forms:
                self._remember(thread, digest, Form(form), length)
        self._forget()

    def _start(self, digest: str, value: str, at: float) -> tuple[str, Form]:
        """Begin a thread, or widen the one that a telling part of the value already belongs to."""
        joined = (self._forms.get(self._digest(folded(part))) for part in parts(value, at))
        known = next((one for one in joined if one is not None), (digest, Form.PLAIN))
        thread = self._threads.setdefault(known[0], Thread(known[0], at, at))
        for text, form in forms(value, at):
            self._remember(thread, self._digest(folded(text)), form, len(text))
        self._forget()
        return known[0], Form.PLAIN if known[0] == digest else Form.PIECE

    def _remember(self, thread: Thread, digest: str, form: Form, length: int) -> None:
        if digest not in self._forms:
            self._forms[digest] = (thread.id, form)
            self._lengths[length] += 1
            thread.forms.append((digest, form, length))

    def _forget(self) -> None:
        while len(self._forms) > self._capacity and len(self._threads) > 1:
            _, oldest = self._threads.popitem(last=False)
            for digest, _form, length in oldest.forms:
                del self._forms[digest]
                self._lengths[length] -= 1
                if not self._lengths[length]:
                    del self._lengths[length]

    def _record(self, digest: str, form: Form, hop: Hop) -> Trace:
        thread = self._threads[digest]
        self._threads.move_to_end(digest)
        is_new = hop.recipient not in thread.knows
        _note(thread, hop)
        links = frozenset(link for link, shows in LINKS if shows(thread, hop))
        if _is_header(hop, "location") and hop.other:
            thread.carried = (hop.recipient, hop.other, hop.time)
        return Trace(thread.id, form, hop, links, len(thread.knows), is_new)


def _note(thread: Thread, hop: Hop) -> None:
    thread.last = max(thread.last, hop.time)
    if hop.is_first_party and hop.where in {Where.COOKIE, Where.SET_COOKIE} and len(thread.own_sites) < MOST_SITES:
        thread.own_sites.add(hop.site)
    for recipient, owner in ((hop.recipient, hop.owner), (hop.other, None)):
        if recipient and (recipient in thread.knows or len(thread.knows) < MOST_RECIPIENTS):
            before, since = thread.knows.get(recipient, (owner, hop.time))
            thread.knows[recipient] = (owner or before, since)
    sites = thread.sites.setdefault(hop.recipient, set()) if len(thread.sites) < MOST_RECIPIENTS else set()
    if len(sites) < MOST_SITES:
        sites.add(hop.site)


def _is_header(hop: Hop, name: str) -> bool:
    return hop.where is Where.HEADER and hop.name.lower() == name


def _is_copied(thread: Thread, hop: Hop) -> bool:
    return not hop.is_first_party and hop.site in thread.own_sites and _is_foreign(thread, hop.site, hop)


def _is_synced(thread: Thread, hop: Hop) -> bool:
    if hop.is_first_party or hop.site in thread.own_sites:
        return False
    return any(_is_foreign(thread, other, hop) for other in thread.knows if other not in thread.own_sites | {hop.site})


def _is_referred(_thread: Thread, hop: Hop) -> bool:
    return _is_header(hop, "referer") and hop.other not in {None, hop.recipient}


def _is_carried(thread: Thread, hop: Hop) -> bool:
    if _is_header(hop, "location"):
        return hop.other not in {None, hop.recipient}
    if thread.carried is None:
        return False
    source, target, since = thread.carried
    return hop.recipient == target != source and 0 <= hop.time - since <= REDIRECT_WINDOW


def _is_cross_site(thread: Thread, hop: Hop) -> bool:
    return not hop.is_first_party and len(thread.sites.get(hop.recipient, ())) > 1


def _is_foreign(thread: Thread, other: str, hop: Hop) -> bool:
    """Return whether another site that knows the value is neither the hop's recipient nor of the same owner."""
    owner = thread.knows.get(other, (None, 0.0))[0]
    return other != hop.recipient and (owner is None or owner != hop.owner)


LINKS: Final[tuple[tuple[Link, Callable[[Thread, Hop], bool]], ...]] = (
    (Link.SYNC, _is_synced),
    (Link.COPY, _is_copied),
    (Link.REFERRER, _is_referred),
    (Link.REDIRECT, _is_carried),
    (Link.CROSS_SITE, _is_cross_site),
)
