from dataclasses import replace
from types import MappingProxyType

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.arrays import STEP_S
from sim.environment import FIRST_POSTURE, FIRST_SCOPE, FREE_PLAY_LIMIT_S, STARTS_AT_M, Environment
from sim.instruments.inputs import INPUT_BYTES, Inputs, pack
from sim.instruments.station import BOX
from sim.procedures.procedure import EFFORTS, Occurrence, Procedure, Touch
from sim.scoring.composite import Expectation
from sim.scoring.rules import TASKS, Stated
from tests.sim.motions import wandering
from world.errors import RemoteProtocolError
from world.protocol.scene_lane import Scene

STILL = pack(Inputs(FIRST_POSTURE, FIRST_POSTURE, FIRST_SCOPE))
DEEPER = pack(Inputs(replace(FIRST_POSTURE, insertion_m=0.12), FIRST_POSTURE, FIRST_SCOPE))
DONE = pack(Inputs(FIRST_POSTURE, FIRST_POSTURE, FIRST_SCOPE, is_done=True))
RULES = TASKS["peg_transfer"]


class Told:
    """An attempt that does as a test tells it."""

    def __init__(self):
        self.is_finished = False
        self.now, self.at_end = (), (Occurrence("not transferred", (0.0, 0.0, 0.0), 2.0),)
        self.efforts, self.hands = [], None

    def advance(self, hands, effort):
        self.hands = hands
        self.efforts.append(effort)
        return self.now

    def finish(self):
        return self.at_end

    def touch(self):
        return Touch(np.array([h.pose.tip_m for h in self.hands]), np.zeros(2), np.zeros(2, bool))

    def scene(self):
        return Scene()

    def state(self):
        return repr(self.efforts).encode()


def _environment(rules=RULES, *, is_left_handed=False, exchanges=MappingProxyType({})):
    told = Told()
    procedure = Procedure(
        "told", "Do.", BOX, "grasper", "scissors", rules, Expectation((0.1, 1.0)), {},
        lambda _seed, _is_left_handed: told, exchanges,
    )  # fmt: skip
    return Environment(procedure, 1, is_left_handed=is_left_handed), told


def test_the_clock_starts_with_the_first_motion_of_an_instrument_and_not_of_the_scope():
    environment, _ = _environment()
    for _ in range(30):
        environment.step(STILL)
    looking = replace(FIRST_SCOPE, yaw_rad=0.2, roll_rad=1.0)
    rolled = replace(FIRST_POSTURE, roll_rad=1.0, jaw=1.0)
    for _ in range(30):
        environment.step(pack(Inputs(rolled, FIRST_POSTURE, looking)))
    assert environment.elapsed_s == 0.0
    assert environment.result().motion is None
    near = replace(FIRST_POSTURE, insertion_m=FIRST_POSTURE.insertion_m + 0.9 * STARTS_AT_M)
    for _ in range(5):
        environment.step(pack(Inputs(near, FIRST_POSTURE, FIRST_SCOPE)))
    assert environment.elapsed_s == 0.0
    environment.step(DEEPER)
    assert environment.elapsed_s == 0.0
    for count in range(1, 10):
        environment.step(STILL)
        assert environment.elapsed_s == count * STEP_S


@pytest.mark.parametrize("end", ["done", "finished", "limit"])
def test_the_clock_stops_when_done_finished_or_at_the_limit_and_nothing_changes_after_that(end):
    rules = replace(RULES, limit_s=Stated(0.5, "own"))
    environment, told = _environment(rules)
    for _ in range(10):
        environment.step(DEEPER)
    if end == "limit":
        for _ in range(40):
            environment.step(DEEPER)
        assert environment.elapsed_s == 0.5
    else:
        told.is_finished = end == "finished"
        happened = environment.step(DONE if end == "done" else DEEPER)
        assert happened == told.at_end
    assert environment.is_over
    before = (environment.state_hash(), environment.elapsed_s, environment.step_count)
    taken = len(told.efforts)
    told.now = (Occurrence("board touched", (0.0, 0.0, 0.0)),)
    assert environment.step(DEEPER) == ()
    assert (environment.state_hash(), environment.elapsed_s, environment.step_count) == before
    assert len(told.efforts) == taken
    assert environment.result().attempt.errors == {"not transferred": 2.0}


@pytest.mark.parametrize(("steps", "is_void"), [(30, False), (31, True)])
def test_the_score_is_nought_at_the_limit_and_not_a_step_before(steps, is_void):
    environment, told = _environment(replace(RULES, limit_s=Stated(0.5, "own")))
    told.at_end = ()
    for _ in range(2):
        environment.step(DEEPER)  # the first moves less than a start
    for _ in range(steps - 2):
        environment.step(DEEPER)
    assert environment.is_over is is_void
    assert (environment.result().score.composite == 0.0) is is_void


def test_without_rules_there_is_no_score_and_a_limit_of_an_hour():
    environment, told = _environment(None)
    told.now = (Occurrence("torn", (0.0, 0.0, 0.0)),)
    for _ in range(10):
        environment.step(DEEPER)
    result = environment.result()
    assert environment.limit_s == FREE_PLAY_LIMIT_S
    assert result.score is None
    assert result.motion is not None
    assert result.attempt.errors == {}


def test_errors_are_counted_by_their_amount_and_what_is_fatal_voids_the_score():
    environment, told = _environment(replace(RULES, fatal=frozenset({"avulsion"})))
    told.at_end = ()
    told.now = (
        Occurrence("board touched", (0.0, 0.0, 0.0)),
        Occurrence("not transferred", (0.0, 0.0, 0.0), 0.5),
        Occurrence("handed over", (0.0, 0.0, 0.0)),
    )
    for _ in range(10):
        environment.step(DEEPER)
    assert environment.result().attempt.errors == {"board touched": 10.0, "not transferred": 5.0}
    assert [noted.step for noted in environment.noted[::3]] == list(range(1, 11))
    assert environment.result().score.composite > 0
    told.now = (Occurrence("avulsion", (0.0, 0.0, 0.0)),)
    environment.step(DEEPER)
    assert environment.result().attempt.events == {"avulsion"}
    assert environment.result().score.composite == 0.0


@given(st.binary(max_size=2 * INPUT_BYTES).filter(lambda data: len(data) != INPUT_BYTES))
@settings(max_examples=50)
def test_bytes_that_are_no_input_are_refused_and_change_nothing(data):
    environment, told = _environment()
    environment.step(DEEPER)
    before = environment.state_hash()
    with pytest.raises(RemoteProtocolError):
        environment.step(data)
    assert (environment.state_hash(), told.efforts) == (before, [0])


@given(st.binary(min_size=INPUT_BYTES, max_size=INPUT_BYTES))
@settings(max_examples=100)
def test_any_bytes_of_the_right_length_are_an_input_within_limits_or_refused(data):
    environment, _ = _environment()
    before = environment.state_hash()
    try:
        environment.step(data)
    except RemoteProtocolError:
        assert environment.state_hash() == before
        return
    for hand in environment.hands:
        assert np.isfinite(hand.pose.tip_m).all()
        assert 0.0 <= hand.posture.jaw <= 1.0
    assert np.isfinite(environment.view.rotation).all()


@pytest.mark.parametrize("effort", [-1, EFFORTS])
def test_an_effort_that_there_is_not_is_refused_and_changes_nothing(effort):
    environment, told = _environment()
    before = environment.state_hash()
    with pytest.raises(ValueError, match="Effort is within 0 to 3"):
        environment.step(STILL, effort)
    assert (environment.state_hash(), told.efforts) == (before, [])


def test_left_handed_trainees_have_their_instruments_exchanged_and_effort_reaches_the_attempt():
    environment, told = _environment(is_left_handed=True)
    environment.step(STILL, 2)
    assert environment.held == ("scissors", "grasper")
    assert [hand.instrument.title for hand in told.hands] == ["scissors", "grasper"]
    assert told.efforts == [2]
    names = [body.name for body in environment.scene().bodies]
    assert names == ["left_scissors", "right_grasper", "camera"]


@pytest.mark.parametrize("is_left_handed", [False, True])
def test_what_happens_may_exchange_an_instrument_from_the_next_step_on(is_left_handed):
    exchanges = {"out": {"grasper": "knot_pusher"}}
    environment, told = _environment(is_left_handed=is_left_handed, exchanges=exchanges)
    told.now = (Occurrence("in", (0.0, 0.0, 0.0)),)
    environment.step(STILL)
    assert set(environment.held) == {"grasper", "scissors"}
    told.now = (Occurrence("out", (0.0, 0.0, 0.0)),)
    environment.step(STILL)
    pair = ("knot_pusher", "scissors")
    assert environment.held == (pair[::-1] if is_left_handed else pair)
    told.now = ()
    environment.step(STILL)
    titles = ["knot pusher", "scissors"]
    assert [hand.instrument.title for hand in told.hands] == (
        titles[::-1] if is_left_handed else titles
    )


def test_the_metrics_are_those_of_what_was_moved():
    environment, _ = _environment()
    for data in wandering(BOX, 120):
        environment.step(data)
    motion = environment.result().motion
    assert np.isclose(motion.duration_s, environment.elapsed_s)
    assert motion.left.path_m > 0.1
    assert motion.right.path_m > 0.1
    assert motion.left.out_of_view_s < motion.duration_s
