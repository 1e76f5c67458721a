"""Knows what scripts did inside watched pages: fingerprints taken, and keys that left as they were typed.

Sources: canvas, canvas fonts, audio and WebRTC as in Englehardt and Narayanan (CCS 2016) and in Blacklight's tests.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from louver.audit.finding import (
    CONSENT,
    EPRIVACY,
    MINIMISE,
    Check,
    Evidence,
    Found,
    Severity,
    carried,
    counted,
    found,
    plain,
    row,
)
from louver.audit.visit import group
from louver.core.signals.signal import Grade, Kind
from louver.core.sites import host_of
from louver.ledger.masking import masked_name

if TYPE_CHECKING:
    from collections.abc import Iterator

    from louver.audit.visit import Happening, Visit

FONTS: Final = 50
"""Fonts set and texts measured from which on a script asks for the fonts of the computer."""
WAYS: Final = {
    "canvas": ({"canvas-text", "canvas-read"}, {"canvas-kept"}, "draws a picture and reads it back"),
    "audio": ({"audio-oscillator", "audio-shape"}, set[str](), "makes a sound and measures it"),
    "webrtc": (
        {"webrtc-channel", "webrtc-offer", "webrtc-candidates"},
        set[str](),
        "asks for the network addresses of the computer",
    ),
}
"""Way to what it consists of, what speaks against it, and words."""
PERSONAL: Final = (Kind.EMAIL, Kind.PERSONAL_DATA, Kind.FORM_INPUT)


def fingerprints(visit: Visit) -> Iterator[Found]:
    """Find scripts that do all that one way of telling computers apart consists of."""
    for script, rows in group(visit.happenings, lambda one: one.script.partition("?")[0]).items():
        done = {one.what for one in rows}
        for way, (needed, against, words) in WAYS.items():
            if needed <= done and not against & done:
                yield _found(way, script, words, [one for one in rows if one.what in needed])
        fonts = {one.detail for one in rows if one.what == "canvas-font"}
        measured = sum(one.count for one in rows if one.what == "canvas-measure")
        if len(fonts) >= FONTS and measured >= FONTS:
            words = f"tries {len(fonts)} fonts to see which are installed"
            yield _found("fonts", script, words, [one for one in rows if one.what == "canvas-measure"])


def _found(way: str, script: str, words: str, rows: list[Happening]) -> Found:
    evidence = (Evidence(f"{one.what}, {one.count} times", url=plain(one.script)) for one in rows)
    title = f"A script from {host_of(script)} {words}, which tells computers apart"
    return found(f"{way} {plain(script)}", title, Severity.HIGH, evidence)


def keys_logged(visit: Visit) -> Iterator[Found]:
    """Find others who got what was typed into a form that was never sent."""
    told = (pair for pair in visit.told(*PERSONAL) if pair[0].is_third and pair[1].grade is Grade.CONFIRMED)
    typed = (pair for pair in told if visit.typed_at is not None and (pair[0].at or 0.0) >= visit.typed_at)
    for who, rows in group(typed, lambda pair: pair[0].who).items():
        evidence = (row(each, carried(one)) for each, one in rows)
        yield found(who, f"{who} gets what is typed into a form before it is sent", Severity.HIGH, evidence)


def stored(visit: Visit) -> Iterator[Found]:
    """Find scripts of others that keep things in the page's own storage, which outlasts cookies."""
    others = {each.host: each.who for each in visit.third()}
    kept = (one for one in visit.happenings if one.what == "storage" and host_of(one.script) in others)
    for who, rows in group(kept, lambda one: others[host_of(one.script)]).items():
        title = (
            f"A script of {who} keeps {counted(len({one.detail for one in rows}), 'entry', 'entries')} in the browser"
        )
        evidence = (Evidence(f"entry {masked_name(one.detail)}", url=plain(one.script)) for one in rows)
        yield found(who, title, Severity.LOW, evidence)


STORAGE: Final = Check(
    "storage-use",
    "Scripts of others use the browser's storage",
    "Treat local storage like cookies: ask before anything is kept there that the page does not need.",
    stored,
    (EPRIVACY, CONSENT),
    needs="inside",
)
FINGERPRINTING: Final = Check(
    "fingerprinting-script",
    "Scripts tell computers apart",
    "Remove the script, or ask for consent before it runs.",
    fingerprints,
    (EPRIVACY, CONSENT),
    needs="inside",
)
KEY_LOGGING: Final = Check(
    "key-logging",
    "What is typed leaves before it is sent",
    "Stop scripts from reading fields; send a form only when the visitor does.",
    keys_logged,
    (CONSENT, MINIMISE),
    needs="inside",
)
