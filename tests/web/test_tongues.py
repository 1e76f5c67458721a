from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pytest
from jinja2.ext import extract_from_ast

from louver.core.signals.kinds import MEANINGS
from louver.core.signals.signal import Kind
from louver.web import words
from louver.web.room import SPANS, _environment
from louver.web.slats import GROUPS
from louver.web.tongues import NAMES, SOURCE, read_catalogue, tongue, wanted

if TYPE_CHECKING:
    from collections.abc import Iterator

OTHERS = [code for code in NAMES if code != SOURCE]
FIELD = re.compile(r"%\(\w+\)s")


def said() -> Iterator[str]:
    """Every text that the dashboard says, in English."""
    environment = _environment(SOURCE)
    for name in environment.list_templates():
        assert environment.loader is not None
        tree = environment.parse(environment.loader.get_source(environment, name)[0])
        for _, _, message in extract_from_ast(tree, ("_", "gettext", "ngettext")):
            yield _plural(message)
    tables: tuple[Any, ...] = (words.KINDS, words.CATEGORIES, words.PURPOSES, words.ACTIONS, words.OUTCOMES)
    for table in (*tables, words.POLICIES, words.LINKS, words.COVERAGE):
        yield from table.values()
    for pair in words.POSITIONS.values():
        yield from pair
    for group in GROUPS:
        yield from (group.title, group.about)
    for meaning in MEANINGS.values():
        yield from (meaning.is_what, meaning.allows, meaning.lost)
    yield from (text for _, text in SPANS)


def _plural(message: object) -> str:
    return str(message[1]) if isinstance(message, tuple) else str(message)


@pytest.mark.parametrize("code", OTHERS)
def test_a_language_says_everything_and_keeps_every_field(code: str) -> None:
    catalogue = tongue(code).catalogue
    texts = {text for text in said() if text not in ("", "None")}
    assert sorted(texts - catalogue.keys()) == []
    assert [text for text in texts if sorted(FIELD.findall(text)) != sorted(FIELD.findall(catalogue[text]))] == []


def test_every_kind_has_a_name_for_people() -> None:
    assert words.KINDS.keys() == set(Kind)


def test_a_catalogue_is_read_as_gettext_writes_it() -> None:
    text = """
# note
msgid ""
msgstr "Language: x\\n"

msgid "one "
"two"
msgstr "\\"eins\\" zwei"

msgid "open"
msgstr ""
"""
    assert read_catalogue(text) == {"one two": '"eins" zwei'}


@pytest.mark.parametrize(
    ("chosen", "accepted", "code"),
    [
        (None, "", "en"),
        (None, "zh-CN,zh;q=0.9", "zh"),
        (None, "fr-FR,zh;q=0.5,en", "zh"),
        ("en", "zh-CN", "en"),
        ("<script>", "de", "en"),
    ],
)
def test_a_browser_gets_the_language_it_wants(chosen: str | None, accepted: str, code: str) -> None:
    assert wanted(chosen, accepted) == code
