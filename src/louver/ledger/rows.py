"""Knows what a reader gets from the ledger: plain values with the names that `--json` prints them under."""

from __future__ import annotations

import msgspec


class Coverage(msgspec.Struct, frozen=True):
    """How much of the traffic was fully inspected; what was not is counted by its reason.

    `share` is the part of all exchanges and passed-through connections that was fully inspected, from 0 to 1, or None
    if there were none.
    """

    share: float | None
    inspected: int
    streamed: int
    websocket: int
    failed: int
    passthroughs: int
    passthrough_bytes: int


class Site(msgspec.Struct, frozen=True):
    """A site's totals. Times are Unix seconds.

    `third_parties` counts other organisations, `third_parties_told` those that got any signal, and
    `third_parties_identifying` those that got one which singles a person out; `identifying` counts such signals.
    `refused` counts exchanges that never reached their recipient; `shared`, `blocked` and `rewritten` count signals,
    of which those with `third_` concern third parties.
    """

    site: str
    policy: str
    pages: int
    exchanges: int
    refused: int
    recipients: int
    third_parties: int
    third_parties_told: int
    third_parties_identifying: int
    shared: int
    identifying: int
    blocked: int
    rewritten: int
    third_shared: int
    third_blocked: int
    third_rewritten: int
    first_at: float
    last_at: float
    coverage: Coverage


class SignalCount(msgspec.Struct, frozen=True):
    """How often a kind of signal met an outcome at one recipient, and under which names it was seen."""

    kind: str
    outcome: str
    count: int
    first_at: float
    last_at: float
    names: list[str]


class SignalName(msgspec.Struct, frozen=True):
    """One name at one recipient with one outcome. `lifetime`: the longest that was set for it, in seconds."""

    host: str
    kind: str
    outcome: str
    place: str
    name: str
    treatment: str
    purpose: str | None
    owner: str | None
    lifetime: float | None
    count: int
    first_at: float
    last_at: float


class Recipient(msgspec.Struct, frozen=True):
    """What one recipient got, and did not get, from one site. `identifying` is part of `shared`."""

    host: str
    owner: str | None
    category: str | None
    party: str
    exchanges: int
    refused: int
    shared: int
    identifying: int
    blocked: int
    rewritten: int
    first_at: float
    last_at: float
    signals: list[SignalCount]


class SiteDetail(msgspec.Struct, frozen=True):
    """A site with its recipients, those that got most first."""

    totals: Site
    recipients: list[Recipient]
    faults: int


class LoggedSignal(msgspec.Struct, frozen=True):
    """One signal of one exchange. `digest` is the same for the same value, `lifetime` a set cookie's in seconds."""

    kind: str
    where: str
    name: str
    grade: str
    treatment: str
    outcome: str
    policy_row: str | None
    digest: str
    purpose: str | None
    owner: str | None
    lifetime: float | None
    thread: str = ""
    links: str = ""
    party: str = ""


class Rule(msgspec.Struct, frozen=True):
    """A filter rule and where it stands."""

    text: str
    list: str
    line: int
    version: str = ""


class Logged(msgspec.Struct, frozen=True):
    """One exchange. The URL has no query, and identifiers in its path are masked.

    What rows of a policy ask about it is `policy_party`, `mixed`, `listed`, `excepted` and `protected`, beside owner,
    category, type and host: another policy can be asked the same (`core.policy.Subject`).
    """

    id: int
    at: float
    time: str
    site: str
    page: int | None
    confidence: float | None
    action: str
    location: str | None
    method: str
    url: str
    host: str
    type: str
    party: str
    status: int | None
    owner: str | None
    category: str | None
    policy: str
    reason: str
    rule: Rule | None
    changed: bool
    coverage: str
    sent_bytes: int
    received_bytes: int
    consent: str
    opted_out: str
    signals: list[LoggedSignal]
    tracker: str | None = None
    policy_party: str = "unknown"
    mixed: bool = False
    listed: bool = False
    excepted: bool = False
    protected: bool = False
    duration: float | None = None
    run: int = 0
    ruleset: int | None = None
    exception: int | None = None
    attribution: str | None = None
    recipient_site: str = ""
