"""Laws that hold for every exchange, whatever is in it, over generated ones."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from tempfile import mkdtemp
from typing import TYPE_CHECKING

import pytest
import yaml
from exchanges import set_apart, site_of
from hypothesis import given, settings
from hypothesis import strategies as st

from louver.core.decision import Action, Fate, Treatment
from louver.core.edits import split_url
from louver.core.facts import Headers, Page, Request, ResourceType, Response
from louver.core.signals.signal import Kind, Where
from louver.core.ways import Ways
from louver.setup import Settings, load_engine

if TYPE_CHECKING:
    from collections.abc import Iterable

    from louver.core.engine import Engine

VECTORS = yaml.safe_load((Path(__file__).parents[1] / "vectors" / "explain.yaml").read_text("utf-8"))
EVERY = [str(kind) for kind in Kind if kind is not Kind.BOUNCE]
POLICIES = {
    "balanced": {"extends": "balanced"},
    "strict": {"extends": "strict"},
    "silent": {"extends": "balanced", "gpc": False},
    **{
        str(treatment): {"rules": [{"kind": EVERY, "treatment": str(treatment)}]}
        for treatment in Treatment
        if treatment not in (Treatment.ALLOW, Treatment.BLOCK)
    },
}
DECORATION = {"xclid", "xlink", "xcampaign", "fbclid", "utm_source"}


@cache
def engine(policy: str) -> Engine:
    folder = Path(mkdtemp(prefix="louver-laws-"))
    (folder / "table.yaml").write_text(yaml.safe_dump(VECTORS["table"]), "utf-8")
    (folder / "policy.yaml").write_text(yaml.safe_dump(POLICIES[policy]), "utf-8")
    lists = (str(folder / "table.yaml"),)
    return load_engine(Settings(str(folder / "policy.yaml"), lists, False, folder, folder, folder / "cache"), now=1.7e9)


# --- exchanges

WORDS = st.sampled_from(
    ["a", "q", "id", "uid", "email", "lat", "sr", "dl", "theme", "_ga", "cart", "_xid1", "session", "", "x%20y", "ä"]
)
VALUES = st.sampled_from(
    [
        "1", "", "en-US", "1920x1080", "47.37689,8.54169", "jane.doe@mail.example", "GA1.2.1234567890.1700000000",
        "6d92078a-8246-4ba4-ae5b-76104861e7dc", "https%3A%2F%2Fshop.example%2Fcart%3Fq%3Dx", "a%zz", "a+b", "ü=",
        "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.dozjgNryP4J3jVmNHl0w5N_XgL0n3I9PlFUP0THsR8U",
        "1%7CqXr0aRgzv4zRkPNh3a0Lqw%7C1700000000%7C" + "0123456789abcdef" * 4, "Zk3qVb8sLw2xPq9rTn5y", "1700000000000",
    ]
)  # fmt: skip
DECORATED = st.sampled_from(sorted(DECORATION))
FIELD = st.one_of(st.builds("{}={}".format, WORDS | DECORATED, VALUES), WORDS)
PLAIN_FIELD = st.builds("{}={}".format, WORDS, VALUES)
HOSTS = st.sampled_from(
    ["social.example", "ads.example", "cdn.example", "shop.example", "img.shop-cdn.example", "tags.example"]
)
COOKIE = st.lists(st.builds("{}={}".format, WORDS, VALUES) | WORDS, max_size=4).map("; ".join)
LIFE = st.sampled_from(["", "; Max-Age=31536000", "; Max-Age=60", "; Path=/; Secure; SameSite=None", "; Max-Age=0"])
SET_COOKIE = st.builds("{}={}{}".format, WORDS, VALUES, LIFE)
LINE = st.one_of(
    st.tuples(st.sampled_from(["Cookie", "cookie"]), COOKIE),
    st.tuples(st.just("Referer"), st.sampled_from(["https://shop.example/a?b=c", "https://news.example/x", "", "odd"])),
    st.tuples(st.just("Accept-Language"), st.sampled_from(["de-CH,de;q=0.9", "en", ""])),
    st.tuples(st.sampled_from(["If-None-Match", "ETag"]), VALUES),
    st.tuples(st.sampled_from(["Sec-CH-UA-Model", "X-Odd", "Sec-GPC", "X-Client-Data", "Host"]), VALUES),
)
HEADERS: st.SearchStrategy[Headers] = st.lists(LINE, max_size=5).map(tuple)
ANSWERS: st.SearchStrategy[Headers] = st.lists(
    LINE | st.tuples(st.sampled_from(["Set-Cookie", "set-cookie"]), SET_COOKIE), max_size=5
).map(tuple)
BODY = (
    st.none() | st.lists(FIELD, max_size=4).map("&".join) | st.just('{"email":"j@m.example","n":[1,{"lat":"47.37"}]}')
)
TYPES = st.sampled_from([ResourceType.IMAGE, ResourceType.SCRIPT, ResourceType.XMLHTTPREQUEST, ResourceType.DOCUMENT])


def page_of(host: str, number: int) -> Page:
    return Page(number, f"https://{host}/p", site_of(host), "test", 1.0)


@st.composite
def requests(draw: st.DrawFn, hosts: st.SearchStrategy[str] = HOSTS, field: st.SearchStrategy[str] = FIELD) -> Request:
    query = "&".join(draw(st.lists(field, max_size=5)))
    fragment = draw(st.sampled_from(["", "#top", "#xlink=7&a=1"])) if field is FIELD else ""
    host, kind, body = draw(hosts), draw(TYPES), draw(BODY)
    path = draw(st.sampled_from(["/", "/a/b.gif", "/collect", "/x y"]))
    url = f"https://{host}{path}{'?' + query if query else ''}{fragment}"
    top = draw(st.sampled_from(["www.shop.example", "news.example"])) if field is FIELD else "www.shop.example"
    given_page = None if kind is ResourceType.DOCUMENT or draw(st.booleans()) is False else page_of(top, 1)
    own = page_of(host, 2) if kind is ResourceType.DOCUMENT else given_page
    initiator = page_of(top, 1) if kind is ResourceType.DOCUMENT else None
    headers = draw(HEADERS)
    if body is not None:
        media = "application/json" if body.startswith("{") else "application/x-www-form-urlencoded"
        headers = (*headers, ("Content-Type", media))
    return Request(url, "POST" if body is not None else "GET", headers, kind, own, body, initiator=initiator)


def is_part[T](part: Iterable[T], whole: Iterable[T]) -> bool:
    """Tell whether one list is the other with some left out."""
    left = iter(whole)
    return all(one in left for one in part)


def pieces(text: str | None, separator: str) -> list[str]:
    return [piece.strip(" ") for piece in text.split(separator)] if text else []


# --- the laws


@pytest.mark.parametrize("policy", POLICIES)
@settings(deadline=None)
@given(request=requests(), answers=ANSWERS)
def test_applying_twice_equals_once(policy: str, request: Request, answers: Headers) -> None:
    once = engine(policy).request(request)
    again = engine(policy).request(once.sent)
    assert again.sent == once.sent
    if once.decision.action is Action.PASS:
        first = engine(policy).response(once, Response(200, answers)).received
        assert first is not None
        assert engine(policy).response(again, first).received == first


@settings(deadline=None)
@given(request=requests(), lines=st.lists(SET_COOKIE, max_size=4))
def test_asking_the_jar_twice_equals_once(request: Request, lines: list[str]) -> None:
    deciding = engine("partition")
    deciding.ways = Ways()
    try:
        deciding.ways.jar.note(set_apart(request, *lines), 0.0)
        once = deciding.request(request)
        again = deciding.request(once.sent)
        assert again.sent == once.sent
        assert deciding.request(request).sent == once.sent
    finally:
        deciding.ways = None


@settings(deadline=None)
@given(request=requests(), answers=ANSWERS)
def test_strip_only_removes(request: Request, answers: Headers) -> None:
    outcome = engine("strip").request(request)
    sent = outcome.sent
    for before, after in zip(split_url(request.url)[1:], split_url(sent.url)[1:], strict=True):
        assert is_part(pieces(after, "&"), pieces(before, "&"))
    assert split_url(sent.url)[0] == split_url(request.url)[0]
    assert_only_less(request.headers, sent.headers)
    if request.body is not None:
        assert sent.body is not None
        assert is_part(list(sent.body), list(request.body))
    received = engine("strip").response(outcome, Response(200, answers)).received
    assert received is not None
    assert_only_less(answers, received.headers)


def assert_only_less(before: Headers, after: Headers) -> None:
    """Lines may be missing, and cookies in a line; what is left is what was, in its order."""
    left = iter(before)
    for name, value in after:
        assert any(old_name == name and is_less(name, value, old) for old_name, old in left), f"{name} is new"


def is_less(name: str, value: str, old: str) -> bool:
    return old == value or (name.lower() == "cookie" and is_part(pieces(value, ";"), pieces(old, ";")))


@pytest.mark.parametrize("policy", POLICIES)
@settings(deadline=None)
@given(request=requests(), answers=ANSWERS)
def test_what_no_signal_stands_in_leaves_as_it_came(policy: str, request: Request, answers: Headers) -> None:
    outcome = engine(policy).request(request)
    if outcome.decision.action is Action.BLOCK:
        return
    touched = {each.signal.place.line for each in outcome.treated if each.outcome is not Fate.SHARED}
    kept = [line for index, line in enumerate(request.headers) if index not in touched and line[0] != "Sec-GPC"]
    assert is_part(kept, outcome.sent.headers)
    wheres = {each.signal.where for each in outcome.treated if each.outcome is not Fate.SHARED}
    if Where.BODY not in wheres:
        assert outcome.sent.body == request.body
    if not wheres & {Where.QUERY, Where.FRAGMENT, Where.PATH}:
        assert outcome.sent.url == request.url
    after = engine(policy).response(outcome, Response(200, answers))
    treated = after.treated[len(outcome.treated) :]
    gone = {each.signal.place.line for each in treated if each.outcome is not Fate.SHARED}
    kept = [line for index, line in enumerate(answers) if index not in gone]
    assert after.received is not None
    assert is_part(kept, after.received.headers)


OWN = st.sampled_from(["www.shop.example", "shop.example", "img.shop-cdn.example"])


@settings(deadline=None)
@given(request=requests(OWN, PLAIN_FIELD), answers=ANSWERS)
def test_first_party_exchanges_without_tracker_or_decoration_are_unchanged(request: Request, answers: Headers) -> None:
    if request.page is None or "news.example" in repr(request.headers) or "X-Client-Data" in repr(request.headers):
        return
    deciding = engine("silent")
    outcome = deciding.request(request)
    assert outcome.decision.action is Action.PASS
    assert outcome.sent is request
    response = Response(200, tuple(line for line in answers if line[0] != "X-Client-Data"))
    assert deciding.response(outcome, response).received is response
