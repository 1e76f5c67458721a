"""Knows a registered person's e-mail addresses, phone numbers and names again in traffic, by keyed digests only.

What is stored of a value is the keyed digest of each way to write it and of each common hash of those. Nothing can be
read back from that without the key; who has the key too can try guesses, so it must be kept like the value itself.
Traffic is searched for texts that look like an address, a number, a name or a hash; each is brought into its normal
form, digested and looked up. So the values themselves are needed once, when they are registered, and never again.
A hash with a salt of the sender's own cannot be recognised by anyone.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Final
from urllib.parse import unquote

from louver.core.signals.codings import UNPADDED_BASE64, decode_base64, read_base64, read_gzip
from louver.core.signals.own_forms import WORD, Seed, canonical_email, hashed_forms, plain_forms

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from louver.core.digests import Digest

LAYERS: Final = 3
"""Encodings inside one another that are undone."""
MOST_TOKENS: Final = 2_000
"""Texts of one scan that are looked up."""
UNFOLDED: Final = 65_536

EMAIL_LIKE: Final = re.compile(r"[\w.+'-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63})+")
PHONE_LIKE: Final = re.compile(r"(?<![\w.+])\+?\d(?:[ ().\-/]{0,3}\d){6,16}(?!\w)", re.ASCII)
HASH_LIKE: Final = re.compile(
    r"(?<![0-9A-Za-z])(?:[0-9A-Fa-f]{32}|[0-9A-Fa-f]{40}|[0-9A-Fa-f]{64}|[0-9A-Fa-f]{128})(?![0-9A-Za-z])"
)
BASE64_LIKE: Final = re.compile(r"[A-Za-z0-9+/_-]{12,}={0,2}")
HEX_LIKE: Final = re.compile(r"(?<![0-9A-Za-z])(?:[0-9A-Fa-f]{2}){6,}(?![0-9A-Za-z])")
RUN: Final = re.compile(r"[^\s&=;,\"'<>?#]+")
ESCAPED_RUN: Final = re.compile(r"[\w.+@\\-]+")
ESCAPE: Final = re.compile(r"\\u00([0-9A-Fa-f]{2})")
HASH_BYTES: Final = frozenset({16, 20, 32, 64})
HASH_BASE64: Final = frozenset({22, 24, 27, 28, 43, 44, 86, 88})
"""Lengths of those hashes in base64, with and without padding."""
GAP: Final = re.compile(r"[ +_.,\-]{1,3}")
"""What may stand between the words of a name."""


@dataclass(frozen=True, slots=True)
class Registered:
    """One stored row: the digest of one way to write a value. `words` counts the words of a name."""

    digest: str
    seed: Seed
    variant: str
    words: int = 0


@dataclass(frozen=True, slots=True)
class Hit:
    """A registered value that was met, as what, and where in the text; `layers` are the encodings, outermost first."""

    seed: Seed
    variant: str
    start: int
    end: int
    layers: tuple[str, ...] = ()


def register(seed: Seed, value: str, digest: Digest, country: str | None = None) -> tuple[Registered, ...]:
    """Return the rows to store for a value. Raises SeedError for what is no such value; see `plain_forms`."""
    plain = plain_forms(seed, value, country)
    rows: dict[str, tuple[str, int]] = {}
    for text, label in plain.items():
        sort, normal = _normal(seed, text)
        words = len(WORD.findall(normal)) if seed is Seed.NAME else 0
        rows.setdefault(digest(f"{sort}:{normal}"), (label, words))
    rows |= {digest(f"hash:{text}"): (label, 0) for text, label in hashed_forms(plain).items()}
    return tuple(Registered(key, seed, label, words) for key, (label, words) in rows.items())


def _normal(seed: Seed, text: str) -> tuple[str, str]:
    """Return what kind of token a way to write a value is found as, and its normal form there."""
    if seed is Seed.EMAIL:
        return "email", text.lower()
    if seed is Seed.PHONE:
        return "phone", _digits(text)
    return "name", " ".join(WORD.findall(text.lower()))


def _digits(text: str) -> str:
    return "".join(character for character in text if character.isdecimal()).removeprefix("00")


class OwnData:
    """The stored rows, and the search for them."""

    def __init__(self, rows: Iterable[Registered], digest: Digest) -> None:
        """Take rows that were made with the same digest."""
        self._rows = {row.digest: row for row in rows}
        self._digest = digest
        self._seeds = frozenset(row.seed for row in self._rows.values())
        self._word_counts = sorted({row.words for row in self._rows.values() if row.words > 1})

    def __bool__(self) -> bool:
        """Return whether anything is registered."""
        return bool(self._rows)

    def scan(self, text: str) -> tuple[Hit, ...]:
        """Return where registered values stand in a text, in order and without overlap. Never raises."""
        if not self._rows or len(text) < 2:
            return ()
        hits = _Scan(self._rows, self._digest, self._seeds, self._word_counts).run(text, LAYERS)
        outermost: list[Hit] = []
        for hit in sorted(hits, key=lambda hit: (hit.start, -hit.end, hit.seed)):
            # A name inside an address is the address's; what is wrapped twice is cut out once.
            if not outermost or hit.start >= outermost[-1].end:
                outermost.append(hit)
        return tuple(outermost)


class _Scan:
    """One search, with the look-ups that it may still make."""

    def __init__(
        self, rows: dict[str, Registered], digest: Digest, seeds: frozenset[Seed], word_counts: list[int]
    ) -> None:
        self.rows, self.digest, self.seeds, self.word_counts = rows, digest, seeds, word_counts
        self.left = MOST_TOKENS

    def run(self, text: str, layers: int) -> Iterator[Hit]:
        yield from self.hashes(text)
        if Seed.EMAIL in self.seeds and "@" in text:
            yield from self.emails(text)
        if Seed.PHONE in self.seeds:
            yield from self.phones(text)
        if Seed.NAME in self.seeds:
            yield from self.names(text)
        if layers:
            yield from self.unfolded(text, layers)

    def look_up(self, sort: str, normal: str) -> Registered | None:
        if self.left <= 0:
            return None
        self.left -= 1
        return self.rows.get(self.digest(f"{sort}:{normal}"))

    def hashes(self, text: str) -> Iterator[Hit]:
        for token in HASH_LIKE.finditer(text):
            yield from self.hit("hash", token[0].lower(), *token.span())
        for start, encoded in _base64_tokens(text):
            raw = decode_base64(encoded) if len(encoded) in HASH_BASE64 else None
            if raw is not None and len(raw) in HASH_BYTES:
                yield from self.hit("hash", raw.hex(), start, start + len(encoded), "base64")

    def emails(self, text: str) -> Iterator[Hit]:
        for token in EMAIL_LIKE.finditer(text):
            bare = token[0].lstrip(".+'-")
            start = token.end() - len(bare)
            exact = list(self.hit("email", bare.lower(), start, token.end()))
            yield from exact or self.hit("email", canonical_email(bare), start, token.end())

    def phones(self, text: str) -> Iterator[Hit]:
        for token in PHONE_LIKE.finditer(text):
            yield from self.hit("phone", _digits(token[0]), *token.span())

    def names(self, text: str) -> Iterator[Hit]:
        words = list(WORD.finditer(text))
        if len(words) == 1 and words[0].span() == (0, len(text)):
            yield from self.hit("name", text.lower(), 0, len(text))
        for count in self.word_counts:
            for index in range(len(words) - count + 1):
                span = words[index : index + count]
                if all(GAP.fullmatch(text, before.end(), after.start()) for before, after in pairwise(span)):
                    name = " ".join(word[0].lower() for word in span)
                    yield from self.hit("name", name, span[0].start(), span[-1].end())

    def unfolded(self, text: str, layers: int) -> Iterator[Hit]:
        for name, mark, tokens, undo in UNFOLD:
            for start, token in tokens(text) if mark in text else ():
                if self.left <= 0:
                    return
                self.left -= 1
                inner = undo(token)
                if inner and inner != token:
                    for hit in self.run(inner, layers - 1):
                        yield Hit(hit.seed, hit.variant, start, start + len(token), (name, *hit.layers))

    def hit(self, sort: str, normal: str, start: int, end: int, *layers: str) -> Iterator[Hit]:
        row = self.look_up(sort, normal)
        if row is not None:
            yield Hit(row.seed, row.variant, start, end, layers)


def _matches(pattern: re.Pattern[str], mark: str = "") -> Callable[[str], Iterator[tuple[int, str]]]:
    return lambda text: ((token.start(), token[0]) for token in pattern.finditer(text) if mark in token[0])


def _base64_tokens(text: str) -> Iterator[tuple[int, str]]:
    """Give what looks like base64, and its parts between slashes, which may be a path's rather than base64's."""
    for token in BASE64_LIKE.finditer(text):
        yield token.start(), token[0]
        if "/" in token[0]:
            start = token.start()
            for part in token[0].split("/"):
                if len(part) >= 12:
                    yield start, part
                start += len(part) + 1


def _undo_base64(token: str) -> str | None:
    read = read_base64(token, UNFOLDED)
    if isinstance(read, str):
        inflated = read_gzip(read, UNFOLDED)
        return inflated if isinstance(inflated, str) else read
    return _readable(decode_base64(token)) if len(token) < UNPADDED_BASE64 else None


def _undo_hex(token: str) -> str | None:
    return _readable(bytes.fromhex(token))


def _readable(raw: bytes | None) -> str | None:
    if raw is None:
        return None
    try:
        text = raw.decode()
    except UnicodeDecodeError:
        return None
    return text if text.isprintable() else None


def _undo_percent(token: str) -> str:
    return unquote(token, errors="replace")


def _undo_escapes(token: str) -> str:
    return ESCAPE.sub(lambda escape: chr(int(escape[1], 16)), token)


type Tokens = Callable[[str], Iterator[tuple[int, str]]]

UNFOLD: Final[tuple[tuple[str, str, Tokens, Callable[[str], str | None]], ...]] = (
    ("percent", "%", _matches(RUN, "%"), _undo_percent),
    ("json", "\\u00", _matches(ESCAPED_RUN, "\\u00"), _undo_escapes),
    ("base64", "", _base64_tokens, _undo_base64),
    ("hex", "", _matches(HEX_LIKE), _undo_hex),
)
"""The encodings: name, a mark without which a text has none, where they stand, and how to undo one."""
