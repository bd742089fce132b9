"""The same bits from code compiled for other processors."""

import pytest

from tests.sim.processors import on_x86, printed

PROGRAM = """
import numpy as np
from tests.sim.tissue.stitches import Hand
from tests.sim.tissue.test_contact import ploughed
hand = Hand()
hand.drive(np.radians(80))
print(hand.scene.digest(), ploughed(60, seed=3, tools=2)[0].digest())
"""


@pytest.mark.long
@pytest.mark.timeout(1800)
@on_x86
def test_needle_and_contact_give_the_same_bits_on_every_processor(tmp_path):
    wanted = printed(PROGRAM, "native", tmp_path / "native")
    assert len(wanted.split()) == 2
    for target in ("avx2", "generic"):
        assert printed(PROGRAM, target, tmp_path / target) == wanted
