"""Knows how to tell whether a value singles somebody out, from the value, how long it lives and where it was seen.

The combined test: taken apart first; what tells nobody apart is put aside; a piece counts when it is long enough and
carries more than 33 bits (one person among all); what makes it likely is that it lasts, or turns up on several sites.
Nothing here raises, whatever the value; text past 4 KiB is not looked at. Values are kept only in a bounded memo.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from louver.core.signals import shapes
from louver.core.signals.pieces import innermost, percent_decoded, pieces
from louver.core.signals.signal import Grade
from louver.core.signals.signed import signed
from louver.core.signals.surprise import bits, is_clock, residue

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

__all__ = ["Finding", "judge", "pieces", "signed"]

ENOUGH_BITS: Final = 33.0
SHORTEST, SHORTEST_SEEN_TWICE = 8, 6
CROSS_SITE: Final = 2
LASTING: Final = 30 * 86_400.0
SHORTEST_KNOWN: Final = 4
LONGEST_BY_NAME: Final = 48
FEWEST_KINDS_BY_NAME: Final = 2
MEMO: Final = 4096
DAY: Final = 86_400


@dataclass(frozen=True, slots=True)
class Finding:
    """What a value was judged to be. `grade` None means: no identifier. `pieces` are those that single somebody out."""

    grade: Grade | None
    bits: float
    reason: str
    pieces: tuple[str, ...] = ()
    signed: bool = False


@dataclass(frozen=True, slots=True)
class Candidate:
    """A piece that could single somebody out. `sure` says that its form exists for nothing else."""

    piece: str
    bits: float
    what: str
    length: int
    sure: bool = False


NOTHING: Final = Finding(None, 0.0, "tells nobody apart")
TOO_SHORT: Final = Finding(None, 0.0, "too short to tell anybody apart")
ON_PAGE: Final = Finding(None, 0.0, "part of the page's own address")
SAME_FOR_ALL: Final = Finding(None, 0.0, "the same for different visitors")


def judge(
    value: str,
    *,
    lifetime: float | None = None,
    seen_sites: int = 1,
    page_url: str = "",
    known: bool = False,
    now: float | None = None,
    persisted: bool = False,
    differs: bool | None = None,
) -> Finding:
    """Judge a value.

    `lifetime` is a cookie's, in seconds; `seen_sites` on how many sites the same value was seen; `known` says that a
    table lists its name as an identifier; `now` (Unix seconds) sharpens what counts as a clock; `persisted` says that
    it was the same more than a day apart; `differs` what two fresh profiles showed, where somebody tried.
    """
    if differs is False:
        return SAME_FOR_ALL
    if len(value) < (SHORTEST_KNOWN if known else SHORTEST_SEEN_TWICE):
        return TOO_SHORT
    found, is_signed = _weighed(value, None if now is None else int(now // DAY))
    shortest = SHORTEST_SEEN_TWICE if seen_sites >= CROSS_SITE else SHORTEST
    fit = [one for one in found if one.length >= shortest]
    if not fit:
        return _by_name(value, now) if known else NOTHING
    if page_url and not known:
        fit = [one for one in fit if not _is_on_page(one.piece, page_url)]
        if not fit:
            return ON_PAGE
    best = max(fit, key=lambda one: (one.sure, one.bits))
    grade, why = _grade(best, lasting=persisted or (lifetime or 0.0) >= LASTING, seen_sites=seen_sites, known=known)
    if differs:
        grade, why = Grade.CONFIRMED, "differs between two fresh profiles"
    return Finding(grade, best.bits, f"{best.what}: {why}", tuple(one.piece for one in fit), is_signed)


def _grade(best: Candidate, *, lasting: bool, seen_sites: int, known: bool) -> tuple[Grade, str]:
    if known:
        return Grade.CONFIRMED, "its name is known for it"
    if best.sure:
        return Grade.LIKELY, "a form made to tell visitors apart"
    if seen_sites >= CROSS_SITE:
        return Grade.LIKELY, f"the same on {seen_sites} sites"
    if lasting:
        return Grade.LIKELY, "it lasts"
    return Grade.POSSIBLE, "seen once, for all we know"


def _by_name(value: str, now: float | None) -> Finding:
    """Judge a value whose name is known: anything but a flag, a word or a clock will do."""
    text = percent_decoded(value[:LONGEST_BY_NAME]).strip(' "')
    serial = text.isascii() and text.isdigit() and len(text) >= SHORTEST_SEEN_TWICE and not is_clock(text, now)
    rest = text if serial else "" if shapes.plain(text) else residue(text, now)
    if len(rest) < SHORTEST_KNOWN or len(set(rest)) <= FEWEST_KINDS_BY_NAME:
        return NOTHING
    return Finding(Grade.CONFIRMED, bits(rest), "a short value: its name is known for it", (text,), signed(value))


@lru_cache(MEMO)
def _weighed(value: str, day: int | None) -> tuple[Sequence[Candidate], bool]:
    """Return the pieces that carry bits, and whether the value is signed; the memo holds for a day."""
    now = None if day is None else float(day * DAY)
    found = [one for one in _candidates(value, now) if one.bits > ENOUGH_BITS]
    return found, bool(found) and signed(value)


def _candidates(value: str, now: float | None) -> Iterator[Candidate]:
    formed: list[Candidate] = []
    queries: list[str] = []

    def enter(text: str) -> bool:
        """Look at a layer: known forms are judged whole, plain things left closed, addresses reduced to their query."""
        if len(text) < SHORTEST_SEEN_TWICE:
            return False
        if (candidate := _formed(text)) is not None:
            formed.append(candidate)
            return False
        if "//" in text and (address := shapes.URL.match(text)):
            queries.append(text[address.end() :])
            return False
        return shapes.plain(text) is None

    texts = [value]
    while texts:
        for piece in innermost(texts.pop(), enter):
            if candidate := _rest(piece, now):
                yield candidate
        texts, queries[:] = texts + queries, []
    yield from formed


def _formed(text: str) -> Candidate | None:
    if (name := shapes.whole(text)) is not None:
        digits = "".join(filter(str.isalnum, text.lower()))
        carried = 0.0 if digits in shapes.CONSTANTS else bits(digits)
        return Candidate(text, carried, name, len(text))
    if (known := shapes.vendor_format(text)) is not None:
        return Candidate(text, known[1], known[0], len(text), sure=True)
    return None


def _rest(piece: str, now: float | None) -> Candidate | None:
    rest = residue(piece, now)
    if len(rest) < SHORTEST_SEEN_TWICE or rest.lower() in shapes.CONSTANTS:
        return None
    return Candidate(piece, bits(rest), shapes.kind(rest), len(rest))


def _is_on_page(piece: str, page_url: str) -> bool:
    return piece in page_url or piece in percent_decoded(page_url)
