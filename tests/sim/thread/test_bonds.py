import numpy as np
import pytest

from sim.thread.thread import Thread

POST_M = 4e-3


def looped(limit_n=None):
    """A thread round under a post, its ends led out to the sides above; bonded where they leave."""
    radius = POST_M + 2e-4
    turn = np.linspace(-0.25 * np.pi, 1.25 * np.pi, 24)
    arc = radius * np.stack([np.cos(turn), 0 * turn, -np.sin(turn)], axis=1)
    out = np.linspace(1.5e-3, 0.04, 26)[:, None] * np.array([0.9, 0.0, 0.435])
    thread = Thread(np.vstack([arc[0] + out[::-1], arc, arc[-1] + out * [-1, 1, 1]]))
    thread.place(0, np.array([[0, -0.03, 0], [0, 0.03, 0]]), POST_M, 0.1)
    thread.hold(0, 0, limit_n=0.5)
    thread.hold(1, thread.nodes - 1, limit_n=0.5)
    if limit_n is not None:
        thread.bond(26, thread.nodes - 27, limit_n)
    return thread


def pulled_up(thread, frames=120):
    """Pulls both ends up and apart; returns how far the bonded nodes are apart."""
    ends = thread.points_m[[0, -1]]
    for k in range(frames):
        for anchor, side in ((0, 1), (1, -1)):
            thread.drive(anchor, ends[anchor] + 3e-4 * k * np.array([side * 0.9, 0, 0.435]))
        thread.step()
    x = thread.points_m
    return np.linalg.norm(x[26] - x[-27])


def test_a_bond_keeps_its_loop_while_the_ends_are_pulled():
    thread = looped(limit_n=5.0)
    length_m = float(thread.bonds.length[0])
    assert pulled_up(thread) < length_m + 3e-4
    assert 0.1 < thread.bonds.pull[0] < 1.5
    assert pulled_up(looped()) > length_m + 5e-4


def test_a_bond_that_is_pulled_too_hard_slides_at_its_limit():
    thread = looped(limit_n=0.1)
    begun_m = float(thread.bonds.length[0])
    assert pulled_up(thread) > begun_m + 3e-4
    assert thread.bonds.length[0] > begun_m
    assert thread.bonds.pull[0] <= 0.1 * 1.001


def test_a_bond_without_force_is_refused():
    with pytest.raises(ValueError, match="above 0"):
        looped(limit_n=0.0)
