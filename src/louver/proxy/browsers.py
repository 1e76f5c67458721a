"""Knows which browsers are installed and how each is started in a throw-away profile that uses and trusts our proxy.

The profile is the only thing that trusts: the system's store is never touched, and no protection is switched off.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from louver.errors import LouverError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from louver.proxy.authority import Authority

MAC: Final = "/Applications/{0}.app/Contents/MacOS/{0}"

CHROMIUMS: Final = {
    "chromium": ("chromium", "chromium-browser", MAC.format("Chromium")),
    "chrome": ("google-chrome", "google-chrome-stable", "chrome", MAC.format("Google Chrome")),
    "edge": ("microsoft-edge", "microsoft-edge-stable", MAC.format("Microsoft Edge")),
    "brave": ("brave-browser", "brave", MAC.format("Brave Browser")),
}
FIREFOXES: Final = {"firefox": ("firefox", "firefox-esr", "/Applications/Firefox.app/Contents/MacOS/firefox")}
"""Names that people use, and the programs behind them."""

CHROMIUM_FLAGS: Final = (
    "--no-first-run",
    "--no-default-browser-check",
    "--disable-default-apps",
    "--disable-sync",
    "--disable-domain-reliability",
    "--disable-breakpad",
    "--disable-quic",  # HTTP/3 would go around the proxy where it could
    "--proxy-bypass-list=<-loopback>",  # sites on this computer are looked at too
)

HEADLESS_FLAGS: Final = ("--headless=new", "--disable-gpu", "--disable-background-networking")
"""Nobody sits before it: what a browser does in the background for a person, such as Safe Browsing, is noise."""

FIREFOX_PREFERENCES: Final[dict[str, object]] = {
    "app.update.enabled": False,
    "browser.aboutwelcome.enabled": False,
    "browser.shell.checkDefaultBrowser": False,
    "browser.startup.homepage_override.mstone": "ignore",
    "datareporting.policy.dataSubmissionEnabled": False,
    "network.captive-portal-service.enabled": False,
    "network.connectivity-service.enabled": False,
    "network.http.http3.enable": False,
    "network.proxy.allow_hijacking_localhost": True,
    "network.proxy.no_proxies_on": "",
    "network.proxy.share_proxy_settings": True,
    "network.proxy.type": 1,
    "toolkit.telemetry.reportingpolicy.firstRun": False,
}


class NoBrowserError(LouverError):
    """No browser that we can start is installed, or not the one that was named."""

    def __init__(self, name: str | None) -> None:
        known = ", ".join([*CHROMIUMS, *FIREFOXES])
        what = f"{name} is not installed" if name else "no browser found"
        super().__init__(f"{what}; `louver browse` can start {known}. For any other: `louver run` and `louver ca show`")


class NoCertutilError(LouverError):
    """Firefox keeps its trust in a database that only Mozilla's `certutil` can write."""

    def __init__(self) -> None:
        super().__init__(
            "Firefox needs `certutil` to trust this installation in a throw-away profile; install libnss3-tools "
            "(Debian, Ubuntu), nss-tools (Fedora) or nss (Arch, Homebrew), or use a Chromium-family browser"
        )


class TrustError(LouverError):
    """certutil did not do it."""

    def __init__(self, why: str) -> None:
        super().__init__(f"certutil could not write the profile's trust: {why}")


@dataclass(frozen=True, slots=True)
class Browser:
    """An installed browser."""

    name: str
    path: str

    @property
    def is_firefox(self) -> bool:
        """Whether it speaks Firefox's language rather than Chromium's."""
        return self.name in FIREFOXES


@dataclass(frozen=True, slots=True)
class Visit:
    """What a browser is opened with."""

    url: str
    host: str
    port: int
    authority: Authority
    headless: bool = False
    flags: Sequence[str] = ()


def find_browser(name: str | None = None) -> Browser:
    """Return an installed browser: of this name, or the first there is. Raises NoBrowserError."""
    every = CHROMIUMS | FIREFOXES
    for each in [name] if name else list(every):
        for program in every.get(each, ()):
            if path := shutil.which(program):
                return Browser(each, path)
    raise NoBrowserError(name)


def prepare(browser: Browser, profile: Path, visit: Visit) -> list[str]:
    """Make a profile ready and return the command that opens it. Raises NoCertutilError, TrustError."""
    if not browser.is_firefox:
        return _chromium(browser, profile, visit)
    _write_preferences(profile, visit)
    _trust(profile, visit.authority)
    show = ["--headless"] if visit.headless else []
    return [browser.path, "--no-remote", "--profile", str(profile), *show, *visit.flags, visit.url]


@contextmanager
def throw_away_profile(browser: Browser, folder: Path) -> Iterator[Path]:
    """Give a fresh profile folder, and remove it afterwards with everything the browser left there."""
    # A browser packed as a snap sees neither hidden folders nor the common temporary one.
    is_snap = Path(browser.path).resolve().is_relative_to("/snap") or browser.path.startswith("/snap/")
    parent = Path.home() if is_snap else folder
    profile = Path(tempfile.mkdtemp(prefix="louver-browse-", dir=parent))
    try:
        yield profile
    finally:
        shutil.rmtree(profile, ignore_errors=True)


def is_root() -> bool:
    """Tell whether we run as the administrator, whom Chromium's sandbox does not serve."""
    return hasattr(os, "geteuid") and os.geteuid() == 0


def _chromium(browser: Browser, profile: Path, visit: Visit) -> list[str]:
    return [
        browser.path,
        f"--user-data-dir={profile}",
        f"--proxy-server=http://{_address(visit)}",
        # Trusts certificates that chain to this one key, and only in this profile.
        f"--ignore-certificate-errors-spki-list={visit.authority.spki()}",
        *CHROMIUM_FLAGS,
        *(HEADLESS_FLAGS if visit.headless else ()),
        *(("--no-sandbox",) if is_root() else ()),
        *visit.flags,
        visit.url,
    ]


def _address(visit: Visit) -> str:
    return f"[{visit.host}]:{visit.port}" if ":" in visit.host else f"{visit.host}:{visit.port}"


def _write_preferences(profile: Path, visit: Visit) -> None:
    ours: dict[str, object] = dict(FIREFOX_PREFERENCES)
    for scheme in ("http", "ssl"):
        ours[f"network.proxy.{scheme}"] = visit.host
        ours[f"network.proxy.{scheme}_port"] = visit.port
    lines = [f'user_pref("{name}", {_literal(value)});\n' for name, value in sorted(ours.items())]
    (profile / "user.js").write_text("".join(lines), "utf-8")


def _literal(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value) if isinstance(value, int) else f'"{value}"'


def _trust(profile: Path, authority: Authority) -> None:
    """Write the certificate into the profile's own trust database, for websites and nothing else."""
    certutil = shutil.which("certutil")
    if certutil is None:
        raise NoCertutilError
    certificate = profile / "louver.pem"
    certificate.write_bytes(authority.export("pem"))
    database = f"sql:{profile}"
    _run([certutil, "-N", "-d", database, "--empty-password"])
    _run([certutil, "-A", "-d", database, "-n", "Louver", "-t", "C,,", "-i", str(certificate)])


def _run(command: Sequence[str]) -> None:
    done = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603  (certutil, our arguments)
    if done.returncode:
        raise TrustError(done.stderr.strip().partition("\n")[0] or f"exit status {done.returncode}")
