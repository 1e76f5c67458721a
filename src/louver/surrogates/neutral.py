"""Knows files that say nothing: transparent pictures, silence, darkness, empty documents; made here, not copied."""

from __future__ import annotations

import struct
import zlib
from typing import Final

from louver.surrogates.film import mp4

NOTICE: Final = b"""<!doctype html><html lang="en"><meta charset="utf-8"><title>Not loaded</title>
<style>body{margin:0;font:14px/1.4 system-ui,sans-serif;display:grid;place-items:center;min-height:100vh;color:#555}
body{background:repeating-linear-gradient(#f4f4f2,#f4f4f2 12px,#ececea 12px,#ececea 13px)}
p{background:#fff;border:1px solid #ccc;border-radius:6px;padding:.5em 1em;margin:1em;text-align:center}</style>
<p>A frame of another site was not loaded here, because one of your filter lists says so.</p></html>
"""

VAST: Final = '<?xml version="1.0" encoding="UTF-8"?>\n<VAST version="{}"></VAST>\n'
VMAP: Final = (
    b'<?xml version="1.0" encoding="UTF-8"?>\n'
    b'<vmap:VMAP xmlns:vmap="http://www.iab.net/videosuite/vmap" version="1.0"></vmap:VMAP>\n'
)


def gif() -> bytes:
    """Return a transparent GIF of one pixel (GIF89a)."""
    screen = struct.pack("<HHBBB", 1, 1, 0x80, 0, 0) + bytes(6)
    transparent = b"\x21\xf9\x04\x01" + bytes(4)
    image = b"\x2c" + struct.pack("<HHHHB", 0, 0, 1, 1, 0)
    # Codes of three bits at first: clear, colour 0, end.
    return b"GIF89a" + screen + transparent + image + b"\x02\x02\x44\x01\x00\x3b"


def png(width: int, height: int) -> bytes:
    """Return a transparent PNG (ISO 15948), one byte of grey with alpha a channel."""
    lines = (b"\x00" + bytes(2 * width)) * height
    head = struct.pack(">IIBBBBB", width, height, 8, 4, 0, 0, 0)
    chunks = ((b"IHDR", head), (b"IDAT", zlib.compress(lines, 9)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(kind, data) for kind, data in chunks)


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def mp3(frames: int) -> bytes:
    """Return silence of so many frames of 26 ms (ISO 11172-3, layer III, 32 kbit/s, 44.1 kHz, mono)."""
    # A frame whose side information is zero has no coefficients, which is silence.
    return (b"\xff\xfb\x10\xc4" + bytes(100)) * frames


HTML: Final = "text/html; charset=utf-8"
XML: Final = "text/xml; charset=utf-8"

NEUTRAL: Final = {
    "1x1.gif": ("image/gif", gif()),
    "2x2.png": ("image/png", png(2, 2)),
    "3x2.png": ("image/png", png(3, 2)),
    "32x32.png": ("image/png", png(32, 32)),
    "click2load.html": (HTML, NOTICE),
    "noop-0.1s.mp3": ("audio/mpeg", mp3(4)),
    "noop-0.5s.mp3": ("audio/mpeg", mp3(20)),
    "noop-1s.mp4": ("video/mp4", mp4(1000)),
    "noop-vast2.xml": (XML, VAST.format("2.0").encode()),
    "noop-vast3.xml": (XML, VAST.format("3.0").encode()),
    "noop-vast4.xml": (XML, VAST.format("4.0").encode()),
    "noop-vmap1.xml": (XML, VMAP),
    "noop.css": ("text/css; charset=utf-8", b""),
    "noop.html": (HTML, b"<!doctype html><title></title>"),
    "noop.js": ("text/javascript; charset=utf-8", b""),
    "noop.json": ("application/json", b"{}"),
    "noop.txt": ("text/plain; charset=utf-8", b""),
}
"""Content type and body by name."""
