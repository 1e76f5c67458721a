"""Knows ways of tracking that do not show in the address bar or in cookie settings: names, servers, hops, caches."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Final

from louver.audit.finding import CONSENT, EPRIVACY, INFORM, Check, Found, Severity, counted, found, row
from louver.audit.visit import group
from louver.core.facts import ResourceType
from louver.core.signals.signal import Kind, Where
from louver.core.sites import host_of
from louver.ledger.masking import masked_name

if TYPE_CHECKING:
    from collections.abc import Iterator

    from louver.audit.visit import Exchange, Visit

SERVER_COOKIES: Final = frozenset({"FPID", "FPLC", "FPAU", "FPGCLAW", "FPGSID"})
"""Cookies that only a server-side tag container of Google sets."""
SHORT_LIVED: Final = 86_400
BITS: Final = 8
"""Sub-domains of one site from which on different HSTS answers can spell a number."""


def cloaked(visit: Visit) -> Iterator[Found]:
    """Find trackers behind a name of the site's own."""
    for host, rows in group((each for each in visit.exchanges if each.cloaked), lambda each: each.host).items():
        carried = any(one.where is Where.COOKIE for each in rows for one in each.signals)
        ending = ", and is sent the site's own cookies" if carried else ""
        title = f"{host} is {rows[0].who} behind a name of the site's own{ending}"
        severity = Severity.HIGH if carried else Severity.MEDIUM
        yield found(host, title, severity, (row(each, f"stands for {each.who}") for each in rows))


def relayed(visit: Visit) -> Iterator[Found]:
    """Find hosts of the site's own that take in a tracker's messages, or set a tag server's cookies."""
    pairs = [(each, f"the fields of {each.relay}") for each in visit.exchanges if each.relay]
    pairs += [
        (each, f"the cookie {masked_name(one.name)}")
        for each in visit.exchanges
        for one in each.signals
        if one.name in SERVER_COOKIES and one.where is Where.SET_COOKIE and not each.is_third
    ]
    for host, rows in group(pairs, lambda pair: pair[0].host).items():
        title = f"{host} takes in a tracker's messages; what it passes on cannot be seen from outside"
        yield found(host, title, Severity.MEDIUM, (row(each, words) for each, words in rows))


def bounced(visit: Visit) -> Iterator[Found]:
    """Find sites that the visitor was only led through and that kept or read a cookie on the way."""
    documents = [each for each in visit.exchanges if each.type is ResourceType.DOCUMENT]
    hops = [each for before, each in pairwise(documents) if _leads_to(before, each)]
    for each in hops:
        after = next((one for one in documents if one.number > each.number), None)
        if after is None or not _leads_to(each, after) or after.recipient == each.recipient:
            continue
        before = next(one for one in reversed(documents) if one.number < each.number)
        if before.recipient == each.recipient or not any(one.is_cookie for one in each.signals):
            continue
        title = f"The visitor is led through {each.recipient}, which sets or reads a cookie on the way"
        names = sorted({masked_name(one.name) for one in each.signals if one.is_cookie})
        yield found(each.recipient, title, Severity.MEDIUM, (row(each, f"cookies {', '.join(names)}"),))


def _leads_to(before: Exchange, each: Exchange) -> bool:
    location = before.header("location") if before.status and 300 <= before.status < 400 else None
    return location is not None and (host_of(location) or before.host) == each.host


def etags(visit: Visit) -> Iterator[Found]:
    """Find marks in the cache of trackers that are made to be asked for again, and those that were given back."""
    pairs = [(each, one) for each, one in visit.seen(Kind.CACHE_ID) if each.is_third and each.tracker]
    for host, rows in group(pairs, lambda pair: pair[0].host).items():
        given_back = [pair for pair in rows if pair[1].name == "if-none-match"]
        made = [pair for pair in rows if pair[1].name == "etag" and _is_fresh_picture(pair[0])]
        if not made:
            continue
        severity = Severity.MEDIUM if given_back else Severity.LOW
        title = f"{host} can recognise the browser by a mark in its cache"
        yield found(host, title, severity, (row(each, f"{one.name} ({one.value})") for each, one in made + given_back))


def _is_fresh_picture(each: Exchange) -> bool:
    """Whether a tiny thing is to be asked for at every visit, which a real picture need not be."""
    control = (each.header("cache-control") or "").lower()
    age = control.partition("max-age=")[2].partition(",")[0].strip()
    asks = "private" in control or "no-cache" in control or _whole(age, SHORT_LIVED) < SHORT_LIVED
    length = each.header("content-length") or ""
    return asks and each.type is ResourceType.IMAGE and _whole(length, 0) <= 1_024


def _whole(text: str, otherwise: int) -> int:
    """Read a number that a header gives; what is none, or longer than any size, is taken for `otherwise`."""
    return int(text) if text.isdecimal() and len(text) <= 15 else otherwise


def hsts(visit: Visit) -> Iterator[Found]:
    """Find many sub-domains of one site of which some insist on HTTPS and some do not: bits of a number."""
    for site, rows in group(visit.third(), lambda each: each.recipient).items():
        insists = {each.host for each in rows if each.header("strict-transport-security")}
        open_ = {each.host for each in rows if each.url.startswith("http:")} | {each.host for each in rows} - insists
        if len(insists | open_) > BITS and len(insists) >= 3 and len(open_ - insists) >= 3 and _asks_plainly(rows):
            title = f"{site} asks {counted(len(insists | open_), 'name')} of its own, some to be remembered as secure"
            yield found(site, title, Severity.MEDIUM, (row(each, f"host {each.host}") for each in rows))


def _asks_plainly(rows: list[Exchange]) -> bool:
    return sum(each.url.startswith("http:") for each in rows) >= 3


CLOAKED: Final = Check(
    "cname-cloaking",
    "Trackers hide behind the site's own name",
    "Call the provider by its own name, so that visitors and browsers can see who it is.",
    cloaked,
    (EPRIVACY, INFORM),
)
RELAYED: Final = Check(
    "server-side-tagging",
    "The site's own server collects for others",
    "Name in the privacy notice to whom the server passes data on, and ask for consent as if the browser did it.",
    relayed,
    (CONSENT, INFORM),
)
BOUNCED: Final = Check(
    "bounce-tracking",
    "Visitors are led through trackers",
    "Link directly to the target; a stop that only sets a cookie tracks the visitor.",
    bounced,
    (EPRIVACY,),
    needs="facts",
)
ETAGS: Final = Check(
    "cache-identifier",
    "The browser's cache is used as a mark",
    "Do without what comes with a mark of its own for each visitor.",
    etags,
    (EPRIVACY,),
    needs="facts",
)
HSTS: Final = Check(
    "hsts-identifier",
    "Secure-connection memory is used as a mark",
    "Do without this provider; there is no other use for the pattern.",
    hsts,
    (EPRIVACY,),
    needs="facts",
)
