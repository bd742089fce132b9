"""A bot at the peg board."""

import numpy as np

from sim.arrays import FloatArray
from sim.rigid.model import BOARD_M, PEG_HEIGHT_M, PEGS_M, RING_RADIUS_M, RING_TUBE_M, RINGS
from tools.bots.training.grips import DEEP_M, grips
from tools.bots.training.operator import LEFT, RIGHT, Operator, Script
from world.geometry import rotate

TRIES, ROUNDS = 6, 3
_WAYS = 3
_SIDE = len(PEGS_M) // 2
_OPEN, _CLOSED = 0.37, 0.0
_MEET_M = np.array([0.0, -0.005, 0.045])
_LOWEST_M = 0.0022
_JAW_IN_HOLE_M = 0.0015
"""The jaw inside a ring leaves a hole whose middle lies so much farther off."""
_MIDDLE_M = 0.012
_LIFT_M = np.array([0.0, 0.0, 0.04])


def play(operator: Operator, *, is_left_handed: bool = False) -> Script:
    """Takes every ring over and back; rings that went wrong are tried again at the end."""
    giver, taker = (RIGHT, LEFT) if is_left_handed else (LEFT, RIGHT)
    for hands in ((giver, taker), (taker, giver)):
        for _ in range(ROUNDS):
            for ring in range(RINGS):
                if _is_on_side(operator, ring, hands[0]):
                    yield from transfer(operator, ring, *hands)
    yield from operator.done()


def transfer(operator: Operator, ring: int, giver: int, taker: int) -> Script:
    """Takes one ring from its peg, hands it over and puts it on a free peg of the taker's side.

    What falls is picked up again by the hand that dropped it, a few times.
    """
    is_passed = False
    for number in range(TRIES):
        hand = taker if is_passed else giver
        if not _is_in_reach(operator, ring):
            return
        yield from take(operator, ring, hand, number)
        yield from lift(operator, hand)
        if not _holds(operator, ring, hand):
            continue
        if not is_passed:
            yield from meet(operator, ring, giver, taker)
            if not _holds(operator, ring, giver):
                continue
            yield from take(operator, ring, taker, number, giver)
            yield from let_go(operator, giver)
            is_passed = _holds(operator, ring, taker)
        if is_passed:
            peg = _free_peg(operator, taker)
            yield from place(operator, ring, taker, peg)
            if _ring_on(operator, peg) == ring:
                return


def meet(operator: Operator, ring: int, giver: int, taker: int) -> Script:
    """Brings a held ring to where it is handed over, and the other hand near to it."""
    ready_m = _MEET_M - 0.045 * operator.along(taker, _MEET_M)
    yield from operator.together(carry(operator, ring, giver, _MEET_M), operator.go(taker, ready_m))


def take(
    operator: Operator, ring: int, hand: int, number: int = 0, giver: int | None = None
) -> Script:
    """Grips a ring by the tube that is best for it; by the next best when that went wrong."""
    grip = grips(operator, ring, hand, giver)[number % _WAYS]
    along = operator.along(hand, grip.tube_m)
    at_m = grip.tube_m + DEEP_M * along
    at_m[2] = max(at_m[2], _LOWEST_M)
    yield from operator.jaw(hand, _OPEN, 0.0)
    turn_rad = operator.turn_across(hand, at_m, grip.across)
    yield from operator.go(hand, at_m - 0.028 * along, turn_rad)
    yield from operator.go(hand, at_m, is_careful=True)
    yield from operator.jaw(hand, _CLOSED, 0.2)


def lift(operator: Operator, hand: int) -> Script:
    """Lifts what a hand has taken straight up, clear of the pegs."""
    yield from operator.go(hand, operator.tip_m(hand) + _LIFT_M, is_careful=True)


def carry(operator: Operator, ring: int, hand: int, to_m: FloatArray) -> Script:
    """Brings the middle of a held ring to a point, as level as a turn of the shaft makes it."""
    body = operator.body(f"ring_{ring}")
    now = operator.pose_at(hand, operator.tip_m(hand))
    back = now.rotation * np.array([1.0, -1.0, -1.0, -1.0])
    held_m = rotate(back, body.position_m - now.tip_m)
    axis = rotate(back, rotate(body.rotation, np.array([0.0, 0.0, 1.0])))
    tip_m, turn_rad = to_m, 0.0
    for _ in range(3):
        level = operator.pose_at(hand, tip_m)
        turn_rad = _levelling_rad(level.rotation, axis)
        turned = operator.pose_at(hand, tip_m, turn_rad)
        tip_m = to_m - rotate(turned.rotation, held_m)
    yield from operator.go(hand, tip_m, turn_rad)


def _levelling_rad(rotation: FloatArray, axis: FloatArray) -> float:
    """Returns the turn about the shaft that brings an axis of the tip frame nearest to upright."""
    up = rotate(rotation * np.array([1.0, -1.0, -1.0, -1.0]), np.array([0.0, 0.0, 1.0]))
    axis = axis if (axis * up).sum() > 0 else -axis
    turn_rad = np.arctan2(up[0], up[2]) - np.arctan2(axis[0], axis[2])
    return float(np.remainder(turn_rad + np.pi, 2 * np.pi) - np.pi)


def place(operator: Operator, ring: int, hand: int, peg: int) -> Script:
    """Puts a held ring over a peg and lets go."""
    peg_m = np.array((*PEGS_M[peg], 0.0))
    above_m = peg_m + np.array([0.0, 0.0, PEG_HEIGHT_M + 0.016])
    yield from carry(operator, ring, hand, above_m)
    hold_m = operator.body(f"ring_{ring}").position_m - operator.tip_m(hand)
    low_m = peg_m - _JAW_IN_HOLE_M * hold_m / np.sqrt((hold_m**2).sum())
    low_m[2] = RING_TUBE_M + 0.007
    yield from operator.go(hand, low_m - hold_m, is_careful=True)
    yield from let_go(operator, hand)


def let_go(operator: Operator, hand: int) -> Script:
    """Opens the jaws and draws the instrument back along its shaft."""
    yield from operator.jaw(hand, _OPEN, 0.15)
    tip_m = operator.tip_m(hand)
    yield from operator.go(hand, tip_m - 0.03 * operator.along(hand, tip_m))


# --- what it sees


def _holds(operator: Operator, ring: int, hand: int) -> bool:
    """Whether a ring hangs at a tip, as far as can be seen."""
    way_m = operator.body(f"ring_{ring}").position_m - operator.tip_m(hand)
    return float((way_m**2).sum()) < (1.7 * RING_RADIUS_M) ** 2


def _is_in_reach(operator: Operator, ring: int) -> bool:
    at_m = operator.body(f"ring_{ring}").position_m
    return bool((np.abs(at_m[:2]) < np.array(BOARD_M) / 2).all())


def _is_on_side(operator: Operator, ring: int, hand: int) -> bool:
    """Whether a ring has still to leave the side of a hand, or lies in the middle."""
    x = float(operator.body(f"ring_{ring}").position_m[0])
    return x < _MIDDLE_M if hand == LEFT else x > -_MIDDLE_M


def _ring_on(operator: Operator, peg: int) -> int | None:
    """Returns which ring is round a peg."""
    peg_m = np.array((*PEGS_M[peg], RING_TUBE_M))
    for ring in range(RINGS):
        way_m = operator.body(f"ring_{ring}").position_m - peg_m
        if float((way_m**2).sum()) < (0.7 * RING_RADIUS_M) ** 2:
            return ring
    return None


def _free_peg(operator: Operator, hand: int) -> int:
    """Returns the first peg of a hand's side that has no ring."""
    own = range(_SIDE, 2 * _SIDE) if hand == RIGHT else range(_SIDE)
    return next(peg for peg in own if _ring_on(operator, peg) is None)
