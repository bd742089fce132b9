"""The needle as a curve: part of a circle, and what it holds to.

The tail is at angle 0, the tip at the needle's own angle, around the needle's center; the rows of
`axes` are the direction to the tail, the direction in which the needle runs there, and the normal
of its plane.
"""

import math
from typing import NamedTuple

from sim.arrays import FloatArray
from sim.kernel import kernel


class Needle(NamedTuple):
    """A needle and what tissue does to it.

    Radius and angle are those of a half-circle needle; stiffnesses, forces and frictions are
    choices of this project, not measurements of any tissue: they are multiplied by the material's
    `strength`, and belong to points `spacing_m` apart.

    Attributes:
      radius_m, angle_rad: shape.
      sideways_n_m, along_n_m, tip_n_m: stiffness of the hold across, along, and at the tip.
      tear_n: sideways force of one channel point at which tissue gives way.
      friction: of the channel's wall, on its sideways force.
      cling_n: friction of one channel point without any sideways force.
      puncture_n, cut_n, exit_n: force at the tip at which a surface opens, tissue parts, and the
        far surface opens.
      spacing_m: of channel points.
      tip_friction: of the tip on a surface that it has not opened.
      collapse: share of its volume below which the touched element opens too, so that a deep dent
        cannot turn it inside out.
    """

    radius_m: float = 0.009
    angle_rad: float = math.pi
    sideways_n_m: float = 3000.0
    along_n_m: float = 1500.0
    tip_n_m: float = 2000.0
    tear_n: float = 1.5
    friction: float = 0.15
    cling_n: float = 0.01
    puncture_n: float = 0.6
    cut_n: float = 0.15
    exit_n: float = 0.4
    spacing_m: float = 0.001
    tip_friction: float = 0.3
    collapse: float = 0.45


@kernel
def locate(p_m: FloatArray, center_m: FloatArray, axes: FloatArray, out: FloatArray) -> None:
    """Writes angle in (-pi/2, 3 pi/2], radius and height over the plane of a point to out."""
    a = b = c = 0.0
    for d in range(3):
        away = p_m[d] - center_m[d]
        a += away * axes[0, d]
        b += away * axes[1, d]
        c += away * axes[2, d]
    angle = math.atan2(b, a)
    if angle <= -0.5 * math.pi:
        angle += 2 * math.pi
    out[0], out[1], out[2] = angle, math.sqrt(a * a + b * b), c


@kernel
def directions(angle: float, axes: FloatArray, radial: FloatArray, along: FloatArray) -> None:
    """Writes the unit vectors outwards and along the arc at an angle."""
    c, s = math.cos(angle), math.sin(angle)
    for d in range(3):
        radial[d] = c * axes[0, d] + s * axes[1, d]
        along[d] = -s * axes[0, d] + c * axes[1, d]


@kernel
def put_on(
    angle: float, radius_m: float, center_m: FloatArray, axes: FloatArray, out: FloatArray
) -> None:
    """Writes the point of the arc at an angle."""
    c, s = math.cos(angle), math.sin(angle)
    for d in range(3):
        out[d] = center_m[d] + radius_m * (c * axes[0, d] + s * axes[1, d])
