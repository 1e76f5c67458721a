"""Knows what header lines say of a person and the device: one row per header, request and response side."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING, Final

from louver.core.facts import Party
from louver.core.signals.cookies import in_cookie_header
from louver.core.signals.signal import Grade, Kind, Place, Signal, Where
from louver.core.sites import host_of

if TYPE_CHECKING:
    from louver.core.facts import Response
    from louver.core.signals.context import Context

type Detector = Callable[[Context, int, str, str], Iterator[Signal]]
"""Takes the exchange, the line's index, its name in lower case and its value."""


_AUTHORITY_END: Final = re.compile(r"[/?#\\]")


def _always(kind: Kind, grade: Grade = Grade.CONFIRMED) -> Detector:
    """Make a detector for a header whose mere presence is the signal."""

    def detect(context: Context, line: int, name: str, value: str) -> Iterator[Signal]:
        yield Signal(kind, Where.HEADER, name, grade, Place(line=line), value, owner=context.owner)

    return detect


def _cookie(context: Context, line: int, _name: str, value: str) -> Iterator[Signal]:
    return in_cookie_header(context, line, value)


def _referrer(context: Context, line: int, name: str, value: str) -> Iterator[Signal]:
    """Find an address that says more than its origin to somebody who is neither its site nor its owner."""
    host = host_of(value)
    if not host or len(value) <= len(origin(value)) + 1:
        return
    party = Party.FIRST if context.is_same_side(host, context.host) else Party.THIRD
    place = Place(line=line)
    yield Signal(Kind.REFERRER, Where.HEADER, name, Grade.CONFIRMED, place, value, owner=context.owner, party=party)


def _language(context: Context, line: int, name: str, value: str) -> Iterator[Signal]:
    if "," in value or ";" in value:
        yield Signal(Kind.LANGUAGE, Where.HEADER, name, Grade.CONFIRMED, Place(line=line), value, owner=context.owner)


def _validator(context: Context, line: int, name: str, value: str) -> Iterator[Signal]:
    """Find a cache validator that can recognise a browser: any at a tracker, an identifier-like one elsewhere."""
    if context.party is not Party.THIRD:
        return
    if context.tracker is not None and not context.tracker.mixed:
        grade = Grade.LIKELY
    elif context.judge(value.removeprefix("W/").strip('"')) is not None:
        grade = Grade.POSSIBLE
    else:
        return
    yield Signal(Kind.CACHE_ID, Where.HEADER, name, grade, Place(line=line), value, owner=context.owner)


def origin(url: str) -> str:
    """Return `scheme://host:port` of a URL as text, without a path or a name and password."""
    scheme, separator, rest = url.partition("://")
    if not separator:
        return url
    authority = _AUTHORITY_END.split(rest, 1)[0]
    return f"{scheme}{separator}{authority.rpartition('@')[2]}"


HINTS: Final[Mapping[str, Kind]] = {
    "sec-ch-ua-arch": Kind.USER_AGENT,
    "sec-ch-ua-bitness": Kind.USER_AGENT,
    "sec-ch-ua-form-factors": Kind.USER_AGENT,
    "sec-ch-ua-full-version": Kind.USER_AGENT,
    "sec-ch-ua-full-version-list": Kind.USER_AGENT,
    "sec-ch-ua-model": Kind.USER_AGENT,
    "sec-ch-ua-platform-version": Kind.USER_AGENT,
    "sec-ch-ua-wow64": Kind.USER_AGENT,
    "dpr": Kind.SCREEN,
    "sec-ch-dpr": Kind.SCREEN,
    "sec-ch-viewport-height": Kind.SCREEN,
    "sec-ch-viewport-width": Kind.SCREEN,
    "sec-ch-width": Kind.SCREEN,
    "viewport-width": Kind.SCREEN,
    "width": Kind.SCREEN,
    "device-memory": Kind.HARDWARE,
    "downlink": Kind.HARDWARE,
    "ect": Kind.HARDWARE,
    "rtt": Kind.HARDWARE,
    "sec-ch-device-memory": Kind.HARDWARE,
}
"""Client hints beyond the three low-entropy ones (WICG ua-client-hints, client-hints-infrastructure)."""

REQUEST: Final[Mapping[str, Detector]] = {
    "accept-language": _language,
    "attribution-reporting-eligible": _always(Kind.INTEREST),
    "attribution-reporting-support": _always(Kind.INTEREST),
    "authorization": _always(Kind.AUTH_TOKEN),
    "cookie": _cookie,
    "dnt": _always(Kind.CONSENT),
    "forwarded": _always(Kind.IP_LOCATION),
    "if-modified-since": _validator,
    "if-none-match": _validator,
    "ping-from": _always(Kind.BEACON),
    "ping-to": _always(Kind.BEACON),
    "referer": _referrer,
    "sec-browsing-topics": _always(Kind.INTEREST),
    "sec-gpc": _always(Kind.CONSENT),
    "x-client-data": _always(Kind.DEVICE_ID, Grade.LIKELY),
    "x-forwarded-for": _always(Kind.IP_LOCATION),
    "x-real-ip": _always(Kind.IP_LOCATION),
    **{name: _always(kind) for name, kind in HINTS.items()},
}
"""Request header to detector. A new header is a new row."""

RESPONSE: Final[Mapping[str, Detector]] = {
    "accept-ch": _always(Kind.USER_AGENT),
    "attribution-reporting-register-os-source": _always(Kind.INTEREST),
    "attribution-reporting-register-os-trigger": _always(Kind.INTEREST),
    "attribution-reporting-register-source": _always(Kind.INTEREST),
    "attribution-reporting-register-trigger": _always(Kind.INTEREST),
    "critical-ch": _always(Kind.USER_AGENT),
    "etag": _validator,
    "observe-browsing-topics": _always(Kind.INTEREST),
}
"""Response header to detector."""


def in_request(context: Context) -> Iterator[Signal]:
    """Find the signals of all request header lines."""
    for line, (key, value) in enumerate(context.request.headers):
        name = key.lower()
        detector = REQUEST.get(name)
        if detector is not None:
            yield from detector(context, line, name, value)


def in_response(context: Context, response: Response) -> Iterator[Signal]:
    """Find the signals of all response header lines but cookies."""
    for line, (key, value) in enumerate(response.headers):
        name = key.lower()
        detector = RESPONSE.get(name)
        if detector is not None:
            yield from detector(context, line, name, value)
