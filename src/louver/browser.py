"""Knows how to drive an installed Chromium-family browser over a pair of pipes; knows nothing of Louver.

It speaks the Chrome DevTools Protocol through `--remote-debugging-pipe`, so no port is opened that others on this
computer could reach, and no driver library is needed.
"""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import json
import os
import shutil
import signal
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Self

from louver.errors import LouverError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from types import TracebackType

BROWSERS: Final[Mapping[str, tuple[str, ...]]] = {
    "chromium": ("chromium", "chromium-browser", "/Applications/Chromium.app/Contents/MacOS/Chromium"),
    "chrome": (
        "google-chrome",
        "google-chrome-stable",
        "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    ),
    "edge": ("microsoft-edge", "/Applications/Microsoft Edge.app/Contents/MacOS/Microsoft Edge"),
    "brave": ("brave-browser", "brave", "/Applications/Brave Browser.app/Contents/MacOS/Brave Browser"),
}
"""The browsers that can be driven this way, in the order of preference, and where they lie."""

FLAGS: Final = (
    "--headless=new",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-default-apps",
    "--disable-gpu",
    "--disable-quic",
    "--disable-sync",
    "--no-first-run",
    "--no-startup-window",
    "--password-store=basic",
    "--use-mock-keychain",
)

PREFERENCES: Final = {"profile": {"cookie_controls_mode": 0, "block_third_party_cookies": False}}
"""Third-party cookies as most people have them; some Linux distributions ship Chromium with them switched off."""

# The protocol's pipes are file descriptors 3 (in) and 4 (out); a shell moves our standard pipes there.
MOVE_PIPES: Final = 'exec "$@" 3<&0 4>&1 0</dev/null 1>/dev/null 2>/dev/null'

PATIENCE: Final = 10.0
"""Seconds that a browser may take for any one thing."""

BLINK: Final = 3.0
"""Seconds that are waited for what need not come."""

QUIET: Final = 0.2
"""Seconds without news after which a page counts as done."""

LONGEST_MESSAGE: Final = 64 * 1024 * 1024


class BrowserError(LouverError):
    """The browser did not start, or died, or did not do as it was told."""

    def __init__(self, what: str) -> None:
        super().__init__(f"the browser {what}")


def find_browser(name: str | None = None) -> str | None:
    """Return the path of an installed browser, of this name or of the first that there is."""
    names = BROWSERS if name is None else [name]
    places = (place for each in names for place in BROWSERS.get(each, ()))
    return next((path for place in places if (path := shutil.which(place))), None)


def _name_of(path: str) -> str:
    names = (name for name, places in BROWSERS.items() if Path(path).name in {Path(place).name for place in places})
    return next(names, "browser").title()


class Browser:
    """A headless browser with a profile of its own, alive while the `async with` block lasts."""

    def __init__(self, path: str, profile: Path, flags: Sequence[str] = ()) -> None:
        # Chromium's sandbox refuses to run as root, which is what containers are.
        root = ("--no-sandbox",) if hasattr(os, "geteuid") and os.geteuid() == 0 else ()
        self._command = (path, "--remote-debugging-pipe", f"--user-data-dir={profile}", *FLAGS, *root, *flags)
        self._profile = profile
        self._ids = itertools.count(1)
        self._waiting: dict[int, asyncio.Future[dict[str, Any]]] = {}
        self._loaded = asyncio.Event()
        self._session = ""

    async def __aenter__(self) -> Self:
        """Start the browser and open a tab. Raises BrowserError."""
        preferences = self._profile / "Default" / "Preferences"
        preferences.parent.mkdir(parents=True)
        preferences.write_text(json.dumps(PREFERENCES), "utf-8")
        self._process = await asyncio.create_subprocess_exec(
            "/bin/sh",
            "-c",
            MOVE_PIPES,
            "sh",
            *self._command,
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            limit=LONGEST_MESSAGE,
            start_new_session=True,
        )
        self._listener = asyncio.create_task(self._listen())
        try:
            tab = await self._tell("Target.createTarget", url="about:blank")
            attached = await self._tell("Target.attachToTarget", targetId=tab["targetId"], flatten=True)
            self._session = attached["sessionId"]
            await self._tell("Page.enable")
        except BaseException:
            await self._stop()
            raise
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close the browser, politely first so that last beacons leave."""
        if kind is None:
            with contextlib.suppress(BrowserError):
                await self._tell("Page.navigate", url="about:blank")
                await self._tell("Browser.close", session=False)
                async with asyncio.timeout(PATIENCE):
                    await self._process.wait()
        await self._stop()

    async def version(self) -> str:
        """Return what this browser is and its major version, for people."""
        product = str((await self._tell("Browser.getVersion", session=False))["product"])
        return f"headless {_name_of(self._command[0])} {product.partition('/')[2].partition('.')[0]}"

    async def open(self, url: str) -> None:
        """Go to a page and wait until it has loaded."""
        self._loaded.clear()
        answer = await self._tell("Page.navigate", url=url)
        if "errorText" in answer:
            raise BrowserError(f"could not open {url}: {answer['errorText']}")
        await self._wait_for_load()

    async def press(self, selector: str) -> None:
        """Click on an element as a person would, and wait until the page that follows has loaded."""
        await self.until(f"document.querySelector({json.dumps(selector + ':enabled, a' + selector)})", BLINK)
        self._loaded.clear()
        await self.run(_CLICK % json.dumps(selector))
        await self._wait_for_load()

    async def accept(self, selector: str) -> None:
        """Click on an element that leads nowhere, if it appears."""
        if await self.until(f"document.querySelector({json.dumps(selector)})", BLINK):
            await self.run(_CLICK % json.dumps(selector))

    async def settle(self) -> dict[str, str]:
        """Wait until the page has been quiet for a moment; return the `data-` attributes of its root."""
        await self.run(_QUIET % {"quiet": QUIET * 1000, "patience": BLINK * 1000})
        return dict(await self.run("({...document.documentElement.dataset})"))

    async def run(self, expression: str) -> Any:
        """Return the value of a JavaScript expression in the page; a promise is awaited."""
        answer = await self._tell(
            "Runtime.evaluate", expression=expression, returnByValue=True, awaitPromise=True, userGesture=True
        )
        if "exceptionDetails" in answer:
            raise BrowserError(f"reports: {answer['exceptionDetails'].get('exception', {}).get('description', '?')}")
        return answer["result"].get("value")

    async def before_pages(self, script: str) -> None:
        """Run a script in every page and frame of the tab before its own scripts."""
        await self._tell("Page.addScriptToEvaluateOnNewDocument", source=script)

    async def send_along(self, headers: Mapping[str, str]) -> None:
        """Send these headers with every request of the tab."""
        await self._tell("Network.enable")
        await self._tell("Network.setExtraHTTPHeaders", headers=dict(headers))

    async def picture(self) -> str:
        """Return what the tab shows, as PNG in base64."""
        return str((await self._tell("Page.captureScreenshot", format="png", optimizeForSpeed=True))["data"])

    async def write(self, text: str) -> None:
        """Type text into the element that has the focus, key by key as a keyboard would."""
        for character in text:
            await self._tell("Input.dispatchKeyEvent", type="keyDown", text=character, key=character)
            await self._tell("Input.dispatchKeyEvent", type="keyUp", key=character)

    async def until(self, condition: str, patience: float = PATIENCE / 2) -> bool:
        """Wait until a JavaScript condition holds; tell whether it came to that within `patience` seconds."""
        return bool(await self.run(_UNTIL % {"condition": condition, "patience": patience * 1000}))

    async def _wait_for_load(self) -> None:
        try:
            async with asyncio.timeout(PATIENCE):
                await self._loaded.wait()
        except TimeoutError:
            raise BrowserError("did not finish loading a page") from None
        if self._listener.done():
            raise BrowserError("went away")

    async def _tell(self, method: str, *, session: bool = True, **parameters: Any) -> dict[str, Any]:
        if self._listener.done():
            raise BrowserError("went away")
        message: dict[str, Any] = {"id": next(self._ids), "method": method, "params": parameters}
        if session and self._session:
            message["sessionId"] = self._session
        answer: asyncio.Future[dict[str, Any]] = asyncio.get_running_loop().create_future()
        self._waiting[message["id"]] = answer
        assert self._process.stdin is not None
        try:
            self._process.stdin.write(json.dumps(message).encode() + b"\0")
            async with asyncio.timeout(PATIENCE):
                return await answer
        except TimeoutError:
            raise BrowserError(f"did not answer {method}") from None
        except OSError:
            raise BrowserError("went away") from None
        finally:
            self._waiting.pop(message["id"], None)

    async def _listen(self) -> None:
        assert self._process.stdout is not None
        with contextlib.suppress(asyncio.IncompleteReadError, OSError):
            while True:
                self._hear(json.loads((await self._process.stdout.readuntil(b"\0"))[:-1]))
        self._loaded.set()
        for answer in self._waiting.values():
            if not answer.done():
                answer.set_exception(BrowserError("went away"))

    def _hear(self, message: dict[str, Any]) -> None:
        if message.get("method") == "Page.loadEventFired":
            self._loaded.set()
        answer = self._waiting.get(message.get("id", 0))
        if answer is None or answer.done():
            return
        if "error" in message:
            answer.set_exception(BrowserError(f"refused: {message['error'].get('message', '?')}"))
        else:
            answer.set_result(message["result"])

    async def _stop(self) -> None:
        self._listener.cancel()
        # The browser runs in a session of its own, so this ends its children too, and only them.
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(self._process.pid, signal.SIGKILL)
        await self._process.wait()


_UNTIL: Final = """(async () => {
  const end = performance.now() + %(patience)d;
  while (!(%(condition)s)) {
    if (performance.now() > end) return false;
    await new Promise((resume) => setTimeout(resume, 20));
  }
  return true;
})()"""

# Resources that are still on their way are not in the list yet, so the list has to stand still for a while.
_QUIET: Final = """(async () => {
  const end = performance.now() + %(patience)d;
  let seen = -1;
  for (;;) {
    const now = performance.getEntriesByType("resource").length;
    if (now === seen || performance.now() > end) return;
    seen = now;
    await new Promise((resume) => setTimeout(resume, %(quiet)d));
  }
})()"""

_CLICK: Final = """(() => {
  const element = document.querySelector(%s);
  if (!element) throw new Error("nothing to press here");
  element.click();
})()"""
