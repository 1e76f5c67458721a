from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner
from cryptography import x509

from louver.cli.main import louver
from louver.errors import LouverError
from louver.proxy.authority import KEY_FILE
from louver.proxy.door import parse_limit

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name in ("DATA", "CONFIG", "CACHE"):
        monkeypatch.setenv(f"XDG_{name}_HOME", str(tmp_path / name.lower()))
    return tmp_path


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--listen", "nonsense"], "--listen nonsense"),
        (["--listen", "0.0.0.0:1"], "refusing to listen"),
        (["--set", "no_such_option=1"], "no_such_option"),
        (["--set", "http2=maybe"], "http2"),
        (["--connect-to", "x"], "--connect-to x"),
        (["--policy", "no-such"], "no-such"),
        (["--lists", "no-such-list"], "no-such-list"),
        (["--mode", "sideways"], "sideways"),
    ],
)
def test_a_wrong_option_is_one_clear_line(arguments: list[str], said: str) -> None:
    with pytest.raises(LouverError) as caught:
        louver.main(["run", "--listen", "127.0.0.1:0", *arguments], standalone_mode=False)
    assert caught.value.exit_code
    (line,) = str(caught.value).splitlines()
    assert said in line


def test_the_authority_is_shown_exported_and_removed(home: Path) -> None:
    run = CliRunner().invoke
    shown = run(louver, ["ca", "show"]).output
    pem = run(louver, ["ca", "export"]).output
    certificate = x509.load_pem_x509_certificate(pem.encode())
    assert certificate.subject.rfc4514_string() in shown
    assert "--ignore-certificate-errors-spki-list=" in shown
    for name, load in (("x.der", x509.load_der_x509_certificate), ("x.crt", x509.load_pem_x509_certificate)):
        assert run(louver, ["ca", "export", str(home / name)]).exit_code == 0
        assert load((home / name).read_bytes()) == certificate
    key = home / "data" / "louver" / "ca" / KEY_FILE
    assert run(louver, ["ca", "remove"], input="n\n").exit_code == 1
    assert key.exists()
    assert run(louver, ["ca", "remove", "--yes"]).exit_code == 0
    assert not key.exists()


def test_no_command_prints_the_key(home: Path) -> None:
    for arguments in (["ca", "show"], ["ca", "export"]):
        assert "PRIVATE" not in CliRunner().invoke(louver, arguments).output
    del home


def test_a_browser_that_is_not_there_is_one_clear_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("louver.proxy.browsers.shutil.which", lambda _name: None)
    for arguments in (["browse"], ["browse", "--browser", "brave"]):
        with pytest.raises(LouverError, match="louver run"):
            louver.main(arguments, standalone_mode=False)


def test_a_start_that_fails_for_a_reason_of_ours_stops_there(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> None:
        raise ValueError("uid=s3cret")

    monkeypatch.setattr("louver.proxy.door.Watcher", broken)
    with pytest.raises(LouverError, match="starting failed: ValueError") as caught:
        louver.main(["run", "--listen", "127.0.0.1:0"], standalone_mode=False)
    assert "s3cret" not in str(caught.value)


@pytest.mark.parametrize(("text", "size"), [("64k", 65_536), ("1m", 1_048_576), ("0", 0), ("4m", 4 * 1_048_576)])
def test_the_limit_of_bodies_is_a_size(text: str, size: int) -> None:
    assert parse_limit(text) == size


@pytest.mark.parametrize("text", ["huge", "5m", "-1", ""])
def test_a_limit_that_is_none_is_refused(text: str) -> None:
    with pytest.raises(LouverError, match="louver_body_limit"):
        parse_limit(text)
