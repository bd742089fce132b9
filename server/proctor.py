"""Keeps the stations of the training rooms and the simulation's processes in step.

Strategy: the Clinic says which attempts there are and who looks on; the simulation's processes say
which attempts they hold. This module compares the two, twenty times a second and whenever either
changes: it has attempts begun, finished and forgotten, and tells the desk what the simulation
tells. Either side may die and come back knowing less, or more, than the other. What is shown again
at a station, from the record of an attempt, is held in the same way.

What a trainee sends goes on to the simulation at once, in a turn of the loop. A
scene's frame goes to each person who asked for it and may see it at that moment, without waiting:
who asks of access is asked anew whenever the Clinic has changed.

What is full and then: a few inputs of an attempt wait, and of more the oldest are left; who has too
much unsent misses frames, and gets a key frame once there is room again.
"""

import asyncio
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import structlog

from server import attempt_rows, telemetry
from server.audience import Audience
from server.gateway import Clocks, Session
from server.replays import Replays
from server.simulation import control
from server.simulation.link import LinkDown, SimulationEvent, SimulationLink
from server.store.store import Store
from server.websocket import frame_head
from sim.instruments import inputs as simulated
from world.clinic import Clinic
from world.errors import StoreUnavailable
from world.people import RoomId, UserId
from world.protocol import messages as m
from world.protocol import steering
from world.protocol.scene_lane import KEY
from world.training import news, views
from world.training.station import Attempt, Phase, Showing

KEY_FRAME = bytes((KEY,))
FOLLOW_S = 0.05
RECLAIM_S = 10.0
"""How long a simulation may be away before the attempts that it held are given up."""
ASK_KEY_S = 0.5
STORE_AGAIN_S = 1.0
LOST = "The simulation had to be started again, and the attempt is lost. What was recorded is kept."

_log = structlog.get_logger(__name__)


@dataclass(slots=True)
class _Held:
    """What is known here of an attempt that a simulation holds, or should.

    Attributes:
      link: to the simulation that has it; None if it is not known which.
      missing_since_s: since when no simulation has said that it has it.
      asked_s: when a key frame was last asked for, by tier.
      inputs: what is to go on to the simulation, with the sequence of each.
    """

    link: SimulationLink | None = None
    missing_since_s: float | None = None
    elapsed_s: float = 0.0
    limit_s: float = 0.0
    is_finished: bool = False
    shown: tuple[m.Tier, ...] = ()
    asked_s: dict[m.Tier, float] = field(default_factory=dict)
    inputs: deque[tuple[bytes, int]] = field(default_factory=lambda: deque(maxlen=steering.WAITING))


@dataclass(slots=True)
class _Looker:
    """Somebody who is sent frames; one who has missed one waits for a key frame."""

    room_id: RoomId
    tier: m.Tier
    session: Session
    is_waiting: bool = True


@dataclass(slots=True)
class _Steering:
    """The connection that steers an attempt, and the last sequence that came over it."""

    session: Session
    sequence: int


class Proctor:
    """The world's side of the simulation.

    Args:
      audience: how to reach people.
      store: what a trainee has practised before.
      clocks: where time comes from.
      tell: takes what the simulation tells, to the desk.
    """

    def __init__(
        self,
        audience: Audience,
        store: Store,
        clocks: Clocks,
        tell: Callable[[news.News], None],
    ) -> None:
        self._audience, self._store, self._tell = audience, store, tell
        self._loop_s = clocks.loop_s
        self._clinic: Callable[[], Clinic] | None = None
        self._links: dict[SimulationLink, control.Welcome | None] = {}
        self._held: dict[str, _Held] = {}
        self._judged: Clinic | None = None
        self._lookers: dict[UserId, _Looker] = {}
        self._steering: dict[str, _Steering] = {}
        self._told: dict[UserId, tuple[Session, RoomId, m.StationView]] = {}
        self._offered: dict[UserId, tuple[Session, RoomId, tuple[m.Procedure, ...]]] = {}
        self._is_flushing = False
        self._scoring: dict[str, asyncio.Task[None]] = {}
        self._replays = Replays(store, tell)

    def watch(self, links: list[SimulationLink], clinic: Callable[[], Clinic]) -> None:
        """Names the links to the simulation's processes, and where the truth is."""
        self._links = dict.fromkeys(links)
        self._clinic = clinic

    async def run(self) -> None:
        """Keeps both sides in step until cancelled."""
        try:
            while True:
                self.follow()
                await asyncio.sleep(FOLLOW_S)
        finally:
            self._replays.close()
            for task in self._scoring.values():
                task.cancel()

    # --- what trainees send

    def steer(self, session: Session, frame: bytes) -> None:
        """Takes what somebody asks of the instruments; of who practises nothing, it is dropped.

        Raises:
          RemoteProtocolError: if the frame is no input.
        """
        sequence, inputs = steering.decode(frame)
        simulated.unpack(inputs)
        clinic = self._judge()
        attempt = views.may_steer(clinic, session.user_id) if clinic is not None else None
        held = self._held.get(attempt.attempt_id) if attempt is not None else None
        is_current = self._audience.session_of(session.user_id) is session
        if attempt is None or held is None or not is_current:
            return
        known = self._steering.get(attempt.attempt_id)
        if known is not None and known.session is session:
            if not steering.is_newer(sequence, known.sequence):
                return
            known.sequence = sequence
        else:
            self._steering[attempt.attempt_id] = _Steering(session, sequence)
        held.inputs.append((inputs, sequence))
        if not self._is_flushing:
            self._is_flushing = True
            asyncio.get_running_loop().call_soon(self._flush)

    def _flush(self) -> None:
        self._is_flushing = False
        for attempt_id, held in self._held.items():
            if held.link is not None:
                for inputs, sequence in held.inputs:
                    held.link.send(control.Steer(attempt_id, inputs, sequence))
            held.inputs.clear()

    # --- what the simulation tells

    def heard(self, link: SimulationLink, event: SimulationEvent) -> None:
        """Takes notice of something that a simulation tells."""
        match event:
            case control.Welcome():
                self._welcomed(link, event)
            case LinkDown():
                self._went_down(link)
            case control.SceneFrame():
                self._show(event)
            case control.Occurred(attempt_id, happened):
                self._pass_on(attempt_id, happened)
            case control.Filmed():
                self._replays.heard(event)
            case _:
                self._progressed(event)

    def _progressed(
        self,
        event: control.Begun | control.Clock | control.Over | control.Failed | control.Scored,
    ) -> None:
        held = self._held.get(event.attempt)
        if held is None:
            return
        match event:
            case control.Begun(attempt_id, limit_s):
                held.limit_s = limit_s
                self._tell(news.Begun(attempt_id))
            case control.Clock(_, elapsed_s):
                held.elapsed_s = elapsed_s
            case control.Over(attempt_id):
                self._tell(news.Over(attempt_id))
            case control.Failed(attempt_id, sentence):
                self._tell(news.Lost(attempt_id, sentence))
                self._tell(news.NotShown(attempt_id, sentence))
            case control.Scored(attempt_id):
                if attempt_id not in self._scoring:
                    self._scoring[attempt_id] = asyncio.ensure_future(self._score(event))

    def _welcomed(self, link: SimulationLink, welcome: control.Welcome) -> None:
        before, self._links[link] = self._links[link], welcome
        is_new_run = before is not None and before.run != welcome.run
        _log.info("simulation.up", attempts=len(welcome.attempts))
        for attempt_id in welcome.attempts:
            held = self._held.setdefault(attempt_id, _Held())
            held.link, held.missing_since_s = link, None
            held.is_finished, held.shown = False, ()
        for attempt_id, held in self._held.items():
            if held.link is link and attempt_id not in welcome.attempts:
                held.link = None
                if is_new_run:
                    self._tell(news.Lost(attempt_id, LOST))
        self._offer()
        self._judged = None

    def _went_down(self, link: SimulationLink) -> None:
        _log.warning("simulation.down")
        now_s = self._loop_s()
        for held_id, held in self._held.items():
            if held.link is not link:
                continue
            if self._replays.restart(held_id):
                held.link, held.shown = None, ()
            else:
                held.missing_since_s = now_s
        self._judged = None
        self._offer()

    def _offer(self) -> None:
        """Tells what can be practised: what the processes that are up have in common."""
        welcomes = [one for link, one in self._links.items() if link.is_up and one is not None]
        self._tell(news.Offered(welcomes[0].procedures if welcomes else ()))

    def _pass_on(self, attempt_id: str, happened: m.Happened) -> None:
        clinic = self._judge()
        attempt = clinic.training.by_id(attempt_id) if clinic is not None else None
        if clinic is None or attempt is None:
            return
        for user_id, session in self._present(clinic, attempt.room_id):
            if views.may_watch(clinic, user_id):
                session.send(happened)

    async def _score(self, scored: control.Scored) -> None:
        """Finds out where the trainee stands with this result, and hands it on to be stored."""
        attempt_id = scored.attempt
        try:
            while (attempt := self._attempt(attempt_id)) is not None:
                try:
                    async with self._store.read() as work:
                        past = await work.attempts.scored(attempt.trainee_id, attempt.procedure)
                except StoreUnavailable:
                    telemetry.STORE_FAILURES.inc()
                    await asyncio.sleep(STORE_AGAIN_S)
                    continue
                progress = attempt_rows.progress_after(attempt.procedure, past, scored.verdict)
                self._tell(news.Scored(attempt_id, scored.verdict, progress, scored.seal))
                return
        finally:
            del self._scoring[attempt_id]

    def _attempt(self, attempt_id: str) -> Attempt | None:
        clinic = self._clinic() if self._clinic is not None else None
        return clinic.training.by_id(attempt_id) if clinic is not None else None

    # --- frames

    def _show(self, event: control.SceneFrame) -> None:
        held, clinic = self._held.get(event.attempt), self._judge()
        place = _place_of(clinic, event.attempt) if clinic is not None else None
        if held is None or place is None:
            return
        framed = frame_head(len(event.frame)) + event.frame
        is_key, is_wanted = event.frame[1:2] == KEY_FRAME, False
        for looker in self._lookers.values():
            if looker.room_id != place.room_id or looker.tier != event.tier:
                continue
            if is_key if looker.is_waiting else not event.is_asked:
                looker.is_waiting = not looker.session.socket.send_scene(framed)
            is_wanted |= looker.is_waiting and not looker.session.socket.is_stalled
        if is_wanted:
            self._ask_key(event.attempt, held, event.tier)

    def _ask_key(self, attempt_id: str, held: _Held, tier: m.Tier) -> None:
        now_s = self._loop_s()
        if held.link is not None and now_s - held.asked_s.get(tier, -ASK_KEY_S) >= ASK_KEY_S:
            held.asked_s[tier] = now_s
            held.link.send(control.AskKey(attempt_id, tier))

    # --- both sides in step

    def follow(self) -> None:
        """Brings the simulation in step with the Clinic, and tells people how stations stand."""
        clinic = self._judge()
        if clinic is None:
            return
        self._give_up(clinic)
        self._tell_stations(clinic)

    def _judge(self) -> Clinic | None:
        """Returns the Clinic; where it has changed, everything that follows is done first."""
        clinic = self._clinic() if self._clinic is not None else None
        if clinic is None or clinic is self._judged:
            return clinic
        self._judged = clinic
        attempts = {one.attempt_id: one for one in clinic.training.attempts.values()}
        showings = {one.replay_id: one for one in clinic.training.replays.values()}
        for attempt in attempts.values():
            self._place(attempt)
        for attempt_id in [one for one in self._held if one not in {*attempts, *showings}]:
            self._let_go(attempt_id)
        self._replays.keep(showings)
        self._look(clinic)
        for showing in showings.values():
            self._place_replay(showing)
            self._set_tiers(showing.replay_id, showing.room_id)
        for attempt in attempts.values():
            self._set_tiers(attempt.attempt_id, attempt.room_id)
        return clinic

    def _place(self, attempt: Attempt) -> None:
        held = self._held.setdefault(attempt.attempt_id, _Held())
        if held.link is None and attempt.phase is Phase.PREPARING:
            held.link = self._idlest()
            if held.link is not None:
                held.missing_since_s = None
                held.link.send(
                    control.Begin(
                        attempt.attempt_id,
                        attempt.procedure,
                        attempt.seed,
                        attempt.is_left_handed,
                    )
                )
        if held.link is None and held.missing_since_s is None:
            held.missing_since_s = self._loop_s()
        if attempt.phase is Phase.SCORING and held.link is not None and not held.is_finished:
            held.is_finished = True
            held.link.send(control.Finish(attempt.attempt_id))

    def _place_replay(self, showing: Showing) -> None:
        """Lets a process show an attempt again, once it is known whose it is."""
        if not self._replays.is_found(showing, self._judge_anew):
            return
        held = self._held.setdefault(showing.replay_id, _Held())
        held.link = held.link or self._idlest()
        if held.link is not None:
            self._replays.steer(showing, held.link)

    def _judge_anew(self) -> None:
        self._judged = None

    def _idlest(self) -> SimulationLink | None:
        """Returns the link to the process that has the fewest attempts; None if none is up."""
        up = [link for link in self._links if link.is_up]
        holders = [held.link for held in self._held.values()]
        return min(up, key=holders.count, default=None)

    def _let_go(self, attempt_id: str) -> None:
        held = self._held.pop(attempt_id)
        self._steering.pop(attempt_id, None)
        if held.link is not None:
            held.link.send(control.Forget(attempt_id))

    def _give_up(self, clinic: Clinic) -> None:
        """Gives up the attempts that no simulation has said to have for too long."""
        now_s = self._loop_s()
        for attempt_id, held in list(self._held.items()):
            since_s = held.missing_since_s
            if since_s is not None and now_s - since_s > RECLAIM_S:
                held.missing_since_s = now_s
                if clinic.training.by_id(attempt_id) is not None:
                    self._tell(news.Lost(attempt_id, LOST))

    def _look(self, clinic: Clinic) -> None:
        """Finds out who is to be sent frames; whoever is new waits for a key frame."""
        lookers: dict[UserId, _Looker] = {}
        for user_id, tier in clinic.training.watching.items():
            session, body = self._audience.session_of(user_id), clinic.bodies.get(user_id)
            if session is None or body is None or not views.may_watch(clinic, user_id):
                continue
            known = self._lookers.get(user_id)
            looker = _Looker(body.room_id, tier, session)
            if known is not None and _is_same(known, looker):
                looker = known
            lookers[user_id] = looker
        self._lookers = lookers

    def _set_tiers(self, attempt_id: str, room_id: RoomId) -> None:
        held = self._held.get(attempt_id)
        wanted = {one.tier for one in self._lookers.values() if one.room_id == room_id}
        tiers: tuple[m.Tier, ...] = tuple(sorted(wanted))
        if held is not None and held.link is not None and held.shown != tiers:
            held.shown = tiers
            held.link.send(control.Show(attempt_id, tiers))

    # --- how it stands at the stations

    def _tell_stations(self, clinic: Clinic) -> None:
        present: Mapping[UserId, Session] = {
            user_id: session
            for room_id in clinic.visits.training_room_ids
            for user_id, session in self._present(clinic, room_id)
        }
        self._replays.tell_only(present)
        for told in (self._told, self._offered):
            for user_id in [one for one in told if one not in present]:
                del told[user_id]
        for user_id, session in present.items():
            self._tell_station(clinic, user_id, session)
            self._replays.tell(clinic, user_id, session)

    def _tell_station(self, clinic: Clinic, user_id: UserId, session: Session) -> None:
        room_id = clinic.bodies[user_id].room_id
        attempt = clinic.training.attempts.get(room_id)
        held = self._held.get(attempt.attempt_id) if attempt is not None else None
        elapsed_s, limit_s = (float(int(held.elapsed_s)), held.limit_s) if held else (0.0, 0.0)
        view = views.station(clinic, user_id, elapsed_s, limit_s)
        if view is None:
            return
        offered = (session, room_id, clinic.training.offered)
        if self._offered.get(user_id) != offered:
            self._offered[user_id] = offered
            session.send(m.Procedures(clinic.training.offered))
        told = (session, room_id, view)
        if self._told.get(user_id) != told:
            self._told[user_id] = told
            session.send(view)

    def _present(self, clinic: Clinic, room_id: RoomId) -> list[tuple[UserId, Session]]:
        """Returns who is in a room and has been told so."""
        found = []
        for person in clinic.visits.inside(room_id):
            session = self._audience.session_of(person.user_id)
            if session is not None and self._audience.room_seen(person.user_id) == room_id:
                found.append((person.user_id, session))
        return found


def _place_of(clinic: Clinic, attempt_id: str) -> Attempt | Showing | None:
    """Returns the attempt or the showing of an id, None if it is no more."""
    return clinic.training.by_id(attempt_id) or clinic.training.replay(attempt_id)


def _is_same(one: _Looker, other: _Looker) -> bool:
    is_same_place = one.room_id == other.room_id and one.session is other.session
    return is_same_place and one.tier == other.tier
