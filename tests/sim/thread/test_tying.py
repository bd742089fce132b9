import numpy as np
import pytest

from sim.thread.knots import NAMES, Place, find_knot
from sim.thread.stitch import Bite, stitched
from sim.thread.tying import Manner, stages, tie


@pytest.mark.parametrize("throws", [(1,), (1, -1), (1, 1), (2, -1), (2, 1)])
def test_two_instruments_tie_the_knot_from_a_thread_without_one(throws):
    stitch = stitched(Bite())
    assert not find_knot(stitch.thread.points_m, apex=stitch.apex).throws
    strains = []
    tie(stitch, throws, Manner(), lambda: strains.append(np.abs(stitch.thread.strain())))
    knot = find_knot(stitch.thread.points_m, apex=stitch.apex)
    assert knot.name is NAMES[throws]
    assert knot.place is Place.ON_POST
    assert np.percentile(strains, 99) < 0.01


def test_a_script_is_data_and_the_same_every_time():
    stitch = stitched(Bite())
    assert list(stages(stitch, (2, -1), Manner())) == list(stages(stitch, (2, -1), Manner()))
    assert all(stage.frames > 0 for stage in stages(stitch, (1,), Manner()))
