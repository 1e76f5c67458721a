"""Whatever a client and a server say, the whole addon with the real engine neither raises nor fails, nor forgets."""

from __future__ import annotations

from flow_storm import Exchange, a_louver, pass_through
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

NAMES = st.one_of(
    st.sampled_from(
        [
            b"Cookie", b"cookie", b"Referer", b"Origin", b"Sec-Fetch-Dest", b"Sec-Fetch-Site", b"Accept-Language",
            b"Content-Type", b"Content-Length", b"Transfer-Encoding", b"Content-Encoding", b"If-None-Match", b"Host",
            b"Upgrade", b"Sec-GPC", b"Set-Cookie", b"ETag", b"Location", b"Alt-Svc", b"Refresh", b"Accept-CH",
        ]
    ),
    st.binary(max_size=12),
)  # fmt: skip
VALUES = st.one_of(
    st.binary(max_size=60),
    st.sampled_from(
        [
            b"document", b"script", b"cross-site", b"https://page.test/a?b=c", b"https://[::1", b"http://192.168.0.1/",
            b"_ga=GA1.2.123456789.1700000000; a=b; =; ;;", b"uid=abcdef1234567890; Max-Age=999999999999; Expires=x",
            b"application/json", b"application/x-www-form-urlencoded", b"multipart/form-data; boundary=x", b"chunked",
            b"99999999999999999999", b"-1", b"100", b"de-DE,de;q=0.9,,;;q=x", b'h3=":443"', b"gzip", b"\xff\xfe",
            b"https://www.google.com/url?q=https://www.google.com/url?q=x", b"text/event-stream", b"websocket",
        ]
    ),
)  # fmt: skip
LINES = st.lists(st.tuples(NAMES, VALUES), max_size=8)
HOSTS = st.one_of(
    st.sampled_from(
        ["page.test", "www.google-analytics.com", "connect.facebook.net", "[::1]", "127.0.0.1", "a..b", "."]
    ),
    st.text(max_size=20),
)
PATHS = st.one_of(
    st.binary(max_size=80).map(lambda rest: b"/" + rest),
    st.sampled_from(
        [b"*", b"/collect?v=1&tid=UA-1-1&cid=1.2&dl=https%3A%2F%2Fpage.test%2F", b"/?" + b"a=1&" * 500, b"/%00%zz"]
    ),
)
BODIES = st.one_of(
    st.binary(max_size=200),
    st.sampled_from([b'{"a":' * 200, b"\x1f\x8b\x08" + b"\0" * 50, b"--x\r\n\r\n", b"a=%zz&&=;"]),
)
EXCHANGES = st.builds(
    Exchange,
    host=HOSTS,
    method=st.sampled_from([b"GET", b"POST", b"OPTIONS", b"HEAD", b"\xff", b""]),
    scheme=st.sampled_from([b"http", b"https", b"", b"\xff"]),
    authority=st.one_of(st.just(b""), st.binary(max_size=20)),
    path=PATHS,
    version=st.sampled_from([b"HTTP/1.1", b"HTTP/2.0", b"HTTP/1.0"]),
    headers=LINES,
    body=BODIES,
    status=st.sampled_from([200, 204, 301, 304, 404, 500, 999]),
    answer=LINES,
    breaks=st.booleans(),
)


@settings(max_examples=250, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.lists(EXCHANGES, min_size=1, max_size=4))
def test_nothing_that_is_said_upsets_the_addon(storm: list[Exchange]) -> None:
    louver, book = a_louver()
    for made in storm:
        flow = pass_through(louver, made)
        assert flow.response is not None or made.breaks or flow.error is not None
    assert book.faults == []
    assert len(book.exchanges) == len(storm)
    assert not louver._open
