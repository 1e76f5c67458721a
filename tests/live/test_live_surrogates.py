"""Every stand-in in a real browser's page that calls the API it replaces, as real pages do.

`surrogates/NAME.html`, or `NAME+more.html`, is such a page: the snippet that a vendor gives out, the script, and the
page's own calls. It says with `must(what)` which callbacks have to be called (once), and with `check(what, ok)` what
has to hold.
"""

from __future__ import annotations

import asyncio
import json
import threading
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import pytest

from louver.browser import Browser
from louver.surrogates import surrogate
from louver.surrogates.library import StandIn, table

if TYPE_CHECKING:
    from collections.abc import Iterator

pytestmark = pytest.mark.live

PAGES = {path.stem: path.read_text("utf-8") for path in sorted((Path(__file__).parent / "surrogates").glob("*.html"))}
ROWS = {Path(row.file).stem: row for row in table().stand_ins}

HARNESS = """<!doctype html><meta charset="utf-8"><script>
var before = Object.getOwnPropertyNames(window);
var page = {waiting: [], wrong: []};
function must(what) {
  page.waiting.push(what);
  return function () {
    var at = page.waiting.indexOf(what);
    if (at < 0) page.wrong.push("called twice: " + what); else page.waiting.splice(at, 1);
  };
}
function check(what, ok) { if (!ok) page.wrong.push(what); }
function failed(text) { if (!/expected:/.test(text)) page.wrong.push("error: " + text); }
window.onerror = function (text) { failed(text); };
window.addEventListener("unhandledrejection", function (event) { failed(String(event.reason)); });
console.error = function () { failed([].join.call(arguments, " ")); };
</script><body>"""

ALONE = '<script src="stand-in"></script>'

# A page that has other things under the names that the stand-in wants, and gives none of them away.
TAKEN_NAMES = """<script>
Array.prototype.extra = function () {};
%s.forEach((name, at) => Object.defineProperty(window, name, {value: [7, Object.freeze([1]), null, "x"][at %% 4]}));
</script>"""

# One frame for each page and way of serving it, some at a time.
RUNNER = """<!doctype html><body><script>
var found = {}, frames = %s;
async function open_(path) {
  const frame = document.createElement("iframe");
  frame.src = path;
  document.body.append(frame);
  await new Promise((resume) => { frame.onload = resume; });
  const end = performance.now() + (path.includes("/without/") ? 150 : 3000), at = frame.contentWindow;
  do await new Promise((resume) => setTimeout(resume, 30)); while (at.page.waiting.length && performance.now() < end);
  const added = Object.getOwnPropertyNames(at).filter((name) => !at.before.includes(name));
  found[path] = {waiting: at.page.waiting, wrong: at.page.wrong, added};
  frame.remove();
}
async function work() { while (frames.length) await open_(frames.shift()); }
var done = false;
Promise.all([1, 2, 3, 4, 5, 6].map(work)).then(() => { done = true; });
</script>"""

WAYS = {"once": 1, "twice": 2, "without": 0, "alone": 1, "hostile": 1}
"""How often the stand-in's text is served where the page asks for it; the last two are pages without calls."""


class Served(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        media, body = self.answer(urlsplit(self.path).path)
        self.send_response(200)
        self.send_header("Content-Type", media)
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Cache-Control", "no-store")
        self.end_headers()
        self.wfile.write(body)

    def answer(self, path: str) -> tuple[str, bytes]:
        way, _, rest = path[1:].partition("/")
        name = rest.split("/")[0]
        if way == "neutral":
            found = surrogate(name)
            assert found is not None
            return found
        if way not in WAYS:
            return "text/html", runner()
        if not path.endswith("/stand-in"):
            return "text/html", (HARNESS + self.page(way, name)).encode()
        found = surrogate(name.partition("+")[0] + ".js")
        assert found is not None
        return found[0], found[1] * WAYS[way]

    def page(self, way: str, name: str) -> str:
        if way in {"once", "twice", "without"}:
            return PAGES[name]
        names = json.dumps(ROWS[name.partition("+")[0]].globals)
        return (TAKEN_NAMES % names if way == "hostile" else "") + ALONE

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002  (the name that it overrides)
        pass


def runner() -> bytes:
    return (RUNNER % json.dumps([f"/{way}/{name}/" for name in PAGES for way in WAYS])).encode()


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    with ThreadingHTTPServer(("127.0.0.1", 0), Served) as server:
        thread = threading.Thread(target=partial(server.serve_forever, poll_interval=0.05), daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}/"
        server.shutdown()


async def visit(chromium: str, address: str, profile: Path) -> dict[str, dict[str, list[str]]]:
    async with Browser(chromium, profile, ("--autoplay-policy=no-user-gesture-required",)) as browser:
        await browser.open(address)
        for _ in range(12):
            if await browser.until("done"):
                return dict(await browser.run("found"))
    raise AssertionError("the pages did not finish")


@pytest.fixture(scope="module")
def found(chromium: str, address: str, tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict[str, list[str]]]:
    return asyncio.run(visit(chromium, address, tmp_path_factory.mktemp("browser") / "profile"))


def test_every_stand_in_has_a_page() -> None:
    assert {name.partition("+")[0] for name in PAGES} == set(ROWS)


@pytest.mark.parametrize("name", PAGES)
def test_a_page_works_with_the_stand_in(name: str, found: dict[str, dict[str, list[str]]]) -> None:
    seen = found[f"/once/{name}/"]
    assert (seen["waiting"], seen["wrong"]) == ([], [])


@pytest.mark.parametrize("name", PAGES)
def test_a_stand_in_may_load_twice(name: str, found: dict[str, dict[str, list[str]]]) -> None:
    seen = found[f"/twice/{name}/"]
    assert (seen["waiting"], seen["wrong"]) == ([], [])


@pytest.mark.parametrize("name", PAGES)
def test_without_it_the_page_would_break(name: str, found: dict[str, dict[str, list[str]]]) -> None:
    seen = found[f"/without/{name}/"]
    assert seen["waiting"] or seen["wrong"]


@pytest.mark.parametrize("row", ROWS.values(), ids=lambda row: str(row.file))
def test_a_stand_in_makes_its_own_globals_only(row: StandIn, found: dict[str, dict[str, list[str]]]) -> None:
    seen = found[f"/alone/{Path(row.file).stem}/"]
    assert seen["wrong"] == []
    assert set(seen["added"]) <= set(row.globals)


@pytest.mark.parametrize("name", PAGES)
def test_a_stand_in_throws_nothing_whatever_a_page_did_to_its_names(
    name: str, found: dict[str, dict[str, list[str]]]
) -> None:
    assert found[f"/hostile/{name}/"]["wrong"] == []


TAKEN = """new Promise((resume) => {
  const path = %s, kind = %s, element = document.createElement(kind);
  element[{img: "onload", link: "onload", iframe: "onload"}[kind] || "onloadeddata"] = () => resume([
    element.naturalWidth ?? element.videoWidth ?? 0, element.naturalHeight ?? element.videoHeight ?? 0,
    element.duration ?? 0]);
  element.onerror = () => resume(element.error ? element.error.message : "not loaded");
  if (kind === "link") element.rel = "stylesheet", element.href = path; else element.src = path;
  document.body.append(element);
  if (element.play) element.play().catch(() => {});
})"""

PLAYED = [
    ("1x1.gif", "img", [1, 1, 0]),
    ("2x2.png", "img", [2, 2, 0]),
    ("3x2.png", "img", [3, 2, 0]),
    ("32x32.png", "img", [32, 32, 0]),
    ("noop-0.1s.mp3", "audio", [0, 0, 0.1]),
    ("noop-0.5s.mp3", "audio", [0, 0, 0.5]),
    ("noop-1s.mp4", "video", [16, 16, 1]),
    ("noop.css", "link", [0, 0, 0]),
    ("noop.html", "iframe", [0, 0, 0]),
    ("click2load.html", "iframe", [0, 0, 0]),
]

PARSED = """Promise.all(%s.map(async (name) => {
  const xml = new DOMParser().parseFromString(await (await fetch("/neutral/" + name)).text(), "text/xml");
  const root = xml.documentElement;
  return xml.querySelector("parsererror") ? "broken" : root.localName + root.getAttribute("version");
}))"""


async def test_a_browser_takes_the_neutral_files(chromium: str, address: str, tmp_path: Path) -> None:
    async with Browser(chromium, tmp_path / "profile", ("--autoplay-policy=no-user-gesture-required",)) as browser:
        await browser.open(address + "once/ad-status/")
        for name, kind, expected in PLAYED:
            taken = await browser.run(TAKEN % (json.dumps(f"/neutral/{name}"), json.dumps(kind)))
            assert isinstance(taken, list), (name, taken)
            assert taken == pytest.approx(expected, abs=0.06), name
        names = ["noop-vast2.xml", "noop-vast3.xml", "noop-vast4.xml", "noop-vmap1.xml"]
        assert await browser.run(PARSED % json.dumps(names)) == ["VAST2.0", "VAST3.0", "VAST4.0", "VMAP1.0"]
        assert await browser.run('fetch("/neutral/noop.json").then((answer) => answer.json())') == {}
