from __future__ import annotations

import base64
import gzip
import json
import zlib
from urllib.parse import quote, quote_plus

import pytest
from hypothesis import given
from hypothesis import strategies as st

from louver.core.signals.codings import FORM, JSON_STRING, PERCENT
from louver.core.signals.decode import LIMIT, MAX_VALUES, decode
from louver.core.signals.json_text import MAX_DEPTH
from louver.core.signals.leaves import Leaf, encode, rewrite, splice

FORM_TYPE = "application/x-www-form-urlencoded"


def text_of(body: str | bytes) -> str:
    return body if isinstance(body, str) else body.decode("utf-8", "surrogateescape")


def pairs(body: str | bytes, content_type: str | None = None) -> list[tuple[str, str]]:
    return [(leaf.name, leaf.value) for leaf in decode(body, content_type).leaves]


def b64(data: bytes) -> str:
    return base64.b64encode(data).decode()


MULTIPART = (
    '--x9\r\nContent-Disposition: form-data; name="mail"\r\n\r\njane@example.com\r\n'
    '--x9\r\nContent-Disposition: form-data; name="pic"; filename="a.png"\r\nContent-Type: image/png\r\n\r\nPNG\r\n'
    '--x9\r\nContent-Disposition: form-data; name="meta"\r\n\r\n{"k":"v"}\r\n--x9--\r\n'
)

CASES: list[tuple[str, str | bytes, str | None, list[tuple[str, str]]]] = [
    ("form", "a=1&b=x+y&c=%C3%A9", FORM_TYPE, [("a", "1"), ("b", "x y"), ("c", "é")]),
    ("form field without a value", "a=1&word", FORM_TYPE, [("a", "1"), ("", "word")]),
    ("form with an empty value", "a=&b=2", FORM_TYPE, [("a", ""), ("b", "2")]),
    ("JSON labelled as a form", '{"a":1}', FORM_TYPE, [("a", "1")]),
    ("JSON without a label", ' {"a":{"b":[true,null,"x"]}}\n', None, [("a.b[0]", "true"), ("a.b[2]", "x")]),
    ("JSON escapes", r'{"a":"\u00e9\ud83d\ude00\n"}', None, [("a", "é😀\n")]),
    ("JSON key escapes", r'{"\u0061":"x"}', None, [("a", "x")]),
    ("JSON with a repeated key", '{"a":1,"a":2}', None, [("a", "1"), ("a", "2")]),
    ("JSON bare string", '["x"]', None, [("[0]", "x")]),
    ("nested arrays", "[[1,[2]],{}, []]", None, [("[0][0]", "1"), ("[0][1][0]", "2")]),
    ("Socket.IO message", '42["ev",{"id":"u1"}]', None, [("[0]", "ev"), ("[1].id", "u1")]),
    ("JSON in a form", "d=" + quote('{"a":"b c"}'), FORM_TYPE, [("d.a", "b c")]),
    ("query string in JSON", '{"q":"a=1&b=%20x"}', None, [("q.a", "1"), ("q.b", " x")]),
    ("JSON in a JSON string", json.dumps({"a": json.dumps({"b": 'c"d'})}), None, [("a.b", 'c"d')]),
    ("percent twice", "u=" + quote(quote("a/b@c")), FORM_TYPE, [("u", "a/b@c")]),
    ("base64 of JSON", "data=" + quote_plus(b64(b'{"id":"abc"}')), FORM_TYPE, [("data.id", "abc")]),
    ("base64 body", b64(b'{"id":"abcdef"}'), "text/plain", [("id", "abcdef")]),
    ("base64 of a text", json.dumps({"m": b64(b"jane@example.com")}), None, [("m", "jane@example.com")]),
    ("gzip body", gzip.compress(b'{"u":"abc"}'), "application/json", [("u", "abc")]),
    ("zlib body", zlib.compress(b"a=1&b=2"), None, [("a", "1"), ("b", "2")]),
    ("gzip in base64", "z=" + quote(b64(gzip.compress(b'{"u":1}'))), FORM_TYPE, [("z.u", "1")]),
    ("beacon batch", "en=a&ep.x=1\r\nen=b", "text/plain", [("en", "a"), ("ep.x", "1"), ("en", "b")]),
    ("JSON lines", '{"a":1}\n{"a":2}\n', None, [("a", "1"), ("a", "2")]),
    ("multipart", MULTIPART, "multipart/form-data; boundary=x9", [("mail", "jane@example.com"), ("meta.k", "v")]),
    ("plain text", "hello there", "text/plain", [("", "hello there")]),
    ("a URL stays whole", '{"u":"https://x.example/?a=1&b=2"}', None, [("u", "https://x.example/?a=1&b=2")]),
    ("a word is no base64", '{"u":"homepage-banner1"}', None, [("u", "homepage-banner1")]),
    (
        "a hex digest is no base64",
        '{"u":"d41d8cd98f00b204e9800998ecf8427e"}',
        None,
        [("u", "d41d8cd98f00b204e9800998ecf8427e")],
    ),
    ("bytes that are no UTF-8", b"a=\xff%FE&b=1", FORM_TYPE, [("a", "\udcff\udcfe"), ("b", "1")]),
    ("a part without a name", "--b\r\nX: y\r\n\r\nv\r\n--b--", "multipart/form-data; boundary=b", []),
    ("nearly base64", '{"a":"AbcdAbcdAbcdAbcdA"}', None, [("a", "AbcdAbcdAbcdAbcdA")]),
    ("nearly gzip", b"\x1f\x8b\x08 no gzip at all", None, [("", "\x1f\udc8b\x08 no gzip at all")]),
    ("NaN is no JSON", '{"a":NaN}', "application/json", [("", '{"a":NaN}')]),
    ("nothing", "", None, []),
]


@pytest.mark.parametrize(("body", "content_type", "expected"), [c[1:] for c in CASES], ids=[c[0] for c in CASES])
def test_bodies_come_apart(body: str | bytes, content_type: str | None, expected: list[tuple[str, str]]) -> None:
    assert pairs(body, content_type) == expected


@pytest.mark.parametrize(("body", "content_type"), [c[1:3] for c in CASES], ids=[c[0] for c in CASES])
def test_a_leaf_replaced_by_itself_changes_nothing(body: str | bytes, content_type: str | None) -> None:
    text = text_of(body)
    leaves = decode(body, content_type).leaves
    assert rewrite([(leaf, leaf.value) for leaf in leaves]) == ()
    for leaf in leaves:
        assert encode(leaf, leaf.value) == text[leaf.start : leaf.end]


@pytest.mark.parametrize(("body", "content_type"), [c[1:3] for c in CASES], ids=[c[0] for c in CASES])
def test_each_leaf_can_be_given_another_value(body: str | bytes, content_type: str | None) -> None:
    for new in ("Q", "1600x900", "some.other-value"):
        leaves = decode(body, content_type).leaves
        for index, leaf in enumerate(leaves):
            changed = splice(text_of(body), rewrite([(leaf, new)]))
            after = decode(changed, content_type).leaves
            if "base64" in leaf.layers and len(leaves) == 1:
                continue  # a shorter text may no longer be told as base64 by its look
            assert [x.value for x in after] == [new if i == index else x.value for i, x in enumerate(leaves)]


def test_only_the_token_changes() -> None:
    body = '{ "keep" : "\\u0041",\t"id":"x\\u00e9" , "n": 1.50 }'
    (_, target, number) = decode(body).leaves
    assert body[target.start : target.end] == "x\\u00e9"
    assert splice(body, rewrite([(target, 'a"b')])) == '{ "keep" : "\\u0041",\t"id":"a\\"b" , "n": 1.50 }'
    assert splice(body, rewrite([(number, "7")])) == '{ "keep" : "\\u0041",\t"id":"x\\u00e9" , "n": 7 }'
    assert splice(body, rewrite([(number, "none")])).endswith('"n": "none" }')


def test_a_blank_keeps_the_body_well_formed() -> None:
    body = '{"id":"x","n":1.5,"b":true,"l":[7]}'
    leaves = decode(body).leaves
    assert json.loads(splice(body, rewrite([(leaf, leaf.blank) for leaf in leaves]))) == {
        "id": "",
        "n": None,
        "b": None,
        "l": [None],
    }
    form = "a=1&b=2"
    assert splice(form, rewrite([(leaf, leaf.blank) for leaf in decode(form).leaves])) == "a=&b="


def test_a_value_in_percent_encoded_json_is_cut_out_exactly() -> None:
    body = "x=1&d=%7b%22a%22%3A%22b%20%C3%A9c%22%2c%22k%22:1}&y=2"
    leaf = next(leaf for leaf in decode(body, FORM_TYPE).leaves if leaf.name == "d.a")
    assert body[leaf.start : leaf.end] == "b%20%C3%A9c"
    assert splice(body, rewrite([(leaf, "N")])) == "x=1&d=%7b%22a%22%3A%22N%22%2c%22k%22:1}&y=2"


def test_several_values_in_one_wrapping_change_together() -> None:
    body = "p=" + b64(b'{"a":"first","b":"second","c":3}').rstrip("=") + "&q=1"
    a, b, _c, q = decode(body, FORM_TYPE).leaves
    assert (a.start, a.end) == (b.start, b.end)
    spans = rewrite([(a, "A"), (q, "Q"), (b, "B")])
    assert len(spans) == 2
    assert pairs(splice(body, spans), FORM_TYPE) == [("p.a", "A"), ("p.b", "B"), ("p.c", "3"), ("q", "Q")]


def test_base64_keeps_its_alphabet() -> None:
    written = base64.urlsafe_b64encode(b'{"a":"????>>>>~~~~"}').decode().rstrip("=")
    assert "_" in written or "-" in written
    (leaf,) = decode(json.dumps({"p": written})).leaves
    new = encode(leaf, "????>>>>~~~~!")
    assert not set(new) & set("+/=")
    assert base64.urlsafe_b64decode(new + "=" * (-len(new) % 4)) == b'{"a":"????>>>>~~~~!"}'


def test_a_text_that_stands_for_no_bytes_can_still_be_wrapped() -> None:
    body = json.dumps({"p": b64(b'{"a":"first value"}')})
    (leaf,) = decode(body).leaves
    changed = splice(body, rewrite([(leaf, "lone \ud800 half")]))
    assert decode(changed).leaves[0].value == "lone \ud800 half"
    assert encode(decode("a=1&b=2").leaves[0], "\ud800") == "%3F"


def test_the_layers_are_told_outermost_first() -> None:
    body = "z=" + quote(b64(gzip.compress(b'{"u":"v"}')))
    (leaf,) = decode(body, FORM_TYPE).leaves
    assert leaf.layers == ("form", "base64", "gzip", "json")


REASONS: list[tuple[str, str | bytes, str | None, str]] = [
    ("too large", "a" * (LIMIT + 1), None, "larger than"),
    ("not text by label", b"\x89PNG", "image/png", "image/png is not text"),
    ("protobuf", b"\x0a\x03abc", "application/x-protobuf", "is not text"),
    ("binary by content", b"\x00\x01\x02", "text/plain", "binary"),
    ("bytes that are mostly no text", bytes(range(128, 256)), None, "binary"),
    ("multipart without a boundary", "--a\r\n", "multipart/form-data", "boundary"),
    ("a file", MULTIPART, "multipart/form-data; boundary=x9", "a file"),
    ("gzip that breaks off", gzip.compress(b"abc" * 50)[:-9], None, "breaks off"),
    ("too many values", json.dumps(list(range(MAX_VALUES + 5))), None, "more than"),
    ("too many pairs", "a=1&" * (MAX_VALUES + 1) + "b=2", None, "more than"),
    ("too many lines", "{}\n" * (MAX_VALUES + 2), None, "lines"),
    ("too deep", "[" * (MAX_DEPTH + 1) + "]" * (MAX_DEPTH + 1), None, "deeper than"),
    ("far too deep", "[" * 100_000 + "]" * 100_000, None, "deeper than"),
    ("a bad line", '{"a":1}\nwhat is this?', None, "neither"),
]


@pytest.mark.parametrize(("body", "content_type", "reason"), [r[1:] for r in REASONS], ids=[r[0] for r in REASONS])
def test_what_is_not_read_says_why(body: str | bytes, content_type: str | None, reason: str) -> None:
    assert any(reason in skipped.reason for skipped in decode(body, content_type).skipped)


def test_the_limit_is_a_choice() -> None:
    assert decode("a=1&b=2", limit=5).skipped
    assert not decode("a=1&b=2", limit=7).skipped


def test_a_decompression_bomb_is_not_inflated() -> None:
    bomb = gzip.compress(b"0" * 50_000_000)
    assert "inflates to more than" in decode(bomb).skipped[0].reason
    inside = decode(json.dumps({"p": b64(gzip.compress(b"0" * 5_000_000))}))
    assert inside.skipped[0].name == "p"
    assert [leaf.name for leaf in inside.leaves] == ["p"]


def test_many_small_bombs_share_one_budget() -> None:
    small = b64(gzip.compress(b"0" * 200_000))
    decoded = decode(json.dumps([small] * 20))
    assert any("too much" in skipped.reason for skipped in decoded.skipped)
    assert len(decoded.leaves) == 20


def test_long_keys_do_not_multiply() -> None:
    body = json.dumps({"k" * 100_000: {"a": list(range(1000))}})
    assert sum(len(leaf.name) for leaf in decode(body).leaves) < 600_000


def test_four_layers_deep_is_left_wrapped() -> None:
    wrapped = "id=1&x=2"
    for _ in range(4):
        wrapped = quote(wrapped, safe="")
    (leaf,) = decode(json.dumps({"v": wrapped})).leaves
    assert leaf.value == quote("id=1&x=2", safe="")


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=20,
)


@given(
    st.text() | st.binary(), st.sampled_from([None, FORM_TYPE, "application/json", "multipart/form-data; boundary=-"])
)
def test_nothing_raises_and_every_span_is_true(body: str | bytes, content_type: str | None) -> None:
    text = text_of(body)
    for leaf in decode(body, content_type).leaves:
        assert 0 <= leaf.start <= leaf.end <= len(text)
        assert encode(leaf, leaf.value) == text[leaf.start : leaf.end]


@given(json_values, st.booleans())
def test_json_leaves_stand_where_they_say(value: object, ascii_only: bool) -> None:
    text = json.dumps([value], ensure_ascii=ascii_only, indent=1)
    for leaf in decode(text).leaves:
        raw = text[leaf.start : leaf.end]
        if leaf.layers == ("json",) and text[leaf.start - 1] == '"':
            assert json.loads(f'"{raw}"') == leaf.value
        elif leaf.layers == ("json",):
            assert raw == leaf.value


@given(
    st.lists(st.text(alphabet=st.characters(exclude_categories=["Cs"]), max_size=12), min_size=1, max_size=5), st.data()
)
def test_replacing_reaches_exactly_one_value(values: list[str], data: st.DataObject) -> None:
    inner = json.dumps({f"k{i}": f"v:{v}" for i, v in enumerate(values)})
    body = "before=1&d=" + quote_plus(inner) + "&after=2"
    leaves = decode(body, FORM_TYPE).leaves
    leaf: Leaf = data.draw(st.sampled_from(leaves))
    new = "n:" + data.draw(st.text(alphabet=st.characters(exclude_categories=["Cs"]), max_size=12))
    changed = splice(body, rewrite([(leaf, new)]))
    assert changed[: leaf.start] == body[: leaf.start]
    assert changed.endswith(body[leaf.end :])
    if leaf.name.startswith("d.k"):
        kept = json.loads(inner)
        kept[leaf.name[2:]] = new
        assert json.loads(FORM.read(changed.split("&")[1][2:], 10**6)) == kept  # type: ignore[arg-type]  # a form always reads


@given(st.text(alphabet='%\\u0041dD8cC"aé😀 +', max_size=40))
def test_offsets_cover_the_text(raw: str) -> None:
    for coding in (FORM, PERCENT, JSON_STRING):
        text = coding.read(raw, 10**6)
        if not isinstance(text, str) or coding.offsets is None:
            continue
        offsets = coding.offsets(raw)
        assert len(offsets) == len(text) + 1
        assert (offsets[0], offsets[-1]) == (0, len(raw))
        assert sorted(set(offsets)) == list(offsets)
        for index in range(len(text)):
            if coding is not JSON_STRING or not 0xD800 <= ord(text[index]) < 0xE000:
                assert coding.read(raw[offsets[index] : offsets[index + 1]], 10**6) == text[index]
