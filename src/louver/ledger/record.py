"""Knows what the ledger keeps of each thing that happens: one small row apiece, no identifier's value in any. Pure."""

from __future__ import annotations

import math
from enum import StrEnum
from functools import lru_cache
from hashlib import blake2b
from pathlib import PurePath
from traceback import walk_tb
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import msgspec

from louver.core.decision import Action, Fate
from louver.core.facts import Party
from louver.core.policy import Subject
from louver.core.signals.kinds import IDENTIFYING
from louver.core.signals.signal import Grade
from louver.ledger.masking import masked_host, masked_name, masked_url, scheme_and_path, storable

if TYPE_CHECKING:
    from collections.abc import Sequence

    from louver.core.decision import Outcome, RuleRef, Treated
    from louver.core.digests import Digest
    from louver.core.facts import Page, Parties
    from louver.core.signals.consent import ConsentState

LARGEST: Final = 2**63 - 1
"""The largest whole number that SQLite holds."""

REASON_LIMIT: Final = 500
"""Characters of a reason, rule or detail that are kept."""

IDENTIFIERS: Final = frozenset(kind.value for kind in IDENTIFYING)
SHARED: Final = Fate.SHARED.value
BLOCKED: Final = Fate.BLOCKED.value
POSSIBLE: Final = Grade.POSSIBLE.value

type SignalRow = Sequence[Any]
"""A signal as the ledger keeps it: kind, place, name, grade, treatment, outcome, row, digest, purpose, owner, lifetime,
thread, links, party."""

ROW_SHIFT: Final = 15
"""48 bits are left: enough that a thousand policy rows never meet."""

encode: Final = msgspec.json.Encoder().encode


class Coverage(StrEnum):
    """How far an exchange was inspected. Connections that were never opened are passthroughs, counted apart."""

    FULL = "full"
    """Headers were read, and the bodies that a detector asked for."""
    STREAMED = "streamed"
    """A body that a detector asked for went by unread, because of its size or form."""
    WEBSOCKET = "websocket"
    """The exchange became a WebSocket, whose binary messages are not read."""
    FAILED = "failed"
    """An error of our own kept it from being inspected."""


class ListVersion(msgspec.Struct, frozen=True):
    """A list in force: its id, the version it gives itself, the hash of its text, and how many rules it has."""

    id: str
    version: str
    sha256: str
    rules: int


class Exchange(NamedTuple):
    """What the ledger keeps of an exchange, in the order of the table `exchanges`, whose columns it documents.

    `rule` and `exception` are numbers made by `rule_id`; `run` and `ruleset` belong to the writer.
    """

    page: int | None
    attribution: str | None
    confidence: float | None
    at: float
    duration: float | None
    client: str
    site: str
    method: str
    scheme: str
    host: str
    path: str
    type: str
    recipient_site: str
    owner: str | None
    category: str | None
    tracker: str | None
    party_site: str
    party_owner: str
    party_cname: str
    party: str
    policy_party: str
    mixed: int
    listed: int
    protected: int
    action: str
    location: str | None
    reason: str
    policy: str
    rule: int | None
    exception: int | None
    status: int | None
    changed: int
    sent_bytes: int
    received_bytes: int
    coverage: str
    shared: int
    identifying: int
    blocked: int
    rewritten: int
    consent: str
    opted_out: str
    signals: str


class PageRow(NamedTuple):
    """What the ledger keeps of a page."""

    id: int
    at: float
    site: str
    host: str
    path: str


class Fault(NamedTuple):
    """One failure, or as many `times` of the same kind."""

    at: float
    site: str
    host: str
    kind: str
    detail: str
    answer: str
    times: int


class Passthrough(NamedTuple):
    """One connection that was not opened."""

    at: float
    site: str
    host: str
    bytes: int
    reason: str


class Ruleset(NamedTuple):
    """The policy and lists in force."""

    id: int
    at: float
    policy: str
    policy_hash: str
    lists: str


class PolicyRow(NamedTuple):
    """A row of a policy that decided over a signal."""

    id: int
    text: str


class RuleRow(NamedTuple):
    """A filter rule that decided."""

    id: int
    text: str
    list: str
    line: int
    version: str


def record(
    outcome: Outcome,
    at: float,
    digest: Digest,
    *,
    duration: float | None = None,
    sent: int = 0,
    received: int = 0,
    client: str = "",
    coverage: Coverage = Coverage.FULL,
    rows: Sequence[SignalRow] | None = None,
) -> Exchange:
    """Return what the ledger keeps of an exchange seen at `at`; sizes in bytes, `duration` in seconds.

    `rows` are its signals as `signal_rows` gives them, for who has need of them too.
    """
    request, decision, response = outcome.request, outcome.decision, outcome.response
    scheme, path = scheme_and_path(request.url)
    policy_party, mixed, listed, protected = _asked(outcome)
    rows = signal_rows(outcome.treated, digest) if rows is None else rows
    # By position, because thirty names would cost as much as all the rest; the class says which is which.
    return Exchange(
        *_page(request.page),
        finite(at),
        None if duration is None else finite(duration),
        client,
        masked_host(outcome.site),
        masked_name(request.method),
        scheme,
        masked_host(outcome.recipient),
        path,
        str(request.type),
        masked_host(outcome.recipient_site),
        *_known_for(outcome),
        *_sides(outcome.parties),
        policy_party,
        mixed,
        listed,
        protected,
        str(decision.action),
        _location(decision.action, decision.location),
        storable(decision.reason[:REASON_LIMIT]),
        decision.policy,
        None if outcome.rule is None else rule_id(outcome.rule),
        None if outcome.exception is None else rule_id(outcome.exception),
        None if response is None else whole(response.status),
        int(_changed(outcome)),
        whole(sent),
        whole(received),
        str(coverage),
        *_outcomes(rows),
        *_consent(outcome.consent),
        encode(rows).decode() if rows else "[]",
    )


def page_row(page: Page, at: float) -> PageRow:
    """Return what the ledger keeps of a page first seen at `at`."""
    address = masked_url(page.url)
    return PageRow(whole(page.id), finite(at), masked_host(page.site), address.host, address.path)


@lru_cache(maxsize=4096)
def rule_id(rule: RuleRef) -> int:
    """Return the number that stands for a rule: the same for the same text, list, line and version."""
    return _number(rule.text, rule.list, str(rule.line), rule.version)


@lru_cache(maxsize=4096)
def row_id(text: str) -> int:
    """Return the number that stands for a row of a policy; short, because it is stored with every signal."""
    return _number(text) >> ROW_SHIFT


def rule_row(rule: RuleRef) -> RuleRow:
    """Return what the ledger keeps of a rule."""
    text = storable(rule.text[:REASON_LIMIT])
    return RuleRow(rule_id(rule), text, storable(rule.list), whole(rule.line), storable(rule.version))


def ruleset(at: float, policy: str, policy_hash: str, lists: Sequence[ListVersion]) -> Ruleset:
    """Return the row for a policy and lists that came into force at `at`."""
    rows = encode(lists).decode()
    return Ruleset(_number(policy, policy_hash, rows), finite(at), policy, policy_hash, rows)


def overall_party(parties: Parties) -> Party:
    """Return whose side a recipient is on, all things considered.

    A host of the page's own site that an alias leads elsewhere is a third party; otherwise the owner decides, and the
    site where no owner is known.
    """
    if parties.by_site is Party.FIRST and parties.by_cname is Party.THIRD:
        return Party.THIRD
    return parties.by_site if parties.by_owner is Party.UNKNOWN else parties.by_owner


def error_detail(error: BaseException) -> str:
    """Return an error's type and place. Its message may quote the data it failed on, and is left out."""
    place = ""
    for frame, line in walk_tb(error.__traceback__):
        place = f" at {PurePath(frame.f_code.co_filename).name}:{line} in {frame.f_code.co_name}"
    return f"{type(error).__name__}{place}"


def whole(number: int) -> int:
    """Return a whole number that SQLite can hold."""
    return number if -LARGEST <= number <= LARGEST else max(-LARGEST, min(number, LARGEST))


def finite(number: float) -> float:
    """Return the number, or 0 for one that is none."""
    return float(number) if math.isfinite(number) else 0.0


def _page(page: Page | None) -> tuple[int | None, str | None, float | None]:
    return (None, None, None) if page is None else (whole(page.id), page.method, finite(page.confidence))


def _changed(outcome: Outcome) -> bool:
    """Tell whether what went on the wire differs from what came; of a blocked request nothing went."""
    if outcome.decision.action in (Action.BLOCK, Action.SURROGATE):
        return False
    return outcome.sent is not outcome.request or outcome.received is not outcome.response


def _consent(state: ConsentState | None) -> tuple[str, str]:
    return ("", "") if state is None else (storable(state.words[:REASON_LIMIT]), " ".join(state.refused))


def _known_for(outcome: Outcome) -> tuple[str | None, str | None, str | None]:
    tracker = outcome.tracker
    return (outcome.owner, None, None) if tracker is None else (tracker.owner, tracker.category, tracker.domain)


def _sides(parties: Parties) -> tuple[str, str, str, str]:
    return str(parties.by_site), str(parties.by_owner), str(parties.by_cname), str(overall_party(parties))


def _asked(outcome: Outcome) -> tuple[str, int, int, int]:
    """Return what the policy was asked about the exchange, so that another policy can be asked the same.

    The engine's notes hold that; an outcome that no engine made has none.
    """
    subject = getattr(outcome.notes, "subject", None)
    if not isinstance(subject, Subject):
        mixed = outcome.tracker is not None and outcome.tracker.mixed
        return str(overall_party(outcome.parties)), int(mixed), 0, 0
    return str(subject.party), int(subject.mixed), int(subject.listed), int(subject.protected)


def _number(*parts: str) -> int:
    text = "\0".join(parts).encode("utf-8", "surrogatepass")
    return int.from_bytes(blake2b(text, digest_size=8).digest()) >> 1


def _location(action: Action, location: str | None) -> str | None:
    if location is None or action is not Action.REDIRECT:
        return location
    scheme, host, path = masked_url(location)
    return f"{scheme}://{host}{path}"


def signal_rows(treated: Sequence[Treated], digest: Digest) -> Sequence[SignalRow]:
    """Return what the ledger keeps of each signal. The view `signals` reads by position; what is new goes last."""
    return [_signal_row(one, digest) for one in treated]


def _signal_row(one: Treated, digest: Digest) -> SignalRow:
    # Plain texts, since members of enumerations cost several times as much to hash, to encode and to write.
    signal = one.signal
    purpose, party = signal.purpose, signal.party
    return (
        signal.kind.value,
        signal.where.value,
        masked_name(signal.name),
        signal.grade.value,
        one.treatment.value,
        one.outcome.value,
        row_id(one.row),
        digest(signal.value),
        None if purpose is None else purpose.value,
        signal.owner,
        signal.lifetime,
        one.thread,
        " ".join(one.links),
        "" if party is None else party.value,
    )


def _outcomes(rows: Sequence[SignalRow]) -> tuple[int, int, int, int]:
    """Return how many were shared, how many of those single a person out, and how many blocked and rewritten."""
    shared = identifying = blocked = 0
    for row in rows:
        if row[5] == SHARED:
            shared += 1
            identifying += row[0] in IDENTIFIERS and row[3] != POSSIBLE
        blocked += row[5] == BLOCKED
    return shared, identifying, blocked, len(rows) - shared - blocked
