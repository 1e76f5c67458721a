"""Knows how to ask the ledger, also while it is being written; never changes it."""

from __future__ import annotations

import asyncio
import sqlite3
from typing import TYPE_CHECKING, Any, Final, Self

import msgspec

from louver.ledger import questions
from louver.ledger.files import identity
from louver.ledger.opening import UnusableLedgerError, open_to_read, pragma
from louver.ledger.record import LARGEST
from louver.ledger.rows import (
    Coverage,
    Logged,
    LoggedSignal,
    Recipient,
    Rule,
    SignalCount,
    SignalName,
    Site,
    SiteDetail,
)

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Iterable, Mapping
    from pathlib import Path

    import aiosqlite

POLL: Final = 0.25
"""Seconds between two looks at whether somebody has written."""

NAMES_SHOWN: Final = 20
BURST: Final = 10_000
"""Exchanges that a follower reads at once."""

type Row = dict[str, Any]


class Reader:
    """An open ledger to ask. Use as `async with await Reader.open(path) as reader`."""

    def __init__(self, path: Path, connection: aiosqlite.Connection) -> None:
        self._path = path
        self._connection = connection
        self._identity = identity(path)
        self._policy_rows: dict[int, str] = {}

    @classmethod
    async def open(cls, path: Path) -> Self:
        """Open a ledger. Raises NoLedgerError, NotALedgerError, NewerLedgerError or UnusableLedgerError."""
        return cls(path, await open_to_read(path))

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()

    async def close(self) -> None:
        """Close the ledger."""
        await self._connection.close()

    async def sites(self, since: float | None = None, site: str | None = None) -> list[Site]:
        """Return the totals of all sites, or of one, since a time in Unix seconds; those seen last come first."""
        about = await self._span(since) | {"site": site}
        rows = await self.rows(questions.over(questions.SITES, since), about)
        policies = await self._by_site(questions.POLICIES, about)
        pages = await self._by_site(questions.PAGES, about)
        passed = _passed(await self.rows(questions.PASSTHROUGHS, about | {"site": None}), {row["site"] for row in rows})
        return [_site(row | policies.get(row["site"], {}) | pages.get(row["site"], {}), passed) for row in rows]

    async def coverage(self, since: float | None = None) -> Coverage:
        """Return how much of all traffic was fully inspected, passed-through connections of any site included."""
        about = await self._span(since) | {"site": None}
        rows = await self.rows(questions.over(questions.SITES, since), about)
        passed = await self.rows(questions.PASSTHROUGHS, about)
        return _coverage(_sum(rows) | _sum(passed))

    async def site(self, site: str, since: float | None = None) -> SiteDetail | None:
        """Return a site with its recipients and their signals, or None if it has never been seen."""
        about = await self._span(since) | {"site": site}
        totals = await self.sites(since, site)
        if not totals:
            return None
        signals: dict[str, list[SignalCount]] = {}
        for row in await self.rows(questions.over(questions.SIGNALS, since), about):
            signals.setdefault(row.pop("host"), []).append(_signal_count(row))
        rows = await self.rows(questions.over(questions.RECIPIENTS, since), about)
        recipients = [Recipient(**row, signals=signals.get(row["host"], [])) for row in rows]
        faults = await self.rows(questions.FAULTS, about)
        return SiteDetail(totals=totals[0], recipients=recipients, faults=faults[0]["faults"])

    async def names(self, site: str, since: float | None = None) -> list[SignalName]:
        """Return each cookie, parameter and header of a site's visits by name: who got it, and what came of it."""
        about = await self._span(since) | {"site": site}
        rows = await self.rows(questions.over(questions.NAMES, since), about)
        return [SignalName(**row) for row in rows]

    async def faults(self, since: float | None = None) -> int:
        """Return how many failures were written down."""
        rows = await self.rows(questions.FAULTS, {"site": None, "since": since})
        return int(rows[0]["faults"])

    async def log(
        self,
        limit: int,
        *,
        site: str | None = None,
        host: str | None = None,
        action: str | None = None,
        since: float | None = None,
        after: int = 0,
        before: int | None = None,
        page: tuple[int, int] | None = None,
        forward: bool = False,
    ) -> list[Logged]:
        """Return the last exchanges numbered after `after` and before `before` that fit, oldest first.

        `page` is a page's run and its number there. With `forward` it is the first that fit, not the last.
        """
        about = {"site": site, "host": host, "action": action, "since": since, "after": after, "limit": limit}
        about["before"] = LARGEST if before is None else before
        about["run"], about["page"] = page or (None, None)
        rows = await self.rows(questions.LOG_FORWARD if forward else questions.LOG, about)
        return [await self._logged(row) for row in (rows if forward else reversed(rows))]

    async def follow(self, after: int, *, site: str | None = None, poll: float = POLL) -> AsyncIterator[Logged]:
        """Yield exchanges as they are written, without end; a ledger that is replaced is followed on."""
        version = -1
        while True:
            if identity(self._path) not in {self._identity, None}:
                await self._reopen()
                version, after = -1, 0
            if (now := await pragma(self._connection, "data_version")) != version:
                version = now
                for row in await self.log(BURST, site=site, after=after):
                    after = row.id
                    yield row
            await asyncio.sleep(poll)

    async def exchange(self, number: int) -> Logged | None:
        """Return one exchange by its number, or None if it is not there (any more)."""
        found = await self.log(1, after=number - 1, before=number + 1)
        return found[0] if found else None

    async def newest(self) -> int:
        """Return the number of the newest exchange, 0 if there is none."""
        rows = await self.rows(questions.NEWEST, {})
        return int(rows[0]["newest"])

    async def known_sites(self) -> list[str]:
        """Return all sites that were ever seen."""
        return [row["site"] for row in await self.rows(questions.KNOWN_SITES, {})]

    async def sites_of(self, host: str) -> list[str]:
        """Return the sites on which a recipient was met."""
        return [row["site"] for row in await self.rows(questions.SITES_OF_RECIPIENT, {"host": host})]

    async def _reopen(self) -> None:
        await self._connection.close()
        self._connection = await open_to_read(self._path)
        self._identity = identity(self._path)
        self._policy_rows.clear()

    async def rows(self, question: str, about: Mapping[str, object]) -> list[Row]:
        """Return the answer to a question in SQL as dictionaries. Raises UnusableLedgerError."""
        names, rows = await self._ask(question, about)
        return [dict(zip(names, row, strict=True)) for row in rows]

    async def records[T](self, kind: Callable[..., T], question: str, about: Mapping[str, object]) -> list[T]:
        """Return the answer to a question that names the fields of `kind` in order. Raises UnusableLedgerError."""
        return [kind(*row) for row in (await self._ask(question, about))[1]]

    async def _ask(self, question: str, about: Mapping[str, object]) -> tuple[list[str], Iterable[Any]]:
        try:
            async with self._connection.execute(question, about) as cursor:
                return [column[0] for column in cursor.description], await cursor.fetchall()
        except sqlite3.Error as error:
            raise UnusableLedgerError(self._path, error) from error

    async def _span(self, since: float | None) -> Row:
        rows = await self.rows(questions.OLDEST, {}) if since is not None else [{"oldest": None}]
        return questions.span(since, rows[0]["oldest"])

    async def _by_site(self, question: str, about: Mapping[str, object]) -> dict[str, Row]:
        return {row["site"]: row for row in await self.rows(question, about)}

    async def _logged(self, row: Row) -> Logged:
        signals = msgspec.json.decode(row["signals"])
        if any(signal[6] not in self._policy_rows for signal in signals):
            rows = await self.rows(questions.POLICY_ROWS, {})
            self._policy_rows = {text["id"]: text["text"] for text in rows}
        text = row["rule_text"]
        rule = None if text is None else Rule(text, row["rule_list"], row["rule_line"], row["rule_version"])
        told = {name: row[name] for name in Logged.__struct_fields__ if name in row}
        flags = {name: bool(row[name]) for name in ("changed", "mixed", "listed", "protected")}
        logged = [_logged_signal(signal, self._policy_rows) for signal in signals]
        return Logged(**told | flags | {"excepted": row["exception"] is not None, "rule": rule, "signals": logged})


def domains(host: str) -> list[str]:
    """Return a host and the domains that it is part of, longest first."""
    labels = host.split(".")
    return [".".join(labels[start:]) for start in range(len(labels))]


def _site(row: Row, passed: Mapping[str, Row]) -> Site:
    coverage = _coverage(row | passed.get(row["site"], {}))
    told = {name: row[name] for name in Site.__struct_fields__ if name not in {"coverage", "pages", "policy"}}
    return Site(**told, policy=row.get("policy", ""), pages=row.get("pages", 0), coverage=coverage)


def _passed(rows: list[Row], sites: set[str]) -> dict[str, Row]:
    # A connection that was never opened is known by its host only; it counts for the site that the host is part of.
    totals: dict[str, Row] = {}
    for row in rows:
        site = next((end for end in domains(row["site"]) if end in sites), None)
        if site is not None:
            totals[site] = _sum([totals[site], row]) if site in totals else row
    return totals


def _coverage(row: Row) -> Coverage:
    counts = {name: row.get(name, 0) for name in Coverage.__struct_fields__ if name != "share"}
    met = sum(counts.values()) - counts["passthrough_bytes"]
    return Coverage(share=counts["inspected"] / met if met else None, **counts)


def _sum(rows: list[Row]) -> Row:
    names = {name for row in rows for name, value in row.items() if isinstance(value, int)}
    return {name: sum(row[name] for row in rows) for name in names}


def _logged_signal(signal: list[Any], policy_rows: Mapping[int, str]) -> LoggedSignal:
    told = dict(zip(LoggedSignal.__struct_fields__, signal, strict=True))
    return LoggedSignal(**told | {"policy_row": policy_rows.get(signal[6])})


def _signal_count(row: Row) -> SignalCount:
    names = sorted(name for name in msgspec.json.decode(row.pop("names")) if name)
    return SignalCount(**row, names=names[:NAMES_SHOWN])
