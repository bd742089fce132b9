import threading
from dataclasses import replace
from math import pi

import numpy as np
import pytest

from client.training.beats import BEAT_S, Beats
from client.training.prediction import Prediction
from client.training.steering import LONGEST_GLIDE_S, Glide, Steering
from sim.environment import FIRST_POSTURE, FIRST_SCOPE
from sim.instruments.inputs import Inputs, pack, unpack
from sim.instruments.station import BOX
from sim.instruments.trocar import Posture, step
from sim.scoring.smoothness import sparc

START = Inputs(FIRST_POSTURE, FIRST_POSTURE, FIRST_SCOPE)
REACH_S, REACH_RAD = 1.0, 0.5


def reach(now_s):
    """What a hand asks for that moves once, as smoothly as hands do."""
    u = min(max(now_s / REACH_S, 0.0), 1.0)
    return replace(
        START, right=replace(FIRST_POSTURE, yaw_rad=REACH_RAD * u**3 * (10 - 15 * u + 6 * u * u))
    )


def swings_rad(pictures_per_s, asked_of):
    """Yaw of an instrument, step by step, whose hand is seen so many times a second."""
    glide, posture, found, picture = Glide(START), FIRST_POSTURE, [], -1
    for number in range(100):
        now_s = number / 60
        if int(now_s * pictures_per_s + 1e-6) > picture:
            picture = int(now_s * pictures_per_s + 1e-6)
            glide.take(reach(now_s), now_s)
        posture = step(posture, asked_of(glide, now_s).right, 1 / 60)
        found.append(posture.yaw_rad)
    return np.array(found)


def smoothness(yaw_rad):
    return sparc(np.abs(np.diff(yaw_rad)) * 60, 1 / 60).value


@pytest.mark.parametrize("pictures_per_s", [10, 12, 20])
def test_a_smooth_hand_stays_smooth_however_seldom_pictures_are_drawn(pictures_per_s):
    smooth = smoothness(swings_rad(60, Glide.at))
    glided = smoothness(swings_rad(pictures_per_s, Glide.at))
    jumped = smoothness(swings_rad(pictures_per_s, lambda glide, _: glide._last))
    assert glided > smooth - 0.5
    assert jumped < smooth - 1.4


def test_a_fast_machine_waits_for_nothing():
    glide = Glide(START)
    for number in range(30):
        glide.take(reach(number / 60), number / 60)
        assert glide.at(number / 60) == reach(number / 60)
        assert glide.at(number / 60 - 0.001) == reach(number / 60)


def test_a_long_pause_holds_a_hand_back_for_a_moment_only():
    glide = Glide(START)
    glide.take(reach(0.0), 0.0)
    glide.take(reach(1.0), 5.0)
    assert glide.at(5.0 + LONGEST_GLIDE_S / 2).right.yaw_rad == pytest.approx(REACH_RAD / 2)
    assert glide.at(5.0 + LONGEST_GLIDE_S) == reach(1.0)


def test_pedals_and_words_do_not_glide_and_a_turn_takes_the_short_way():
    glide = Glide(replace(START, right=Posture(roll_rad=0.9 * pi)))
    glide.take(replace(START, right=Posture(roll_rad=0.9 * pi)), 0.0)
    told = Posture(roll_rad=-0.9 * pi, is_active=True)
    glide.take(replace(START, right=told, is_done=True), 0.1)
    asked = glide.at(0.1 + 0.05)
    assert (asked.right.is_active, asked.is_done) == (True, True)
    assert abs(asked.right.roll_rad) == pytest.approx(pi)


def test_what_is_shown_is_what_was_sent():
    steering = Steering(BOX, START)
    twin = Prediction(BOX, START)
    for number in range(60):
        now_s = number / 60
        if number % 6 == 0:
            steering.want(reach(now_s), now_s)
        sent = steering.input_due(now_s)
        if number:
            twin.advance(unpack(sent.data), 1 / 60)
    assert steering.shown.hands[1].yaw_rad == pytest.approx(twin.hands[1].yaw_rad, abs=1e-9)
    assert pack(START) != sent.data


def test_a_moment_that_has_passed_moves_nothing():
    steering = Steering(BOX, START)
    steering.want(reach(1.0), 0.0)
    steering.advance(0.0)
    steering.advance(0.05)
    before = steering.shown.hands
    steering.advance(0.02)
    assert steering.shown.hands == before


def test_beats_go_on_in_a_thread_of_their_own_until_they_are_closed():
    come, times_s = threading.Event(), []

    def beat(now_s):
        times_s.append(now_s)
        if len(times_s) == 4:
            come.set()

    beats = Beats(beat)
    assert come.wait(10.0)
    beats.close()
    beats.check()
    count = len(times_s)
    assert np.diff(times_s).min() > 0
    assert times_s[3] - times_s[0] >= 3 * BEAT_S - 0.01
    assert len(times_s) == count


def test_what_goes_wrong_in_a_beat_is_told_to_who_draws():
    failed = threading.Event()

    def beat(_):
        failed.set()
        raise ValueError("no input")

    beats = Beats(beat)
    assert failed.wait(10.0)
    beats.close()
    with pytest.raises(ValueError, match="no input"):
        beats.check()
