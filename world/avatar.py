"""How a body moves: the same step predicts on the client and rules on the server.

Rules:
* A client asks for poses; what it gets is what a person could have done since the last step:
  no faster than a person hurries, not through walls or closed doors, hands at arm's length.
* A body is an upright cylinder under the head. It slides along what it meets.
* Somebody who sits stays over the seat, and may lean.
* Time that was not used to move is credit, up to CREDIT_S, so that a late packet costs no way.
"""

from dataclasses import dataclass, replace

import numpy as np

from world.geometry import FloatArray
from world.protocol.motion import IntArray, Poses
from world.rooms.layout import Door, Layout

MAX_SPEED_M_PER_S = 2.53
"""Fastest mean walking speed of any group of adults (men in their twenties).

Source: R. W. Bohannon, "Comfortable and maximum walking speed of adults aged 20-79 years",
Age and Ageing 26 (1997), table 2.
"""
BODY_RADIUS_M = 0.25
"""Half the mean shoulder (bideltoid) breadth of men, 0.51 m, rounded down.

Source: C. C. Gordon et al., 2012 Anthropometric Survey of U.S. Army Personnel (ANSUR II).
"""
ARM_REACH_M = 1.1
"""Hand from head, at most: half of a span of 2.05 m and the way from shoulder to eye.

Source: ANSUR II, span, 99th percentile of men.
"""
STANDING_HEAD_M = (0.5, 2.2)
SITTING_HEAD_M = (0.6, 1.6)
LEAN_M = 0.45
STEP_OVER_M = 0.25
CREDIT_S = 0.25
DOOR_DEPTH_M = 0.2
LONGEST_MOVE_M = 0.2
"""A body moves no further at once than this, so that it cannot pass through a thin wall."""
NEAR_M = 0.3
PUSHES = 3
_THROUGH_FACE = np.array([[-1.0, 0.0], [0.0, -1.0], [1.0, 0.0], [0.0, 1.0]])


@dataclass(frozen=True, slots=True)
class Ground:
    """What stands in the way in one room: its size and its solids, closed doors among them.

    Attributes:
      size_m: (3,) the room's extent.
      low_m: (k, 3) minimum corners of the solids.
      high_m: (k, 3) maximum corners of the solids.
    """

    size_m: FloatArray
    low_m: FloatArray
    high_m: FloatArray


def ground(layout: Layout, closed_doors: frozenset[str]) -> Ground:
    """Returns what stands in the way in a room whose named doors are closed."""
    low_m, high_m = layout.solid_bounds_m()
    leaves = [_leaf(door) for door in layout.doors if door.name in closed_doors]
    if leaves:
        low_m = np.concatenate([low_m, [leaf[0] for leaf in leaves]])
        high_m = np.concatenate([high_m, [leaf[1] for leaf in leaves]])
    return Ground(np.array(layout.size_m, float), low_m, high_m)


def step(  # noqa: PLR0913, PLR0917 -- state, wish, time and place are four different things
    current: Poses,
    wanted: Poses,
    credit_s: FloatArray,
    dt_s: float,
    place: Ground,
    seat_m: FloatArray,
) -> tuple[Poses, FloatArray]:
    """Returns the poses after dt_s, and the credit that is left.

    Args:
      current: poses of n people now.
      wanted: the poses they ask for.
      credit_s: (n,) time each has not used up, in seconds.
      dt_s: time since the last step, above 0, in seconds.
      place: the room of all n.
      seat_m: (n, 3) floor point of each person's seat, NaN for who stands.

    Returns:
      The new poses (head height, hands and rotations as asked within reach), and (n,) seconds.
    """
    is_seated = ~np.isnan(seat_m[:, 0])
    budget_s = np.minimum(credit_s + dt_s, CREDIT_S + dt_s)
    goal_m = _reachable(current.head_m, wanted.head_m, budget_s * MAX_SPEED_M_PER_S)
    moved_m = _walk(current.head_m, goal_m, place)
    seated_m = _lean(wanted.head_m, seat_m)
    head_m = np.where(is_seated[:, None], seated_m, moved_m)
    used_m = np.linalg.norm(head_m[:, :2] - current.head_m[:, :2], axis=1)
    left_s = np.clip(budget_s - used_m / MAX_SPEED_M_PER_S, 0.0, CREDIT_S)
    poses = Poses(
        head_m,
        wanted.head_rotation,
        _at_arms_length(wanted.hand_m),
        wanted.hand_rotation,
        wanted.flags,
    )
    return poses, np.where(is_seated, CREDIT_S, left_s)


def differs(poses: Poses, wanted: Poses, tolerance_m: float) -> IntArray:
    """Returns the rows whose head is further than the tolerance from where it was asked to be."""
    distance_m = np.abs(poses.head_m - wanted.head_m).max(axis=1)
    return np.flatnonzero(distance_m > tolerance_m)


def _leaf(door: Door) -> tuple[list[float], list[float]]:
    """Returns the box that a closed door fills; walls run along the axes."""
    x, y, z = door.position_m
    along_y = abs(np.sin(door.yaw_rad)) > 0.5
    half_x = DOOR_DEPTH_M / 2 if along_y else door.width_m / 2
    half_y = door.width_m / 2 if along_y else DOOR_DEPTH_M / 2
    return [x - half_x, y - half_y, z], [x + half_x, y + half_y, z + door.height_m]


def _reachable(from_m: FloatArray, to_m: FloatArray, limit_m: FloatArray) -> FloatArray:
    """Returns the goals, drawn in to the distance that each may go over the floor."""
    way_m = to_m[:, :2] - from_m[:, :2]
    length_m = np.hypot(way_m[:, 0], way_m[:, 1])
    share = np.minimum(1.0, limit_m / np.maximum(length_m, 1e-9))
    height_m = np.clip(to_m[:, 2:], *STANDING_HEAD_M)
    return np.concatenate([from_m[:, :2] + way_m * share[:, None], height_m], axis=1)


@dataclass(frozen=True, slots=True)
class _Pairs:
    """Which body may touch which solid on its way: (p,) rows of bodies, (p, 2) corners."""

    body: IntArray
    low_m: FloatArray
    high_m: FloatArray


def _walk(from_m: FloatArray, to_m: FloatArray, place: Ground) -> FloatArray:
    goal_m = to_m.copy()
    goal_m[:, :2] = np.clip(goal_m[:, :2], BODY_RADIUS_M, place.size_m[:2] - BODY_RADIUS_M)
    pairs = _near_pairs(from_m, goal_m, place)
    near = np.unique(pairs.body)
    if len(near):
        row = np.searchsorted(near, pairs.body)
        at_m = _slide(from_m[near, :2], goal_m[near, :2], place, replace(pairs, body=row))
        goal_m[near, :2] = at_m
    return goal_m


def _near_pairs(from_m: FloatArray, to_m: FloatArray, place: Ground) -> _Pairs:
    """Returns the pairs that are near enough to matter, so that few are looked at closely."""
    reach_m = BODY_RADIUS_M + NEAR_M
    low_m = (np.minimum(from_m, to_m)[:, :2] - reach_m)[:, None]
    high_m = (np.maximum(from_m, to_m)[:, :2] + reach_m)[:, None]
    overlaps = (low_m < place.high_m[:, :2]) & (high_m > place.low_m[:, :2])
    stands_in_it = (place.low_m[:, 2] < to_m[:, 2:]) & (place.high_m[:, 2] > STEP_OVER_M)
    body, solid = np.nonzero(overlaps[..., 0] & overlaps[..., 1] & stands_in_it)
    return _Pairs(body, place.low_m[solid, :2], place.high_m[solid, :2])


def _slide(from_m: FloatArray, to_m: FloatArray, place: Ground, pairs: _Pairs) -> FloatArray:
    """Returns where each body ends (m, 2): short moves, after each of them out of the solids."""
    at_m = from_m.copy()
    start_depth_m, _ = _deepest(at_m, pairs)
    way_m = to_m - from_m
    steps = np.maximum(1, np.ceil(np.hypot(way_m[:, 0], way_m[:, 1]) / LONGEST_MOVE_M))
    move_m = way_m / steps[:, None]
    for number in range(int(steps.max())):
        at_m += np.where((number < steps)[:, None], move_m, 0.0)
        for _ in range(PUSHES):
            depth_m, push_m = _deepest(at_m, pairs)
            if not (depth_m > 0).any():
                break
            at_m = np.clip(at_m + push_m, BODY_RADIUS_M, place.size_m[:2] - BODY_RADIUS_M)
    if not (depth_m > 0).any():
        return at_m
    depth_m, _ = _deepest(at_m, pairs)
    # A corner may leave no way out: stay where one stood, unless that was inside a solid too.
    is_stuck = (depth_m > 1e-3) & (depth_m >= start_depth_m)
    return np.where(is_stuck[:, None], from_m, at_m)


def _deepest(at_m: FloatArray, pairs: _Pairs) -> tuple[FloatArray, FloatArray]:
    """Returns how deep each body is in the solid it is deepest in (m,), and the way out (m, 2)."""
    point_m = at_m[pairs.body]
    away_m = point_m - np.clip(point_m, pairs.low_m, pairs.high_m)
    distance_m = np.hypot(away_m[:, 0], away_m[:, 1])
    faces_m = np.concatenate([point_m - pairs.low_m, pairs.high_m - point_m], axis=1)
    is_inside = distance_m == 0
    depth_m = BODY_RADIUS_M - distance_m + np.where(is_inside, faces_m.min(axis=1), 0.0)
    touching = np.flatnonzero(depth_m > 0)
    deepest_m, push_m = np.zeros(len(at_m)), np.zeros((len(at_m), 2))
    # The deepest pair of each body is written last, and stays.
    pair = touching[np.argsort(depth_m[touching], kind="stable")]
    out = away_m[pair] / np.maximum(distance_m[pair], 1e-12)[:, None]
    out[is_inside[pair]] = _THROUGH_FACE[faces_m[pair].argmin(axis=1)][is_inside[pair]]
    deepest_m[pairs.body[pair]] = depth_m[pair]
    push_m[pairs.body[pair]] = out * depth_m[pair, None]
    return deepest_m, push_m


def _lean(wanted_m: FloatArray, seat_m: FloatArray) -> FloatArray:
    away_m = wanted_m[:, :2] - seat_m[:, :2]
    length_m = np.hypot(away_m[:, 0], away_m[:, 1])
    share = np.minimum(1.0, LEAN_M / np.maximum(length_m, 1e-9))
    over_seat_m = seat_m[:, :2] + away_m * share[:, None]
    height_m = np.clip(wanted_m[:, 2:], *SITTING_HEAD_M)
    return np.concatenate([over_seat_m, height_m], axis=1)


def _at_arms_length(hand_m: FloatArray) -> FloatArray:
    length_m = np.sqrt(np.einsum("ijk,ijk->ij", hand_m, hand_m))
    share = np.minimum(1.0, ARM_REACH_M / np.maximum(length_m, 1e-9))
    within_m: FloatArray = hand_m * share[..., None]
    return within_m
