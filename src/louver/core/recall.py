"""Knows what must be remembered from exchange to exchange: where a value went, how long it lasts, who wrote a cookie.

It keeps keyed digests, names and times; values pass through and stay in memory for a moment only. The shell feeds it
after each decision and gives it the time; the engine asks it before the next one.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple
from urllib.parse import urljoin

from louver.core.decision import Fate, Treated
from louver.core.facts import header
from louver.core.signals.consent import ConsentState, read_consent
from louver.core.signals.ghosts import Ghosts
from louver.core.signals.history import History
from louver.core.signals.identifier import judge
from louver.core.signals.kinds import IDENTIFYING
from louver.core.signals.lineage import Hop, Lineage, Link
from louver.core.signals.signal import Grade, Kind, Where
from louver.core.sites import host_of

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from louver.core.decision import Outcome
    from louver.core.digests import Digest
    from louver.core.facts import Response
    from louver.core.signals.signal import Signal

FOLLOWED: Final = frozenset({Kind.FIRST_PARTY_COOKIE, Kind.REFERRER, Kind.PAGE_URL, Kind.CONTENT, Kind.COMMERCE})
FIELDS: Final = frozenset({Where.QUERY, Where.BODY})
SHORTEST: Final = 8
RECENT: Final = 8_192
"""Meetings remembered whole, so that a cookie that every request carries is followed once, not a thousand times."""

ONE_SIDED: Final = frozenset({"dnt", "gpc", "google-npa", "meta-limited-data-use", "onetrust-sale"})
"""Signals that are there or not: silence takes them back, so they count for the exchange that carries them alone."""


class Met(NamedTuple):
    """What a meeting showed: the thread that a value belongs to, and what it says about the recipients."""

    thread: str
    links: tuple[str, ...]


NOTHING: Final = Met("", ())


class Recall:
    """The memory of one installation. Give it what `rows` gave before anything is noted."""

    def __init__(self, digest: Digest, site_of: Callable[[str], str]) -> None:
        self.lineage, self.ghosts, self.history = Lineage(digest), Ghosts(), History()
        self._digest, self._site_of = digest, site_of
        self._recent: dict[tuple[str, str, str, str], Met] = {}
        self._names: dict[str, tuple[str, str]] = {}
        self._consents: dict[tuple[str, str], ConsentState] = {}
        self._copied: set[tuple[str, str]] = set()

    def is_ghost(self, host: str, name: str) -> bool:
        """Tell whether a site's own cookie was written by a script and then passed on to somebody else.

        Source: the part of CookieGraph (CCS 2023) that shows at a proxy.
        """
        return (self._site_of(host), name) in self._copied and self.ghosts.is_ghost(host, name) is True

    def seen_on(self, value: str) -> tuple[int, bool]:
        """Return on how many sites a value was met, and whether more than a day lay between meetings."""
        return self.history.known(self._digest(value))

    def note(self, outcome: Outcome, now: float) -> Outcome:
        """Note an exchange that is over; the outcome then says which threads its signals belong to."""
        if _is_own(outcome):
            self._note_sent(outcome)
        if outcome.received is not None:
            self._note_cookies(outcome.recipient, outcome.received)
            self._follow_redirect(outcome, outcome.received, now)
        treated = [self._trace(outcome, each, now) for each in outcome.treated]
        return outcome.recalled(treated, self._consent(outcome))

    def _note_sent(self, outcome: Outcome) -> None:
        names = [each.signal.name for each in outcome.treated if each.signal.where is Where.COOKIE]
        self.ghosts.sent_by_browser(outcome.recipient, names)

    def _consent(self, outcome: Outcome) -> ConsentState | None:
        """Return what this exchange says, and of all else the latest that was said on the site.

        Cookies of other sites hold what was chosen there.
        """
        signals = [each.signal for each in outcome.treated]
        fields = [(one.name, one.value) for one in signals if one.kind is Kind.CONSENT and one.where in FIELDS]
        own = _is_own(outcome)
        cookies = [(one.name, one.value) for one in signals if own and one.where is Where.COOKIE]
        said = read_consent(fields, outcome.sent.headers, cookies).consents
        key = (outcome.request.client, outcome.site)
        before = self._consents.get(key)
        spoken = {consent.mechanism for consent in said}
        earlier = [one for one in before.consents if one.mechanism not in spoken] if before is not None else []
        state = ConsentState((*earlier, *said))
        lasting = tuple(one for one in state.consents if one.mechanism not in ONE_SIDED)
        if lasting and (before is None or lasting != before.consents):
            if len(self._consents) >= RECENT:
                self._consents.clear()
            self._consents[key] = ConsentState(lasting)
        return state if state.consents else None

    def _trace(self, outcome: Outcome, treated: Treated, now: float) -> Treated:
        signal = treated.signal
        if treated.outcome is not Fate.SHARED or len(signal.value) < SHORTEST:
            return treated
        key = (outcome.site, outcome.recipient, signal.name, signal.value)
        met = self._recent.get(key)
        if met is None:
            met = self._meet(outcome, signal, now)
            if len(self._recent) >= RECENT:
                self._recent.clear()
            self._recent[key] = met
        if not met.thread:
            return treated
        return Treated(signal, treated.treatment, treated.outcome, treated.row, met.thread, met.links)

    def _meet(self, outcome: Outcome, signal: Signal, now: float) -> Met:
        hop = _hop(outcome, signal, self._site_of, now)
        if signal.kind in IDENTIFYING and signal.grade is not Grade.POSSIBLE:
            starts = True
        elif signal.kind is Kind.FIRST_PARTY_COOKIE:
            starts = judge(signal.value, lifetime=signal.lifetime, now=now).grade is not None
        elif signal.kind in FOLLOWED or signal.kind in IDENTIFYING:
            starts = False
        else:
            return NOTHING
        if signal.kind in IDENTIFYING or starts:
            digest = self._digest(signal.value)
            self.history.see(digest, recipient=outcome.recipient, name=signal.name, site=outcome.site, at=now)
        traces = (self.lineage.learn(signal.value, hop),) if starts else self.lineage.follow(signal.value, hop)
        if not traces:
            return NOTHING
        if starts and _is_own(outcome) and traces[0].is_new and traces[0].recipients > 1:
            self._met_before(traces[0].thread)
        links = {link for trace in traces for link in trace.links}
        if Link.COPY in links:
            self._note_copies(outcome.site, [trace.thread for trace in traces])
        self._note_owner(outcome, signal, traces[0].thread)
        return Met(traces[0].thread, tuple(sorted(map(str, links))))

    def _met_before(self, thread: str) -> None:
        """Look anew at who carries a value that turns out to be the site's own cookie, written a moment ago."""
        self._recent = {key: met for key, met in self._recent.items() if met.thread != thread}

    def _note_owner(self, outcome: Outcome, signal: Signal, thread: str) -> None:
        """Remember which cookie a thread is, so that a copy of its value elsewhere tells on the cookie."""
        if _is_own(outcome) and signal.where in (Where.COOKIE, Where.SET_COOKIE):
            if len(self._names) >= RECENT:
                self._names.clear()
            self._names[thread] = (outcome.recipient_site, signal.name)

    def _note_copies(self, site: str, threads: Sequence[str]) -> None:
        for thread in threads:
            cookie = self._names.get(thread)
            if cookie is not None and cookie[0] == site:
                if len(self._copied) >= RECENT:
                    self._copied.clear()
                self._copied.add(cookie)

    def _note_cookies(self, host: str, response: Response) -> None:
        for name, value in response.headers:
            if name.lower() == "set-cookie":
                pair, _, attributes = value.partition(";")
                self.ghosts.set_by_server(host, pair.partition("=")[0].strip(), _domain(attributes))

    def _follow_redirect(self, outcome: Outcome, response: Response, now: float) -> None:
        location = header(response.headers, "location") if 300 <= response.status < 400 else None
        if location is None:
            return
        target = _joined(outcome.sent.url, location)
        other = self._site_of(host_of(target))
        if other and other != outcome.recipient_site:
            hop = Hop(
                outcome.site,
                _page_id(outcome),
                outcome.recipient_site,
                outcome.owner,
                Where.HEADER,
                "location",
                now,
                other,
            )
            self.lineage.follow(target, hop)


def _is_own(outcome: Outcome) -> bool:
    """Tell whether a recipient is the page's own site. A document is its own page, wherever the person came from."""
    return outcome.recipient_site == outcome.site


def _joined(base: str, location: str) -> str:
    try:
        return urljoin(base, location)
    except ValueError:  # an address that is none, such as half of an IPv6 address
        return ""


def _hop(outcome: Outcome, signal: Signal, site_of: Callable[[str], str], now: float) -> Hop:
    other = site_of(host_of(signal.value)) if signal.kind is Kind.REFERRER else None
    page = _page_id(outcome)
    return Hop(outcome.site, page, outcome.recipient_site, outcome.owner, signal.where, signal.name, now, other)


def _page_id(outcome: Outcome) -> int:
    page = outcome.request.page
    return page.id if page is not None else 0


def _domain(attributes: str) -> str | None:
    for attribute in attributes.split(";"):
        name, _, value = attribute.strip().partition("=")
        if name.strip().lower() == "domain":
            return value.strip().lower().removeprefix(".") or None
    return None
