"""The same bits from code compiled for other processors."""

import os
import platform
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
PROGRAM = """
import numpy as np
from tests.sim.tissue.stitches import Hand
from tests.sim.tissue.test_contact import ploughed
hand = Hand()
hand.drive(np.radians(80))
print(hand.scene.digest(), ploughed(60, seed=3, tools=2)[0].digest())
"""
TARGETS = {
    "native": {},
    "avx2": {
        "NUMBA_CPU_NAME": "haswell",
        "NUMBA_CPU_FEATURES": "+avx2,+fma,+avx,+sse4.2,+sse4.1,+ssse3,+sse3,+sse2,+popcnt",
    },
    "generic": {"NUMBA_CPU_NAME": "generic", "NUMBA_CPU_FEATURES": ""},
}


def digest(target, cache):
    environment = {**os.environ, "NUMBA_CACHE_DIR": str(cache), **TARGETS[target]}
    command = [sys.executable, "-c", PROGRAM]
    done = subprocess.run(
        command, cwd=ROOT, env=environment, capture_output=True, text=True, check=True
    )
    return done.stdout


@pytest.mark.long
@pytest.mark.timeout(1800)
@pytest.mark.skipif(platform.machine() not in {"x86_64", "AMD64"}, reason="names processors of x86")
def test_needle_and_contact_give_the_same_bits_on_every_processor(tmp_path):
    wanted = digest("native", tmp_path / "native")
    assert len(wanted.split()) == 2
    for target in ("avx2", "generic"):
        assert digest(target, tmp_path / target) == wanted
