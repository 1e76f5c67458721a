"""Knows which languages the dashboard speaks, from gettext catalogues, and which of them a browser wants."""

from __future__ import annotations

import ast
import re
from dataclasses import dataclass, field
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

NAMES: Final = {"en": "English", "zh": "简体中文"}
"""Languages by their tag, as their speakers call them; a new one is a row here and a catalogue."""

SOURCE: Final = "en"
LINE: Final = re.compile(r'(?:(msgid|msgstr)\s+)?(".*")\s*$')


@dataclass(frozen=True, slots=True)
class Tongue:
    """One language. What its catalogue does not know is said in English."""

    code: str
    catalogue: Mapping[str, str] = field(default_factory=dict)

    def say(self, text: str) -> str:
        """Return a text in this language."""
        return self.catalogue.get(text) or text

    def count(self, one: str, many: str, number: int) -> str:
        """Return a text about so many things; a language without a plural needs the second only."""
        if self.code == SOURCE:
            return one if number == 1 else many
        return self.say(many)


@cache
def tongue(code: str) -> Tongue:
    """Return a language by its tag."""
    if code == SOURCE:
        return Tongue(code)
    text = resources.files("louver.web").joinpath("languages", f"{code}.po").read_text("utf-8")
    return Tongue(code, read_catalogue(text))


def read_catalogue(text: str) -> dict[str, str]:
    """Return the texts of a gettext catalogue: `msgid` to `msgstr`, both over as many lines as they like."""
    return {key: value for key, value in _entries(text) if key and value}


def wanted(chosen: str | None, accepted: str) -> str:
    """Return the language to speak: the one chosen, else the first that a browser accepts and we speak."""
    if chosen in NAMES:
        return str(chosen)
    tags = (part.partition(";")[0].strip().lower() for part in accepted.split(","))
    return next((tag[:2] for tag in tags if tag[:2] in NAMES), SOURCE)


def _entries(text: str) -> Iterator[tuple[str, str]]:
    parts = {"msgid": "", "msgstr": ""}
    current = ""
    for line in text.splitlines():
        found = LINE.match(line)
        if found is None:
            continue
        if found[1] == "msgid":
            yield parts["msgid"], parts["msgstr"]
            parts = {"msgid": "", "msgstr": ""}
        current = found[1] or current
        if current:
            parts[current] += ast.literal_eval(found[2])
    yield parts["msgid"], parts["msgstr"]
