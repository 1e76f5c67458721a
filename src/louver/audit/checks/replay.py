"""Knows who records visits like a film: by who they are, by the script's address, by the stream that is sent."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from louver.audit.finding import CONSENT, MINIMISE, Check, Found, Severity, found, row
from louver.audit.visit import group
from louver.core.facts import ResourceType
from louver.core.signals.signal import Kind, Where

if TYPE_CHECKING:
    from collections.abc import Iterator

    from louver.audit.visit import Exchange, Visit

PLACES: Final = (
    "static.hotjar.com/c/hotjar-",
    "script.hotjar.com/",
    "insights.hotjar.com/",
    "fullstory.com/s/fs.js",
    "edge.fullstory.com/",
    "mc.yandex.ru/webvisor",
    "mc.yandex.ru/metrika/watch.js",
    "mc.yandex.ru/metrika/tag.js",
    "cdn.mouseflow.com/",
    "cdn.inspectlet.com/",
    "web-sdk.smartlook.com/",
    "rec.smartlook.com/",
    "cdn.logrocket.io/",
    "cdn.lr-in.com/",
    "dev.visualwebsiteoptimizer.com/",
    "www.clarity.ms/tag/",
    "www.clarity.ms/collect",
    "cdn.luckyorange.com/",
    "settings.luckyorange.net/",
    "/datadog-rum",
    "browser-intake-datadoghq",
    "/posthog-recorder",
    "/recorder-v2.js",
    "hm.baidu.com/hm.gif",
)
"""Parts of addresses that belong to recorders of visits; most are those of Blacklight's test, looked up anew."""

STREAM: Final = frozenset({ResourceType.XMLHTTPREQUEST, ResourceType.PING, ResourceType.OTHER})
MANY: Final = 5
"""POST requests to one host within a minute that make a stream (methods: session replay by volume)."""
WEIGHTY: Final = 1_000
"""Characters of a body from which on it is more than a count."""
MINUTE: Final = 60.0


def replay(visit: Visit) -> Iterator[Found]:
    """Find recorders; the stream itself is worse than the script alone."""
    known = [(each, words) for each in visit.third() if (words := _words(each))]
    behaviour = (pair for pair in visit.told(Kind.BEHAVIOUR) if pair[1].where is Where.BODY and pair[0].is_third)
    known += [(each, "a record of mouse, scrolling or keys") for each, _ in behaviour]
    for who, rows in group(known, lambda pair: pair[0].who).items():
        sends = any(each.method == "POST" for each, _ in rows)
        title = f"{who} {'records' if sends else 'can record'} the visit like a film"
        severity = Severity.HIGH if sends else Severity.MEDIUM
        yield found(who, title, severity, (row(each, words) for each, words in rows))


def streams(visit: Visit) -> Iterator[Found]:
    """Find others who are sent more large messages a minute than counting a visit needs."""
    posts = (each for each in visit.third() if _is_heavy(each) and not _words(each))
    for host, rows in group(posts, lambda each: each.host).items():
        times = sorted(each.at for each in rows if each.at is not None)
        if any(later - first <= MINUTE for first, later in zip(times, times[MANY:], strict=False)):
            title = f"{rows[0].who} is sent a stream of large messages, as recorders of visits send it"
            yield found(host, title, Severity.MEDIUM, (row(each, "POST with a large body") for each in rows))


def _words(each: Exchange) -> str:
    if each.category == "session-replay":
        return "a service that records visits"
    place = each.url.partition("?")[0].partition("://")[2]
    return next((f"the address of a recorder ({part})" for part in PLACES if part in place), "")


def _is_heavy(each: Exchange) -> bool:
    body = each.request.body if each.request else None
    return each.method == "POST" and each.type in STREAM and len(body or "") > WEIGHTY and each.category != "payment"


REPLAY: Final = Check(
    "session-replay",
    "Visits are recorded",
    "Record only with consent that says so; mask every field, and leave pages with forms and accounts out.",
    replay,
    (CONSENT, MINIMISE),
)
STREAMS: Final = Check(
    "message-stream",
    "A stream of large messages leaves for others",
    "Find out what the messages hold; if they record what the visitor does, treat them as session replay.",
    streams,
    (MINIMISE,),
    needs="facts",
)
