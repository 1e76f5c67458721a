"""Knows how to write a dark film that players take: MP4 (ISO 14496-12) around one H.264 picture (ITU-T H.264)."""

from __future__ import annotations

import struct
from typing import Final

SIDE: Final = 16
"""Width and height of the picture in pixels: one macroblock."""

BASELINE, LEVEL_1, PROFILES = 66, 10, 0xC0
BLACK, NO_COLOUR = 16, 128

UNITY: Final = struct.pack(">9I", 1 << 16, 0, 0, 0, 1 << 16, 0, 0, 0, 1 << 30)
"""The matrix that leaves a picture where it is."""


def mp4(milliseconds: int) -> bytes:
    """Return a film without sound, dark for so long."""
    frame = _key_frame()
    sample = struct.pack(">I", len(frame)) + frame
    brand = _box(b"ftyp", b"isom", bytes(4), b"isomavc1")
    # Where the sample lies depends on how long the index is, which does not depend on where the sample lies.
    ahead = len(brand) + len(_index(milliseconds, len(sample), 0)) + 8
    return brand + _index(milliseconds, len(sample), ahead) + _box(b"mdat", sample)


# --- the picture -----------------------------------------------------------------------------------------------------


def _sequence() -> bytes:
    # No picture is reordered (order type 2) or refers to another.
    head = f"{BASELINE:08b}{PROFILES:08b}{LEVEL_1:08b}"
    return _unit(0x67, head + _golomb(0, 0, 2, 0) + "0" + _golomb(0, 0) + "1000")


def _picture() -> bytes:
    return _unit(0x68, _golomb(0, 0) + "00" + _golomb(0, 0, 0) + "000" + _golomb(0, 0, 0) + "000")


def _key_frame() -> bytes:
    # Type 25 is a macroblock whose samples are written out (I_PCM), so that nothing has to be predicted.
    head = _golomb(0, 7, 0) + "0000" + _golomb(0) + "00" + _golomb(0) + _golomb(25)
    aligned = head + "0" * (-len(head) % 8)
    samples = [BLACK] * SIDE**2 + [NO_COLOUR] * (SIDE**2 // 2)
    return _unit(0x65, aligned + "".join(f"{sample:08b}" for sample in samples))


def _golomb(*values: int) -> str:
    """Return Exp-Golomb codes (9.1) as bits."""
    codes = [f"{value + 1:b}" for value in values]
    return "".join("0" * (len(code) - 1) + code for code in codes)


def _unit(head: int, bits: str) -> bytes:
    """Return a NAL unit (7.3.1), with guards where three bytes would look like the start of another."""
    bits += "1"
    bits += "0" * (-len(bits) % 8)
    guarded = bytearray()
    for byte in int(bits, 2).to_bytes(len(bits) // 8):
        if byte <= 3 and guarded.endswith(b"\0\0"):
            guarded.append(3)
        guarded.append(byte)
    return bytes([head]) + bytes(guarded)


# --- the boxes around it ---------------------------------------------------------------------------------------------


def _index(duration: int, size: int, place: int) -> bytes:
    times = struct.pack(">IIIIIH10x", 0, 0, 1000, duration, 1 << 16, 1 << 8)
    return _box(
        b"moov", _full(b"mvhd", 0, times, UNITY, bytes(24), struct.pack(">I", 2)), _track(duration, size, place)
    )


def _track(duration: int, size: int, place: int) -> bytes:
    head = struct.pack(">IIIII16x", 0, 0, 1, 0, duration)
    in_movie_and_enabled = 3
    track = _full(b"tkhd", in_movie_and_enabled, head, UNITY, struct.pack(">II", SIDE << 16, SIDE << 16))
    undetermined = 0x55C4
    media = _full(b"mdhd", 0, struct.pack(">IIIIHH", 0, 0, 1000, duration, undetermined, 0))
    handler = _full(b"hdlr", 0, bytes(4), b"vide", bytes(13))
    here = _box(b"dinf", _full(b"dref", 0, _numbers(1), _full(b"url ", 1)))
    information = _box(b"minf", _full(b"vmhd", 1, bytes(8)), here, _samples(duration, size, place))
    return _box(b"trak", track, _box(b"mdia", media, handler, information))


def _samples(duration: int, size: int, place: int) -> bytes:
    return _box(
        b"stbl",
        _full(b"stsd", 0, _numbers(1), _entry()),
        _full(b"stts", 0, _numbers(1, 1, duration)),
        _full(b"stsc", 0, _numbers(1, 1, 1, 1)),
        _full(b"stsz", 0, _numbers(size, 1)),
        _full(b"stco", 0, _numbers(1, place)),
    )


def _entry() -> bytes:
    """Return what a decoder must know before the first picture (ISO 14496-15)."""
    sequence, picture = _sequence(), _picture()
    config = bytes([1, BASELINE, PROFILES, LEVEL_1, 0xFF, 0xE1]) + struct.pack(">H", len(sequence)) + sequence
    config += b"\x01" + struct.pack(">H", len(picture)) + picture
    looks = struct.pack(">6xH16xHHII4xH32xHh", 1, SIDE, SIDE, 72 << 16, 72 << 16, 1, 24, -1)
    return _box(b"avc1", looks, _box(b"avcC", config))


def _numbers(*values: int) -> bytes:
    return struct.pack(f">{len(values)}I", *values)


def _full(kind: bytes, flags: int, *parts: bytes) -> bytes:
    return _box(kind, _numbers(flags), *parts)


def _box(kind: bytes, *parts: bytes) -> bytes:
    body = b"".join(parts)
    return _numbers(len(body) + 8) + kind + body
