"""A clinic of three empty rooms for tests of the rules: no clock, no sockets, no store."""

from itertools import count

from world import requests
from world.clinic import STANDING_EYES_M, Clinic, Profile, RoomPlan
from world.errors import NotSignedIn
from world.people import ConnectionId, Role
from world.protocol import messages as m
from world.requests import Moment
from world.rooms.layout import Door, Layout, Seat, Spawn
from world.visit_records import Visits

WAITING, ROOM, OTHER_ROOM = "waiting", "consult-1", "consult-2"


def _layout(kind, doors, seats):
    return Layout(
        kind,
        (10.0, 10.0, 3.0),
        (),
        tuple(Seat(name, (2.0 + n, 2.0, 0.0), 0.0) for n, name in enumerate(seats)),
        tuple(Door(name, (2.0 + 3 * n, 10.0, 0.0), 0.0, 1.0, 2.1) for n, name in enumerate(doors)),
        (),
        (Spawn((5.0, 5.0, 0.0), 0.0), Spawn((6.0, 5.0, 0.0), 0.0)),
    )  # fmt: skip


def plans(waiting_capacity=40, consult_capacity=8):
    waiting = _layout("waiting", ("door-1", "door-2"), ("chair-1", "chair-2", "desk-1"))
    consult = _layout("consult", ("door-1",), ("doctor", "patient"))
    leads_to = {"door-1": (ROOM, "door-1"), "door-2": (OTHER_ROOM, "door-1")}
    back, other_back = {"door-1": (WAITING, "door-1")}, {"door-1": (WAITING, "door-2")}
    return {
        WAITING: RoomPlan(WAITING, waiting, waiting_capacity, leads_to),
        ROOM: RoomPlan(ROOM, consult, consult_capacity, back),
        OTHER_ROOM: RoomPlan(OTHER_ROOM, consult, consult_capacity, other_back),
    }  # fmt: skip


class SmallClinic:
    """Holds the one truth, and walks people to what they ask for.

    Attributes:
      last: the outcome of what happened last.
    """

    def __init__(self, **capacities):
        self.clinic = Clinic(plans(**capacities), Visits(WAITING, frozenset({ROOM, OTHER_ROOM})))
        self.now_s, self.last = 1_000.0, None
        self._ids, self._numbers = count(1), count(1)

    def come(self, who, role="patient"):
        profile = self.clinic.profiles.get(who) or Profile(
            who, Role(role), f"{who} real", f"{who} alias"
        )
        connection_id = ConnectionId(f"{who}-{next(self._numbers)}")
        self._take(requests.arrive(self.clinic, profile, connection_id, self.now_s))
        return who

    def vanish(self, who):
        connection_id = self.clinic.visits.people[who].connection_id
        self._take(requests.depart(self.clinic, who, connection_id, self.now_s))

    def wait(self, duration_s):
        end_s = self.now_s + duration_s
        while self.now_s < end_s:
            self.now_s += 1.0
            self._take(requests.pass_time(self.clinic, self.now_s))

    def ask(self, who, kind, *fields, at_m=(5.0, 5.0, 1.6), **more):
        """Asks from where it can be done, if `at_m` does not say otherwise."""
        request = kind(next(self._numbers), *fields, **more)
        moment = Moment(self.now_s, f"{next(self._ids):032x}", at_m)
        self._take(requests.handle(self.clinic, who, request, moment))
        return self.last

    def go(self, who, door="door-1"):
        if who not in self.clinic.bodies:
            raise NotSignedIn("This person is not here.")
        return self.ask(who, m.GoThrough, door, at_m=self.before(who, door))

    def sit(self, who, seat):
        plan = self.clinic.plans[self.clinic.bodies[who].room_id]
        return self.ask(who, m.Sit, seat, at_m=plan.seat(seat).position_m)

    def before(self, who, door):
        plan = self.clinic.plans[self.clinic.bodies[who].room_id]
        place = plan.door(door)
        return (
            (place.position_m[0], place.position_m[1] - 0.5, STANDING_EYES_M)
            if place
            else (5.0, 5.0, 1.6)
        )

    def slot(self, who):
        return self.clinic.bodies[who].slot

    def room(self, who):
        return self.clinic.bodies[who].room_id

    def visit(self, patient):
        return next(v for v in self.clinic.visits.visits.values() if v.patient_id == patient)

    def bodies(self, kind):
        """Returns the last outcome's events of a kind."""
        return [h.body for h in self.last.happenings if isinstance(h.body, kind)]

    def in_consult(self, patient="p", doctor="d", room=ROOM):
        door = {ROOM: "door-1", OTHER_ROOM: "door-2"}[room]
        for who, role in ((patient, "patient"), (doctor, "doctor")):
            if who not in self.clinic.bodies:
                self.come(who, role)
        self.ask(patient, m.CheckIn)
        visit_id = self.visit(patient).visit_id
        self.ask(doctor, m.CallPatient, room, visit_id)
        self.go(doctor, door)
        self.go(patient, door)
        return visit_id

    def bring_along(self, guest, by, visit_id):
        """Somebody in the waiting room is asked into the visit, and agrees."""
        self.ask(by, m.Invite, visit_id, self.slot(guest), room_id=WAITING)
        self.ask(guest, m.AnswerInvitation, visit_id, agrees=True)

    def _take(self, outcome):
        self.last, self.clinic = outcome, outcome.clinic
