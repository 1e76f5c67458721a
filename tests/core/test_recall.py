"""What memory makes of exchanges that follow one another: who got whose value, ghosts, and what was refused."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
from exchanges import site_of

from louver.core.decision import Action, Decision, Fate, Outcome, Treated, Treatment
from louver.core.facts import Page, Parties, Party, Request, ResourceType, Response
from louver.core.recall import Recall
from louver.core.signals.signal import Grade, Kind, Place, Signal, Where
from louver.core.sites import host_of

if TYPE_CHECKING:
    from louver.core.facts import Headers

NOW = 1.7e9
ID = "8f14e45fceea167a5a36dedd4bea2543"
SHOP = "https://shop.example/"
REFUSED = "groups=C0001:1,C0002:0,C0004:0"
AGREED = "groups=C0001:1,C0002:1,C0004:1"


def digest(value: str) -> str:
    return hashlib.sha256(b"key" + value.encode("utf-8", "surrogatepass")).hexdigest()


def treated(kind: Kind, where: Where, name: str, value: str = ID, **changes: Any) -> Treated:
    fate = changes.pop("fate", Fate.SHARED)
    grade = changes.pop("grade", Grade.CONFIRMED)
    return Treated(Signal(kind, where, name, grade, Place(), value, **changes), Treatment.ALLOW, fate, "row")


COOKIE = treated(Kind.FIRST_PARTY_COOKIE, Where.COOKIE, "uid")
COPY = treated(Kind.DEVICE_ID, Where.QUERY, "cid")


def exchange(
    url: str,
    *signals: Treated,
    page: str = SHOP,
    kind: ResourceType = ResourceType.IMAGE,
    headers: Headers = (),
    initiator: str | None = None,
    owner: str | None = None,
    client: str = "",
) -> Outcome:
    host = host_of(url)
    own = Page(1, page, site_of(host_of(page)), "test", 1.0)
    came_from = Page(9, initiator, site_of(host_of(initiator)), "test", 1.0) if initiator else None
    request = Request(url, "GET", headers, kind, own, initiator=came_from, client=client)
    asker = request.asker
    party = Party.UNKNOWN if asker is None else Party.FIRST if asker.site == site_of(host) else Party.THIRD
    return Outcome(
        request=request,
        site=own.site,
        recipient=host,
        recipient_site=site_of(host),
        parties=Parties(party, party, party),
        tracker=None,
        owner=owner,
        rule=None,
        exception=None,
        decision=Decision(Action.PASS, None, "test", "test"),
        treated=signals,
        sent=request,
    )


def document(*signals: Treated, url: str = SHOP, initiator: str | None = None, **changes: Any) -> Outcome:
    return exchange(url, *signals, page=url, kind=ResourceType.DOCUMENT, initiator=initiator, **changes)


def answered(outcome: Outcome, status: int = 200, headers: Headers = ()) -> Outcome:
    return replace(outcome, response=Response(status, headers), received=Response(status, headers))


@pytest.fixture
def recall() -> Recall:
    return Recall(digest, site_of)


def links(recall: Recall, outcome: Outcome, now: float = NOW) -> list[tuple[str, ...]]:
    return [each.links for each in recall.note(outcome, now).treated]


# --- copies and ghosts


def test_a_sites_own_cookie_that_is_passed_on_is_a_copy_and_then_a_ghost(recall: Recall) -> None:
    recall.note(exchange(SHOP + "app.js"), NOW)
    assert links(recall, exchange(SHOP + "next.html", COOKIE)) == [()]
    assert not recall.is_ghost("shop.example", "uid")
    assert links(recall, exchange("https://t.example/p", COPY)) == [("copy",)]
    assert recall.is_ghost("shop.example", "uid")
    assert recall.is_ghost("www.shop.example", "uid") is False, "no request of that host was seen"


def test_a_cookie_that_the_server_set_is_no_ghost_though_it_is_passed_on(recall: Recall) -> None:
    recall.note(exchange(SHOP + "app.js"), NOW)
    recall.note(answered(exchange(SHOP + "sign-in"), headers=(("Set-Cookie", f"uid={ID}; Path=/"),)), NOW)
    recall.note(exchange(SHOP + "next.html", COOKIE), NOW)
    assert links(recall, exchange("https://t.example/p", COPY)) == [("copy",)]
    assert not recall.is_ghost("shop.example", "uid")


@pytest.mark.parametrize("initiator", [None, "https://news.example/"], ids=["typed", "a link elsewhere"])
def test_a_document_is_the_sites_own_exchange_wherever_the_person_came_from(
    recall: Recall, initiator: str | None
) -> None:
    recall.note(document(initiator=initiator), NOW)
    recall.note(document(COOKIE, initiator=initiator), NOW)
    recall.note(exchange("https://t.example/p", COPY), NOW)
    assert recall.is_ghost("shop.example", "uid")


def test_a_copy_that_leaves_before_the_cookie_is_seen_is_told_at_its_next_time(recall: Recall) -> None:
    """A script writes its cookie and reports at once; the next request of the site carries it."""
    recall.note(document(), NOW)
    assert links(recall, exchange("https://t.example/p", COPY)) == [()]
    recall.note(exchange(SHOP + "next.html", COOKIE), NOW)
    assert links(recall, exchange("https://t.example/p", COPY)) == [("copy",)]
    assert recall.is_ghost("shop.example", "uid")


def test_the_same_meeting_is_answered_the_same(recall: Recall) -> None:
    recall.note(exchange(SHOP + "x", COOKIE), NOW)
    first, second = (recall.note(exchange("https://t.example/p", COPY), NOW).treated[0] for _ in range(2))
    assert first == second
    assert first.thread


# --- links between others


def test_two_third_parties_with_one_value_are_in_sync(recall: Recall) -> None:
    one = exchange("https://a.example/", treated(Kind.THIRD_PARTY_ID_COOKIE, Where.COOKIE, "u"), owner="A")
    other = exchange("https://b.example/?p=", treated(Kind.SYNC_ID, Where.QUERY, "p"), owner="B")
    same_owner = exchange("https://a2.example/?p=", treated(Kind.SYNC_ID, Where.QUERY, "p"), owner="A")
    assert links(recall, one) == [()]
    assert links(recall, same_owner) == [()]
    assert links(recall, other) == [("sync",)]


def test_an_identifier_in_a_referer_is_a_referrer_link(recall: Recall) -> None:
    address = f"https://shop.example/cart?uid={ID}"
    recall.note(exchange(SHOP, COOKIE), NOW)
    leak = exchange("https://t.example/p", treated(Kind.REFERRER, Where.HEADER, "referer", address))
    assert links(recall, leak) == [("copy", "referrer")]
    assert recall.lineage.thread(digest(ID)) is not None


def test_a_field_that_is_called_referer_accuses_nobody(recall: Recall) -> None:
    recall.note(exchange("https://a.example/", treated(Kind.THIRD_PARTY_ID_COOKIE, Where.COOKIE, "u")), NOW)
    field = treated(Kind.PAGE_URL, Where.QUERY, "referer", f"https://innocent.example/?u={ID}")
    recall.note(exchange("https://b.example/", field), NOW)
    thread = recall.lineage.thread(digest(ID))
    assert thread is not None
    assert set(thread.knows) == {"a.example", "b.example"}


def test_a_redirect_carries_a_value_to_the_next_site(recall: Recall) -> None:
    cookie = treated(Kind.THIRD_PARTY_ID_COOKIE, Where.COOKIE, "u")
    onward = (("Location", f"https://b.example/match?partner={ID}"),)
    recall.note(exchange("https://a.example/", cookie, owner="A"), NOW)
    recall.note(answered(exchange("https://a.example/go", cookie, owner="A"), 302, onward), NOW)
    arrival = exchange("https://b.example/match", treated(Kind.SYNC_ID, Where.QUERY, "partner"), owner="B")
    assert links(recall, arrival, NOW + 1) == [("redirect", "sync")]


@pytest.mark.parametrize("location", ["http://[", "//[x/", "", "\x00", "https://" + "a" * 70_000, "?", "\udcff://x"])
def test_no_location_makes_memory_raise(recall: Recall, location: str) -> None:
    cookie = treated(Kind.THIRD_PARTY_ID_COOKIE, Where.COOKIE, "u")
    noted = recall.note(answered(exchange("https://a.example/", cookie), 302, (("Location", location),)), NOW)
    assert noted.treated[0].thread


@pytest.mark.parametrize("fate", [Fate.BLOCKED, Fate.REWRITTEN])
def test_what_did_not_leave_leaves_no_trace(recall: Recall, fate: Fate) -> None:
    recall.note(exchange(SHOP, COOKIE), NOW)
    kept = exchange("https://t.example/p", treated(Kind.DEVICE_ID, Where.QUERY, "cid", fate=fate))
    assert links(recall, kept) == [()]
    thread = recall.lineage.thread(digest(ID))
    assert thread is not None
    assert set(thread.knows) == {"shop.example"}
    assert not recall.is_ghost("shop.example", "uid")


def test_a_value_is_seen_on_as_many_sites_as_told_it(recall: Recall) -> None:
    assert recall.seen_on(ID) == (0, False)
    recall.note(exchange("https://t.example/p", COPY), NOW)
    recall.note(exchange("https://t.example/p", COPY, page="https://news.example/"), NOW + 2 * 86_400)
    assert recall.seen_on(ID) == (2, True)


def test_what_may_be_no_identifier_starts_no_thread(recall: Recall) -> None:
    possible = treated(Kind.SYNC_ID, Where.QUERY, "q", grade=Grade.POSSIBLE)
    words = treated(Kind.FIRST_PARTY_COOKIE, Where.COOKIE, "theme", "dark-and-quiet")
    recall.note(exchange("https://t.example/", possible), NOW)
    recall.note(exchange(SHOP, words), NOW)
    assert len(recall.lineage) == 0


# --- what was chosen


def choice(value: str, name: str = "OptanonConsent") -> Treated:
    return treated(Kind.SECURITY_COOKIE, Where.COOKIE, name, value)


def refused(outcome: Outcome) -> tuple[str, ...]:
    return outcome.consent.refused if outcome.consent else ()


def test_what_was_refused_is_known_at_every_later_exchange_of_the_site(recall: Recall) -> None:
    assert recall.note(exchange("https://t.example/p"), NOW).consent is None
    assert refused(recall.note(document(choice(REFUSED)), NOW)) == ("advertising", "analytics")
    assert refused(recall.note(exchange("https://t.example/p"), NOW)) == ("advertising", "analytics")
    assert recall.note(exchange("https://t.example/p", page="https://news.example/"), NOW).consent is None


def test_an_opt_out_header_adds_to_what_was_refused_and_does_not_replace_it(recall: Recall) -> None:
    recall.note(document(choice(REFUSED)), NOW)
    told = recall.note(exchange("https://t.example/p", headers=(("Sec-GPC", "1"),)), NOW)
    assert {"analytics", "sale"} <= set(refused(told))
    assert "sale" not in refused(recall.note(exchange("https://t.example/q"), NOW)), "the header is not there any more"
    assert "analytics" in refused(recall.note(exchange("https://t.example/q"), NOW))


def test_who_agrees_after_all_has_agreed(recall: Recall) -> None:
    recall.note(document(choice(REFUSED)), NOW)
    assert refused(recall.note(document(choice(AGREED)), NOW)) == ()
    assert refused(recall.note(exchange("https://t.example/p"), NOW)) == ()


def test_what_was_refused_elsewhere_or_by_somebody_else_is_not_refused_here(recall: Recall) -> None:
    player = exchange("https://video.example/embed", choice(REFUSED), kind=ResourceType.SUBDOCUMENT)
    assert recall.note(player, NOW).consent is None
    recall.note(document(choice(REFUSED), client="10.0.0.1"), NOW)
    assert recall.note(exchange("https://t.example/p", client="10.0.0.2"), NOW).consent is None
    assert refused(recall.note(exchange("https://t.example/p", client="10.0.0.1"), NOW))


def test_a_collectors_field_tells_of_the_site_that_it_collects_on(recall: Recall) -> None:
    field = treated(Kind.CONSENT, Where.QUERY, "gcs", "G100")
    recall.note(exchange("https://t.example/p", field), NOW)
    assert {"advertising", "analytics"} <= set(refused(recall.note(exchange("https://other.example/p"), NOW)))


# --- bounds


def test_nothing_grows_without_end(recall: Recall, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("louver.core.recall.RECENT", 8)
    for number in range(40):
        value, top = digest(str(number)), f"https://s{number}.example/"
        own = treated(Kind.FIRST_PARTY_COOKIE, Where.COOKIE, f"c{number}", value)
        recall.note(exchange(top, own, choice(REFUSED), page=top), NOW)
        recall.note(exchange("https://t.example/", treated(Kind.DEVICE_ID, Where.QUERY, "c", value), page=top), NOW)
    held = (recall._recent, recall._names, recall._copied, recall._consents)
    assert all(len(each) <= 8 for each in held)
