"""The same bits from code compiled for other processors."""

from tests.sim.processors import TARGETS, on_x86, printed

PROGRAM = """
import hashlib
import numpy as np
from sim.membrane.gauze import Gauze
from sim.membrane.scissors import Scissors
from sim.membrane.springs import Obstacles

cloth, scissors = Gauze(), Scissors()
cloth.grasp("left", np.array([-0.01, 0.0, 0.04]))
rod = Obstacles(np.array([[0.0, -0.05, 0.04]]), np.array([[0.0, 0.05, 0.043]]), np.full(1, 0.0025))
for step in range(24):
    at = np.array([0.05 - 0.002 * step, 0.0004 * step, 0.04])
    scissors.close(cloth, at, at - (0.002, -0.0004, 0.0))
    cloth.drag("left", np.array([0.0, 0.0001, 0.0002]))
    cloth.step(rod, 12 + step % 3)
print(hashlib.sha256(cloth.state() + scissors.state()).hexdigest())
"""


@on_x86
def test_gauze_and_scissors_give_the_same_bits_on_every_processor(tmp_path):
    digests = {target: printed(PROGRAM, target, tmp_path / target) for target in TARGETS}
    assert len(digests["native"]) == 64
    assert len(set(digests.values())) == 1, digests
