"""A clinic with one waiting room and two consult rooms, driven event by event."""

import pytest

from world.people import Role
from world.visit_events import Call, Connect, Disconnect, Invite, Join, Move, Notify, Tick, WalkIn
from world.visit_records import Visits
from world.visits import apply

WAITING, ROOM, OTHER_ROOM = "waiting", "consult-1", "consult-2"


class House:
    """Holds the one truth and a clock that the test turns."""

    def __init__(self):
        self.visits = Visits(WAITING, frozenset({ROOM, OTHER_ROOM}))
        self.now_s = 1000.0
        self.effects = ()

    def do(self, event, by=None):
        person = None if by is None else self.visits.people[by]
        self.visits, self.effects = apply(self.visits, event, person, self.now_s)
        return self.effects

    def wait(self, duration_s):
        """Lets the time pass second by second, so that every time-out falls due in its turn."""
        effects = []
        end_s = self.now_s + duration_s
        while self.now_s < end_s:
            self.now_s = min(end_s, self.now_s + 1.0)
            effects += self.do(Tick())
        self.effects = tuple(effects)

    def come(self, user_id, role):
        self.do(Connect(user_id, Role(role), f"{user_id}-1"))
        return user_id

    def vanish(self, user_id):
        self.do(Disconnect(user_id, self.visits.people[user_id].connection_id))

    def go(self, user_id, room_id):
        self.do(Move(room_id), user_id)

    def walk_in(self, user_id, visit_id="v1"):
        self.do(WalkIn(visit_id, user_id), user_id)
        return visit_id

    def visit(self, visit_id="v1"):
        return self.visits.visits[visit_id]

    def room_of(self, user_id):
        return self.visits.people[user_id].room_id

    def notices(self, user_id=None):
        told = [effect for effect in self.effects if isinstance(effect, Notify)]
        return [one for one in told if user_id in {None, one.user_id}]

    def told(self, user_id):
        return [one.notice for one in self.notices(user_id)]

    def called(self):
        """A patient p who waits, called by doctor d into consult-1."""
        self.come("p", "patient")
        self.come("d", "doctor")
        self.walk_in("p")
        self.do(Call("v1", ROOM), "d")

    def in_consult(self):
        self.called()
        self.go("d", ROOM)
        self.go("p", ROOM)

    def with_carer(self):
        """Patient p waits with the carer c."""
        self.come("p", "patient")
        self.come("c", "carer")
        self.walk_in("p")
        self.bring_along("c", "p")

    def bring_along(self, guest_id, by, visit_id="v1"):
        """Somebody is asked into the visit, and agrees."""
        role = self.visits.people[guest_id].role
        self.do(Invite(visit_id, guest_id, role), by)
        self.do(Join(visit_id), guest_id)


@pytest.fixture
def house():
    return House()
