"""The arrays of a thread, by name, as the kernels take them.

Strategy: an instrument's or a post's axis is one more segment whose two ends are driven, so that
thread on thread, thread on instrument and thread round a post are one kind of contact and pass
one and the same guard against crossing. Columns `0 .. n - 1` of the node arrays are the thread;
capsule c owns columns `n + 2 c` and `n + 2 c + 1`.
"""

from typing import NamedTuple

import numpy as np

from sim.arrays import FloatArray, IntArray

PAIRS = 4096
"""Most pairs of segments that are watched at once; above it the step is refused, not shortened."""


class Chain(NamedTuple):
    """Nodes and segments.

    Attributes:
      x: (3, n + 2 c) positions, in metres.
      start: (3, n + 2 c) positions at the start of the substep, in metres.
      v: (3, n) velocities, in m/s.
      mass: (n,) masses, in kilograms.
      mobility: (n + 2 c,) inverse masses within the substep, 0 where driven, in 1/kg.
      rest: (n - 1,) lengths of the segments, in metres.
      tension: (n - 1,) force that each segment carries, positive when pulled, in newtons.
      bending: (1,) bending stiffness EI, in N m^2.
    """

    x: FloatArray
    start: FloatArray
    v: FloatArray
    mass: FloatArray
    mobility: FloatArray
    rest: FloatArray
    tension: FloatArray
    bending: FloatArray


class Solve(NamedTuple):
    """Scratch of the direct distance solve, one column a segment."""

    axis: FloatArray
    diagonal: FloatArray
    coupling: FloatArray
    residual: FloatArray
    multiplier: FloatArray


class Anchors(NamedTuple):
    """Nodes that are held, each by a spring to a driven point and with at most so much force.

    Attributes:
      node: (a,) node held, -1 where the anchor is free.
      origin: (a, 3) point at the start of the frame, in metres.
      target: (a, 3) point at the end of the frame, in metres.
      compliance: (a,) yield of the spring, above 0, in m/N.
      limit: (a,) largest force of the spring, in newtons.
      damping: (a,) force lost per speed of the node, in N s/m.
      held_at: (a, 3) the spring's end in this substep, in metres.
      force: (a, 3) force of the thread on the anchor, in newtons.
    """

    node: IntArray
    origin: FloatArray
    target: FloatArray
    compliance: FloatArray
    limit: FloatArray
    damping: FloatArray
    held_at: FloatArray
    force: FloatArray


class Capsules(NamedTuple):
    """Instruments and posts: segments with a radius.

    Attributes:
      origin: (2 c, 3) ends of the axes at the start of the frame, in metres.
      target: (2 c, 3) ends of the axes at the end of the frame, in metres.
      radius: (c,) in metres.
      friction: (c,) Coulomb coefficient against the thread.
      skips: (c, 2) first and last node of the thread that this capsule's jaws hold, -1 for none.
    """

    origin: FloatArray
    target: FloatArray
    radius: FloatArray
    friction: FloatArray
    skips: IntArray


class Pairs(NamedTuple):
    """Pairs of segments that might meet, and the contact of each.

    Attributes:
      first, second: (p,) left node of each segment.
      reach: (p,) distance of the axes at touch, in metres.
      friction: (p,) Coulomb coefficient.
      at_first, at_second: (p,) where on the segments they are closest, 0 to 1.
      normal: (3, p) from the second to the first, a unit vector.
      gap: (p,) lower bound of the distance of the axes at the start of the substep, in metres.
      seen: (p,) value of `moved` when that distance was computed, in metres.
      push: (p,) normal force, in newtons.
      drag: (3, p) friction force, in newtons.
      active: (p,) the pairs that are solved in this substep.
      sizes: (2,) pairs listed, pairs active.
      moved: (2,) largest movement since the list was made, margin of the list, in metres.
    """

    first: IntArray
    second: IntArray
    reach: FloatArray
    friction: FloatArray
    at_first: FloatArray
    at_second: FloatArray
    normal: FloatArray
    gap: FloatArray
    seen: FloatArray
    push: FloatArray
    drag: FloatArray
    active: IntArray
    sizes: IntArray
    moved: FloatArray


class Surface(NamedTuple):
    """What contacts and motion need to know of the material.

    Attributes:
      diameter: of the thread, in metres.
      friction: Coulomb coefficient of thread on thread.
      drag: rate at which a free thread loses its speed, in 1/s.
    """

    diameter: float
    friction: float
    drag: float


def chain_of(points_m: FloatArray, capsules: int, mass_kg: float, bending_n_m2: float) -> Chain:
    """Returns a chain at rest on the points (n, 3), its mass shared by length."""
    n = len(points_m)
    rest = np.sqrt(((points_m[1:] - points_m[:-1]) ** 2).sum(axis=1))
    x = np.zeros((3, n + 2 * capsules))
    x[:, :n] = points_m.T
    return Chain(
        x=x,
        start=x.copy(),
        v=np.zeros((3, n)),
        mass=masses(rest, mass_kg),
        mobility=np.zeros(n + 2 * capsules),
        rest=rest,
        tension=np.zeros(n - 1),
        bending=np.array([bending_n_m2]),
    )


def masses(rest_m: FloatArray, mass_kg: float) -> FloatArray:
    """Returns the masses of the nodes between segments of these lengths."""
    mass = np.zeros(len(rest_m) + 1)
    mass[:-1] += rest_m / 2
    mass[1:] += rest_m / 2
    shared: FloatArray = mass * (mass_kg / rest_m.sum())
    return shared


def solve_of(segments: int) -> Solve:
    """Returns scratch for so many segments."""
    return Solve(
        axis=np.zeros((3, segments)),
        diagonal=np.zeros(segments),
        coupling=np.zeros(segments),
        residual=np.zeros(segments),
        multiplier=np.zeros(segments),
    )


def anchors_of(count: int) -> Anchors:
    """Returns so many anchors, all free."""
    return Anchors(
        node=np.full(count, -1, dtype=np.int64),
        origin=np.zeros((count, 3)),
        target=np.zeros((count, 3)),
        compliance=np.ones(count),
        limit=np.zeros(count),
        damping=np.zeros(count),
        held_at=np.zeros((count, 3)),
        force=np.zeros((count, 3)),
    )


def capsules_of(count: int) -> Capsules:
    """Returns so many capsules, all of radius 0 at the origin until they are placed."""
    return Capsules(
        origin=np.zeros((2 * count, 3)),
        target=np.zeros((2 * count, 3)),
        radius=np.zeros(count),
        friction=np.zeros(count),
        skips=np.full((count, 2), -1, dtype=np.int64),
    )


def pairs_of(size: int = PAIRS) -> Pairs:
    """Returns an empty list of pairs with room for `size`."""
    return Pairs(
        first=np.zeros(size, dtype=np.int64),
        second=np.zeros(size, dtype=np.int64),
        reach=np.zeros(size),
        friction=np.zeros(size),
        at_first=np.zeros(size),
        at_second=np.zeros(size),
        normal=np.zeros((3, size)),
        gap=np.zeros(size),
        seen=np.zeros(size),
        push=np.zeros(size),
        drag=np.zeros((3, size)),
        active=np.zeros(size, dtype=np.int64),
        sizes=np.zeros(2, dtype=np.int64),
        moved=np.zeros(2),
    )
