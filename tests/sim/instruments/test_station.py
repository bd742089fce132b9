from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.instruments.scope import camera, horizon_error_rad, sees
from sim.instruments.station import BOX, STATIONS, looking_at, name_of
from sim.instruments.trocar import Posture, aimed, pose, within_limits
from world.geometry import rotate

PLACES = st.tuples(*[st.floats(-0.3, 0.3)] * 3)
FIELD = np.array(
    [(x, y, z) for x in (-0.06, 0.0, 0.06) for y in (-0.05, 0.0, 0.05) for z in (0.005, 0.04)]
)


@given(PLACES, PLACES)
def test_a_trocar_that_looks_at_a_point_reaches_it_without_a_swing(pivot_m, target_m):
    way_m = np.subtract(target_m, pivot_m)
    if np.linalg.norm(way_m) < 1e-3:
        return
    trocar = looking_at(pivot_m, target_m)
    at = pose(trocar, Posture(insertion_m=float(np.linalg.norm(way_m))))
    assert at.tip_m == pytest.approx(np.array(target_m), abs=1e-12)
    assert rotate(np.array(trocar.rotation), np.array([1.0, 0, 0]))[2] == pytest.approx(0)


def test_a_trocar_cannot_look_at_itself():
    with pytest.raises(ValueError, match="another target"):
        looking_at((0.1, 0.0, 0.0), (0.1, 0.0, 0.0))


@pytest.mark.parametrize("trocar", [BOX.left, BOX.right])
def test_both_hands_reach_the_whole_field(trocar):
    for point_m in FIELD:
        wanted = aimed(trocar, point_m, Posture())
        assert within_limits(wanted) == wanted


def test_the_scope_at_rest_sees_the_whole_field_upright():
    view = camera(BOX.scope, BOX.camera, Posture(insertion_m=0.06))
    assert sees(BOX.scope, view, FIELD).all()
    assert horizon_error_rad(view) == pytest.approx(0)


def test_a_station_that_the_table_does_not_know_has_no_name():
    assert [name_of(one) for one in STATIONS.values()] == list(STATIONS)
    with pytest.raises(ValueError, match="add it there"):
        name_of(replace(BOX, left=BOX.right))
