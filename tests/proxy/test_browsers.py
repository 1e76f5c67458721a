from __future__ import annotations

import shutil
import subprocess
from typing import TYPE_CHECKING

import pytest

from louver.proxy import browsers
from louver.proxy.authority import Authority, open_authority
from louver.proxy.browsers import Browser, NoCertutilError, TrustError, Visit, prepare, throw_away_profile

if TYPE_CHECKING:
    from pathlib import Path

DANGEROUS = ("--ignore-certificate-errors", "--disable-web-security", "--allow-running-insecure-content", "--test-type")


@pytest.fixture
def authority(tmp_path: Path) -> Authority:
    return open_authority(tmp_path / "ca")


def a_visit(authority: Authority, **more: object) -> Visit:
    return Visit("https://a.test/", "127.0.0.1", 8080, authority, **more)  # type: ignore[arg-type]


def test_chromium_trusts_one_key_and_gives_up_no_protection(
    tmp_path: Path, authority: Authority, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(browsers, "is_root", lambda: False)
    command = prepare(Browser("chromium", "/usr/bin/chromium"), tmp_path, a_visit(authority))
    assert command[0] == "/usr/bin/chromium"
    assert command[-1] == "https://a.test/"
    assert f"--user-data-dir={tmp_path}" in command
    assert "--proxy-server=http://127.0.0.1:8080" in command
    assert f"--ignore-certificate-errors-spki-list={authority.spki()}" in command
    assert "--proxy-bypass-list=<-loopback>" in command
    assert not set(command) & {*DANGEROUS, "--no-sandbox", "--disable-background-networking", "--headless=new"}


def test_only_root_goes_without_the_sandbox(
    tmp_path: Path, authority: Authority, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(browsers, "is_root", lambda: True)
    assert "--no-sandbox" in prepare(Browser("edge", "edge"), tmp_path, a_visit(authority))


def test_an_ipv6_proxy_is_written_in_brackets(tmp_path: Path, authority: Authority) -> None:
    visit = Visit("https://a.test/", "::1", 8080, authority)
    assert "--proxy-server=http://[::1]:8080" in prepare(Browser("brave", "brave"), tmp_path, visit)


@pytest.mark.skipif(shutil.which("certutil") is None, reason="certutil is not installed")
def test_firefox_trusts_the_authority_for_websites_in_its_profile_alone(tmp_path: Path, authority: Authority) -> None:
    profile = tmp_path / "profile"
    profile.mkdir()
    command = prepare(Browser("firefox", "firefox"), profile, a_visit(authority, headless=True))
    assert command == ["firefox", "--no-remote", "--profile", str(profile), "--headless", "https://a.test/"]
    listed = subprocess.run(
        ["certutil", "-L", "-d", f"sql:{profile}"], capture_output=True, text=True, check=True
    ).stdout
    assert "C,," in next(line for line in listed.splitlines() if line.startswith("Louver"))
    text = (profile / "user.js").read_text()
    for line in (
        'user_pref("network.proxy.http", "127.0.0.1");',
        'user_pref("network.proxy.ssl_port", 8080);',
        'user_pref("network.proxy.type", 1);',
        'user_pref("network.proxy.allow_hijacking_localhost", true);',
    ):
        assert line in text
    assert "safebrowsing" not in text
    assert "security." not in text


def test_without_certutil_firefox_says_what_to_install(
    tmp_path: Path, authority: Authority, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("louver.proxy.browsers.shutil.which", lambda _name: None)
    with pytest.raises(NoCertutilError, match="libnss3-tools"):
        prepare(Browser("firefox", "firefox"), tmp_path, a_visit(authority))


def test_a_certutil_that_fails_is_one_clear_line(
    tmp_path: Path, authority: Authority, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("louver.proxy.browsers.shutil.which", lambda _name: "/bin/false")
    with pytest.raises(TrustError, match="exit status 1"):
        prepare(Browser("firefox", "firefox"), tmp_path, a_visit(authority))


def test_a_profile_is_gone_afterwards_whatever_happened(tmp_path: Path) -> None:
    def crash() -> None:
        with throw_away_profile(Browser("chromium", "chromium"), tmp_path) as profile:
            (profile / "Cookies").write_text("x")
            raise KeyError

    with pytest.raises(KeyError):
        crash()
    assert list(tmp_path.iterdir()) == []


def test_a_browser_in_a_snap_gets_a_folder_that_it_can_see(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    (tmp_path / "home").mkdir()
    with throw_away_profile(Browser("firefox", "/snap/bin/firefox"), tmp_path) as profile:
        assert profile.parent == tmp_path / "home"
