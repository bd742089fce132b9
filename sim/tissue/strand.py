"""The thread in a channel: it slides through each wall, pulls the walls together, and cuts.

The thread is Eulerian: not its nodes move but the lengths of material between walls. Strand 0 runs
from the free end to the first wall, strand s through wall s - 1 to wall s, the last one to the
needle's tail. Each strand is one row along its whole polyline, which only pulls; at the first
point of each wall one extra scalar node lets material slide from one strand to the next, held by
dry friction: clinging in proportion to the channel's length, and the capstan's share of the force
that turns the thread in it. A point pulled harder than tissue bears creeps through it; at the
surface it tears out.
"""

import math
from typing import NamedTuple

import numpy as np

from sim.arrays import FloatArray, IntArray
from sim.kernel import kernel
from sim.tissue.arc import Needle, put_on
from sim.tissue.channel import (
    BROKEN,
    PULLED_THROUGH,
    THREADED,
    TORN,
    Channel,
    Tissue,
    add_point,
    drop_point,
)
from sim.tissue.rows import Rows, add_entry, add_row, has_room
from sim.tissue.walk import put_at, walk

WALLS = 6
COUNT, FIRST = 0, 1
SHORTEST_M = 0.0002
SHORT_M = 0.01
"""Strands shorter than this count as so long for their stiffness, for the solver's sake."""
SLIDE_N_M = 5000.0
CREEP_N_M = 500.0
MOST_CREEP_M = 0.0015
"""Of a point through tissue: per newton above its limit, and at most in one step."""


class Suture(NamedTuple):
    """A thread; forces are this project's choices, for points one spacing apart.

    Attributes:
      stretch_n: force at which it would double its length (E A).
      length_m: from end to needle.
      cling_n_m: friction per length of channel without tension.
      friction: in the channel, on the force that turns it.
      break_n: tension that it bears.
      tear_n: force of one channel point that skin bears.
    """

    stretch_n: float = 60.0
    length_m: float = 0.15
    cling_n_m: float = 3.0
    friction: float = 0.15
    break_n: float = 12.0
    tear_n: float = 2.5


class Strands(NamedTuple):
    """The strands of one thread.

    Attributes:
      walls: (2,) number of walls, first row of the last solve.
      run: (w,) passage of each wall.
      rest_m: (w + 2,) material in each strand.
      friction_n: (w,) limit of sliding at each wall.
      tension_n: (w + 2,) of each strand.
      end_m: (3,) where the free end is held.
      is_held: (1,) whether it is.
    """

    walls: IntArray
    run: IntArray
    rest_m: FloatArray
    friction_n: FloatArray
    tension_n: FloatArray
    end_m: FloatArray
    is_held: IntArray


def empty_strands() -> Strands:
    """Returns a thread that is in no wall yet."""
    return Strands(
        walls=np.zeros(2, np.int64),
        run=np.zeros(WALLS, np.int64),
        rest_m=np.zeros(WALLS + 2),
        friction_n=np.zeros(WALLS),
        tension_n=np.zeros(WALLS + 2),
        end_m=np.zeros(3),
        is_held=np.zeros(1, np.int64),
    )


@kernel
def keep_walls(
    x_m: FloatArray,
    tissue: Tissue,
    needle: Needle,
    suture: Suture,
    center: FloatArray,
    axes: FloatArray,
    channel: Channel,
    strands: Strands,
) -> None:
    """Keeps walls and lengths in step with the channel: walls that were torn out, new ones."""
    walls, rest_m = strands.walls, strands.rest_m
    threaded = channel.tally[THREADED]
    s = 0
    while s < walls[COUNT]:
        if first_of(channel, threaded, strands.run[s]) >= 0:
            s += 1
            continue
        rest_m[s] += rest_m[s + 1]
        for q in range(s, walls[COUNT] - 1):
            strands.run[q] = strands.run[q + 1]
            rest_m[q + 1] = rest_m[q + 2]
        walls[COUNT] -= 1
    p, tail = np.empty(3), np.empty(3)
    put_on(0.0, needle.radius_m, center, axes, tail)
    for i in range(threaded):
        is_known = False
        for s in range(walls[COUNT]):
            is_known |= strands.run[s] == channel.run[i]
        count = walls[COUNT]
        if is_known or count >= strands.run.shape[0]:
            continue
        put_at(x_m, tissue.tets, channel.tet[i], channel.weight[i], p)
        square = 0.0
        for d in range(3):
            square += (tail[d] - p[d]) ** 2
        out = math.sqrt(square) + SHORTEST_M
        if count == 0:
            rest_m[0] = suture.length_m - out
        else:
            rest_m[count] = max(rest_m[count] - out, SHORTEST_M)
        rest_m[count + 1] = out
        strands.run[count] = channel.run[i]
        walls[COUNT] = count + 1


@kernel
def first_of(channel: Channel, threaded: int, run: int) -> int:
    """Returns the first threaded point of a passage, or -1."""
    for i in range(threaded):
        if channel.run[i] == run:
            return i
    return -1


@kernel
def lay_out(
    x_m: FloatArray,
    tissue: Tissue,
    needle: Needle,
    center: FloatArray,
    axes: FloatArray,
    channel: Channel,
    strands: Strands,
) -> FloatArray:
    """Returns the (n + 2, 3) polyline: free end, channel points, needle's tail."""
    threaded = channel.tally[THREADED]
    line = np.empty((threaded + 2, 3))
    line[0] = strands.end_m
    for i in range(threaded):
        put_at(x_m, tissue.tets, channel.tet[i], channel.weight[i], line[i + 1])
    put_on(0.0, needle.radius_m, center, axes, line[threaded + 1])
    return line


@kernel
def add_strand_rows(
    rows: Rows,
    x_m: FloatArray,
    tissue: Tissue,
    needle: Needle,
    suture: Suture,
    node: int,
    first_slide: int,
    axes: FloatArray,
    channel: Channel,
    strands: Strands,
) -> None:
    """Adds a row for each strand and one for the sliding at each wall."""
    walls = strands.walls
    walls[FIRST] = rows.used[0]
    threaded, count = channel.tally[THREADED], walls[COUNT]
    if count == 0 or threaded == 0 or not has_room(rows, 2 * count + 1, 8 * threaded + 64):
        return
    line = lay_out(x_m, tissue, needle, x_m[node], axes, channel, strands)
    direction = np.empty(3)
    low = 0
    for s in range(count + 1):
        high = threaded + 1
        if s < count:
            high = first_of(channel, threaded, strands.run[s]) + 1
        is_loose = s == 0 and strands.is_held[0] == 0
        path = 0.0
        for i in range(low, high):
            path += length_of(line, i)
        stiffness = suture.stretch_n / max(strands.rest_m[s], SHORT_M)
        limit = 0.0 if is_loose else suture.break_n
        add_row(rows, stiffness, strands.rest_m[s] - path, limit, 0.0, 0, 1, 1)
        for i in range(low, high):
            if is_loose:
                break
            length = length_of(line, i) + 1e-9
            for d in range(3):
                direction[d] = (line[i + 1, d] - line[i, d]) / length
            if i > 0:
                add_point(rows, tissue, channel.tet[i - 1], channel.weight[i - 1], direction, 1.0)
            if i == threaded:
                add_entry(rows, node, -direction[0], -direction[1], -direction[2])
            else:
                add_point(rows, tissue, channel.tet[i], channel.weight[i], direction, -1.0)
        if s > 0:
            add_entry(rows, first_slide + s - 1, 1.0, 0.0, 0.0)
        if s < count:
            add_entry(rows, first_slide + s, -1.0, 0.0, 0.0)
        low = high
    for s in range(count):
        add_row(rows, SLIDE_N_M, 0.0, strands.friction_n[s], 0.0, 0, 1, 0)
        add_entry(rows, first_slide + s, 1.0, 0.0, 0.0)


@kernel
def length_of(line: FloatArray, i: int) -> float:
    """Returns the length of one piece of a polyline."""
    return math.sqrt(
        (line[i + 1, 0] - line[i, 0]) ** 2
        + (line[i + 1, 1] - line[i, 1]) ** 2
        + (line[i + 1, 2] - line[i, 2]) ** 2
    )


@kernel
def update_strands(
    rows: Rows,
    x_m: FloatArray,
    v_m_s: FloatArray,
    tissue: Tissue,
    needle: Needle,
    suture: Suture,
    center: FloatArray,
    first_slide: int,
    axes: FloatArray,
    channel: Channel,
    strands: Strands,
    dt_s: float,
) -> None:
    """After the solve: material slides, friction follows tension, overloaded points creep."""
    tally, walls, rest_m = channel.tally, strands.walls, strands.rest_m
    count, threaded = walls[COUNT], tally[THREADED]
    strands.tension_n[:] = 0
    if count == 0 or threaded == 0:
        return
    line = lay_out(x_m, tissue, needle, center, axes, channel, strands)
    tension = np.zeros(threaded + 1)
    low = 0
    for s in range(count + 1):
        high = threaded + 1
        if s < count:
            high = first_of(channel, threaded, strands.run[s]) + 1
        strands.tension_n[s] = rows.force_n[walls[FIRST] + s]
        for i in range(low, high):
            tension[i] = strands.tension_n[s]
        if strands.tension_n[s] > 0.99 * suture.break_n:
            tally[BROKEN] = 1
        low = high
    for s in range(count):
        slid = dt_s * v_m_s[first_slide + s, 0]
        rest_m[s] -= slid
        rest_m[s + 1] += slid
        strands.friction_n[s] = 0.0
    if rest_m[0] <= 0 and strands.is_held[0] == 0:  # the free end came through
        tally[PULLED_THROUGH] += 1
        while tally[THREADED] > 0:
            drop_point(channel, 0)
        walls[COUNT] = 0
        return
    for s in range(count + 1):
        rest_m[s] = max(rest_m[s], SHORTEST_M)
    creep(line, tension, tissue, x_m, needle, suture, channel, strands)


@kernel
def creep(
    line: FloatArray,
    tension: FloatArray,
    tissue: Tissue,
    x_m: FloatArray,
    needle: Needle,
    suture: Suture,
    channel: Channel,
    strands: Strands,
) -> None:
    """Sets the limits of friction, and moves points that are pulled harder than tissue bears."""
    tally = channel.tally
    turning, target, w = np.empty(3), np.empty(3), np.empty(4)
    i = place = 0
    while i < tally[THREADED]:
        into, out = length_of(line, place) + 1e-9, length_of(line, place + 1) + 1e-9
        square = 0.0
        for d in range(3):
            turning[d] = tension[place + 1] * (line[place + 2, d] - line[place + 1, d]) / out
            turning[d] -= tension[place] * (line[place + 1, d] - line[place, d]) / into
            square += turning[d] * turning[d]
        force = math.sqrt(square)
        for s in range(strands.walls[COUNT]):
            if strands.run[s] == channel.run[i]:
                strands.friction_n[s] += suture.friction * force
                strands.friction_n[s] += suture.cling_n_m * needle.spacing_m
        limit = suture.tear_n * tissue.strength[channel.tet[i]]
        place += 1
        if force > limit:
            moved = min((force - limit) / CREEP_N_M, MOST_CREEP_M)
            for d in range(3):
                target[d] = line[place, d] + moved * turning[d] / force
            t, face = walk(x_m, tissue.tets, tissue.neighbors, channel.tet[i], target, w)
            channel.torn_m[0] += moved
            if face >= 0:
                drop_point(channel, i)
                tally[TORN] += 1
                continue
            channel.tet[i] = t
            channel.weight[i, :] = w
        i += 1
