"""The audit trail: who did what to whom, written in the transaction that does it.

An operation whose row cannot be written is not done: both are in one transaction. The rows of a
transaction are written as its last act, so that the trail's one lock is held briefly and last.
An anchor is kept in the database and then mirrored to a file; when the file cannot take it, the
next audited operation is refused until it can.
"""

import asyncio
import json
import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from sqlalchemy import insert, select, update
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncConnection

from server.store import statements
from server.store.audit_chain import (
    FIRST_MAC,
    Anchor,
    AuditRecord,
    ChainReader,
    anchor_faults,
    chain,
    parse_anchor,
    sign_anchor,
)
from server.store.errors import AuditUnavailable
from server.store.keys import StoreKeys
from server.store.schema import AUDIT, AUDIT_ANCHOR, AUDIT_HEAD, as_bytes

_REFUSED: Final = (
    "The audit trail cannot be written now, so nothing was done: see that the database and the"
    " anchor file can be written and have room, then try again."
)
_PAGE_ROWS: Final = 1000
_APPEND: Final = os.O_WRONLY | os.O_APPEND | os.O_CREAT


@dataclass(frozen=True, slots=True)
class AuditRow:
    """One row of the trail; `body` is canonical JSON."""

    seq: int
    body: bytes
    mac: bytes

    def record(self) -> AuditRecord:
        """Returns what the row says."""
        return AuditRecord(**json.loads(self.body))


@dataclass(frozen=True, slots=True)
class AuditVerdict:
    """What a verification found; whole if there are no faults."""

    rows: int
    anchors: int
    not_anchored: int
    faults: tuple[str, ...]


class AnchorFile:
    """The anchors outside of the database, one a line: signature, space, body."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def read(self) -> list[Anchor]:
        """Returns the anchors in the file; a line cut by a crash is no anchor.

        Raises:
          AuditUnavailable: if the file is there and cannot be read.
        """
        try:
            lines = self.path.read_bytes().splitlines() if self.path.exists() else []
        except OSError as error:
            raise AuditUnavailable(f"the anchor file {self.path} cannot be read") from error
        # Leaving out what is damaged hides nothing: each anchor names the one before it.
        return [anchor for anchor in map(_parse, lines) if anchor is not None]

    def append(self, anchors: Sequence[Anchor]) -> None:
        """Adds the anchors and flushes them to the disk.

        Raises:
          AuditUnavailable: if the file cannot take them.
        """
        lines = [anchor.signature.hex().encode() + b" " + anchor.body for anchor in anchors]
        try:
            with os.fdopen(os.open(self.path, _APPEND, 0o600), "wb") as file:
                # A line that a full disk or a crash cut short stays alone.
                file.write(b"\n" + b"\n".join(lines) + b"\n")
                file.flush()
                os.fsync(file.fileno())
        except OSError as error:
            raise AuditUnavailable(_REFUSED) from error


class AuditTrail:
    """What one store knows of the trail between transactions."""

    def __init__(self, keys: StoreKeys, file: AnchorFile, anchor_every: int) -> None:
        self._keys = keys
        self._file = file
        self._anchor_every = anchor_every
        self._to_mirror: list[Anchor] = []

    async def write(
        self, connection: AsyncConnection, records: Sequence[AuditRecord]
    ) -> Anchor | None:
        """Writes the rows of a transaction, and the anchor that falls due; returns that.

        Raises:
          AuditUnavailable: if they cannot be written; the transaction must not be committed.
        """
        await self.mirror([])
        try:
            seq, mac = await _lock_head(connection)
            rows = []
            for record in records:
                seq += 1
                body = record.body()
                mac = chain(self._keys.audit_mac, mac, seq, body)
                rows.append({"seq": seq, "body": body, "mac": mac})
            await connection.execute(insert(AUDIT), rows)
            await connection.execute(update(AUDIT_HEAD).values(seq=seq, mac=mac))
            return await self.anchor(connection, self._anchor_every)
        except (SQLAlchemyError, OSError) as error:
            raise AuditUnavailable(_REFUSED) from error

    async def anchor(self, connection: AsyncConnection, at_least: int) -> Anchor | None:
        """Signs the rows that no anchor covers, if there are so many; returns the new anchor."""
        seq, _ = await _lock_head(connection)
        previous = await _last_anchor(connection)
        covered = 0 if previous is None else previous.last_seq
        if seq - covered < at_least:
            return None
        statement = select(AUDIT.c.mac).where(AUDIT.c.seq > covered).order_by(AUDIT.c.seq)
        macs = [bytes(mac) for mac in (await connection.execute(statement)).scalars()]
        anchor = sign_anchor(self._keys.audit_signer, previous, macs)
        values = {
            "last_seq": anchor.last_seq,
            "body": anchor.body,
            "signature": anchor.signature,
        }
        await connection.execute(insert(AUDIT_ANCHOR).values(values))
        return anchor

    async def mirror(self, anchors: Sequence[Anchor]) -> None:
        """Brings committed anchors, these and those left over, into the file.

        Raises:
          AuditUnavailable: if the file cannot take them; they are kept for the next time.
        """
        waiting, self._to_mirror = [*self._to_mirror, *anchors], []
        if not waiting:
            return
        try:
            await asyncio.to_thread(self._file.append, waiting)
        except AuditUnavailable:
            self._to_mirror = [*waiting, *self._to_mirror]
            raise

    async def not_mirrored(self, connection: AsyncConnection) -> list[Anchor]:
        """Returns the anchors whose process died between the database and the file."""
        known = {anchor.body for anchor in await asyncio.to_thread(self._file.read)}
        key = self._keys.audit_signer.public_key()
        anchors = await _anchors(connection)
        return [a for a in anchors if a.body not in known and a.is_signed_by(key)]

    async def verify(self, connection: AsyncConnection) -> AuditVerdict:
        """Returns whether the whole trail is as it was written."""
        # The file before the rows: what another process adds meanwhile can then not look cut off.
        in_file = await asyncio.to_thread(self._file.read)
        in_database = await _anchors(connection)
        both = {anchor.body: anchor for anchor in [*in_database, *in_file]}
        anchors = sorted(both.values(), key=lambda anchor: anchor.last_seq)
        faults = anchor_faults(anchors, self._keys.audit_signer.public_key())
        for last_seq in sorted({anchor.last_seq for anchor in set(in_file) - set(in_database)}):
            faults.append(f"the anchor at row {last_seq} is not in the database any more")
        reader = ChainReader(self._keys.audit_mac, anchors)
        after = 0
        while rows := await read_rows(connection, after, _PAGE_ROWS):
            for row in rows:
                reader.read(row.seq, row.body, row.mac)
            after = rows[-1].seq
        reader.end()
        head = (await connection.execute(select(AUDIT_HEAD.c.seq, AUDIT_HEAD.c.mac))).first()
        found = (0, FIRST_MAC) if head is None else (int(head.seq), as_bytes(head.mac))
        if not reader.faults and found != (reader.rows, reader.mac):
            faults.append(f"the end was cut off: row {found[0]} was written, {reader.rows} remain")
        return AuditVerdict(
            reader.rows, len(anchors), reader.not_anchored, (*faults, *reader.faults)
        )


class Audit:
    """The audit trail within one transaction."""

    def __init__(self, connection: AsyncConnection, trail: AuditTrail) -> None:
        self._connection = connection
        self._trail = trail
        self._records: list[AuditRecord] = []
        self._anchors: list[Anchor] = []

    def record(self, record: AuditRecord) -> None:
        """Notes what this transaction does; written as its last act, or the whole is refused."""
        self._records.append(record)

    async def read_after(self, seq: int, limit: int) -> list[AuditRow]:
        """Returns at most `limit` rows after this number, in order."""
        return await read_rows(self._connection, seq, limit)

    async def read_before(self, seq: int | None, limit: int) -> list[AuditRow]:
        """Returns at most `limit` rows before this number, or the last ones, newest first."""
        statement = select(AUDIT).order_by(AUDIT.c.seq.desc()).limit(limit)
        if seq is not None:
            statement = statement.where(AUDIT.c.seq < seq)
        rows = await self._connection.execute(statement)
        return [AuditRow(row.seq, as_bytes(row.body), as_bytes(row.mac)) for row in rows]

    async def anchor(self) -> None:
        """Signs what no anchor covers yet."""
        anchor = await self._trail.anchor(self._connection, at_least=1)
        self._anchors += [] if anchor is None else [anchor]

    async def finish(self) -> None:
        """Writes what was recorded.

        Raises:
          AuditUnavailable: if it cannot be written; the transaction must not be committed.
        """
        if self._records:
            anchor = await self._trail.write(self._connection, self._records)
            self._anchors += [] if anchor is None else [anchor]

    async def committed(self) -> None:
        """Mirrors the anchors that this transaction made.

        Raises:
          AuditUnavailable: if the file cannot take them; the transaction stands all the same,
            and the next audited one is refused.
        """
        await self._trail.mirror(self._anchors)


async def read_rows(connection: AsyncConnection, after: int, limit: int) -> list[AuditRow]:
    """Returns at most `limit` rows after this number, in order."""
    statement = select(AUDIT).where(AUDIT.c.seq > after).order_by(AUDIT.c.seq).limit(limit)
    rows = await connection.execute(statement)
    return [AuditRow(row.seq, as_bytes(row.body), as_bytes(row.mac)) for row in rows]


async def _lock_head(connection: AsyncConnection) -> tuple[int, bytes]:
    first = statements.insert(connection, AUDIT_HEAD).values(id=1, seq=0, mac=FIRST_MAC)
    await connection.execute(first.on_conflict_do_nothing())
    # SQLite's write transaction holds the lock already, and leaves FOR UPDATE out.
    statement = select(AUDIT_HEAD.c.seq, AUDIT_HEAD.c.mac).with_for_update()
    row = (await connection.execute(statement)).one()
    return int(row.seq), as_bytes(row.mac)


async def _anchors(connection: AsyncConnection) -> list[Anchor]:
    rows = await connection.execute(select(AUDIT_ANCHOR).order_by(AUDIT_ANCHOR.c.last_seq))
    found = [parse_anchor(as_bytes(row.body), as_bytes(row.signature)) for row in rows]
    return [anchor for anchor in found if anchor is not None]


async def _last_anchor(connection: AsyncConnection) -> Anchor | None:
    newest = select(AUDIT_ANCHOR).order_by(AUDIT_ANCHOR.c.last_seq.desc()).limit(1)
    row = (await connection.execute(newest)).first()
    if row is None:
        return None
    anchor = parse_anchor(as_bytes(row.body), as_bytes(row.signature))
    if anchor is None:
        raise AuditUnavailable(_REFUSED)
    return anchor


def _parse(line: bytes) -> Anchor | None:
    signature, _, body = line.partition(b" ")
    try:
        return parse_anchor(body, bytes.fromhex(signature.decode("ascii")))
    except ValueError:
        return None
