import mujoco
import numpy as np
import pytest

from sim.instruments.trocar import Posture, Trocar, aimed, pose
from sim.rigid import model
from sim.rigid.peg_board import PegBoard

DOWN = (np.cos(-np.pi / 4), np.sin(-np.pi / 4), 0.0, 0.0)
"""The shaft points down; the jaws open along y."""
SIDE_M = model.RING_RADIUS_M * np.sqrt(3) / 2
"""From the middle of a ring to the middle of the tube that its jaws take."""
LOW_M = 0.0008
AWAY = np.array([[-0.07, -0.09, 0.07], [0.07, 0.09, 0.07]])


class Hands:
    """Two hands that move evenly from point to point."""

    def __init__(self, board):
        self.board = board
        self.at_m, self.jaw = AWAY.copy(), np.array([0.5, 0.5])

    def values(self):
        return np.column_stack([self.at_m, np.tile(DOWN, (2, 1)), self.jaw])

    def go(self, hand, to_m, steps=30):
        start_m = self.at_m[hand].copy()
        for step in range(1, steps + 1):
            self.at_m[hand] = start_m + (np.array(to_m) - start_m) * step / steps
            self.board.step(self.values())

    def set_jaw(self, hand, opening, steps=20):
        self.jaw[hand] = opening
        for _ in range(steps):
            self.board.step(self.values())

    def take(self, hand, ring, side, lift_m=0.06):
        """Takes a ring that lies on the board by its tube on one side, and lifts it."""
        x, y, _ = self.board.observe().ring_m[ring]
        self.go(hand, (x, y + side * SIDE_M, lift_m))
        self.go(hand, (x, y + side * SIDE_M, LOW_M))
        self.set_jaw(hand, 0.0)
        self.go(hand, (x, y + side * SIDE_M, lift_m), 40)


@pytest.fixture
def board():
    return PegBoard()


@pytest.fixture
def hands(board):
    return Hands(board)


def test_six_rings_stand_still_on_the_pegs_of_the_left_side(board, hands):
    before = board.observe()
    for _ in range(60):
        board.step(hands.values())
    after = board.observe()
    assert after.peg_of.tolist() == [0, 1, 2, 3, 4, 5]
    assert after.is_on_board.all()
    assert after.is_in_field.all()
    assert not after.is_held.any()
    assert not after.is_touching.any()
    assert np.abs(after.ring_m - before.ring_m).max() < 1e-4


def test_a_ring_is_lifted_handed_over_in_mid_air_and_put_on_a_peg_of_the_other_side(board, hands):
    hands.take(0, ring=0, side=-1)
    lifted = board.observe()
    assert lifted.is_held[:, 0].tolist() == [True, False]
    assert lifted.peg_of[0] == -1
    assert lifted.ring_m[0, 2] > 0.05
    hands.go(0, (0.0, -SIDE_M, 0.06), 40)
    x, y, z = board.observe().ring_m[0]
    hands.go(1, (x, y + SIDE_M, z + 0.03), 60)
    hands.go(1, (x, y + SIDE_M, z - 0.002))
    hands.set_jaw(1, 0.0)
    assert board.observe().is_held[:, 0].tolist() == [True, True]
    hands.set_jaw(0, 0.35)
    hands.go(0, hands.at_m[0] + (0.0, 0.0, 0.03))
    hands.go(0, AWAY[0], 40)
    given = board.observe()
    assert given.is_held[:, 0].tolist() == [False, True]
    assert given.ring_m[0, 2] > 0.04
    peg = np.array(model.PEGS_M[6])
    hold_m = hands.at_m[1] - board.observe().ring_m[0]
    hands.go(1, (*(peg + hold_m[:2]), 0.06), 60)
    hold_m = hands.at_m[1] - board.observe().ring_m[0]
    hands.go(1, (*(peg + hold_m[:2]), 0.012 + hold_m[2]), 40)
    hands.set_jaw(1, 0.35)
    hands.go(1, hands.at_m[1] + (0.0, 0.0, 0.05))
    hands.go(1, AWAY[1], 40)
    placed = board.observe()
    assert placed.peg_of.tolist() == [6, 1, 2, 3, 4, 5]
    assert placed.is_on_board[0]
    assert not placed.is_held.any()
    assert board.stopped_steps == 0


@pytest.mark.parametrize(("over_m", "is_in_field"), [((0.0, 0.0), True), ((0.0, -0.09), False)])
def test_an_opened_hand_drops_its_ring_inside_the_field_or_outside(
    board, hands, over_m, is_in_field
):
    hands.take(0, ring=0, side=-1)
    hands.go(0, (over_m[0], over_m[1] - SIDE_M, 0.06), 60)
    assert board.observe().is_held[0, 0]
    hands.set_jaw(0, 0.8, steps=60)
    after = board.observe()
    assert not after.is_held.any()
    assert after.ring_m[0, 2] < 0.01
    assert bool(after.is_in_field[0]) is is_in_field


def test_a_held_ring_stays_held_for_ten_seconds_and_the_jaws_press_no_harder_than_they_may(
    board, hands
):
    hands.take(0, ring=0, side=-1)
    start_m = board.observe().ring_m[0]
    hands.set_jaw(0, 0.0, steps=600)
    after = board.observe()
    assert after.is_held[0, 0]
    assert np.linalg.norm(after.ring_m[0] - start_m) < 0.002
    # The tube lies nearer to the hinge than the tip, at which the limit is stated.
    assert 0.5 * model.JAW_FORCE_N < after.grip_n[0, 0] < 1.3 * model.JAW_FORCE_N


def test_an_instrument_that_is_pressed_on_the_board_touches_it_and_does_not_go_through(
    board, hands
):
    hands.go(0, (0.0, 0.0, 0.02))
    assert not board.observe().is_touching.any()
    hands.go(0, (0.0, 0.0, -0.004))
    touching = board.observe()
    assert touching.is_touching.tolist() == [True, False]
    assert touching.tool_m[0, 2] > -0.002


def test_the_graspers_tip_is_where_the_trocar_says(board):
    trocars = [Trocar((side * 0.06, -0.1, 0.12), (1.0, 0.0, 0.0, 0.0)) for side in (-1, 1)]
    goals_m = np.array([[-0.02, 0.01, 0.05], [0.03, 0.02, 0.06]])
    poses = [pose(t, aimed(t, goal, Posture())) for t, goal in zip(trocars, goals_m, strict=True)]
    values = np.array([[*at.tip_m, *at.rotation, 0.3] for at in poses])
    for _ in range(60):
        board.step(values)
    assert np.abs(board.observe().tool_m - goals_m).max() < 1e-4


def test_same_inputs_give_the_same_bits_and_a_snapshot_goes_on_as_if_nothing_had_been(board):
    first, second = Hands(board), Hands(PegBoard())
    for hands in (first, second):
        hands.take(0, ring=2, side=-1)
    middle = board.snapshot()
    assert middle.tobytes() == second.board.snapshot().tobytes()
    other = Hands(PegBoard())
    other.at_m, other.jaw = first.at_m.copy(), first.jaw.copy()
    other.board.restore(middle)
    for hands in (first, other):
        hands.go(0, (0.02, 0.0, 0.03), 20)
        hands.set_jaw(0, 1.0, 20)
    assert first.board.snapshot().tobytes() == other.board.snapshot().tobytes()


def test_observing_changes_nothing(board, hands):
    hands.take(0, ring=0, side=-1, lift_m=0.03)
    seen, unseen = Hands(PegBoard()), Hands(PegBoard())
    for other in (seen, unseen):
        other.board.restore(board.snapshot())
        other.at_m, other.jaw = hands.at_m.copy(), hands.jaw.copy()
    for _ in range(10):
        seen.board.observe()
        seen.go(0, seen.at_m[0] + 0.002, 1)
        unseen.go(0, unseen.at_m[0] + 0.002, 1)
    assert seen.board.snapshot().tobytes() == unseen.board.snapshot().tobytes()


@pytest.mark.parametrize("seed", range(3))
def test_hands_that_jump_about_wildly_never_leave_anything_but_numbers(board, seed):
    rng = np.random.default_rng(seed)
    for _ in range(120):
        values = np.column_stack(
            [rng.uniform(-0.1, 0.1, (2, 3)), rng.normal(size=(2, 4)), rng.uniform(0, 1, 2)]
        )
        board.step(values)
        assert np.isfinite(board.snapshot()).all()


def test_a_state_that_the_engine_cannot_step_comes_to_rest_where_it_was(board, hands):
    place = mujoco.MjData(board._model)
    mujoco.mj_setState(board._model, place, board.snapshot(), mujoco.mjtState.mjSTATE_INTEGRATION)
    place.qvel[:] = 1e200
    state = np.empty_like(board.snapshot())
    mujoco.mj_getState(board._model, place, state, mujoco.mjtState.mjSTATE_INTEGRATION)
    before_m = board.observe().ring_m
    board.restore(state)
    board.step(hands.values())
    assert board.stopped_steps == 1
    assert np.isfinite(board.snapshot()).all()
    assert np.allclose(board.observe().ring_m, before_m)
    board.step(hands.values())
    assert board.stopped_steps == 1


def test_misuse_is_answered_with_what_is_wanted(board, hands):
    values = hands.values()
    values[0, 0] = np.nan
    with pytest.raises(ValueError, match="finite numbers"):
        board.step(values)
    values = hands.values()
    values[1, 3:7] = 0.0
    with pytest.raises(ValueError, match="unit quaternion"):
        board.step(values)
    with pytest.raises(ValueError, match="snapshot of this board"):
        board.restore(np.zeros(3))


def test_a_ring_weighs_what_six_rubber_tubes_weigh(board):
    tube_m, length_m = model.RING_TUBE_M, model.RING_RADIUS_M
    capsule_m3 = np.pi * tube_m**2 * length_m + 4 / 3 * np.pi * tube_m**3
    mass_kg = 6 * capsule_m3 * model.RING_DENSITY_KG_M3
    assert np.isclose(board._model.body("ring 0").mass[0], mass_kg, rtol=1e-9)
    assert np.isclose(board._model.opt.timestep * model.SUBSTEPS, 1 / 60)
