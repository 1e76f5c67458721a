"""Edits on text: what is not meant stays, byte for byte."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from louver.core.decision import Add, AddCookies, Drop, Edit, Replace
from louver.core.edits import apply_to_request, join_url, split_url
from louver.core.facts import Headers, Request, ResourceType
from louver.core.signals.signal import Place, Where


def request(url: str = "https://a.example/", headers: Headers = (), body: str | None = None) -> Request:
    return Request(url, "GET", headers, ResourceType.OTHER, None, body)


def drop(where: Where, **place: int) -> Edit:
    return Drop(where, Place(**place))


@pytest.mark.parametrize(
    ("url", "pieces", "expected"),
    [
        ("https://a.example/?x=1&y=2&z=3", [1], "https://a.example/?x=1&z=3"),
        ("https://a.example/?x=1", [0], "https://a.example/"),
        ("https://a.example/?x=1#top", [0], "https://a.example/#top"),
        ("https://a.example/?x=1&x=1&&y#f?g", [1], "https://a.example/?x=1&&y#f?g"),
        ("https://a.example/?&&x=%20+a&y", [2], "https://a.example/?&&y"),
        ("https://a.example/p?a=b?c&d", [1], "https://a.example/p?a=b?c"),
    ],
)
def test_dropping_query_pieces_leaves_the_rest(url: str, pieces: list[int], expected: str) -> None:
    edits = [drop(Where.QUERY, piece=piece) for piece in pieces]
    assert apply_to_request(request(url), edits).url == expected


@pytest.mark.parametrize(
    ("cookie", "pieces", "expected"),
    [
        ("a=1; b=2; c=3", [1], "a=1; c=3"),
        ("a=1; b=2", [0], "b=2"),
        ("a=1;b=2;  c", [0], "b=2;  c"),
        ("a=1; ; b=", [0], "; b="),
        ("a=1", [0], None),
        ("a=1; b=2", [0, 1], None),
    ],
)
def test_dropping_cookies_leaves_the_rest(cookie: str, pieces: list[int], expected: str | None) -> None:
    came = request(headers=(("Host", "a"), ("cookie", cookie), ("X", "y")))
    edits = [drop(Where.COOKIE, line=1, piece=piece) for piece in pieces]
    kept = (("cookie", expected),) if expected is not None else ()
    assert apply_to_request(came, edits).headers == (("Host", "a"), *kept, ("X", "y"))


def test_headers_keep_order_case_and_duplicates() -> None:
    came = request(headers=(("ReFerer", "x"), ("A", "1"), ("a", "1"), ("DNT", "1")))
    edits: list[Edit] = [
        Replace(Where.HEADER, Place(line=0), "y"),
        Drop(Where.HEADER, Place(line=2)),
        Add("Sec-GPC", "1"),
    ]
    assert apply_to_request(came, edits).headers == (("ReFerer", "y"), ("A", "1"), ("DNT", "1"), ("Sec-GPC", "1"))


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ('{"id":  "abc", "x": {"y": "d\\u00e9f"}}', '{"id":  "A\\"A", "x": {"y": ""}}'),
        ("id=abc&x=d%20f", "id=A%22A&x="),
        ('{"id": 12, "x": true, "z":[ ]}', '{"id": "A\\"A", "x": "", "z":[ ]}'),
    ],
)
def test_values_of_a_body_are_replaced_where_they_stand(body: str, expected: str) -> None:
    edits: list[Edit] = [Replace(Where.BODY, Place(piece=0), 'A"A'), Drop(Where.BODY, Place(piece=1))]
    assert apply_to_request(request(body=body), edits).body == expected


def test_nothing_to_do_gives_the_same_request() -> None:
    came = request()
    assert apply_to_request(came, []) is came


@given(st.text())
def test_a_url_comes_apart_and_together_unchanged(url: str) -> None:
    assert join_url(*split_url(url)) == url


@given(st.lists(st.text(st.characters(exclude_characters="&#")), min_size=1), st.data())
def test_dropping_only_removes(pieces: list[str], data: st.DataObject) -> None:
    gone = data.draw(st.sets(st.integers(0, len(pieces) - 1)))
    url = "https://a.example/p?" + "&".join(pieces)
    edits = [drop(Where.QUERY, piece=piece) for piece in gone]
    kept = [piece for index, piece in enumerate(pieces) if index not in gone]
    expected = "https://a.example/p?" + "&".join(kept) if kept else "https://a.example/p"
    assert apply_to_request(request(url), edits).url == expected


@pytest.mark.parametrize(
    ("headers", "expected"),
    [
        ((("Host", "a"), ("X", "1")), (("Host", "a"), ("X", "1"), ("Cookie", "id=7"))),
        ((("host", "a"),), (("host", "a"), ("cookie", "id=7"))),
        ((("Cookie", "a=1"), ("X", "1")), (("Cookie", "a=1; id=7"), ("X", "1"))),
        ((("cookie", "a=1"), ("cookie", "b=2")), (("cookie", "a=1"), ("cookie", "b=2; id=7"))),
        ((("Cookie", "gone=1"), ("X", "1")), (("Cookie", "id=7"), ("X", "1"))),
    ],
)
def test_cookies_that_are_added_join_the_line_that_is_there(headers: Headers, expected: Headers) -> None:
    gone = [drop(Where.COOKIE, line=0, piece=0)] if headers[0] == ("Cookie", "gone=1") else []
    assert apply_to_request(request(headers=headers), [*gone, AddCookies("id=7")]).headers == expected
