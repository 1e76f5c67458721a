"""Links that only count a click: the bundled table reads real forms of them, and nothing leads where it must not."""

from __future__ import annotations

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from louver.bundled import REDIRECTORS, blocklists_dir, load_never_break, load_redirectors
from louver.core.redirectors import parse_redirectors
from louver.core.rows import TableError
from louver.core.sites import host_of
from louver.suffixes import sites_from_tldextract

SITES = sites_from_tldextract()
KNOWN = load_redirectors(SITES.site)
ROWS = json.loads((blocklists_dir() / REDIRECTORS).read_text("utf-8"))["redirectors"]
GOAL = "https://shop.example.org/p?id=3"
QUOTED = "https%3A%2F%2Fshop.example.org%2Fp%3Fid%3D3"


def target(url: str) -> str | None:
    stop = KNOWN.stop(url, host_of(url))
    return stop.target if stop else None


@pytest.mark.parametrize(
    "url",
    [
        f"https://www.google.com/url?sa=t&q={QUOTED}&usg=x",
        f"https://www.google.co.uk/url?url={QUOTED}",
        f"https://l.facebook.com/l.php?u={QUOTED}&h=AT0x",
        f"https://l.instagram.com/?u={QUOTED}&e=x",
        f"https://out.reddit.com/t3_abc?url={QUOTED}&token=x",
        f"https://t.umblr.com/redirect?z={QUOTED}&t=x",
        f"https://m.vk.com/away.php?to={QUOTED}",
        f"https://www.youtube.com/redirect?event=d&q={QUOTED}",
        f"https://steamcommunity.com/linkfilter/?url={QUOTED}",
        f"https://slack-redir.net/link?url={QUOTED}",
        f"https://exit.sc/?url={QUOTED}",
        f"https://disq.us/url?url={QUOTED}%3AaBc-1&cuid=7",
        f"https://www.awin1.com/cread.php?awinmid=1&awinaffid=2&ued={QUOTED}",
        f"https://link.zhihu.com/?target={QUOTED}",
        "https://link.zhihu.com/?target=https%253A%2F%2Fshop.example.org%2Fp%3Fid%3D3",
        f"https://link.csdn.net/?target={QUOTED}",
        f"https://weibo.cn/sinaurl?u={QUOTED}",
        "https://www.bing.com/ck/a?!&&p=1&u=a1aHR0cHM6Ly9zaG9wLmV4YW1wbGUub3JnL3A_aWQ9Mw&ntb=1",
        f"https://r.search.yahoo.com/_ylt=A/RV=2/RE=1/RO=10/RU={QUOTED}/RK=2/RS=x-",
        f"https://duckduckgo.com/l/?uddg={QUOTED}&rut=1",
        f"https://prf.hn/click/camref:1abc/pubref:x/destination:{QUOTED}",
        f"https://href.li/?{GOAL}",
        "https://www.shareasale.com/r.cfm?b=1&u=2&urllink=shop%2Eexample%2Eorg%2Fp%3Fid%3D3",
        "https://www.google.com/amp/s/shop.example.org/p?id=3&usqp=mq331AQ",
        "https://shop-example-org.cdn.ampproject.org/c/s/shop.example.org/p?id=3&amp_js_v=0.1",
    ],
)
def test_real_forms_lead_to_their_target(url: str) -> None:
    assert target(url) == GOAL


def test_a_copy_of_a_plain_page_is_plain() -> None:
    assert target("https://www.google.de/amp/shop.example.org/p") == "http://shop.example.org/p"


def test_other_alphabets_are_quoted() -> None:
    assert target("https://exit.sc/?url=https%3A%2F%2Fa.org%2F%E4%B8%AD") == "https://a.org/%E4%B8%AD"


@pytest.mark.parametrize(
    "value",
    [
        "javascript%3Aalert(1)",
        "%2Fpath",
        "ftp%3A%2F%2Fa.org%2F",
        "https%3A%2F%2F127.0.0.1%2F",
        "https%3A%2F%2F%5B%3A%3A1%5D%2F",
        "https%3A%2F%2Flocalhost%2F",
        "https%3A%2F%2Fco.uk%2F",
        "https%3A%2F%2Fmail.google.com%2F",
        "https%3A%2F%2Fuser%40evil.org%2F",
        "https%3A%2F%2Fa.org%2F%0d%0aSet-Cookie%3A%20x",
        "https%3A%2F%2Fa.org%2Fa%20b",
        "",
    ],
)
def test_what_is_no_address_of_another_site_is_not_followed(value: str) -> None:
    assert target(f"https://www.google.com/url?q={value}") is None


@pytest.mark.parametrize(
    "url",
    [
        f"https://www.google.com/search?q={QUOTED}",
        f"https://google.evil.example.org/url?q={QUOTED}",
        f"https://notl.facebook.com/l.php?u={QUOTED}",
        f"https://www.facebook.com/l.php?u={QUOTED}",
        f"https://shop.example.org/url?q={QUOTED}",
    ],
)
def test_other_links_are_left_alone(url: str) -> None:
    assert target(url) is None


def test_a_stop_says_where_its_target_stands() -> None:
    query = KNOWN.stop(f"https://exit.sc/?a=1&url={QUOTED}", "exit.sc")
    assert query is not None
    assert (query.name, query.piece) == ("url", 1)
    url = "https://www.google.com/amp/s/shop.example.org/p"
    path = KNOWN.stop(url, "www.google.com")
    assert path is not None
    assert url[path.start : path.end] == "shop.example.org/p"


def test_the_table_is_wide_and_every_row_says_what_it_is() -> None:
    assert len(ROWS) >= 40
    assert all(row["note"] for row in ROWS)
    assert any(row.get("encoding") == "base64" for row in ROWS)


def test_no_row_is_about_what_must_never_break() -> None:
    guard = load_never_break()
    kept = [row for row in ROWS if guard.recipient(row["host"].replace(".*", ".com"), row["path"])]
    assert kept == []


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ('{"host": "a.example", "path": "x", "note": "n"}', "slash"),
        ('{"host": "a.example", "path": "/", "note": "n", "parameter": "q"}', "list of names"),
        ('{"host": "a.example", "path": "/", "note": "n", "encoding": "rot13"}', "rot13"),
        ('{"host": "a.example", "path": "/"}', "note"),
    ],
)
def test_a_wrong_row_is_told_of(row: str, reason: str) -> None:
    with pytest.raises(TableError, match=reason):
        parse_redirectors(f'{{"redirectors": [{row}]}}', "t.json", str)


@settings(deadline=None)
@given(host=st.sampled_from([row["host"].replace(".*", ".com") for row in ROWS]), rest=st.text(max_size=80))
def test_nothing_raises(host: str, rest: str) -> None:
    for url in (f"https://{host}/{rest}", f"https://{host}/c/s/{rest}", f"https://{host}/?u={rest}"):
        found = KNOWN.stop(url, host)
        assert found is None or host_of(found.target)


@pytest.mark.parametrize("path", ["/RU=" * 4000, "/RU=x/RK=" * 1700, "/click/" + "/destination:" * 1200])
def test_a_hostile_address_costs_little(path: str) -> None:
    # Where this took steps by the square of its length, the test would not end.
    for host in ("search.yahoo.com", "prf.hn"):
        found = KNOWN.stop(f"https://{host}{path}", host)
        assert found is None or host_of(found.target)
