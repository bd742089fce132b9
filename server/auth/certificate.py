"""The server's certificate: made by itself where none is given, renewed before it expires.

Clients pin the fingerprint (see `world.fingerprint`), so a renewal is a change that they refuse
until a person has compared the words again. That is why it lives for years, is renewed a month
early, and the renewal is said in the log. One process makes it, before the others start.
"""

import datetime as dt
import ipaddress
import ssl
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import structlog
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from server.auth.keys import make_private_folder, read_private, write_private
from world.errors import ConfigurationError

_log = structlog.get_logger(__name__)
_HERE: Final = ("localhost", "127.0.0.1", "::1")
_LIFE: Final = dt.timedelta(days=5 * 365)
_RENEW_BEFORE: Final = dt.timedelta(days=30)


@dataclass(frozen=True, slots=True)
class Certificate:
    """A certificate and its key, as files.

    Attributes:
      certificate_path: PEM file.
      key_path: PEM file, the owner's alone.
      fingerprint: SHA-256 of the certificate, 32 bytes.
      expires_at_s: in seconds since the epoch.
    """

    certificate_path: Path
    key_path: Path
    fingerprint: bytes
    expires_at_s: float

    def tls_context(self) -> ssl.SSLContext:
        """Returns a server's context that speaks TLS 1.3 only."""
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.minimum_version = ssl.TLSVersion.TLSv1_3
        context.load_cert_chain(self.certificate_path, self.key_path)
        return context


def own_certificate(folder: Path, hosts: Iterable[str], now_s: float) -> Certificate:
    """Returns the self-made certificate in this folder, made or renewed if need be.

    Args:
      folder: where `tls-certificate.pem` and `tls-key.pem` lie.
      hosts: names and addresses beside this machine's own under which clients come.
      now_s: the time, in seconds since the epoch.

    Raises:
      ConfigurationError: if the folder or the key is open to others, or a file is damaged.
    """
    make_private_folder(folder)
    names = tuple(dict.fromkeys((*_HERE, *hosts)))
    certificate_path, key_path = folder / "tls-certificate.pem", folder / "tls-key.pem"
    now = dt.datetime.fromtimestamp(now_s, dt.UTC)
    if certificate_path.exists():
        old = _load(certificate_path)
        if old.not_valid_after_utc - now > _RENEW_BEFORE and _names(old) >= set(names):
            read_private(key_path)
            return _described(certificate_path, key_path, old)
        _log.warning("certificate.renewed", old_fingerprint=old.fingerprint(hashes.SHA256()).hex())
    key = _load_key(key_path) if key_path.exists() else ec.generate_private_key(ec.SECP256R1())
    certificate = _sign(key, names, now)
    write_private(key_path, key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    write_private(certificate_path, certificate.public_bytes(Encoding.PEM))
    return _described(certificate_path, key_path, certificate)


def given_certificate(certificate_path: Path, key_path: Path) -> Certificate:
    """Returns a certificate that the clinic brought, such as one of a public authority.

    Raises:
      ConfigurationError: if a file is missing, damaged, or the key is open to others.
    """
    for path in (certificate_path, key_path):
        if not path.is_file():
            raise ConfigurationError(f"certificate: there is no file {path}")
    read_private(key_path)
    return _described(certificate_path, key_path, _load(certificate_path))


def _described(certificate_path: Path, key_path: Path, found: x509.Certificate) -> Certificate:
    return Certificate(
        certificate_path,
        key_path,
        found.fingerprint(hashes.SHA256()),
        found.not_valid_after_utc.timestamp(),
    )


def _sign(
    key: ec.EllipticCurvePrivateKey, hosts: tuple[str, ...], now: dt.datetime
) -> x509.Certificate:
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Metaclinic")])
    server_only = x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH])
    return (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        # A day back: the clocks of clients are not always right.
        .not_valid_before(now - dt.timedelta(days=1))
        .not_valid_after(now + _LIFE - dt.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([_general(host) for host in hosts]), False)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), True)
        .add_extension(server_only, False)
        .sign(key, hashes.SHA256())
    )


def _general(host: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ipaddress.ip_address(host))
    except ValueError:
        return x509.DNSName(host)


def _names(certificate: x509.Certificate) -> set[str]:
    try:
        found = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName)
    except x509.ExtensionNotFound:
        return set()
    return {str(name.value) for name in found.value}


def _load(path: Path) -> x509.Certificate:
    try:
        return x509.load_pem_x509_certificate(path.read_bytes())
    except ValueError:
        raise ConfigurationError(f"certificate: {path} is no PEM certificate") from None


def _load_key(path: Path) -> ec.EllipticCurvePrivateKey:
    try:
        key = load_pem_private_key(read_private(path), None)
    except ValueError:
        raise ConfigurationError(f"certificate: {path} is no PEM key") from None
    if not isinstance(key, ec.EllipticCurvePrivateKey):
        raise ConfigurationError(f"certificate: {path} holds another kind of key; move it away")
    return key
