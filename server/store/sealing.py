"""Sealed fields: AES-256-GCM bound to the very place where the field lies.

Rules:
* header = version, data key version, nonce; then the ciphertext with its tag.
* authenticated data = header, table, column, row id, subject, each part length-prefixed, so
  that no two places share it: a field moved to another column, row or subject does not open.
* nonces are random; NIST SP 800-38D section 8.3 allows 2^32 fields under one data key.
"""

import os
import struct
from dataclasses import dataclass

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from server.store.errors import SealBroken

VERSION = 1
_HEADER = struct.Struct(">BI12s")
_NONCE_BYTES = 12
_TAG_BYTES = 16


@dataclass(frozen=True, slots=True)
class Place:
    """Where one sealed field lies, and whose it is."""

    table: str
    column: str
    row_id: str
    subject: str


@dataclass(frozen=True, slots=True, repr=False)
class DataKey:
    """One version of a subject's data key, unwrapped."""

    version: int
    aead: AESGCM


@dataclass(frozen=True, slots=True, repr=False)
class Sealed:
    """A sealed field as it lies in the database; the only thing a sealed column accepts."""

    blob: bytes

    @property
    def key_version(self) -> int:
        """Returns the version of the data key that opens it."""
        return _header(self.blob)[0]


def seal(key: DataKey, place: Place, plaintext: bytes) -> Sealed:
    """Returns the plaintext sealed for this place."""
    nonce = os.urandom(_NONCE_BYTES)
    header = _HEADER.pack(VERSION, key.version, nonce)
    return Sealed(header + key.aead.encrypt(nonce, plaintext, _authenticated(header, place)))


def unseal(key: DataKey, place: Place, sealed: Sealed) -> bytes:
    """Returns the plaintext.

    Raises:
      SealBroken: if the field was changed, cut, or comes from another place.
    """
    _, nonce = _header(sealed.blob)
    header, body = sealed.blob[: _HEADER.size], sealed.blob[_HEADER.size :]
    try:
        return key.aead.decrypt(nonce, body, _authenticated(header, place))
    except InvalidTag:
        raise SealBroken(
            f"{place.table}.{place.column} of row {place.row_id} does not open in its place"
        ) from None


def _header(blob: bytes) -> tuple[int, bytes]:
    if len(blob) < _HEADER.size + _TAG_BYTES:
        raise SealBroken(f"a sealed field has {len(blob)} bytes, too few to be whole")
    version, key_version, nonce = _HEADER.unpack_from(blob)
    if version != VERSION:
        raise SealBroken(f"a sealed field has version {version}, expected {VERSION}")
    return key_version, nonce


def _authenticated(header: bytes, place: Place) -> bytes:
    parts = (place.table, place.column, place.row_id, place.subject)
    encoded = [part.encode() for part in parts]
    return header + b"".join(struct.pack(">H", len(part)) + part for part in encoded)
