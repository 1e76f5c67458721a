"""Knows what one line of a list is: a rule, host names, a remark, or something that is skipped for a reason."""

from __future__ import annotations

import re
from typing import Final

from louver.core.filters.draft import Draft
from louver.core.filters.options import PARTIES, TYPES, apply_option, each_option, split_options
from louver.core.filters.pattern import Refusal, Shape, ascii_host, read_pattern
from louver.core.filters.rule import Effect, Rule
from louver.core.filters.situation import ALL_PARTIES
from louver.core.filters.source import Skipped

LONGEST: Final = 65_536
"""Characters; a longer line is no rule that anybody wrote."""

type Hosts = tuple[str, ...]
"""The names on a line of a hosts file, or a line that is one domain: they and what is below them are blocked."""

_COSMETIC: Final = re.compile(
    r"(?:\[\$[^\]]*\])?(?:/.+/|[^/|@\"!#$]*)(#@?[$?%]{0,2}@?#|\$@?\$(?=[a-z*]))(.*)", re.DOTALL
)
_HOSTS: Final = re.compile(r"(?:\d{1,3}\.\d{1,3}\.\d{1,3}\.\d{1,3}|::1?|fe80::1%lo0|ff0[02]::[0123]?)\s+(\S.*)")
_NOTE: Final = re.compile(r"\s#.*", re.DOTALL)
_DOMAIN: Final = re.compile(r"(?:[^\W](?:[\w-]*\w)?\.)+[^\W\d_](?:[\w-]*\w)?|\d{1,3}(?:\.\d{1,3}){3}")
_REMARK: Final = re.compile(r"!|#(?![#@$?%])|##[\s#]|\[(?:Adblock|uBlock|AdGuard)[^\]]*\]$|#$|%include ", re.IGNORECASE)
_FILE_ENDINGS = "js php html htm gif png jpg jpeg css swf asp aspx jsp cgi svg xml json txt webp"
FILE_ENDINGS: Final = frozenset(_FILE_ENDINGS.split())
_OWN_NAMES = (
    "localhost localhost.localdomain local broadcasthost ip6-localhost ip6-loopback ip6-localnet ip6-mcastprefix "
    "ip6-allnodes ip6-allrouters ip6-allhosts 0.0.0.0"
)
OWN_NAMES: Final = frozenset(_OWN_NAMES.split())
KINDS: Final = {
    "#%#": "scriptlet",
    "#@%#": "scriptlet",
    "$$": "html filter",
    "$@$": "html filter",
}
"""What follows a site's name, where that alone tells the kind of a line that is no network rule."""

MARKS: Final = (("+js(", "scriptlet"), ("script:inject(", "scriptlet"), ("^", "html filter"))
"""What else tells it: how the part after `##` begins."""


def read_line(line: str) -> Rule | Hosts | Skipped | None:
    """Read one line, without its line end. None is a remark; nothing raises."""
    text = line.strip()
    if not text or _REMARK.match(text):
        return None
    if len(text) > LONGEST:
        return Skipped("longer than any rule")
    if ("#" in text or "$$" in text or "$@$" in text) and (other := _COSMETIC.match(text)):
        return Skipped(_cosmetic_kind(other[1], other[2]))
    try:
        return _read_hosts(text) or _read_rule(text)
    except Refusal as refusal:
        return Skipped(str(refusal))


def _cosmetic_kind(mark: str, rest: str) -> str:
    if mark in {"#$#", "#@$#"} and "{" not in rest:
        return "scriptlet"
    found = (kind for beginning, kind in MARKS if rest.startswith(beginning))
    return KINDS.get(mark) or next(found, "cosmetic")


def _read_hosts(text: str) -> Hosts | None:
    if not (text[0].isalnum() or text[0] == ":"):
        return None
    entry = _NOTE.sub("", text).rstrip()
    names = _HOSTS.fullmatch(entry)
    if names is None:
        return _read_domain(entry)
    found = tuple(name for word in names[1].split() if (name := word.lower().rstrip(".")) not in OWN_NAMES)
    if not found:
        raise Refusal("the machine's own name")
    hosts = tuple(ascii_host(name) for name in found if _DOMAIN.fullmatch(name))
    if not hosts:
        raise Refusal("not a host name")
    return hosts


def _read_domain(entry: str) -> Hosts | None:
    if not _DOMAIN.fullmatch(entry) or entry.rpartition(".")[2].lower() in FILE_ENDINGS:
        return None
    return (ascii_host(entry.lower()),)


def _read_rule(text: str) -> Rule:
    if not text.isprintable() or "\ufffd" in text:
        raise Refusal("characters that are no text")
    exception = text.startswith("@@")
    body, options = split_options(text[2:] if exception else text)
    draft = Draft(exception=exception)
    if options:
        for name, value, negated in each_option(options):
            apply_option(draft, name, value, negated=negated)
            draft.key.append(_option_key(name, value, negated=negated))
    shape = read_pattern(body, cased=draft.cased)
    _check(draft, shape)
    return _assemble(draft, shape, body)


def _check(draft: Draft, shape: Shape) -> None:
    if draft.cosmetic and not draft.scopes and draft.effect is Effect.BLOCK:
        raise Refusal("cosmetic exception")
    asked = {condition[0] for condition in draft.conditions}
    if draft.effect is Effect.REMOVEPARAM and "denyallow" in asked and not asked & {"from", "to"}:
        raise Refusal("denyallow without domain")  # nearly every site: uBlock Origin refuses it too
    regex = shape.pattern is not None and shape.pattern[0] == "regex"
    if _says_nothing(draft) and not regex and not shape.host and len(shape.literal) < 2:
        raise Refusal("it would match everything")


def _says_nothing(draft: Draft) -> bool:
    options = draft.conditions or draft.types_on or draft.types_off or draft.effect is not Effect.BLOCK
    return not options and draft.parties == ALL_PARTIES


def _assemble(draft: Draft, shape: Shape, body: str) -> Rule:
    scopes = tuple(draft.scopes) if draft.effect is Effect.BLOCK else ()
    return Rule(
        effect=draft.effect,
        exception=draft.exception,
        important=draft.important,
        mask=draft.mask(),
        pattern=shape.pattern,
        host=shape.host,
        literal=shape.literal,
        tokens=shape.tokens,
        conditions=tuple(draft.conditions),
        value=draft.value,
        redirect=draft.redirect,
        scopes=scopes,
        pages_only=bool(scopes) and not draft.types_on,
        key=(draft.exception, body if draft.cased else body.lower(), frozenset(draft.key) - {None}),
        cancels=draft.cancels,
    )


def _option_key(name: str, value: str | None, *, negated: bool) -> object:
    if name == "badfilter" or not name.strip("_") or name == "reason":
        return None
    same: object = TYPES.get(name) or PARTIES.get(name) or SYNONYMS.get(name, name)
    return same, negated, frozenset(value.split("|")) if value is not None else None


SYNONYMS: Final = {"from": "domain", "queryprune": "removeparam", "uritransform": "urltransform"}
