"""Knows sites that a person was only led through and that kept state on the way: bounce trackers, by timing alone.

Source: Navigational-Tracking Mitigations (W3C Privacy CG draft), in the form that shows at a proxy. An extended
navigation is a chain of server redirects, and of navigations without a click that follow within ten seconds. A site
that is neither its first nor its last and that read or wrote a cookie is a candidate. Who clicked a link or sent a form
on a site within 45 days uses it. An hour later what remains is due. No address and no value is kept, only sites.
"""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, NamedTuple
from urllib.parse import urljoin

from louver.core.decision import Action
from louver.core.facts import ResourceType, header

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from louver.core.decision import Outcome
    from louver.core.digests import Digest
    from louver.core.facts import Headers, Request

CLIENT_REDIRECT: Final = 10.0
"""Seconds within which a navigation without a click goes on with the one before."""
GRACE: Final = 3_600.0
"""Seconds in which a person may still turn to a site that they were led through."""
USED: Final = 45 * 86_400.0
"""Seconds for which having used a site exempts it."""
EACH: Final = 60.0
"""Seconds between two looks at what is due."""
CHAINS: Final = 64
SITES: Final = 8_192
LONGEST_CHAIN: Final = 64


class Visitor(NamedTuple):
    """A site, and the browser that visited it."""

    client: str
    site: str


type Row = tuple[str, float]
"""What `rows` gives: the digest of a site that was used, with its browser, and when (Unix seconds)."""


@dataclass(slots=True)
class _Chain:
    """One extended navigation: where it began, the sites on its way, and the address that comes next."""

    client: str
    first: str
    at: float
    last: str = ""
    ahead: str = ""
    kept_state: set[str] = field(default_factory=set)


class _Step(NamedTuple):
    """One navigation with its answer."""

    request: Request
    site: str
    source: str
    ahead: str
    keeps_state: bool
    clicked: bool


class Bounces:
    """Feed it every exchange when the head of its answer has come; times are Unix seconds.

    Which sites were used must outlast a restart, so that is kept as digests. What was passed through is not.
    """

    def __init__(self, digest: Digest = str) -> None:
        self._digest = digest
        self._chains: list[_Chain] = []
        self._passed: OrderedDict[Visitor, float] = OrderedDict()
        self._used: OrderedDict[str, float] = OrderedDict()
        self._looked = 0.0

    def note(self, outcome: Outcome, now: float) -> None:
        """Take note of a navigation; other exchanges say nothing."""
        if outcome.request.type is not ResourceType.DOCUMENT:
            return
        step, client = _step(outcome), browser_of(outcome.request)
        self._close(now)
        chain = self._followed(client, step) or self._moved_on(client, step)
        if chain is None:
            self._leave(client, step, now)
            chain = _Chain(client, step.source or step.site, now)
            self._chains.append(chain)
        chain.at, chain.last, chain.ahead = now, step.site, step.ahead
        if step.keeps_state and len(chain.kept_state) < LONGEST_CHAIN:
            chain.kept_state.add(step.site)

    def due(self, now: float) -> list[Visitor]:
        """Return the sites whose grace is over and that nobody used; each is told once."""
        if 0 <= now - self._looked < EACH:
            return []
        self._looked = now
        self._close(now)
        over = [visitor for visitor, at in self._passed.items() if now - at >= GRACE]
        for visitor in over:
            del self._passed[visitor]
        return [visitor for visitor in over if not self.is_used(visitor, now)]

    def is_used(self, visitor: Visitor, now: float) -> bool:
        """Tell whether the person clicked or sent a form on a site within 45 days."""
        at = self._used.get(self._digest("\0".join(visitor)))
        return at is not None and now - at < USED

    def rows(self) -> Iterator[Row]:
        """Give what must outlast a restart, the oldest first."""
        yield from self._used.items()

    def restore(self, rows: Iterable[Row]) -> None:
        """Take what `rows` gave."""
        for used, at in rows:
            _put(self._used, used, at)

    def _followed(self, client: str, step: _Step) -> _Chain | None:
        """Find the chain whose redirect this navigation follows."""
        chains = reversed(self._chains)
        return next((one for one in chains if one.client == client and one.ahead == step.request.url), None)

    def _moved_on(self, client: str, step: _Step) -> _Chain | None:
        """Find the chain that goes on by itself: its page sends the browser elsewhere, and nobody clicked."""
        if step.clicked or not step.source:
            return None
        chains = reversed(self._chains)
        return next((one for one in chains if one.client == client and one.last == step.source), None)

    def _leave(self, client: str, step: _Step, now: float) -> None:
        """Take note that a person left a page by a click or a form, which ends the chain that led there."""
        if not step.source or not (step.clicked or (step.request.method == "POST" and step.source == step.site)):
            return
        _put(self._used, self._digest("\0".join(Visitor(client, step.source))), now)
        for chain in [one for one in self._chains if one.client == client and one.last == step.source]:
            self._end(chain)

    def _close(self, now: float) -> None:
        """End the chains that did not go on in time; too many at once end with the oldest."""
        late = [chain for chain in self._chains if now - chain.at > CLIENT_REDIRECT]
        for chain in late or self._chains[: max(0, len(self._chains) - CHAINS)]:
            self._end(chain)

    def _end(self, chain: _Chain) -> None:
        self._chains.remove(chain)
        for site in sorted(chain.kept_state - {chain.first, chain.last}):
            visitor = Visitor(chain.client, site)
            self._passed.setdefault(visitor, chain.at)
            _cut(self._passed)


def browser_of(request: Request) -> str:
    """Return what tells browsers apart: the client, and the browser's name for itself."""
    return f"{request.client} {header(request.headers, 'user-agent') or ''}"


def _step(outcome: Outcome) -> _Step:
    request, sent, received = outcome.request, outcome.sent, outcome.received
    ahead = ""
    answer: Headers = ()
    if received is not None:
        answer = received.headers
        to = header(answer, "location") if 300 <= received.status < 400 else None
        ahead = _joined(sent.url, to) if to else ""
    elif outcome.decision.action is Action.REDIRECT:
        ahead = outcome.decision.location or ""
    asks = () if outcome.decision.action is not Action.PASS else sent.headers
    return _Step(
        request,
        outcome.recipient_site,
        request.initiator.site if request.initiator is not None else "",
        ahead.partition("#")[0],
        _has(asks, "cookie") or _has(answer, "set-cookie"),
        header(request.headers, "sec-fetch-user") == "?1",
    )


def _joined(base: str, to: str) -> str:
    try:
        return urljoin(base, to)
    except ValueError:
        return ""


def _has(headers: Headers, name: str) -> bool:
    return any(key.lower() == name for key, _ in headers)


def _put[K](entries: OrderedDict[K, float], key: K, at: float) -> None:
    entries[key] = at
    entries.move_to_end(key)
    _cut(entries)


def _cut[K](entries: OrderedDict[K, float]) -> None:
    if len(entries) > SITES:
        entries.popitem(last=False)
