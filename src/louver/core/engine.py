"""Knows the whole path of an exchange: facts, classification, decision, edits. One verdict, whoever asks."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

import msgspec
from msgspec import Struct

from louver.core.classify import Classifier, Recipient, effective_party, with_host
from louver.core.decision import Action, Add, Decision, Fate, Outcome, Replace, Treated, Treatment
from louver.core.edits import apply_to_request, apply_to_response, edit_body
from louver.core.facts import Page, Party, ResourceType
from louver.core.filters import PASS as NOTHING_LISTED
from louver.core.landings import longest_life
from louver.core.list_edits import request_edits, response_edits, signals_of_rule
from louver.core.partition import give
from louver.core.policy import NO_ROW, Choice, Policy, Subject
from louver.core.pseudonym import Scope, epoch_of
from louver.core.signals import detect
from louver.core.signals.addresses import relayed
from louver.core.signals.bodies import concerns_others, in_body, wants_body
from louver.core.signals.bounces import is_kept
from louver.core.signals.context import Context
from louver.core.signals.signal import Kind, Where
from louver.core.sites import host_of
from louver.core.treat import WEEK, treat, withheld

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from louver.core.decision import Edit
    from louver.core.facts import Headers, Request, Response
    from louver.core.filters import Filters, Verdict
    from louver.core.never_break import NeverBreak
    from louver.core.recall import Recall
    from louver.core.redirectors import Redirectors
    from louver.core.signals.own_data import OwnData
    from louver.core.signals.payloads import Payloads
    from louver.core.signals.purpose import Purposes
    from louver.core.signals.signal import Signal
    from louver.core.sites import Sites
    from louver.core.stand_ins import StandIns
    from louver.core.tables import Tables
    from louver.core.ways import Ways

CLEAN_ADDRESS: Final = "the address carried identifiers"
_PATH: Final = re.compile(r"[^:/?#]*://[^/?#]*([^?#]*)")
GPC: Final = Add("Sec-GPC", "1")
LOWER_GPC: Final = Add("sec-gpc", "1")
COUNTING_LINK: Final = "the address only counts the click and leads on"
HOPS: Final = 3
"""Stops on the way that are left out at once; the next would be left out when the browser gets there."""


@dataclass(frozen=True, slots=True)
class Knowledge:
    """What the engine knows of the world: sites, owners, what must never break, filter rules, payload fields."""

    sites: Sites
    tables: Tables
    guard: NeverBreak
    filters: Filters
    payloads: Payloads
    purposes: Purposes
    own: OwnData
    redirectors: Redirectors
    stand_ins: StandIns


class _Exchange(Struct, frozen=True):
    """What was found out about a request before policy is asked."""

    request: Request
    recipient: Recipient
    verdict: Verdict
    context: Context
    subject: Subject
    policy: Policy
    site: str

    @property
    def lists_apply(self) -> bool:
        """Tell whether lists may change what passes, beyond blocking it."""
        return self.policy.flags.filters and not self.subject.protected and self.verdict is not NOTHING_LISTED


class Engine:
    """Decides over exchanges by one policy. `key` makes stand-ins; `now` (Unix seconds) need be right to the week only.

    `recall` is what was seen before, `ways` what browsers did a moment ago and the cookies that are kept apart; without
    them every exchange is judged by itself. The engine reads both and changes neither.
    """

    recall: Recall | None = None
    ways: Ways | None = None

    def __init__(self, knowledge: Knowledge, policy: Policy, key: bytes, now: float) -> None:
        self.knowledge, self.policy, self.key, self.now = knowledge, policy, key, now
        self.epoch = epoch_of(now)
        self.classifier = Classifier(knowledge.sites, knowledge.tables)

    def request(self, request: Request) -> Outcome:
        """Decide over a request; the outcome holds it as it came and as it leaves."""
        return self._request(request, HOPS)

    def _request(self, request: Request, hops: int) -> Outcome:
        exchange = self._look(request)
        choice = exchange.policy.request_choice(exchange.subject)
        treated, edits = self._treat_request(exchange)
        stopped = self._stopped_by(choice, treated)
        if stopped is not None:
            return self._blocked(exchange, stopped, treated, edits)
        treated, kept_apart = self._from_jar(exchange, treated)
        sent = apply_to_request(request, (*edits, *kept_apart, *_gpc(exchange, treated)))
        decision = self._passed(exchange, sent, choice, treated, hops)
        if decision.reason == COUNTING_LINK:  # who only counts the click is never asked, so nothing is told there
            treated = withheld(treated)
        return self._outcome(exchange, decision, treated, sent)

    def wants_body(self, outcome: Outcome) -> bool:
        """Tell whether a request that passes should be decided over again with its body, if that can be had."""
        if outcome.decision.action is not Action.PASS or outcome.request.body is not None:
            return False
        notes = outcome.notes
        return isinstance(notes, _Exchange) and wants_body(notes.context)

    def message(self, outcome: Outcome, text: str) -> tuple[Sequence[Treated], str]:
        """Decide over one WebSocket message that the browser sends: what it tells, and the text as it leaves."""
        notes = outcome.notes
        if not isinstance(notes, _Exchange) or not concerns_others(notes.context):
            return (), text
        request = replace(outcome.request, body=text, headers=())
        context = msgspec.structs.replace(notes.context, request=request)
        treated, edits = self._treat(notes, in_body(context), ())
        return treated, edit_body(request, edits) or "" if edits else text

    def response(self, outcome: Outcome, response: Response) -> Outcome:
        """Go on with an exchange when the head of its response has come."""
        notes = outcome.notes
        exchange = notes if isinstance(notes, _Exchange) else self._look(outcome.request)
        signals = detect.in_response(exchange.context, response)
        treated, edits = self._treat(exchange, signals, response.headers)
        if exchange.lists_apply:
            edits += response_edits(exchange.verdict, response.headers)
        received = apply_to_response(response, edits)
        return outcome.answered(treated, response, received)

    def _look(self, request: Request) -> _Exchange:
        host, page = host_of(request.url), request.asker
        page_host = host_of(page.url) if page else None
        recipient = self.classifier.recipient(host, page_host)
        verdict = self._verdict(request, request.url, recipient.site)
        if request.cnames:
            recipient, verdict = self._look_behind(request, recipient, verdict, page_host)
        path = _path(request.url)
        context = self._context(request, recipient, path)
        subject = self._subject(context, recipient, verdict, path)
        policy, site = self._policy_and_site(request, recipient)
        return _Exchange(request, recipient, verdict, context, subject, policy, site)

    def _policy_and_site(self, request: Request, recipient: Recipient) -> tuple[Policy, str]:
        """Return the policy in force and the site that the exchange is written down for.

        An override for the site that a person goes to comes before one for the site that they come from.
        """
        asker = request.asker.site if request.asker else recipient.site
        if request.type is not ResourceType.DOCUMENT:
            return self.policy.for_site(asker), asker
        own = self.policy.sites.get(recipient.site)
        return own or self.policy.for_site(asker), recipient.site

    def _verdict(self, request: Request, url: str, site: str) -> Verdict:
        page = request.asker
        return self.knowledge.filters.verdict(
            url,
            page_url=page.url if page else None,
            page_site=page.site if page else "",
            site=site,
            type=request.type,
            method=request.method,
        )

    def _look_behind(
        self, request: Request, recipient: Recipient, verdict: Verdict, page_host: str | None
    ) -> tuple[Recipient, Verdict]:
        """Ask tables and lists about each host that a first-party name stands for; an exception for the name holds."""
        page, known = request.asker, self.knowledge
        if page is None or recipient.parties.by_site is not Party.FIRST:
            return recipient, verdict
        asked = (request.url, page.url, page.site, recipient.site, request.type)
        if known.filters.keeps_name(*asked):
            return recipient, verdict
        cloaked = self.classifier.recipient(recipient.host, page_host, request.cnames)
        if verdict.block:
            return cloaked, verdict
        for name in () if verdict.exception else request.cnames:
            behind = self._verdict(request, with_host(request.url, name), known.sites.site(name))
            rule = behind.rule
            if self.classifier.is_about(rule, name, page_host):
                cloaked = self.classifier.listed_behind_a_name(cloaked, name)
                passed, redirect = behind.exception, behind.redirect
                verdict = replace(verdict, block=behind.block, rule=rule, exception=passed, redirect=redirect)
                break
        if cloaked == recipient:
            return recipient, verdict
        exception = verdict.exception or known.filters.exception(*asked)
        return cloaked, verdict if exception is None else replace(verdict, block=False, exception=exception)

    def _context(self, request: Request, recipient: Recipient, path: str) -> Context:
        known = self.knowledge
        party = effective_party(recipient, request.type)
        return Context(
            request,
            recipient.host,
            recipient.site,
            recipient.owner,
            recipient.tracker,
            party,
            known.tables,
            known.guard,
            known.sites,
            self.classifier.is_same_side,
            known.payloads,
            known.payloads.collector(recipient.host, path),
            relayed(known.payloads, request) if party is Party.FIRST else None,
            known.purposes,
            known.own,
            self.recall,
            self.now,
            known.redirectors,
        )

    def _subject(self, context: Context, recipient: Recipient, verdict: Verdict, path: str) -> Subject:
        tracker = recipient.tracker
        # A tracker that only tracks gets no shelter from a path that looks like a sign-in.
        only_tracks = tracker is not None and not tracker.mixed
        reason = None if only_tracks else self.knowledge.guard.recipient(recipient.host, path)
        return Subject(
            party=context.party,
            category=tracker.category if tracker else "analytics" if context.relayed else None,
            owner=recipient.owner,
            recipient=recipient.host,
            type=context.request.type,
            mixed=tracker.mixed if tracker else context.relayed is not None,
            listed=verdict.block,
            excepted=verdict.exception is not None,
            protected=reason is not None,
        )

    def _treat_request(self, exchange: _Exchange) -> tuple[list[Treated], list[Edit]]:
        signals = detect.in_request(exchange.context)
        treated, edits = self._treat(exchange, signals, exchange.request.headers)
        if exchange.lists_apply:
            edits += request_edits(exchange.verdict, exchange.request.headers)
            ruled, more = self._treat_by_rule(exchange, signals)
            treated, edits = treated + ruled, edits + more
        return treated, edits

    def _treat(
        self, exchange: _Exchange, signals: Iterable[Signal], headers: Headers
    ) -> tuple[list[Treated], list[Edit]]:
        treated: list[Treated] = []
        edits: list[Edit] = []
        scope = self._scope(exchange)
        for signal in signals:
            choice = _choice(exchange, signal)
            longest = self._longest_life(exchange) if choice.treatment is Treatment.EXPIRE else WEEK
            edit, fate = treat(signal, choice.treatment, scope, headers, longest)
            treated.append(Treated(signal, choice.treatment, fate, choice.row))
            if edit is not None:
                edits.append(edit)
        return treated, edits

    def _treat_by_rule(self, exchange: _Exchange, found: Sequence[Signal]) -> tuple[list[Treated], list[Edit]]:
        """Strip what a list's `removeparam` takes, unless a row of the policy speaks of it."""
        treated: list[Treated] = []
        edits: list[Edit] = []
        for signal in signals_of_rule(exchange.context, exchange.verdict, found):
            choice = exchange.policy.signal_choice(exchange.subject, signal)
            if choice is NO_ROW:
                choice = Choice(Treatment.STRIP, "a list removes this parameter")
            edit, fate = treat(signal, choice.treatment, self._scope(exchange), ())
            treated.append(Treated(signal, choice.treatment, fate, choice.row))
            if edit is not None:
                edits.append(edit)
        return treated, edits

    def _longest_life(self, exchange: _Exchange) -> int:
        return longest_life(exchange.context, self.ways.landings if self.ways is not None else None)

    def _from_jar(self, exchange: _Exchange, treated: list[Treated]) -> tuple[list[Treated], list[Edit]]:
        if self.ways is None:
            return treated, []
        request = exchange.request
        cookies = self.ways.jar.cookies(request, exchange.site, exchange.recipient.site)
        return give(cookies, request.headers, treated, lambda signal: _choice(exchange, signal))

    def _scope(self, exchange: _Exchange) -> Scope:
        return Scope(self.key, self.epoch, exchange.site, exchange.recipient.owner or exchange.recipient.site)

    def _stopped_by(self, choice: Choice, treated: Sequence[Treated]) -> str | None:
        """Return the row that stops the request as a whole, or None."""
        if choice.treatment is Treatment.BLOCK:
            return choice.row
        return next((each.row for each in treated if each.treatment is Treatment.BLOCK), None)

    def _blocked(self, exchange: _Exchange, row: str, treated: Sequence[Treated], edits: Sequence[Edit]) -> Outcome:
        """Stop a request. `sent` still shows what is left of it: whoever lets it out all the same tells nothing."""
        surrogate = self._surrogate(exchange)
        action = Action.SURROGATE if surrogate else Action.BLOCK
        decision = Decision(action, surrogate, row, exchange.policy.name)
        return self._outcome(exchange, decision, withheld(treated), apply_to_request(exchange.request, edits))

    def _surrogate(self, exchange: _Exchange) -> str | None:
        """Return the name of what answers in a blocked request's place: what a list says, else a known stand-in."""
        if exchange.subject.listed and exchange.verdict.redirect:
            return exchange.verdict.redirect
        request = exchange.request
        if request.type is not ResourceType.SCRIPT:
            return None
        return self.knowledge.stand_ins.stand_in(exchange.recipient.host, _path(request.url))

    def _passed(
        self, exchange: _Exchange, sent: Request, choice: Choice, treated: Sequence[Treated], hops: int
    ) -> Decision:
        name, request = exchange.policy.name, exchange.request
        navigates = request.type is ResourceType.DOCUMENT and request.method in ("GET", "HEAD")
        if not navigates or not exchange.policy.flags.clean_navigation:
            return Decision(Action.PASS, None, choice.row, name)
        target = _leads_to(exchange, treated)
        if target is not None and (location := self._end_of_way(request, target, hops)) != request.url:
            return Decision(Action.REDIRECT, location, COUNTING_LINK, name)
        if sent.url != request.url:
            return Decision(Action.REDIRECT, sent.url, CLEAN_ADDRESS, name)
        return Decision(Action.PASS, None, choice.row, name)

    def _end_of_way(self, request: Request, target: str, hops: int) -> str:
        """Return where a link leads in the end: past further stops, and cleaned."""
        if hops <= 1 or not host_of(target):
            return target
        page = Page(0, target, self.knowledge.sites.site(host_of(target)), "ahead", 0.0)
        ahead = replace(request, url=target, headers=(), page=page, cnames=())
        decision = self._request(ahead, hops - 1).decision
        return (decision.location if decision.action is Action.REDIRECT else None) or target

    def _outcome(self, exchange: _Exchange, decision: Decision, treated: Sequence[Treated], sent: Request) -> Outcome:
        recipient, verdict = exchange.recipient, exchange.verdict
        return Outcome(
            request=exchange.request,
            site=exchange.site,
            recipient=recipient.host,
            recipient_site=recipient.site,
            parties=recipient.parties,
            tracker=recipient.tracker,
            owner=recipient.owner,
            rule=verdict.rule,
            exception=verdict.exception,
            decision=decision,
            treated=tuple(treated),
            sent=sent,
            notes=exchange,
        )


def _choice(exchange: _Exchange, signal: Signal) -> Choice:
    """Ask the policy about a signal. A stop can be left out only where navigations may be redirected at all."""
    choice = exchange.policy.signal_choice(exchange.subject, signal)
    if signal.kind is Kind.BOUNCE and not exchange.policy.flags.clean_navigation:
        return Choice(Treatment.ALLOW, choice.row)
    return choice


def _leads_to(exchange: _Exchange, treated: Sequence[Treated]) -> str | None:
    """Return the target of a link that only counts the click, as a list or our own table says."""
    listed = exchange.verdict.skip_to if exchange.lists_apply else None
    if listed is not None and not is_kept(exchange.context, listed):
        return listed
    stops = (each.signal.value for each in treated if each.signal.kind is Kind.BOUNCE and each.outcome is Fate.BLOCKED)
    return next(stops, None)


def _path(url: str) -> str:
    """Return the path of an absolute URL, cheaply."""
    found = _PATH.match(url)
    return (found and found[1]) or "/"


def _gpc(exchange: _Exchange, treated: Sequence[Treated]) -> Iterable[Edit]:
    """Add the opt-out signal where the policy wants it and the browser did not send it (W3C Global Privacy Control)."""
    if not exchange.policy.flags.gpc:
        return ()
    said = [each.signal for each in treated if each.signal.name == "sec-gpc"]
    if said:  # the one valid value is 1; any other says nothing, and may be replaced
        return [Replace(Where.HEADER, signal.place, "1") for signal in said if signal.value.strip() != "1"]
    headers = exchange.request.headers
    # HTTP/2 knows lower case only; who writes the first name so writes all of them so.
    return (LOWER_GPC,) if headers and headers[0][0].islower() else (GPC,)
