"""Knows how ClearURLs rules (JSON, by provider) read as lines of a filter list, so that one engine decides over both.

What a provider's exceptions take back is what the provider says, and nothing else: so each line of a provider has its
own exceptions, by its value. A line's number is its place in what is written here, since JSON has no lines of its own.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

import msgspec

from louver.core.filters.expressions import read_expression
from louver.core.filters.pattern import Refusal

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

EVERYWHERE: Final = frozenset({".*", "^.*", "^https?://.*"})
MOST_TOGETHER: Final = 24
"""Names that one expression looks for: enough that few expressions are tried on each parameter."""

_REMOVE: Final = "removeparam=/^(?:"
_REMOVED: Final = ")=/i"
# The option looks at `name=value`; ClearURLs speaks of whole names, whatever their case.


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
    except (msgspec.MsgspecError, UnicodeError, RecursionError) as error:
        raise NotClearUrlsError(f"ClearURLs rules: {error}") from error
    said: set[str] = set()
    lines = [line for name, provider in document.providers.items() for line in _lines(name, provider, said)]
    return "\n".join(line for line in lines if line.isprintable())


def _lines(name: str, provider: Provider, said: set[str]) -> Iterator[str]:
    """Yield a provider's lines. `said` are the effects of those before it: one that is said again is written anew."""
    pattern = "*" if provider.url_pattern in EVERYWHERE else _pattern(provider.url_pattern)
    exceptions = [_pattern(exception) for exception in provider.exceptions]
    yield f"! {name}"
    if provider.complete_provider:
        yield pattern
        # A block has no value to be taken back by, so this takes back what any list says of these addresses.
        yield from (f"@@{exception}" for exception in exceptions)
    for wanted in _effects(provider):
        effect = wanted
        while effect in said and effect.startswith(_REMOVE):
            effect = f"{_REMOVE}(?:{effect.removeprefix(_REMOVE).removesuffix(_REMOVED)}){_REMOVED}"
        said.add(effect)
        yield f"{pattern}${effect}"
        yield from (f"@@{exception}${effect}" for exception in exceptions)


def _effects(provider: Provider) -> Iterator[str]:
    names = [rule.removeprefix("(?:%3F)?") for rule in provider.rules]
    for together in _groups(list(dict.fromkeys(names))):
        yield f"{_REMOVE}{'|'.join(map(_option, together))}{_REMOVED}"
    for rule in provider.raw_rules:
        yield f"urltransform=/(?:{_option(rule)})//i"
    for redirection in provider.redirections:
        yield f"urlskip=/{_option(redirection)}/ -uricomponent"


def _groups(rules: Sequence[str]) -> Iterator[Sequence[str]]:
    """Put rules together as long as the engine takes them for safe; one that it never does stands alone."""
    group: list[str] = []
    for rule in rules:
        if group and (len(group) == MOST_TOGETHER or not _is_safe([*group, rule])):
            yield group
            group = []
        group.append(rule)
    if group:
        yield group


def _is_safe(rules: Sequence[str]) -> bool:
    try:
        read_expression(f"^(?:{'|'.join(rules)})=")
    except Refusal:
        return False
    return True


def _pattern(regex: str) -> str:
    return f"/{_slashed(regex)}/"


def _slashed(regex: str) -> str:
    """Escape the slashes that are not, as a regular expression between slashes needs."""
    return re.sub(r"\\.|/", lambda found: "\\/" if found[0] in ("/", "\\/") else found[0], regex)


def _option(regex: str) -> str:
    """Escape what would end an option's value: its comma."""
    return _slashed(regex).replace(",", "\\,")
