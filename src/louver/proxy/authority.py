"""Knows this installation's certificate authority: makes it, guards its key, and hands out the certificate alone."""

from __future__ import annotations

import base64
import hashlib
import os
import shutil
import stat
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Final

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import pkcs12
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from louver.errors import LouverError

if TYPE_CHECKING:
    from pathlib import Path

KEY_FILE: Final = "mitmproxy-ca.pem"
"""Key and certificate in one file, under the name that mitmproxy looks for."""

LIFETIME: Final = timedelta(days=5 * 365)
BACKDATED: Final = timedelta(days=2)
"""Clocks of other devices may be behind."""

FORMATS: Final = ("pem", "der", "p12")


class AuthorityUnreadableError(LouverError):
    """The authority's file is there but cannot be used."""

    def __init__(self, path: Path, why: str) -> None:
        super().__init__(f"certificate authority {path}: {why}; `louver ca remove` starts afresh")


@dataclass(frozen=True, slots=True)
class Authority:
    """A certificate authority on disk. Its key stays in the file and is read by mitmproxy alone."""

    folder: Path
    certificate: x509.Certificate

    def fingerprint(self) -> str:
        """Return the certificate's SHA-256 as browsers show it: upper-case hex pairs with colons."""
        return self.certificate.fingerprint(hashes.SHA256()).hex(":").upper()

    def spki(self) -> str:
        """Return the base64 SHA-256 of the public key, as Chromium's allow flag wants it (RFC 7469, section 2.4)."""
        public = self.certificate.public_key().public_bytes(
            serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
        )
        return base64.b64encode(hashlib.sha256(public).digest()).decode()

    def export(self, form: str) -> bytes:
        """Return the certificate, without its key, as `pem`, `der` or `p12`."""
        if form == "p12":
            return pkcs12.serialize_key_and_certificates(
                b"Louver", None, self.certificate, None, serialization.NoEncryption()
            )
        encoding = serialization.Encoding.DER if form == "der" else serialization.Encoding.PEM
        return self.certificate.public_bytes(encoding)


def open_authority(folder: Path) -> Authority:
    """Return the authority in `folder`, made now if there is none or it has expired.

    The folder is made readable by its owner only, and so is the key. Raises `AuthorityUnreadableError`.
    """
    path = folder / KEY_FILE
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        folder.chmod(0o700)
        authority = Authority(folder, _read(path)) if path.exists() else None
        if authority is None or authority.certificate.not_valid_after_utc <= datetime.now(UTC):
            return Authority(folder, _make(path))
        if stat.S_IMODE(path.stat().st_mode) != 0o600:
            path.chmod(0o600)
    except OSError as error:
        raise AuthorityUnreadableError(path, error.strerror or str(error)) from error
    return authority


def rotate_authority(folder: Path) -> Authority:
    """Make a new authority in the place of the old one, whose key is gone then. Raises `AuthorityUnreadableError`."""
    path = folder / KEY_FILE
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        folder.chmod(0o700)
        return Authority(folder, _make(path))
    except OSError as error:
        raise AuthorityUnreadableError(path, error.strerror or str(error)) from error


def remove_authority(folder: Path) -> bool:
    """Delete the authority with everything made from it; tell whether there was one."""
    there = (folder / KEY_FILE).exists()
    shutil.rmtree(folder, ignore_errors=True)
    return there


def _read(path: Path) -> x509.Certificate:
    data = path.read_bytes()
    try:
        certificate = x509.load_pem_x509_certificate(data)
        key = serialization.load_pem_private_key(data, None)
    except (ValueError, TypeError) as error:
        raise AuthorityUnreadableError(path, "is not a certificate with its key") from error
    if key.public_key() != certificate.public_key():
        raise AuthorityUnreadableError(path, "key and certificate do not belong together")
    return certificate


def _make(path: Path) -> x509.Certificate:
    key = ec.generate_private_key(ec.SECP256R1())
    certificate = _certify(key)
    secret = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    # Written beside and moved into place: a reader sees the old authority or the new one, never half of it.
    draft = path.with_suffix(".new")
    draft.unlink(missing_ok=True)
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(secret + certificate.public_bytes(serialization.Encoding.PEM))
    draft.replace(path)
    return certificate


def _certify(key: ec.EllipticCurvePrivateKey) -> x509.Certificate:
    serial = x509.random_serial_number()
    # The suffix tells apart the authorities of two installations in one trust store.
    common = f"Louver on this computer ({serial:x}"[:31] + ")"
    name = x509.Name(
        [x509.NameAttribute(NameOID.COMMON_NAME, common), x509.NameAttribute(NameOID.ORGANIZATION_NAME, "Louver")]
    )
    start = datetime.now(UTC) - BACKDATED
    builder = x509.CertificateBuilder(name, name, key.public_key(), serial, start, start + LIFETIME)
    for extension, critical in _extensions(key.public_key()):
        builder = builder.add_extension(extension, critical)
    return builder.sign(key, hashes.SHA256())


def _extensions(public: ec.EllipticCurvePublicKey) -> list[tuple[x509.ExtensionType, bool]]:
    only_signs = x509.KeyUsage(
        digital_signature=False,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=True,
        crl_sign=True,
        encipher_only=False,
        decipher_only=False,
    )
    return [
        (x509.BasicConstraints(ca=True, path_length=0), True),
        (only_signs, True),
        (x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), False),
        (x509.SubjectKeyIdentifier.from_public_key(public), False),
    ]
