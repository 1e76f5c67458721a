"""Lists as a whole: what is counted, remembered, explained, and which rule is named."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from louver.core.facts import ResourceType
from louver.core.filters import PASS, Effect, Filters, Source, compile_filters
from louver.core.filters import filters as module
from louver.core.filters.hosts import host_keys
from louver.core.filters.memo import Memo
from louver.core.filters.params import read_param, remove


def lines(*texts: str) -> str:
    return "\n".join(texts)


def ask(filters: Filters, url: str, page: str | None = "https://site.example/", kind: str = "script") -> bool:
    return filters.verdict(url, page, "site.example", "ads.example", ResourceType(kind)).block


def test_what_became_of_each_line_is_counted() -> None:
    text = lines(
        "[Adblock Plus 2.0]", "! title", "", "||a.example^", "||b.example^$script", "##.ad", "a.example##+js(x)",
         "||c.example^$replace=/a/b/", "||d.example^$nonsense", "||b.example^$script,badfilter", "!#include more.txt",
         "!#if env_firefox", "||firefox.example^", "!#include never.txt", "!#else", "||proxy.example^", "!#endif",
    )  # fmt: skip
    (stats,) = compile_filters([Source("my list", text, "7")]).stats
    assert (stats.id, stats.version, stats.lines, stats.includes) == ("my list", "7", 17, ("more.txt",))
    assert stats.rules == 3  # a, the badfilter line itself, and proxy
    assert stats.skipped == {
        "cosmetic": 1,
        "scriptlet": 1,
        "unsupported option: replace": 1,
        "unknown option": 1,
        "cancelled by badfilter": 1,
        "switched off by !#if": 1,
    }
    assert stats.lines == stats.rules + stats.remarks + sum(stats.skipped.values())


@pytest.mark.parametrize(
    ("condition", "on"),
    [("true", True), ("false", False), ("ext_ublock", True), ("adguard", True), ("env_firefox", False),
    ("!env_mobile", True),
     ("ext_ublock && !cap_html_filtering", True), ("env_chromium || ext_ublock", True),
     ("(env_safari || env_edge) && ext_ublock", False),
     ("!(env_safari && ext_ublock)", True), ("!!ext_ublock", True), ("unknown_thing", False), ("", False),
     ("ext_ublock ext_ublock", False)],
)  # fmt: skip
def test_conditions(condition: str, on: bool) -> None:
    text = f"!#if {condition}\n||yes.example^\n!#else\n||no.example^\n!#endif\n||after.example^"
    filters = compile_filters([Source("a", text)])
    assert ask(filters, "https://yes.example/") is on
    assert ask(filters, "https://no.example/") is not on
    assert ask(filters, "https://after.example/")


def test_conditions_nest_and_strangers_are_ignored() -> None:
    text = lines(
        "!#endif", "!#else", "!#if false", "!#if true", "||a.example^", "!#endif", "||b.example^", "!#endif",
        "!#safari_cb_affinity", "||c.example^",
    )  # fmt: skip
    filters = compile_filters([Source("a", text)])
    assert [ask(filters, f"https://{name}.example/") for name in "abc"] == [False, False, True]


def test_a_rule_is_named_with_its_list_line_and_version() -> None:
    one = Source("one.txt", "! x\n||a.example^\n", "v1")
    two = Source("two.txt", "\ufeff! x\r\n\r\n||b.example^$script\r\n0.0.0.0 c.example", "v2")
    filters = compile_filters([one, two])
    refs = [
        filters.verdict(f"https://{name}.example/", None, "", "x", ResourceType.SCRIPT).rule for name in ("a", "b", "c")
    ]
    assert [ref and (ref.text, ref.list, ref.line, ref.version) for ref in refs] == [
        ("||a.example^", "one.txt", 2, "v1"),
        ("||b.example^$script", "two.txt", 3, "v2"),
        ("0.0.0.0 c.example", "two.txt", 4, "v2"),
    ]


def test_no_lists_say_nothing() -> None:
    for sources in ([], [Source("empty", "")]):
        assert compile_filters(sources).verdict("https://a.example/", None, "", "a", ResourceType.IMAGE) is PASS


def test_every_match_is_told_and_the_strongest_first() -> None:
    text = lines(
        "||ads.example^", "/x.js*", "@@||ads.example^$script", "/x.js$important",
        "||ads.example^$redirect-rule=noop.js",
         "$removeparam=a", "@@||ads.example^$removeparam=b", "||other.example^",
    )  # fmt: skip
    matches = compile_filters([Source("l", text)]).explain(
        "https://ads.example/x.js?a=1", None, "", "ads.example", ResourceType.SCRIPT
    )
    assert [match.rule.line for match in matches] == [4, 3, 1, 2, 5, 7, 6]
    assert [match.rule.line for match in matches if match.decides] == [4, 5, 6]
    assert matches[0].important
    assert matches[1].exception
    assert matches[-1].effect is Effect.REMOVEPARAM


def test_which_rule_is_named_does_not_depend_on_the_run() -> None:
    script = (
        "from louver.core.filters import *; from louver.core.facts import ResourceType as T;"
        "f = compile_filters([Source('a', '\\n'.join(f'/w{i}-*' for i in range(40)))]);"
        "url = 'https://a.example/' + ''.join(f'/w{i}-' for i in range(39, -1, -1));"
        "print(f.verdict(url, None, '', 'a', T.IMAGE).rule.line)"
    )
    env = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    told = {
        subprocess.run([sys.executable, "-c", script], env={**env,
        "PYTHONHASHSEED": seed}, check=True, capture_output=True).stdout
        for seed in ("1", "2", "3")
    }  # fmt: skip
    assert len(told) == 1


def test_answers_are_remembered_and_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "VERDICTS_KEPT", 20)
    monkeypatch.setattr(module, "PAGES_KEPT", 5)
    filters = compile_filters([Source("a", "/ad/*")])
    for number in range(100):
        assert ask(filters, f"https://ads.example/ad/{number}", page=f"https://site.example/{number}")
    assert len(filters.verdicts) <= 20
    assert filters.verdicts.misses == 100
    assert ask(filters, "https://ads.example/ad/99", page="https://site.example/99")
    assert filters.verdicts.misses == 100


def test_one_request_is_asked_differently_by_page_type_and_method() -> None:
    filters = compile_filters([Source("a", "/x$image,domain=a.example,method=get")])
    url = "https://t.example/x"
    answers = [
        filters.verdict(url, page, site, "t.example", kind, method).block
        for page, site in (("https://a.example/", "a.example"), ("https://b.example/", "b.example"))
        for kind in (ResourceType.IMAGE, ResourceType.FONT)
        for method in ("GET", "POST")
    ]
    assert answers == [True, False, False, False, False, False, False, False]


def test_the_memo_forgets_the_oldest() -> None:
    memo = Memo[int, int](8)
    for number in range(1, 6):
        memo.keep(number, number)
    assert memo.get(1) is None
    assert memo.recall(1) == 1
    assert memo.get(1) == 1
    for number in range(6, 12):
        memo.keep(number, number)
    assert memo.get(2) is memo.recall(2) is None


def test_names_of_a_host() -> None:
    assert host_keys("www.site.co.uk", "site.co.uk") == {
        "www.site.co.uk", "site.co.uk", "co.uk", "uk", "www.site.*", "site.*",
    }  # fmt: skip
    assert host_keys("localhost", "localhost") == {"localhost"}


names = st.sampled_from(["a", "b", "utm_x", "", "é", "%20", "a=1", "=", "#", "?"])


@given(
    st.lists(names, max_size=8).map("&".join),
    st.lists(st.sampled_from(["a", "b", "~a", "/^u/", "/x$/i", ""]), max_size=3),
)
def test_removing_only_takes_pieces_away(query: str, values: list[str]) -> None:
    url = f"https://x.example/p?{query}"
    params = [read_param(value) for value in values]
    new, used = remove(url, params)
    left = iter(query.partition("#")[0].split("&"))
    kept = new.partition("#")[0].partition("?")[2]
    assert not kept or all(piece in left for piece in kept.split("&"))
    assert bool(used) is (new != url)
    assert remove(new, params)[0] == new
