"""No rule and no request can hang or break the engine."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from louver.core.facts import ResourceType
from louver.core.filters import Source, compile_filters, decode
from louver.core.filters.line import read_line
from louver.core.filters.options import NAMES
from louver.core.filters.regex import UnsafeRegexError, examine
from louver.core.filters.rule import Rule
from louver.core.filters.source import Skipped

pieces = st.sampled_from(
    ["||", "|", "^", "*", "@@", "$", ",", "=", "~", "/", "\\", "#", "##", "!", "[", "]", "(", ")", "+", "?", "{1,9}",
     ".",
     "a", "example", ".com", "0.0.0.0 ", "\0", "\ud800", "é", "\r", "\ufeff", " ", "!#if ", "!#else", "!#endif", "&&",
     *sorted(NAMES)]
)  # fmt: skip
lines = st.lists(pieces, max_size=14).map("".join) | st.text(max_size=60)


@given(lines)
def test_reading_a_line_never_raises(line: str) -> None:
    found = read_line(line)
    assert found is None or isinstance(found, Rule | Skipped | tuple)


@settings(max_examples=150)
@given(st.lists(lines, max_size=12), lines, lines, st.sampled_from(list(ResourceType)))
def test_asking_never_raises(rules: list[str], url: str, page: str, kind: ResourceType) -> None:
    filters = compile_filters([Source("a", "\n".join(rules))])
    for target in (url, f"https://example.com/{url}", f"https://{url}.com/?a={url}"):
        verdict = filters.verdict(target, page, "example.com", "example.com", kind)
        assert verdict == filters.verdict(target, page, "example.com", "example.com", kind)
        filters.explain(target, None, "", "example.com", kind)
        filters.response_verdict(target, page, "a", "b", kind, headers=((url, page),))


@given(st.lists(lines, max_size=12))
def test_every_line_is_accounted_for(rules: list[str]) -> None:
    text = "\n".join(rules)
    stats = compile_filters([Source("a", text)]).stats[0]
    assert stats.lines == text.count("\n") + 1
    assert stats.lines == stats.rules + stats.remarks + sum(stats.skipped.values())
    assert stats.rules >= 0
    assert stats.remarks >= 0


@given(st.binary(max_size=200))
def test_any_bytes_are_a_list(data: bytes) -> None:
    stats = compile_filters([Source("a", decode(data))]).stats[0]
    assert stats.lines == stats.rules + stats.remarks + sum(stats.skipped.values())


def test_byte_order_marks_and_half_characters() -> None:
    rule = "||ads.example^"
    for data in (
        rule.encode("utf-8-sig"),
        rule.encode("utf-16"),
        rule.encode() + b"\n\xc3",
        rule.encode() + b"\n\xff\xfe",
    ):
        assert compile_filters([Source("a", decode(data))]).stats[0].rules == 1


def test_line_ends_of_windows_and_nul_bytes() -> None:
    stats = compile_filters([Source("a", "||ads.example^\r\n||b.example^$script\r\n\0\0\r\n||c\0.example^\r\n")]).stats[
        0
    ]
    assert stats.rules >= 2
    filters = compile_filters([Source("a", "||ads.example^\r\n")])
    verdict = filters.verdict("https://ads.example/", None, "", "ads.example", ResourceType.IMAGE)
    assert verdict.rule is not None
    assert verdict.rule.text == "||ads.example^"


def test_a_line_of_ten_megabytes() -> None:
    for line in ("a" * 10_000_000, "||" + "a." * 5_000_000, "/" + "(" * 10_000_000 + "/", "x##" + "a" * 10_000_000,
                 "||a^$domain=" + "a.b|" * 2_500_000, "0.0.0.0 " + "a " * 5_000_000):  # fmt: skip
        stats = compile_filters([Source("a", line + "\n||ads.example^")]).stats[0]
        assert stats.rules == 1


@pytest.mark.parametrize(
    "unit",
    ["$a=", "$script,", "a.", "a-", "||", "/a|", "/", "\\", "$domain=/", "#", "##", "a##", "~", "|", ",",
     "0.0.0.0 ", "a|b.c|", "(", "[", "^*"],
)  # fmt: skip
def test_the_longest_line_that_is_read(unit: str) -> None:
    for start in (
        "",
        "/",
        "||a.example^$domain=",
        "$removeparam=/",
        "$urlskip=/",
        "$urltransform=/",
        "$cookie=",
        "0.0.0.0 ",
    ):
        for end in ("", ",", "$script"):
            line = (start + unit * 65_536)[:65_500] + end
            stats = compile_filters([Source("a", line)]).stats[0]
            assert stats.lines == stats.rules + stats.remarks + sum(stats.skipped.values())


@pytest.mark.parametrize(
    "rule",
    ["/a.*b.*c/", "/(?:[a-z]+\\.)+x/", "a*a*a*a*a*a*b", "^a^a^a^", "||a*b^c*d^", "*^*^*^*^*^|", "a^a^a^|",
     "$removeparam=/x.*y.*z/",
     "$removeparam", "$removeparam=~a", "||a.example^$urltransform=/(a+)b/c/", "$urlskip=?a", "/[a-z]*[0-9]*x/"],
)  # fmt: skip
@pytest.mark.parametrize("unit", ["a", "/", "a^", "a=1&", "%61", "a.b", "xy", "\0", "é"])
def test_a_url_of_a_megabyte(rule: str, unit: str) -> None:
    filters = compile_filters([Source("a", rule)])
    url = "https://a.example/?" + unit * (1_000_000 // len(unit))
    verdict = filters.verdict(url, url, "a.example", "a.example", ResourceType.DOCUMENT)
    assert not verdict.block


@pytest.mark.parametrize(
    "text",
    ["(a+)+$", "(a|a)*b", "(a|ab)*c", "(.*)*x", "(a*)*", "([a-z]+)*[0-9]", "(?:a?){30}a{30}", "(\\w+\\s?)*$",
     "(x+x+)+y",
     "(.*a){20}", "^(([a-z])+.)+[A-Z]([a-z])+$", "(?:(?:a+)+)+b", "((a{1,9}){1,9}){1,9}b", ".*.*.*.*.*=",
     "(?=(a+)+b)"],
)  # fmt: skip
def test_expressions_that_could_hang_are_refused(text: str) -> None:
    with pytest.raises(UnsafeRegexError):
        examine(text)


bricks = st.sampled_from(
    ["a", "b", "[ab]", ".", "\\w", "\\d", "\\.", "a*", "a+", "[ab]+", ".*", "(a+)+", "(?:ab?)*", "(a|b)",
     "(a|ab)*", "\\w+\\.",
     "{2,5}", "?",
     "(?:\\w+\\.)+", "(?=a+)", "^", "$", "|", "(", ")", "[^a]*", "a{1,30}", "\\/", "\\b"]
)  # fmt: skip


@settings(max_examples=120, deadline=None)
@given(st.lists(bricks, max_size=7).map("".join), st.sampled_from(["a", "ab", "a.", "ba", "aab", "1a", "/a"]))
def test_what_is_let_through_comes_to_an_end(text: str, unit: str) -> None:
    try:
        safe = examine(text)
    except UnsafeRegexError:
        return
    hostile = (unit * 8192)[: safe.limit] + "!"
    found = re.compile(safe.source, re.ASCII | re.IGNORECASE).search(hostile, 0, safe.limit)
    # The point is that it comes back at all: time that grew exponentially would take longer than the test run may.
    assert found is None or found.end() <= safe.limit


@given(st.lists(bricks, max_size=6).map("".join), st.text("ab1./-", max_size=30))
def test_what_an_expression_needs_is_in_what_it_matches(text: str, subject: str) -> None:
    try:
        safe = examine(text)
    except UnsafeRegexError:
        return
    if re.search(safe.source, subject, re.ASCII | re.IGNORECASE):
        assert safe.literal in subject.lower()
        assert set(safe.tokens) <= set(re.findall("[a-z0-9]+", subject.lower()))


def test_conditions_nested_without_end() -> None:
    for condition in (
        "(" * 9999,
        "!" * 9999,
        "a && " * 9999,
        "(" * 30 + "ext_ublock" + ")" * 30,
        "&&",
        "",
        "a b",
        "(a",
        "a)",
    ):
        compile_filters([Source("a", f"!#if {condition}\n||x.example^\n!#endif")])
    deep = "\n".join(["!#if ext_ublock"] * 20_000 + ["||ads.example^"] + ["!#endif"] * 20_000)
    assert compile_filters([Source("a", deep)]).stats[0].rules == 1
    endless = compile_filters([Source("a", "!#if " + "(" * 10_000_000 + "\n||off.example^\n!#endif\n||ads.example^")])
    assert endless.stats[0].rules == 1
