"""Knows how ClearURLs rules (JSON, by provider) read as lines of a filter list, so that one engine decides over both.

A line's number is its place in what is written here, since JSON has no lines of its own.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

import msgspec

if TYPE_CHECKING:
    from collections.abc import Iterator

PLAIN_NAME: Final = re.compile(r"[\w-]+")
EVERYWHERE: Final = frozenset({".*", "^.*", "^https?://.*"})


class Provider(msgspec.Struct, rename="camel"):
    """One provider, in the words of the format. Referral marketing stays: it names who is paid, not who asks."""

    url_pattern: str
    complete_provider: bool = False
    rules: list[str] = []
    raw_rules: list[str] = []
    exceptions: list[str] = []
    redirections: list[str] = []


class Document(msgspec.Struct):
    """The whole file."""

    providers: dict[str, Provider]


class NotClearUrlsError(ValueError):
    """A file that looks like ClearURLs rules and is none."""


def as_filter_list(text: str) -> str:
    """Return the rules as filter-list lines. Raises NotClearUrlsError."""
    try:
        document = msgspec.json.decode(text.encode("utf-8", "surrogatepass"), type=Document)
    except (msgspec.MsgspecError, UnicodeError) as error:
        raise NotClearUrlsError(f"ClearURLs rules: {error}") from error
    lines = [line for name, provider in document.providers.items() for line in _lines(name, provider)]
    return "\n".join(line for line in lines if "\n" not in line)


def _lines(name: str, provider: Provider) -> Iterator[str]:
    pattern = "*" if provider.url_pattern in EVERYWHERE else f"/{_slashed(provider.url_pattern)}/"
    yield f"! {name}"
    if provider.complete_provider:
        yield pattern
    for rule in provider.rules:
        yield f"{pattern}$removeparam={_parameter(rule.removeprefix('(?:%3F)?'))}"
    for rule in provider.raw_rules:
        yield f"{pattern}$urltransform=/{_option(rule)}//"
    for exception in provider.exceptions:
        yield f"@@/{_slashed(exception)}/$removeparam"
    for redirection in provider.redirections:
        yield f"/{_slashed(redirection)}/$document,urlskip=/{_option(redirection)}/ -uricomponent"


def _parameter(rule: str) -> str:
    """Write a rule for a parameter's whole name as the option wants it, which looks at `name=value`."""
    return rule if PLAIN_NAME.fullmatch(rule) else f"/^(?:{_option(rule)})=/i"


def _slashed(regex: str) -> str:
    """Escape the slashes that are not, as a regular expression between slashes needs."""
    return regex.replace("\\/", "/").replace("/", "\\/")


def _option(regex: str) -> str:
    """Escape what would end an option's value: its comma."""
    return _slashed(regex).replace(",", "\\,")
