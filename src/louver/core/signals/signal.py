"""Knows what a signal is: one piece of personal or personalization information in an exchange, and where it stands.

A request makes several of these values. They are msgspec structs, frozen like our dataclasses, because making one costs
a tenth of a frozen dataclass of the same fields.
"""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING

from msgspec import Struct

if TYPE_CHECKING:
    from louver.core.facts import Party


class Kind(StrEnum):
    """The signal taxonomy: what a piece of information lets its recipient do."""

    THIRD_PARTY_ID_COOKIE = "third-party-id-cookie"
    GHOST_COOKIE = "ghost-cookie"
    FIRST_PARTY_COOKIE = "first-party-cookie"
    SECURITY_COOKIE = "security-cookie"
    CLICK_ID = "click-id"
    CAMPAIGN_TAG = "campaign-tag"
    LINKER = "linker"
    SYNC_ID = "sync-id"
    BOUNCE = "bounce"
    EMAIL = "email"
    PERSONAL_DATA = "personal-data"
    ACCOUNT_ID = "account-id"
    DEVICE_ID = "device-id"
    UNIVERSAL_ID = "universal-id"
    REFERRER = "referrer"
    PAGE_URL = "page-url"
    CONTENT = "content"
    COMMERCE = "commerce"
    USER_AGENT = "user-agent"
    LANGUAGE = "language"
    GEOLOCATION = "geolocation"
    IP_LOCATION = "ip-location"
    SCREEN = "screen"
    TIME_ZONE = "time-zone"
    HARDWARE = "hardware"
    FINGERPRINT = "fingerprint"
    BEHAVIOUR = "behaviour"
    FORM_INPUT = "form-input"
    CACHE_ID = "cache-id"
    CONSENT = "consent"
    INTEREST = "interest"
    AUTH_TOKEN = "auth-token"  # noqa: S105  (a kind's name, not a secret)
    BEACON = "beacon"
    EXPERIMENT = "experiment"
    CONNECTION = "connection"
    LOCAL_NETWORK = "local-network"


class Where(StrEnum):
    """The part of an exchange that a signal stands in."""

    QUERY = "query"
    PATH = "path"
    FRAGMENT = "fragment"
    COOKIE = "cookie"
    SET_COOKIE = "set-cookie"
    HEADER = "header"
    BODY = "body"


class Grade(StrEnum):
    """How sure we are that a signal is what its kind says."""

    CONFIRMED = "confirmed"
    LIKELY = "likely"
    POSSIBLE = "possible"


class Purpose(StrEnum):
    """What a cookie is for."""

    NECESSARY = "necessary"
    FUNCTIONAL = "functional"
    ANALYTICS = "analytics"
    ADVERTISING = "advertising"
    UNKNOWN = "unknown"


class Place(Struct, frozen=True, gc=False):
    """Where in its part a signal stands, so that an edit can find it again without searching.

    query, fragment: `piece` counts the `&`-separated pieces. cookie: `line` is the header's index, `piece` counts its
    `;`-separated pieces. header, set-cookie: `line` is the header's index. path: `start` and `end` are offsets in
    the URL. body: `piece` counts the values in the order in which decoding finds them.
    """

    line: int = -1
    piece: int = -1
    start: int = -1
    end: int = -1


class Signal(Struct, frozen=True, gc=False):
    """One finding. `value` lives in memory only; the ledger keeps a keyed digest of it.

    `raw_name` is a parameter's name as written, `lifetime` a set cookie's in seconds (None: the session's).
    `party` is set where the signal has a party of its own: a Referer tells about the page it names, whoever asks.
    """

    kind: Kind
    where: Where
    name: str
    grade: Grade
    place: Place
    value: str
    purpose: Purpose | None = None
    owner: str | None = None
    party: Party | None = None
    raw_name: str = ""
    lifetime: float | None = None

    def __repr__(self) -> str:
        """Show what was found without its value, so that no log or traceback ever holds one."""
        return f"Signal({self.kind}, {self.where}, {self.name!r}, {self.grade})"
