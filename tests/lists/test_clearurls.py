"""ClearURLs rules mean the same here as where they come from: a plain reading of the format is the judge."""

from __future__ import annotations

import gzip
import json
import os
import re
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from louver.core.facts import ResourceType
from louver.core.filters import Filters, Source, compile_filters
from louver.core.sites import host_of
from louver.lists.clearurls import NotClearUrlsError, as_filter_list

DATA = Path(os.environ.get("LOUVER_DATA") or Path(__file__).resolve().parents[3] / "shared" / "data")

RULES = {
    "shop": {
        "urlPattern": "^https?:\\/\\/(?:[a-z0-9-]+\\.)*?shop\\.test",
        "rules": ["utm_[a-z]+", "ref_?", "pf_rd_[a-z]*", "tag"],
        "rawRules": ["\\/ref=[^\\/\\?]*"],
        "exceptions": ["^https?:\\/\\/shop\\.test\\/cart\\/", "^https?:\\/\\/shop\\.test\\/s\\?.{1,3}q="],
        "redirections": ["^https?:\\/\\/shop\\.test\\/out\\?.*?to=([^&]*)"],
    },
    "search": {
        "urlPattern": "^https?:\\/\\/shop\\.test\\/s\\?",
        "rules": ["utm_[a-z]+", "ref_?", "pf_rd_[a-z]*", "tag"],
    },
    "global": {
        "urlPattern": ".*",
        "rules": ["(?:%3F)?fbclid", "(?:%3F)?yclid", "__(?:xts|cft)__(?:\\[|%5B)\\d(?:\\]|%5D)"],
        "exceptions": ["^https?:\\/\\/login\\.test"],
    },
    "ads": {"urlPattern": "^https?:\\/\\/ads\\.test", "completeProvider": True, "exceptions": ["ads\\.test\\/ok"]},
    "away": {"urlPattern": "^https?:\\/\\/away\\.test", "redirections": [".*url=([^&]*)"]},
}


def compiled(providers: dict[str, Any]) -> Filters:
    return compile_filters([Source("clearurls", as_filter_list(json.dumps({"providers": providers})))])


def ask(filters: Filters, url: str, kind: ResourceType = ResourceType.DOCUMENT) -> Any:
    host = host_of(url)
    site = ".".join(host.split(".")[-2:])
    page = None if kind is ResourceType.DOCUMENT else "https://page.test/"
    return filters.verdict(url, page, "page.test" if page else "", site, kind)


FILTERS = compiled(RULES)


@pytest.mark.parametrize(
    ("url", "clean"),
    [
        ("https://www.shop.test/x?utm_source=a&keep=1&ref=b", "https://www.shop.test/x?keep=1"),
        ("https://shop.test/x?UTM_Source=a&keep=1", "https://shop.test/x?keep=1"),
        ("https://shop.test/x?my_utm_source=a", None),
        ("https://shop.test/x?refx=a", None),
        ("https://other.test/x?utm_source=a", None),
        ("https://other.test/x?fbclid=a&b=1", "https://other.test/x?b=1"),
        ("https://other.test/x?b=1&__cft__[0]=zz", "https://other.test/x?b=1"),
        ("https://other.test/x?b=1&__xts__%5B0%5D=zz", "https://other.test/x?b=1"),
        ("https://shop.test/dp/1/ref=sr_1_1?k=1", "https://shop.test/dp/1?k=1"),
        ("https://shop.test/cart/x?utm_source=a&keep=1", None),
        # The exception is the shop's own: what holds everywhere holds here, too.
        ("https://shop.test/cart/x?utm_source=a&fbclid=1", "https://shop.test/cart/x?utm_source=a"),
        ("https://login.test/x?fbclid=1", None),
        # What one provider leaves alone, another may clean, though it says the same.
        ("https://shop.test/s?aq=1&tag=b", "https://shop.test/s?aq=1"),
    ],
)
def test_parameters_go_where_their_provider_says(url: str, clean: str | None) -> None:
    assert ask(FILTERS, url).url == clean


def test_redirectors_are_skipped_for_their_own_links_only() -> None:
    assert ask(FILTERS, "https://away.test/?url=https%3A%2F%2Fa.test%2Fb").skip_to == "https://a.test/b"
    assert ask(FILTERS, "https://shop.test/out?x=1&to=https%3A%2F%2Fa.test%2F").skip_to == "https://a.test/"
    assert ask(FILTERS, "https://other.test/?url=https%3A%2F%2Fa.test%2Fb").skip_to is None
    assert ask(FILTERS, "https://away.test/?url=https%3A%2F%2Fa.test", ResourceType.IMAGE).skip_to is None
    assert ask(FILTERS, "https://away.test/?url=javascript%3Aalert(1)").skip_to is None


def test_whole_providers_are_blocked_but_never_as_a_page() -> None:
    assert ask(FILTERS, "https://ads.test/x.js", ResourceType.SCRIPT).block
    assert not ask(FILTERS, "https://ads.test/ok.js", ResourceType.SCRIPT).block
    assert not ask(FILTERS, "https://ads.test/").block


@pytest.mark.parametrize("text", ["", "{", '{"providers": 1}', '{"providers": {"a": {}}}', "[" * 100_000])
def test_what_is_no_clearurls_document_is_one_error(text: str) -> None:
    with pytest.raises(NotClearUrlsError):
        as_filter_list(text)


@given(st.dictionaries(st.text(), st.text(), max_size=3), st.lists(st.text(), max_size=4))
def test_no_rule_can_break_out_of_its_line(patterns: dict[str, str], words: list[str]) -> None:
    providers = {
        name: {"urlPattern": pattern, "rules": words, "exceptions": words, "rawRules": words, "redirections": words}
        for name, pattern in patterns.items()
    }
    text = as_filter_list(json.dumps({"providers": providers}))
    stats = compile_filters([Source("x", text)]).stats[0]
    # A provider is a remark; each rule, raw rule and redirection is a line, followed by one for each exception.
    count = len(words)
    assert stats.lines <= max(1, len(patterns) * (1 + 3 * count * (1 + count)))


class Plain:
    """A provider as the format says it, with no regard for speed."""

    def __init__(self, told: dict[str, Any]) -> None:
        def read(words: list[str]) -> list[re.Pattern[str]]:
            return [re.compile(word, re.IGNORECASE | re.ASCII) for word in words]

        self.pattern = re.compile(told["urlPattern"], re.IGNORECASE | re.ASCII)
        self.rules = read([f"^(?:{rule})$" for rule in told.get("rules", [])])
        self.exceptions = read(told.get("exceptions", []))

    def speaks_of(self, url: str) -> bool:
        return bool(self.pattern.search(url)) and not any(one.search(url) for one in self.exceptions)

    def takes(self, name: str) -> bool:
        return any(rule.search(name) for rule in self.rules)


def lines(path: Path) -> list[str]:
    return gzip.decompress(path.read_bytes()).decode("utf-8", "replace").splitlines()


def names(url: str) -> list[str]:
    query = url.partition("#")[0].partition("?")[2]
    return [pair.partition("=")[0] for pair in query.split("&") if pair]


def test_real_rules_take_the_same_parameters_from_real_addresses() -> None:
    rules, log = DATA / "urls" / "clearurls_data.min.json", DATA / "har" / "log_entries.jsonl.gz"
    if not rules.exists() or not log.exists():
        pytest.skip("the shared samples are not here")
    told = json.loads(rules.read_text("utf-8"))["providers"]
    # Raw rules rewrite the address itself; they have tests of their own above.
    providers = [Plain(one) for one in told.values()]
    filters = compiled({name: {**one, "rawRules": [], "redirections": []} for name, one in told.items()})
    rows = [*lines(log), *lines(DATA / "requests" / "requests_a.jsonl.gz")]
    urls = {*(json.loads(row)["url"] for row in rows), *lines(DATA / "requests" / "sitelist_urls.txt.gz")}
    differ, changed = [], 0
    for url in sorted(one for one in urls if "?" in one and len(one) < 2000):
        speaking = [one for one in providers if one.speaks_of(url)]
        kept = [name for name in names(url) if not any(one.takes(unquote(name)) for one in speaking)]
        found = names(ask(filters, url).url or url)
        changed += kept != names(url)
        if found != kept:
            differ.append((url, found, kept))
    assert changed > 100
    assert not differ
