"""Knows how a visit is made: a fresh browser behind a Louver that changes nothing, the consent question, a few keys."""

from __future__ import annotations

import asyncio
import contextlib
import secrets
import tempfile
import time
from collections import Counter
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import msgspec

from louver.audit.banners import BUTTONS, words
from louver.audit.knowledge import with_canaries
from louver.audit.observe import moment, observe
from louver.audit.visit import Happening, Modes
from louver.browser import Browser, BrowserError, find_browser
from louver.core.facts import ResourceType
from louver.errors import LouverError
from louver.har import Recorded
from louver.lists.store import BUNDLED
from louver.proxy.master import Start, serve
from louver.reports.audit_document import PictureRow
from louver.setup import Settings

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Sequence

    from louver.audit.knowledge import Judgement
    from louver.audit.visit import Visit
    from louver.core.decision import Outcome
    from louver.core.facts import Page
    from louver.proxy.master import Ready

WATCH: Final = Path(__file__).with_name("watch.js")
FOLDERS: Final = ("config", "data", "cache")
CANARY: Final = "louver.canary@mail.example"
"""What is typed into forms that are never sent; the domain belongs to nobody (RFC 2606)."""
LOOPBACK: Final = "127.0.0.1"
WINDOW: Final = "--window-size=1280,860"
BROWSERS_OWN: Final = (
    "accounts.google.com/ListAccounts",
    "android.clients.google.com/c2dm/",
    "clients2.google.com/service/update2",
    "clients2.google.com/time/",
    "clients2.googleusercontent.com/crx/",
    "clientservices.googleapis.com/",
    "content-autofill.googleapis.com/",
    "edgedl.me.gvt1.com/",
    "mtalk.google.com/",
    "optimizationguide-pa.googleapis.com/",
    "passwordsleakcheck-pa.googleapis.com/",
    "redirector.gvt1.com/",
    "safebrowsing.googleapis.com/",
    "update.googleapis.com/",
    "www.google.com/async/",
    "edge.microsoft.com/",
    "variations.brave.com/",
    "go-updater.brave.com/",
)
"""Where browsers of this family call on their own account; no site can be blamed for that."""
WELL_KNOWN: Final = "/.well-known/gpc.json"
GPC: Final = (
    "Object.defineProperty(Navigator.prototype, 'globalPrivacyControl', {get: () => true, configurable: true});"
)


class NoBrowserError(LouverError):
    """There is nothing to visit an address with."""

    exit_code = 2

    def __init__(self) -> None:
        super().__init__("no browser of the Chromium family is installed; audit a HAR file of the visit instead")


class CannotVisitError(LouverError):
    """An address could not be visited."""

    exit_code = 2

    def __init__(self, url: str, why: object) -> None:
        super().__init__(f"{url}: {why}")


@dataclass(frozen=True, slots=True)
class Trip:
    """One visit to be made. `connect_to` and `sets` are handed to the proxy, as with `louver run`."""

    url: str
    modes: Modes
    connect_to: tuple[str, ...] = ()
    sets: tuple[str, ...] = ()


@dataclass(slots=True)
class _Log:
    """What a trip brings home."""

    told: list[tuple[Outcome, float]]
    began: float
    answered: float | None = None
    typed: float | None = None
    declaration: str = ""
    happenings: tuple[Happening, ...] = ()


def visit_live(trip: Trip, judgement: Judgement, tell: Callable[[str], None]) -> tuple[Visit, list[PictureRow]]:
    """Make a visit and return it with its screenshots; `tell` hears what happens. Raises LouverError."""
    path = find_browser()
    if path is None:
        raise NoBrowserError
    log = _Log([], time.time())
    try:
        pictures = asyncio.run(_travel(path, trip, log, tell))
    except BrowserError as error:
        raise CannotVisitError(trip.url, error) from error
    return _visit(trip, log, judgement), pictures


async def _travel(path: str, trip: Trip, log: _Log, tell: Callable[[str], None]) -> list[PictureRow]:
    with tempfile.TemporaryDirectory(prefix="louver-audit-", ignore_cleanup_errors=True) as name:
        folder = Path(name)
        async with _louver(trip, folder, log) as ready, Browser(path, folder / "profile", _flags(ready)) as browser:
            return await _tour(browser, trip, log, tell)


@contextlib.asynccontextmanager
async def _louver(trip: Trip, folder: Path, log: _Log) -> AsyncIterator[Ready]:
    config, data, cache = (folder / name for name in FOLDERS)
    for each in (config, data, cache):
        each.mkdir(mode=0o700)
    settings = Settings(policy="observe", lists=(BUNDLED,), config_dir=config, data_dir=data, cache_dir=cache)
    start = Start(settings, listen=(LOOPBACK, 0), connect_to=trip.connect_to, sets=trip.sets)
    listening: asyncio.Future[Ready] = asyncio.get_running_loop().create_future()
    hear = lambda outcome, at: log.told.append((outcome, at))  # noqa: E731  (a name for the one line it is)
    serving = asyncio.create_task(serve(start, listening.set_result, signals=False, hear=hear))
    await asyncio.wait((serving, listening), return_when=asyncio.FIRST_COMPLETED)
    if not listening.done():
        await serving
    ready = listening.result()
    try:
        yield ready
    finally:
        ready.stop()
        await serving


def _flags(ready: Ready) -> Sequence[str]:
    return (
        f"--proxy-server={ready.url}",
        "--proxy-bypass-list=<-loopback>",
        f"--ignore-certificate-errors-spki-list={ready.authority.spki()}",
        WINDOW,
    )


async def _tour(browser: Browser, trip: Trip, log: _Log, tell: Callable[[str], None]) -> list[PictureRow]:
    mark = f"_{secrets.token_hex(8)}"
    await browser.before_pages(WATCH.read_text("utf-8").replace("%s", mark))
    if trip.modes.gpc:
        await browser.send_along({"Sec-GPC": "1"})
        await browser.before_pages(GPC)
    tell(f"visiting {trip.url}")
    log.began = time.time()
    await _open(browser, trip.url)
    pictures = [PictureRow("before any answer", "", await browser.picture())]
    log.declaration = await _declaration(browser)
    if trip.modes.consent in BUTTONS and await _answer(browser, str(trip.modes.consent)):
        log.answered = time.time()
        tell(f"answered the consent question: {trip.modes.consent}")
        await browser.settle()
        pictures.append(PictureRow(f"after the answer: {trip.modes.consent}", "", await browser.picture()))
        log.happenings += await _notes(browser, mark)
        await _open(browser, trip.url)
    elif trip.modes.consent in BUTTONS:
        tell("found no consent question")
    log.typed = time.time()
    await _type(browser)
    log.happenings += await _notes(browser, mark)
    return pictures


async def _open(browser: Browser, url: str) -> None:
    await browser.open(url)
    await browser.settle()
    await browser.run("window.scrollTo({top: document.documentElement.scrollHeight / 2})")
    await browser.settle()
    await browser.run("window.scrollTo({top: 0})")


async def _declaration(browser: Browser) -> str:
    script = f"fetch({WELL_KNOWN!r}).then((answer) => answer.ok ? answer.text() : '').catch(() => '')"
    return str(await browser.run(script))[:65_536]


async def _answer(browser: Browser, answer: str) -> bool:
    """Answer the consent question of the page, if there is one that we know how to answer."""
    given = msgspec.json.encode([list(BUTTONS[answer][0]), words(answer)]).decode()
    return bool(await browser.run(_ANSWER % given))


async def _type(browser: Browser) -> None:
    """Type a canary into the fields that a person sees, and send nothing."""
    count = int(await browser.run(_FIELDS))
    for index in range(min(count, 4)):
        if await browser.run(_FOCUS % index):
            await browser.write(CANARY)
    if count:
        await browser.run("document.activeElement && document.activeElement.blur()")
        await browser.settle()


async def _notes(browser: Browser, mark: str) -> tuple[Happening, ...]:
    found: Any = await browser.run(f"globalThis.{mark} ? globalThis.{mark}() : []")
    return tuple(msgspec.convert(found, list[Happening]))


def _visit(trip: Trip, log: _Log, judgement: Judgement) -> Visit:
    recorded, page, skipped = [], None, Counter[str]()
    told = sorted(((one, at) for one, at in log.told if at >= log.began), key=lambda pair: pair[1])
    for outcome, at in told:
        if outcome.request.url.partition("://")[2].startswith(BROWSERS_OWN):
            skipped["of the browser's own"] += 1
            continue
        if outcome.request.type is ResourceType.DOCUMENT:
            page = outcome.request.page or page
        recorded.append(_recorded(outcome, at, page, log.declaration))
    if not any(one.response is not None and one.request.type is ResourceType.DOCUMENT for one in recorded):
        raise CannotVisitError(trip.url, "nobody answered there")
    known = with_canaries(judgement, (CANARY,))
    visit = observe(
        recorded, known.knowledge, known.observe, source=trip.url, form="live", modes=trip.modes, skipped=skipped
    )
    began = moment(recorded[0].started) or log.began
    return replace(
        visit,
        happenings=log.happenings,
        inside=True,
        answered_at=None if log.answered is None else round(log.answered - began, 3),
        typed_at=None if log.typed is None else round(log.typed - began, 3),
    )


def _recorded(outcome: Outcome, at: float, page: Page | None, declaration: str) -> Recorded:
    request = outcome.request
    if request.page is None and page is not None:
        request = replace(request, page=page)  # there is one tab, so it can be no other page's
    content = declaration if request.url.partition("?")[0].endswith(WELL_KNOWN) else ""
    return Recorded(request, outcome.response, datetime.fromtimestamp(at, UTC).isoformat(), content)


_ANSWER: Final = """(() => {
  const [selectors, words] = %s;
  const roots = [document];
  for (const root of roots)
    for (const element of root.querySelectorAll("*")) if (element.shadowRoot) roots.push(element.shadowRoot);
  const visible = (element) => element.getClientRects().length > 0;
  const all = (selector) => roots.flatMap((root) => [...root.querySelectorAll(selector)]).filter(visible);
  let button = selectors.map((selector) => all(selector)[0]).find(Boolean);
  if (!button) {
    const said = new Set(words);
    const text = (element) => (element.innerText || element.value || "").trim().toLowerCase().replace(/\\s+/g, " ");
    button = all("button, [role=button], a, input[type=button], input[type=submit]").find((one) => said.has(text(one)));
  }
  if (!button) return false;
  button.click();
  return true;
})()"""

_SEEN: Final = """[...document.querySelectorAll("input, textarea")].filter((field) =>
  field.getClientRects().length && !field.disabled && !field.readOnly &&
  ["text", "email", "search", "textarea"].includes(field.type))"""
_FIELDS: Final = f"({_SEEN}).length"
_FOCUS: Final = f"(() => {{ const field = ({_SEEN})[%d]; if (!field) return false; field.focus(); return true; }})()"
