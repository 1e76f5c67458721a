"""Knows the shape of an answer: what was found in an exchange, what is done about it, and how it then leaves."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING

from msgspec import Struct

if TYPE_CHECKING:
    from collections.abc import Sequence

    from louver.core.facts import Parties, Request, Response
    from louver.core.signals.consent import ConsentState
    from louver.core.signals.signal import Place, Signal, Where


class Treatment(StrEnum):
    """What policy wants for a signal, or for a whole request (`allow` and `block`)."""

    ALLOW = "allow"
    STRIP = "strip"
    COARSEN = "coarsen"
    PSEUDONYMIZE = "pseudonymize"
    PARTITION = "partition"
    EXPIRE = "expire"
    BLOCK = "block"


class Fate(StrEnum):
    """What happened to a signal; the word in the interface and the ledger is `outcome`."""

    SHARED = "shared"
    BLOCKED = "blocked"
    REWRITTEN = "rewritten"


class Action(StrEnum):
    """What happens to a request as a whole."""

    PASS = "pass"  # noqa: S105  (a verb, not a password)
    BLOCK = "block"
    REDIRECT = "redirect"
    SURROGATE = "surrogate"


@dataclass(frozen=True, slots=True)
class RuleRef:
    """A filter rule that decided, where it was written, and which version of its list that was."""

    text: str
    list: str
    line: int
    version: str = ""


@dataclass(frozen=True, slots=True)
class Tracker:
    """A recipient known to track. `mixed` says that it also does something a page needs."""

    domain: str
    owner: str
    category: str
    mixed: bool = False


class Drop(Struct, frozen=True, gc=False):
    """Take a signal out, with the separator that belonged to it."""

    where: Where
    place: Place


class Replace(Struct, frozen=True, gc=False):
    """Put other text in a signal's place. The text is already encoded as its place demands."""

    where: Where
    place: Place
    text: str


class Add(Struct, frozen=True, gc=False):
    """Add a header line at the end."""

    name: str
    text: str


class AddCookies(Struct, frozen=True, gc=False):
    """Put cookies behind those of the last `Cookie` line, or into a line of their own."""

    text: str


type Edit = Drop | Replace | Add | AddCookies


class Treated(Struct, frozen=True, gc=False):
    """One signal with what policy wanted, what came of it, and the policy row that said so.

    `thread` is the digest of the identifier that its value is a form of, `links` what meeting it there shows (`sync`,
    `copy`, `referrer`, `redirect`, `cross-site`); both are empty until memory was asked.
    """

    signal: Signal
    treatment: Treatment
    outcome: Fate
    row: str
    thread: str = ""
    links: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Decision:
    """What happens to a request and why. `location` is a redirect's target or a surrogate's name."""

    action: Action
    location: str | None
    reason: str
    policy: str


@dataclass(frozen=True, slots=True)
class Outcome:
    """Everything known about one exchange after the engine has spoken; the one value that everybody reads.

    `request` is as it came and `sent` as it leaves (the same object where nothing changed). `response` is as the
    server gave it and `received` as it reaches the browser; both are None until the response has come.
    """

    request: Request
    site: str
    recipient: str
    recipient_site: str
    parties: Parties
    tracker: Tracker | None
    owner: str | None
    rule: RuleRef | None
    exception: RuleRef | None
    decision: Decision
    treated: Sequence[Treated]
    sent: Request
    response: Response | None = None
    received: Response | None = None
    consent: ConsentState | None = None
    """What the person had agreed to or refused on the site, as far as it was seen; None until memory was asked."""
    notes: object = field(default=None, repr=False, compare=False)
    """The engine's own: what it found out about the request, so that it need not ask again for the response."""

    def recalled(self, treated: Sequence[Treated], consent: ConsentState | None) -> Outcome:
        """Return the outcome with what memory knows of its signals and of the person's choices."""
        return self._with(treated, self.response, self.received, consent)

    def answered(self, treated: Sequence[Treated], response: Response, received: Response) -> Outcome:
        """Return the outcome after the response."""
        return self._with((*self.treated, *treated), response, received, self.consent)

    def _with(
        self,
        treated: Sequence[Treated],
        response: Response | None,
        received: Response | None,
        consent: ConsentState | None,
    ) -> Outcome:
        # Spelled out, since `replace` takes three times as long.
        return Outcome(
            self.request,
            self.site,
            self.recipient,
            self.recipient_site,
            self.parties,
            self.tracker,
            self.owner,
            self.rule,
            self.exception,
            self.decision,
            treated,
            self.sent,
            response,
            received,
            consent,
            self.notes,
        )
