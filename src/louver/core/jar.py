"""Knows third-party cookies kept apart: what a host set while embedded in one site, for that site alone.

The browser never holds them, and no site's cookies are given on another. Values live here in memory only and are never
written to disk: what `rows` gives is for handing the jar on to another process, not for a file. Two profiles of one
browser at one address look alike to a proxy and share a jar.
"""

from __future__ import annotations

import re
from collections import OrderedDict
from typing import TYPE_CHECKING, Final, NamedTuple

from louver.core.decision import Treatment
from louver.core.facts import ResourceType, header
from louver.core.signals.cookies import lifetime
from louver.core.signals.signal import Grade, Kind, Place, Purpose, Signal, Where
from louver.core.sites import host_of, is_address

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from louver.core.decision import Outcome
    from louver.core.facts import Request

LONGEST_LIFE: Final = 7 * 86_400.0
"""Seconds that a cookie is kept at most, and a session's cookie at all: a proxy does not see a session end."""
LARGEST: Final = 4_096
"""Characters of name and value together, as in browsers."""
MOST: Final = 10_240
"""Characters that one recipient may keep on one site: what CHIPS allows a partition."""
SHELVES: Final = 2_048
"""Pairs of site and recipient that are kept; the one that was used longest ago goes first."""
SURE: Final = 0.5
"""Below this confidence nobody knows whose site it is, and one site's cookie must not be given on another."""

_PATH: Final = re.compile(r"[^:/?#]*://[^/?#]*([^?#]*)")
_CONTROL: Final = re.compile(r"[\x00-\x1f\x7f]")
_SECURE: Final = ("https://", "wss://")


class Cookie(NamedTuple):
    """A cookie in the jar; `until` is Unix seconds. The last four are what was found out when it was set."""

    name: str
    value: str
    domain: str
    host_only: bool
    path: str
    secure: bool
    until: float
    kind: Kind
    grade: Grade
    purpose: Purpose | None
    owner: str | None

    @property
    def signal(self) -> Signal:
        """Return the cookie as what leaves with a request; it has no place in what the browser sent."""
        return Signal(self.kind, Where.COOKIE, self.name, self.grade, Place(), self.value, self.purpose, self.owner)


class Key(NamedTuple):
    """Whose cookies they are: the browser, the site at the top, and the recipient's site."""

    client: str
    site: str
    recipient: str


type Shelf = dict[tuple[str, str, str], Cookie]
type Row = tuple[Key, Cookie]


class Jar:
    """Cookies by browser, site and recipient. `tick` tells it the time (Unix seconds) before it is asked."""

    def __init__(self) -> None:
        self._shelves: OrderedDict[Key, Shelf] = OrderedDict()
        self._now = 0.0

    def tick(self, now: float) -> None:
        """Take note of the time."""
        self._now = now

    def cookies(self, request: Request, site: str, recipient_site: str) -> list[Cookie]:
        """Return what goes with a request, in the order of RFC 6265: longer paths first, then the older."""
        shelf = self._shelves.get(_key(request, site, recipient_site)) if self._shelves and _known(request) else None
        if not shelf:
            return []
        host, path, secure = host_of(request.url), _path(request.url), request.url.startswith(_SECURE)
        fits = [cookie for cookie in shelf.values() if self._fits(cookie, host, path, secure=secure)]
        return sorted(fits, key=lambda cookie: -len(cookie.path))

    def note(self, outcome: Outcome, now: float) -> None:
        """Keep what a response set and policy keeps apart; forget what it takes back."""
        self._now = now
        response, request = outcome.response, outcome.request
        if response is None or not _known(request):
            return
        kept = {
            each.signal.place.line: each.signal for each in outcome.treated if _is_kept(each.treatment, each.signal)
        }
        key = _key(request, outcome.site, outcome.recipient_site)
        if not kept and key not in self._shelves:
            return
        for line, (name, value) in enumerate(response.headers):
            if name.lower() == "set-cookie":
                age = lifetime(value, response.headers)
                if age is not None and age <= 0:
                    self._forget(key, request.url, value)
                elif (signal := kept.get(line)) is not None:
                    self._keep(key, request.url, value, signal, LONGEST_LIFE if age is None else age)

    def forget(self, recipient_site: str) -> None:
        """Forget what a recipient keeps, wherever it was embedded."""
        for key in [key for key in self._shelves if key.recipient == recipient_site]:
            del self._shelves[key]

    def rows(self) -> Iterator[Row]:
        """Give everything, the oldest first, for another jar's `restore`."""
        return ((key, cookie) for key, shelf in self._shelves.items() for cookie in shelf.values())

    def restore(self, rows: Iterable[Row], now: float) -> None:
        """Take what another jar gave, without what is over at `now`."""
        self._now = now
        for key, cookie in rows:
            if cookie.until > now:
                self._put(key, cookie)

    def _fits(self, cookie: Cookie, host: str, path: str, *, secure: bool) -> bool:
        return (
            cookie.until > self._now
            and (secure or not cookie.secure)
            and (host == cookie.domain or (not cookie.host_only and host.endswith("." + cookie.domain)))
            and _is_below(path, cookie.path)
        )

    def _keep(self, key: Key, url: str, line: str, signal: Signal, age: float) -> None:
        cookie = _parse(line, url, key, signal, self._now + min(age, LONGEST_LIFE))
        if cookie is not None:
            self._put(key, cookie)

    def _put(self, key: Key, cookie: Cookie) -> None:
        shelf = self._shelves.setdefault(key, {})
        self._shelves.move_to_end(key)
        shelf[cookie.name, cookie.domain, cookie.path] = cookie
        while sum(len(one.name) + len(one.value) for one in shelf.values()) > MOST:
            del shelf[next(iter(shelf))]
        if len(self._shelves) > SHELVES:
            self._shelves.popitem(last=False)

    def _forget(self, key: Key, url: str, line: str) -> None:
        shelf = self._shelves.get(key)
        if shelf is None:
            return
        name = line.partition(";")[0].partition("=")[0].strip()
        told = _attributes(line)
        domain = told.get("domain", "").lower().removeprefix(".") or host_of(url)
        shelf.pop((name, domain, _cookie_path(told, url)), None)


def _parse(line: str, url: str, key: Key, signal: Signal, until: float) -> Cookie | None:
    """Read a `Set-Cookie` line as RFC 6265bis does; None for one that a browser would not take either."""
    name, _, value = (part.strip() for part in line.partition(";")[0].partition("="))
    told, host = _attributes(line), host_of(url)
    domain = told.get("domain", "").lower().removeprefix(".")
    secure = "secure" in told
    path = _cookie_path(told, url)
    whole = secure and not domain and told.get("path") == "/"
    refused = (
        not name
        or len(name) + len(value) > LARGEST
        or _CONTROL.search(name + value)
        or (domain and not _may_set(host, domain, key.recipient))
        or (secure and not url.startswith(_SECURE))
        or (name.lower().startswith("__secure-") and not secure)
        or (name.lower().startswith("__host-") and not whole)
        # Elsewhere than on its own site, a browser takes such a cookie from nobody.
        or (key.site != key.recipient and told.get("samesite", "").lower() in ("lax", "strict"))
    )
    if refused:
        return None
    about = (signal.kind, signal.grade, signal.purpose, signal.owner)
    return Cookie(name, value, domain or host, not domain, path, secure, until, *about)


def _attributes(line: str) -> dict[str, str]:
    """Return the attributes by name in lower case; the last of a name counts."""
    pairs = (part.partition("=") for part in line.split(";")[1:])
    return {name.strip().lower(): value.strip() for name, _, value in pairs}


def _cookie_path(told: dict[str, str], url: str) -> str:
    path = told.get("path", "")
    return path if path.startswith("/") else _path(url).rpartition("/")[0] or "/"


def _may_set(host: str, domain: str, site: str) -> bool:
    """Tell whether a host may set a cookie for a domain: its own or one above, but no public suffix."""
    if host == domain:
        return True
    return host.endswith("." + domain) and not is_address(host) and (domain == site or domain.endswith("." + site))


def _is_below(path: str, cookie_path: str) -> bool:
    if not path.startswith(cookie_path):
        return False
    return len(path) == len(cookie_path) or cookie_path.endswith("/") or path[len(cookie_path)] == "/"


def _path(url: str) -> str:
    found = _PATH.match(url)
    return (found and found[1]) or "/"


def _key(request: Request, site: str, recipient_site: str) -> Key:
    agent = header(request.headers, "user-agent") or ""
    return Key(f"{request.client} {agent}", site, recipient_site)


def _known(request: Request) -> bool:
    """Tell whether we know well enough in which site a request was made."""
    page = request.page
    return request.type is ResourceType.DOCUMENT or (page is not None and page.confidence >= SURE)


def _is_kept(treatment: Treatment, signal: Signal) -> bool:
    return treatment is Treatment.PARTITION and signal.where is Where.SET_COOKIE
