"""Which requests of each person were answered, so that one sent again is not done again."""

import json
from collections.abc import Mapping

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from server.store import statements
from server.store.data_keys import DataKeys, user_subject
from server.store.schema import ANSWERS
from server.store.sealing import Place

Refused = tuple[tuple[int, int, str], ...]
"""(request id, refusal code, sentence) of each refused request that may be asked again."""


class Answers:
    """The answered requests, within one transaction."""

    def __init__(self, connection: AsyncConnection, data_keys: DataKeys) -> None:
        self._connection = connection
        self._data_keys = data_keys

    async def put(self, answers: Mapping[str, tuple[int, Refused]]) -> None:
        """Writes, by user id, the last answered request and those that were refused."""
        await self._data_keys.load(user_subject(user_id) for user_id in answers)
        for user_id, (last_request, refused) in sorted(answers.items()):
            sealed = await self._data_keys.seal(_place(user_id), json.dumps(refused).encode())
            row = statements.insert(self._connection, ANSWERS).values(
                user_id=user_id, last_request=last_request, refused=sealed
            )
            changed = {"last_request": last_request, "refused": sealed}
            await self._connection.execute(
                row.on_conflict_do_update(index_elements=["user_id"], set_=changed)
            )

    async def everybody(self) -> dict[str, tuple[int, Refused]]:
        """Returns, by user id, the last answered request and those that were refused."""
        rows = (await self._connection.execute(select(ANSWERS))).mappings().all()
        await self._data_keys.load(user_subject(row["user_id"]) for row in rows)
        answers: dict[str, tuple[int, Refused]] = {}
        for row in rows:
            plain = await self._data_keys.unseal(_place(row["user_id"]), row["refused"])
            refused = tuple((int(r), int(c), str(text)) for r, c, text in json.loads(plain))
            answers[row["user_id"]] = (row["last_request"], refused)
        return answers


def _place(user_id: str) -> Place:
    return Place("answers", "refused", user_id, user_subject(user_id))
