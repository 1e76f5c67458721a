"""Knows how to visit the demo's pages without a browser: links, forms, frames and subresources, cookies and a cache.

It runs no JavaScript; `scripts` knows what the demo's scripts would have done. It sends what a browser would send,
`Sec-Fetch-*` included, so that Louver treats it as one.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Self
from urllib.parse import urlencode, urljoin, urlsplit

import httpx

from louver.demo.documents import Document, read_document
from louver.demo.scripts import effect_of
from louver.errors import LouverError

if TYPE_CHECKING:
    import ssl
    from types import TracebackType

AGENT: Final = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36"
LANGUAGES: Final = "en-IE,en;q=0.9,pt;q=0.7"
MOST_REDIRECTS: Final = 10
SECONDS: Final = 10.0

ACCEPT: Final = {
    "document": "text/html,application/xhtml+xml,*/*;q=0.8",
    "iframe": "text/html,application/xhtml+xml,*/*;q=0.8",
    "image": "image/avif,image/webp,image/*,*/*;q=0.8",
    "style": "text/css,*/*;q=0.1",
}
"""The `Accept` header by destination, where it is not just everything."""

MODE: Final = {"document": "navigate", "iframe": "navigate"}
"""`Sec-Fetch-Mode` by destination, where it is not `no-cors`."""


class ClientError(LouverError):
    """The built-in client could not go on."""

    def __init__(self, url: str, why: str) -> None:
        super().__init__(f"the built-in client could not visit {url}: {why}")


class Client:
    """A visitor with cookies and a cache of its own, alive while the `async with` block lasts."""

    def __init__(self, http: httpx.AsyncClient) -> None:
        self._http = http
        self._tags: dict[tuple[str, str], str] = {}
        self.page = Document("https://nowhere.test/")

    @classmethod
    def behind(cls, proxy: str, trust: ssl.SSLContext) -> Self:
        """Return a client that goes through a proxy and trusts its authority."""
        return cls(httpx.AsyncClient(proxy=proxy, verify=trust, timeout=SECONDS, trust_env=False))

    async def __aenter__(self) -> Self:
        """Begin with no cookies and an empty cache."""
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close all connections."""
        await self._http.aclose()

    async def version(self) -> str:
        """Return what this visitor calls itself."""
        return "built-in client, no browser"

    async def open(self, url: str) -> None:
        """Go to a page as if its address had been typed. Raises ClientError."""
        await self._navigate(url, referrer="")

    async def press(self, selector: str) -> None:
        """Follow the link, or send the form, of which the selector names the id. Raises ClientError."""
        name = selector.lstrip("#").partition(" ")[0]
        page = self.page
        if name in page.links:
            await self._navigate(page.links[name], referrer=page.referrer(page.links[name]))
        elif name in page.forms:
            form = page.forms[name]
            filled = {
                field: page.frames[frame].proofs["token"]
                for field, frame in form.frames.items()
                if frame in page.frames
            }
            data = urlencode(form.fields | filled)
            url, body = (form.action, data) if form.method == "POST" else (f"{form.action}?{data}", None)
            await self._navigate(url, referrer=page.referrer(url), body=body)
        else:
            raise ClientError(page.url, f"it has no {selector}")

    async def accept(self, selector: str) -> None:
        """Do nothing: whatever the button's script would do was done when that script came (see `scripts`)."""

    async def settle(self) -> dict[str, str]:
        """Return what was seen to work on the page."""
        return dict(self.page.proofs)

    def remember(self, name: str, value: str) -> None:
        """Set a cookie of the page, as a script in it would."""
        self._http.cookies.set(name, value, domain=self.page.site, path="/")

    def recall(self, name: str) -> str | None:
        """Return a cookie of the page, as a script in it would see it."""
        return next(
            (each.value for each in self._http.cookies.jar if (each.name, each.domain) == (name, self.page.site)), None
        )

    async def fetch(
        self, url: str, kind: str, *, body: str | None = None, referrer: str | None = None
    ) -> httpx.Response:
        """Fetch for the page, following redirects; `kind` is a `Sec-Fetch-Dest`. Raises ClientError."""
        came_from = self.page.referrer(url) if referrer is None else referrer
        method = "GET" if body is None else "POST"
        for _ in range(MOST_REDIRECTS):
            answer = await self._send(method, url, kind, came_from, body)
            if not answer.has_redirect_location:
                return answer
            url = urljoin(url, answer.headers["location"])
            if answer.status_code in (302, 303):
                method, body = "GET", None
        raise ClientError(url, "it redirects without end")

    async def load(self, kind: str, url: str) -> None:
        """Load a subresource of the page, and do what it would do."""
        answer = await self.fetch(url, kind)
        if kind == "iframe" and answer.is_success:
            frame = read_document(url, answer.text)
            self.page.frames[url.partition("?")[0]] = frame
        effect = effect_of(answer.text) if answer.is_success else None
        if effect is not None:
            await effect(self, url, answer.text)

    async def _navigate(self, url: str, *, referrer: str, body: str | None = None) -> None:
        answer = await self.fetch(url, "document", body=body, referrer=referrer)
        self.page = read_document(str(answer.url), answer.text)
        if not answer.is_success:
            raise ClientError(self.page.url, f"it answered {answer.status_code}")
        for kind, resource in self.page.resources:
            await self.load(kind, resource)

    async def _send(self, method: str, url: str, kind: str, referrer: str, body: str | None) -> httpx.Response:
        key = (self.page.site, url)
        headers = self._headers(url, kind, referrer)
        if key in self._tags:
            headers["If-None-Match"] = self._tags[key]
        if body is not None and kind == "document":
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        try:
            answer = await self._http.request(method, url, headers=headers, content=body)
        except httpx.HTTPError as error:
            raise ClientError(url, str(error) or type(error).__name__) from error
        if "etag" in answer.headers:
            self._tags[key] = answer.headers["etag"]
        return answer

    def _headers(self, url: str, kind: str, referrer: str) -> dict[str, str]:
        same = urlsplit(url).netloc == urlsplit(referrer).netloc
        headers = {
            "User-Agent": AGENT,
            "Accept": ACCEPT.get(kind, "*/*"),
            "Accept-Language": LANGUAGES,
            "Sec-Fetch-Site": "none" if not referrer else "same-origin" if same else "cross-site",
            "Sec-Fetch-Mode": MODE.get(kind, "no-cors"),
            "Sec-Fetch-Dest": kind,
        }
        if kind == "document":
            headers |= {"Sec-Fetch-User": "?1", "Upgrade-Insecure-Requests": "1"}
        return headers | ({"Referer": referrer} if referrer else {})
