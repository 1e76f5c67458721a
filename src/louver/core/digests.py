"""Knows how to recognise a value again without keeping it: a keyed digest. Knows nothing of where the key lives."""

from __future__ import annotations

from hashlib import blake2b
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable

KEY_SIZE: Final = 32
"""Bytes in a key; the key must be random and secret."""

DIGEST_SIZE: Final = 12
"""Bytes in a digest: 96 bits, so that a billion values collide with a chance of less than one in ten billion."""

type Digest = Callable[[str], str]
"""From a value to its digest in hexadecimal; the empty value has the empty digest."""


def keyed(key: bytes) -> Digest:
    """Return the digest function of a key: keyed BLAKE2b (RFC 7693), cut to `DIGEST_SIZE` bytes.

    The same value has the same digest wherever it is met; without the key, nobody can test a guess. Raises ValueError
    for a key that is not `KEY_SIZE` bytes long.
    """
    if len(key) != KEY_SIZE:
        raise ValueError(f"a digest key has {KEY_SIZE} bytes, not {len(key)}")
    fresh = blake2b(key=key, digest_size=DIGEST_SIZE, person=b"louver value")

    def digest(value: str) -> str:
        if not value:
            return ""
        state = fresh.copy()  # copying a keyed state is a third cheaper than keying a new one
        state.update(value.encode("utf-8", "surrogatepass"))
        return state.hexdigest()

    return digest
