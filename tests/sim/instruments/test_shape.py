import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.instruments.catalog import INSTRUMENTS, Use
from sim.instruments.shape import capsules, cuts, cutting_edges_m
from sim.instruments.trocar import SHALLOWEST_M, Posture, Trocar, pose

PLACE = Trocar((0.1, 0.2, 0.3), (0.5, -0.5, 0.5, 0.5))
postures = st.builds(
    Posture,
    st.floats(-1, 1),
    st.floats(-1, 1),
    st.floats(SHALLOWEST_M, 0.25),
    st.floats(-3, 3),
    st.floats(0, 1),
)
names = pytest.mark.parametrize("name", INSTRUMENTS)


@names
def test_every_instrument_has_what_its_uses_need(name):
    instrument = INSTRUMENTS[name]
    assert instrument.uses
    assert 0 < instrument.hinge_m < SHALLOWEST_M
    assert (Use.CUT in instrument.uses) == (instrument.edge_m is not None)
    takes_hold = bool(instrument.uses & {Use.GRASP, Use.CLIP})
    assert takes_hold == (instrument.grip_force_n > 0)
    swings = sorted({part.swing for part in instrument.parts})
    assert swings == ([-1, 1] if instrument.opening_rad else [0])


@names
@settings(max_examples=20)
@given(posture=postures)
def test_the_shape_moves_rigidly_and_its_front_is_at_the_tip(name, posture):
    instrument = INSTRUMENTS[name]
    shape = capsules(instrument, PLACE, posture)
    closed = capsules(instrument, PLACE, Posture())
    assert np.allclose(
        np.linalg.norm(shape.end_m - shape.start_m, axis=1)[1:],
        np.linalg.norm(closed.end_m - closed.start_m, axis=1)[1:],
    )
    assert np.allclose(shape.start_m[0], PLACE.pivot_m)
    assert len(shape.radius_m) == 1 + sum(len(part.points_m) - 1 for part in instrument.parts)
    tip_m = pose(PLACE, posture).tip_m
    reach_m = np.linalg.norm(shape.end_m - tip_m, axis=1).max()
    assert reach_m < instrument.hinge_m + 0.01


def test_open_jaws_stand_apart_by_their_opening_and_closed_ones_touch():
    grasper = INSTRUMENTS["grasper"]
    shape = capsules(grasper, PLACE, Posture(insertion_m=0.1, jaw=1.0))
    ways_m = (shape.end_m - shape.start_m)[1:]
    ways_m /= np.linalg.norm(ways_m, axis=1)[:, None]
    assert np.isclose(np.arccos(ways_m[0] @ ways_m[1]), grasper.opening_rad)
    closed = capsules(grasper, PLACE, Posture(insertion_m=0.1, jaw=0.0))
    gap_m = np.linalg.norm(closed.end_m[1] - closed.end_m[2])
    assert np.isclose(gap_m, 2 * closed.radius_m[1])


def test_the_blades_of_the_scissors_meet_when_closed_and_span_the_opening_when_open():
    scissors, at = INSTRUMENTS["scissors"], pose(PLACE, Posture(insertion_m=0.1))
    closed_m = cutting_edges_m(scissors, at, jaw=0.0)
    assert np.allclose(closed_m[0], closed_m[1])
    assert np.allclose(closed_m[:, 1], at.tip_m)
    open_m = cutting_edges_m(scissors, at, jaw=1.0)
    assert np.allclose(open_m[0, 0], open_m[1, 0])
    ways_m = open_m[:, 1] - open_m[:, 0]
    assert np.allclose(np.linalg.norm(ways_m, axis=1), scissors.hinge_m)
    cosine = ways_m[0] @ ways_m[1] / scissors.hinge_m**2
    assert np.isclose(np.arccos(cosine), scissors.opening_rad)


def test_a_hook_has_one_edge_and_a_grasper_none():
    at = pose(PLACE, Posture(insertion_m=0.1))
    assert cutting_edges_m(INSTRUMENTS["hook"], at, jaw=0.0).shape == (1, 2, 3)
    with pytest.raises(ValueError, match="has no edge"):
        cutting_edges_m(INSTRUMENTS["grasper"], at, jaw=0.0)


@pytest.mark.parametrize(
    ("name", "after", "expected"),
    [
        ("scissors", Posture(jaw=0.4), True),
        ("scissors", Posture(jaw=0.6), False),
        ("hook", Posture(jaw=0.5, is_active=True), True),
        ("hook", Posture(jaw=0.5), False),
        ("blade", Posture(jaw=0.5), True),
        ("grasper", Posture(jaw=0.4), False),
    ],
)
def test_each_edge_cuts_by_its_own_rule(name, after, expected):
    assert cuts(INSTRUMENTS[name], Posture(jaw=0.5), after) is expected
