"""Which kind of list a text is."""

from __future__ import annotations

import pytest

from louver.core.filters import compile_filters
from louver.lists.catalogue import CATALOGUE, known
from louver.lists.check import measure, verify
from louver.lists.formats import Format, load_list, recognise
from louver.lists.store import ID


@pytest.mark.parametrize(
    ("text", "form"),
    [
        ("[Adblock Plus 2.0]\n||a.test^\n", Format.FILTERS),
        ("||a.test^$third-party", Format.FILTERS),
        ("127.0.0.1 localhost\n0.0.0.0 a.test\n", Format.FILTERS),
        ("a.test\nb.test\n", Format.FILTERS),
        ('{"providers": {"x": {"urlPattern": ".*"}}}', Format.CLEARURLS),
        ("trackers: [{domain: a.test, owner: A, category: analytics}]", Format.TABLE),
        ("# ours\n---\nowners: {A: [a.test]}\n", Format.TABLE),
        ('{"cnames": {"m.shop.test": "a.test"}}', Format.TABLE),
        ("", Format.FILTERS),
        ("! trackers: a remark\n||a.test^", Format.FILTERS),
    ],
)
def test_a_list_is_recognised_by_what_is_in_it(text: str, form: Format) -> None:
    assert recognise(text) is form
    assert recognise("\ufeff" + text) is form


def test_hosts_and_domain_lines_become_rules() -> None:
    loaded = load_list("# hosts\n127.0.0.1 localhost\n0.0.0.0 a.test b.test\nc.test\n", "x")
    assert loaded.source is not None
    stats = compile_filters([loaded.source]).stats[0]
    assert stats.lines == stats.rules + stats.remarks + sum(stats.skipped.values())
    assert stats.rules == 2


def test_a_table_counts_its_rows() -> None:
    text = "owners: {A: [a.test, b.test]}\ncookies: [{name: _x, owner: A, purpose: analytics}]\n"
    assert measure(verify(text.encode()), "x").rules == 3


def test_a_list_in_utf_16_or_latin_is_read() -> None:
    assert measure(verify("\ufeff||a.test^\n".encode("utf-16-le")), "x").rules == 1
    assert measure(verify(("! Für alle\n" + "||a.test^\n" * 9).encode("latin-1")), "x").rules == 9


def test_the_catalogue_is_whole() -> None:
    assert len({row.id for row in CATALOGUE}) == len(CATALOGUE) >= 10
    for row in CATALOGUE:
        assert ID.fullmatch(row.id)
        assert row.url.startswith("https://")
        assert row.home.startswith("https://")
        assert row.licence
        assert known(row.id) is row
