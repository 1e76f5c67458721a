"""Knows how to make outcomes for the tests of what is remembered between exchanges."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from louver.core.decision import Action, Decision, Fate, Outcome, Treated, Treatment
from louver.core.facts import Page, Parties, Party, Request, ResourceType, Response
from louver.core.signals.cookies import lifetime
from louver.core.signals.signal import Grade, Kind, Place, Signal, Where
from louver.core.sites import host_of

if TYPE_CHECKING:
    from louver.core.facts import Headers


def site_of(host: str) -> str:
    return ".".join(host.split(".")[-2:])


def page(url: str, number: int = 1, confidence: float = 1.0) -> Page:
    return Page(number, url, site_of(host_of(url)), "test", confidence)


def embedded(url: str, top: str, *, headers: Headers = (), client: str = "", confidence: float = 1.0) -> Request:
    return Request(url, "GET", headers, ResourceType.IMAGE, page(top, 1, confidence), client=client)


def navigation(
    url: str, source: str = "", *, headers: Headers = (), method: str = "GET", number: int = 1, client: str = ""
) -> Request:
    initiator = page(source, 99) if source else None
    return Request(url, method, headers, ResourceType.DOCUMENT, page(url, number), initiator=initiator, client=client)


def outcome(request: Request, treated: tuple[Treated, ...] = (), location: str | None = None) -> Outcome:
    host = host_of(request.url)
    action = Action.PASS if location is None else Action.REDIRECT
    asker = request.asker
    party = Party.UNKNOWN if asker is None else Party.FIRST if asker.site == site_of(host) else Party.THIRD
    return Outcome(
        request=request,
        site=request.page.site if request.page else site_of(host),
        recipient=host,
        recipient_site=site_of(host),
        parties=Parties(party, party, party),
        tracker=None,
        owner=None,
        rule=None,
        exception=None,
        decision=Decision(action, location, "test", "test"),
        treated=treated,
        sent=request if location is None else replace(request, url=location),
    )


def answered(before: Outcome, status: int = 200, headers: Headers = ()) -> Outcome:
    response = Response(status, headers)
    return before.answered((), response, response)


def set_apart(request: Request, *lines: str) -> Outcome:
    """The outcome of an answer whose cookies policy keeps apart."""
    headers = tuple(("Set-Cookie", line) for line in lines)
    treated = tuple(
        Treated(_cookie(line, index), Treatment.PARTITION, Fate.REWRITTEN, "row")
        for index, line in enumerate(lines)
        if (lifetime(line, ()) or 1) > 0
    )
    return outcome(request).answered(treated, Response(200, headers), Response(200, ()))


def _cookie(line: str, index: int) -> Signal:
    name, _, value = line.partition(";")[0].partition("=")
    age = lifetime(line, ())
    place = Place(line=index)
    return Signal(Kind.THIRD_PARTY_ID_COOKIE, Where.SET_COOKIE, name, Grade.CONFIRMED, place, value, lifetime=age)


def click_id(fate: Fate = Fate.BLOCKED) -> Treated:
    signal = Signal(Kind.CLICK_ID, Where.QUERY, "xclid", Grade.CONFIRMED, Place(piece=0), "7")
    return Treated(signal, Treatment.STRIP, fate, "row")
