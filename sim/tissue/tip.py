"""The needle's tip, a state machine with one material point of its own, the anchor.

    AIR       nothing is touched. A sweep over the step finds the first surface met: TOUCH.
    TOUCH     the anchor is the touched point of the surface, pushed by a one-sided row along the
              needle and held across it by dry friction. Force above the puncture force, or a
              touched element nearly crushed: INSIDE. No force, or the tip skids off: AIR.
    INSIDE    the anchor is pushed ahead of the tip by the cutting force at most. After each solve
              it moves on along the arc, through the deformed elements, until its elastic lag is
              force over stiffness; channel points are dropped on the way. Where it meets the far
              surface: EXITING. Drawn back past its first point: AIR.
    EXITING   as INSIDE with the exit force, until the far surface opens: AIR.

Rules:
- Leaving the mesh through the face by which the tip came in is lag, not an exit: the direction
  along the needle must go out through the face.
- After an exit the sweep begins 2 mm before it, since the dented wall may already lie in the next.
"""

import math

import numpy as np

from sim.arrays import FloatArray
from sim.kernel import kernel
from sim.tissue.arc import Needle, directions, locate, put_on
from sim.tissue.channel import (
    ANCHOR,
    EXITS,
    PUNCTURES,
    RUN,
    STATE,
    THREADED,
    TIP_ROW,
    USED,
    WITHDRAWN,
    Channel,
    Tissue,
    add_point,
    append_point,
)
from sim.tissue.rows import Rows, add_entry, add_row, has_room
from sim.tissue.walk import is_leaving, pull_in, put_at, volume_m3, walk

AIR, TOUCH, INSIDE, EXITING = 0, 1, 2, 3
ADVANCE_M = 0.00025
RETRACTED_M = 0.0002
REACHED_M = 0.0005
SWEEP_BACK_M = 0.002
SKID_M = 0.001
SKIN_FRICTION_N = 0.005
MARGIN = 1.05
"""How far above its threshold a touch may push before it opens."""


@kernel
def add_tip_rows(
    rows: Rows,
    x_m: FloatArray,
    tissue: Tissue,
    needle: Needle,
    node: int,
    axes: FloatArray,
    channel: Channel,
) -> None:
    """Pushes the anchor ahead of the tip; three rows unless the tip is in the air."""
    tally = channel.tally
    tally[TIP_ROW] = rows.used[0]
    if tally[STATE] == AIR or not has_room(rows, 3, 15):
        return
    p, place, radial, along = np.empty(3), np.empty(3), np.empty(3), np.empty(3)
    center, normal = x_m[node], axes[2]
    t, w = tally[ANCHOR], channel.anchor
    put_at(x_m, tissue.tets, t, w, p)
    strength = tissue.strength[t]
    if tally[STATE] == TOUCH:
        directions(needle.angle_rad, axes, radial, along)
        ahead = outward = across = 0.0
        for d in range(3):
            away = p[d] - center[d] - needle.radius_m * radial[d]
            ahead += away * along[d]
            outward += away * radial[d]
            across += away * normal[d]
        limit = MARGIN * needle.puncture_n
    else:  # along the arc, so that a long lag behind the tip is not read as a sideways error
        locate(p, center, axes, place)
        directions(place[0], axes, radial, along)
        ahead = needle.radius_m * (place[0] - needle.angle_rad)
        outward, across = place[1] - needle.radius_m, place[2]
        limit = needle.cut_n if tally[STATE] == INSIDE else MARGIN * needle.exit_n
    row = add_row(rows, needle.tip_n_m, ahead, limit * strength, 0.0, 0, 1, 1)
    add_point(rows, tissue, t, w, along, 1.0)
    add_entry(rows, node, -along[0], -along[1], -along[2])
    if tally[STATE] == TOUCH:
        add_row(rows, needle.tip_n_m, outward, SKIN_FRICTION_N, needle.tip_friction, row, 2, 0)
    else:
        add_row(rows, needle.tip_n_m, outward, needle.tear_n * strength, 0.0, 0, 2, 0)
    add_point(rows, tissue, t, w, radial, 1.0)
    add_entry(rows, node, -radial[0], -radial[1], -radial[2])
    add_row(rows, needle.tip_n_m, across, 0.0, 0.0, 0, 0, 0)
    add_point(rows, tissue, t, w, normal, 1.0)
    add_entry(rows, node, -normal[0], -normal[1], -normal[2])


@kernel
def update_tip(
    rows: Rows,
    x_m: FloatArray,
    before_m: FloatArray,
    tissue: Tissue,
    needle: Needle,
    center: FloatArray,
    axes: FloatArray,
    channel: Channel,
    tip_m: FloatArray,
) -> None:
    """After the solve: the next state; tip_m is that of the step before, brought up to date."""
    tally = channel.tally
    exits = tally[EXITS]
    now = np.empty(3)
    put_on(needle.angle_rad, needle.radius_m, center, axes, now)
    if tally[STATE] == TOUCH:
        press(rows, x_m, tissue, needle, center, axes, channel, now)
    if tally[STATE] == INSIDE or tally[STATE] == EXITING:
        cut(rows, x_m, tissue, needle, center, axes, channel, tip_m)
    elif tally[STATE] == AIR:
        fall_back(x_m, tissue, needle, center, axes, channel)
        if tally[STATE] == AIR:
            sweep(x_m, before_m, tissue, needle, axes, channel, tip_m, now)
    if tally[EXITS] == exits:
        tip_m[:] = now


@kernel
def press(
    rows: Rows,
    x_m: FloatArray,
    tissue: Tissue,
    needle: Needle,
    center: FloatArray,
    axes: FloatArray,
    channel: Channel,
    now: FloatArray,
) -> None:
    """TOUCH: opens the surface, goes on pressing, or lets go."""
    p, place = np.empty(3), np.empty(3)
    tally = channel.tally
    t, row = tally[ANCHOR], tally[TIP_ROW]
    force = rows.force_n[row]
    put_at(x_m, tissue.tets, t, channel.anchor, p)
    is_crushed = volume_m3(x_m, tissue.tets, t) < needle.collapse * tissue.rest_m3[t]
    if force >= needle.puncture_n * tissue.strength[t] or (force > 0 and is_crushed):
        tally[STATE] = INSIDE
        tally[RUN] += 1
        tally[PUNCTURES] += 1
        locate(p, center, axes, place)
        append_point(channel, t, channel.anchor, place[0])
    elif force <= 0:
        tally[STATE] = AIR
    else:
        across = math.sqrt(rows.force_n[row + 1] ** 2 + rows.force_n[row + 2] ** 2)
        away = 0.0
        for d in range(3):
            away += (p[d] - now[d]) ** 2
        bears = SKIN_FRICTION_N + needle.tip_friction * force
        if across > 0.98 * bears and away > SKID_M * SKID_M:
            tally[STATE] = AIR


@kernel
def cut(
    rows: Rows,
    x_m: FloatArray,
    tissue: Tissue,
    needle: Needle,
    center: FloatArray,
    axes: FloatArray,
    channel: Channel,
    tip_m: FloatArray,
) -> None:
    """INSIDE and EXITING: opens the far surface, draws back, or advances."""
    p, place = np.empty(3), np.empty(3)
    tally = channel.tally
    t = tally[ANCHOR]
    force = rows.force_n[tally[TIP_ROW]] if rows.used[0] > tally[TIP_ROW] else 0.0
    put_at(x_m, tissue.tets, t, channel.anchor, p)
    locate(p, center, axes, place)
    if tally[STATE] == EXITING and (
        force >= needle.exit_n * tissue.strength[t]
        or volume_m3(x_m, tissue.tets, t) < needle.collapse * tissue.rest_m3[t]
    ):
        tally[STATE] = AIR
        tally[EXITS] += 1
        append_point(channel, t, channel.anchor, place[0])
        back = place[0] - SWEEP_BACK_M / needle.radius_m
        put_on(back, needle.radius_m, center, axes, tip_m)
    elif needle.radius_m * (needle.angle_rad - place[0]) < -RETRACTED_M:
        draw_back(x_m, tissue, needle, center, axes, channel)
    elif tally[STATE] == INSIDE:
        advance(x_m, tissue, needle, center, axes, channel, place[0], max(force, 0.0))


@kernel
def last_angle(
    x_m: FloatArray, tissue: Tissue, center: FloatArray, axes: FloatArray, channel: Channel
) -> float:
    """Returns the angle of the last point on the needle; there must be one."""
    p, place = np.empty(3), np.empty(3)
    last = channel.tally[USED] - 1
    put_at(x_m, tissue.tets, channel.tet[last], channel.weight[last], p)
    locate(p, center, axes, place)
    return float(place[0])


@kernel
def go_back_to(channel: Channel, i: int) -> None:
    """INSIDE again, with the tip at a point of the channel."""
    channel.tally[STATE] = INSIDE
    channel.tally[RUN] = channel.run[i]
    channel.tally[ANCHOR] = channel.tet[i]
    channel.anchor[:] = channel.weight[i]


@kernel
def draw_back(
    x_m: FloatArray,
    tissue: Tissue,
    needle: Needle,
    center: FloatArray,
    axes: FloatArray,
    channel: Channel,
) -> None:
    """The tip goes backwards: points ahead of it are given up."""
    tally = channel.tally
    while tally[USED] > tally[THREADED]:
        if last_angle(x_m, tissue, center, axes, channel) <= needle.angle_rad:
            break
        tally[USED] -= 1
    last = tally[USED] - 1
    if tally[USED] <= tally[THREADED]:
        tally[STATE] = AIR
        tally[WITHDRAWN] += 1
    elif channel.run[last] != tally[RUN]:  # out of this wall, into the gap before it
        tally[STATE] = AIR
    else:
        go_back_to(channel, last)


@kernel
def advance(
    x_m: FloatArray,
    tissue: Tissue,
    needle: Needle,
    center: FloatArray,
    axes: FloatArray,
    channel: Channel,
    angle: float,
    force: float,
) -> None:
    """Moves the anchor along the arc until its lag is force over stiffness."""
    q, w = np.empty(3), np.empty(4)
    radial, along = np.empty(3), np.empty(3)
    tally = channel.tally
    lag = force / needle.tip_n_m
    last = angle
    if tally[USED] > tally[THREADED]:
        last = last_angle(x_m, tissue, center, axes, channel)
    t = tally[ANCHOR]
    while needle.radius_m * (needle.angle_rad - angle) > lag + 1e-6:
        angle = min(angle + ADVANCE_M / needle.radius_m, needle.angle_rad - lag / needle.radius_m)
        put_on(angle, needle.radius_m, center, axes, q)
        t, face = walk(x_m, tissue.tets, tissue.neighbors, t, q, w)
        if face >= 0:
            pull_in(w)
            directions(angle, axes, radial, along)
            if is_leaving(x_m, tissue.tets, t, face, along):
                tally[STATE] = EXITING
        tally[ANCHOR] = t
        channel.anchor[:] = w
        if tally[STATE] == EXITING:
            break
        if face < 0 and needle.radius_m * (angle - last) >= needle.spacing_m:
            append_point(channel, t, w, angle)
            last = angle


@kernel
def fall_back(
    x_m: FloatArray,
    tissue: Tissue,
    needle: Needle,
    center: FloatArray,
    axes: FloatArray,
    channel: Channel,
) -> None:
    """AIR: a tip drawn back past points it had left is inside again."""
    tally = channel.tally
    reached = needle.angle_rad + REACHED_M / needle.radius_m
    while tally[USED] > tally[THREADED]:
        if last_angle(x_m, tissue, center, axes, channel) <= reached:
            break
        last = tally[USED] - 1
        tally[USED] = last
        if last == tally[THREADED]:
            tally[WITHDRAWN] += 1
        elif channel.run[last - 1] == channel.run[last]:
            go_back_to(channel, last - 1)


@kernel
def sweep(
    x_m: FloatArray,
    before_m: FloatArray,
    tissue: Tissue,
    needle: Needle,
    axes: FloatArray,
    channel: Channel,
    old: FloatArray,
    now: FloatArray,
) -> None:
    """AIR: the first moving triangle that the moving tip went through, from outside: TOUCH."""
    tally = channel.tally
    radial, along = np.empty(3), np.empty(3)
    u, v, n = np.empty(3), np.empty(3), np.empty(3)
    directions(needle.angle_rad, axes, radial, along)
    first = 2.0
    for f in range(tissue.triangles.shape[0]):
        i, j, k = tissue.triangles[f, 0], tissue.triangles[f, 1], tissue.triangles[f, 2]
        height_before = height(before_m, i, j, k, old, n)
        if height_before < 0:
            continue
        height_after = height(x_m, i, j, k, now, n)
        if height_after >= 0:
            continue
        entering = n[0] * along[0] + n[1] * along[1] + n[2] * along[2]
        share = height_before / (height_before - height_after)
        if entering >= 0 or share >= first:
            continue
        uu = uv = vv = pu = pv = 0.0
        for d in range(3):
            corner = before_m[i, d] + share * (x_m[i, d] - before_m[i, d])
            u[d] = before_m[j, d] + share * (x_m[j, d] - before_m[j, d]) - corner
            v[d] = before_m[k, d] + share * (x_m[k, d] - before_m[k, d]) - corner
            p = old[d] + share * (now[d] - old[d]) - corner
            uu += u[d] * u[d]
            uv += u[d] * v[d]
            vv += v[d] * v[d]
            pu += p * u[d]
            pv += p * v[d]
        under = uu * vv - uv * uv + 1e-30
        s, t = (vv * pu - uv * pv) / under, (uu * pv - uv * pu) / under
        if s < -1e-6 or t < -1e-6 or s + t > 1 + 1e-6:
            continue
        first = share
        tally[STATE] = TOUCH
        owner = tissue.owners[f]
        tally[ANCHOR] = owner
        for q in range(4):
            vertex = tissue.tets[owner, q]
            channel.anchor[q] = 0.0
            if vertex == i:
                channel.anchor[q] = 1 - s - t
            elif vertex == j:
                channel.anchor[q] = s
            elif vertex == k:
                channel.anchor[q] = t


@kernel
def height(x_m: FloatArray, i: int, j: int, k: int, p: FloatArray, n: FloatArray) -> float:
    """Writes a triangle's normal, twice its area long; returns p's height over it times that."""
    a, b, c = x_m[i], x_m[j], x_m[k]
    ux, uy, uz = b[0] - a[0], b[1] - a[1], b[2] - a[2]
    vx, vy, vz = c[0] - a[0], c[1] - a[1], c[2] - a[2]
    n[0], n[1], n[2] = uy * vz - uz * vy, uz * vx - ux * vz, ux * vy - uy * vx
    over: float = (p[0] - a[0]) * n[0] + (p[1] - a[1]) * n[1] + (p[2] - a[2]) * n[2]
    return over
