import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from sim.instruments.catalog import INSTRUMENTS
from sim.instruments.controls import held, nudged, turned
from sim.instruments.scope import Scope, camera
from sim.instruments.trocar import Posture, Trocar, pose
from world.geometry import multiply, rotate

PLACE = Trocar((0.1, 0.2, 0.3), (0.5, -0.5, 0.5, 0.5))
GRASPER = INSTRUMENTS["grasper"]
postures = st.builds(
    Posture,
    st.floats(-0.9, 0.9),
    st.floats(-0.9, 0.9),
    st.floats(0.05, 0.25),
    st.floats(-3, 3),
    st.floats(0, 1),
)


@given(postures)
def test_a_tracked_hand_on_the_handle_gives_the_instruments_posture(posture):
    at = pose(PLACE, posture)
    handle_m = at.tip_m - GRASPER.shaft_length_m * rotate(at.rotation, np.array([0.0, 1.0, 0.0]))
    again = held(PLACE, GRASPER, handle_m, at.rotation, squeeze=1 - posture.jaw)
    assert np.allclose(pose(PLACE, again).tip_m, at.tip_m, atol=1e-9)
    error = multiply(pose(PLACE, again).rotation, at.rotation * np.array([1, -1, -1, -1]))
    assert np.allclose(np.abs(error), (1, 0, 0, 0), atol=1e-7)
    assert np.isclose(again.jaw, posture.jaw)


def test_a_hand_to_the_right_moves_the_tip_to_the_left():
    at = pose(PLACE, Posture(insertion_m=0.15))
    across = rotate(at.rotation, np.array([0.01, 0.0, 0.0]))
    handle_m = at.tip_m - GRASPER.shaft_length_m * rotate(at.rotation, np.array([0.0, 1.0, 0.0]))
    moved = held(PLACE, GRASPER, handle_m + across, at.rotation, squeeze=0)
    assert (pose(PLACE, moved).tip_m - at.tip_m) @ across < 0


@given(st.tuples(*[st.floats(-0.01, 0.01)] * 3))
def test_a_mouse_moves_the_tip_as_the_picture_shows_it(move_m):
    view = camera(Scope(), PLACE, Posture(insertion_m=0.05))
    wanted = Posture(0.1, -0.2, 0.15, 0.3, 0.4)
    after = nudged(PLACE, wanted, view.rotation, np.array(move_m))
    moved_m = pose(PLACE, after).tip_m - pose(PLACE, wanted).tip_m
    assert np.allclose(moved_m, rotate(view.rotation, np.array(move_m)), atol=1e-12)
    assert (after.roll_rad, after.jaw) == (wanted.roll_rad, wanted.jaw)


def test_wild_mice_and_sticks_stay_within_the_limits():
    view = camera(Scope(), PLACE, Posture())
    after = nudged(PLACE, Posture(), view.rotation, np.array((9.0, -9.0, 9.0)))
    again = turned(after, 100.0, 5.0)
    assert again.jaw == 1.0
    assert abs(again.roll_rad) <= np.pi
    onto_pivot_m = np.array(PLACE.pivot_m) - pose(PLACE, Posture()).tip_m
    back = np.array([1, -1, -1, -1]) * view.rotation
    assert nudged(PLACE, Posture(), view.rotation, rotate(back, onto_pivot_m)) == Posture()
