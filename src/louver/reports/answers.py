"""Knows which questions to ask an open ledger for each conclusion: who knows what, balance, why, what if."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import msgspec

from louver.core.signals.kinds import IDENTIFYING
from louver.ledger import findings
from louver.ledger.rows import Logged  # noqa: TC001  (msgspec reads the annotations at run time)
from louver.reports.balance import Balances, balances
from louver.reports.broken import Suspect, suspects
from louver.reports.linking import Linkage, linkage
from louver.reports.replay import Replayed, replay
from louver.reports.whatif import Replays, WhatIf

if TYPE_CHECKING:
    from collections.abc import Sequence

    from louver.core.policy import Policy
    from louver.ledger.reader import Reader

MOST_OF_A_PAGE: Final = 2_000
"""Exchanges of one page that are looked through."""


class ListUsed(msgspec.Struct, frozen=True):
    """A list that was in force, and which version of it."""

    id: str
    version: str
    sha256: str
    rules: int


class AlsoMet(msgspec.Struct, frozen=True):
    """Who else met a value of this exchange, on which site, and whether it reached them."""

    entity: str
    site: str
    shared: bool


class Explained(msgspec.Struct, frozen=True):
    """One exchange with its page, the policy and lists in force, who else met its identifiers, and the alternatives."""

    exchange: Logged
    page: str | None
    policy_hash: str | None
    lists: list[ListUsed]
    also_met: list[AlsoMet]
    alternatives: list[Replayed]


async def who(reader: Reader, since: float | None = None) -> Linkage:
    """Return who can link which visited sites, and could have."""
    return linkage(await findings.identifiers(reader, since), await findings.visited(reader, since))


async def balance(reader: Reader, since: float | None = None, site: str | None = None) -> Balances:
    """Return privacy gained and utility kept, over all and of each site, or of one."""
    met = await findings.identifiers(reader, since, site)
    return balances(
        await findings.reached(reader, since, site),
        await findings.types(reader, since, site),
        await findings.kept(reader, since, site),
        met,
        linked=linkage(met, await findings.visited(reader, since)) if site is None else None,
        reloads=await findings.reloads(reader, since, site),
    )


async def why(reader: Reader, number: int, policies: Sequence[Policy]) -> Explained | None:
    """Return one exchange explained, with what other policies would have done; None if there is none of that number."""
    row = await reader.exchange(number)
    if row is None:
        return None
    rules = await findings.ruleset(reader, row.ruleset)
    identifiers = sorted(
        {mark for one in row.signals for mark in (one.digest, one.thread) if mark and one.kind in IDENTIFYING}
    )
    met = await findings.also_met(reader, identifiers)
    return Explained(
        exchange=row,
        page=await findings.page_of(reader, row),
        policy_hash=rules[0] if rules else None,
        lists=msgspec.json.decode(rules[1], type=list[ListUsed]) if rules else [],
        also_met=[AlsoMet(*one) for one in met if one[:2] != (row.owner or row.recipient_site, row.site)],
        alternatives=[made for policy in policies if (made := replay(row, policy)) is not None],
    )


async def whatif(
    reader: Reader, policy: Policy, since: float | None = None, site: str | None = None, most: int | None = None
) -> WhatIf:
    """Replay a span under another policy; `most` exchanges at the most, the newest of them."""
    replays = Replays(policy)
    async for rows in findings.through(reader, since, site, most):
        replays.add(rows)
    return replays.result()


async def broken(reader: Reader, site: str, page: tuple[int, int] | None = None) -> list[Suspect]:
    """Return what may have broken a page, the likeliest first; `page` is (run, number), None the site's last."""
    known = page or await findings.last_page(reader, site)
    if known is None:
        return []
    return suspects(await reader.log(MOST_OF_A_PAGE, site=site, page=known))
