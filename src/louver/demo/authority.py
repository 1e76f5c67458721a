"""Knows how to make a throw-away certificate authority and leaf certificates; knows nothing of who serves with them."""

from __future__ import annotations

import base64
import hashlib
import ssl
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Final

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

if TYPE_CHECKING:
    from pathlib import Path

LIFETIME: Final = timedelta(days=7)
NAME: Final = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "Louver demo authority (throw-away)")])


class Authority:
    """A certificate authority that lives as long as its folder: one key for itself, one shared by all its leaves."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._key = ec.generate_private_key(ec.SECP256R1())
        self._leaf_key = ec.generate_private_key(ec.SECP256R1())
        self._contexts: dict[str, ssl.SSLContext] = {}
        self._certificate = self._sign(NAME, self._key.public_key(), ca=True)
        self.ca_file = folder / "demo-ca.pem"
        self.ca_file.write_bytes(_pem(self._certificate))

    @property
    def spki(self) -> str:
        """Base64 of the SHA-256 of the authority's public key, as Chromium's SPKI allow list wants it."""
        public = self._key.public_key().public_bytes(
            serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
        )
        return base64.b64encode(hashlib.sha256(public).digest()).decode()

    def context(self, host: str) -> ssl.SSLContext:
        """Return a server context whose certificate is good for `host`; made at the first call."""
        if host not in self._contexts:
            self._contexts[host] = self._context(host)
        return self._contexts[host]

    def _context(self, host: str) -> ssl.SSLContext:
        subject = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, host[:64])])
        leaf = self._sign(subject, self._leaf_key.public_key(), host=host)
        # OpenSSL loads certificates from files only. The name may be hostile (it comes from the wire), so hash it.
        file = self._folder / f"leaf-{hashlib.sha256(host.encode()).hexdigest()[:16]}.pem"
        file.touch(mode=0o600)
        file.write_bytes(_private_pem(self._leaf_key) + _pem(leaf) + _pem(self._certificate))
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(file)
        context.set_alpn_protocols(["http/1.1"])
        return context

    def _sign(
        self, subject: x509.Name, key: ec.EllipticCurvePublicKey, *, host: str = "", ca: bool = False
    ) -> x509.Certificate:
        now = datetime.now(UTC)
        builder = (
            x509.CertificateBuilder(NAME, subject, key, x509.random_serial_number())
            .not_valid_before(now - timedelta(days=1))
            .not_valid_after(now + LIFETIME)
            .add_extension(x509.BasicConstraints(ca=ca, path_length=0 if ca else None), critical=True)
            .add_extension(x509.SubjectKeyIdentifier.from_public_key(key), critical=False)
            .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(self._key.public_key()), critical=False)
        )
        extension = _AUTHORITY_USE if ca else x509.SubjectAlternativeName([x509.DNSName(host)])
        return builder.add_extension(extension, critical=ca).sign(self._key, hashes.SHA256())


_AUTHORITY_USE: Final = x509.KeyUsage(
    digital_signature=True,
    content_commitment=False,
    key_encipherment=False,
    data_encipherment=False,
    key_agreement=False,
    key_cert_sign=True,
    crl_sign=True,
    encipher_only=False,
    decipher_only=False,
)


def _pem(certificate: x509.Certificate) -> bytes:
    return certificate.public_bytes(serialization.Encoding.PEM)


def _private_pem(key: ec.EllipticCurvePrivateKey) -> bytes:
    return key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
