"""HAR files of every dialect: small ones written here, and recordings of real tools where they are at hand."""

from __future__ import annotations

import gzip
import json
import os
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from louver.core.facts import ResourceType
from louver.core.sites import host_of
from louver.har import LARGEST_CONTENT, Recording, UnusableHarError, read_har, read_log
from louver.suffixes import sites_from_tldextract

DATA = Path(os.environ.get("LOUVER_DATA") or Path(__file__).resolve().parents[2] / "shared" / "data") / "har"
RECORDED = sorted(DATA.glob("*/*.har.gz"))
SITE = sites_from_tldextract().site
SHOP = "https://shop.example/"


def entry(url: Any, *, page: str | None = "p1", status: Any = 200, **more: Any) -> dict[str, Any]:
    """Return one entry; `request_…` and `response_…` fill the two parts, other names the entry itself."""
    parts: dict[str, dict[str, Any]] = {"request": {"method": "GET", "url": url}, "response": {"status": status}}
    top: dict[str, Any] = {} if page is None else {"pageref": page}
    for name, value in more.items():
        part, _, key = name.partition("_")
        parts.get(part, top)[key if part in parts else name] = value
    return top | parts


def pairs(**headers: str) -> list[dict[str, str]]:
    return [{"name": name.replace("_", "-"), "value": value} for name, value in headers.items()]


def read(*entries: Any, **log: Any) -> Recording:
    return read_log({"entries": list(entries), **log}, Path("x.har"), SITE)


def facts(recording: Recording) -> list[tuple[str, str | None]]:
    return [
        (str(each.request.type), each.request.page.url if each.request.page else None) for each in recording.exchanges
    ]


HTML = pairs(Content_Type="text/html")


# --- pages


def test_the_first_document_is_the_page_and_a_later_one_is_a_frame() -> None:
    told = read(
        entry(SHOP, response_headers=HTML),
        entry("https://t.example/a.js"),
        entry("https://frame.example/", response_headers=HTML),
    )
    assert facts(told) == [("document", SHOP), ("script", SHOP), ("subdocument", SHOP)]


def test_redirects_lead_to_the_document() -> None:
    told = read(
        entry("http://shop.example/", status=301, response_headers=pairs(Location="https://shop.example/")),
        entry(SHOP, status=302, response_headers=pairs(location="/de/")),
        entry("https://t.example/early.js"),
        entry(SHOP + "de/", response_headers=HTML),
        entry("https://t.example/late.js"),
    )
    assert [kind for kind, _ in facts(told)] == ["document", "document", "script", "document", "script"]
    assert facts(told)[-1][1] == SHOP + "de/"


@pytest.mark.parametrize("location", ["http://[", "//[x", "\x00"])
def test_a_redirect_to_nowhere_is_read(location: str) -> None:
    assert len(read(entry(SHOP, status=302, response_headers=pairs(Location=location))).exchanges) == 1


def test_two_pages_are_kept_apart_and_titles_may_be_addresses() -> None:
    told = read(
        entry("https://t.example/a.js", page="p2"),
        entry(SHOP, page="p1", response_headers=HTML),
        entry("https://news.example/", page="p2", response_headers=HTML),
        pages=[{"id": "p2", "title": "https://news.example/"}, {"id": "p1", "title": "Shop, cheap"}, 7],
    )
    assert facts(told) == [
        ("script", "https://news.example/"),
        ("document", SHOP),
        ("document", "https://news.example/"),
    ]
    pages = [each.request.page for each in told.exchanges]
    assert pages[0] == pages[2] != pages[1]


@pytest.mark.parametrize(
    ("headers", "page"),
    [
        (pairs(Referer=SHOP + "cart"), SHOP + "cart"),
        (pairs(Origin="https://shop.example"), SHOP),
        (pairs(Origin="null"), None),
        ([], None),
    ],
)
def test_a_missing_page_is_what_the_request_names_or_unknown(headers: Any, page: str | None) -> None:
    """Nobody is first-party merely because nothing says who asked."""
    assert facts(read(entry("https://t.example/a.js", page=None, request_headers=headers))) == [("script", page)]


# --- what an entry says


@pytest.mark.parametrize(
    ("more", "kind"),
    [
        ({"_resourceType": "xhr"}, "xmlhttprequest"),
        ({"_resourceType": "Image"}, "image"),
        ({"request_headers": pairs(Sec_Fetch_Dest="font")}, "font"),
        ({"response_headers": pairs(content_type="application/javascript; charset=utf-8")}, "script"),
        ({"request_headers": pairs(X_Requested_With="XMLHttpRequest"), "response_headers": HTML}, "xmlhttprequest"),
        ({"request_headers": pairs(Accept="text/css")}, "stylesheet"),
        ({"status": 0, "response_headers": pairs(content_type="image/png")}, "other"),
    ],
)
def test_the_type_is_read_from_what_is_there(more: dict[str, Any], kind: str) -> None:
    told = read(entry(SHOP, response_headers=HTML), entry("https://t.example/x", **more))
    assert facts(told)[1] == (kind, SHOP)


def test_pseudo_headers_are_left_out_and_joined_lines_taken_apart() -> None:
    headers = [*pairs(Cookie="a=1"), {"name": ":path", "value": "/"}, {"name": "x", "value": None}, {"value": "1"}, 3]
    answer = [{"name": "Set-Cookie", "value": "a=1; Path=/\nb=2"}]
    one = read(entry(SHOP, request_headers=headers, response_headers=answer)).exchanges[0]
    assert one.request.headers == (("Cookie", "a=1"), ("x", ""))
    assert one.response is not None
    assert one.response.headers == (("Set-Cookie", "a=1; Path=/"), ("Set-Cookie", "b=2"))


@pytest.mark.parametrize(
    ("data", "body"),
    [
        ({"text": "a=1&b=2", "params": [{"name": "z", "value": "9"}]}, "a=1&b=2"),
        (
            {"text": "", "params": [{"name": "a", "value": "1"}, {"name": "b"}, {"name": "c", "value": None}]},
            "a=1&b=&c=",
        ),
        ({"mimeType": "x", "params": []}, None),
        ("a=1", None),
        (None, None),
    ],
)
def test_a_body_is_text_or_parameters(data: Any, body: str | None) -> None:
    assert read(entry(SHOP, request_postData=data)).exchanges[0].request.body == body


@pytest.mark.parametrize("status", [0, -1, None, "200", 1e300, 10_000])
def test_no_status_means_no_response(status: Any) -> None:
    assert read(entry(SHOP, status=status)).exchanges[0].response is None


def test_small_text_answers_are_kept_and_packed_or_large_ones_are_not() -> None:
    contents: list[Any] = [
        {"text": "hello"}, {"text": "aGk=", "encoding": "base64"}, {"text": "x" * (LARGEST_CONTENT + 1)}, {}, None,
    ]  # fmt: skip
    told = read(*(entry(SHOP, response_content=content) for content in contents))
    assert [each.content for each in told.exchanges] == ["hello", "", "", "", ""]


def test_what_tells_no_exchange_is_counted_with_its_reason() -> None:
    told = read(
        entry("data:image/png;base64,AAAA"), entry("about:blank"), entry(None), entry(""), {}, [], {"request": 3}, None,
        entry(SHOP),
    )  # fmt: skip
    assert told.skipped == {"without an address that has a host": 4, "without a request": 4}
    assert len(told.exchanges) == 1


# --- files


def written(path: Path, data: bytes) -> Path:
    path.write_bytes(data)
    return path


GOOD = json.dumps({"log": {"creator": {"name": "Tool"}, "entries": [entry(SHOP)]}}).encode()


@pytest.mark.parametrize(
    "data", [GOOD, b"\xef\xbb\xbf" + GOOD, gzip.compress(GOOD), gzip.compress(b"\xef\xbb\xbf" + GOOD)]
)
def test_a_file_may_be_packed_and_may_have_a_byte_order_mark(tmp_path: Path, data: bytes) -> None:
    recording = read_har(written(tmp_path / "x.har", data), SITE)
    assert (len(recording.exchanges), recording.creator) == (1, "Tool")


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"", "no JSON"),
        (b"{", "no JSON"),
        (b"\xff\xfe{\x00", "no JSON"),
        (b"[" * 100_000, "no JSON"),
        (b"[]", "no HAR"),
        (b'{"log": 7}', "no HAR"),
        (b'{"log": {}}', "expected a list"),
        (b'{"log": {"entries": {}}}', "expected a list"),
        (gzip.compress(GOOD)[:40], "cannot be read"),
        (b"\x1f\x8b broken", "cannot be read"),
    ],
)
def test_a_file_that_is_no_har_is_refused_in_one_line(tmp_path: Path, data: bytes, says: str) -> None:
    path = written(tmp_path / "x.har", data)
    with pytest.raises(UnusableHarError, match=says) as caught:
        read_har(path, SITE)
    assert str(path) in str(caught.value)
    assert len(str(caught.value).splitlines()) == 1


def test_a_folder_or_no_file_is_refused(tmp_path: Path) -> None:
    for path in (tmp_path, tmp_path / "none.har"):
        with pytest.raises(UnusableHarError, match="cannot be read"):
            read_har(path, SITE)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(
        st.sampled_from(["request", "response", "url", "headers", "name", "value", "status", "pageref", "postData"]),
        inner, max_size=4,
    ),
    max_leaves=12,
)  # fmt: skip


@settings(max_examples=60, deadline=None)
@given(st.lists(JSON, max_size=4), JSON)
def test_no_log_makes_the_reader_raise(entries: list[Any], more: Any) -> None:
    recording = read(*entries, {"request": more}, {"request": {"url": SHOP, "headers": more}}, pages=more, creator=more)
    assert len(recording.exchanges) + recording.skipped.total() == len(entries) + 2


# --- recordings of real tools


@pytest.mark.parametrize("name", ["charles", "chrome", "firefox", "insomnia", "postdata", "safari", "with-bom"])
def test_every_dialect_is_read_whole(name: str) -> None:
    path = DATA / "mitmproxy-formats" / f"{name}.har.gz"
    if not path.is_file():
        pytest.skip(f"{path.name} is not beside the checkout (LOUVER_DATA)")
    recording = read_har(path, SITE)
    log = json.loads(gzip.decompress(path.read_bytes()).removeprefix(b"\xef\xbb\xbf"))["log"]
    assert len(recording.exchanges) == len(log["entries"])
    assert all(not header.startswith(":") for each in recording.exchanges for header, _ in each.request.headers)
    if name in ("firefox", "safari", "chrome"):
        first = recording.exchanges[0].request
        assert first.type is ResourceType.DOCUMENT
        assert first.page is not None
        assert first.page.url == first.url
    if name == "postdata":
        ping = recording.exchanges[0].request
        assert ping.body
        assert ping.page is None or ping.page.site != SITE(host_of(ping.url))


@pytest.mark.skipif(not RECORDED, reason="the recordings are not beside the checkout (LOUVER_DATA)")
def test_every_recording_is_read_and_every_page_has_one_document_at_most() -> None:
    for path in RECORDED:
        recording = read_har(path, SITE)
        assert recording.exchanges, path.name
        by_page: dict[int, set[str]] = {}
        for each in recording.exchanges:
            page, request = each.request.page, each.request
            redirects = each.response is not None and 300 <= each.response.status < 400
            if page is not None and request.type is ResourceType.DOCUMENT and not redirects:
                by_page.setdefault(page.id, set()).add(request.url)
        assert all(len(urls) == 1 for urls in by_page.values()), path.name
