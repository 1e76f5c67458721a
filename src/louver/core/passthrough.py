"""Knows which hosts' connections go through unopened, and why: those on a list, and those that must be left alone.

A program that insists on the site's own certificate (pinning), a site that wants a certificate of the person's, and a
site whose certificate is not valid cannot be looked into honestly. Each is learned for the client that met it, for a
while. Events and the time go in, a reason comes out.
"""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

MINUTE: Final = 60.0
HOUR: Final = 60 * MINUTE
DAY: Final = 24 * HOUR

REMEMBERED: Final = 2048
"""Hosts by client that are kept, the latest met first to stay."""

HINTS_NEEDED: Final = 3
"""Handshakes that a client must leave without a word before that counts as a refusal: browsers change their minds."""


class Why(StrEnum):
    """What makes a connection go through unopened."""

    OWN = "you chose so"
    BANKING = "a bank, left alone"
    HEALTH = "a health service, left alone"
    SYSTEM = "an update of the system, left alone"
    PINNED = "the client insists on the site's own certificate"
    UNTRUSTING = "the client trusts no certificate of ours"
    INVALID = "the site's certificate is not valid; the client may see it for itself"
    WANTS_CERTIFICATE = "the site asks for a certificate of yours"


LASTS: Final = {
    Why.PINNED: 7 * DAY,
    # Until somebody imports our certificate authority; then it was no pinning after all.
    Why.UNTRUSTING: HOUR,
    # Long enough to reload, read the browser's own warning and decide; the next one may be an attack again.
    Why.INVALID: 10 * MINUTE,
    Why.WANTS_CERTIFICATE: 7 * DAY,
}
"""Seconds for which each learned reason holds."""

LISTED: Final = {"banking": Why.BANKING, "health": Why.HEALTH, "system": Why.SYSTEM}


@dataclass(frozen=True, slots=True)
class Learned:
    """A host that one client cannot reach through an opened connection. Times are Unix seconds."""

    host: str
    client: str
    why: Why
    since: float
    until: float


@dataclass(frozen=True, slots=True)
class Chosen:
    """What the person wrote: hosts that pass besides those listed, and hosts that do not although they are listed."""

    added: frozenset[str] = frozenset()
    removed: frozenset[str] = frozenset()


@dataclass(slots=True)
class Passthrough:
    """The hosts that pass. `listed` is host to kind; a host stands for those below it, too.

    `never` tells hosts that are known to do nothing but track: none of them is learned, lest refusing to be looked into
    became the way around us.
    """

    listed: Mapping[str, str] = field(default_factory=dict)
    chosen: Chosen = field(default_factory=Chosen)
    never: Callable[[str], bool] = lambda _host: False
    _learned: OrderedDict[tuple[str, str], Learned] = field(default_factory=OrderedDict)
    _trusting: set[str] = field(default_factory=set)
    _hints: OrderedDict[tuple[str, str], int] = field(default_factory=OrderedDict)

    def why(self, host: str, client: str, now: float) -> Why | None:
        """Return why a connection of `client` to `host` goes through unopened; None where it is opened."""
        name = plain(host)
        return self.why_always(name) or self._why_learned(name, client, now)

    def why_always(self, host: str) -> Why | None:
        """Return why a host's connections pass for everybody; the longest name that somebody spoke of decides."""
        for name in _upwards(host):
            if name in self.chosen.removed:
                return None
            if name in self.chosen.added:
                return Why.OWN
            if name in self.listed:
                return LISTED[self.listed[name]]
        return None

    def refused(self, host: str, client: str, now: float, *, said_so: bool) -> Learned | None:
        """Take note that a client did not go on with our certificate. `said_so`: it named the certificate as the cause.

        Returns what was learned from it, if anything; from hints alone, for an hour only.
        """
        key = (plain(host), client)
        if not said_so:
            self._hints[key] = self._hints.pop(key, 0) + 1
            while len(self._hints) > REMEMBERED:
                self._hints.popitem(last=False)
            if self._hints[key] < HINTS_NEEDED:
                return None
        self._hints.pop(key, None)
        why = Why.PINNED if client in self._trusting else Why.UNTRUSTING
        return self.learn(host, client, why, now, LASTS[why] if said_so else HOUR)

    def accepted(self, host: str, client: str) -> bool:
        """Take note that a client went on with our certificate; True where something learned is forgotten for it."""
        self._hints.pop((plain(host), client), None)
        if client in self._trusting:
            return False
        if len(self._trusting) >= REMEMBERED:
            self._trusting.clear()
        self._trusting.add(client)
        gone = [key for key, one in self._learned.items() if key[1] == client and one.why is Why.UNTRUSTING]
        for key in gone:
            del self._learned[key]
        return bool(gone)

    def learn(self, host: str, client: str, why: Why, now: float, lasts: float | None = None) -> Learned | None:
        """Let a client's connections to a host pass from now on, for `lasts` seconds or as long as the reason does."""
        name = plain(host)
        if not name or self.never(name) or name in self.chosen.removed:
            return None
        learned = self._learned[name, client] = Learned(
            name, client, why, now, now + (LASTS[why] if lasts is None else lasts)
        )
        self._learned.move_to_end((name, client))
        while len(self._learned) > REMEMBERED:
            self._learned.popitem(last=False)
        return learned

    def learned(self, now: float) -> list[Learned]:
        """Return what was learned and still holds, the oldest first."""
        return [one for one in self._learned.values() if one.since <= now + MINUTE and now < one.until]

    def recall(self, rows: Iterable[Learned]) -> None:
        """Replace what was learned."""
        self._learned = OrderedDict(((row.host, row.client), row) for row in rows)

    def trust(self, before: Passthrough) -> None:
        """Take over which clients have gone on with our certificate."""
        self._trusting = before._trusting

    def _why_learned(self, host: str, client: str, now: float) -> Why | None:
        one = self._learned.get((host, client))
        if one is None:
            return None
        # A clock that was set back must not make an exception last for years.
        if one.since - MINUTE <= now < one.until:
            return one.why
        del self._learned[host, client]
        return None


def plain(host: str) -> str:
    """Return a host as it is compared: lower case, without the root's dot."""
    return host.lower().rstrip(".")


def _upwards(host: str) -> Iterable[str]:
    """Yield a host and the domains above it, the longest first."""
    name = host
    while name:
        yield name
        name = name.partition(".")[2]
