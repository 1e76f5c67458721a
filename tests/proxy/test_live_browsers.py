"""Real browsers through `louver browse`, as a person would start them; the origin tells what reached it."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from proxy_origin import Origin, an_origin
from proxy_process import TABLE, Proxy, a_proxy, environment, louver

from louver.proxy.browsers import CHROMIUMS, FIREFOXES

if TYPE_CHECKING:
    from collections.abc import Iterator

pytestmark = pytest.mark.live

PAGE = b"""<!doctype html><title>page</title><p id=a>waiting</p><p id=b>waiting</p><p id=c>waiting</p>
<script src="https://tracker.test/track.js"></script>
<script src="https://pixel.test/widget.js?xclid=s3cretclick&v=1"></script>
<img src="https://tracker.test/pixel.gif" onload="document.getElementById('b').textContent='image-' + this.width">
<script>
fetch('https://tracker.test/config.json', {credentials: 'include', method: 'POST', headers: {'X-Key': '1'}, body: '{}'})
  .then(r => r.json()).then(o => { document.getElementById('c').textContent = 'json-' + JSON.stringify(o) })
  .catch(e => { document.getElementById('c').textContent = 'failed ' + e })
navigator.sendBeacon('https://tracker.test/beacon', 'x')
</script>"""

COOKIE = "_xid=abcdef1234567890abcdef12; Secure; SameSite=None; Max-Age=9999999"
WIDGET = b"document.getElementById('a').textContent = 'widget works'"


@pytest.fixture(scope="module")
def origin(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Origin]:
    with an_origin(tmp_path_factory.mktemp("origin")) as running:
        running.serve("/", PAGE)
        running.serve(
            "/widget.js",
            WIDGET,
            "text/javascript",
            ("Set-Cookie", COOKIE),
        )
        yield running


@pytest.fixture(autouse=True)
def _fresh(origin: Origin) -> None:
    origin.seen.clear()


@pytest.fixture(params=[*CHROMIUMS])
def chromium_name(request: pytest.FixtureRequest) -> str:
    name = str(request.param)
    if not any(shutil.which(program) for program in CHROMIUMS[name]):
        pytest.skip(f"{name} is not installed")
    return name


def arguments(home: Path, origin: Origin) -> list[str]:
    home.mkdir(exist_ok=True)
    (home / "table.yaml").write_text(TABLE)
    chosen = ["--policy", "balanced", "--lists", str(home / "table.yaml")]
    chosen += ["--set", f"ssl_verify_upstream_trusted_ca={origin.ca_file}"]
    return [*chosen, "--connect-to", f":443:127.0.0.1:{origin.https}", "--connect-to", f":80:127.0.0.1:{origin.http}"]


def quiet_flags() -> list[str]:
    """Name servers that browsers ask for nobody; the tests must not."""
    return ["--browser-flag=--disable-component-update", "--browser-flag=--virtual-time-budget=8000"]


def test_a_page_works_and_its_trackers_learn_nothing(tmp_path: Path, origin: Origin, chromium_name: str) -> None:
    home = tmp_path / "home"
    done = louver(
        home,
        *("browse", "page.test", "--headless", "--browser", chromium_name, "--browser-flag=--dump-dom"),
        *quiet_flags(),
        *arguments(home, origin),
        timeout=90,
    )
    assert done.returncode == 0, done.stderr
    for text in ("widget works", "image-1", "json-{}"):
        assert text in done.stdout
    assert origin.paths("tracker.test") == []
    assert origin.paths("pixel.test") == ["/widget.js?v=1"]
    widget = next(seen for seen in origin.seen if seen.host == "pixel.test")
    assert widget.headers["referer"] == "https://page.test/"
    assert widget.headers["sec-gpc"] == "1"
    assert list((home / "cache" / "louver").glob("louver-browse-*")) == []
    rows = Proxy(home, None, 0).rows(  # type: ignore[arg-type]  # only its ledger
        "SELECT host, path, site, action, coverage, method FROM exchanges WHERE host LIKE '%.test' ORDER BY host, path"
    )
    told = {(row["host"], row["path"], row["method"]): (row["site"], row["action"]) for row in rows}
    assert told["page.test", "/", "GET"] == ("page.test", "pass")
    assert told["pixel.test", "/widget.js", "GET"] == ("page.test", "pass")
    for path, method in (("/track.js", "GET"), ("/pixel.gif", "GET"), ("/beacon", "POST"), ("/config.json", "OPTIONS")):
        assert told["tracker.test", path, method] == ("page.test", "block")


def test_a_running_proxy_is_used_and_left_running(tmp_path: Path, origin: Origin, chromium_name: str) -> None:
    home = tmp_path / "home"
    with a_proxy(home, origin, "--policy", "balanced") as proxy:
        done = louver(
            home,
            *("browse", "https://page.test/", "--headless", "--browser", chromium_name, "--browser-flag=--dump-dom"),
            *quiet_flags(),
            timeout=90,
        )
        assert "widget works" in done.stdout, done.stderr
        assert f"Using the Louver that listens on 127.0.0.1:{proxy.port}" in done.stderr
        assert proxy.process.poll() is None
        assert proxy.stop() == 0
        assert proxy.rows("SELECT count(*) AS n FROM exchanges WHERE host = 'tracker.test'") != [{"n": 0}]
    assert origin.paths("tracker.test") == []
    assert not (home / "data" / "louver" / "proxy.json").exists()


def test_a_blocked_document_is_a_page_that_says_why(tmp_path: Path, origin: Origin, chromium_name: str) -> None:
    home = tmp_path / "home"
    home.mkdir()
    (home / "p.yaml").write_text(
        "name: careful\nextends: strict\nrules:\n"
        "  - {category: [advertising], type: document, party: [first, third, unknown], treatment: block}\n"
    )
    chosen = [*arguments(home, origin), "--policy", str(home / "p.yaml")]
    done = louver(
        home,
        *("browse", "https://tracker.test/?uid=s3cret", "--headless", "--browser", chromium_name),
        "--browser-flag=--dump-dom",
        *quiet_flags(),
        *chosen,
        timeout=90,
    )
    assert "Louver blocked tracker.test" in done.stdout, done.stdout + done.stderr
    assert "Watch Inc" in done.stdout
    assert "s3cret" not in done.stdout
    assert origin.paths("tracker.test") == []


def test_ctrl_c_ends_browser_and_proxy_and_leaves_no_profile(
    tmp_path: Path, origin: Origin, chromium_name: str
) -> None:
    home = tmp_path / "home"
    command = [sys.executable, "-m", "louver.cli.main", "browse", "https://page.test/", "--headless"]
    command += ["--browser", chromium_name, *arguments(home, origin)]
    with subprocess.Popen(command, env=environment(home), stderr=subprocess.PIPE, text=True) as process:
        until = time.monotonic() + 60
        while not origin.seen and time.monotonic() < until:
            time.sleep(0.1)
        assert origin.seen
        process.send_signal(signal.SIGINT)
        try:
            process.wait(30)
        except subprocess.TimeoutExpired:
            process.kill()
            raise
    assert list((home / "cache" / "louver").glob("louver-browse-*")) == []
    assert not _processes_with(str(home))


def _processes_with(text: str) -> list[str]:
    found = []
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            line = path.read_bytes().replace(b"\0", b" ").decode("utf-8", "replace")
        except OSError:
            continue
        if text in line and int(path.parent.name) != os.getpid():
            found.append(line)
    return found


@pytest.mark.skipif(shutil.which("certutil") is None, reason="certutil is not installed")
@pytest.mark.skipif(not any(map(shutil.which, FIREFOXES["firefox"])), reason="Firefox is not installed")
def test_firefox_trusts_and_uses_the_proxy(tmp_path: Path, origin: Origin) -> None:
    home = tmp_path / "home"
    picture = tmp_path / "picture.png"
    done = louver(
        home,
        *("browse", "https://page.test/", "--headless", "--browser", "firefox"),
        *("--browser-flag=--screenshot", f"--browser-flag={picture}"),
        *arguments(home, origin),
        timeout=90,
    )
    assert picture.exists(), done.stderr
    assert "/" in origin.paths("page.test")
    assert origin.paths("tracker.test") == []
