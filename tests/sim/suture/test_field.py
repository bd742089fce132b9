import numpy as np
import pytest

from sim.procedures.stitch import first_held
from sim.suture.field import LEFT, NODES, RIGHT, Field

NODE = 60


@pytest.mark.parametrize("can_hold", [True, False])
def test_only_jaws_that_can_hold_take_the_thread_that_they_close_on(can_hold):
    (left, right), _ = first_held(is_left_handed=False)
    field = Field((left, right))
    left = left._replace(jaw=0.6, can_hold=can_hold)
    for _ in range(120):
        way_m = field.thread.points_m[NODE] - left.tip_m
        far_m = np.linalg.norm(way_m)
        left = left._replace(tip_m=left.tip_m + way_m * min(1.0, 0.003 / (far_m + 1e-9)))
        field.step((left, right))
    for _ in range(5):
        field.step((left._replace(jaw=0.0), right))
    assert (field.jaws[LEFT].node >= 0) is can_hold


def test_a_needle_that_is_taken_out_is_gone_and_its_end_of_the_thread_is_free():
    tips, needle_in = first_held(is_left_handed=False)
    field = Field(tips, needle_in)
    field.take_out_needle()
    assert field.needle_in == -1
    assert field.needle not in field.scene.actors
    assert NODES - 1 not in field.thread.anchors.node
    assert field.thread.capsules.radius[RIGHT] == 0.0
    assert field.thread.capsules.radius[LEFT] > 0.0
    for _ in range(10):
        field.step(tuple(held._replace(can_hold=False) for held in tips))
    assert np.isfinite(field.thread.points_m).all()
