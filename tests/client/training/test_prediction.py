import numpy as np
import pytest

from client.training.prediction import Prediction
from sim.environment import FIRST_POSTURE, FIRST_SCOPE, Environment
from sim.instruments.inputs import Inputs, pack
from sim.instruments.station import BOX
from sim.instruments.trocar import Posture
from sim.procedures.catalog import PROCEDURES

START = Inputs(FIRST_POSTURE, FIRST_POSTURE, FIRST_SCOPE)
STEP_S = 1 / 60


def wanted(k):
    return Inputs(
        Posture(0.3 * np.sin(0.05 * k), 0.1, 0.10 + 0.02 * np.sin(0.03 * k), 0.01 * k, 0.5),
        Posture(-0.2, 0.2 * np.cos(0.04 * k), 0.12, 0.0, 0.0, True),
        Posture(0.05, 0.0, 0.07),
        0.1,
    )


def test_at_the_simulations_pace_predicted_and_simulated_hands_are_the_same_to_the_bit():
    prediction = Prediction(BOX, START)
    environment = Environment(PROCEDURES["peg_transfer"], 1)
    for k in range(90):
        prediction.advance(wanted(k), STEP_S)
        sent = prediction.input_due(k * STEP_S)
        environment.step(sent.data)
        assert prediction.hands == tuple(hand.posture for hand in environment.hands)
    assert np.array_equal(prediction.view.position_m, environment.view.position_m)
    assert np.array_equal(prediction.view.rotation, environment.view.rotation)


@pytest.mark.parametrize("display_hz", [30, 72, 90, 144])
def test_at_any_display_rate_no_more_than_ninety_inputs_a_second_go_out(display_hz):
    prediction = Prediction(BOX, START)
    sent = []
    for frame in range(2 * display_hz):
        prediction.advance(wanted(frame), 1 / display_hz)
        due = prediction.input_due(frame / display_hz)
        if due is not None:
            sent.append(due)
    assert len(sent) / 2 <= 90
    assert len(sent) / 2 >= min(display_hz, 57)
    assert [one.number for one in sent] == list(range(1, len(sent) + 1))
    assert all(len(one.data) == 29 for one in sent)


def test_what_goes_out_is_what_was_predicted_with():
    prediction = Prediction(BOX, START)
    asked = wanted(3)
    prediction.advance(asked, STEP_S)
    assert prediction.input_due(0.0).data == pack(asked)


def test_a_tip_that_contact_holds_back_is_shown_where_it_is():
    prediction = Prediction(BOX, START)
    for _ in range(120):
        prediction.advance(START, STEP_S)
    sent = prediction.input_due(0.0)
    free_m = np.array([own.tip_m for own in prediction.poses])
    held_m = free_m + np.array([[0.0, 0.0, 0.004], [0.0, 0.0, 0.0]])
    prediction.take_tips(sent.number, held_m)
    for _ in range(60):
        prediction.advance(START, STEP_S)
    shown_m = np.array([own.tip_m for own in prediction.poses])
    assert shown_m[0, 2] - free_m[0, 2] == pytest.approx(0.004, abs=0.001)
    assert np.allclose(shown_m[1], free_m[1])


def test_a_tip_that_only_lags_in_motion_is_not_taken_for_held_back():
    prediction = Prediction(BOX, START)
    for _ in range(12):
        prediction.advance(Inputs(Posture(1.0, 0.0, 0.2), FIRST_POSTURE, FIRST_SCOPE), STEP_S)
    sent = prediction.input_due(1.0)
    free_m = np.array([own.tip_m for own in prediction.poses])
    before = prediction.hands[0]
    prediction.advance(Inputs(before, FIRST_POSTURE, FIRST_SCOPE), STEP_S)
    prediction.take_tips(sent.number, free_m - [[0.006, 0.0, 0.0], [0.0, 0.0, 0.0]])
    for _ in range(30):
        prediction.advance(Inputs(before, FIRST_POSTURE, FIRST_SCOPE), STEP_S)
    assert np.allclose(prediction.poses[0].tip_m, free_m[0], atol=1e-4)


def test_word_of_an_input_that_was_never_sent_changes_nothing():
    prediction = Prediction(BOX, START)
    prediction.take_tips(77, np.zeros((2, 3)))
    prediction.advance(START, 0.5)
    assert np.abs(prediction.poses[0].tip_m).max() > 0.01


def test_no_time_moves_nothing():
    prediction = Prediction(BOX, START)
    prediction.advance(wanted(40), 0.0)
    assert prediction.hands == (FIRST_POSTURE, FIRST_POSTURE)
