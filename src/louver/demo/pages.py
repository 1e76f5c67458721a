"""Knows the files of the demo's pages, and how to fill the `{{gaps}}` in them; knows nothing of what they are for."""

from __future__ import annotations

import html
import json
import re
from functools import cache
from importlib.resources import files
from typing import Final

_GAP: Final = re.compile(r"\{\{(\w+)\}\}")


@cache
def source(name: str) -> str:
    """Return the text of a file in `www/`."""
    return (files("louver.demo") / "www" / name).read_text("utf-8")


def fill(name: str, **gaps: str) -> str:
    """Return a page with its gaps filled, escaped for HTML. A gap that nobody fills is empty."""
    return _GAP.sub(lambda gap: html.escape(gaps.get(gap[1], "")), source(name))


def fill_script(name: str, **gaps: str | list[str]) -> str:
    """Return a script with its gaps filled: a list as JSON, text as it is."""

    def text(gap: re.Match[str]) -> str:
        value = gaps[gap[1]]
        return value if isinstance(value, str) else json.dumps(value)

    return _GAP.sub(text, source(name))
