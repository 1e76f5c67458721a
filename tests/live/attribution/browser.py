"""Knows how to drive Chromium over its debugging pipe and to keep its own record of which page each request is from."""

from __future__ import annotations

import asyncio
import base64
import hashlib
import itertools
import os
import shutil
import sys
from contextlib import suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

import msgspec
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from attribution.waiting import until

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

NAMES: Final = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
FLAGS: Final = (
    "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync",
    "--disable-background-networking", "--disable-component-update", "--disable-popup-blocking",
    "--disable-background-timer-throttling", "--disable-renderer-backgrounding", "--disable-default-apps",
    "--remote-debugging-pipe",
)  # fmt: skip
PLACE_PIPES: Final = (
    "import os, sys; r, w = int(sys.argv[1]), int(sys.argv[2]);"
    "os.dup2(r, 200); os.dup2(w, 201); os.dup2(200, 3); os.dup2(201, 4); os.closerange(5, 256);"
    "os.execvp(sys.argv[3], sys.argv[3:])"
)
"""Chromium reads commands from descriptor 3 and answers on 4; only a process of our own can put pipes there."""

type Json = dict[str, Any]

ATTACH: Final[Json] = {
    "autoAttach": True,
    "waitForDebuggerOnStart": True,
    "flatten": True,
    "filter": [{"type": "browser_ui", "exclude": True}, {"type": "tab", "exclude": True}, {}],
}


def installed() -> str | None:
    return next((path for name in NAMES if (path := shutil.which(name))), None)


@dataclass(slots=True)
class Load:
    """One load of a top-level document, as the browser tells it; `worker` where a service worker has no tab."""

    url: str
    worker: bool = False


@dataclass(slots=True)
class Sent:
    """One request in the browser's record."""

    url: str
    method: str
    type: str
    load: Load | None
    document: bool


@dataclass(slots=True)
class Target:
    """A page, frame or worker that the browser runs in its own session."""

    id: str
    kind: str
    url: str
    top: Target | None
    session: str
    current: Load | None = None
    loads: dict[str, Load] = field(default_factory=dict)

    @property
    def root(self) -> Target:
        return self if self.top is None else self.top


class Browser:
    """A headless Chromium in a fresh profile behind a proxy, with its record of requests."""

    def __init__(self, program: str, folder: Path, proxy_port: int, ca: Path) -> None:
        self._command = (
            program, *FLAGS, f"--user-data-dir={folder}", f"--proxy-server=127.0.0.1:{proxy_port}",
            f"--ignore-certificate-errors-spki-list={_key_digest(ca)}", "about:blank",
        )  # fmt: skip
        self.sent: list[Sent] = []
        self._ids = itertools.count(1)
        self._waiting: dict[int, asyncio.Future[Json]] = {}
        self._targets: dict[str, Target] = {}

    async def start(self) -> None:
        commands, self._out = os.pipe()
        self._in, answers = os.pipe()
        self._process = await asyncio.create_subprocess_exec(
            sys.executable, "-c", PLACE_PIPES, str(commands), str(answers), *self._command,
            pass_fds=(commands, answers), stderr=asyncio.subprocess.DEVNULL, stdout=asyncio.subprocess.DEVNULL,
        )  # fmt: skip
        os.close(commands)
        os.close(answers)
        self._reading = asyncio.create_task(self._read())
        await self.call("Target.setAutoAttach", **ATTACH)

    async def stop(self) -> None:
        with suppress(TimeoutError, ConnectionError):
            async with asyncio.timeout(5):
                await self.call("Browser.close")
        with suppress(TimeoutError):
            async with asyncio.timeout(5):
                await self._process.wait()
        if self._process.returncode is None:
            self._process.kill()
        self._reading.cancel()
        os.close(self._out)

    async def call(self, method: str, session: str | None = None, **params: Any) -> Json:
        number = next(self._ids)
        message = {"id": number, "method": method, "params": params} | ({"sessionId": session} if session else {})
        self._waiting[number] = asyncio.get_running_loop().create_future()
        os.write(self._out, msgspec.json.encode(message) + b"\0")
        async with asyncio.timeout(20):
            return await self._waiting[number]

    def cast(self, method: str, session: str, **params: Any) -> None:
        """Send a command whose answer nobody waits for."""
        message = {"id": next(self._ids), "method": method, "params": params, "sessionId": session}
        os.write(self._out, msgspec.json.encode(message) + b"\0")

    async def open(self, url: str) -> Target:
        """Open a tab as if the user typed the address."""
        created = (await self.call("Target.createTarget", url="about:blank"))["targetId"]
        target = next(target for target in self._targets.values() if target.id == created)
        await self.go(target, url)
        return target

    async def close_tabs(self) -> None:
        """Close every tab, those that pages opened included; the browser's first stays."""
        tabs = [target for target in self._targets.values() if target.kind == "page"]
        for tab in tabs[1:]:
            await self.call("Target.closeTarget", targetId=tab.id)
            self._targets = {session: target for session, target in self._targets.items() if target.root is not tab}

    async def go(self, tab: Target, url: str) -> None:
        await self.call("Page.navigate", tab.session, url=url, transitionType="typed")

    async def run(self, tab: Target, script: str) -> Any:
        answer = await self.call(
            "Runtime.evaluate", tab.session, expression=script, awaitPromise=True, userGesture=True, returnByValue=True
        )
        return answer.get("result", {}).get("value")

    async def back(self, tab: Target, steps: int = -1) -> None:
        history = await self.call("Page.getNavigationHistory", tab.session)
        entry = history["entries"][history["currentIndex"] + steps]
        await self.call("Page.navigateToHistoryEntry", tab.session, entryId=entry["id"])

    async def until_at(self, tab: Target, start: str) -> None:
        """Wait until a tab shows an address."""
        await until(lambda: tab.current is not None and tab.current.url.startswith(start), f"a tab at {start}")

    async def _read(self) -> None:
        loop = asyncio.get_running_loop()
        reader = asyncio.StreamReader(limit=64 << 20)
        await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), os.fdopen(self._in, "rb"))
        try:
            while True:
                self._receive(msgspec.json.decode((await reader.readuntil(b"\0"))[:-1]))
        except asyncio.IncompleteReadError:
            pass
        finally:
            for future in self._waiting.values():
                if not future.done():
                    future.set_exception(ConnectionError("the browser's record broke off"))

    def _receive(self, message: Json) -> None:
        if "id" in message:
            future = self._waiting.pop(message["id"], None)
            if future is not None and not future.done():
                future.set_result(message.get("result", {}))
            return
        handle, session = EVENTS.get(message["method"]), message.get("sessionId", "")
        if handle is Browser._attached or (handle is not None and session in self._targets):
            handle(self, session, message["params"])

    def _attached(self, parent: str, params: Json) -> None:
        info, session = params["targetInfo"], params["sessionId"]
        above = self._targets.get(parent)
        top = None if above is None or info["type"] in {"page", "tab"} else above.root
        target = Target(info["targetId"], info["type"], info["url"], top, session)
        target.current = Load(info["url"], worker=True) if "service" in info["type"] else None
        self._targets[session] = target
        for method in ("Network.enable", "Page.enable"):
            self.cast(method, session)
        self.cast("Target.setAutoAttach", session, **ATTACH)
        self.cast("Runtime.runIfWaitingForDebugger", session)

    def _committed(self, session: str, params: Json) -> None:
        target, frame = self._targets[session], params["frame"]
        if target.top is None and "parentId" not in frame:
            target.current = target.loads.setdefault(frame["loaderId"], Load(frame["url"]))
            target.current.url = frame["url"]

    def _answered(self, session: str, params: Json) -> None:
        """Take a page as current when its text comes: its frames' requests may be told before the commit is."""
        target, html = self._targets[session], params["response"]["mimeType"] == "text/html"
        if html and params["type"] == "Document" and target.top is None and params.get("frameId") == target.id:
            target.current = target.loads.get(params["loaderId"], target.current)

    def _will_be_sent(self, session: str, params: Json) -> None:
        target = self._targets[session]
        request, kind = params["request"], params.get("type", "Other")
        document = kind == "Document" and target.top is None and params.get("frameId") == target.id
        load = self._load(target, params, document=document)
        if document and load is not None:
            load.url = request["url"]
        self.sent.append(Sent(request["url"], request["method"], kind, load, document))

    def _load(self, target: Target, params: Json, *, document: bool) -> Load | None:
        root, loader = target.root, params.get("loaderId", "")
        if target.kind in {"service_worker", "shared_worker"}:
            return target.current
        if document:
            return root.loads.setdefault(loader, Load(params["request"]["url"]))
        load = root.loads.get(loader) or root.current
        if load is None:
            return None
        if target.top is None and params.get("frameId") == target.id:
            root.current = load
        return root.loads.setdefault(loader, load) if loader else load

    def _socket(self, session: str, params: Json) -> None:
        self.sent.append(Sent(params["url"], "GET", "WebSocket", self._targets[session].root.current, False))


EVENTS: Final[dict[str, Callable[[Browser, str, Json], None]]] = {
    "Target.attachedToTarget": Browser._attached,
    "Page.frameNavigated": Browser._committed,
    "Network.requestWillBeSent": Browser._will_be_sent,
    "Network.responseReceived": Browser._answered,
    "Network.webSocketCreated": Browser._socket,
}


def _key_digest(ca: Path) -> str:
    key = x509.load_pem_x509_certificate(ca.read_bytes()).public_key()
    spki = key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    return base64.b64encode(hashlib.sha256(spki).digest()).decode()
