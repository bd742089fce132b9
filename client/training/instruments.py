"""Instruments as shapes, drawn from `sim.instruments.catalog`: shaft, fork, pin and jaws.

All is in the tip frame of the closed instrument. Jaws are apart from the rest, as they turn about
the hinge; see `Forms`.
"""

from dataclasses import dataclass
from functools import cache
from math import pi

import numpy as np

from client.training import materials
from client.training.shapes import Shape, box, merged, swept, tube
from sim.instruments.catalog import INSTRUMENTS, Instrument, Part, Use
from world.geometry import FloatArray

FORK_M = 0.009
"""So much of the shaft's end is steel and forked about the hinge."""
_TEETH_M, _TOOTH_M = 0.0008, 0.00022
_STATIONS = 49


@dataclass(frozen=True, slots=True)
class Forms:
    """An instrument's shapes.

    Attributes:
      body: what does not turn about the hinge.
      jaws: the swing of each part that does, and its shape about the hinge as the origin.
    """

    body: Shape
    jaws: tuple[tuple[int, Shape], ...]


@cache
def forms(name: str) -> Forms:
    """Returns the shapes of an instrument of the catalog.

    Raises:
      KeyError: if the catalog has none of that name.
    """
    tool = INSTRUMENTS[name]
    still = [part for part in tool.parts if part.swing == 0]
    body = [_shaft(tool), *(_rod(part) for part in still)]
    if still != list(tool.parts):
        body += _fork(tool)
    hinge_m = np.array([0.0, -tool.hinge_m, 0.0])
    jaws = tuple(
        (part.swing, _from_hinge(_jaw(tool, part), hinge_m)) for part in tool.parts if part.swing
    )
    return Forms(merged(*body), jaws)


def _shaft(tool: Instrument) -> Shape:
    """Returns the insulated tube and its steel end."""
    end_m, radius_m = -tool.hinge_m - FORK_M, tool.shaft_radius_m
    ys = [-tool.shaft_length_m, end_m - 0.0004, end_m]
    tube_m = np.array([[0.0, y, 0.0] for y in ys])
    sleeve = tube(
        tube_m,
        np.array([radius_m, radius_m, radius_m * 0.93]),
        materials.INSULATION,
        sides=20,
        is_round_ended=False,
    )
    has_jaws = bool(tool.opening_rad)
    tip_m = -tool.hinge_m - (0.003 if has_jaws else -0.001)
    collar_m = np.array([[0.0, end_m - 0.001, 0.0], [0.0, tip_m - 0.001, 0.0], [0.0, tip_m, 0.0]])
    taper = np.array([0.92, 0.92, 0.80 if has_jaws else 0.5]) * radius_m
    collar = tube(collar_m, taper, materials.STEEL, sides=20, is_round_ended=False)
    return merged(sleeve, collar)


def _fork(tool: Instrument) -> list[Shape]:
    """Returns the two prongs and the pin that the jaws turn about."""
    radius_m, hinge_m = tool.shaft_radius_m, tool.hinge_m
    half_m, thick_m = 0.86 * radius_m, 0.26 * radius_m
    prongs = [
        box(
            np.array([min(side * half_m, side * (half_m - thick_m)), -hinge_m - 0.0045,
                      -0.62 * radius_m]),
            np.array([max(side * half_m, side * (half_m - thick_m)), -hinge_m + 0.0016,
                      0.62 * radius_m]),
            materials.STEEL,
            0.00025,
        )
        for side in (-1, 1)
    ]  # fmt: skip
    pin_m = np.array([[-half_m - 0.0002, -hinge_m, 0.0], [half_m + 0.0002, -hinge_m, 0.0]])
    pin = tube(pin_m, 0.34 * radius_m, materials.DARK_STEEL, is_round_ended=False)
    return [*prongs, pin]


def _rod(part: Part) -> Shape:
    return tube(np.array(part.points_m), part.radius_m, materials.STEEL, sides=16)


def _from_hinge(one: Shape, hinge_m: FloatArray) -> Shape:
    return Shape(one.points_m - hinge_m, one.normals, one.looks, one.triangles)


def _jaw(tool: Instrument, part: Part) -> Shape:
    """Returns one jaw, or one blade of scissors, along its part's line."""
    line_m = _resampled(np.array(part.points_m, float), _STATIONS)
    reach = np.linspace(0.0, 1.0, _STATIONS)
    # The line ends a radius before the tip; the metal goes on to it.
    ahead = line_m[-1] - line_m[-2]
    line_m[-1] += ahead / np.sqrt((ahead * ahead).sum()) * 0.8 * part.radius_m
    if Use.CUT in tool.uses:
        return _blade(line_m, part, reach)
    return _gripping(line_m, part, reach)


def _gripping(line_m: FloatArray, part: Part, reach: FloatArray) -> Shape:
    """Returns a half round jaw with teeth on its flat side."""
    r, side = part.radius_m, part.swing
    blunt = np.clip((1.0 - reach) / 0.10, 0.0, 1.0)
    width_m = r * (1.08 - 0.22 * reach) * np.sqrt(0.12 + 0.88 * blunt * (2 - blunt))
    height_m = 2 * r * (0.98 - 0.30 * reach) * np.sqrt(0.25 + 0.75 * blunt * (2 - blunt))
    along_m = reach * np.sqrt(((line_m[-1] - line_m[0]) ** 2).sum())
    is_toothed = (reach > 0.22) & (reach < 0.97)
    tooth_m = np.where(is_toothed, _TOOTH_M * (along_m / _TEETH_M % 1.0 > 0.5), 0.0)
    angle = np.linspace(0.0, pi, 11)
    sections = []
    for at_m, w, h, tooth in zip(line_m, width_m, height_m, tooth_m, strict=True):
        flat_z = at_m[2] - side * (r - 0.00002) + side * tooth
        back = np.stack([w * np.cos(angle), np.sin(angle) ** 0.8 * h], axis=1)
        x = at_m[0] + back[:, 0]
        z = flat_z + side * back[:, 1]
        sections.append(np.stack([x, np.full(len(x), at_m[1]), z], axis=1))
    rings_m = np.array(sections)
    return swept(rings_m[:, ::-1] if side > 0 else rings_m, materials.STEEL)


def _blade(line_m: FloatArray, part: Part, reach: FloatArray) -> Shape:
    """Returns a scissors' blade: thin, tapered, its edge on the middle line."""
    side, half_m = part.swing, 0.00045
    x_m = 0.00047 * side
    height_m = 0.0023 * np.sqrt(np.clip(1.06 - reach, 0.02, 1.0))
    sections = []
    for at_m, h in zip(line_m, height_m, strict=True):
        edge_z = -side * 0.0003
        outline = (
            (-half_m, 0.0),
            (half_m, 0.0002),
            (half_m, 0.75 * h),
            (0.0, h),
            (-half_m, 0.8 * h),
        )
        sections.append([(x_m + x, at_m[1], edge_z + side * z) for x, z in outline])
    rings_m = np.array(sections)
    return swept(rings_m[:, ::-1] if side > 0 else rings_m, materials.STEEL, 0.4)


def _resampled(line_m: FloatArray, count: int) -> FloatArray:
    """Returns a line of that many points, evenly along the given one, its corners rounded."""
    steps_m = np.sqrt((np.diff(line_m, axis=0) ** 2).sum(axis=1))
    at_m = np.concatenate([[0.0], np.cumsum(steps_m)])
    even_m = np.linspace(0.0, at_m[-1], count)
    found = np.stack([np.interp(even_m, at_m, line_m[:, axis]) for axis in range(3)], axis=1)
    for _ in range(12 if len(line_m) > 2 else 0):
        found[1:-1] = (found[:-2] + 2 * found[1:-1] + found[2:]) / 4
    return found
