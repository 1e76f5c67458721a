"""Knows every option of the three dialects by name and what it changes in a rule; knows nothing of patterns."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from louver.core.facts import ResourceType
from louver.core.filters import situation
from louver.core.filters.pattern import Refusal
from louver.core.filters.rule import Effect
from louver.core.filters.situation import ALL_TYPES, TYPE_BIT
from louver.core.filters.values import VALUED

if TYPE_CHECKING:
    from louver.core.filters.draft import Draft

TYPES: Final[dict[str, int]] = {
    **{name.value: TYPE_BIT[name] for name in ResourceType},
    "all": ALL_TYPES,
    "beacon": TYPE_BIT[ResourceType.PING],
    "css": TYPE_BIT[ResourceType.STYLESHEET],
    "doc": TYPE_BIT[ResourceType.DOCUMENT],
    "fetch": TYPE_BIT[ResourceType.XMLHTTPREQUEST],
    "frame": TYPE_BIT[ResourceType.SUBDOCUMENT],
    "img": TYPE_BIT[ResourceType.IMAGE],
    "object-subrequest": TYPE_BIT[ResourceType.OBJECT],
    "popunder": TYPE_BIT["popup"],
    "popup": TYPE_BIT["popup"],
    "xhr": TYPE_BIT[ResourceType.XMLHTTPREQUEST],
}
PARTIES: Final = {
    "third-party": situation.THIRD_PARTY,
    "3p": situation.THIRD_PARTY,
    "first-party": situation.FIRST_PARTY,
    "1p": situation.FIRST_PARTY,
    "strict1p": situation.STRICT_FIRST,
    "strict-first-party": situation.STRICT_FIRST,
    "strict3p": situation.STRICT_THIRD,
    "strict-third-party": situation.STRICT_THIRD,
}
NEGATED_PARTIES: Final = {
    situation.THIRD_PARTY: situation.FIRST_PARTY,
    situation.FIRST_PARTY: situation.THIRD_PARTY,
    situation.STRICT_FIRST: situation.STRICT_THIRD,
    situation.STRICT_THIRD: situation.STRICT_FIRST,
}
SCOPES: Final = {"urlblock": Effect.PAGE, "genericblock": Effect.GENERICBLOCK}
_COSMETIC = "elemhide ehide generichide ghide specifichide shide content jsinject extension stealth"
COSMETIC: Final = frozenset(_COSMETIC.split())
"""They switch off what only a browser extension does."""

_UNSUPPORTED = (
    "app client ctag dnsrewrite dnstype donottrack hls ipaddress "
    "jsonprune network protobuf referrerpolicy replace requestheader sitekey trustedtypes webrtc xmlprune"
)
UNSUPPORTED: Final = frozenset(_UNSUPPORTED.split())
"""A proxy cannot know these things, or does not rewrite bodies."""

NOTES: Final = frozenset({"reason", "collapse", "~collapse"})
"""They change nothing."""

MARKS_MOST: Final = 1000
"""`$` and `,` in a line; each costs a look for an option's name."""

NAMES: Final = frozenset({*TYPES, *PARTIES, *SCOPES, *COSMETIC, *UNSUPPORTED, *NOTES, *VALUED})
_NAME: Final = "|".join(sorted((re.escape(name) for name in NAMES), key=len, reverse=True))
_START: Final = re.compile(rf"\$(?=~?(?:{_NAME}|_+)(?:[,=]|$))", re.IGNORECASE)
_COMMA: Final = re.compile(rf"(?<!\\),\s*(?=~?(?:{_NAME}|_+)\s*(?:[,=]|$))", re.IGNORECASE)
_LOOKS_LIKE: Final = re.compile(r"\$~?[\w-]+(?:=[^,]*)?(?:,~?[\w-]+(?:=[^,]*)?)*$")


def split_options(text: str) -> tuple[str, str]:
    """Split a rule into its pattern and its options, which begin at the first `$` before an option's name.

    A regular expression may contain such text, so there the `$` must follow its closing slash.
    """
    if text.count("$") + text.count(",") > MARKS_MOST:
        raise Refusal("longer than any rule")
    starts = [match.start() for match in _START.finditer(text)]
    if text.startswith("/"):
        starts = [start for start in starts if start > 1 and text[start - 1] == "/"] or starts
    if starts:
        return text[: starts[0]], text[starts[0] + 1 :]
    last = text.rfind("$")
    if last >= 0 and _LOOKS_LIKE.match(text, last) and not (text.startswith("/") and text.endswith("/")):
        raise Refusal("unknown option")
    return text, ""


def each_option(options: str) -> list[tuple[str, str | None, bool]]:
    """Split options into name (lower case), value and negation. A comma that no option's name follows is text."""
    found = []
    for option in _COMMA.split(options):
        name, equals, value = option.partition("=")
        name = name.strip().lower()
        found.append((name.removeprefix("~"), value.strip().replace("\\,", ",") if equals else None, name[:1] == "~"))
    return found


def apply_option(draft: Draft, name: str, value: str | None, *, negated: bool) -> None:
    """Apply one option; raise Refusal where the rule cannot be used because of it."""
    if name in TYPES:
        _apply_type(draft, name, negated=negated)
    elif name in PARTIES:
        draft.parties &= NEGATED_PARTIES[PARTIES[name]] if negated else PARTIES[name]
    elif name in VALUED:
        if negated and name == "match-case":
            return  # what holds anyway
        if negated:
            raise Refusal(f"option that cannot be negated: {name}")
        VALUED[name](draft, value or "")
    elif name in COSMETIC:
        draft.cosmetic = True
    elif name in SCOPES:
        _apply_scope(draft, SCOPES[name])
    elif name in UNSUPPORTED:
        raise Refusal(f"unsupported option: {name}")
    elif name not in NOTES and name.strip("_"):
        raise Refusal("unknown option")


def _apply_type(draft: Draft, name: str, *, negated: bool) -> None:
    if negated:
        draft.types_off |= TYPES[name]
    else:
        draft.types_on |= TYPES[name]
        if draft.exception and name in {"document", "doc"}:
            draft.scopes.append(Effect.PAGE)


def _apply_scope(draft: Draft, scope: Effect) -> None:
    if not draft.exception:
        raise Refusal("an option for exceptions only")
    draft.scopes.append(scope)
