"""The names that filter lists use lead to stand-ins, and the stand-ins are small, plain and ours."""

from __future__ import annotations

import gzip
import os
import re
import struct
import zlib
from pathlib import Path

import pytest

from louver.core.filters.resolve import resource
from louver.core.filters.values import ABP_RESOURCES
from louver.surrogates import surrogate
from louver.surrogates.library import StandIn, table
from louver.surrogates.neutral import NEUTRAL

DATA = Path(os.environ.get("LOUVER_DATA") or Path(__file__).resolve().parents[1].parent / "shared" / "data")
ROWS = table().stand_ins


def body(name: str) -> bytes:
    found = surrogate(name)
    assert found is not None, name
    return found[1]


@pytest.mark.parametrize(
    ("names", "file"),
    [
        ("google-analytics_analytics.js google-analytics.com/analytics.js google-analytics", "analytics.js"),
        ("googletagmanager_gtm.js googletagmanager.com/gtm.js googletagmanager-gtm", "google-tag.js"),
        ("googletagservices_gpt.js googletagservices.com/gpt.js googletagservices-gpt", "gpt.js"),
        ("googlesyndication_adsbygoogle.js googlesyndication-adsbygoogle", "adsbygoogle.js"),
        ("google-ima.js google-ima3", "ima3.js"),
        ("amazon_apstag.js amazon-apstag", "apstag.js"),
        ("scorecardresearch_beacon.js scorecardresearch-beacon", "comscore.js"),
        ("fingerprint2.js fingerprintjs2", "fingerprint2.js"),
        ("fingerprint3.js fingerprintjs3", "fingerprint3.js"),
        ("metrika-yandex-tag metrika-yandex-watch", "metrika.js"),
        ("nobab.js prevent-bab nofab.js prevent-fab-3.2.0", "adblock-check.js"),
        ("chartbeat.js static.chartbeat.com/chartbeat.js", "chartbeat.js"),
        ("1x1-transparent.gif abp-resource:1x1-transparent-gif", "1x1.gif"),
        ("noopjs blank-js abp-resource:blank-js", "noop.js"),
        ("nooptext empty", "noop.txt"),
        ("noopmp4-1s abp-resource:blank-mp4", "noop-1s.mp4"),
        ("noopvast-3.0", "noop-vast3.xml"),
        ("noop-vmap1.0.xml noopvmap-1.0", "noop-vmap1.xml"),
    ],
)
def test_the_names_of_other_blockers_lead_to_ours(names: str, file: str) -> None:
    assert {surrogate(name) for name in names.split()} == {surrogate(file)} != {None}


def test_what_adblock_plus_rewrites_to_is_there() -> None:
    assert [name for name in ABP_RESOURCES.values() if surrogate(name) is None] == []


@pytest.mark.parametrize("name", ["", "none", "NOOPJS", "../table.json", "_tools.js", "analytics.js:100", "\udcff"])
def test_other_names_lead_nowhere(name: str) -> None:
    assert surrogate(name) is None


def test_no_name_is_said_twice() -> None:
    names = [name for row in ROWS for name in (row.file, *row.names)]
    names += [name for file, more in table().neutral.items() for name in (file, *more)]
    names += table().unmapped
    assert len(names) == len(set(names))
    assert all(table().unmapped.values())


def test_the_table_has_every_file_and_no_other() -> None:
    folder = Path(__file__).resolve().parents[1] / "src" / "louver" / "surrogates" / "stand_ins"
    assert {row.file for row in ROWS} == {path.name for path in folder.glob("*.js")} - {"_tools.js"}
    assert set(table().neutral) == set(NEUTRAL)
    assert [row.file for row in ROWS] == sorted(row.file for row in ROWS)


LISTS = [*DATA.glob("filterlists/**/*.txt*"), *DATA.glob("urls/*.txt")]
REDIRECT = re.compile(r"[$,](?:redirect(?:-rule)?=|rewrite=abp-resource:)([^,\s]+)")


def test_every_name_in_real_lists_is_known_or_left_out_for_a_reason() -> None:
    if not LISTS:
        pytest.skip("the real lists are not here")
    names: set[str] = set()
    for path in LISTS:
        raw = path.read_bytes()
        text = (gzip.decompress(raw) if path.suffix == ".gz" else raw).decode("utf-8", "replace")
        lines = (line for line in text.splitlines() if not line.startswith("!"))
        names |= {resource(found)[0] for line in lines for found in REDIRECT.findall(line)}
    assert len(names) > 20
    assert {name for name in names if surrogate(name) is None} <= set(table().unmapped)


# --- the scripts

MODERN = re.compile(r"=>|`|\b(?:let|const|class|async|await|import|export)\s")
"""What a browser of ES5 would not read."""


def code(row: StandIn) -> str:
    """Return a stand-in's text without comments and quoted text."""
    return re.sub(r"//[^\n]*|\"(?:[^\"\\\n]|\\.)*\"", "", body(row.file).decode())


@pytest.mark.parametrize("row", ROWS, ids=lambda row: str(row.file))
def test_a_stand_in_is_plain_and_talks_to_nobody(row: StandIn) -> None:
    text = code(row)
    assert not MODERN.search(text)
    assert not re.search(r"XMLHttpRequest|fetch\(|sendBeacon|WebSocket|new Image|\bd\.cookie|Storage\b", text)
    assert not re.search(r"Math\.random|Date\.now|new Date|debugger|console\.", text)


@pytest.mark.parametrize("row", ROWS, ids=lambda row: str(row.file))
def test_a_stand_in_is_a_small_script_of_its_own(row: StandIn) -> None:
    media, text = surrogate(row.file) or ("", b"")
    assert media.startswith("text/javascript")
    assert text.startswith(b'(function () {\n"use strict";')
    assert len(text) < 16_000
    assert row.of


def test_all_together_stay_small() -> None:
    folder = Path(__file__).resolve().parents[1] / "src" / "louver" / "surrogates"
    files = [path for path in folder.rglob("*") if path.suffix in {".js", ".json"}]
    assert sum(path.stat().st_size for path in files) < 100_000


def test_an_answer_is_made_once() -> None:
    assert surrogate("gpt.js") is surrogate("googletagservices_gpt.js")


# --- the neutral files


def test_pictures_are_what_their_formats_say() -> None:
    assert body("1x1.gif").startswith(b"GIF89a\x01\x00\x01\x00")
    for name in ("2x2.png", "3x2.png", "32x32.png"):
        width, height = (int(side) for side in name[:-4].split("x"))
        picture = body(name)
        assert picture[:8] == b"\x89PNG\r\n\x1a\n"
        assert struct.unpack(">II", picture[16:24]) == (width, height)
        data = picture[picture.index(b"IDAT") + 4 :]
        assert zlib.decompressobj().decompress(data) == bytes(height * (1 + 2 * width))


def test_the_boxes_of_the_film_fill_it() -> None:
    film, at, kinds = body("noop-1s.mp4"), 0, []
    while at < len(film):
        size, kind = struct.unpack(">I4s", film[at : at + 8])
        kinds.append(kind)
        at += size
    assert at == len(film)
    assert kinds == [b"ftyp", b"moov", b"mdat"]
    place = struct.unpack(">I", film[film.index(b"stco") + 12 :][:4])[0]
    length = struct.unpack(">I", film[place : place + 4])[0]
    assert place + 4 + length == len(film)


def test_silence_is_whole_frames() -> None:
    for name, frames in (("noop-0.1s.mp3", 4), ("noop-0.5s.mp3", 20)):
        assert body(name) == body(name)[:104] * frames
