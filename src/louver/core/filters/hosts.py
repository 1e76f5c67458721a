"""Knows host names in lists: lists of names in options, and how a host is looked up with everything above it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from louver.core.filters.expressions import Expression, read_expression, searcher
from louver.core.filters.pattern import Refusal, ascii_host

if TYPE_CHECKING:
    from typing import Literal

    from louver.core.filters.rule import Names

_ENTRY: Final = re.compile(r"~?/(?:[^/\\]|\\.)+/(?=\||$)|[^|]+")
_NAME: Final = re.compile(r"[a-z0-9_](?:[a-z0-9._-]*[a-z0-9_])?(?:\.\*)?|\[[0-9a-f:.]+\]")


def read_names(kind: Literal["from", "to", "denyallow"], value: str) -> Names:
    """Read `a.com|~b.a.com|name.*|/expression/`; raise Refusal where an entry is no host name."""
    wanted, unwanted = set[str](), set[str]()
    wanted_by, unwanted_by = list[Expression](), list[Expression]()
    for entry in _ENTRY.findall(value):
        name = entry.strip().lower()
        negated = name[:1] == "~"
        name = name.removeprefix("~")
        if len(name) > 2 and name[0] == name[-1] == "/":
            (unwanted_by if negated else wanted_by).append(read_expression(name[1:-1]))
        else:
            (unwanted if negated else wanted).add(_read_name(name))
    if not (wanted or unwanted or wanted_by or unwanted_by):
        raise Refusal(f"option without its value: {kind}")
    return kind, frozenset(wanted), frozenset(unwanted), tuple(wanted_by), tuple(unwanted_by)


def _read_name(name: str) -> str:
    name = ascii_host(name.removeprefix("*.").removeprefix(".").removesuffix("."))
    if not _NAME.fullmatch(name):
        raise Refusal("not a host name")
    return name


def host_keys(host: str, site: str) -> frozenset[str]:
    """Return a host with everything above it, and each of its names inside the site with any ending (`name.*`)."""
    keys = [host]
    at = host.find(".")
    while at >= 0 and len(keys) < 64:
        keys.append(host[at + 1 :])
        at = host.find(".", at + 1)
    ending = len(site) - site.find(".") - 1
    if 0 < ending < len(site):
        keys += [key[:-ending] + "*" for key in keys if len(key) > ending and key.endswith(site)]
    return frozenset(keys)


def names_hold(names: Names, host: str, keys: frozenset[str]) -> bool:
    """Tell whether a host is asked for and not refused; where both, the longer name decides."""
    _, wanted, unwanted, wanted_by, unwanted_by = names
    refused = bool(unwanted) and not unwanted.isdisjoint(keys)
    if wanted or wanted_by:
        hit = not wanted.isdisjoint(keys)
        if hit and refused:
            return _longest(wanted & keys) > _longest(unwanted & keys)
        if not hit and not _any(wanted_by, host):
            return False
    return not refused and not _any(unwanted_by, host)


def _longest(names: frozenset[str]) -> int:
    return max(map(len, names))


def _any(expressions: tuple[Expression, ...], host: str) -> bool:
    return any(searcher(source, limit, cased=False)(host) for source, limit in expressions)
