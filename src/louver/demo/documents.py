"""Knows how to read a demo page as HTML: links, forms, subresources and proofs; runs nothing and fetches nothing."""

from __future__ import annotations

from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import TYPE_CHECKING, Final
from urllib.parse import urljoin, urlsplit

if TYPE_CHECKING:
    from collections.abc import Callable


@dataclass(slots=True)
class Form:
    """A form of a page with its hidden and preset fields."""

    action: str
    method: str
    fields: dict[str, str] = field(default_factory=dict)
    frames: dict[str, str] = field(default_factory=dict)
    """Fields that a frame fills in, with the frame's address."""


@dataclass(slots=True)
class Document:
    """What the client keeps of a page."""

    url: str
    title: str = ""
    proofs: dict[str, str] = field(default_factory=dict)
    full_referrer: bool = False
    resources: list[tuple[str, str]] = field(default_factory=list)
    links: dict[str, str] = field(default_factory=dict)
    forms: dict[str, Form] = field(default_factory=dict)
    frames: dict[str, Document] = field(default_factory=dict)
    """The documents in its frames, by address without query."""

    @property
    def site(self) -> str:
        """The page's host."""
        return urlsplit(self.url).hostname or ""

    def referrer(self, url: str) -> str:
        """Return what a browser would send as Referer to `url` (default policy: the origin only across sites)."""
        if self.full_referrer or urlsplit(url).hostname == self.site:
            return self.url.partition("#")[0]
        return f"https://{self.site}/"


class _Reader(HTMLParser):
    """Fills a document from HTML text."""

    def __init__(self, document: Document) -> None:
        super().__init__()
        self._document = document
        self._form: Form | None = None
        self._in_title = False

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        found = {name: value or "" for name, value in attributes}
        reader = _TAGS.get(tag)
        if reader is not None:
            reader(self, found)

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._form = None
        elif tag == "title":
            self._in_title = False

    def handle_data(self, data: str) -> None:
        if self._in_title:
            self._document.title += data

    def read_html(self, found: dict[str, str]) -> None:
        pairs = found.items()
        self._document.proofs |= {name[5:]: value for name, value in pairs if name.startswith("data-") and value}

    def read_title(self, _: dict[str, str]) -> None:
        self._in_title = True

    def read_meta(self, found: dict[str, str]) -> None:
        if found.get("name") == "referrer":
            self._document.full_referrer = found.get("content") == "unsafe-url"

    def read_link(self, found: dict[str, str]) -> None:
        if found.get("rel") == "stylesheet":
            self._document.resources.append(("style", self._absolute(found["href"])))

    def read_script(self, found: dict[str, str]) -> None:
        if "src" in found:
            self._document.resources.append(("script", self._absolute(found["src"])))

    def read_iframe(self, found: dict[str, str]) -> None:
        self._document.resources.append(("iframe", self._absolute(found["src"])))

    def read_anchor(self, found: dict[str, str]) -> None:
        if "id" in found:
            self._document.links[found["id"]] = self._absolute(found["href"])

    def read_form(self, found: dict[str, str]) -> None:
        self._form = Form(self._absolute(found.get("action", "")), found.get("method", "get").upper())
        self._document.forms[found.get("id", "")] = self._form

    def read_input(self, found: dict[str, str]) -> None:
        if self._form is None:
            return
        name = found.get("name", "")
        self._form.fields[name] = found.get("value", "")
        if "data-frame" in found:
            self._form.frames[name] = found["data-frame"]

    def read_button(self, found: dict[str, str]) -> None:
        if self._form is not None and "id" in found:
            self._document.forms[found["id"]] = self._form

    def _absolute(self, address: str) -> str:
        return urljoin(self._document.url, address)


_TAGS: Final[dict[str, Callable[[_Reader, dict[str, str]], None]]] = {
    "html": _Reader.read_html,
    "title": _Reader.read_title,
    "meta": _Reader.read_meta,
    "link": _Reader.read_link,
    "script": _Reader.read_script,
    "iframe": _Reader.read_iframe,
    "a": _Reader.read_anchor,
    "form": _Reader.read_form,
    "input": _Reader.read_input,
    "button": _Reader.read_button,
}


def read_document(url: str, text: str) -> Document:
    """Read a page's HTML."""
    document = Document(url)
    _Reader(document).feed(text)
    return document
