from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from client.training.hands import LEFT, OPEN, RIGHT, Hands
from client.training.keys import MOVES, PRESSES, SCOPE_MOVES, Motion, Pad, PadButton
from sim.environment import FIRST_SCOPE
from sim.instruments.inputs import pack, unpack
from sim.instruments.scope import camera, horizon_error_rad
from sim.instruments.station import BOX
from sim.instruments.trocar import DEEPEST_M, Posture, aimed, pose
from world.geometry import rotate

HEIGHT_PX = 720.0
AT_M = (np.array([-0.02, 0.0, 0.04]), np.array([0.02, 0.0, 0.04]))


def hands(**changes):
    postures = [aimed(one, at, Posture(jaw=OPEN)) for one, at in zip((BOX.left, BOX.right), AT_M,
                                                                     strict=True)]  # fmt: skip
    return Hands(BOX, postures, FIRST_SCOPE, **changes)


def view(head_roll_rad=0.0, scope=FIRST_SCOPE):
    return camera(BOX.scope, BOX.camera, scope, head_roll_rad)


def place(seen, own, hand):
    """Where a tip is in the picture, in pixels to the right and down."""
    tip_m = pose(own.trocars[hand], own.wanted[hand]).tip_m
    x, y, z = rotate(seen.rotation * np.array([1, -1, -1, -1]), tip_m - seen.position_m)
    half = np.tan(BOX.scope.field_of_view_rad / 2)
    return np.array([x, -z]) / y / half * HEIGHT_PX / 2


def depth_m(seen, own, hand):
    tip_m = pose(own.trocars[hand], own.wanted[hand]).tip_m
    return rotate(seen.rotation * np.array([1, -1, -1, -1]), tip_m - seen.position_m)[1]


@given(st.floats(-60, 60), st.floats(-60, 60), st.floats(-1, 1), st.sampled_from([LEFT, RIGHT]))
def test_a_tip_goes_as_many_pixels_as_the_pointer(across_px, down_px, roll_rad, hand):
    own, seen = hands(), view(roll_rad)
    own.active = hand
    before = place(seen, own, hand)
    own.point(across_px, down_px, HEIGHT_PX, seen)
    moved = place(seen, own, hand) - before
    assert moved == pytest.approx([across_px, down_px], abs=0.5)
    other = 1 - hand
    assert own.wanted[other] == hands().wanted[other]


@given(st.floats(-3, 3), st.sampled_from([LEFT, RIGHT]))
def test_the_wheel_moves_a_tip_along_the_line_of_sight(steps, hand):
    own, seen = hands(), view()
    own.active = hand
    before, was_m = place(seen, own, hand), depth_m(seen, own, hand)
    own.wheel(steps, seen)
    assert place(seen, own, hand) == pytest.approx(before, abs=0.1)
    assert np.sign(depth_m(seen, own, hand) - was_m) == np.sign(steps) or abs(steps) < 1e-6


def test_the_wheel_stops_before_the_lens():
    own, seen = hands(), view()
    for _ in range(200):
        own.wheel(-1.0, seen)
    assert depth_m(seen, own, own.active) > 0


def test_a_press_closes_jaws_and_the_next_opens_them_and_they_stay_when_the_mouse_goes():
    own = hands()
    own.grip(RIGHT)
    own.switch()
    own.point(10, 0, HEIGHT_PX, view())
    assert own.active == LEFT
    assert own.wanted[RIGHT].jaw == 0.0
    own.grip(RIGHT)
    assert own.wanted[RIGHT].jaw == OPEN


def test_the_pointer_turns_the_active_instrument():
    own = hands()
    before = own.wanted[RIGHT].roll_rad
    own.roll(50.0)
    assert own.wanted[RIGHT].roll_rad > before
    assert own.wanted[LEFT] == hands().wanted[LEFT]


@pytest.mark.parametrize("name", MOVES)
def test_each_key_moves_its_own_hand_as_the_picture_shows_it(name):
    own, seen = hands(), view()
    hand, motion = MOVES[name]
    before, was_m = place(seen, own, hand), depth_m(seen, own, hand)
    rolled_rad = own.wanted[hand].roll_rad
    assert own.key(name, is_down=True)
    own.advance(0.2, seen)
    across, down = place(seen, own, hand) - before
    deeper_m = depth_m(seen, own, hand) - was_m
    assert {
        Motion.LEFT: across < -5,
        Motion.RIGHT: across > 5,
        Motion.UP: down < -5,
        Motion.DOWN: down > 5,
        Motion.INTO: deeper_m > 0.002,
        Motion.OUT: deeper_m < -0.002,
        Motion.ROLL_LEFT: own.wanted[hand].roll_rad < rolled_rad,
        Motion.ROLL_RIGHT: own.wanted[hand].roll_rad > rolled_rad,
    }[motion]
    assert own.wanted[1 - hand] == hands().wanted[1 - hand]
    own.key(name, is_down=False)
    still = list(own.wanted)
    own.advance(1.0, seen)
    assert own.wanted == still


def test_a_tap_is_a_small_step_and_a_held_key_is_faster():
    own, seen = hands(), view()
    own.key("l", is_down=True)
    first = place(seen, own, RIGHT)[0]
    own.advance(0.02, seen)
    tap = place(seen, own, RIGHT)[0] - first
    own.advance(0.3, seen)
    before = place(seen, own, RIGHT)[0]
    own.advance(0.02, seen)
    assert place(seen, own, RIGHT)[0] - before > 2 * tap > 0


@pytest.mark.parametrize("name", SCOPE_MOVES)
def test_each_key_of_the_scope_moves_the_scope_only(name):
    own = hands()
    own.key(name, is_down=True)
    own.advance(0.2, view())
    assert own.scope != FIRST_SCOPE
    assert own.wanted == hands().wanted


def test_both_hands_and_the_scope_can_be_moved_at_the_same_time():
    own = hands()
    for name in ("d", "j", "up"):
        own.key(name, is_down=True)
    own.advance(0.1, view())
    assert own.wanted[LEFT] != hands().wanted[LEFT]
    assert own.wanted[RIGHT] != hands().wanted[RIGHT]
    assert own.scope != FIRST_SCOPE


def test_the_picture_can_be_made_level():
    own = hands()
    own.scope = replace(own.scope, roll_rad=0.7, yaw_rad=0.2)
    assert abs(horizon_error_rad(view(0.0, own.scope))) > 0.1
    own.key("h", is_down=True)
    assert horizon_error_rad(view(own.head_roll_rad, own.scope)) == pytest.approx(0.0, abs=1e-9)


def test_a_pedal_is_pressed_while_its_key_is_down():
    own = hands()
    own.key("v", is_down=True)
    assert own.inputs.left.is_active
    own.key("v", is_down=False)
    assert not own.inputs.left.is_active


def test_whoever_is_left_handed_begins_with_the_left_hand():
    assert hands().active == RIGHT
    assert hands(is_left_handed=True).active == LEFT


def test_a_window_that_loses_the_keyboard_lets_go_of_everything():
    own = hands()
    for name in ("d", "v", "."):
        own.key(name, is_down=True)
    own.let_go()
    own.advance(1.0, view())
    assert own.wanted == hands().wanted


def test_no_key_has_two_meanings():
    tables = [set(MOVES), set(SCOPE_MOVES), set(PRESSES)]
    assert sum(map(len, tables)) == len(set().union(*tables))


def test_a_key_of_somebody_else_is_left_alone():
    own = hands()
    assert not own.key("escape", is_down=True)
    assert own.inputs == hands().inputs


def test_finished_is_said_once_and_travels():
    own = hands()
    own.key("f10", is_down=True)
    assert own.inputs.is_done


def test_sticks_move_both_tips_and_shoulders_make_them_go_deeper():
    own, seen = hands(), view()
    own.take_pad(Pad(sticks=((1.0, 0.0), (0.0, 1.0))), 0.1, seen)
    assert place(seen, own, LEFT)[0] > place(seen, hands(), LEFT)[0] + 5
    assert place(seen, own, RIGHT)[1] < place(seen, hands(), RIGHT)[1] - 5
    own = hands()
    pad = Pad(((0.0, 1.0), (0.5, 0.0)), buttons=frozenset({PadButton.LEFT_SHOULDER,
                                                          PadButton.RIGHT_SHOULDER}))  # fmt: skip
    own.take_pad(pad, 0.1, seen)
    assert depth_m(seen, own, LEFT) > depth_m(seen, hands(), LEFT) + 0.005
    assert own.wanted[RIGHT].roll_rad > hands().wanted[RIGHT].roll_rad


def test_a_stick_that_does_not_come_quite_back_moves_nothing():
    own = hands()
    own.take_pad(Pad(sticks=((0.1, -0.1), (0.05, 0.0))), 1.0, view())
    assert own.inputs == hands().inputs


def test_triggers_hold_the_jaws_and_rest_leaves_them_as_a_press_left_them():
    own, seen = hands(), view()
    own.take_pad(Pad(triggers=(1.0, 0.5)), 0.02, seen)
    assert own.wanted[LEFT].jaw == 0.0
    assert own.wanted[RIGHT].jaw == pytest.approx(OPEN / 2)
    own.take_pad(Pad(), 0.02, seen)
    assert own.wanted[LEFT].jaw == OPEN
    own.grip(LEFT)
    own.take_pad(Pad(), 0.02, seen)
    assert own.wanted[LEFT].jaw == 0.0


def test_a_button_of_a_gamepad_is_one_press_however_long_it_is_held():
    own, seen = hands(), view()
    own.scope = replace(own.scope, roll_rad=0.5)
    for _ in range(3):
        own.take_pad(Pad(buttons=frozenset({PadButton.START, PadButton.CROSS_UP})), 0.02, seen)
    assert own.is_done
    assert own.scope.pitch_rad > FIRST_SCOPE.pitch_rad


def test_a_gamepads_sticks_at_their_ends_ask_for_nothing_that_cannot_be_sent():
    own = hands()
    for _ in range(400):
        own.take_pad(Pad(sticks=((1.0, 1.0), (-1.0, -1.0))), 0.1, view())
    assert unpack(pack(own.inputs)).left.insertion_m <= DEEPEST_M
