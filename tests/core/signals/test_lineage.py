from __future__ import annotations

import hashlib
from base64 import b64encode, urlsafe_b64encode
from typing import TYPE_CHECKING
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from louver.core.digests import KEY_SIZE, keyed
from louver.core.signals.forms import Form, candidates, parts
from louver.core.signals.lineage import Hop, Lineage, Link, Trace
from louver.core.signals.signal import Where

if TYPE_CHECKING:
    from collections.abc import Callable

NOW = 1_790_000_000.0
ID = "k9Xb2mQ7-Zt4w8"
DIGEST = keyed(b"k" * KEY_SIZE)


def lineage(capacity: int = 100_000) -> Lineage:
    return Lineage(DIGEST, capacity)


def cookie(recipient: str, site: str = "shop.example", owner: str | None = None, at: float = NOW) -> Hop:
    return Hop(site, 1, recipient, owner, Where.COOKIE, "id", at)


def query(recipient: str, site: str = "shop.example", owner: str | None = None, at: float = NOW) -> Hop:
    return Hop(site, 1, recipient, owner, Where.QUERY, "uid", at)


def header(name: str, recipient: str, other: str, at: float = NOW) -> Hop:
    return Hop("shop.example", 1, recipient, None, Where.HEADER, name, at, other)


def only(traces: tuple[Trace, ...]) -> Trace:
    (trace,) = traces
    return trace


WRITTEN: list[tuple[Form, Callable[[str], str]]] = [
    (Form.PLAIN, str),
    (Form.PLAIN, str.upper),
    (Form.PERCENT, lambda v: quote(v, safe="")),
    (Form.BASE64, lambda v: b64encode(v.encode()).decode()),
    (Form.BASE64, lambda v: urlsafe_b64encode(v.encode()).decode().rstrip("=")),
    (Form.HEX, lambda v: v.encode().hex()),
    (Form.MD5, lambda v: hashlib.md5(v.encode()).hexdigest()),
    (Form.MD5, lambda v: hashlib.md5(v.encode()).hexdigest().upper()),
    (Form.SHA1, lambda v: hashlib.sha1(v.encode()).hexdigest()),
    (Form.SHA256, lambda v: hashlib.sha256(v.encode()).hexdigest()),
    (Form.PIECE, lambda v: f"v=1&user={v}&x=2"),
    (Form.PIECE, lambda v: f"https://a.example/?id={v}"),
    (Form.PIECE, lambda v: f'{{"id":"{v}"}}'),
]


@pytest.mark.parametrize(("form", "write"), WRITTEN)
def test_a_value_is_known_again_however_it_is_written(form: Form, write: Callable[[str], str]) -> None:
    threads = lineage()
    value = ID + "/+=" if form is Form.PERCENT else ID
    learnt = threads.learn(value, cookie("a.example"))
    trace = only(threads.follow(write(value), query("b.example")))
    assert (trace.thread, trace.form) == (learnt.thread, form)
    assert len(threads) == 1


@pytest.mark.parametrize(
    ("cookie_value", "sent"),
    [
        ("GA1.2.1234567890.1690000000", "1234567890.1690000000"),
        ("fb.1.1690000000000.987654321012", "987654321012"),
        (f"id={ID}&t=1790000001", ID),
        (f"{ID}|de|x", hashlib.sha256(ID.encode()).hexdigest()),
    ],
)
def test_a_part_of_a_cookie_is_known_again(cookie_value: str, sent: str) -> None:
    threads = lineage()
    threads.learn(cookie_value, cookie("shop.example"))
    assert only(threads.follow(sent, query("tracker.example"))).links == {Link.COPY}


def test_learning_the_part_first_makes_one_thread() -> None:
    threads = lineage()
    part = threads.learn("1234567890.1690000000", query("tracker.example"))
    whole = threads.learn("GA1.2.1234567890.1690000000", cookie("shop.example"))
    assert whole.thread == part.thread
    assert len(threads) == 1


def test_times_and_short_or_dull_pieces_join_nothing() -> None:
    assert parts("GA1.2.1234567890.1789990000", NOW) == (
        "2.1234567890.1789990000",
        "1234567890.1789990000",
        "1234567890",
    )
    assert parts("homepage-banner.aaaaaaaaaa1.short1", NOW) == ("aaaaaaaaaa1.short1",)
    threads = lineage()
    threads.learn("abcdefg1.1789990000", cookie("a.example"))
    assert threads.follow("1789990000", query("b.example")) == ()


def test_unknown_and_short_values_are_no_thread() -> None:
    threads = lineage()
    assert threads.follow(ID, query("b.example")) == ()
    threads.learn(ID, cookie("a.example"))
    assert threads.follow("1", query("b.example")) == ()
    assert threads.follow(ID[:-1], query("b.example")) == ()


def test_cookie_syncing() -> None:
    threads = lineage()
    threads.learn(ID, cookie("a.example", owner="A"))
    trace = only(threads.follow(ID, query("b.example", owner="B")))
    assert trace.links == {Link.SYNC}
    assert trace.recipients == 2
    assert trace.is_new


def test_two_hosts_of_one_owner_do_not_sync() -> None:
    threads = lineage()
    threads.learn(ID, cookie("a.example", owner="A"))
    assert only(threads.follow(ID, query("a2.example", owner="A"))).links == frozenset()


def test_a_site_s_own_cookie_that_leaves_is_a_copy() -> None:
    threads = lineage()
    threads.learn(ID, cookie("shop.example"))
    assert only(threads.follow(ID, query("shop.example"))).links == frozenset()
    assert only(threads.follow(ID, query("tracker.example"))).links == {Link.COPY}


def test_an_identifier_in_the_referer() -> None:
    threads = lineage()
    threads.learn(ID, query("shop.example"))
    url = f"https://shop.example/?user={ID}"
    trace = only(threads.follow(url, header("Referer", "tracker.example", "shop.example")))
    assert trace.links == {Link.REFERRER}
    assert only(threads.follow(url, header("referer", "shop.example", "shop.example"))).links == frozenset()


def test_a_redirect_carries_a_value() -> None:
    threads = lineage()
    threads.learn(ID, cookie("a.example", owner="A"))
    there = only(threads.follow(f"https://b.example/?uid={ID}", header("location", "a.example", "b.example")))
    assert Link.REDIRECT in there.links
    arrived = only(threads.follow(ID, query("b.example", owner="B", at=NOW + 1)))
    assert arrived.links == {Link.SYNC, Link.REDIRECT}
    later = only(threads.follow(ID, query("b.example", owner="B", at=NOW + 600)))
    assert Link.REDIRECT not in later.links


def test_the_same_value_on_two_sites() -> None:
    threads = lineage()
    threads.learn(ID, cookie("a.example", site="one.example"))
    assert threads.learn(ID, cookie("a.example", site="two.example")).links == {Link.CROSS_SITE}


def test_who_knows_a_value() -> None:
    threads = lineage()
    trace = threads.learn(ID, cookie("a.example", owner="A"))
    threads.follow(f"https://b.example/?uid={ID}", header("location", "a.example", "b.example"))
    thread = threads.thread(trace.thread)
    assert thread is not None
    assert set(thread.knows) == {"a.example", "b.example"}


def test_no_value_is_kept() -> None:
    threads = lineage()
    trace = threads.learn(f"id={ID}", cookie("a.example"))
    held = repr((list(threads.rows()), trace, threads.thread(trace.thread), threads.__dict__))
    assert ID not in held
    assert hashlib.md5(ID.encode()).hexdigest() not in held


def test_the_oldest_threads_are_forgotten() -> None:
    threads = lineage(capacity=200)
    values = [f"{number:04d}-{ID}" for number in range(50)]
    for value in values:
        threads.learn(value, cookie("a.example"))
    assert 0 < len(threads) < 30
    assert threads.follow(values[0], query("b.example")) == ()
    assert threads.follow(values[-1], query("b.example")) != ()


def test_forgetting_everything_leaves_nothing_behind() -> None:
    threads = lineage(capacity=0)
    for number in range(20):
        threads.learn(f"{number:04d}-{ID}", cookie("a.example"))
    assert len(threads) == 1
    kept = next(iter(threads.rows()))
    assert set(threads._forms) == {digest for digest, _, _ in kept.forms}
    assert sum(threads._lengths.values()) == len(kept.forms)


def test_a_value_too_long_to_be_an_identifier_is_bounded() -> None:
    threads = lineage()
    trace = threads.learn("ab1cdefg." * 20_000, cookie("a.example"))
    thread = threads.thread(trace.thread)
    assert thread is not None
    assert len(thread.forms) <= 64


values = st.text(alphabet="abcXYZ0123456789-_.|&=:/%+ é", min_size=1, max_size=60)


@given(st.lists(st.tuples(values, st.booleans()), max_size=12))
def test_nothing_raises_and_a_restart_forgets_nothing(steps: list[tuple[str, bool]]) -> None:
    threads = lineage(400)
    for value, is_identifier in steps:
        if is_identifier:
            threads.learn(value, cookie("a.example"))
        else:
            threads.follow(value, query("b.example"))
    again = lineage(400)
    again.restore(threads.rows())
    assert list(again.rows()) == list(threads.rows())
    for value, _ in steps:
        ours = threads.follow(value, query("c.example"))
        assert [(t.thread, t.form, t.links) for t in again.follow(value, query("c.example"))] == [
            (t.thread, t.form, t.links) for t in ours
        ]


@given(st.text(max_size=3000))
def test_candidates_are_bounded(value: str) -> None:
    assert len(list(candidates(value))) <= 49


@given(st.text(min_size=8, max_size=80))
def test_what_was_learnt_is_followed(value: str) -> None:
    threads = lineage()
    trace = threads.learn(value, cookie("a.example"))
    assert trace.thread in {found.thread for found in threads.follow(value, query("b.example"))}
