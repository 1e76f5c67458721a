"""Knows what values look like that tell nobody apart, and the forms that identifiers are known to take.

A row names a form and gives its pattern; both tables are read top to bottom and matched against the whole text.
"""

from __future__ import annotations

import hashlib
import re
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable

_ISO_DATE: Final = r"(?:19|20)\d\d[-/.](?:0?[1-9]|1[0-2])[-/.](?:0?[1-9]|[12]\d|3[01])"
_TIME: Final = r"[0-2]?\d:[0-5]\d(?::[0-5]\d(?:[.,]\d+)?)?"
_YMD: Final = r"(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])"
_HMS: Final = r"(?:[01]\d|2[0-3])[0-5]\d(?:[0-5]\d)?"
_DAY_NAME: Final = r"(?:mon|tue|wed|thu|fri|sat|sun)[a-z]*"
_SLOT: Final = r"[A-Za-z0-9_-]"
_EXTENSION: Final = r"m?js|css|png|jpe?g|gif|svg|webp|avif|ico|woff2?|ttf|html?|php|json|xml|mp4|pdf"

PLAIN: Final = (
    ("date or time", rf"{_ISO_DATE}(?:[T +_]{_TIME}(?:Z|[ +-]\d\d:?\d\d)?)?|{_TIME}"),
    ("date or time", r"(?:0?[1-9]|[12]\d|3[01])[-/.](?:0?[1-9]|1[0-2])[-/.](?:19|20)\d\d"),
    ("date or time", rf"(?:(?:19|20)\d\d|2\d){_YMD}(?:[T_-]?{_HMS}Z?)?"),
    ("date or time", rf"(?i:{_DAY_NAME},?[ +][\w ,:+()-]{{8,80}})"),
    ("screen", r"(?i:[a-z]{0,2}:?\d{2,5}x\d{2,5}(?:[x|,:]\d{1,5}){0,8})"),
    ("version", r"v?\d{1,8}(?:\.\d{1,10}){1,4}(?:-[a-z]{1,10}[\w.]{0,24})?(?:\+[\w.]{1,40})?"),
    ("number", r"[+-]?\d{1,9}(?:[.,]\d{1,3})*|[+-]?\d{1,7}\.\d+(?:[eE][+-]?\d+)?"),
    ("IP address", r"(?:\d{1,3}\.){3}\d{1,3}(?::\d{1,5})?"),
    ("IP address", r"(?=[^:]*:[^:]*:)[0-9a-fA-F]{0,4}(?::[0-9a-fA-F]{0,4}){2,7}(?:\d{0,3}(?:\.\d{1,3}){3})?"),
    ("locale", r"[a-z]{2,3}(?:[-_][A-Za-z]{4})?(?:[-_](?:[A-Za-z]{2}|\d{3}))?(?:\.[Uu][Tt][Ff]-?8)?"),
    ("host name", r"(?:[a-z0-9](?:[a-z0-9-]{0,62})\.)+[a-z]{2,10}(?::\d{1,5})?"),
    ("file name", rf"[\w@~+-][\w@.~+-]*\.(?:{_EXTENSION})"),
    ("colour", r"#[0-9a-fA-F]{3,8}|rgba?\([\d., ]+\)"),
    ("TCF consent string", rf"C[N-T]{_SLOT}{{5}}[N-T]{_SLOT}{{10,}}(?:\.{_SLOT}+)*"),
    ("GPP string", rf"DB{_SLOT}{{2,40}}(?:~[\w.-]+)*"),
    ("US Privacy string", r"1[YN-]{3}"),
    ("Additional Consent string", r"[12]~[\d.]*(?:~dv\.[\d.]*)?"),
    ("Consent Mode", r"G1[01-]{2}|1\d[a-z]\d?(?:[a-z]\d){3,6}[a-z]?"),
    ("GA session state", r"GS[12]\.\d\.[st]?\d{10}[.$].*"),
    ("GA traffic source", r"\d+\.\d{10}\.\d+\.\d+\.utm.*"),
    ("experiment", r"GAX1\.\d\..*"),
    ("site's own account", r"UA-\d{4,10}-\d{1,3}|(?:G|GTM|GT|OPT)-[A-Z0-9]{5,12}"),
    ("site's own account", r"(?:AW|DC)-\d{6,12}|(?:ca-)?pub-\d{16}"),
    ("flags", r"[01]{8,}"),
    ("CSS colour or size", r"\d+(?:\.\d+)?(?:px|em|rem|vh|vw|ms|kb|mb|gb|%)"),
)  # fmt: skip
"""What a value is when it is not an identifier. Every group in a pattern must be one that does not capture."""

PUNCTUATED: Final = frozenset(
    {"IP address", "host name", "file name", "colour", "US Privacy string", "GA session state"}
)
"""Rows that need not be asked about letters and digits alone."""

FORMATS: Final = (
    ("Google Analytics client id", r"(?:(?:GA|amp-)?\d\.\d{1,2}\.)?\d{7,10}\.1\d{9}", 62.0),
    ("Google Analytics visitor", r"\d{6,10}\.\d{5,10}\.1\d{9}\.1\d{9}\.1\d{9}\.\d+", 62.0),
    ("Google Ads client", r"1\.1\.\d{6,10}\.1\d{9}(?:\..*)?", 62.0),
    ("Meta browser or click id", rf"fb\.[0-3]\.1\d{{12}}\.(?:\d{{6,20}}|{_SLOT}{{20,}})(?:\.{_SLOT}{{2,12}})?", 60.0),
    ("ByteDance web id", rf"1\|{_SLOT}{{10,}}\|\d{{10}}\|[0-9a-f]{{64}}", 256.0),
    ("Clarity user", r"[0-9a-z]{5,8}[|^]\d[|^][0-9a-z]{3}[|^][01][|^]\d+", 36.0),
    ("Quantcast id", r"(?:P0|I0|B0)-\d{6,10}-1\d{12}", 60.0),
    ("HubSpot visitor", r"\d{5,10}\.[0-9a-f]{32}\.1\d{12}\.1\d{12}\.1\d{12}\.\d+", 128.0),
    ("Matomo visitor", r"[0-9a-f]{16}\.1\d{9}\..*", 64.0),
    ("Snowplow visitor", r"[0-9a-f]{8}-[0-9a-f-]{27}\.1\d{9}\.\d+\.1\d{9}\..*", 122.0),
    ("e-mail address", r"[^\s@,;:<>()\"]{1,64}@(?!\d+x\.)(?:[A-Za-z0-9-]{1,63}\.)+[A-Za-z]{2,24}", 40.0),
)
"""Forms that exist only to tell visitors apart: likely identifiers on sight. The last column is bits."""

WHOLE: Final = (
    ("UUID", r"\{?[0-9a-fA-F]{8}-(?:[0-9a-fA-F]{4}-){3}[0-9a-fA-F]{12}\}?"),
    ("hardware address", r"(?:[0-9a-fA-F]{2}[:-]){5}[0-9a-fA-F]{2}"),
)
"""Forms whose separators belong to them: judged whole."""
WHOLE_LENGTHS: Final = frozenset({17, 36, 38})

KINDS: Final = (
    ("ULID", r"0[0-7][0-9A-HJKMNP-TV-Z]{24}"),
    ("KSUID", r"[0-2][0-9A-Za-z]{26}"),
    ("24 hexadecimal digits (a database id)", r"[0-9a-f]{24}"),
    ("32 hexadecimal digits (a hash or UUID)", r"[0-9a-fA-F]{32}"),
    ("40 hexadecimal digits (a hash)", r"[0-9a-fA-F]{40}"),
    ("64 hexadecimal digits (a hash)", r"[0-9a-fA-F]{64}"),
    ("a long number (a serial or snowflake)", r"\d{17,20}"),
    ("a number", r"\d+"),
    ("hexadecimal digits", r"[0-9a-f]+|[0-9A-F]+"),
)
"""What to call a random piece; used only to explain."""

UA_PARTS: Final = re.compile(r"Mozilla/\d|AppleWebKit|Gecko/|(?:Chrome|Firefox|Safari|Edg|OPR|Version)/\d")
URL: Final = re.compile(r"(?:[a-z][a-z0-9+.-]{1,20}:)?//[^\s?#]*")

EMPTY_WORDS: Final = (
    "",
    "0",
    "1",
    "true",
    "false",
    "null",
    "none",
    "undefined",
    "unknown",
    "anonymous",
    "test",
    "guest",
)
CONSTANTS: Final = frozenset(
    hashlib.new(name, word.encode(), usedforsecurity=False).hexdigest()
    for name in ("md5", "sha1", "sha256")
    for word in EMPTY_WORDS
) | {"9774d56d682e549c", "020000000000", "ffffffffffff", "123456781234123412341234567890ab"}
"""Hashes of nothing much, and device ids that millions of devices share."""

_ROW: Final = "0123456789"
SEQUENCES: Final = tuple(
    line
    for text in (
        _ROW * 3,
        "abcdefghijklmnopqrstuvwxyz" * 2,
        _ROW + "abcdef" + _ROW,
        "1234567890" * 3,
        "qwertyuiopasdfghjklzxcvbnm",
    )
    for line in (text, text[::-1])
)


def _alternatives(forms: Iterable[str]) -> re.Pattern[str]:
    """Return one pattern whose last group tells the row; one call is cheaper than a call a row."""
    return re.compile("|".join(f"({form})" for form in forms), re.DOTALL)


_PLAIN: Final = _alternatives(form for _, form in PLAIN)
_PLAIN_WORDS: Final = tuple(row for row in PLAIN if row[0] not in PUNCTUATED)
_PLAIN_WORD: Final = _alternatives(form for _, form in _PLAIN_WORDS)
_FORMATS: Final = _alternatives(form for _, form, _ in FORMATS)
_WHOLE: Final = _alternatives(form for _, form in WHOLE)
_KINDS: Final = _alternatives(form for _, form in KINDS)


def plain(text: str) -> str | None:
    """Return what harmless thing a text is, or None."""
    rows, form = (_PLAIN_WORDS, _PLAIN_WORD) if text.isalnum() else (PLAIN, _PLAIN)
    if (found := form.fullmatch(text)) and found.lastindex:
        return rows[found.lastindex - 1][0]
    return "user agent" if "/" in text and UA_PARTS.search(text) else None


def vendor_format(text: str) -> tuple[str, float] | None:
    """Return the name and the bits of the visitor id format that a text is in."""
    if text.isalnum() or not (found := _FORMATS.fullmatch(text)) or not found.lastindex:
        return None
    name, _, bits = FORMATS[found.lastindex - 1]
    return name, bits


def whole(text: str) -> str | None:
    """Return the name of the form whose separators belong to it, or None."""
    if len(text) not in WHOLE_LENGTHS or not (found := _WHOLE.fullmatch(text)) or not found.lastindex:
        return None
    return WHOLE[found.lastindex - 1][0]


def kind(text: str) -> str:
    """Return words for what a random text looks like."""
    found = _KINDS.fullmatch(text)
    return KINDS[found.lastindex - 1][0] if found and found.lastindex else "random characters"
