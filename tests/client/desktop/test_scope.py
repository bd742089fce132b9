"""The station in a room that is drawn: who sees what, and what goes out of somebody's hands."""

import numpy as np
import pytest

from client.config import ASSETS
from client.desktop.scope import SETTLED_TICKS, Scope
from client.scene.room import RoomView
from client.scene.window import WindowOptions, open_window
from client.training import replay, tasks
from client.training.expert import Expert
from client.training.place import screen_of
from server.simulation.verdicts import as_offered
from sim.environment import FIRST_POSTURE, FIRST_SCOPE, Environment
from sim.instruments.inputs import Inputs, pack, unpack
from sim.instruments.trocar import Posture
from sim.procedures.catalog import PROCEDURES
from tests.client.desktop.test_station import NURSE, OWN, Room
from world.protocol import messages as m
from world.protocol import steering
from world.protocol.scene_lane import AT_REST, Hands, SceneEncoder

PEG = "peg_transfer"
ASKED = Inputs(Posture(0.1, 0.05, 0.1, 0.2, 0.5), FIRST_POSTURE, FIRST_SCOPE)


class Still:
    """Plays in somebody's place: always asks for the same."""

    def ask(self, scene, now_s):
        assert scene.bodies
        return ASKED


class ByHand:
    """A clock of hands that goes on when a test lets it."""

    def __init__(self, beat):
        self.beat, self.is_closed = beat, False

    def check(self):
        assert not self.is_closed

    def close(self):
        self.is_closed = True


@pytest.fixture(scope="module")
def stage():
    stage = open_window(WindowOptions(size=(320, 180), is_offscreen=True, tier="potato"))
    yield stage
    stage.close()


@pytest.fixture(scope="module")
def drawn(stage):
    view = RoomView(stage, ASSETS / "rooms" / "training")
    yield view
    view.close()


class Place:
    """A person before a window, at a station whose simulation is really stepped."""

    def __init__(self, stage, drawn, role):
        self.stage, self.room = stage, Room(role)
        self.sent = []
        screen = screen_of(drawn.layout)
        station = self.room.station
        self.clock = None
        self.scope = Scope(
            stage, drawn, screen, station, self.sent.append, False, beats=self.wound_up
        )
        self.environment = Environment(PROCEDURES["peg_transfer"], 1)
        self.encoder = SceneEncoder()
        self.now_s = 10.0

    def see(self, hands=AT_REST, steps=SETTLED_TICKS):
        for _ in range(steps):
            self.environment.step(pack(Inputs(FIRST_POSTURE, FIRST_POSTURE, FIRST_SCOPE)))
        scene = self.environment.scene()
        frame = self.encoder.frame(self.environment.step_count, scene, 10**6, hands)
        self.room.station.take_scene(frame, self.now_s)

    def wound_up(self, beat):
        self.clock = ByHand(beat)
        return self.clock

    def go_on(self, frames=1):
        for _ in range(frames):
            self.now_s += 1 / 60
            self.scope.advance(self.now_s)
            self.beat()

    def beat(self):
        if self.clock is not None and not self.clock.is_closed:
            self.clock.beat(self.now_s)

    def pixels(self):
        self.stage.look_at((1.95, 3.0, 1.6), (1.95, 6.0, 1.9))
        return self.stage.pixels().astype(int)


@pytest.fixture
def place(stage, drawn, request):
    made = Place(stage, drawn, getattr(request, "param", "trainee"))
    drawn.show()
    yield made
    made.scope.close()


def test_before_an_attempt_the_screens_are_dark_and_nothing_goes_out(place):
    place.go_on(3)
    assert place.room.station.controls is None
    assert place.sent == []


def test_who_practises_sees_the_scope_over_the_window_and_sends_what_is_asked_for(place):
    place.room.attempt()
    place.see()
    room = place.pixels()
    place.room.station.player = Still()
    place.go_on(12)
    assert np.abs(place.pixels() - room).mean() > 20
    sequences, inputs = zip(*(steering.decode(frame) for frame in place.sent), strict=True)
    assert sequences == tuple(range(1, 13))
    assert unpack(inputs[-1]) == unpack(pack(ASKED))
    keys = [panel.key for panel in place.room.station.panels()]
    assert keys[:2] == ["training-task", "training-hands"]


def test_hands_go_on_while_a_picture_is_drawn(place):
    place.room.attempt()
    place.see()
    place.room.station.player = Still()
    place.go_on(2)
    count = len(place.sent)
    for _ in range(30):
        place.now_s += 1 / 60
        place.beat()
    assert len(place.sent) == count + 30
    assert unpack(steering.decode(place.sent[-1])[1]) == unpack(pack(ASKED))


def test_the_clock_of_hands_ends_with_their_attempt_and_what_breaks_it_is_raised(place):
    place.room.attempt()
    place.see()
    place.go_on(2)
    clock = place.clock
    place.room.tell(m.StationView("free"))
    place.go_on()
    assert clock.is_closed
    place.room.attempt()
    place.see()
    place.go_on(2)
    place.clock.is_closed = True
    with pytest.raises(AssertionError):
        place.go_on()
    place.clock.is_closed = False


def test_an_expert_is_shown_beside_the_hands_where_one_is_wanted_and_holds_the_same(place):
    held = ("grasper", "grasper")
    tips_m = np.zeros((2, 2, 3))
    rotations = np.tile([1.0, 0.0, 0.0, 0.0], (2, 2, 1))
    expert = Expert(held, tips_m, rotations, np.zeros((2, 2)))
    place.scope._experts = {PEG: expert}.get
    place.room.attempt()
    place.see()
    place.go_on(3)
    assert place.room.station.debriefing.has_expert
    without = place.pixels()
    place.room.do(replay.ShowExpert(True))
    place.go_on(2)
    beside = place.pixels()
    greener = beside[..., 1] - without[..., 1]
    assert (greener > 8).sum() > 20
    assert "an expert bot" in place.room.texts()
    place.scope._known_experts[PEG] = Expert(
        ("scissors", "grasper"), tips_m, rotations, np.zeros((2, 2))
    )
    place.go_on(2)
    assert "an expert bot" not in place.room.texts()


def test_hands_wait_until_the_instruments_of_a_new_scene_hang_still(place):
    place.room.attempt()
    place.see(steps=SETTLED_TICKS - 1)
    place.go_on(3)
    assert place.sent == []
    place.see(steps=1)
    place.go_on(2)
    for frame in place.sent:
        place.environment.step(steering.decode(frame)[1])
    for _ in range(60):
        place.environment.step(steering.decode(place.sent[-1])[1])
    assert place.environment.elapsed_s == 0.0  # taking them up has moved nothing: no clock runs


def test_hands_take_up_the_instruments_where_the_scene_has_them(place):
    place.room.attempt()
    place.see(Hands(0, (0.25, 1.0)))
    place.go_on()
    asked = unpack(steering.decode(place.sent[0])[1])
    left, right = place.environment.hands
    for own, hand, jaw in ((asked.left, left, 0.25), (asked.right, right, 1.0)):
        assert own.insertion_m == pytest.approx(hand.posture.insertion_m, abs=5e-4)
        assert own.yaw_rad == pytest.approx(hand.posture.yaw_rad, abs=2e-3)
        assert own.jaw == pytest.approx(jaw, abs=0.01)


def test_hands_take_up_instruments_that_go_through_the_trocars_of_another_station(place):
    knot = PROCEDURES["intracorporeal_knot"]
    place.room.tell(m.Procedures((as_offered(knot, 600.0),)))
    place.room.tell(m.StationView("running", knot.name, OWN, 0.0, 600.0))
    place.environment = Environment(knot, 1)
    place.see()
    place.go_on()
    asked = unpack(steering.decode(place.sent[0])[1])
    for own, hand in zip((asked.left, asked.right), place.environment.hands, strict=True):
        assert own.insertion_m == pytest.approx(hand.posture.insertion_m, abs=5e-4)
        assert own.yaw_rad == pytest.approx(hand.posture.yaw_rad, abs=2e-3)


def test_the_next_attempt_goes_on_counting_so_that_no_input_of_it_is_taken_for_an_old_one(place):
    for _ in range(2):
        place.room.attempt()
        place.see()
        place.go_on(4)
        place.room.tell(m.StationView("free"))
        place.go_on()
    assert [steering.decode(frame)[0] for frame in place.sent] == list(range(1, 9))


def test_nothing_is_asked_for_in_the_menu_but_what_was_asked_before(place):
    place.room.attempt()
    place.see()
    place.go_on(2)
    before = place.sent[-1]
    place.room.station.open_menu()
    assert not place.room.station.is_steering
    place.go_on(2)
    assert steering.decode(place.sent[-1])[1] == steering.decode(before)[1]


@pytest.mark.parametrize("place", ["nurse"], indirect=True)
def test_who_looks_on_sees_the_screens_in_the_room_live_and_steers_nothing(place):
    place.go_on()
    dark = place.pixels()
    place.room.attempt(trainee=NURSE)
    place.see()
    place.go_on(4)
    live = place.pixels()
    assert np.abs(live - dark).mean() > 1
    assert place.sent == []
    place.room.do(tasks.LookOn())
    place.go_on()
    over_window = place.pixels()
    assert np.abs(over_window - live).mean() > 20
    assert "You are watching" in place.room.texts()
    place.room.tell(m.StationView("free"))
    place.go_on()
    assert np.abs(place.pixels() - dark).mean() < 0.5


def test_what_was_seen_last_stays_behind_the_score_and_the_window_is_given_back_after_it(place):
    place.room.attempt()
    place.see()
    place.go_on(2)
    place.room.over()
    place.room.tell(m.StationView("free"))
    place.go_on(2)
    assert place.room.station.is_at_scope
    count = len(place.sent)
    place.go_on(3)
    assert len(place.sent) == count
    place.room.station._leave()
    place.go_on()
    assert place.room.station.controls is None
