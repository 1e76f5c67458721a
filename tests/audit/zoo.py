"""A small internet of pages that each do one bad thing, and of pages that look like it and are innocent."""

from __future__ import annotations

from typing import TYPE_CHECKING

from louver.demo.exchange import Answer, cookie, data, page, pixel, redirect, script

if TYPE_CHECKING:
    from collections.abc import Mapping

    from louver.demo.exchange import Arrival, Handler

TABLE = """
trackers:
  - {domain: adspy.test, owner: Ad Spy, category: advertising}
  - {domain: datapal.test, owner: Data Pal, category: advertising}
  - {domain: filmit.test, owner: Film It, category: session-replay}
  - {domain: cloak.test, owner: Cloak Inc, category: analytics}
cnames: {metrics.cloaked.test: cloak.test}
"""
ID = "f3a91c07-5d2e-4b8a-9c11-7e60d2b4a8f5"
REFUSED, AGREED = (f"groups=C0001%3A1%2CC0002%3A{bit}%2CC0004%3A{bit}" for bit in (0, 1))
FORM = '<form><input type="email" name="email" aria-label="mail"><button type="button">Send</button></form>'
BANNER = '<div id="banner"><button id="no">Nur notwendige</button> <button id="yes">Alle akzeptieren</button></div>'
CHOICE = """
for (const [id, value] of [["no", "%s"], ["yes", "%s"]])
  document.getElementById(id)?.addEventListener("click", () => {
    document.cookie = "OptanonConsent=" + value + "; path=/; secure";
    document.getElementById("banner").remove();
    if (id === "yes" || %s) load();
  });
function load() { const one = new Image(); one.src = "https://adspy.test/set"; }
const said = document.cookie;
if (said.includes("OptanonConsent")) document.getElementById("banner")?.remove();
if (said.includes("C0002%%3A1") || (%s && said.includes("C0002%%3A0"))) load();
"""
CANVAS = """{
const canvas = document.createElement("canvas"); canvas.width = 200; canvas.height = 40;
const pen = canvas.getContext("2d"); pen.font = "14px serif"; pen.fillText("%s", 2, 20); %s
}"""
FONTS = """{
const pen = document.createElement("canvas").getContext("2d");
for (let n = 0; n < %d; n++) { pen.font = "12px font" + n; pen.measureText("mmmmlli"); }
%s
}"""
AUDIO = """{
const audio = new OfflineAudioContext(1, 4410, 44100); const tone = audio.createOscillator(); %s tone.start(0);
}"""
RTC = """{
const peer = new RTCPeerConnection(); peer.createDataChannel("x"); peer.onicecandidate = () => {};
peer.createOffer().then((offer) => peer.setLocalDescription(offer));
}"""
KEYS = """
document.querySelector("input").addEventListener("input", async (event) => {
  const bytes = new Uint8Array(await crypto.subtle.digest("SHA-256", new TextEncoder().encode(event.target.value)));
  const hash = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  fetch("%s", {method: "POST", body: JSON.stringify({k: %s})});
});
"""
REPLAY = """fetch("https://rec.%s/in", {method: "POST", body: JSON.stringify({events: [[1, 2, 3]]})});"""


def _page(body: str, code: str = "") -> Answer:
    return page(f"<!doctype html><title>A page</title>{body}<script>{code}</script>")


def _site(body: str, code: str = "", *headers: tuple[str, str]) -> Mapping[str, Handler]:
    answer = _page(body, code).plus(*headers)
    return {"/": lambda _: answer}


def _image(url: str) -> str:
    return f'<img src="{url}" alt="">'


def _code(name: str) -> str:
    return f'<script src="https://{name}.test/code.js"></script>'


def _sync(arrival: Arrival) -> Answer:
    known = arrival.cookies.get("uid", ID)
    return redirect(f"https://datapal.test/match?partner={known}").plus(
        cookie("uid", known, third_party=True, seconds=9**8)
    )


def _mark(arrival: Arrival) -> Answer:
    headers = (("ETag", f'"{ID}"'), ("Cache-Control", "private, no-cache"), ("Content-Type", "image/gif"))
    return Answer(pixel().body, headers=headers)


def routes() -> dict[str, dict[str, Handler]]:
    """Return the zoo: host to path to handler."""
    set_id = pixel().plus(cookie("uid", ID, third_party=True, seconds=31_536_000))
    zoo: dict[str, Mapping[str, Handler]] = {
        # those who track
        "adspy.test": {"/set": lambda _: set_id, "/sync": _sync, "/mark": _mark, "": lambda _: pixel()},
        "datapal.test": {"": lambda _: pixel().plus(cookie("pal", ID[::-1], third_party=True, seconds=31_536_000))},
        "rec.filmit.test": {"": lambda _: data({})},
        "keys.adspy.test": {"": lambda _: data({})},
        "plain.test": {"": lambda _: data({})},
        "metrics.cloaked.test": {"": lambda _: pixel()},
        "hop.test": {"": lambda _: redirect("https://bounced.test/").plus(cookie("hop", ID, seconds=31_536_000))},
        # scripts, each of a host of its own
        "canvas.test": {"": lambda _: script(CANVAS % ("Cwm fjordbank glyphs", "canvas.toDataURL();"))},
        "fonts.test": {"": lambda _: script(FONTS % (60, 'localStorage.setItem("seen", 1);'))},
        "audio.test": {"": lambda _: script(AUDIO % "tone.connect(audio.createDynamicsCompressor());")},
        "webrtc.test": {"": lambda _: script(RTC)},
        "chart.test": {"": lambda _: script(CANVAS % ("Sales 2026 in EUR", "pen.save(); pen.restore();"))},
        "type.test": {"": lambda _: script(FONTS % (5, ""))},
        "music.test": {"": lambda _: script(AUDIO % "tone.connect(audio.destination);")},
        # pages that do it
        "curious.test": _site("".join(map(_code, ("canvas", "fonts", "audio", "webrtc")))),
        "keys.test": _site(FORM, KEYS % ("https://keys.adspy.test/k", "hash")),
        "greedy.test": _site(
            "".join(map(_image, ("https://adspy.test/set", "https://adspy.test/sync", "https://adspy.test/mark"))),
            REPLAY % "filmit.test",
        ),
        "deaf.test": _site(BANNER, CHOICE % (REFUSED, AGREED, "true", "true")),
        "gpcdeaf.test": _site(_image("https://adspy.test/set?us_privacy=1YNN")),
        "cloaked.test": _site(_image("https://metrics.cloaked.test/b"), "", cookie("session", ID)),
        "start.test": {"/": lambda _: redirect("https://hop.test/r")},
        "bounced.test": _site("<p>Here you are."),
        # pages that look like it
        "calm.test": _site(
            FORM + "".join(map(_code, ("chart", "type", "music"))) + _image("https://static.calm.test/b"),
            "localStorage.setItem('theme', 'dark');" + KEYS % ("/check", "hash") + REPLAY % "plain.test",
            cookie("session", ID),
        ),
        "static.calm.test": {"": lambda _: pixel()},
        "rec.plain.test": {"": lambda _: data({})},
        "polite.test": _site(BANNER, CHOICE % (REFUSED, AGREED, "false", "false")),
        "heeding.test": _site("", "if (!navigator.globalPrivacyControl) new Image().src = 'https://adspy.test/set';"),
        "moved.test": {"/": lambda _: redirect("https://www.moved.test/").plus(cookie("lang", "de"))},
        "www.moved.test": _site("<p>Here you are."),
    }
    return {host: dict(handlers) for host, handlers in zoo.items()}
