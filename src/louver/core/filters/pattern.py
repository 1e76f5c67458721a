"""Knows how the URL part of a rule is written, and turns it into plain values; knows nothing of options."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from louver.core.filters import needles
from louver.core.filters.needles import GAP, SEPARATOR
from louver.core.filters.regex import UnsafeRegexError, examine
from louver.core.filters.rule import ANYWHERE, AT_HOST, AT_START, Pattern

HOST: Final = re.compile(r"[a-z0-9_](?:[a-z0-9._-]*[a-z0-9_])?")
_STARS: Final = re.compile(r"\*\*+")


class Refusal(ValueError):  # noqa: N818  (it is an answer, not a fault)
    """A line that is no usable rule; the message is the reason that is counted."""


@dataclass(frozen=True, slots=True)
class Shape:
    """A pattern with what a URL must contain. `host` is set where it is exactly `||host^`."""

    pattern: Pattern
    host: str
    literal: str
    tokens: tuple[str, ...]


NOTHING: Final = Shape(None, "", "", ())


def read_pattern(text: str, *, cased: bool) -> Shape:
    """Read a rule's pattern; raise Refusal where it cannot be used. `cased` says that case matters."""
    if len(text) > 1 and text[0] == text[-1] == "/":
        return _read_regex(text[1:-1], cased=cased)
    if any(character.isspace() for character in text):
        raise Refusal("spaces in a pattern")
    return _read_glob(text if text.isascii() else _in_ascii(text), cased=cased)


def _read_regex(text: str, *, cased: bool) -> Shape:
    try:
        safe = examine(text, folded=not cased)
    except UnsafeRegexError:
        raise Refusal("unsafe or unreadable regular expression") from None
    return Shape(("regex", cased, safe.source, safe.limit), "", safe.literal, safe.tokens)


def _read_glob(text: str, *, cased: bool) -> Shape:
    place, body = _beginning(text)
    end = body.endswith("|")
    body = _STARS.sub("*", body.removesuffix("|"))
    if place != AT_HOST and body.startswith("*"):
        place, body = ANYWHERE, body[1:]
    if body.endswith("*"):
        end, body = False, body[:-1]
    small = body.lower()
    if not small and place != AT_START:
        return NOTHING
    host = small[:-1] if place == AT_HOST and not end and small.endswith("^") and HOST.fullmatch(small[:-1]) else ""
    skeleton = _skeleton(small, place, end=end)
    parts = tuple((body if cased else small).split("*"))
    return Shape(("glob", cased, place, parts, end), host, needles.literal(skeleton), needles.tokens(skeleton))


def _beginning(text: str) -> tuple[int, str]:
    if text.startswith("||"):
        return AT_HOST, text[2:]
    return (AT_START, text[1:]) if text.startswith("|") else (ANYWHERE, text)


def _skeleton(body: str, place: int, *, end: bool) -> str:
    laid = body.replace("*", GAP).replace("^", SEPARATOR)
    return (GAP if place == ANYWHERE else SEPARATOR) + laid + (SEPARATOR if end else GAP)


def _in_ascii(text: str) -> str:
    """Write an international host in a `||` pattern as the URL will have it."""
    match = re.match(r"(\|\|)([^/^*:?|]+)(.*)", text)
    return match[1] + ascii_host(match[2]) + match[3] if match else text


def ascii_host(name: str) -> str:
    """Write a host name as it stands in a URL (IDNA); raise Refusal where it is none."""
    if name.isascii():
        return name
    try:
        return name.encode("idna").decode("ascii")
    except UnicodeError:
        raise Refusal("not a host name") from None
