"""Tells each connected person what changed for them, and nothing else.

Strategy: for every viewer it keeps what was sent. After a batch the bodies of the motion lane are
brought in step with the Clinic at once (`move`), so that no pose crosses a door that has closed.
Then world/views.py is asked for the people, doors and queue that the batch may have changed, and
the difference is sent (`inform`, `tell`), with a pause for the ticks after every PAUSE_AFTER views.
Until somebody has the view of their new room they get none of its poses.
"""

import asyncio
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from server import telemetry
from server.gateway import Session
from server.motion_lane import MotionLane
from server.store.event_log import LoggedEvent
from world import avatar, queue, views
from world.clinic import Clinic
from world.geometry import FloatArray, Vector
from world.outcome import Happening
from world.past import told_now
from world.people import ConnectionId, RoomId, UserId, VisitId
from world.protocol import messages as m
from world.protocol.codec import decode_event_body, encode_server_message
from world.protocol.session import SessionState
from world.sight import Sight
from world.visit_records import Visits

QUEUE_REFRESH_S = 15.0
PAUSE_AFTER = 400
NONE_ASKED = m.Invitations(())


@dataclass(slots=True)
class Viewer:
    """One connected person, and what was sent to them."""

    session: Session
    room_id: RoomId | None = None
    own_slot: int = -1
    stream: str = ""
    people: dict[UserId, m.Person] = field(default_factory=dict)
    doors: tuple[m.DoorState, ...] = ()
    queue: m.QueuePlace | m.QueueView | None = None
    queue_sent_s: float = 0.0
    invitations: m.Invitations = NONE_ASKED


@dataclass(slots=True)
class Row:
    """A body in the motion lane."""

    room_id: RoomId
    slot: int
    row: int


class Letters:
    """Messages as bytes: what many get is encoded once."""

    def __init__(self) -> None:
        self._written: dict[m.ServerMessage, bytes] = {}

    def write(self, message: m.ServerMessage) -> bytes:
        """Returns the bytes of a message."""
        written = self._written.get(message)
        if written is None:
            written = self._written[message] = encode_server_message(message)
        return written


class Audience:
    """Everybody who is connected, and all bodies.

    Args:
      lane: moves and sends the bodies.
      tick_hz: told to clients.
    """

    def __init__(self, lane: MotionLane, tick_hz: float) -> None:
        self._lane = lane
        self._tick_hz = tick_hz
        self._viewers: dict[UserId, Viewer] = {}
        self._rows: dict[UserId, Row] = {}
        self._user_of_row: dict[int, UserId] = {}
        self._open_doors: dict[RoomId, frozenset[str]] = {}
        self._sight: Sight | None = None
        self._looked = 0
        self._waits: Mapping[VisitId, queue.Wait] = {}
        self._waits_of: Visits | None = None
        self._waits_s = 0.0

    # --- connections

    def join(self, session: Session) -> None:
        """Makes a session the one that counts for its person."""
        self._viewers[session.user_id] = Viewer(session)

    def drop(self, session: Session) -> None:
        """Forgets a session; its body stays until the rules take it away."""
        viewer = self._viewers.get(session.user_id)
        if viewer is None or viewer.session is not session:
            return
        del self._viewers[session.user_id]
        row = self._rows.get(session.user_id)
        if row is not None:
            self._lane.attach(row.row, None)

    def is_current(self, session: Session) -> bool:
        """Whether this session is the one that counts for its person."""
        viewer = self._viewers.get(session.user_id)
        return viewer is not None and viewer.session is session

    def close(self, connection_id: ConnectionId, code: int, reason: str) -> None:
        """Closes a connection if it is still there."""
        for viewer in list(self._viewers.values()):
            if viewer.session.connection_id == connection_id:
                viewer.session.close(code, reason)
                self.drop(viewer.session)

    def session_of(self, user_id: UserId) -> Session | None:
        """Returns the session of a connected person."""
        viewer = self._viewers.get(user_id)
        return viewer.session if viewer else None

    def room_seen(self, user_id: UserId) -> RoomId | None:
        """Returns the room whose view a connected person has; None before the first one."""
        viewer = self._viewers.get(user_id)
        return viewer.room_id if viewer else None

    # --- bodies

    def head_m(self, user_id: UserId) -> Vector:
        """Returns where somebody's head is in its room; the corner for who has no body."""
        row = self._rows.get(user_id)
        return self._lane.head_m(row.row) if row else (0.0, 0.0, 0.0)

    def row_of(self, user_id: UserId) -> int | None:
        """Returns the row of somebody's body in the motion lane."""
        row = self._rows.get(user_id)
        return row.row if row else None

    def heads_m(self, user_ids: Sequence[UserId]) -> FloatArray | None:
        """Returns (n, 3) where these heads are; None if one of them has no body."""
        rows = [self._rows[user_id].row for user_id in user_ids if user_id in self._rows]
        return self._lane.heads_m(rows) if len(rows) == len(user_ids) else None

    def slot_seen(self, viewer_id: UserId, subject_id: UserId | None) -> int | None:
        """Returns the slot under which the viewer knows somebody, None if it does not."""
        viewer = self._viewers.get(viewer_id)
        person = viewer.people.get(subject_id) if viewer and subject_id else None
        return person.slot if person else None

    def correct(self, row: int, sequence: int, head_m: Vector) -> None:
        """Tells a client that its body is not where it asked to be."""
        viewer = self._viewers.get(self._user_of_row.get(row, UserId("")))
        if viewer is not None and viewer.session.state is SessionState.PRESENT:
            viewer.session.send(m.Corrected(sequence, head_m))

    # --- after a batch

    def move(
        self, after: Clinic, users: Iterable[UserId], moved: set[UserId], now_s: float
    ) -> None:
        """Brings doors and bodies in step with what the batch changed; awaits nothing."""
        for room_id in after.plans:
            self._follow_doors(after, room_id, now_s)
        for user_id in sorted(users):
            self._follow_body(after, user_id, is_moved=user_id in moved)
        telemetry.AVATARS.set(len(self._rows))

    async def inform(self, clinic: Clinic, users: Iterable[UserId], now_s: float) -> None:
        """Sends everybody what the batch changed for them."""
        self._know_waits(clinic, now_s)
        changed, letters = sorted(users), Letters()
        for user_id, viewer in list(self._viewers.items()):
            if viewer.session.state is SessionState.PRESENT:
                self._update(clinic, user_id, viewer, (changed, letters), now_s)
                await self._pause(1 + len(changed))

    async def welcome(
        self, clinic: Clinic, session: Session, counted: tuple[int, int], now_s: float
    ) -> None:
        """Sends somebody who just came in everything that they need to begin, or to go on.

        `counted` is the last request that was answered, and the last number of the own stream.
        """
        last_request_id, user_stream_number = counted
        profile = clinic.profiles[session.user_id]
        session.send(
            m.Welcome(
                user_id=session.user_id,
                role=profile.role.value,
                name=profile.name,
                alias=profile.alias,
                tick_hz=self._tick_hz,
                server_s=now_s,
                last_request_id=last_request_id,
                user_stream_number=user_stream_number,
            )
        )
        viewer = self._viewers[session.user_id]
        self._update(clinic, session.user_id, viewer, ((), Letters()), now_s)
        await self._pause(len(viewer.people))

    async def tell(self, clinic: Clinic, happenings: Iterable[Happening], now_s: float) -> None:
        """Sends the events of a batch to those whom they are for."""
        for happening in happenings:
            hearers, letters = self._hearers(clinic, happening), Letters()
            for user_id in hearers:
                self._send_event(clinic, user_id, happening, now_s, letters)
            await self._pause(len(hearers))

    async def tell_missed(
        self, clinic: Clinic, session: Session, missed: Sequence[LoggedEvent]
    ) -> None:
        """Sends events that happened while somebody was away, judged by what they may see now."""
        for event in missed:
            if not session.socket.is_open:
                return  # they are missed again, and told next time
            await self._pause(1)
            room_id, sender_id = clinic.bodies[session.user_id].room_id, UserId(event.sender)
            body = told_now(clinic, room_id, sender_id, decode_event_body(event.payload))
            happening = Happening(event.stream, event.sender, body, event.number)
            self._send_event(clinic, session.user_id, happening, event.at_s, Letters())

    # --- inside

    async def _pause(self, looked: int) -> None:
        """Lets the ticks run after so much work."""
        self._looked += looked
        if self._looked > PAUSE_AFTER:
            self._looked = 0
            await asyncio.sleep(0)

    def _see(self, clinic: Clinic) -> Sight:
        if self._sight is None or not self._sight.is_of(clinic):
            self._sight = Sight(clinic)
        return self._sight

    def _know_waits(self, clinic: Clinic, now_s: float) -> None:
        """Estimates the waits anew where visits changed, or the estimate has grown old."""
        is_old = now_s - self._waits_s > QUEUE_REFRESH_S
        if clinic.visits is not self._waits_of or is_old:
            self._waits = queue.waits(clinic.visits, now_s)
            self._waits_of, self._waits_s = clinic.visits, now_s

    def _follow_doors(self, clinic: Clinic, room_id: RoomId, now_s: float) -> None:
        opened = clinic.open_doors(room_id, now_s)
        if self._open_doors.get(room_id) == opened:
            return
        self._open_doors[room_id] = opened
        layout = clinic.plans[room_id].layout
        closed = frozenset(door.name for door in layout.doors) - opened
        self._lane.set_ground(room_id, avatar.ground(layout, closed))

    def _follow_body(self, after: Clinic, user_id: UserId, *, is_moved: bool) -> None:
        new, viewer = after.bodies.get(user_id), self._viewers.get(user_id)
        row = self._rows.get(user_id)
        if row is not None and (new is None or (row.room_id, row.slot) != (new.room_id, new.slot)):
            self._lane.leave(row.room_id, row.row)
            del self._rows[user_id], self._user_of_row[row.row]
            row = None
            if viewer is not None:
                viewer.session.socket.row = None
        if new is None:
            return
        if row is None:
            lane_row = self._lane.enter(new.room_id, new.slot, new.position_m, yaw_rad=new.yaw_rad)
            row = self._rows[user_id] = Row(new.room_id, new.slot, lane_row)
            self._user_of_row[lane_row] = user_id
        elif is_moved:
            self._lane.place(row.row, new.position_m)
            if viewer is not None and viewer.session.state is SessionState.PRESENT:
                viewer.session.send(m.Corrected(0, new.position_m, new.yaw_rad))
        seat = after.plans[new.room_id].seat(new.seat or "")
        self._lane.seat(row.row, seat.position_m if seat else None)

    def _attach(self, user_id: UserId, viewer: Viewer) -> None:
        """Lets a client look through the eyes of its body, and move it."""
        row, socket = self._rows[user_id].row, viewer.session.socket
        socket.row, socket.inbox = row, self._lane.inbox
        self._lane.attach(row, socket)

    def _update(
        self,
        clinic: Clinic,
        user_id: UserId,
        viewer: Viewer,
        changes: tuple[Sequence[UserId], Letters],
        now_s: float,
    ) -> None:
        body = clinic.bodies.get(user_id)
        if body is None:
            return
        known = (viewer.room_id, viewer.own_slot, viewer.stream)
        if known != (body.room_id, body.slot, body.stream):
            self._send_room(clinic, user_id, viewer, now_s)
        else:
            changed, letters = changes
            for subject_id in changed:
                self._update_person(clinic, user_id, viewer, subject_id, letters)
            self._update_doors(clinic, user_id, viewer, now_s)
        self._update_queue(clinic, user_id, viewer, now_s)
        asked = views.invitations(clinic, user_id)
        if asked != viewer.invitations:
            viewer.invitations = asked
            viewer.session.send(asked)

    def _send_room(self, clinic: Clinic, user_id: UserId, viewer: Viewer, now_s: float) -> None:
        body, sight = clinic.bodies[user_id], self._see(clinic)
        seen = {
            subject_id: person
            for subject_id in clinic.in_room(body.room_id)
            if (person := views.person(clinic, sight, user_id, subject_id)) is not None
        }
        viewer.room_id, viewer.own_slot, viewer.people = body.room_id, body.slot, seen
        viewer.stream = body.stream
        viewer.doors = views.door_states(clinic, user_id, now_s)
        viewer.session.send(
            m.RoomView(
                room_id=body.room_id,
                room_type=clinic.plans[body.room_id].layout.type,
                own_slot=body.slot,
                position_m=self.head_m(user_id),
                yaw_rad=body.yaw_rad,
                people=tuple(seen.values()),
                doors=viewer.doors,
                stream=body.stream,
                stream_number=body.since_number,
            )
        )
        self._attach(user_id, viewer)

    def _update_person(
        self,
        clinic: Clinic,
        user_id: UserId,
        viewer: Viewer,
        subject_id: UserId,
        letters: Letters,
    ) -> None:
        person = views.person(clinic, self._see(clinic), user_id, subject_id)
        known = viewer.people.get(subject_id)
        if person == known:
            return
        if known is not None and (person is None or person.slot != known.slot):
            viewer.session.socket.send(letters.write(m.PersonGone(known.slot)))
            del viewer.people[subject_id]
        if person is not None:
            viewer.people[subject_id] = person
            viewer.session.socket.send(letters.write(m.PersonView(person)))

    def _update_doors(self, clinic: Clinic, user_id: UserId, viewer: Viewer, now_s: float) -> None:
        doors = views.door_states(clinic, user_id, now_s)
        for door in doors:
            if door not in viewer.doors:
                viewer.session.send(m.DoorView(door))
        viewer.doors = doors

    def _update_queue(self, clinic: Clinic, user_id: UserId, viewer: Viewer, now_s: float) -> None:
        view = views.queue_of(clinic, user_id, self._waits, now_s)
        if view is None:
            return
        is_old = now_s - viewer.queue_sent_s > QUEUE_REFRESH_S
        if viewer.queue is None or is_old or not views.is_same_queue(view, viewer.queue):
            viewer.queue, viewer.queue_sent_s = view, now_s
            viewer.session.send(view)

    def _hearers(self, clinic: Clinic, happening: Happening) -> list[UserId]:
        """Returns who was there when it happened: nobody who came in later in the same batch."""
        stream = happening.stream
        if stream.startswith("user:"):
            user_id = UserId(stream.removeprefix("user:"))
            return [user_id] if user_id in self._viewers else []
        return [
            user_id
            for user_id in self._viewers
            if (body := clinic.bodies.get(user_id)) is not None
            and body.stream == stream
            and body.since_number < happening.number
        ]

    def _send_event(
        self,
        clinic: Clinic,
        user_id: UserId,
        happening: Happening,
        at_s: float,
        letters: Letters,
    ) -> None:
        session = self._viewers[user_id].session
        if session.state is not SessionState.PRESENT:
            return
        body = views.event_body(clinic, self._see(clinic), user_id, happening)
        if body is not None:
            event = m.Event(happening.stream, happening.number, at_s, body)
            session.socket.send(letters.write(event))
