"""What people have settled between each other: blocks, agreements to hear, reports."""

from dataclasses import dataclass, field

from sqlalchemy import delete, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from server.store import statements
from server.store.data_keys import DataKeys, user_subject
from server.store.schema import BLOCK, REPORT, VOICE_AGREEMENT
from server.store.sealing import Place

Pair = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Report:
    """What one person says that another did.

    Attributes:
      id: uuid4 hex.
      reporter_id: user id of who says it.
      reported_id: user id of whom it is about.
      room_id: where it happened.
      at_s: when it was said, in seconds since the epoch.
      text: their words; sealed under the reporter's key.
    """

    id: str
    reporter_id: str
    reported_id: str
    room_id: str
    at_s: float
    text: str = field(repr=False)


class Relations:
    """Blocks, voice agreements and reports, within one transaction."""

    def __init__(self, connection: AsyncConnection, data_keys: DataKeys) -> None:
        self._connection = connection
        self._data_keys = data_keys

    async def block(self, blocker_id: str, blocked_id: str, at_s: float) -> None:
        """Lets one person block another."""
        statement = statements.insert(self._connection, BLOCK).values(
            blocker_id=blocker_id, blocked_id=blocked_id, at_s=at_s
        )
        await self._connection.execute(statement.on_conflict_do_nothing())

    async def unblock(self, blocker_id: str, blocked_id: str) -> None:
        """Takes the block back."""
        statement = delete(BLOCK).where(
            BLOCK.c.blocker_id == blocker_id, BLOCK.c.blocked_id == blocked_id
        )
        await self._connection.execute(statement)

    async def blocks(self) -> set[Pair]:
        """Returns every (blocker, blocked)."""
        rows = await self._connection.execute(select(BLOCK.c.blocker_id, BLOCK.c.blocked_id))
        return {(row.blocker_id, row.blocked_id) for row in rows}

    async def agree_to_voice(self, user_id: str, other_id: str, at_s: float) -> None:
        """Notes that one person wants to speak with another; both must, before they hear."""
        statement = statements.insert(self._connection, VOICE_AGREEMENT).values(
            user_id=user_id, other_id=other_id, agreed_at_s=at_s
        )
        await self._connection.execute(statement.on_conflict_do_nothing())

    async def withdraw_voice(self, user_id: str, other_id: str) -> None:
        """Takes the agreement back."""
        statement = delete(VOICE_AGREEMENT).where(
            VOICE_AGREEMENT.c.user_id == user_id, VOICE_AGREEMENT.c.other_id == other_id
        )
        await self._connection.execute(statement)

    async def voice_agreements(self) -> set[Pair]:
        """Returns every (who agreed, to whom); two people hear each other if both pairs exist."""
        statement = select(VOICE_AGREEMENT.c.user_id, VOICE_AGREEMENT.c.other_id)
        rows = await self._connection.execute(statement)
        return {(row.user_id, row.other_id) for row in rows}

    async def report(self, report: Report) -> None:
        """Keeps a report."""
        values = {name: getattr(report, name) for name in Report.__slots__}
        values["text"] = await self._data_keys.seal(_place(report), report.text.encode())
        await self._connection.execute(insert(REPORT).values(values))

    async def reports(self) -> list[Report]:
        """Returns every report, oldest first."""
        rows = await self._connection.execute(select(REPORT).order_by(REPORT.c.at_s))
        found = []
        for row in rows.mappings().all():
            sealed = Report(**{**row, "text": ""})
            text = (await self._data_keys.unseal(_place(sealed), row["text"])).decode()
            found.append(Report(**{**row, "text": text}))
        return found


def _place(report: Report) -> Place:
    return Place("report", "text", report.id, user_subject(report.reporter_id))
