"""Envelope encryption: one data key a subject, wrapped by the key-encryption key.

A subject is whose a sealed field is: `user:<id>`, `room:<id>`, `clinic`. Destroying the wrapped
keys of a subject makes what they sealed unreadable at once, in every process and in every later
copy of the database.
"""

from collections import OrderedDict
from collections.abc import Iterable
from typing import Final

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.keywrap import InvalidUnwrap, aes_key_unwrap, aes_key_wrap
from sqlalchemy import RowMapping, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from server.store.errors import Erased, SealBroken
from server.store.keys import StoreKeys
from server.store.schema import DATA_KEY
from server.store.sealing import DataKey, Place, Sealed, seal, unseal
from server.store.statements import in_batches, insert
from world.errors import ConfigurationError

CLINIC_SUBJECT: Final = "clinic"
_DATA_KEY_BITS = 256


def user_subject(user_id: str) -> str:
    """Returns the subject of what belongs to one person, their event stream included."""
    return f"user:{user_id}"


class KeyWrapping:
    """Wraps and unwraps data keys; full: the longest unused unwrapped one is forgotten."""

    def __init__(self, keys: StoreKeys, limit: int = 4096) -> None:
        self.key_encryption_id = keys.key_encryption_id
        self._key_encryption = keys.key_encryption
        self._limit = limit
        # By the wrapped bytes, so that a rollback or a rotation elsewhere never finds a stale key.
        self._unwrapped: OrderedDict[bytes, AESGCM] = OrderedDict()

    def new(self) -> bytes:
        """Returns a new data key, wrapped."""
        return aes_key_wrap(self._key_encryption, AESGCM.generate_key(_DATA_KEY_BITS))

    def unwrap(self, row: RowMapping) -> DataKey:
        """Returns the key of a `data_key` row.

        Raises:
          Erased: if the key was destroyed.
          ConfigurationError: if the database belongs to other key files.
          SealBroken: if the wrapped key was changed.
        """
        if row["wrapped"] is None:
            raise Erased(f"the data key of {row['subject']} was destroyed")
        if row["key_encryption_id"] != self.key_encryption_id:
            raise ConfigurationError(
                f"key encryption key: got {self.key_encryption_id}, but this database was sealed"
                f" under {row['key_encryption_id']}; restore the key files that belong to it"
            )
        return DataKey(row["version"], self._aead(row["subject"], bytes(row["wrapped"])))

    def _aead(self, subject: str, wrapped: bytes) -> AESGCM:
        aead = self._unwrapped.get(wrapped)
        if aead is None:
            try:
                aead = AESGCM(aes_key_unwrap(self._key_encryption, wrapped))
            except (InvalidUnwrap, ValueError):
                raise SealBroken(f"the data key of {subject} was changed") from None
            self._unwrapped[wrapped] = aead
            if len(self._unwrapped) > self._limit:
                self._unwrapped.popitem(last=False)
        self._unwrapped.move_to_end(wrapped)
        return aead


class DataKeys:
    """The data keys as one transaction sees them."""

    def __init__(self, connection: AsyncConnection, wrapping: KeyWrapping) -> None:
        self._connection = connection
        self._wrapping = wrapping
        self._rows: dict[str, dict[int, RowMapping]] = {}

    async def seal(self, place: Place, plaintext: bytes) -> Sealed:
        """Returns the plaintext sealed under its subject's current key."""
        return seal(await self.current(place.subject), place, plaintext)

    async def unseal(self, place: Place, sealed: Sealed) -> bytes:
        """Returns the plaintext of a sealed field.

        Raises:
          SealBroken: if the field was changed or moved.
          Erased: if its key was destroyed.
        """
        versions = await self._versions(place.subject)
        row = versions.get(sealed.key_version)
        if row is None:
            raise SealBroken(f"{place.subject} has no data key of version {sealed.key_version}")
        return unseal(self._wrapping.unwrap(row), place, sealed)

    async def current(self, subject: str) -> DataKey:
        """Returns the newest key of the subject, made now if there is none."""
        versions = await self._versions(subject)
        if not versions or versions[max(versions)]["wrapped"] is None:
            versions = await self.rotate(subject)
        return self._wrapping.unwrap(versions[max(versions)])

    async def rotate(self, subject: str) -> dict[int, RowMapping]:
        """Makes a new key for what is sealed from now on; the old ones still open their fields."""
        versions = await self._versions(subject)
        values = {
            "subject": subject,
            "version": max(versions, default=0) + 1,
            "key_encryption_id": self._wrapping.key_encryption_id,
            "wrapped": self._wrapping.new(),
        }
        # A second process may have made the same version just now: then its key is used.
        statement = insert(self._connection, DATA_KEY).values(values).on_conflict_do_nothing()
        await self._connection.execute(statement)
        await self.load([subject])
        return self._rows[subject]

    async def erase(self, subject: str) -> None:
        """Destroys every key of the subject."""
        self._rows.pop(subject, None)
        statement = update(DATA_KEY).where(DATA_KEY.c.subject == subject).values(wrapped=None)
        await self._connection.execute(statement)

    async def load(self, subjects: Iterable[str]) -> None:
        """Reads the keys of many subjects at once, before many fields are opened."""
        for some in in_batches(sorted(set(subjects))):
            self._rows.update({subject: {} for subject in some})
            statement = select(DATA_KEY).where(DATA_KEY.c.subject.in_(some))
            for row in (await self._connection.execute(statement)).mappings():
                self._rows[row["subject"]][row["version"]] = row

    async def _versions(self, subject: str) -> dict[int, RowMapping]:
        if subject not in self._rows:
            await self.load([subject])
        return self._rows[subject]
