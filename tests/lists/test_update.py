"""Updates against a real publisher: what is taken in, what is refused, and what is asked for."""

from __future__ import annotations

import asyncio
import base64
import gzip
import hashlib
import threading
import time
from typing import TYPE_CHECKING

import pytest
from publisher import Handler, Publisher, rules

from louver.lists.limits import Limits
from louver.lists.store import Entry, Store
from louver.lists.update import MOST_INCLUDES, News, ask, beside, take_in

if TYPE_CHECKING:
    from pathlib import Path

QUICK = Limits(pauses=(0.01, 0.02))
DAY = 86_400.0
HTML = b"<!DOCTYPE html>\n<html><body>Sorry, we are down for maintenance</body></html>"


def update(
    store: Store, source: str, *, now: float = 1e9, force: bool = False, limits: Limits = QUICK, name: str = "one"
) -> News:
    """Add the list where it is new, else update it."""
    entry = store.read().find(name) or Entry(id=name, title="", source=source)
    (news,) = asyncio.run(ask(store, [entry], now, lambda *_: None, force=force, limits=limits))
    with store.editing() as state:
        if state.find(name) is None and news.word != "refused":
            state.lists.append(entry)
        take_in(store, state, [news])
    return news


def text_of(store: Store, name: str = "one") -> str:
    entry = store.read().entry(name)
    return store.text(entry, entry.versions[0]).decode()


def test_a_new_list_is_stored_with_hash_date_and_what_it_says_of_itself(store: Store, publisher: Publisher) -> None:
    text = "! Title: Ours\n! Version: 7\n! Expires: 2 days\n" + rules(3)
    assert update(store, publisher.publish("/l.txt", text), now=123.0).detail == "3 rules, 0 lines not used"
    entry = store.read().entry("one")
    (version,) = entry.versions
    assert (entry.title, version.name, entry.expires, version.at, version.rules) == ("Ours", "7", 2 * DAY, 123.0, 3)
    assert text_of(store) == text
    assert store.damage(entry) == ""


def test_an_etag_saves_the_download(store: Store, publisher: Publisher) -> None:
    url = publisher.publish("/l.txt", rules(3), etag='"abc"')
    update(store, url)
    assert update(store, url, now=2e9).word == "unchanged"
    assert publisher.asked[1][1]["if-none-match"] == '"abc"'
    assert store.read().entry("one").checked == 2e9


def test_a_date_saves_the_download(store: Store, publisher: Publisher) -> None:
    url = publisher.publish("/l.txt", rules(3), last_modified="Sat, 21 Nov 2026 10:00:00 GMT")
    update(store, url)
    assert update(store, url).word == "unchanged"
    assert publisher.asked[1][1]["if-modified-since"] == "Sat, 21 Nov 2026 10:00:00 GMT"


def test_an_etag_that_cannot_be_sent_back_is_not_kept(store: Store, publisher: Publisher) -> None:
    url = publisher.publish("/l.txt", rules(3), etag='"\xe4"')
    update(store, url)
    assert store.read().entry("one").etag == ""
    assert update(store, url).word == "unchanged"  # by its hash


def test_a_damaged_text_is_fetched_whole_and_at_once(store: Store, publisher: Publisher) -> None:
    url = publisher.publish("/l.txt", "! Expires: 5 days\n" + rules(3), etag='"abc"')
    update(store, url)
    entry = store.read().entry("one")
    store.path(entry, entry.versions[0]).write_text("gone wrong")
    assert update(store, url, now=1e9 + 1).word == "updated"
    assert "if-none-match" not in publisher.asked[1][1]
    assert store.damage(store.read().entry("one")) == ""


def test_a_publisher_who_asks_to_wait_is_left_alone(store: Store, publisher: Publisher) -> None:
    url = publisher.publish("/l.txt", "! Expires: 4 days (update frequency)\n" + rules(3))
    update(store, url, now=1000.0)
    assert update(store, url, now=1000.0 + 4 * DAY - 1).word == "fresh"
    assert len(publisher.asked) == 1
    assert update(store, url, now=1000.0 + 4 * DAY).word == "unchanged"
    assert update(store, url, now=1000.0 + 4 * DAY, force=True).word == "unchanged"
    assert len(publisher.asked) == 3


def test_a_redirect_is_followed_and_a_circle_is_not(store: Store, publisher: Publisher) -> None:
    publisher.publish("/new.txt", rules(3))
    url = publisher.on("/old.txt", lambda h: h.reply(302, headers={"location": "/new.txt"}))
    assert update(store, url).word == "updated"
    circle = publisher.on("/c.txt", lambda h: h.reply(302, headers={"location": "/c.txt"}))
    assert "circles" in update(store, circle, name="two").detail


def test_a_passing_failure_is_tried_again(store: Store, publisher: Publisher) -> None:
    url = publisher.on(
        "/l.txt", lambda h: h.reply(500), lambda h: h.reply(503), lambda h: h.reply(200, rules(3).encode())
    )
    assert update(store, url).word == "updated"
    assert len(publisher.asked) == 3


@pytest.mark.parametrize(("status", "tries"), [(404, 1), (403, 1), (410, 1), (500, 3), (429, 3)])
def test_only_what_may_pass_is_tried_again(store: Store, publisher: Publisher, status: int, tries: int) -> None:
    url = publisher.on("/l.txt", lambda h: h.reply(status))
    news = update(store, url)
    assert (news.word, len(publisher.asked)) == ("refused", tries)
    assert str(status) in news.detail


def test_a_publisher_that_never_ends_is_given_up(store: Store, publisher: Publisher) -> None:
    def drip(handler: Handler) -> None:
        handler.send_response(200)
        handler.send_header("content-length", "1000000")
        handler.end_headers()
        try:
            for _ in range(50):
                handler.wfile.write(b"||a.test^\n")
                time.sleep(0.05)
        except OSError:
            return

    news = update(store, publisher.on("/l.txt", drip), limits=Limits(seconds=0.3, pauses=()))
    assert news.detail == "no whole answer within 0.3 s"


def test_an_answer_that_is_cut_off_is_refused(store: Store, publisher: Publisher) -> None:
    def cut(handler: Handler) -> None:
        handler.reply(200, rules(3).encode(), {"content-length": "5000"})
        handler.close_connection = True

    url = publisher.publish("/l.txt", rules(5))
    update(store, url)
    before = text_of(store)
    publisher.on("/l.txt", cut)
    assert update(store, url).word == "refused"
    assert text_of(store) == before
    assert store.read().entry("one").problem


def test_compressed_answers_are_read_and_broken_ones_refused(store: Store, publisher: Publisher) -> None:
    packed = gzip.compress(rules(9).encode())
    gzipped = {"content-encoding": "gzip"}
    url = publisher.on("/l.txt", lambda h: h.reply(200, packed, gzipped))
    assert update(store, url).word == "updated"
    assert text_of(store) == rules(9)
    publisher.on("/l.txt", lambda h: h.reply(200, b"no gzip at all", gzipped))
    assert "compression" in update(store, url).detail


def test_what_unpacks_to_too_much_is_refused(store: Store, publisher: Publisher) -> None:
    bomb = gzip.compress(b"! nothing\n" * 1_000_000)
    url = publisher.on("/l.txt", lambda h: h.reply(200, bomb, {"content-encoding": "gzip"}))
    assert "larger than 1 MiB" in update(store, url, limits=Limits(largest=1 << 20, pauses=())).detail


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (HTML, "web page"),
        (b"\n\n <html>", "web page"),
        (b"<?xml version='1.0'?><Error>AccessDenied</Error>", "web page"),
        (b'{"error": "not found"}', "JSON"),
        (b"", "empty"),
        (b" \n\n", "empty"),
        (b"! only remarks\n" * 9, "not one line"),
        (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "no text"),
        (bytes(range(128, 256)) * 20, "no text"),
        (b"! Checksum: AAAAAAAAAAAAAAAAAAAAAA\n" + rules(3).encode(), "checksum"),
        (b'{"providers": {"x": {"rules": 7}}}', "ClearURLs"),
        (b"trackers: [{domain: 7}]", "trackers"),
    ],
)
def test_what_is_no_list_is_refused_and_the_old_one_kept(
    store: Store, publisher: Publisher, body: bytes, said: str
) -> None:
    url = publisher.publish("/l.txt", rules(3))
    update(store, url)
    publisher.publish("/l.txt", body)
    news = update(store, url)
    assert news.word == "refused"
    assert said in news.detail
    assert text_of(store) == rules(3)
    assert store.read().entry("one").problem == news.detail
    publisher.publish("/l.txt", rules(4))
    assert update(store, url).word == "updated"
    assert store.read().entry("one").problem == ""


def test_a_suddenly_tiny_list_is_refused(store: Store, publisher: Publisher) -> None:
    url = publisher.publish("/l.txt", rules(1000))
    update(store, url)
    publisher.publish("/l.txt", rules(499))
    assert "taken for cut off" in update(store, url).detail
    publisher.publish("/l.txt", rules(500))
    assert update(store, url).word == "updated"


def test_a_persons_own_file_may_shrink(store: Store, tmp_path: Path) -> None:
    path = tmp_path / "own.txt"
    path.write_text(rules(1000))
    update(store, str(path))
    path.write_text(rules(2))
    assert update(store, str(path)).word == "updated"


def test_includes_are_fetched_from_beside_the_list(store: Store, publisher: Publisher) -> None:
    publisher.publish("/lists/more.txt", "!#include deeper/last.txt\n" + rules(2, "more"))
    publisher.publish("/lists/deeper/last.txt", rules(1, "last"))
    url = publisher.publish(
        "/lists/main.txt", "!#include more.txt\n!#if env_mobile\n!#include never.txt\n!#endif\n" + rules(3)
    )
    news = update(store, url)
    assert news.detail == "6 rules, 0 lines not used"
    assert publisher.paths == ["/lists/main.txt", "/lists/more.txt", "/lists/deeper/last.txt"]
    assert "! included: more.txt\n" in text_of(store)


def test_a_list_with_includes_is_asked_for_whole(store: Store, publisher: Publisher) -> None:
    url = publisher.publish("/main.txt", "!#include more.txt\n" + rules(3), etag='"same"')
    publisher.publish("/more.txt", rules(1, "old"))
    update(store, url)
    publisher.publish("/more.txt", rules(2, "new"))
    assert update(store, url).word == "updated"
    assert "new1" in text_of(store)


@pytest.mark.parametrize(
    "path",
    ["../up.txt", "/root.txt", "https://evil.test/x", "//evil.test/x", "a/../../b", "..%2fup.txt", "..\\up.txt", "C:x"],
)
def test_an_include_that_leaves_its_folder_is_refused(store: Store, publisher: Publisher, path: str) -> None:
    url = publisher.publish("/lists/main.txt", f"!#include {path}\n" + rules(3))
    assert "not beside" in update(store, url).detail
    assert publisher.paths == ["/lists/main.txt"]
    assert beside("/home/me/list.txt", path) is None


def test_includes_in_a_circle_and_without_end_stop(store: Store, publisher: Publisher) -> None:
    publisher.publish("/a.txt", "!#include main.txt\n!#include a.txt\n" + rules(1, "a"))
    url = publisher.publish("/main.txt", "!#include a.txt\n" + rules(3))
    assert update(store, url).detail == "4 rules, 0 lines not used"
    for place in range(MOST_INCLUDES + 5):
        publisher.publish(f"/n{place}.txt", f"!#include n{place + 1}.txt\n" + rules(1))
    assert "more than" in update(store, publisher.url("/n0.txt"), name="two").detail


@pytest.mark.parametrize("body", [HTML, b""])
def test_an_include_that_is_no_list_refuses_the_whole(store: Store, publisher: Publisher, body: bytes) -> None:
    publisher.publish("/more.txt", body)
    url = publisher.publish("/main.txt", "!#include more.txt\n" + rules(3))
    news = update(store, url)
    assert news.word == "refused"
    assert "more.txt" in news.detail


def test_a_checksum_is_that_of_the_list_without_its_includes(store: Store, publisher: Publisher) -> None:
    text = "!#include more.txt\n||a.test^\n"
    # What "addChecksum" of Adblock Plus writes for this text.
    digest = base64.b64encode(hashlib.md5(text.encode()).digest()).decode().rstrip("=")
    publisher.publish("/more.txt", rules(2))
    url = publisher.publish("/main.txt", f"! Checksum: {digest}\n{text}")
    assert update(store, url).detail == "3 rules, 0 lines not used"


def test_rolled_back_versions_do_not_come_again_until_forced(store: Store, publisher: Publisher) -> None:
    url = publisher.publish("/l.txt", "! Version: 1\n" + rules(3), etag='"1"')
    update(store, url)
    publisher.publish("/l.txt", "! Version: 2\n" + rules(4), etag='"2"')
    update(store, url)
    with store.editing() as state:
        assert state.entry("one").roll_back().name == "1"
    assert text_of(store) == "! Version: 1\n" + rules(3)
    assert update(store, url).word == "unchanged"
    publisher.publish("/l.txt", "! Version: 2\n" + rules(4))
    assert "rolled back" in update(store, url).detail
    assert store.read().entry("one").versions[0].name == "1"
    assert update(store, url, force=True).word == "updated"
    assert store.read().entry("one").versions[0].name == "2"


def test_several_lists_are_asked_for_at_once_and_each_stands_alone(store: Store, publisher: Publisher) -> None:
    all_here = threading.Barrier(4)

    def together(handler: Handler) -> None:
        all_here.wait(10)  # broken, and no answer, unless four are asked at the same time
        handler.reply(200, rules(3).encode())

    good = [Entry(id=f"l{place}", title="", source=publisher.on(f"/{place}.txt", together)) for place in range(4)]
    bad = Entry(id="bad", title="", source=publisher.url("/missing"))
    news = asyncio.run(ask(store, [bad, *good], 0.0, lambda *_: None, limits=QUICK))
    assert [one.word for one in news] == ["refused", *["updated"] * 4]


def test_progress_is_told(store: Store, publisher: Publisher) -> None:
    told: list[tuple[str, int, int | None]] = []
    entry = Entry(id="one", title="", source=publisher.publish("/l.txt", rules(3)))
    asyncio.run(ask(store, [entry], 0.0, lambda *step: told.append(step), limits=QUICK))
    size = len(rules(3))
    assert told[-1] == ("one", size, size)


@pytest.mark.parametrize("source", ["ftp://a.test/x", "file:///etc/hosts", "http://", "http://[::1", "https://a b/"])
def test_an_address_that_is_none_is_refused_in_words(store: Store, source: str) -> None:
    news = update(store, source)
    assert news.word == "refused"
    assert news.detail


def test_a_host_that_is_not_there_is_refused_in_words(store: Store) -> None:
    assert "could not be had" in update(store, "http://127.0.0.1:1/l.txt").detail
