"""Knows as much of WebSocket (RFC 6455) as an origin and a client need that say each other the same thing."""

from __future__ import annotations

import base64
import hashlib
import struct
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from proxy_origin import Handler

GUID: Final = b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11"
CLOSE: Final = 8


def echo_socket(handler: Handler) -> None:
    """Accept a handshake and say every text message again, until the other side has enough."""
    key = (handler.headers.get("sec-websocket-key") or "").encode()
    handler.send_response(101)
    handler.send_header("Upgrade", "websocket")
    handler.send_header("Connection", "Upgrade")
    handler.send_header("Sec-WebSocket-Accept", base64.b64encode(hashlib.sha1(key + GUID).digest()).decode())
    handler.end_headers()
    handler.close_connection = True
    while (head := handler.rfile.read(2)) and len(head) == 2 and head[0] & 15 != CLOSE:
        size = head[1] & 127
        if size == 126:
            (size,) = struct.unpack(">H", handler.rfile.read(2))
        mask, said = handler.rfile.read(4), handler.rfile.read(size)
        text = bytes(byte ^ mask[place % 4] for place, byte in enumerate(said))
        handler.wfile.write(bytes([0x81]) + _size(len(text), 0) + text)


def masked(text: bytes) -> bytes:
    """Return a text message as a client sends it; the mask is all zeros."""
    return bytes([0x81]) + _size(len(text), 128) + bytes(4) + text


def _size(size: int, flag: int) -> bytes:
    return bytes([flag | size]) if size < 126 else struct.pack(">BH", flag | 126, size)
