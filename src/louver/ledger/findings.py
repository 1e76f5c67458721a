"""Knows the questions across sites: which identifier reached whom, which kinds, which types; draws no conclusions.

Each takes an open `Reader`. Spans begin at the start of a day (UTC), since these sums are kept by day.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Final

import msgspec

from louver.core.decision import Fate
from louver.ledger.days import BITS, SECONDS_A_DAY

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Sequence

    from louver.ledger.reader import Reader
    from louver.ledger.rows import Logged

AT_ONCE: Final = 5_000
"""Exchanges that are read at once where a span is gone through."""


class Met(msgspec.Struct, frozen=True):
    """One identifier at one recipient of one site; `entity` is the recipient's owner, or its site where none is known.

    `digest` and `thread` are keyed digests: the same value, the same digest. `lifetime` is in seconds, times are Unix
    seconds; `shared` and `withheld` count how often.
    """

    site: str
    host: str
    entity: str
    party: str
    digest: str
    thread: str
    kind: str
    place: str
    name: str
    links: str
    lifetime: float | None
    shared: int
    withheld: int
    first_at: float
    last_at: float


class Told(msgspec.Struct, frozen=True):
    """How often a kind of signal met an outcome at one entity on one site; `sure` of them are no mere guess."""

    site: str
    entity: str
    party: str
    kind: str
    outcome: str
    sure: int
    count: int


class Reached(msgspec.Struct, frozen=True):
    """One entity on one site (`who`: site, entity, party): sets of kinds in bits, as `kinds_in` reads them.

    `could` are the kinds that it would have got, `got` those that it got as they were, `partly` those it got altered. A
    guess at what singles a person out is in none of them.
    """

    who: tuple[str, str, str]
    could: int
    got: int
    partly: int


class Asked(msgspec.Struct, frozen=True):
    """Requests of one type on one site.

    `needed` went to somebody who does not only track; of those `kept` got there, `altered` were changed on the way, and
    `troubled` of these were answered with an error.
    """

    site: str
    type: str
    exchanges: int
    needed: int
    kept: int
    altered: int
    troubled: int


class Kept(msgspec.Struct, frozen=True):
    """How many of a site's own cookies, and of the signals that serve the visitor, there were and passed."""

    site: str
    cookies: int
    cookies_kept: int
    functions: int
    functions_kept: int


IDENTIFIERS: Final = """
SELECT site, host, coalesce(owner, recipient_site) AS entity, party, digest, thread, kind, place, name, links, lifetime,
    shared, withheld, first_at, last_at
FROM identifiers WHERE (:site IS NULL OR site = :site) AND (:since IS NULL OR last_at >= :since)
"""
REACHED: Final = """
SELECT site, coalesce(owner, host) AS entity, party, could, got, partly
FROM {source} (:site IS NULL OR site = :site) AND could <> 0
"""
KEPT: Final = """
SELECT site, sum(cookies) AS cookies, sum(cookies_kept) AS cookies_kept, sum(functions) AS functions,
    sum(functions_kept) AS functions_kept
FROM {source} (:site IS NULL OR site = :site) GROUP BY site
"""
KINDS: Final = """
SELECT s.site AS site, coalesce(t.owner, s.host) AS entity, t.party AS party, s.kind AS kind, s.outcome AS outcome,
    sum(s.sure) AS sure, sum(s.count) AS count
FROM signal_days AS s CROSS JOIN totals AS t ON t.site = s.site AND t.host = s.host
WHERE s.site = :site AND s.day >= :day GROUP BY 1, 2, 3, 4, 5
"""
TYPES: Final = """
SELECT site, type, sum(exchanges) AS exchanges, sum(needed) AS needed, sum(kept) AS kept, sum(altered) AS altered,
    sum(troubled) AS troubled
FROM type_days WHERE (:site IS NULL OR site = :site) AND day >= :day GROUP BY site, type
"""
VISITED: Final = """
SELECT DISTINCT site FROM pages WHERE (:since IS NULL OR at >= :since) AND (:site IS NULL OR site = :site) ORDER BY site
"""
RELOADS: Final = """
SELECT count(*) AS reloads FROM (
    SELECT at - lag(at) OVER (PARTITION BY site, host, path ORDER BY at) AS gap FROM pages
    WHERE (:since IS NULL OR at >= :since) AND (:site IS NULL OR site = :site)
) WHERE gap <= 10
"""
LAST_PAGE: Final = "SELECT run, id FROM pages WHERE site = :site ORDER BY at DESC LIMIT 1"
CONSENT: Final = """
SELECT consent, opted_out, at FROM exchanges WHERE site = :site AND consent <> '' ORDER BY id DESC LIMIT 1
"""
RULESET: Final = "SELECT policy_hash, lists FROM rulesets WHERE id = :id"
PAGE_OF: Final = "SELECT host, path FROM pages WHERE run = :run AND id = :page"
ALSO_MET: Final = """
SELECT coalesce(owner, recipient_site) AS entity, site, max(shared > 0) AS shared FROM identifiers
WHERE digest IN (SELECT value FROM json_each(:digests)) OR thread IN (SELECT value FROM json_each(:digests))
GROUP BY 1, 2 LIMIT 200
"""


async def identifiers(reader: Reader, since: float | None = None, site: str | None = None) -> list[Met]:
    """Return where each identifier was met that is remembered, or was met since then."""
    return await reader.records(Met, IDENTIFIERS, {"since": since, "site": site})


async def kinds(reader: Reader, since: float | None = None, site: str | None = None) -> list[Told]:
    """Return what kinds of signals each entity got, or did not get, on each site.

    Of all sites only whether, not how often: `count` is 1, and guesses at what singles a person out are left out.
    """
    if site is not None:
        return await reader.records(Told, KINDS, _about(since, site))
    sets = await reached(reader, since)
    return [Told(*one.who, *what, 1, 1) for one in sets for what in _kinds_of(one.could, one.got, one.partly)]


async def reached(reader: Reader, since: float | None = None, site: str | None = None) -> list[Reached]:
    """Return which kinds of signals each entity got on each site, and would have got, as sets in bits."""
    sets: dict[tuple[str, str, str], tuple[int, int, int]] = {}
    question = REACHED.format(source="totals WHERE" if since is None else "days WHERE day >= :day AND")
    for *key, could, got, partly in await reader.records(lambda *row: row, question, _about(since, site)):
        who = key[0], key[1], key[2]
        before = sets.get(who, (0, 0, 0))
        sets[who] = before[0] | could, before[1] | got, before[2] | partly
    return [Reached(who, *three) for who, three in sets.items()]


async def kept(reader: Reader, since: float | None = None, site: str | None = None) -> list[Kept]:
    """Return how many of the site's own cookies, and of the signals that serve the visitor, passed on each site."""
    source = "totals WHERE" if since is None else "days WHERE day >= :day AND"
    return await reader.records(Kept, KEPT.format(source=source), _about(since, site))


def _kinds_of(could: int, got: int, partly: int) -> Sequence[tuple[str, str]]:
    """Return kinds with outcomes; a kind that was met with several is told once for each but `blocked`."""
    told = [(kind, Fate.SHARED.value) for kind in kinds_in(got)] + [
        (kind, Fate.REWRITTEN.value) for kind in kinds_in(partly)
    ]
    return told + [(kind, Fate.BLOCKED.value) for kind in kinds_in(could & ~got & ~partly)]


@cache
def kinds_in(bits: int) -> Sequence[str]:
    """Return the kinds of signals that bits stand for."""
    return [kind for kind, bit in BITS.items() if bits & bit]


async def types(reader: Reader, since: float | None = None, site: str | None = None) -> list[Asked]:
    """Return how many requests of each type there were on each site, and how many got where they were needed."""
    return await reader.records(Asked, TYPES, _about(since, site))


async def visited(reader: Reader, since: float | None = None, site: str | None = None) -> list[str]:
    """Return the sites that a page was loaded from."""
    return [row["site"] for row in await reader.rows(VISITED, {"since": since, "site": site})]


async def reloads(reader: Reader, since: float | None = None, site: str | None = None) -> int:
    """Return how often a page was loaded again within ten seconds: what people do when something is broken."""
    rows = await reader.rows(RELOADS, {"since": since, "site": site})
    return int(rows[0]["reloads"])


async def consent(reader: Reader, site: str) -> tuple[str, str]:
    """Return what the person had last agreed to or refused on a site, in words, and what of that was refused."""
    rows = await reader.rows(CONSENT, {"site": site})
    return (rows[0]["consent"], rows[0]["opted_out"]) if rows else ("", "")


async def ruleset(reader: Reader, number: int | None) -> tuple[str, str] | None:
    """Return the hash of the policy, and the lists as JSON, of what was in force; None where that is not known."""
    rows = await reader.rows(RULESET, {"id": number})
    return (rows[0]["policy_hash"], rows[0]["lists"]) if rows else None


async def page_of(reader: Reader, row: Logged) -> str | None:
    """Return the host and path of the page that an exchange belongs to; None where that is not known."""
    rows = await reader.rows(PAGE_OF, {"run": row.run, "page": row.page})
    return f"{rows[0]['host']}{rows[0]['path']}" if rows else None


async def last_page(reader: Reader, site: str) -> tuple[int, int] | None:
    """Return the run and number of the page of a site that was loaded last."""
    rows = await reader.rows(LAST_PAGE, {"site": site})
    return (rows[0]["run"], rows[0]["id"]) if rows else None


async def also_met(reader: Reader, marks: Sequence[str]) -> list[tuple[str, str, bool]]:
    """Return who met one of these digests or threads on which site, and whether it reached them."""
    rows = await reader.rows(ALSO_MET, {"digests": msgspec.json.encode(marks).decode()})
    return [(row["entity"], row["site"], bool(row["shared"])) for row in rows]


async def through(
    reader: Reader, since: float | None = None, site: str | None = None, most: int | None = None
) -> AsyncIterator[list[Logged]]:
    """Yield the exchanges of a span, some at a time, the newest first; `most` ends it early."""
    before, left = None, most
    while left is None or left > 0:
        some = await reader.log(min(AT_ONCE, left or AT_ONCE), site=site, since=since, before=before)
        if not some:
            return
        yield some
        before, left = some[0].id, None if left is None else left - len(some)


async def forward(reader: Reader, since: float | None = None, site: str | None = None) -> AsyncIterator[list[Logged]]:
    """Yield the exchanges of a span, some at a time, the oldest first."""
    after = 0
    while some := await reader.log(AT_ONCE, site=site, since=since, after=after, forward=True):
        yield some
        after = some[-1].id


def _about(since: float | None, site: str | None) -> dict[str, object]:
    return {"day": -1 if since is None else int(since // SECONDS_A_DAY), "site": site}
