"""The secrets of a clinic and the private folder in which they lie, outside of the database.

Rules:
* The folder is the owner's alone (0700), each file too (0600); laxer modes are refused.
* The files are made together, once. When some are missing they are not made anew, because what
  the missing ones sealed would be lost without a word.
* The key-encryption key may be given from outside (a key service, the environment) instead.
"""

import os
import secrets
import stat
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from server.store.keys import KEY_BYTES, StoreKeys
from world.errors import ConfigurationError

_KEY_ENCRYPTION: Final = "key-encryption.key"
_NAMES: Final = ("blind-index.key", "audit-mac.key", "audit-signer.key", "pepper.key")


@dataclass(frozen=True, slots=True, repr=False)
class ClinicKeys:
    """Every secret of a clinic.

    Attributes:
      store: those of the database.
      pepper: joins each password before it is hashed.
    """

    store: StoreKeys
    pepper: bytes


def load_keys(folder: Path, key_encryption: bytes | None = None) -> ClinicKeys:
    """Returns the clinic's keys, made now if the folder has none yet.

    Args:
      folder: where the key files lie.
      key_encryption: 32 bytes that are used instead of the key-encryption file.

    Raises:
      ConfigurationError: if the folder or a file is open to others, incomplete or damaged.
    """
    make_private_folder(folder)
    names = (*_NAMES, *(() if key_encryption is not None else (_KEY_ENCRYPTION,)))
    missing = [name for name in names if not (folder / name).exists()]
    if len(missing) == len(names):
        for name in names:
            write_private(folder / name, secrets.token_bytes(KEY_BYTES))
    elif missing:
        raise ConfigurationError(
            f"key files: {', '.join(missing)} missing in {folder}; restore them from the backup"
            " that belongs to this clinic"
        )
    blind_index, audit_mac, signer, pepper = (_read_key(folder / name) for name in _NAMES)
    outer = key_encryption if key_encryption is not None else _read_key(folder / _KEY_ENCRYPTION)
    if len(outer) != KEY_BYTES:
        raise ConfigurationError(
            f"key encryption key: got {len(outer)} bytes, expected {KEY_BYTES}"
        )
    signing_key = Ed25519PrivateKey.from_private_bytes(signer)
    return ClinicKeys(StoreKeys(outer, blind_index, audit_mac, signing_key), pepper)


def make_private_folder(folder: Path) -> None:
    """Makes the folder for its owner alone, or checks that it is so.

    Raises:
      ConfigurationError: if others may enter it.
    """
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    _refuse_lax(folder, 0o700)


def write_private(path: Path, content: bytes) -> None:
    """Writes a file that only its owner may read, whole or not at all."""
    partial = path.with_name(f"{path.name}.partial")
    descriptor = os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    partial.replace(path)


def read_private(path: Path) -> bytes:
    """Returns the content of a file that only its owner may read.

    Raises:
      ConfigurationError: if others may read it.
    """
    _refuse_lax(path, 0o600)
    return path.read_bytes()


def _read_key(path: Path) -> bytes:
    content = read_private(path)
    if len(content) != KEY_BYTES:
        raise ConfigurationError(
            f"key file {path}: has {len(content)} bytes, expected {KEY_BYTES}; restore it"
        )
    return content


def _refuse_lax(path: Path, allowed: int) -> None:
    if os.name == "nt":  # the modes of Windows say nothing; the profile's folder is private there
        return
    mode = stat.S_IMODE(path.stat().st_mode)
    if mode & ~allowed:
        raise ConfigurationError(
            f"{path}: its mode is {mode:04o}, so that others can read it; allowed is"
            f" {allowed:04o}. Type: chmod {allowed:04o} {path}"
        )
