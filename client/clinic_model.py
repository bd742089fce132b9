"""What this client knows of the clinic: nothing but what the server has told, kept up to date.

It decides nothing. Whoever shows it, or acts on it, reads its fields.
"""

from collections import deque
from dataclasses import dataclass, field
from typing import Final

from msgspec.structs import replace

from client.vital_signs import VitalSigns
from world.protocol import messages as m

KEPT_LINES: Final = 200
"""Lines of chat that are kept; beyond it the oldest goes."""


@dataclass(frozen=True, slots=True)
class Line:
    """Something that was written in the room; a slot may be somebody else's later."""

    is_own: bool
    name: str = field(repr=False)
    text: str = field(repr=False)
    at_s: float


@dataclass(frozen=True, slots=True)
class PastTalk:
    """What was written in the visit that one has left last.

    Attributes:
      names: with whom, as they were called there.
    """

    stream: str
    names: tuple[str, ...] = field(repr=False)
    lines: tuple[Line, ...] = field(repr=False)


@dataclass(slots=True)
class ClinicModel:
    """The clinic as one person sees it.

    Attributes:
      me: who this is; None before the first welcome.
      room: the room one is in, as it was on entering; people and doors beside it are of now.
      queue: the patient's own place, if one has any.
      waiting: the doctor's list, None for who may not see it; it came at `waiting_since_s`.
      companions: who could be invited into a visit, by their slots in the waiting room.
      visits: what was last heard of each visit of one's own.
      clock_offset_s: the server's clock less ours.
      told: what the clinic told, newest last, until it is taken.
      invitations: the visits to which one is asked along.
      past: what was written in the last visit, until it is put away or another begins.
      last_doctor: who saw this patient last, by the name that the visit told; empty for nobody.
      knocks: door to the name of who knocked last, until it is answered.
    """

    me: m.Welcome | None = None
    room: m.RoomView | None = None
    people: dict[int, m.Person] = field(default_factory=dict)
    doors: dict[str, m.DoorState] = field(default_factory=dict)
    queue: m.QueuePlace | None = None
    waiting: tuple[m.QueueEntry, ...] | None = None
    waiting_since_s: float = 0.0
    companions: tuple[m.Person, ...] = ()
    visits: dict[str, m.VisitChanged] = field(default_factory=dict)
    lines: deque[Line] = field(default_factory=lambda: deque(maxlen=KEPT_LINES))
    forgotten_lines: int = 0
    past: PastTalk | None = None
    last_doctor: str = field(default="", repr=False)
    told: deque[m.Notice | m.Told] = field(default_factory=lambda: deque(maxlen=16))
    invitations: tuple[m.Invitation, ...] = ()
    knocks: dict[str, str] = field(default_factory=dict)
    vitals: VitalSigns = field(default_factory=VitalSigns)
    clock_offset_s: float = 0.0
    round_trip_s: float = 0.0

    @property
    def own_slot(self) -> int:
        """The own slot in the room, -1 in no room."""
        return self.room.own_slot if self.room else -1

    @property
    def seat(self) -> str | None:
        """The seat that one holds."""
        own = self.people.get(self.own_slot)
        return own.seat if own else None

    @property
    def is_waiting_room(self) -> bool:
        """Whether one is where everybody comes in."""
        return self.room is not None and self.room.room_type == "waiting"

    @property
    def closed_doors(self) -> frozenset[str]:
        """Names of the doors of the room that are closed."""
        return frozenset(name for name, door in self.doors.items() if not door.is_open)

    @property
    def open_visit(self) -> m.VisitChanged | None:
        """The own visit that is going on: called or in consult."""
        going_on = [v for v in self.visits.values() if v.state in ("called", "in-consult")]
        return going_on[-1] if going_on else None

    @property
    def is_in_visit(self) -> bool:
        """Whether one belongs to a visit that is called or in consult."""
        if self.queue is not None:
            return self.queue.state in ("called", "in-consult")
        return self.open_visit is not None

    @property
    def held(self) -> m.QueueEntry | None:
        """The visit on a doctor's list that is the doctor's own now."""
        entries = self.waiting or ()
        return next((one for one in entries if one.state in ("called", "in-consult")), None)

    def door_to(self, room_id: str | None) -> str:
        """Returns the name of the door of this room that leads there; empty for none."""
        return next((one.door for one in self.doors.values() if one.leads_to == room_id), "")

    def others(self) -> dict[int, m.Person]:
        """Returns everybody in the room but oneself."""
        return {slot: one for slot, one in self.people.items() if slot != self.own_slot}

    def apply(self, message: m.ServerMessage, now_s: float) -> None:
        """Takes in a message that arrived at `now_s` of this machine's clock."""
        match message:
            case m.Welcome():
                self.me = message
                self.clock_offset_s = message.server_s - now_s
                # Told again, if there are any.
                self.invitations = ()
            case m.RoomView():
                self._enter(message)
            case m.PersonView(person):
                self.people[person.slot] = person
            case m.PersonGone(slot):
                self.people.pop(slot, None)
            case m.DoorView(door):
                self.doors[door.door] = door
            case m.Observed() | m.Waveform() | m.VitalsOver():
                self.vitals.apply(message, now_s)
            case m.Event():
                self._happened(message)
            case _:
                self._apply_rest(message, now_s)

    def server_s(self, now_s: float) -> float:
        """Returns what the server's clock says now."""
        return now_s + self.clock_offset_s

    def _apply_rest(self, message: m.ServerMessage, now_s: float) -> None:
        match message:
            case m.QueuePlace():
                self.queue = message
                if message.state in ("called", "in-consult"):
                    self.last_doctor = message.doctor_name or ""
            case m.QueueView(entries, companions):
                self.waiting, self.waiting_since_s = entries, now_s
                self.companions = companions
            case m.Invitations(entries):
                self.invitations = entries
            case m.Notice():
                self.told.append(message)
            case _:
                pass

    def _enter(self, view: m.RoomView) -> None:
        if self.room is None or self.room.stream != view.stream:
            self._change_talk(view.stream)
        if self.room is None or self.room.room_id != view.room_id:
            self.knocks.clear()
            self.vitals.clear()
        self.room = view
        self.people = {person.slot: person for person in view.people}
        self.doors = {door.door: door for door in view.doors}

    def _change_talk(self, stream: str) -> None:
        """Goes on with what is said in another stream; what a visit's people said is kept."""
        left = self.room.stream if self.room else ""
        if is_of_visit(left) and self.lines:
            names = [one.name for one in self.others().values()]
            names = names or [line.name for line in self.lines if not line.is_own]
            self.past = PastTalk(left, tuple(dict.fromkeys(names)), tuple(self.lines))
        self.lines.clear()
        self.forgotten_lines = 0
        if self.past is not None and self.past.stream == stream:
            self.lines.extend(self.past.lines)
        if is_of_visit(stream):
            self.past = None

    def _happened(self, event: m.Event) -> None:
        match event.body:
            case m.Said(slot, name, text):
                self.forgotten_lines += len(self.lines) == self.lines.maxlen
                self.lines.append(Line(slot == self.own_slot, name, text, event.happened_s))
            case m.Knocked(door, name):
                self.knocks[door] = name
            case m.VisitChanged(visit_id=visit_id) as changed:
                self.visits.pop(visit_id, None)
                self.visits[visit_id] = changed
            case m.Told() as told:
                self.told.append(told)
            case m.Came() | m.Went():
                pass

    def with_own_seat(self, seat: str | None) -> None:
        """Takes it as said that one sits, before the server's view of it comes."""
        own = self.people.get(self.own_slot)
        if own is not None:
            self.people[self.own_slot] = replace(own, seat=seat)


def is_of_visit(stream: str) -> bool:
    """Whether what is said in a stream is said among the people of one visit."""
    return stream.startswith("visit:")
