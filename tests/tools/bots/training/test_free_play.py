"""A bot among the organs: what it grasps, cuts and tears is told, shown and counted, not scored."""

from functools import cache

import numpy as np
import pytest

from sim.procedures.catalog import PROCEDURES
from sim.procedures.free_play import FreePlay
from sim.recording import read
from sim.replay import replayed
from tools.bots.training.operator import EXPERT
from tools.bots.training.practice import WAYS, practise

FREE_PLAY = PROCEDURES["free_play"]


@cache
def _attempt(is_left_handed):
    way = WAYS["free_play"](is_left_handed)
    return practise(FREE_PLAY, 1, EXPERT, way, is_left_handed=is_left_handed)


@pytest.mark.parametrize("is_left_handed", [False, True])
def test_the_bot_holds_the_gallbladder_and_lays_the_liver_open(is_left_handed):
    environment, _ = _attempt(is_left_handed)
    assert environment.is_over
    kinds = [noted.what.kind for noted in environment.noted]
    assert kinds[0] == "held"
    assert "cut" in kinds
    names = [surface.name for surface in environment.scene().surfaces]
    assert [name for name in names if not name.endswith("-cut")] == ["liver", "gallbladder", "pad"]
    assert "liver-cut" in names
    assert "pad-cut" not in names


def test_there_are_motion_metrics_and_no_score():
    result = _attempt(False)[0].result()
    assert result.score is None
    assert not result.is_proficient
    assert result.motion.left.peak_force_n > 0.5
    assert result.motion.left.path_m > 0.05


def test_what_was_cut_is_replayed_bit_for_bit():
    environment, record = _attempt(False)
    assert replayed(read(record)) == environment.result()


def test_at_the_start_all_surfaces_are_whole_closed_skin():
    surfaces = FreePlay().scene().surfaces
    assert [surface.name for surface in surfaces] == ["liver", "gallbladder", "pad"]
    for surface in surfaces:
        assert np.isfinite(surface.corners_m).all()
        assert surface.triangles.max() == len(surface.corners_m) - 1
    assert sum(len(surface.corners_m) for surface in surfaces) < 1500
