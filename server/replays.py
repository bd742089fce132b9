"""What is shown again at the stations, between the Clinic and the simulation that plays it.

The Clinic says what is to be shown and how it goes on; the store says whether the attempt is that
of the trainee who was named, and has a record; a simulation's process plays it. A process that is
gone takes a replay with it: it is begun anew wherever there is room, and nobody is told more than
that it goes on from the beginning.
"""

import asyncio
from collections.abc import Callable, Collection
from dataclasses import dataclass

from server import telemetry
from server.gateway import Session
from server.simulation import control
from server.simulation.link import SimulationLink
from server.store.store import Store
from world.clinic import Clinic
from world.errors import StoreUnavailable
from world.people import UserId
from world.protocol import messages as m
from world.training import debrief, news, views
from world.training.station import Showing

STORE_AGAIN_S = 1.0
NO_RECORD = "There is no record of this attempt any more."


@dataclass(slots=True)
class _Known:
    """What is known of a replay whose attempt was found.

    Attributes:
      turn: the last one that its simulation was told; None before the first.
      filmed: how far its record was played; None before that is told.
    """

    turn: int | None = None
    filmed: control.Filmed | None = None


class Replays:
    """All that is shown again.

    Args:
      store: whose attempts are whose.
      tell: takes news for the desk.
    """

    def __init__(self, store: Store, tell: Callable[[news.News], None]) -> None:
        self._store, self._tell = store, tell
        self._known: dict[str, _Known] = {}
        self._finding: dict[str, asyncio.Task[None]] = {}
        self._told: dict[UserId, tuple[Session, m.ReplayView]] = {}

    def close(self) -> None:
        """Ends what is being looked up."""
        for task in self._finding.values():
            task.cancel()

    def is_found(self, showing: Showing, then: Callable[[], None]) -> bool:
        """Returns whether an attempt may be shown; looks it up, and calls `then`, if need be."""
        if showing.replay_id in self._known:
            return True
        if showing.replay_id not in self._finding:
            task = asyncio.ensure_future(self._find(showing, then))
            self._finding[showing.replay_id] = task
        return False

    def steer(self, showing: Showing, link: SimulationLink) -> None:
        """Lets a simulation begin a replay, or go on with it in another way."""
        known = self._known[showing.replay_id]
        is_new = known.turn is None
        if is_new:
            link.send(control.Film(showing.replay_id, showing.attempt_id))
        if known.turn != showing.turn:
            known.turn = showing.turn
            at_s = None if is_new else showing.at_s
            link.send(control.Play(showing.replay_id, showing.is_playing, showing.speed, at_s))

    def heard(self, filmed: control.Filmed) -> None:
        """Takes notice of how far a record was played."""
        if filmed.showing in self._known:
            self._known[filmed.showing].filmed = filmed

    def restart(self, replay_id: str) -> bool:
        """Takes notice that a simulation is gone; returns whether this replay was played by it."""
        if replay_id not in self._known:
            return False
        self._known[replay_id] = _Known()
        return True

    def keep(self, replay_ids: Collection[str]) -> None:
        """Forgets all other replays."""
        for replay_id in [one for one in self._known if one not in replay_ids]:
            del self._known[replay_id]

    def tell(self, clinic: Clinic, user_id: UserId, session: Session) -> None:
        """Tells somebody in a training room how it stands with what is shown again there."""
        showing = clinic.training.replays.get(clinic.bodies[user_id].room_id)
        known = self._known.get(showing.replay_id) if showing is not None else None
        if showing is None or known is None or known.filmed is None:
            self._told.pop(user_id, None)
        elif views.may_watch(clinic, user_id):
            told = (session, _view(clinic, user_id, showing, known.filmed))
            if self._told.get(user_id) != told:
                self._told[user_id] = told
                session.send(told[1])

    def tell_only(self, user_ids: Collection[UserId]) -> None:
        """Forgets what was told to anybody else."""
        for user_id in [one for one in self._told if one not in user_ids]:
            del self._told[user_id]

    async def _find(self, showing: Showing, then: Callable[[], None]) -> None:
        """Makes sure that an attempt is that of the trainee who was named, and has a record."""
        try:
            while True:
                try:
                    async with self._store.read() as work:
                        found = await work.attempts.find(showing.attempt_id)
                    break
                except StoreUnavailable:
                    telemetry.STORE_FAILURES.inc()
                    await asyncio.sleep(STORE_AGAIN_S)
            is_theirs = found is not None and found.trainee_id == showing.trainee_id
            if found is not None and is_theirs and found.record_seal is not None:
                self._known[showing.replay_id] = _Known()
                then()
            else:
                self._tell(news.NotShown(showing.replay_id, NO_RECORD))
        finally:
            del self._finding[showing.replay_id]


def _view(
    clinic: Clinic, viewer_id: UserId, showing: Showing, filmed: control.Filmed
) -> m.ReplayView:
    return m.ReplayView(
        showing.attempt_id,
        filmed.procedure,
        filmed.is_playing,
        showing.speed,
        filmed.duration_s,
        filmed.ready_s,
        filmed.marks,
        debrief.may_steer(clinic, viewer_id, showing),
        filmed.starts_s,
    )
