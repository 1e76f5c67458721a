"""Knows what of a cookie speaks for its purpose: parts of its name, who gets it, how long it lives, what its value is.

Training and inference both ask here, so they cannot drift apart. It knows nothing of weights or purposes.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from louver.core.facts import Party
from louver.core.signals.identifier import judge
from louver.core.signals.shapes import plain
from louver.core.signals.signed import signed

if TYPE_CHECKING:
    from collections.abc import Iterator

MINUTE, HOUR, DAY = 60.0, 3600.0, 86_400.0
LIFETIMES: Final = (
    (0.0, "session"),
    (HOUR, "hour"),
    (DAY, "day"),
    (8 * DAY, "week"),
    (35 * DAY, "month"),
    (190 * DAY, "half-year"),
    (400 * DAY, "year"),
)
"""Upper bounds in seconds; a cookie that outlives the last lives for years."""

PREFIX: Final = re.compile(r"__(?:host|secure)-", re.IGNORECASE)
RANDOM: Final = re.compile(r"(?=[0-9A-Fa-f]*\d)[0-9A-Fa-f]{6,}|\d+|\*")
WORD: Final = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|0")
MOST_NAME, MOST_HOST = 48, 40
CLOCK: Final = re.compile(r"(?<!\d)1\d{9}(?:\d{3})?(?!\d)|\d{1,2}[- ][A-Z][a-z]{2}[- ]20\d\d")
FLAGS: Final = frozenset({"true", "false", "null", "none", "undefined", "default", "enabled", "disabled", "accepted"})
SHORTEST_TEXT: Final = 4
GRAMS: Final = (3, 4)
STARTS: Final = (2, 3, 5)
ENDS: Final = (2, 4)


def features(
    name: str,
    *,
    host: str = "",
    party: Party = Party.UNKNOWN,
    value: str = "",
    lifetime: float | None = None,
    http_only: bool = False,
) -> list[str]:
    """Return what is known of a cookie as words, each at most once; what is not known gives no word."""
    found = dict.fromkeys(name_features(name))
    if party is not Party.UNKNOWN:
        found[f"party={party}"] = None
    if party is Party.THIRD and host:
        found.update(dict.fromkeys(_host_features(host)))
    if lifetime is not None:
        found[f"life={lifetime_word(lifetime)}"] = None
    if value:
        found[f"value={value_word(value)}"] = None
    if http_only:
        found["http-only"] = None
    return list(found)


def name_features(name: str) -> Iterator[str]:
    """Yield the words, the start, the end and all short runs of a name, serials in it being one."""
    plainly = normal(name)
    if PREFIX.match(name):
        yield "prefixed"
    lower = plainly.lower()
    for word in WORD.findall(plainly):
        yield f"word={word.lower()}"
    for length in STARTS:
        yield f"^{lower[:length]}"
    for length in ENDS:
        yield f"{lower[-length:]}$"
    for length in GRAMS:
        for at in range(len(lower) - length + 1):
            yield lower[at : at + length]
    yield f"length={min(len(plainly), 24) // 4}"


def normal(name: str) -> str:
    """Return a name without the prefixes of the cookie standard, each serial in it written `0`."""
    return RANDOM.sub("0", PREFIX.sub("", name[:256]))[:MOST_NAME]


def lifetime_word(lifetime: float) -> str:
    """Return the bin that a lifetime in seconds falls into; 0 or less is a session cookie."""
    return next((word for bound, word in LIFETIMES if lifetime <= bound), "years")


def value_word(value: str) -> str:
    """Return what a value looks like, in one word."""
    if len(value) < SHORTEST_TEXT or value.lower() in FLAGS:
        return "flag"
    if signed(value):
        return "signed"
    if judge(value).grade is not None:
        return "id"
    if value[0] in "{[" or value.startswith(("%7B", "%5B", "%7b", "%5b")):
        return "json"
    what = plain(value)
    if what == "date or time" or CLOCK.search(value):
        return "time"
    return "text" if what is None else "plain"


def _host_features(host: str) -> Iterator[str]:
    labels = host[-MOST_HOST:].lower().split(".")
    for label in labels[:-1]:
        yield f"host={label}"
        for word in re.split(r"[^a-z]+", label):
            for at in range(len(word) - 3):
                yield f"host~{word[at : at + 4]}"
