"""Shoes: a sole cut to the foot's outline and an upper that closes round the ankle."""

from dataclasses import dataclass

import numpy as np

from client.avatars.materials import Material
from tools.bake.people.anatomy import BODY, FloatArray
from tools.bake.people.reference import Color, Reference, marks
from tools.bake.people.shapes import fixed, ring_triangles
from tools.bake.people.surface import Surface, smoothstep

CORNERS = 28
SOLE_M = 0.024
OPENING_M = 0.088
HIDDEN_BELOW_M = 0.070  # skin that no one sees in a shoe

# The left foot's outline on the reference body: z, inner x, outer x.
OUTLINE = np.array(
    [
        (-0.042, 0.178, 0.192),
        (-0.034, 0.164, 0.206),
        (-0.018, 0.152, 0.214),
        (0.02, 0.149, 0.220),
        (0.06, 0.149, 0.228),
        (0.10, 0.141, 0.235),
        (0.14, 0.136, 0.236),
        (0.17, 0.138, 0.233),
        (0.195, 0.148, 0.223),
        (0.210, 0.165, 0.205),
        (0.216, 0.180, 0.190),
    ]
)


@dataclass(frozen=True)
class ShoeColors:
    """What a shoe looks like: its upper, its sole and its laces or strap."""

    upper: Color
    sole: Color = (0.88, 0.88, 0.86)
    trim: Color = (0.93, 0.93, 0.92)


def make_shoes(body: Reference, colors: ShoeColors) -> list[Surface]:
    """Returns the left and the right shoe."""
    return [_shoe(body, colors, side) for side in (1.0, -1.0)]


def _outline() -> FloatArray:
    """Returns (CORNERS, 2) x and z round the sole, from the heel along the inner side."""
    inner = OUTLINE[:, [1, 0]]
    outer = OUTLINE[::-1, [2, 0]]
    ring = np.concatenate([inner, outer, inner[:1]])
    length = np.concatenate([[0], np.cumsum(np.linalg.norm(np.diff(ring, axis=0), axis=1))])
    at = np.linspace(0, length[-1], CORNERS, endpoint=False)
    return np.stack([np.interp(at, length, ring[:, i]) for i in (0, 1)], 1)


def _shoe(body: Reference, colors: ShoeColors, side: float) -> Surface:
    outline = _outline()
    center = np.array([0.184, 0.075])
    ankle = np.array([0.178, 0.012])
    turn = np.arctan2(outline[:, 0] - ankle[0], outline[:, 1] - ankle[1])
    opening = ankle + np.stack([0.040 * np.sin(turn), 0.050 * np.cos(turn)], 1)
    upper_base = center + (outline - center) * [0.96, 0.985]
    levels: list[tuple[FloatArray, FloatArray, Color]] = [
        (center + (outline - center) * 0.02, np.full(CORNERS, 0.002), colors.sole),
        (center + (outline - center) * [0.93, 0.96], np.full(CORNERS, -0.001), colors.sole),
        (outline, np.full(CORNERS, 0.004), colors.sole),
        (outline, np.full(CORNERS, SOLE_M - 0.003), colors.sole),
        (upper_base, np.full(CORNERS, SOLE_M), colors.sole),
        (upper_base, np.full(CORNERS, SOLE_M + 0.001), colors.upper),
    ]
    rise = OPENING_M - SOLE_M + 0.010 * np.cos(turn) ** 2 * (np.cos(turn) < 0)
    for t in np.linspace(0, 1, 9)[1:]:
        ring = upper_base + (opening - upper_base) * t**1.45
        bulge = 1 + 0.035 * np.sin(np.pi * min(1.0, t * 1.6))
        ring = center + (ring - center) * (bulge if t < 0.6 else 1.0)
        levels.append((ring, SOLE_M + rise * (1 - (1 - t) ** 2.1), colors.upper))
    rings = len(levels)
    points = np.concatenate([np.stack([r[:, 0] * side, y, r[:, 1]], 1) for r, y, _ in levels])
    triangles = ring_triangles(rings, CORNERS)
    if side > 0:
        triangles = triangles[:, ::-1]
    figure = body.figure_m[:BODY]
    among = np.flatnonzero((figure[:, 0] * side > 0) & (figure[:, 1] < 0.11))
    part = fixed(body, points, triangles, among, 6)
    color = np.concatenate([np.tile(c, (CORNERS, 1)) for _, _, c in levels])
    color = _laced(points, color, np.array(colors.trim), rings)
    light = 0.55 + 0.45 * smoothstep(0.0, 0.03, points[:, 1])
    part.marks = marks(len(part), color, Material.LEATHER, light=light, edge=np.ones(len(part)))
    return part


def _laced(points: FloatArray, color: FloatArray, trim: FloatArray, rings: int) -> FloatArray:
    """Returns the colors with laces across the instep."""
    level = np.repeat(np.arange(rings), CORNERS)
    on_top = (np.abs(np.abs(points[:, 0]) - 0.182) < 0.024) & (points[:, 2] > 0.045)
    laces = on_top & (level >= 8) & (level % 2 == 0)
    return np.where(laces[:, None], trim, color)
