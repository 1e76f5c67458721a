from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st
from mitmproxy import http
from mitmproxy.test import tflow

from louver.core.facts import Request, ResourceType, Response
from louver.proxy.answers import Answer
from louver.proxy.flows import read_headers, read_request, read_response, write_answer, write_request, write_response

if TYPE_CHECKING:
    from mitmproxy.http import HTTPFlow

type Fields = tuple[tuple[bytes, bytes], ...]


def a_flow(
    path: bytes = b"/a?b=1",
    fields: Fields = ((b"Host", b"site.test"),),
    *,
    host: str = "site.test",
    port: int = 443,
    scheme: bytes = b"https",
    authority: bytes = b"",
    version: bytes = b"HTTP/1.1",
    method: bytes = b"GET",
) -> HTTPFlow:
    flow = tflow.tflow()
    flow.request = http.Request(
        host, port, method, scheme, authority, path, version, http.Headers(fields), b"", None, 0, 0
    )
    return flow


@pytest.mark.parametrize(
    ("flow", "url"),
    [
        (a_flow(), "https://site.test/a?b=1"),
        (a_flow(port=8443), "https://site.test:8443/a?b=1"),
        (a_flow(scheme=b"http", port=80), "http://site.test/a?b=1"),
        (a_flow(scheme=b"http", port=8080, fields=((b"hOsT", b"site.test:8080"),)), "http://site.test:8080/a?b=1"),
        (a_flow(fields=(), authority=b"Site.TEST", version=b"HTTP/2.0"), "https://site.test/a?b=1"),
        (a_flow(host="10.0.0.1", fields=((b"host", b"site.test"),)), "https://site.test/a?b=1"),
        (a_flow(fields=()), "https://site.test/a?b=1"),
        (a_flow(host="::1", fields=((b"host", b"[::1]:443"),)), "https://[::1]/a?b=1"),
        (a_flow(host="::1", fields=()), "https://[::1]/a?b=1"),
        (a_flow(b"*", method=b"OPTIONS"), "https://site.test/"),
        (a_flow(b"/x%zz?;;&=&a"), "https://site.test/x%zz?;;&=&a"),
        (a_flow(fields=((b"host", b"site.test"), (b"Upgrade", b"websocket"))), "wss://site.test/a?b=1"),
        (a_flow(fields=((b"host", b"evil\\/@b.test"),)), "https://site.test/a?b=1"),
        (a_flow(fields=((b"host", b"[::1"),)), "https://site.test/a?b=1"),
    ],
)
def test_the_address_is_the_one_that_the_browser_means(flow: HTTPFlow, url: str) -> None:
    assert read_request(flow).url == url


names = st.binary(min_size=1, max_size=12)
fields = st.lists(st.tuples(names, st.binary(max_size=30)), max_size=8).map(tuple)


@given(fields, st.binary(max_size=60))
def test_reading_never_loses_a_byte(lines: Fields, rest: bytes) -> None:
    flow = a_flow(b"/" + rest, lines)
    before = read_request(flow)
    # Every header counts as changed here, and the path too, so that everything is written back.
    write_request(flow, replace(before, headers=(), url=before.url + "?"), before)
    assert flow.request.data.path == b"/" + rest
    assert flow.request.data.headers.fields == lines


@given(fields)
def test_an_unchanged_request_is_left_alone(lines: Fields) -> None:
    flow = a_flow(fields=lines)
    before = flow.request.data.headers.fields
    request = read_request(flow)
    write_request(flow, request, request)
    assert flow.request.data.headers.fields is before


def test_only_the_address_changes_where_only_the_address_was_edited() -> None:
    flow = a_flow(b"/p?a=1&xclid=2&b=%zz;", ((b"HOST", b"site.test"), (b"Cookie", b"a=1;b=2")))
    before = read_request(flow)
    write_request(flow, before, replace(before, url="https://site.test/p?a=1&b=%zz;"))
    assert flow.request.data.path == b"/p?a=1&b=%zz;"
    assert flow.request.data.headers.fields == ((b"HOST", b"site.test"), (b"Cookie", b"a=1;b=2"))
    assert flow.request.data.host == "site.test"


def test_a_websocket_address_is_written_back_as_a_path() -> None:
    flow = a_flow(b"/s?xclid=1", ((b"Host", b"site.test"), (b"Upgrade", b"websocket")))
    before = read_request(flow)
    assert before.type is ResourceType.WEBSOCKET
    write_request(flow, before, replace(before, url="wss://site.test/s"))
    assert (flow.request.data.path, flow.request.data.scheme, flow.request.data.host) == (b"/s", b"https", "site.test")


def test_another_host_moves_the_request_there() -> None:
    flow = a_flow()
    before = read_request(flow)
    write_request(flow, before, replace(before, url="https://other.test/z"))
    assert (flow.request.host, flow.request.path, flow.request.host_header) == ("other.test", "/z", "other.test")


def test_header_names_are_lower_case_over_http2_only() -> None:
    for version, name in ((b"HTTP/1.1", b"Sec-GPC"), (b"HTTP/2.0", b"sec-gpc")):
        flow = a_flow(fields=(), authority=b"site.test", version=version)
        before = read_request(flow)
        write_request(flow, before, replace(before, headers=(*before.headers, ("Sec-GPC", "1"))))
        assert flow.request.data.headers.fields == ((name, b"1"),)


def test_a_changed_body_has_its_length_kept_true() -> None:
    flow = a_flow(fields=((b"Host", b"site.test"), (b"Content-Length", b"9")), method=b"POST")
    flow.request.data.content = b"a=1&b=two"
    before = read_request(flow, body="a=1&b=two")
    write_request(flow, before, replace(before, body="a=1"))
    assert flow.request.raw_content == b"a=1"
    assert flow.request.headers["Content-Length"] == "3"


def test_a_response_head_is_read_and_written_byte_for_byte() -> None:
    flow = tflow.tflow(resp=True)
    assert flow.response is not None
    lines: Fields = ((b"Set-Cookie", b"a=\xff"), (b"set-cookie", b"b=2"), (b"X", b""))
    flow.response.headers.fields = lines
    before = read_response(flow)
    assert before == Response(200, read_headers(lines))
    write_response(flow, before, Response(200, before.headers[:1] + before.headers[2:]))
    assert flow.response.headers.fields == (lines[0], lines[2])


def test_an_answer_needs_no_server_and_a_head_gets_no_body() -> None:
    answer = Answer(200, "OK", (("Content-Type", "image/gif"),), b"GIF")
    for method, body in ((b"GET", b"GIF"), (b"HEAD", b"")):
        flow = a_flow(method=method)
        flow.request.stream = True
        write_answer(flow, answer)
        assert flow.response is not None
        assert flow.response.raw_content == body
        assert flow.response.headers["content-length"] == "3"
        assert not flow.request.stream


def test_facts_hold_what_was_asked() -> None:
    flow = a_flow(fields=((b"Host", b"site.test"), (b"Sec-Fetch-Dest", b"script")), method=b"POST")
    assert read_request(flow) == Request(
        "https://site.test/a?b=1",
        "POST",
        (("Host", "site.test"), ("Sec-Fetch-Dest", "script")),
        ResourceType.SCRIPT,
        None,
    )
