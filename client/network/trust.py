"""Which clinic one talks to: the certificate that is pinned, and nobody's word beside it.

Rules:
* A connection trusts exactly one certificate, the pinned one: it is the only trust anchor, and is
  compared byte by byte after the handshake. Its name does not matter, for the pin is the identity.
* Pins come from the clinic's own data folder on this machine, from a join link's fingerprint, or
  from a person who has compared the words. No code path connects without one.
* A certificate that is not pinned is only looked at (`shown_certificate`); nothing is sent.
* Another certificate than the pinned one is refused. It takes the place of a pin only where a
  person has compared its words and says so (`replace`), and nothing is sent before; the pin of this
  machine's own clinic is its data folder, and nobody's to replace.
* What is pinned, found changed and replaced is kept, one line of JSON each: when, where, and the
  fingerprints, and nothing of anybody.
"""

import contextlib
import hashlib
import json
import ssl
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from world.errors import ClinicError, ConfigurationError

LOOK_WITHIN_S = 5.0
PINS_FILE = "known-clinics.json"
TRAIL_FILE = "known-clinics-trail.jsonl"
SERVER_CERTIFICATE = Path("tls") / "tls-certificate.pem"


class CertificateChanged(ClinicError):
    """The clinic shows another certificate than the one that is pinned."""

    def __init__(self) -> None:
        super().__init__(
            "The clinic shows another certificate than the one this computer knows. Nothing was "
            "sent. Sign in again to see its words, and compare them with the administrator's."
        )


def pinned_context(certificate_pem: str) -> ssl.SSLContext:
    """Returns a context that connects to the holder of this certificate and to nobody else.

    Raises:
      ConfigurationError: if the text is no certificate.
    """
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.minimum_version = ssl.TLSVersion.TLSv1_3
    context.check_hostname = False
    context.verify_mode = ssl.CERT_REQUIRED
    # The pinned one ends the chain, whether or not an authority has signed it.
    context.verify_flags |= ssl.VERIFY_X509_PARTIAL_CHAIN
    try:
        context.load_verify_locations(cadata=certificate_pem)
    except (ssl.SSLError, ValueError):
        raise ConfigurationError("the pinned certificate is damaged; pin it again") from None
    return context


def shown_certificate(host: str, port: int) -> str:
    """Returns the certificate (PEM) that a server shows to a stranger; nothing is sent to it.

    Raises:
      OSError: if it cannot be reached.
    """
    return ssl.get_server_certificate((host, port), timeout=LOOK_WITHIN_S)


def fingerprint(certificate_pem: str) -> bytes:
    """Returns the SHA-256 of a certificate, 32 bytes."""
    return hashlib.sha256(ssl.PEM_cert_to_DER_cert(certificate_pem)).digest()


def require_pinned(shown_der: bytes | None, certificate_pem: str) -> None:
    """Returns if the certificate that a connection has shown is the pinned one.

    Raises:
      CertificateChanged: if it is not.
    """
    if shown_der is None or shown_der != ssl.PEM_cert_to_DER_cert(certificate_pem):
        raise CertificateChanged


class TrustStore:
    """The pins of one person on this machine, in a file that holds no secrets.

    Args:
      folder: of this client's data.
      server_data: data folder of a clinic on this machine, whose certificate needs no words.
      fingerprint_hex: what a join link says of the certificate; empty for none.
      now_s: seconds since the epoch.
    """

    def __init__(
        self,
        folder: Path,
        server_data: Path | None = None,
        fingerprint_hex: str = "",
        now_s: Callable[[], float] = time.time,
    ) -> None:
        self._path, self._trail = folder / PINS_FILE, folder / TRAIL_FILE
        self._now_s = now_s
        self._server_data = server_data
        self._expected = fingerprint_hex.lower().replace(":", "")

    def pinned(self, host: str, port: int) -> str | None:
        """Returns the certificate that is pinned for a clinic, None for a stranger."""
        if self._server_data is not None:
            path = self._server_data / SERVER_CERTIFICATE
            if path.is_file():
                return path.read_text(encoding="ascii")
        return self._read().get(f"{host}:{port}")

    def is_expected(self, certificate_pem: str) -> bool:
        """Returns whether a join link vouches for this certificate."""
        return bool(self._expected) and fingerprint(certificate_pem).hex() == self._expected

    @property
    def has_expectation(self) -> bool:
        """Whether a join link has said which certificate it must be."""
        return bool(self._expected)

    def pin(self, host: str, port: int, certificate_pem: str) -> None:
        """Remembers a certificate that a person or a join link vouches for.

        Raises:
          CertificateChanged: if another one is pinned already.
          ConfigurationError: if it cannot be kept.
        """
        pins = self._read()
        known = pins.setdefault(f"{host}:{port}", certificate_pem)
        if known != certificate_pem:
            raise CertificateChanged
        self._write(pins)
        self._note("pinned", host, port, certificate_pem)

    def replaceable(self, host: str, port: int) -> str | None:
        """Returns the pin that a person has made and may replace; None if there is none."""
        pinned = self._read().get(f"{host}:{port}")
        return pinned if pinned is not None and pinned == self.pinned(host, port) else None

    def replace(self, host: str, port: int, certificate_pem: str, instead_of_pem: str) -> None:
        """Pins another certificate instead of one, since a person has compared its words.

        Raises:
          CertificateChanged: if that one is not what is pinned now, or not theirs to replace.
          ConfigurationError: if it cannot be kept.
        """
        if self.replaceable(host, port) != instead_of_pem:
            raise CertificateChanged
        self._write({**self._read(), f"{host}:{port}": certificate_pem})
        self._note("replaced", host, port, certificate_pem, instead_of_pem)

    def note_changed(self, host: str, port: int, shown_pem: str, pinned_pem: str) -> None:
        """Keeps that a clinic has shown another certificate than the pinned one."""
        self._note("found changed", host, port, shown_pem, pinned_pem)

    def _note(
        self, event: str, host: str, port: int, certificate_pem: str, known_pem: str = ""
    ) -> None:
        at = datetime.fromtimestamp(self._now_s(), tz=UTC).isoformat(timespec="seconds")
        line = {"at": at, "event": event, "clinic": f"{host}:{port}"}
        line["fingerprint"] = fingerprint(certificate_pem).hex()
        if known_pem:
            line["known"] = fingerprint(known_pem).hex()
        # A pin must not fail because the trail cannot be written: the pin itself was kept.
        with contextlib.suppress(OSError), self._trail.open("a", encoding="utf-8") as trail:
            trail.write(json.dumps(line) + "\n")

    def _write(self, pins: dict[str, str]) -> None:
        fresh = self._path.with_suffix(".new")
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            fresh.write_text(json.dumps(pins, indent=1), encoding="utf-8")
            fresh.replace(self._path)
        except OSError as error:
            raise ConfigurationError(
                f"The certificate cannot be kept in {self._path.parent} ({error.strerror}). Make "
                "room there, then try again."
            ) from None

    def _read(self) -> dict[str, str]:
        if not self._path.is_file():
            return {}
        try:
            pins = json.loads(self._path.read_text(encoding="utf-8"))
        except ValueError:
            pins = None
        if not isinstance(pins, dict):
            # A damaged file must not make every clinic a stranger without a word.
            raise ConfigurationError(f"{self._path}: it is damaged; move it away to pin anew")
        return {str(key): str(value) for key, value in pins.items()}
