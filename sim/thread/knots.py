"""Which knot a thread carries, read from its own topology.

A throw with k wraps is 2 k + 1 half twists of the two tails; closed up it is the torus knot
T(2, 2 k + 1), with v2 = k (k + 1) / 2 and v3 = +-k (k + 1) (2 k + 1) / 6. Throws are joined as a
connected sum, so both integers add. A square knot has opposite throws and v3 = 0; a granny has
equal ones.

What it deliberately is not: a judge of how well the knot lies; see `lie` for one that has tipped
over and `security` for how well it holds.
"""

import enum
import itertools
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np

from sim.arrays import FloatArray, IntArray
from sim.thread.diagram import UNREADABLE, views
from sim.thread.post import cone, outward, passages

Throws: TypeAlias = tuple[int, ...]
"""Wraps of each throw, the first next to the tissue; the sign is its handedness."""


class KnotName(enum.Enum):
    """Knots that have a name; the value is what a person reads."""

    NONE = "no knot"
    HALF = "half knot"
    DOUBLE = "double throw"
    SQUARE = "square knot"
    GRANNY = "granny knot"
    SURGEONS = "surgeon's knot"
    SURGEONS_GRANNY = "surgeon's granny"
    REVERSED_SURGEONS = "surgeon's knot with the double throw second"
    REVERSED_SURGEONS_GRANNY = "surgeon's granny with the double throw second"
    THREE_SQUARE = "three square throws"
    SURGEONS_SQUARE = "surgeon's knot with a third throw"
    OTHER = "another knot"


NAMES: dict[Throws, KnotName] = {
    (): KnotName.NONE,
    (1,): KnotName.HALF,
    (2,): KnotName.DOUBLE,
    (1, -1): KnotName.SQUARE,
    (1, 1): KnotName.GRANNY,
    (2, -1): KnotName.SURGEONS,
    (2, 1): KnotName.SURGEONS_GRANNY,
    (1, -2): KnotName.REVERSED_SURGEONS,
    (1, 2): KnotName.REVERSED_SURGEONS_GRANNY,
    (1, -1, 1): KnotName.THREE_SQUARE,
    (2, -1, 1): KnotName.SURGEONS_SQUARE,
}


class Place(enum.Enum):
    """Where the knot lies."""

    ON_POST = "round the post"
    OFF_POST = "beside the post"
    IN_TAIL = "in one tail alone"
    UNKNOWN = "not asked"


@dataclass(frozen=True, slots=True)
class Knot:
    """What was found.

    Attributes:
      name: the knot, whatever its place.
      throws: wraps of each throw, the first positive; empty for none and for another knot.
      place: where it lies.
      confidence: share of the views that agree, 0 to 1.
    """

    name: KnotName
    throws: Throws
    place: Place
    confidence: float


def invariants(throws: Iterable[int]) -> tuple[int, int]:
    """Returns (v2, v3) of a knot of these throws."""
    v2 = v3 = 0
    for k in throws:
        size = abs(k)
        v2 += size * (size + 1) // 2
        v3 += (1 if k > 0 else -1) * size * (size + 1) * (2 * size + 1) // 6
    return v2, v3


def _known(most_throws: int = 4, most_wraps: int = 3) -> dict[tuple[int, int], Throws]:
    """The fewest throws for each pair; more throws can share a pair with fewer."""
    wraps = [k for k in range(most_wraps, -most_wraps - 1, -1) if k]
    known: dict[tuple[int, int], Throws] = {}
    for count in range(most_throws + 1):
        for throws in itertools.combinations_with_replacement(wraps, count):
            known.setdefault(invariants(throws), throws)
    return known


def _sphere(count: int) -> FloatArray:
    """(count, 3) unit directions spread evenly; none is an axis of a scene."""
    k = np.arange(count) + 0.5
    z = 1 - 2 * k / count
    turn = np.pi * (1 + 5**0.5) * k + 0.37
    r = np.sqrt(1 - z * z)
    return np.stack([r * np.cos(turn), r * np.sin(turn), z], axis=1)


KNOWN = _known()
SPHERE = _sphere(24)
COARSE = np.ascontiguousarray(SPHERE[::3])


def find_knot(
    points_m: FloatArray, post_m: FloatArray | None = None, apex: int | None = None
) -> Knot:
    """Returns the knot of the thread through the nodes (n, 3).

    Args:
      points_m: nodes of the thread, from one tail to the other.
      post_m: (p, 3) axis of what the thread should be tied round, longer than the knot is wide.
      apex: a node that lies in what is tied together, such as one in the needle's channel, where
        that is known; otherwise it is found from the post.
    """
    points = np.ascontiguousarray(points_m)
    last = len(points) - 1
    pair, confidence = _vote(views(points, 0, last, SPHERE))
    throws = KNOWN.get(pair)
    if throws is None:
        return Knot(KnotName.OTHER, (), Place.UNKNOWN, confidence)
    if not throws:
        return Knot(KnotName.NONE, (), Place.UNKNOWN, confidence)
    place = Place.UNKNOWN
    side = SPHERE
    if post_m is not None:
        post = np.ascontiguousarray(post_m)
        side = outward(points, post)
        turns, found = passages(points, post, cone(side, 9))
        place = Place.ON_POST if turns else Place.OFF_POST
        apex = found if turns and apex is None else apex
        side = cone(-side, 9, 1.2)
    elif apex is not None:
        place = Place.ON_POST
        side = cone(_behind(points, apex), 9, 1.2)
    if apex is not None and 3 < apex < last - 3 and _is_in_tail(points, apex, pair, side):
        place = Place.IN_TAIL
    throws = _in_order(points, throws, apex if apex is not None else last // 2)
    throws = throws if throws[0] > 0 else tuple(-k for k in throws)
    return Knot(NAMES.get(throws, KnotName.OTHER), throws, place, confidence)


def _vote(seen: IntArray) -> tuple[tuple[int, int], float]:
    """Returns the pair (v2, v3) that most views agree on, and their share."""
    votes = Counter((int(v2), int(v3)) for v2, v3 in seen)
    total = len(seen)
    del votes[UNREADABLE, UNREADABLE]
    if not votes:
        return (UNREADABLE, UNREADABLE), 0.0
    # equal votes: the smaller pair, so that the answer depends on no order
    pair, count = min(votes.items(), key=lambda item: (-item[1], item[0]))
    return pair, count / total


def _behind(points: FloatArray, apex: int) -> FloatArray:
    """Unit direction from the knot to beyond the apex, where the thread turns back."""
    last = len(points) - 1
    beside = (points[max(0, apex - 5)] + points[min(last, apex + 5)]) / 2
    bend = points[apex] - beside
    direction: FloatArray = bend / (np.sqrt((bend**2).sum()) + 1e-12)
    return direction


def _is_in_tail(points: FloatArray, apex: int, pair: tuple[int, int], side: FloatArray) -> bool:
    """Whether the knot stays when the thread is cut where it turns back."""
    last = len(points) - 1
    return any(
        _vote(views(points, first, end, side))[0] == pair
        for first, end in ((0, apex), (apex, last))
    )


def _in_order(points: FloatArray, throws: Throws, apex: int) -> Throws:
    """Returns the throws from the first made to the last, by drawing each tail back node by node.

    A connected sum commutes, so the whole knot does not show the order; but the throw made last is
    undone first, and takes its (v2, v3) with it.
    """
    last = len(points) - 1
    orders = sorted(set(itertools.permutations(throws)))
    if len(orders) < 2 or not 4 < apex < last - 4:
        return throws
    seen: Counter[tuple[int, int]] = Counter()
    for first in range(0, apex, 2):
        seen[_vote(views(points, first, last, COARSE))[0]] += 1
    for end in range(last, apex + 1, -2):
        seen[_vote(views(points, 0, end, COARSE))[0]] += 1
    del seen[invariants(throws)]

    def weight(order: Throws) -> int:
        return sum(seen[invariants(order[:made])] for made in range(1, len(order)))

    # the largest wins; where none was seen, the order with the most wraps first
    return max(orders, key=lambda order: (weight(order), tuple(abs(k) for k in order), order))
