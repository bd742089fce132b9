"""The way that a needle has cut: material points in order, held by the needle, then by the thread.

Points are dropped as the tip advances, each in a *run*, the passage through one wall. The first
`THREADED` points are past the needle's tail: they belong to the thread. All others lie on the
needle: two rows hold them sideways onto the nearest point of the arc, with the tissue's strength
as their limit, and one row holds them along it by dry friction. Driving turns the arc onto itself,
so the sideways rows stay exact.
"""

import math
from typing import NamedTuple

import numpy as np

from sim.arrays import FloatArray, IntArray
from sim.kernel import kernel
from sim.tissue.arc import Needle, directions, locate
from sim.tissue.rows import Rows, add_entry, add_row, has_room
from sim.tissue.walk import put_at, walk

POINTS = 160
USED, THREADED, RUN, TORN, FIRST_ROW, TIP_ROW, STATE, ANCHOR = range(8)
PUNCTURES, EXITS, WITHDRAWN, PULLED_THROUGH = range(8, 12)
BEYOND_RAD = 1.3
"""How far past its ends a point may hang on the needle before it counts as torn out."""


class Channel(NamedTuple):
    """The points, and the counts of what happened.

    Attributes:
      tally: (12,) counts and states, by the names above.
      tet, weight: (p,), (p, 4) where each point is in the mesh.
      stuck_rad: (p,) angle of the needle at which the point sticks to it.
      run: (p,) which passage it belongs to.
      anchor: (4,) weights of the tip's own material point, in element tally[ANCHOR].
      torn_m: (1,) length of tissue torn so far.
    """

    tally: IntArray
    tet: IntArray
    weight: FloatArray
    stuck_rad: FloatArray
    run: IntArray
    anchor: FloatArray
    torn_m: FloatArray


class Tissue(NamedTuple):
    """What a needle needs to know of a mesh.

    Attributes:
      tets, neighbors: (t, 4) vertices and elements across faces.
      strength: (t,) of the material, relative to skin.
      rest_m3: (t,) volume at rest.
      triangles, owners: the surface.
    """

    tets: IntArray
    neighbors: IntArray
    strength: FloatArray
    rest_m3: FloatArray
    triangles: IntArray
    owners: IntArray


def empty_channel() -> Channel:
    """Returns a channel without points."""
    return Channel(
        tally=np.zeros(12, np.int64),
        tet=np.zeros(POINTS, np.int64),
        weight=np.zeros((POINTS, 4)),
        stuck_rad=np.zeros(POINTS),
        run=np.zeros(POINTS, np.int64),
        anchor=np.zeros(4),
        torn_m=np.zeros(1),
    )


@kernel
def drop_point(channel: Channel, i: int) -> None:
    """Takes a point out of the line."""
    tally = channel.tally
    for q in range(i, tally[USED] - 1):
        channel.tet[q] = channel.tet[q + 1]
        channel.stuck_rad[q] = channel.stuck_rad[q + 1]
        channel.run[q] = channel.run[q + 1]
        for k in range(4):
            channel.weight[q, k] = channel.weight[q + 1, k]
    tally[USED] -= 1
    if i < tally[THREADED]:
        tally[THREADED] -= 1


@kernel
def append_point(channel: Channel, t: int, w: FloatArray, angle: float) -> None:
    """Adds a point in the present run, if there is room."""
    n = channel.tally[USED]
    if n >= channel.tet.shape[0]:
        return
    channel.tet[n] = t
    channel.stuck_rad[n] = angle
    channel.run[n] = channel.tally[RUN]
    for k in range(4):
        channel.weight[n, k] = w[k]
    channel.tally[USED] = n + 1


@kernel
def add_point(
    rows: Rows, tissue: Tissue, t: int, w: FloatArray, direction: FloatArray, sign: float
) -> None:
    """Adds a material point to the row opened last, along a direction."""
    for k in range(4):
        s = sign * w[k]
        add_entry(rows, tissue.tets[t, k], s * direction[0], s * direction[1], s * direction[2])


@kernel
def add_channel_rows(
    rows: Rows,
    x_m: FloatArray,
    tissue: Tissue,
    needle: Needle,
    node: int,
    axes: FloatArray,
    channel: Channel,
) -> None:
    """Holds the points on the needle; three rows each, in order."""
    p, place, radial, along = np.empty(3), np.empty(3), np.empty(3), np.empty(3)
    center, normal = x_m[node], axes[2]
    tally = channel.tally
    tally[FIRST_ROW] = rows.used[0]
    for i in range(tally[THREADED], tally[USED]):
        if not has_room(rows, 3, 15):
            break
        t, w = channel.tet[i], channel.weight[i]
        put_at(x_m, tissue.tets, t, w, p)
        locate(p, center, axes, place)
        directions(place[0], axes, radial, along)
        strength = tissue.strength[t]
        tear = needle.tear_n * strength
        row = add_row(rows, needle.sideways_n_m, place[1] - needle.radius_m, tear, 0.0, 0, 2, 0)
        add_point(rows, tissue, t, w, radial, 1.0)
        add_entry(rows, node, -radial[0], -radial[1], -radial[2])
        add_row(rows, needle.sideways_n_m, place[2], 0.0, 0.0, 0, 0, 0)
        add_point(rows, tissue, t, w, normal, 1.0)
        add_entry(rows, node, -normal[0], -normal[1], -normal[2])
        slid = needle.radius_m * (place[0] - channel.stuck_rad[i])
        cling = needle.cling_n * strength
        add_row(rows, needle.along_n_m, slid, cling, needle.friction, row, 1, 0)
        add_point(rows, tissue, t, w, along, 1.0)
        add_entry(rows, node, -along[0], -along[1], -along[2])


@kernel
def update_channel(
    rows: Rows,
    x_m: FloatArray,
    tissue: Tissue,
    needle: Needle,
    center: FloatArray,
    axes: FloatArray,
    channel: Channel,
) -> None:
    """After the solve: points tear sideways where tissue gave way, and slip along the needle."""
    p, q, place, w = np.empty(3), np.empty(3), np.empty(3), np.empty(4)
    radial, along = np.empty(3), np.empty(3)
    tally = channel.tally
    i = tally[THREADED]
    j = tally[FIRST_ROW]
    while i < tally[USED] and j + 2 < tally[TIP_ROW]:
        put_at(x_m, tissue.tets, channel.tet[i], channel.weight[i], p)
        locate(p, center, axes, place)
        force = math.sqrt(rows.force_n[j] ** 2 + rows.force_n[j + 1] ** 2)
        limit = needle.tear_n * tissue.strength[channel.tet[i]]
        off = place[1] - needle.radius_m
        gap = math.sqrt(off * off + place[2] * place[2])
        is_lost = not -BEYOND_RAD < place[0] < needle.angle_rad + BEYOND_RAD
        if force > 0.98 * limit and gap > 1.1 * limit / needle.sideways_n_m:
            share = 1 - limit / needle.sideways_n_m / gap
            directions(place[0], axes, radial, along)
            for d in range(3):
                q[d] = p[d] - share * (off * radial[d] + place[2] * axes[2, d])
            t, face = walk(x_m, tissue.tets, tissue.neighbors, channel.tet[i], q, w)
            channel.torn_m[0] += share * gap
            if face >= 0:
                is_lost = True
            else:
                channel.tet[i] = t
                channel.weight[i, :] = w
        if is_lost:
            drop_point(channel, i)
            tally[TORN] += 1
        else:
            slip = rows.force_n[j + 2] / (needle.along_n_m * needle.radius_m)
            channel.stuck_rad[i] = place[0] + slip
            i += 1
        j += 3
