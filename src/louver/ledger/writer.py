"""Knows when the ledger is written: records are queued without waiting, and a task of its own writes them in batches.

Everything but `flush` and `close` returns at once and never raises. What is put is on disk at most half a second
later; a kill loses no more than that. While the file cannot be written (full disk, another program's lock, a folder
that went away) records wait, up to a limit; beyond it they are counted and given up.
"""

from __future__ import annotations

import asyncio
import logging
import sqlite3
import time
from collections import deque
from contextlib import suppress
from dataclasses import replace
from typing import TYPE_CHECKING, Final, NamedTuple, Self

from louver.errors import LouverError
from louver.ledger.batch import Batch, Pending, Ready
from louver.ledger.keeping import Detail
from louver.ledger.masking import masked_host, storable
from louver.ledger.opening import is_broken
from louver.ledger.record import Coverage, Fault, Passthrough, error_detail, finite, page_row, ruleset, whole
from louver.ledger.store import USUAL, Store

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from louver.core.decision import Outcome
    from louver.core.facts import Page
    from louver.ledger.keeping import Keeping
    from louver.ledger.record import ListVersion

INTERVAL: Final = 0.5
"""Seconds that a record may wait."""

BATCH: Final = 500
"""Records that are written at once without waiting."""

LARGEST_BATCH: Final = 1_000
LIMIT: Final = 20_000
"""Records that may wait while the file cannot be written."""

PAGES_REMEMBERED: Final = 10_000
EXPIRE_SECONDS: Final = 3_600.0
LAST_TRIES: Final = 4
"""How often closing tries, half a second apart, before it gives records up."""

TEXT_LIMIT: Final = 500

log: Final = logging.getLogger("louver.ledger")


class State(NamedTuple):
    """How the writer fares: records waiting, exchanges written, records given up, and what is wrong just now."""

    waiting: int
    written: int
    dropped: int
    trouble: str


class Writer:
    """The ledger's pen. Use from one event loop: `writer = await Writer.open(path, key)` … `await writer.close()`."""

    def __init__(self, store: Store, *, limit: int, interval: float) -> None:
        self._store = store
        self._limit = limit
        self._interval = interval
        self._exchanges: deque[Pending | Ready] = deque()
        self._rest = Batch()
        self._faults: dict[tuple[str, str, str, str, str], Fault] = {}
        self._pages: set[int] = set()
        self._ruleset: int | None = None
        self._some = asyncio.Event()
        self._full = asyncio.Event()
        self._lock = asyncio.Lock()
        self._closing = False
        self._is_off = store.keeping.detail is Detail.OFF
        self._writing = 0
        self._written = 0
        self._dropped = 0
        self._dropped_told = 0
        self._trouble = ""
        self._expired_at = 0.0
        self._task = asyncio.create_task(self._run(), name="louver ledger")

    @classmethod
    async def open(
        cls,
        path: Path,
        key: bytes,
        *,
        version: str = "",
        keeping: Keeping = USUAL,
        limit: int = LIMIT,
        interval: float = INTERVAL,
    ) -> Self:
        """Open the ledger at `path`, made if need be, with this installation's digest key.

        A damaged ledger is set aside under a name that the log and a fault row tell. Raises NewerLedgerError,
        NotALedgerError or UnusableLedgerError, and ValueError for a key of the wrong size.
        """
        store = Store(path, key, version, keeping)
        await store.open()
        return cls(store, limit=limit, interval=interval)

    def put(
        self,
        outcome: Outcome,
        at: float,
        *,
        duration: float | None = None,
        sent: int = 0,
        received: int = 0,
        client: str = "",
        coverage: Coverage = Coverage.FULL,
    ) -> None:
        """Queue an exchange seen at `at` (Unix seconds), with body sizes in bytes and `duration` in seconds."""
        if self._is_off:
            return
        page = outcome.request.page
        if page is not None and page.id not in self._pages:
            self.put_page(page, at)
        waiting = self._exchanges
        if len(waiting) >= self._limit:
            self._dropped += 1
            return
        waiting.append(Pending(outcome, at, self._ruleset, duration, sent, received, client, coverage))
        if len(waiting) == 1:
            self._some.set()
        elif len(waiting) >= BATCH:
            self._full.set()

    def put_page(self, page: Page, at: float) -> None:
        """Queue a page. Pages of exchanges are noted by themselves; this is for pages that nothing else belongs to."""
        if self._is_off or page.id in self._pages or not self._has_room():
            return
        if len(self._pages) >= PAGES_REMEMBERED:
            self._pages.clear()  # a page met twice is written once all the same
        self._pages.add(page.id)
        self._rest.pages.append(page_row(page, at))
        self._some.set()

    def put_ruleset(self, policy: str, policy_hash: str, lists: Sequence[ListVersion], at: float) -> None:
        """Say which policy and lists decide from now on."""
        row = ruleset(at, storable(policy), policy_hash, lists)
        self._ruleset = row.id
        self._rest.rulesets.append(row)
        self._some.set()

    def put_fault(
        self,
        error: BaseException | str,
        at: float,
        *,
        kind: str = "engine",
        site: str = "",
        host: str = "",
        answer: str = "",
        times: int = 1,
    ) -> None:
        """Queue a failure. Of an exception, type and place are kept, not the message; a text is kept as it is."""
        detail = error_detail(error) if isinstance(error, BaseException) else storable(error[:TEXT_LIMIT])
        key = (masked_host(site), masked_host(host), kind, detail, answer)
        if (known := self._faults.get(key)) is not None:
            self._faults[key] = known._replace(times=known.times + times)
        elif self._has_room():
            self._faults[key] = Fault(finite(at), *key, times)
            self._some.set()

    def put_passthrough(self, host: str, size: int, reason: str, at: float, *, site: str = "") -> None:
        """Queue a connection that was not opened: `size` bytes in both directions."""
        if self._has_room():
            row = Passthrough(finite(at), masked_host(site or host), masked_host(host), whole(size), storable(reason))
            self._rest.passthroughs.append(row)
            self._some.set()

    @property
    def state(self) -> State:
        """How the writer fares just now."""
        return State(
            len(self._exchanges) + len(self._rest) + len(self._faults) + self._writing,
            self._written,
            self._dropped,
            self._trouble,
        )

    async def flush(self) -> bool:
        """Write what has been put so far; return whether all of it is on disk."""
        async with self._lock:
            while self._is_waiting():
                if not await self._write_batch():
                    return False
        return True

    async def close(self) -> None:
        """Write everything and close. If the file cannot be written for two seconds, the rest is given up and said."""
        if self._closing:
            return
        self._closing = True
        self._some.set()
        self._full.set()
        await asyncio.wait({self._task})
        for _ in range(LAST_TRIES):
            if await self.flush():
                break
            await asyncio.sleep(self._interval)
        if lost := self.state.waiting:
            self._dropped += lost
            log.error("the ledger could not be written; %d records are lost: %s", lost, self._trouble)
        self._limit = 0  # whoever still puts something is counted
        await self._store.close(self._dropped)

    async def _run(self) -> None:
        await self._expire()
        while not self._closing:
            await self._some.wait()
            if self._trouble:
                await asyncio.sleep(self._interval)
            else:
                with suppress(TimeoutError):
                    await asyncio.wait_for(self._full.wait(), self._interval)
            if await self.flush() and not self._closing:
                await self._expire()

    async def _write_batch(self) -> bool:
        batch = self._take()
        try:
            await self._write(batch)
        except Exception as error:  # noqa: BLE001  (the pen must outlive any record; what it cannot write is counted)
            if _may_pass(error):
                self._put_back(batch)
                self._report(str(error))
                return False
            await self._write_one_by_one(batch)
        except BaseException:
            self._put_back(batch)
            raise
        self._settle()
        return True

    async def _write(self, batch: Batch) -> None:
        self._writing = len(batch)
        try:
            await self._store.write(batch)
            self._written += len(batch.exchanges) - batch.lost
        finally:
            self._dropped += batch.lost
            batch.lost = self._writing = 0

    async def _write_one_by_one(self, batch: Batch) -> None:
        # One record among them cannot be stored at all; the others shall not suffer for it.
        for one in batch.exchanges:
            try:
                await self._write(Batch(exchanges=[one]))
            except Exception as error:  # noqa: BLE001  (as above)
                self._dropped += 1
                log.warning("a record cannot be stored: %s", error_detail(error))
        try:
            await self._write(replace(batch, exchanges=[]))
        except Exception as error:  # noqa: BLE001  (as above)
            self._dropped += len(batch) - len(batch.exchanges)
            log.warning("records cannot be stored: %s", error_detail(error))

    def _take(self) -> Batch:
        batch, self._rest = self._rest, Batch()
        count = min(len(self._exchanges), LARGEST_BATCH)
        batch.exchanges = [self._exchanges.popleft() for _ in range(count)]
        batch.faults += self._faults.values()
        self._faults.clear()
        self._full.clear()
        if not self._exchanges:
            self._some.clear()
        return batch

    def _put_back(self, batch: Batch) -> None:
        self._exchanges.extendleft(reversed(batch.exchanges))
        later, self._rest = self._rest, replace(batch, exchanges=[])
        self._rest.pages += later.pages
        self._rest.rulesets += later.rulesets
        self._rest.passthroughs += later.passthroughs
        self._some.set()

    def _report(self, problem: str) -> None:
        if problem != self._trouble:
            log.warning("the ledger cannot be written just now, its rows wait: %s", problem)
        self._trouble = problem

    def _settle(self) -> None:
        now = time.time()
        for told in filter(None, (self._store.note, self._trouble)):
            log.warning("the ledger is written again: %s", told)
            self.put_fault(told, now, kind="ledger", answer="written again")
        self._store.note = self._trouble = ""
        if lost := self._dropped - self._dropped_told:
            self._dropped_told = self._dropped
            self.put_fault("records given up", now, kind="ledger", answer="dropped", times=lost)

    async def _expire(self) -> None:
        now = time.time()
        if now - self._expired_at < EXPIRE_SECONDS:
            return
        self._expired_at = now
        try:
            async with self._lock:
                await self._store.expire(now)
        except (sqlite3.Error, OSError, LouverError) as error:
            self._report(f"old rows could not be deleted: {error}")

    def _has_room(self) -> bool:
        if len(self._rest) + len(self._faults) < self._limit:
            return True
        self._dropped += 1
        return False

    def _is_waiting(self) -> bool:
        return bool(self._exchanges or self._rest or self._faults)


def _may_pass(error: Exception) -> bool:
    # A full disk, a lock, a lost folder, a damaged file that has been replaced: the same rows can be written later.
    return isinstance(error, OSError | LouverError | sqlite3.OperationalError) or is_broken(error)
