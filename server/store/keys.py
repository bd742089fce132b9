"""The secrets that the store needs; where they come from is `server.auth.keys`' matter."""

import hashlib
import hmac
import unicodedata
from dataclasses import dataclass

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

KEY_BYTES = 32


@dataclass(frozen=True, slots=True, repr=False)
class StoreKeys:
    """The keys that never lie in the database.

    Attributes:
      key_encryption: wraps the data key of each subject (AES-256 key wrap).
      blind_index: makes sealed fields findable by their exact value (HMAC-SHA-256).
      audit_mac: chains the audit rows (HMAC-SHA-256).
      audit_signer: signs the audit anchors (Ed25519).
    """

    key_encryption: bytes
    blind_index: bytes
    audit_mac: bytes
    audit_signer: Ed25519PrivateKey

    def __post_init__(self) -> None:
        for name in ("key_encryption", "blind_index", "audit_mac"):
            length = len(getattr(self, name))
            if length != KEY_BYTES:
                raise ValueError(f"{name} has {length} bytes, expected {KEY_BYTES}")

    @property
    def key_encryption_id(self) -> str:
        """Returns a short name of the key-encryption key that tells nothing about it."""
        return hashlib.sha256(b"key-encryption-id" + self.key_encryption).hexdigest()[:16]

    def login_index(self, login: str) -> bytes:
        """Returns what a login is found by; spelling variants of one login give the same."""
        plain = unicodedata.normalize("NFKC", login).strip().casefold()
        return hmac.digest(self.blind_index, b"user.login\0" + plain.encode(), "sha256")

    def address_index(self, address: str) -> bytes:
        """Returns what a network address is counted by."""
        return hmac.digest(self.blind_index, b"sign-in.address\0" + address.encode(), "sha256")
