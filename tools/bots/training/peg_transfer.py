"""A bot at the peg board."""

import numpy as np

from sim.arrays import FloatArray
from sim.rigid.model import (
    BOARD_M,
    PEG_HEIGHT_M,
    PEGS_M,
    RING_RADIUS_M,
    RING_SIDES,
    RING_TUBE_M,
    RINGS,
)
from tools.bots.training.operator import LEFT, RIGHT, Operator, Script
from world.geometry import rotate

_TUBE_M = RING_RADIUS_M * np.sqrt(3) / 2
_OPEN, _AJAR, _CLOSED = 0.55, 0.4, 0.0
TRIES = 6
_SIDE = len(PEGS_M) // 2
MEET_M = np.array([0.0, -0.005, 0.055])
NEAR = np.array([0.0, -1.0, 0.0])
ABOVE_M = np.array([0.0, 0.0, PEG_HEIGHT_M + 0.022])


def play(operator: Operator, *, is_left_handed: bool = False) -> Script:
    """Takes every ring over and back."""
    first, other = (RIGHT, LEFT) if is_left_handed else (LEFT, RIGHT)
    far = 0 if is_left_handed else _SIDE
    for ring in range(RINGS):
        yield from transfer(operator, ring, far + ring, first, other)
    for ring in range(RINGS):
        yield from transfer(operator, ring, (_SIDE - far) + ring, other, first)
    yield from operator.done()


def transfer(operator: Operator, ring: int, peg: int, giver: int, taker: int) -> Script:
    """Takes one ring from its peg with one hand, hands it over, and puts it on another peg.

    What falls is picked up again, as often as it takes.
    """
    peg_m = np.array((*PEGS_M[peg], 0.0))
    for _ in range(TRIES):
        yield from _take(operator, ring, giver)
        yield from operator.go(giver, operator.tip_m(giver) + ABOVE_M)
        if not _holds(operator, ring, giver):
            continue
        hold_m = _center(operator, ring) - operator.tip_m(giver)
        yield from operator.go(giver, MEET_M - hold_m)
        yield from _take(operator, ring, taker, away_from=operator.tip_m(giver))
        yield from operator.jaw(giver, _AJAR)
        yield from _draw_back(operator, giver)
        if _holds(operator, ring, taker):
            yield from _place(operator, ring, peg_m, taker)
        if _is_on(operator, ring, peg_m) or not _is_in_reach(operator, ring):
            return


def _take(operator: Operator, ring: int, hand: int, away_from: FloatArray | None = None) -> Script:
    """Grips a ring by its near side, or by the side that the other hand leaves free."""
    at_m, outward = _side_to_grip(operator, ring, hand, away_from)
    at_m = at_m + (0.0 if away_from is None else 0.002) * operator.along(hand, at_m)
    yield from operator.jaw(hand, _OPEN, 0.02)
    yield from operator.go(hand, at_m - 0.03 * operator.along(hand, at_m), outward)
    yield from operator.go(hand, at_m, slower=1.5)
    yield from operator.jaw(hand, _CLOSED)


def _place(operator: Operator, ring: int, peg_m: FloatArray, hand: int) -> Script:
    hold_m = _center(operator, ring) - operator.tip_m(hand)
    yield from operator.go(hand, peg_m + ABOVE_M - hold_m)
    hold_m = _center(operator, ring) - operator.tip_m(hand)
    down_m = np.array([0.0, 0.0, RING_TUBE_M + 0.008])
    yield from operator.go(hand, peg_m + down_m - hold_m, slower=1.3)
    yield from operator.jaw(hand, _AJAR)
    yield from _draw_back(operator, hand)


def _draw_back(operator: Operator, hand: int) -> Script:
    tip_m = operator.tip_m(hand)
    yield from operator.go(hand, tip_m - 0.035 * operator.along(hand, tip_m))


def _holds(operator: Operator, ring: int, hand: int) -> bool:
    way_m = _center(operator, ring) - operator.tip_m(hand)
    return float((way_m**2).sum()) < (2 * RING_RADIUS_M) ** 2


def _is_on(operator: Operator, ring: int, peg_m: FloatArray) -> bool:
    way_m = _center(operator, ring) - peg_m
    return float((way_m**2).sum()) < RING_RADIUS_M**2


def _is_in_reach(operator: Operator, ring: int) -> bool:
    return bool((np.abs(_center(operator, ring)[:2]) < np.array(BOARD_M) / 2).all())


def _center(operator: Operator, ring: int) -> FloatArray:
    return operator.body(f"ring_{ring}").position_m


def _side_to_grip(
    operator: Operator, ring: int, hand: int, away_from: FloatArray | None
) -> tuple[FloatArray, FloatArray]:
    """Returns the middle of a tube of the ring, and the direction outward from the ring's."""
    body = operator.body(f"ring_{ring}")
    angles = (np.arange(RING_SIDES) + 0.5) * (2 * np.pi / RING_SIDES)
    flat = np.stack([np.cos(angles), np.sin(angles), np.zeros(RING_SIDES)], axis=1)
    outward = rotate(np.broadcast_to(body.rotation, (RING_SIDES, 4)), flat)
    if away_from is None:
        worth = outward @ NEAR  # the far side is behind the peg, the others near other rings
    else:
        other_m = away_from - body.position_m
        squarely = 1.0 - (outward @ operator.along(hand, body.position_m)) ** 2
        worth = 2.0 * squarely - outward @ other_m / np.sqrt((other_m**2).sum())
    best = int(worth.argmax())
    return body.position_m + _TUBE_M * outward[best], outward[best]
