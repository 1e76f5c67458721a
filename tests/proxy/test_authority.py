from __future__ import annotations

import stat
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import pkcs12
from mitmproxy.certs import CertStore

from louver.proxy import authority as rooms
from louver.proxy.authority import (
    KEY_FILE,
    AuthorityUnreadableError,
    open_authority,
    remove_authority,
    rotate_authority,
)


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_the_key_is_readable_by_its_owner_only(tmp_path: Path) -> None:
    folder = tmp_path / "ca"
    open_authority(folder)
    assert (mode(folder), mode(folder / KEY_FILE)) == (0o700, 0o600)
    folder.chmod(0o755)
    (folder / KEY_FILE).chmod(0o644)
    open_authority(folder)
    assert (mode(folder), mode(folder / KEY_FILE)) == (0o700, 0o600)


def test_each_installation_has_its_own_and_keeps_it(tmp_path: Path) -> None:
    first = open_authority(tmp_path / "a")
    assert open_authority(tmp_path / "a").fingerprint() == first.fingerprint()
    other = open_authority(tmp_path / "b")
    assert other.fingerprint() != first.fingerprint()
    assert other.certificate.subject != first.certificate.subject


def test_it_may_sign_for_websites_and_for_nothing_below(tmp_path: Path) -> None:
    extensions = open_authority(tmp_path).certificate.extensions
    constraints = extensions.get_extension_for_class(x509.BasicConstraints)
    assert constraints.critical
    assert constraints.value == x509.BasicConstraints(ca=True, path_length=0)
    usage = extensions.get_extension_for_class(x509.KeyUsage).value
    assert usage.key_cert_sign
    assert not usage.digital_signature


@pytest.mark.parametrize("form", rooms.FORMATS)
def test_no_export_holds_the_key(tmp_path: Path, form: str) -> None:
    authority = open_authority(tmp_path)
    data = authority.export(form)
    key = serialization.load_pem_private_key((tmp_path / KEY_FILE).read_bytes(), None)
    assert isinstance(key, ec.EllipticCurvePrivateKey)
    assert key.private_numbers().private_value.to_bytes(32) not in data
    assert b"PRIVATE" not in data
    if form == "p12":
        loaded = pkcs12.load_pkcs12(data, None)
        assert loaded.key is None
        assert [found.certificate for found in loaded.additional_certs] == [authority.certificate]
    else:
        load = x509.load_der_x509_certificate if form == "der" else x509.load_pem_x509_certificate
        assert load(data) == authority.certificate


def test_leaves_live_no_longer_than_browsers_allow_and_carry_the_key_that_is_allowed(tmp_path: Path) -> None:
    authority = open_authority(tmp_path)
    store = CertStore.from_store(tmp_path, "mitmproxy", 2048)
    assert store.default_ca.to_cryptography() == authority.certificate
    leaf = store.get_cert("site.test", [x509.DNSName("site.test")]).cert.to_cryptography()
    assert leaf.not_valid_after_utc - leaf.not_valid_before_utc < timedelta(days=200)
    assert leaf.not_valid_before_utc < datetime.now(UTC)
    leaf.verify_directly_issued_by(authority.certificate)


def test_the_public_key_hash_is_the_one_that_openssl_prints(tmp_path: Path) -> None:
    # Made with: openssl x509 -pubkey | openssl pkey -pubin -outform der | openssl dgst -sha256 -binary | base64
    pem = (Path(__file__).parent / "spki.pem").read_bytes()
    known = rooms.Authority(tmp_path, x509.load_pem_x509_certificate(pem))
    assert known.spki() == (Path(__file__).parent / "spki.txt").read_text().strip()


@pytest.mark.parametrize(
    "damage", [b"", b"nonsense", b"-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"]
)
def test_a_damaged_file_is_named_and_left_alone(tmp_path: Path, damage: bytes) -> None:
    (tmp_path / KEY_FILE).write_bytes(damage)
    with pytest.raises(AuthorityUnreadableError, match="louver ca remove"):
        open_authority(tmp_path)
    assert (tmp_path / KEY_FILE).read_bytes() == damage


def test_key_and_certificate_must_belong_together(tmp_path: Path) -> None:
    one, other = tmp_path / "a", tmp_path / "b"
    open_authority(one)
    key = (one / KEY_FILE).read_bytes().partition(b"-----BEGIN CERT")[0]
    (one / KEY_FILE).write_bytes(key + open_authority(other).export("pem"))
    with pytest.raises(AuthorityUnreadableError, match="belong together"):
        open_authority(one)


def test_an_expired_one_is_replaced(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(rooms, "LIFETIME", timedelta(days=1))
        old = open_authority(tmp_path)
    assert old.certificate.not_valid_after_utc < datetime.now(UTC)
    fresh = open_authority(tmp_path)
    assert fresh.fingerprint() != old.fingerprint()
    assert fresh.certificate.not_valid_after_utc > datetime.now(UTC)


def test_removing_leaves_nothing(tmp_path: Path) -> None:
    folder = tmp_path / "ca"
    open_authority(folder)
    CertStore.from_store(folder, "mitmproxy", 2048)
    assert remove_authority(folder)
    assert not folder.exists()
    assert not remove_authority(folder)


def test_a_folder_that_cannot_be_made_is_one_clear_line(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(AuthorityUnreadableError):
        open_authority(tmp_path / "file" / "ca")


def test_a_new_authority_takes_the_place_of_the_old_one(tmp_path: Path) -> None:
    old = open_authority(tmp_path / "ca")
    secret = (tmp_path / "ca" / KEY_FILE).read_bytes()
    fresh = rotate_authority(tmp_path / "ca")
    assert fresh.fingerprint() != old.fingerprint()
    assert fresh.spki() != old.spki()
    assert open_authority(tmp_path / "ca").fingerprint() == fresh.fingerprint()
    path = tmp_path / "ca" / KEY_FILE
    assert path.read_bytes() != secret
    assert path.stat().st_mode & 0o777 == 0o600
    assert [file.name for file in path.parent.iterdir()] == [KEY_FILE]
