"""Knows how `urlskip` reads the final address out of a link that only counts clicks; knows nothing of rules."""

from __future__ import annotations

import base64
import re
from functools import lru_cache
from typing import TYPE_CHECKING, Final
from urllib.parse import unquote

from louver.core.filters.expressions import read_expression, searcher
from louver.core.filters.pattern import Refusal

if TYPE_CHECKING:
    from collections.abc import Callable

type Step = Callable[[str, str], str | None]
"""From the link and the text so far to the next text; None where it does not apply."""

LONGEST: Final = 16_384
_STEP: Final = re.compile(r"/(?:[^/\\]|\\.)+/(?=\s|$)|\S+")
_TARGET: Final = re.compile(r"https?://(?:[a-z0-9_-]+\.)*[a-z0-9_-]+(?::\d{1,5})?(?=[/?#]|$)", re.IGNORECASE)


@lru_cache(1024)
def read_steps(value: str) -> tuple[Step, ...]:
    """Read the steps of `urlskip`; raise Refusal where one is not known."""
    steps = tuple(_read_step(text) for text in _STEP.findall(value) if text != "-blocked")
    if not steps:
        raise Refusal("option without its value: urlskip")
    return steps


def skip(url: str, steps: tuple[Step, ...]) -> str | None:
    """Return the address that a link leads to, or None where it does not say one that is http(s) and other."""
    text: str | None = url
    if len(url) > LONGEST:
        return None
    for step in steps:
        if text is None:
            return None
        text = step(url, text)
    if text is None or text == url or not text.isprintable() or " " in text or not _TARGET.match(text):
        return None
    return text


def _read_step(text: str) -> Step:
    if text in FIXED:
        return FIXED[text]
    if text.startswith("?") and len(text) > 1:
        return _parameter(text[1:])
    if text.startswith("&") and text[1:].isascii() and text[1:].isdigit():
        return _parameter_name(int(text[1:]))
    if len(text) > 2 and text[0] == text[-1] == "/":
        return _capture(text[1:-1])
    raise Refusal("unsupported option: urlskip")


def _query(url: str) -> list[str]:
    return url.partition("#")[0].partition("?")[2].split("&")


def _parameter(name: str) -> Step:
    def step(_url: str, text: str) -> str | None:
        pairs = (pair.partition("=") for pair in _query(text))
        return next((unquote(value.replace("+", " ")) for key, _, value in pairs if key == name), None)

    return step


def _parameter_name(place: int) -> Step:
    def step(_url: str, text: str) -> str | None:
        names = [pair.partition("=")[0] for pair in _query(text)]
        return unquote(names[place - 1]) if 0 < place <= len(names) else None

    return step


def _capture(expression: str) -> Step:
    search = searcher(*read_expression(expression, folded=False), cased=True)

    def step(_url: str, text: str) -> str | None:
        found = search(text)
        return found[1] if found is not None and found.re.groups else None

    return step


def _fragment(_url: str, text: str) -> str | None:
    return text.partition("#")[2] or None


def _https(_url: str, text: str) -> str:
    return "https://" + re.sub(r"^(?:https?:)?/*", "", text, flags=re.IGNORECASE)


def _decode(alphabet: bytes) -> Step:
    def step(_url: str, text: str) -> str | None:
        data = text.rstrip("=").encode("ascii", "replace")
        try:
            return base64.b64decode(data + b"=" * (-len(data) % 4), alphabet, validate=True).decode()
        except ValueError:
            return None

    return step


def _unquote(_url: str, text: str) -> str:
    return unquote(text)


FIXED: Final[dict[str, Step]] = {
    "#": _fragment,
    "+https": _https,
    "-base64": _decode(b"+/"),
    "-safebase64": _decode(b"-_"),
    "-uricomponent": _unquote,
}
