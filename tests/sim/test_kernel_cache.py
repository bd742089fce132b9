import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import sim.kernel

CALLER = """
from sim.callee import FACTOR, doubled
from sim.kernel import kernel

@kernel
def answer(x):
    return doubled(x) * FACTOR
"""
CALLEE = """
from sim.kernel import kernel

FACTOR = {factor}

@kernel
def doubled(x):
    return {doubled}
"""
ASK = """
from sim.caller import answer
print(answer(10.0), sum(answer.stats.cache_hits.values()))
"""


@pytest.fixture(name="house")
def _house(tmp_path: Path) -> Path:
    (tmp_path / "sim").mkdir()
    (tmp_path / "sim" / "__init__.py").touch()
    shutil.copy(sim.kernel.__file__, tmp_path / "sim" / "kernel.py")
    (tmp_path / "sim" / "caller.py").write_text(CALLER)
    return tmp_path


def _answer(house: Path, factor: float, doubled: str) -> list[float]:
    (house / "sim" / "callee.py").write_text(CALLEE.format(factor=factor, doubled=doubled))
    command = [sys.executable, "-B", "-c", ASK]
    told = subprocess.run(command, cwd=house, check=True, capture_output=True, text=True)
    return [float(word) for word in told.stdout.split()]


def test_a_loop_is_compiled_again_when_what_it_calls_or_takes_from_elsewhere_has_changed(
    house: Path,
) -> None:
    assert _answer(house, 1.0, "2.0 * x") == [20.0, 0]
    assert _answer(house, 1.0, "2.0 * x") == [20.0, 1]  # kept
    assert _answer(house, 1.0, "3.0 * x") == [30.0, 0]
    assert _answer(house, 5.0, "3.0 * x") == [150.0, 0]
    kept = list((house / "sim" / "__pycache__").rglob("caller*.nbi"))
    assert len(kept) == 1  # what was compiled from the text before is deleted
