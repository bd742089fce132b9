"""What people carry on them: glasses, a stethoscope, a badge, a lanyard."""

from dataclasses import dataclass

import numpy as np

from client.avatars.materials import Material
from tools.bake.people.anatomy import FloatArray, IntArray
from tools.bake.people.reference import Color, Reference, marks
from tools.bake.people.shapes import card, ellipsoid, fixed, ring_triangles, tube
from tools.bake.people.surface import Surface, smoothstep

RUBBER: Color = (0.05, 0.06, 0.09)
STEEL: Color = (0.75, 0.77, 0.80)
PAPER: Color = (0.93, 0.94, 0.95)


def stethoscope(body: Reference) -> list[Surface]:
    """Returns a tube round the neck whose chest piece lies on the chest."""
    chest = _chest(body)
    t = np.linspace(-1, 1, 29)
    w = np.abs(t)
    x = 0.094 * np.sign(t) * np.minimum(1, w * 2.6) * (1 + 0.05 * w)
    y = 1.418 - 0.15 * smoothstep(0.22, 1, w) - 0.05 * smoothstep(0.5, 1, t)
    z = np.where(
        w < 0.3, -0.078 + 0.105 * (w / 0.3) ** 1.5, 0.027 + 0.138 * smoothstep(0.28, 0.75, w)
    )
    path = np.stack([x, y, z], 1)
    hose = _tube(body, path, _Hose(0.0046, RUBBER, Material.LEATHER), chest)
    center = path[-1] + [0, -0.018, 0.004]
    disc = ellipsoid(center, np.array([0.020, 0.020, 0.007]), 12, 6)
    piece = fixed(body, disc, ring_triangles(6, 12), _nearest(body, chest, center))
    piece.marks = marks(len(piece), STEEL, Material.METAL, edge=np.ones(len(piece)))
    return [hose, piece]


def glasses(body: Reference, color: Color) -> list[Surface]:
    """Returns two rims, two temples and a bridge that follow the nose."""
    figure, eye_y = body.figure_m, body.eye_m[1]
    on_nose = (body.anatomy.weight_of("head") > 0.9) & (np.abs(figure[:, 1] - eye_y) < 0.02)
    on_nose &= (np.abs(figure[:, 0]) < 0.012) & (figure[:, 2] > 0.12)
    held = np.flatnonzero(on_nose)
    held = held[np.argsort(-figure[held, 2])[:1]]
    t = np.linspace(0, 2 * np.pi, 21)
    z = 0.1465
    paths: list[FloatArray] = []
    for side in (-1.0, 1.0):
        across = 0.0235 * np.sign(np.cos(t)) * np.abs(np.cos(t)) ** 0.75
        up = 0.0175 * np.sign(np.sin(t)) * np.abs(np.sin(t)) ** 0.75
        back = 6 * (0.0325 + 0.0235 * np.cos(t) * side - 0.03) ** 2 + 0.004
        paths.append(np.stack([side * 0.0325 + across, eye_y - 0.002 + up, z - back], 1))
        temple = [(0.056, 0.004, -0.012), (0.0675, 0.004, -0.03), (0.0745, 0.003, -0.075)]
        temple.append((0.0765, -0.002, -0.115))
        paths.append(np.array([(side * a, eye_y + b, z + c) for a, b, c in temple]))
    bridge = [(-0.0095, 0.002, -0.0045), (0, 0.005, -0.002), (0.0095, 0.002, -0.0045)]
    paths.append(np.array([(a, eye_y + b, z + c) for a, b, c in bridge]))
    wire = _Hose(0.0014, color, Material.METAL, 5)
    return [_tube(body, path, wire, held) for path in paths]


def badge(body: Reference, stripe: Color, *, over_coat: bool) -> list[Surface]:
    """Returns a staff badge on the left of the chest: a card, a colored stripe, a picture."""
    chest = _chest(body)
    wanted = np.array([0.105, 1.18, 0.142] if over_coat else [0.092, 1.19, 0.135])
    held = int(_nearest(body, chest, wanted)[0])
    center = body.figure_m[held] + np.array([0, 0, 0.044 if over_coat else 0.028])
    cards: tuple[tuple[FloatArray, tuple[float, float], Color], ...] = (
        (np.array([0, 0, 0]), (0.024, 0.033), PAPER),
        (np.array([0, 0.021, 0.0014]), (0.024, 0.012), stripe),
        (np.array([-0.010, -0.007, 0.0014]), (0.009, 0.012), (0.45, 0.40, 0.38)),
        (np.array([0.009, -0.004, 0.0014]), (0.008, 0.0025), (0.25, 0.27, 0.30)),
        (np.array([0.009, -0.013, 0.0014]), (0.008, 0.0018), (0.55, 0.57, 0.60)),
        (np.array([0, 0.038, -0.002]), (0.006, 0.007), STEEL),
    )
    return [card(body, held, center + place, half, color) for place, half, color in cards]


def buttons(body: Reference, color: Color, stand_off_m: float) -> list[Surface]:
    """Returns a column of buttons down the left front edge of an open garment."""
    chest = _chest(body)
    result = []
    for height in (1.10, 1.02, 0.94, 0.86):
        held = _nearest(body, chest, np.array([0.045, height, 0.13]))
        center = body.figure_m[held[0]] + [0, 0, stand_off_m]
        disc = ellipsoid(center, np.array([0.008, 0.008, 0.0035]), 8, 5)
        part = fixed(body, disc, ring_triangles(5, 8), held)
        part.marks = marks(len(part), color, Material.LEATHER, edge=np.ones(len(part)))
        result.append(part)
    return result


def _chest(body: Reference) -> IntArray:
    tights = body.anatomy.vertex_groups["helper-tights"]
    figure = body.figure_m[tights]
    return np.asarray(tights[(figure[:, 1] > 0.80) & (np.abs(figure[:, 0]) < 0.2)])


def _nearest(body: Reference, among: IntArray, place: FloatArray) -> IntArray:
    gap = ((body.figure_m[among] - place) ** 2).sum(1)
    return np.asarray(among[[np.argmin(gap)]])


@dataclass(frozen=True)
class _Hose:
    """What a tube is made of."""

    radius_m: float
    color: Color
    material: Material
    corners: int = 6


def _tube(body: Reference, path: FloatArray, hose: _Hose, among: IntArray) -> Surface:
    points = tube(path, hose.radius_m, hose.corners)
    held = np.array([_nearest(body, among, place)[0] for place in path])
    part = fixed(body, points, ring_triangles(len(path), hose.corners), np.unique(held))
    part.marks = marks(len(part), hose.color, hose.material, edge=np.ones(len(part)))
    return part
