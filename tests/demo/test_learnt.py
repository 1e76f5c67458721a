from __future__ import annotations

from louver.demo.exchange import Arrival
from louver.demo.learnt import learnt_from

ID = "0123456789abcdef0123456789abcdef"


def arrival(url: str, body: bytes = b"", **headers: str) -> Arrival:
    host, _, target = url.partition("/")
    lines = tuple((name.replace("_", "-"), value) for name, value in headers.items())
    return Arrival(host, "GET", f"/{target}", lines, body, 0.0)


def test_nothing_arrived_nothing_learnt() -> None:
    learnt = learnt_from([])
    assert (learnt.requests, learnt.pages, learnt.clicks) == (0, 0, 0)
    assert learnt.followed == learnt.known_again == learnt.search == learnt.mail == ()


def test_one_id_on_two_sites_is_followed_on_one_site_known_again() -> None:
    two_sites = [
        arrival("adbazaar.test/tag.js", cookie=f"uid={ID}", referer=f"https://{site}/")
        for site in ("daily-news.test", "corner-shop.test")
    ]
    one_site = [arrival("chirper.test/x", cookie=f"guest_id={ID}", referer="https://daily-news.test/")] * 2
    learnt = learnt_from(two_sites + one_site)
    assert learnt.followed == ("Ad Bazaar",)
    assert learnt.known_again == ("Ad Bazaar", "Chirper")


def test_two_ids_on_two_sites_follow_nobody() -> None:
    learnt = learnt_from(
        [
            arrival("adbazaar.test/tag.js", cookie=f"uid={ID}", referer="https://daily-news.test/"),
            arrival("adbazaar.test/tag.js", cookie=f"uid={ID[::-1]}", referer="https://corner-shop.test/"),
        ]
    )
    assert learnt.followed == learnt.known_again == ()


def test_a_bare_origin_is_no_page_and_a_path_is_one() -> None:
    assert learnt_from([arrival("adbazaar.test/x", referer="https://daily-news.test/")]).pages == 0
    assert learnt_from([arrival("adbazaar.test/x", referer="https://daily-news.test/search?q=a")]).pages == 1
    assert learnt_from([arrival("adbazaar.test/x?u=https%3A%2F%2Ftravel-diary.test%2Flisbon")]).pages == 1


def test_search_and_mail_are_found_however_they_are_encoded() -> None:
    assert learnt_from([arrival("adbazaar.test/ad?kw=panic%20attacks")]).search == ("Ad Bazaar",)
    nested = "footprint-metrics.test/g/collect?dl=https%3A%2F%2Fdaily-news.test%2Fsearch%3Fq%3Dpanic%2Battacks"
    assert learnt_from([arrival(nested)]).search == ("Footprint Metrics",)
    assert learnt_from([arrival("mousetrail.test/record", b'{"email":"sam@inbox.test"}')]).mail == ("Mouse Trail",)


def test_what_helpers_and_the_sites_themselves_get_is_their_business() -> None:
    learnt = learnt_from([arrival("fastshelf.test/ui.js", cookie=f"x={ID}"), arrival("daily-news.test/search?q=a")])
    assert learnt.requests == 0


def test_click_ids_count_where_they_land() -> None:
    assert learnt_from([arrival("corner-shop.test/offer?item=kettle&gclid=x")]).clicks == 1
    assert learnt_from([arrival("corner-shop.test/offer?item=kettle")]).clicks == 0
