"""The same bits on every processor: the same run, compiled anew for other targets."""

import pytest

from tests.sim.processors import printed

RUN = """
import hashlib
from sim.thread.diagram import views
from sim.thread.knots import SPHERE
from sim.thread.stitch import Bite, stitched
from sim.thread.tying import Manner, hands, play, stages

def digest():
    stitch = stitched(Bite(nodes=90))
    pair = hands(stitch)
    # a whole throw, and what the views make of it
    for stage in stages(stitch, (1,), Manner()):
        play(stitch, pair, stage)
    points = stitch.thread.points_m
    seen = views(points, 0, len(points) - 1, SPHERE)
    state = stitch.thread.state_hash() + hashlib.sha256(seen.tobytes()).hexdigest()
    return hashlib.sha256(state.encode()).hexdigest()
"""


def _here():
    scope = {}
    exec(RUN, scope)
    return scope["digest"]()


def _in_a_process(target, cache):
    return printed(RUN + "\nprint(digest())", target, cache)


def test_a_processor_without_vector_units_gives_the_same_bits(tmp_path):
    assert _in_a_process("generic", tmp_path) == _here()


@pytest.mark.long
@pytest.mark.parametrize("target", ["avx2", "native"])
def test_every_other_target_gives_the_same_bits(target, tmp_path):
    first = _in_a_process(target, tmp_path)
    assert first == _in_a_process(target, tmp_path)
    assert first == _here()
