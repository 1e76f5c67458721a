"""Knows how recorded exchanges become a visit: through the engine, with a memory that begins empty."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Final

from louver.audit.visit import Exchange, Modes, Said, Sighting, Visit
from louver.core.decision import Action
from louver.core.digests import KEY_SIZE, keyed
from louver.core.edits import split_url
from louver.core.engine import Engine
from louver.core.facts import Party, ResourceType, header
from louver.core.recall import Recall
from louver.core.signals.addresses import fields, relayed
from louver.core.signals.choices import ASPECTS, Choice
from louver.core.signals.consent import ConsentState, read_consent
from louver.core.signals.decode import decode
from louver.ledger.record import overall_party

if TYPE_CHECKING:
    from collections import Counter
    from collections.abc import Sequence

    from louver.core.decision import Outcome, Treated
    from louver.core.engine import Knowledge
    from louver.core.facts import Request
    from louver.core.policy import Policy
    from louver.core.signals.choices import Consent
    from louver.har import Recorded

KEY: Final = bytes(KEY_SIZE)
"""Digests live for one audit, in memory, and only their order of appearance is told, so the key need not be secret."""
UNDATED: Final = 1_700_000_000.0
"""The moment that a recording without times is taken to be from."""
NOT_CONSENT: Final = ("gpc", "dnt", "us-privacy", "gpp-us", "google-npa", "meta-limited-data-use")
"""What a browser says of its own accord, and opt-outs, whose absence is no consent."""
NOTHING_HEARD: Final[tuple[frozenset[str], frozenset[str]]] = (frozenset(), frozenset())


class Labels:
    """Gives every value a label, in the order in which values are met."""

    def __init__(self) -> None:
        self._known: dict[str, str] = {}

    def label(self, digest: str) -> str:
        """Return the label of a value by its digest; the empty digest has none."""
        return self._known.setdefault(digest, f"value {len(self._known) + 1}") if digest else ""


def moment(text: str) -> float | None:
    """Return a time that a recording gives, in Unix seconds; None for what is none."""
    try:
        return datetime.fromisoformat(text).timestamp()
    except (ValueError, OverflowError):
        return None


def observe(
    recorded: Sequence[Recorded],
    knowledge: Knowledge,
    policy: Policy,
    *,
    source: str,
    form: str,
    modes: Modes,
    skipped: Counter[str],
) -> Visit:
    """Put recorded exchanges through the engine in the order of time and return the visit."""
    timed = [(moment(each.started), each) for each in recorded]
    known = [at for at, _ in timed if at is not None]
    start = min(known, default=UNDATED)
    timed.sort(key=lambda pair: start if pair[0] is None else pair[0])
    observer = _Observer(knowledge, policy, start)
    exchanges = tuple(observer.exchange(each, at) for at, each in timed)
    gpc = modes.gpc if modes.gpc is not None else any(each.sent_header("sec-gpc") == "1" for each in exchanges) or None
    started = next((each.started for at, each in timed if at == start), "")
    return Visit(source, form, started, exchanges, Modes(modes.consent, gpc), skipped)


class _Observer:
    """One run of a recording through the engine."""

    def __init__(self, knowledge: Knowledge, policy: Policy, start: float) -> None:
        self.digest = keyed(KEY)
        self.engine = Engine(knowledge, policy, KEY, start)
        self.recall = Recall(self.digest, knowledge.sites.site)
        self.engine.recall = self.recall
        self.start, self.labels, self.count = start, Labels(), 0
        self.heard: dict[str, tuple[frozenset[str], frozenset[str]]] = {}

    def exchange(self, recorded: Recorded, at: float | None) -> Exchange:
        self.count += 1
        request, response = recorded.request, recorded.response
        outcome = self.engine.request(request)
        if response is not None and outcome.decision.action is Action.PASS:
            outcome = self.engine.response(outcome, response)
        outcome = self.recall.note(outcome, self.start if at is None else at)
        words = _own_words(request)
        own = [one for one in words if not one.mechanism.startswith(NOT_CONSENT)]
        if own:
            self.heard[outcome.site] = _aspects(own)
        agreed, refused = self.heard.get(outcome.site, NOTHING_HEARD)
        party = _party(outcome)
        page = request.page
        relay = relayed(self.engine.knowledge.payloads, request) if party is Party.FIRST else None
        return Exchange(
            number=self.count,
            at=None if at is None else round(at - self.start, 3),
            page=page.id if page else 0,
            site=outcome.site,
            page_url=page.url if page else "",
            method=request.method,
            url=request.url,
            type=request.type,
            host=outcome.recipient,
            recipient=outcome.recipient_site,
            owner=outcome.owner,
            category=outcome.tracker.category if outcome.tracker else None,
            tracker=outcome.tracker is not None,
            party=party,
            cloaked=outcome.parties.by_site is Party.FIRST and outcome.parties.by_cname is Party.THIRD,
            status=response.status if response else None,
            signals=tuple(self._sighting(each, party) for each in outcome.treated),
            said=tuple(_said(each) for each in words),
            agreed=agreed,
            refused=refused,
            opted_out=any(one.mechanism == "gpc" for one in words),
            rule=outcome.rule.text if outcome.rule and not outcome.exception else "",
            relay=relay.name if relay else "",
            request=request,
            response=response,
            content=recorded.content,
        )

    def _sighting(self, treated: Treated, party: Party) -> Sighting:
        signal = treated.signal
        return Sighting(
            signal.kind,
            signal.where,
            signal.name,
            signal.grade,
            signal.party or party,
            signal.purpose,
            signal.owner,
            signal.lifetime,
            self.labels.label(self.digest(signal.value)),
            self.labels.label(treated.thread),
            treated.links,
        )


def _party(outcome: Outcome) -> Party:
    if outcome.request.type is ResourceType.DOCUMENT:
        return Party.FIRST  # the person goes there
    return overall_party(outcome.parties)


def _own_words(request: Request) -> Sequence[Consent]:
    """Return what this very exchange says about consent: in its address, its body, its cookies and its headers."""
    pairs = [(entry.name, entry.value) for entry in fields(split_url(request.url)[1] or "")]
    if request.body:
        leaves = decode(request.body, header(request.headers, "content-type")).leaves
        pairs += [(leaf.name, leaf.value) for leaf in leaves]
    lines = (value for name, value in request.headers if name.lower() == "cookie")
    cookies = [text.strip().partition("=")[::2] for line in lines for text in line.split(";")]
    return read_consent(pairs, request.headers, cookies).consents


def _said(consent: Consent) -> Said:
    by = {
        wanted: frozenset(purpose for purpose, choice in consent.choices.items() if choice is wanted)
        for wanted in (Choice.DENIED, Choice.GRANTED)
    }
    return Said(consent.mechanism, by[Choice.DENIED], by[Choice.GRANTED], consent.words)


def _aspects(consents: Sequence[Consent]) -> tuple[frozenset[str], frozenset[str]]:
    """Return what is said to be agreed to and refused."""
    state = ConsentState(tuple(consents))
    said = {aspect: state.choice(aspect) for aspect in ASPECTS}
    by = {wanted: frozenset(name for name, choice in said.items() if choice is wanted) for wanted in Choice}
    return by[Choice.GRANTED], by[Choice.DENIED]
