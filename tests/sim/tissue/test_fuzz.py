"""Soft bodies dragged about without mercy: nothing may ever become infinite or undefined."""

import numpy as np
import pytest

from sim.arrays import STEP_S
from sim.kernel import kernel
from sim.tissue.blocks import block
from sim.tissue.body import ROUNDS, TOLERANCE, Body, finish, set_up
from sim.tissue.material import Material
from sim.tissue.solver import solve

HAND_M_S = 0.5
CELL_M = 0.01
FRAMES_EACH = 60


def dragged(  # noqa: PLR0917 -- compiled for the long runs, which take a tenth of the time then
    state, rows, clamped, grabbed, hand, kicks, frames_each
):
    """Runs all drags; returns the fastest speed, infinite where anything was not finite."""
    x, v, is_fixed = state.x_m, state.v_m_s, state.system.is_fixed
    fastest = 0.0
    for g in range(grabbed.shape[0]):
        x += kicks[g]
        for frame in range(frames_each):
            is_fixed[:] = False
            for k in range(grabbed.shape[1]):
                if frame < frames_each * 2 // 3:
                    is_fixed[grabbed[g, k]] = True
                    v[grabbed[g, k]] = hand[g]
            for i in clamped:
                is_fixed[i] = True
                v[i] = 0
            floor = set_up(state, 9.80665, STEP_S)
            solve(v, state.system, state.pattern, rows, STEP_S, 1, ROUNDS, TOLERANCE, floor)
            finish(state, rows, STEP_S)
            speed = np.abs(v).max()
            if not (speed < 1e6 and np.abs(x).max() < 1e6):
                return np.inf
            fastest = max(fastest, speed)
    return fastest


compiled = kernel(dragged)


def fuzzed(body, is_clamped, rng, frames, drag=dragged):
    """Drags three vertices at a time; now and then a kick turns many elements inside out."""
    drags, count = frames // FRAMES_EACH, len(body.x_m)
    hand = rng.normal(size=(drags, 3))
    hand *= HAND_M_S / np.linalg.norm(hand, axis=1, keepdims=True)
    kicks = rng.normal(size=(drags, count, 3)) * rng.choice([0, 0, 0.3, 1], (drags, 1, 1)) * CELL_M
    kicks[:, is_clamped] = 0
    grabbed = rng.integers(0, count, (drags, 3))
    return drag(
        body.state, body.rows, np.flatnonzero(is_clamped), grabbed, hand, kicks, FRAMES_EACH
    )


def body_of(cells, rng):
    young = 10 ** rng.uniform(3, 5.5)
    material = Material("any", young, rng.uniform(0.0, 0.49))
    mesh = block(cells, (CELL_M, CELL_M, CELL_M), material)
    is_clamped = (mesh.vertices_m[:, 2] == 0) & (rng.random() < 0.7)
    return Body(mesh, is_clamped), is_clamped


def run(frames, cells_of, seed, chunk, drag=dragged):
    rng = np.random.default_rng(seed)
    left = frames
    while left > 0:
        body, is_clamped = body_of(cells_of(rng), rng)
        assert np.isfinite(fuzzed(body, is_clamped, rng, chunk, drag)), (
            f"seed {seed}, {left} frames left"
        )
        left -= chunk


def small(rng):
    return tuple(int(n) for n in rng.choice([(1, 1, 1), (2, 2, 2), (3, 2, 2), (5, 4, 2)]))


def test_wild_drags_and_inversions_leave_every_number_finite():
    run(6000, small, seed=11, chunk=600)


def test_a_dragged_block_of_a_thousand_tets_comes_back_to_its_shape():
    rng = np.random.default_rng(12)
    mesh = block((6, 6, 6), (CELL_M, CELL_M, CELL_M), Material("firm", 30e3))
    is_clamped = mesh.vertices_m[:, 2] == 0
    body, settled = Body(mesh, is_clamped), Body(mesh, is_clamped)
    assert np.isfinite(fuzzed(body, is_clamped, rng, 300))
    for _ in range(400):
        body.step()
        settled.step()
    assert np.abs(body.x_m - settled.x_m).max() < 1e-4


@pytest.mark.long
@pytest.mark.timeout(3600)
def test_a_million_frames_of_small_meshes_stay_finite():
    run(1_000_000, small, seed=13, chunk=6000, drag=compiled)


@pytest.mark.long
@pytest.mark.timeout(3600)
def test_twenty_thousand_frames_of_five_thousand_tets_stay_finite():
    run(20_000, lambda rng: (10, 10, 10), seed=14, chunk=1200, drag=compiled)
