"""Knows which parts of a URL, or of a name, look like an identifier, and replaces them by `*`. Pure.

The ledger keeps no query, no fragment, no user name and no password of a URL. What is left, host and path, can still
hold identifiers (`/u/18273645/`, `/reset/eyJhbGciOi…`), and so can names (`?eyJhbGciOi…` is a parameter's name without
a value). The test is one of looks, word by word, and errs towards masking: it is meant to keep what a person
recognises (`/pagead/id`, `_ga_*`, `app.*.js`) and nothing that could single a person out.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final, NamedTuple
from urllib.parse import unquote

MASK: Final = "*"
PATH_LIMIT: Final = 200
"""Characters of a path that are kept."""

NAME_LIMIT: Final = 100
"""Characters of a name that are kept."""

LONG: Final = 32
"""Letters from which on a word without any separator is no word of a language."""

ODD: Final = re.compile(r"[^\W_]*\d[^\W_]*|[^\W_]{12,}")
"""A word worth a second look: it has a digit in it, or is long."""

EMAIL: Final = re.compile(r"[^/@\s]+@[^/@\s]+\.[^\W\d_]{2,}")
ASSIGNED: Final = re.compile(r"(?<=[^/=]=)[^/;,&]+")
"""What is said to be the value of something within a path: `;jsessionid=…`."""

DIGITS: Final = re.compile(r"\d{5,}")
TURN: Final = re.compile(r"(?<=\d)(?=[^\W\d_])|(?<=[^\W\d_])(?=\d)")
"""Where digits and letters change over."""

CASE_TURN: Final = re.compile(r"(?<=[a-z])(?=[A-Z])|(?<=[A-Z])(?=[a-z])")
UNSPEAKABLE: Final = re.compile(r"[bcdfghjklmnpqrstvwxz]{7,}", re.IGNORECASE)
PLAIN: Final = re.compile(
    r"[^\W\dA-Z_]*(?:[A-Z][^\W\dA-Z_]{2,})*|[A-Z]+|\d{1,4}|[a-z]{1,5}\d{1,2}|[A-Z]{1,5}\d{1,2}|[^\W_]{1,2}|\d{1,4}[a-z]{1,2}"
)
"""A word that may stay beside a masked or another odd one; the rest may be pieces of one identifier."""

UUID: Final = re.compile(r"[0-9a-f]{8}-?(?:[0-9a-f]{4}-?){3}[0-9a-f]{12}", re.IGNORECASE)

WORD: Final = re.compile(r"[^\W_]+")
RUN: Final = re.compile(r"\*(?:[\W_]?\*)+")
SURROGATE: Final = re.compile(r"[\ud800-\udfff]")


class Address(NamedTuple):
    """What the ledger keeps of a URL."""

    scheme: str
    host: str
    path: str


def storable(text: str) -> str:
    """Return the text as UTF-8 can hold it: bytes that were no UTF-8 on the wire become the replacement character."""
    return text if text.isascii() else SURROGATE.sub("\ufffd", text)


def looks_like_identifier(word: str) -> bool:
    """Tell whether a run of letters and digits looks made up by a machine rather than by a person.

    Five digits in a row; digits and letters taking turns three times, or mixed over ten characters; letters that
    change case more often than every third one, or are too long or too hard to speak to be a word.
    """
    digits = sum(map(str.isdigit, word))
    if digits:
        return (
            DIGITS.search(word) is not None
            or len(TURN.findall(word)) >= 3
            or (digits >= 2 and digits < len(word) >= 10)
        )
    return len(word) >= LONG or len(CASE_TURN.findall(word)) * 3 > len(word) or UNSPEAKABLE.search(word) is not None


@lru_cache(maxsize=4096)
def masked_path(path: str) -> str:
    """Return a path, percent-escapes resolved, with everything that looks like an identifier masked."""
    if "%" in path:
        path = _resolved(path)
    if "@" in path:
        path = EMAIL.sub(MASK, path)
    if "=" in path:
        path = ASSIGNED.sub(MASK, path)
    if ODD.search(path) is not None:
        path = "/".join(map(_masked_words, path.split("/")))
    return storable(path[:PATH_LIMIT])


@lru_cache(maxsize=4096)
def masked_name(name: str) -> str:
    """Return the name of a cookie, parameter or header with everything that looks like an identifier masked."""
    if "%" in name:
        name = _resolved(name)
    if "@" in name:
        name = EMAIL.sub(MASK, name)
    return storable(_masked_words(name)[:NAME_LIMIT])


@lru_cache(maxsize=4096)
def masked_host(host: str) -> str:
    """Return a host with labels masked that are long and look like an identifier; shorter ones name real servers."""
    if len(host) <= LONG:
        return storable(host)
    labels = host.split(".")
    return storable(".".join(_masked_label(label) for label in labels)[:253])


def masked_url(url: str) -> Address:
    """Return what is kept of a URL. A text that is no URL has an empty host, and its words are masked."""
    scheme, found, rest = url.partition("://")
    if not found:
        return Address("", "", masked_path(_cut(url)))
    host, slash, path = _cut(rest).partition("/")
    host = host.rpartition("@")[2].lower()
    return Address(storable(scheme.lower()), masked_host(_without_port(host)), masked_path(slash + path) or "/")


def scheme_and_path(url: str) -> tuple[str, str]:
    """Return what is kept of a URL beside its host."""
    # The recipient is known already, so only the rest of the URL is cut; `masked_url` would take twice as long.
    scheme, found, rest = url.partition("://")
    if not found:
        return "", masked_path(url.partition("#")[0].partition("?")[0])
    slash = rest.find("/")
    if slash < 0:
        return storable(scheme), "/"
    return storable(scheme), masked_path(rest[slash:].partition("#")[0].partition("?")[0])


def _cut(text: str) -> str:
    return text.partition("#")[0].partition("?")[0]


def _without_port(host: str) -> str:
    name, colon, port = host.rpartition(":")
    return name if colon and port.isdigit() else host


def _resolved(text: str) -> str:
    # Escapes can be nested; three rounds undo what is met in practice, and whatever is left has digits in it.
    for _ in range(3):
        plain = unquote(text, errors="replace")
        if plain == text:
            break
        text = plain
    return text


def _masked_words(text: str) -> str:
    if ODD.search(text) is None:
        return text
    masked = ODD.sub(lambda found: MASK if looks_like_identifier(found[0]) else found[0], UUID.sub(MASK, text))
    strange = [word for word in WORD.findall(masked) if PLAIN.fullmatch(word) is None]
    if strange and (MASK in masked or len(strange) >= 2):
        masked = WORD.sub(lambda found: found[0] if PLAIN.fullmatch(found[0]) else MASK, masked)
    return RUN.sub(MASK, masked)


def _masked_label(label: str) -> str:
    return MASK if len(label) >= 20 and looks_like_identifier(label.replace("-", "")) else label
