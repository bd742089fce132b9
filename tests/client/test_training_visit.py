"""A trainee practises and an instructor looks on, over a real server, with the keyboard alone."""

import time

import pytest

from client.desktop import walker
from client.program import Step
from sim.environment import FIRST_POSTURE, FIRST_SCOPE
from sim.instruments.inputs import Inputs, pack
from sim.instruments.trocar import Posture
from tests.client.test_program import FAST_M_PER_S, Person
from world.protocol import steering

SIMULATION_WITHIN_S = 150.0
"""Where nothing is compiled yet, the simulation takes minutes to be ready."""


class Practitioner(Person):
    """Somebody in the training room, without a picture."""

    @property
    def station(self):
        return self.program.inside.station

    def go_in(self):
        self.press("escape")
        self.choose("Go to", "Door to training room")
        self.until(lambda: self.room_id == "training-1")
        self.until(lambda: self.station.view is not None)

    def steer(self, number):
        left = Posture(0.3 * (number % 40) / 40, 0.0, 0.1, jaw=0.5)
        frame = steering.encode(number, pack(Inputs(left, FIRST_POSTURE, FIRST_SCOPE)))
        self.program.network.send_frame(frame)


@pytest.fixture
def school(clinic, tmp_path, monkeypatch):
    monkeypatch.setattr(walker, "WALK_M_PER_S", FAST_M_PER_S)
    everybody = []
    found = [
        Practitioner(clinic, tmp_path / role, role, everybody) for role in ("trainee", "nurse")
    ]
    yield found
    for one in everybody:
        one.program.close()


@pytest.mark.long
@pytest.mark.timeout(300)
def test_an_attempt_from_the_door_to_the_score_with_the_keyboard_alone(school):
    trainee, nurse = school
    for one in school:
        one.sign_in()
        one.go_in()
    trainee.press("escape")
    trainee.choose("Go to", "Training station")
    trainee.until(lambda: trainee.shows("Practise"))
    trainee.until(lambda: trainee.station.offered, SIMULATION_WITHIN_S)
    trainee.until(lambda: trainee.shows("Peg transfer (FLS-style)"))
    trainee.activate("Begin")
    trainee.until(lambda: trainee.station.is_steering)
    trainee.until(lambda: trainee.station.shown is not None)
    sent = 0

    def has_come_back():
        nonlocal sent
        sent += 1
        trainee.steer(sent)
        return sent > 60 and trainee.station.shown.hands.taken > 30

    trainee.until(has_come_back)
    assert trainee.station.shown.hands.openings[0] == pytest.approx(0.5, abs=0.01)
    assert trainee.program.controls is None  # no window has given any
    nurse.until(lambda: nurse.station.shown is not None)
    nurse.until(lambda: nurse.station.shown.hands.taken > 30)
    assert not nurse.station.is_at_scope

    trainee.press("escape")
    trainee.until(lambda: trainee.shows("Finish and see the score"))
    trainee.activate("Finish and see the score")
    trainee.until(lambda: trainee.station.over is not None)
    trainee.until(lambda: trainee.shows("Try again"))
    assert trainee.station.over.verdict.is_confirmed
    assert "Not transferred: 6 times" in trainee.program.tree.describe()
    assert nurse.station.over is None
    trainee.press("escape")
    trainee.until(lambda: not trainee.shows("Try again"))

    end_s = time.monotonic() + 0.3
    trainee.until(lambda: time.monotonic() > end_s)
    trainee.press("escape")
    trainee.activate("Leave the clinic")
    trainee.until(lambda: trainee.program.step is Step.ENDED)
