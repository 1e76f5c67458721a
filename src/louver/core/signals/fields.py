"""Knows what named values of a query or a body tell about a person.

Our parameter table is asked first, then the collector's dictionary, then name and value together; where nothing else is
known, whether the value is an identifier.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final
from urllib.parse import unquote_plus

from msgspec import Struct

from louver.core.facts import Party
from louver.core.signals.own_forms import Seed
from louver.core.signals.signal import Grade, Kind, Place, Signal, Where
from louver.core.sites import host_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from louver.core.signals.context import Context
    from louver.core.signals.payloads import Collector

SHORTEST_IDENTIFIER: Final = 8
MOST_JUDGED: Final = 1_000
"""Values of one query or body that are judged without a table's help; no page sends more, and a hostile one might."""
OWN_KIND: Final = {Seed.EMAIL: Kind.EMAIL, Seed.PHONE: Kind.PERSONAL_DATA, Seed.NAME: Kind.PERSONAL_DATA}


class Entry(Struct, frozen=True, gc=False):
    """One named value. `written` and `raw_name` are value and name as they stand; `coded` says whether as in a URL."""

    name: str
    written: str
    place: Place
    raw_name: str
    coded: bool = False

    @property
    def value(self) -> str:
        """Return the value decoded. Few entries are ever asked for it, and decoding is what costs."""
        return url_decoded(self.written) if self.coded else self.written


class _Told(Struct, frozen=True, gc=False):
    """What an entry tells. A kind of None says that it is known to tell nothing about the person."""

    kind: Kind | None
    grade: Grade
    owner: str | None


def meanings(context: Context, where: Where, entries: Sequence[Entry]) -> Iterator[Signal]:
    """Give a signal for each entry that tells something about the person."""
    collector = context.collector or context.relayed
    # What a site relays from its own host goes on to somebody else, whatever the host says.
    party = Party.THIRD if context.relayed is not None else None
    outside = context.party is not Party.FIRST and where is not Where.FRAGMENT and not context.navigates
    for index, entry in enumerate(entries):
        outside = outside and index < MOST_JUDGED
        kept = context.guard.parameter(entry.name)
        if kept is not None:
            if kept == "consent" and entry.written:
                yield _consent(context, where, entry)
            continue
        # A known parameter without a value is taken out as well; of all others it is the value that tells.
        told = _known(context, entry)
        if entry.written and context.own and (outside or party is not None):
            told = _own(context, entry.value) or told
        if told is None and entry.written:
            told = _collected(collector, entry) or (_judged(context, entry) if outside else None)
        if told is not None and told.kind is not None:
            yield Signal(
                told.kind,
                where,
                entry.name,
                told.grade,
                entry.place,
                entry.value,
                owner=told.owner or context.owner,
                party=party,
                raw_name=entry.raw_name,
            )


def _consent(context: Context, where: Where, entry: Entry) -> Signal:
    """Tell what a person agreed to or refused: read and shown, never touched."""
    owner, place = context.owner, entry.place
    return Signal(
        Kind.CONSENT, where, entry.name, Grade.CONFIRMED, place, entry.value, owner=owner, raw_name=entry.raw_name
    )


def url_decoded(text: str) -> str:
    """Return a name or value of a query as its reader sees it."""
    return unquote_plus(text, errors="surrogateescape") if "%" in text or "+" in text else text


def own_kind(context: Context, value: str) -> Kind | None:
    """Return what kind of the person's own registered data stands in a value, plain, encoded or hashed."""
    hits = context.own.scan(value) if context.own else ()
    return OWN_KIND[hits[0].seed] if hits else None


def _own(context: Context, value: str) -> _Told | None:
    kind = own_kind(context, value)
    return None if kind is None else _Told(kind, Grade.CONFIRMED, None)


def _known(context: Context, entry: Entry) -> _Told | None:
    fact = context.tables.parameter(entry.name, context.host)
    return _Told(fact.kind, Grade.CONFIRMED, fact.owner) if fact is not None else None


def _collected(collector: Collector | None, entry: Entry) -> _Told | None:
    field = collector.field(entry.name) if collector is not None else None
    if collector is None or field is None:
        return None
    return _Told(field.kind, Grade.CONFIRMED, collector.owner or None)


def _judged(context: Context, entry: Entry) -> _Told | None:
    """Judge by name and value together, else by the value alone."""
    value = entry.value
    found = context.payloads.common(entry.name, value)
    if found is not None and (not found.is_page or _names_page(context, value)):
        return _Told(found.kind, Grade.LIKELY, None)
    return _unnamed(context, value)


def _names_page(context: Context, value: str) -> bool:
    page = context.request.page
    return page is not None and context.sites.site(host_of(value)) == page.site


def _unnamed(context: Context, value: str) -> _Told | None:
    """Judge a value whose name says nothing. Elsewhere than at a tracker it may as well name a picture."""
    grade = context.judge(value) if len(value) >= SHORTEST_IDENTIFIER else None
    if grade is None:
        return None
    return _Told(Kind.SYNC_ID, grade if context.tracker is not None else Grade.POSSIBLE, None)
