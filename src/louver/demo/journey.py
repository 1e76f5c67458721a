"""Knows the way that the demo's visitor goes, and how to tell at its end what worked; knows nothing of Louver."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

SITES: Final = ("daily-news.test", "travel-diary.test", "corner-shop.test")
"""The sites that the visitor means to visit, in this order."""

SEARCH: Final = "panic attacks"
"""What the visitor searches for in the news; nobody else's business."""


class Visitor(Protocol):
    """Whoever goes the way: a browser, or the built-in client."""

    async def version(self) -> str:
        """Return what the visitor calls itself."""

    async def open(self, url: str) -> None:
        """Go to an address."""

    async def press(self, selector: str) -> None:
        """Press a link or a button, and arrive at the page that follows."""

    async def accept(self, selector: str) -> None:
        """Press a button that leads nowhere, where it appears."""

    async def settle(self) -> Mapping[str, str]:
        """Wait until the page is done, and return what it says of itself."""


@dataclass(frozen=True, slots=True)
class Step:
    """One step: an address to open or something to press, and words for it."""

    words: str
    open: str = ""
    press: str = ""
    accept: str = ""


STEPS: Final = (
    Step("reads the news", open="https://daily-news.test/"),
    Step("answers the consent banner", accept="#accept"),
    Step("follows a shared link", press="#shared"),
    Step("reads on in the travel diary", press="#next"),
    Step("goes back to the news", open="https://daily-news.test/"),
    Step(f"searches for “{SEARCH}”", press="#search button"),
    Step("follows an advertisement", press="#sponsored"),
    Step("puts a kettle into the cart", press="#add button"),
    Step("signs in", press="#signin"),
    Step("agrees", press="#continue button"),
    Step("pays", press="#pay"),
)

WORKS: Final = (
    ("consent banner", "consent", "remembered"),
    ("menus", "menu", "ready"),
    ("fonts", "fonts", "ready"),
    ("like button", "widget", "ready"),
    ("cart", "cart", "1"),
    ("sign-in", "account", "Sam"),
    ("payment", "order", "paid"),
)
"""What a person notices when it breaks: its name, and what a page says of itself when it works."""


async def walk(visitor: Visitor, tell: Callable[[str], None]) -> dict[str, bool]:
    """Go all the way; return for each row of `WORKS` whether it worked. Raises what the visitor raises."""
    seen: set[tuple[str, str]] = set()
    for step in STEPS:
        tell(step.words)
        if step.open:
            await visitor.open(step.open)
        elif step.press:
            await visitor.press(step.press)
        else:
            await visitor.accept(step.accept)
        seen |= set((await visitor.settle()).items())
    return {name: (key, value) in seen for name, key, value in WORKS}
