"""A person in the waiting room of the real layout, and requests that go nowhere."""

import pytest

from client.clinic_model import ClinicModel
from client.config import ASSETS
from client.desktop.body import Bodies
from client.desktop.inside import Inside
from client.network import channel as c
from client.program import load_layouts
from world.protocol import messages as m

NOW_S = 1_000.0
USER = "0" * 31 + "1"


class Stay:
    """Being inside, seen from outside.

    Attributes:
      asked: requests with what is called with the answer.
    """

    def __init__(self, role):
        self.model = ClinicModel()
        self.frames = []
        self.bodies = Bodies(load_layouts(ASSETS), self.frames.append)
        self.asked = []
        self.now_s = NOW_S
        self.inside = Inside(
            self.model, self.bodies, lambda *one: self.asked.append(one), lambda: self.now_s
        )
        self.tell(m.Welcome(USER, role, "Real Name", "Blue Heron", 20.0, NOW_S, 0))

    def tell(self, message):
        self.model.apply(message, self.now_s)
        self.inside.take(message)

    def enter(self, people=(), doors=(), room_id="waiting", position_m=(2.0, 5.5, 1.6)):
        own = m.Person(1, "Real Name", "patient", 0)
        kind = "waiting" if room_id == "waiting" else "consult"
        view = m.RoomView(
            room_id, kind, 1, position_m, 0.0, (own, *people), doors, f"room:{room_id}"
        )
        self.tell(view)

    def do(self, intent):
        self.inside.handle(intent)

    def requests(self):
        return [request for request, _ in self.asked]

    def answer(self, *, is_accepted=True, reason=""):
        _, then = self.asked.pop(0)
        then(c.Answered(1, is_accepted=is_accepted, reason=reason))

    def wait(self, seconds, hz=30):
        for _ in range(round(seconds * hz)):
            self.now_s += 1 / hz
            self.inside.advance(self.now_s, 1 / hz)


@pytest.fixture
def stay():
    return Stay("patient")


@pytest.fixture
def doctor():
    return Stay("doctor")


@pytest.fixture
def doors():
    return (
        m.DoorState("door-1", "consult-1", is_open=True, may_pass=True),
        m.DoorState("door-2", "consult-2", is_open=False, may_pass=False),
    )
