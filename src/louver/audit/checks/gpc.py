"""Knows whether a site heeds Global Privacy Control: what it declares, what it says, and what goes on anyway."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import msgspec

from louver.audit.finding import CCPA, GPC, Check, Found, Severity, carried, found, row
from louver.audit.visit import group

if TYPE_CHECKING:
    from collections.abc import Iterator

    from louver.audit.visit import Exchange, Visit

RESOURCE: Final = "/.well-known/gpc.json"
SALE: Final = frozenset({"sale", "sharing", "targeted-advertising"})
STRINGS: Final = ("us-privacy", "gpp-")
SELLERS: Final = frozenset({"advertising", "affiliate"})


def ignored(visit: Visit) -> Iterator[Found]:
    """Find strings that say "not opted out", and advertisers that get identifiers, although the browser opted out."""
    if not visit.modes.gpc:
        return
    for each in visit.exchanges:
        for said in each.said:
            if said.granted & SALE and said.mechanism.startswith(STRINGS):
                title = f"{said.mechanism} says that the visitor did not opt out, although the browser did"
                yield found(said.mechanism, title, Severity.HIGH, (row(each, said.words),))
    pairs = (pair for pair in visit.identified() if pair[0].category in SELLERS and pair[0].is_third)
    for who, rows in group(pairs, lambda pair: pair[0].who).items():
        if not any(_heard(each) for each, _ in rows):
            title = f"{who} identifies the visitor although the browser opted out, and is not told of it"
            evidence = (row(each, carried(one)) for each, one in rows)
            yield found(who, title, Severity.MEDIUM, evidence)


def _heard(each: Exchange) -> bool:
    """Whether an advertiser is told in the request itself; the header alone is what the visitor's browser says."""
    return any(said.mechanism not in {"gpc", "dnt"} and said.denied & SALE for said in each.said)


def declared(visit: Visit) -> Iterator[Found]:
    """Say what the site declares about the signal, where that was recorded."""
    for each in visit.exchanges:
        if each.is_third or not each.url.partition("?")[0].endswith(RESOURCE):
            continue
        promise = _promise(each)
        words = {True: "declares that it heeds", False: "declares that it does not heed", None: "says nothing about"}
        severity = Severity.LOW if promise is False else Severity.INFO
        title = f"{each.recipient} {words[promise]} Global Privacy Control"
        yield found(each.recipient, title, severity, (row(each, f"status {each.status}"),))


def _promise(each: Exchange) -> bool | None:
    """Read the declaration: only a boolean counts, everything else is unknown."""
    if each.status != 200:
        return None
    try:
        read: Any = msgspec.json.decode(each.content)
    except (msgspec.MsgspecError, UnicodeError):
        return None
    said = read.get("gpc") if isinstance(read, dict) else None
    return said if isinstance(said, bool) else None


IGNORED: Final = Check(
    "gpc-ignored",
    "The opt-out signal of the browser is ignored",
    "Treat `Sec-GPC: 1` as an opt-out of sale and sharing: set the strings accordingly and hold back advertisers.",
    ignored,
    (GPC, CCPA),
)
DECLARED: Final = Check(
    "gpc-declaration",
    "What the site declares about the opt-out signal",
    "Publish /.well-known/gpc.json with `gpc` true once the signal is heeded; it is a declaration, not a proof.",
    declared,
    (GPC,),
    needs="facts",
)
