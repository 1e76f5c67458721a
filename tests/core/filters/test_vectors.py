"""The filter language as rows that anyone can read: what lines say about a request, and what a line is."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from louver.core.facts import ResourceType
from louver.core.filters import Filters, Source, Verdict, compile_filters
from louver.core.filters.line import read_line
from louver.core.filters.source import Skipped
from louver.core.sites import host_of
from louver.suffixes import sites_from_tldextract

VECTORS = Path(__file__).resolve().parents[2] / "vectors"
SITES = sites_from_tldextract()


def rows(name: str) -> list[Any]:
    found = json.loads((VECTORS / f"filters_{name}.json").read_text("utf-8"))
    return [pytest.param(row["given"], row["expect"], id=row["name"]) for row in found]


def facts(given: dict[str, Any]) -> tuple[str, str | None, str, str, ResourceType, str]:
    page = given["page"]
    page_site = SITES.site(host_of(page)) if page else ""
    method = given.get("method", "GET")
    return given["url"], page, page_site, SITES.site(host_of(given["url"])), ResourceType(given["type"]), method


def told(filters: Filters, given: dict[str, Any]) -> dict[str, Any]:
    verdict = filters.verdict(*facts(given))
    response = filters.response_verdict(*facts(given), headers=tuple(map(tuple, given.get("headers", []))))
    return {**_plain(verdict), "response_block": response.block}


def _plain(verdict: Verdict) -> dict[str, Any]:
    names = ("block", "redirect", "url", "skip_to")
    many = ("csp", "permissions", "remove_request_headers", "remove_response_headers")
    refs = {name: getattr(verdict, name) for name in ("rule", "exception")}
    return {
        **{name: getattr(verdict, name) for name in names},
        **{name: list(getattr(verdict, name)) for name in many},
        **{name: ref and [ref.text, ref.line] for name, ref in refs.items()},
        "cookies": [[cookie.name, cookie.max_age, cookie.same_site] for cookie in verdict.cookies],
    }


@pytest.mark.parametrize(("given", "expect"), [*rows("patterns"), *rows("options"), *rows("decisions")])
def test_lists_say(given: dict[str, Any], expect: dict[str, Any]) -> None:
    filters = compile_filters([Source("list", "\n".join(given["lines"]))])
    found = told(filters, given)
    assert {name: found[name] for name in expect} == expect


@pytest.mark.parametrize(("given", "expect"), [*rows("patterns"), *rows("options"), *rows("decisions")])
def test_other_rules_beside_them_change_nothing(given: dict[str, Any], expect: dict[str, Any]) -> None:
    noise = [f"||noise{number}.test^$script,domain=n{number}.test" for number in range(3)]
    noise += ["/noise-token/", "@@||noise.test^", "$removeparam=noise", "||noise.test^$csp=x", "/no[i]se/$popup"]
    lists = [Source("noise", "\n".join(noise)), Source("list", "\n".join(given["lines"]))]
    found = told(compile_filters(lists), given)
    assert {name: found[name] for name in expect} == expect


@pytest.mark.parametrize(("given", "expect"), rows("lines"))
def test_a_line_is(given: str, expect: str) -> None:
    found = read_line(given)
    kind = "remark" if found is None else found.reason if isinstance(found, Skipped) else "rule"
    assert kind == expect
