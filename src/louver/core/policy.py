"""Knows what the user wants: named rows, first match wins, per-site overrides. Knows nothing of YAML or files."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from fnmatch import translate
from typing import TYPE_CHECKING, Final

from msgspec import Struct

from louver.core.decision import Treatment
from louver.core.facts import ResourceType

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from louver.core.facts import Party
    from louver.core.signals.signal import Grade, Kind, Purpose, Signal, Where

MEMO_LIMIT: Final = 16_384
"""Entries that a policy remembers before it starts afresh; names of parameters are the page's to invent."""


class Names:
    """Patterns with `*` and `?`, matched without regard to case; no other character is special."""

    __slots__ = ("patterns", "regex")

    def __init__(self, patterns: Sequence[str]) -> None:
        self.patterns = tuple(patterns)
        joined = "|".join(translate(pattern.replace("[", "[[]")) for pattern in patterns)
        self.regex = re.compile(joined, re.IGNORECASE)

    def match(self, text: str) -> bool:
        """Tell whether one of the patterns fits the whole text."""
        return self.regex.match(text) is not None


class Subject(Struct, frozen=True):
    """What a row can ask about an exchange as a whole. `listed` says that a filter rule wants it blocked."""

    party: Party
    category: str | None
    owner: str | None
    recipient: str
    type: ResourceType
    mixed: bool
    listed: bool
    excepted: bool
    protected: bool


@dataclass(frozen=True, slots=True)
class Row:
    """One line of a policy: what must hold, and the treatment. None means that the row does not ask.

    `until` is the unix time at which the row ends; None means that it does not.
    """

    treatment: Treatment
    text: str
    kinds: frozenset[Kind] | None = None
    parties: frozenset[Party] | None = None
    categories: frozenset[str] | None = None
    types: frozenset[ResourceType] | None = None
    purposes: frozenset[Purpose] | None = None
    grades: frozenset[Grade] | None = None
    wheres: frozenset[Where] | None = None
    owners: Names | None = None
    names: Names | None = None
    recipients: Names | None = None
    mixed: bool | None = None
    listed: bool | None = None
    excepted: bool | None = None
    protected: bool | None = None
    until: float | None = None

    @property
    def about_signals_only(self) -> bool:
        """A row that asks about signals can never decide over a request that carries none."""
        asks = (self.kinds, self.purposes, self.grades, self.wheres, self.names)
        return any(ask is not None for ask in asks)

    def fits_subject(self, subject: Subject) -> bool:
        """Tell whether the exchange is one that this row speaks of, signals and their party aside."""
        return (
            (self.categories is None or subject.category in self.categories)
            and (self.types is None or subject.type in self.types)
            and (self.mixed is None or self.mixed == subject.mixed)
            and (self.listed is None or self.listed == subject.listed)
            and (self.excepted is None or self.excepted == subject.excepted)
            and (self.protected is None or self.protected == subject.protected)
            and (self.owners is None or (subject.owner is not None and self.owners.match(subject.owner)))
            and (self.recipients is None or self.recipients.match(subject.recipient))
        )

    def fits_signal(self, signal: Signal, party: Party) -> bool:
        """Tell whether this row speaks of the signal; `party` is that of the exchange.

        A signal's own party counts for rows about signals. A row that blocks a request goes by the request's.
        """
        whole = self.treatment is Treatment.BLOCK and not self.about_signals_only
        return (
            (self.kinds is None or signal.kind in self.kinds)
            and (self.parties is None or (party if whole else signal.party or party) in self.parties)
            and (self.grades is None or signal.grade in self.grades)
            and (self.wheres is None or signal.where in self.wheres)
            and (self.purposes is None or signal.purpose in self.purposes)
            and (self.names is None or self.names.match(signal.name))
        )


class Choice(Struct, frozen=True):
    """A treatment and the row that asked for it; no row fits is `allow`, said so."""

    treatment: Treatment
    row: str


NO_ROW: Final = Choice(Treatment.ALLOW, "no rule of the policy speaks of it")

type _SignalKey = tuple[object, ...]


@dataclass(frozen=True, slots=True)
class Flags:
    """Yes-or-no questions of a policy; the defaults are those of a policy that changes nothing.

    `on_fault_pass` lets a request through where the engine fails. `gpc` adds `Sec-GPC: 1`. `filters` lets lists change
    URLs and headers. `clean_navigation` answers a decorated navigation with a redirect to its clean address.
    `clear_bounces` clears what sites keep that a person was only led through; else they are reported.
    """

    on_fault_pass: bool = False
    gpc: bool = False
    filters: bool = False
    clean_navigation: bool = False
    clear_bounces: bool = False


@dataclass(frozen=True, slots=True)
class Policy:
    """A named set of rows with its flags and its overrides by site. `digest` names its exact content."""

    name: str
    rows: tuple[Row, ...]
    sites: Mapping[str, Policy]
    flags: Flags
    digest: str
    _subjects: dict[Subject, tuple[Choice | None, tuple[Row, ...], dict[_SignalKey, Choice]]] = field(
        default_factory=dict, repr=False, compare=False
    )

    def for_site(self, site: str) -> Policy:
        """Return the policy in force for a site."""
        return self.sites.get(site, self)

    def request_choice(self, subject: Subject) -> Choice:
        """Decide over a request as a whole: `block`, or `allow`."""
        return self._known(subject)[0] or NO_ROW

    def signal_choice(self, subject: Subject, signal: Signal) -> Choice:
        """Decide over one signal of an exchange: the first row that fits."""
        _, rows, memo = self._known(subject)
        key = (signal.kind, signal.name, signal.where, signal.grade, signal.purpose, signal.party)
        choice = memo.get(key)
        if choice is None:
            choice = _first_fit(rows, signal, subject.party)
            if len(memo) >= MEMO_LIMIT:
                memo.clear()
            memo[key] = choice
        return choice

    def _known(self, subject: Subject) -> tuple[Choice | None, tuple[Row, ...], dict[_SignalKey, Choice]]:
        known = self._subjects.get(subject)
        if known is None:
            rows = tuple(_rows_for(subject, self.rows))
            known = _request_choice(rows, subject), rows, {}
            if len(self._subjects) >= MEMO_LIMIT:
                self._subjects.clear()
            self._subjects[subject] = known
        return known


def _rows_for(subject: Subject, rows: Sequence[Row]) -> Iterator[Row]:
    """Pick the rows that speak of an exchange.

    A row never blocks a top-level navigation unless it names `type: document` or follows a filter rule that does: who
    types an address means it. Where such a row asks for a signal to be blocked, the signal is stripped instead.
    """
    for row in rows:
        if not row.fits_subject(subject):
            continue
        if subject.type is not ResourceType.DOCUMENT or row.treatment is not Treatment.BLOCK or row.types or row.listed:
            yield row
        elif row.about_signals_only:
            yield replace(row, treatment=Treatment.STRIP)


def _first_fit(rows: Sequence[Row], signal: Signal, party: Party) -> Choice:
    for row in rows:
        if row.fits_signal(signal, party):
            return Choice(row.treatment, row.text)
    return NO_ROW


def _request_choice(rows: Sequence[Row], subject: Subject) -> Choice | None:
    for row in rows:
        if row.about_signals_only or row.treatment not in (Treatment.ALLOW, Treatment.BLOCK):
            continue
        if row.parties is None or subject.party in row.parties:
            return Choice(row.treatment, row.text)
    return None
