"""Errors of the store beyond the tree in `world.errors`.

* ClinicError
    * Fenced: another writer has appended to the stream; re-read it before the next write.
    * SealBroken: a sealed field does not belong where it lies, or was changed.
    * NotFound
        * Erased: the key of the field was destroyed on purpose.
    * StoreUnavailable
        * AuditUnavailable: the audit row cannot be written, so the operation is refused.
"""

from world.errors import ClinicError, NotFound, StoreUnavailable


class Fenced(ClinicError):
    """The stream has moved on: this writer is no longer its owner, or has not read it all."""


class SealBroken(ClinicError):
    """A sealed field was changed, moved or cut outside of the store."""


class Erased(NotFound):
    """The data key of this subject was destroyed; what it sealed cannot be read again."""


class AuditUnavailable(StoreUnavailable):
    """The audit trail cannot take the row, so nothing of the operation was done."""
