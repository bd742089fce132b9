"""Plants in pots, and the garden beyond the windows."""

import math

import numpy as np

from tools.bake.rooms.materials import CARD, INK, LEAF
from tools.bake.rooms.patches import Color, Finish, Model, Patch, Triple, unit
from tools.bake.rooms.shapes import box, grid, plane, revolve, tube
from world.geometry import FloatArray

BARK = Finish("bark")
SOIL = Finish("bark", (0.6, 0.5, 0.42))
GOLDEN_ANGLE_RAD = 2.39996
Tree = tuple[float, float, float, float]


def pot(model: Model, radius: float, height: float, tint: Color) -> None:
    """Adds a flower pot with soil in it."""
    r, h = radius, height
    revolve(
        model,
        [
            (r * 0.66, 0),
            (r * 0.74, 0.012),
            (r * 0.90, h * 0.5),
            (r, h - 0.015),
            (r, h - 0.004),
            (r - 0.006, h),
            (r - 0.018, h),
            (r - 0.026, h - 0.006),
            (r - 0.03, h - 0.05),
        ],
        24,
        Finish("soft", tint),
    )
    revolve(model, [(r - 0.028, h - 0.045), (r * 0.5, h - 0.035), (0.002, h - 0.03)], 16, SOIL)
    if radius > 0.15:
        model.solid("plant", (-r, -r, 0), (r, r, h))


def ficus(model: Model, height: float, leaves: int, seed: int, length: float = 0.25) -> None:
    """Adds a small tree of three stems with broad leaves."""
    rng = np.random.default_rng(seed)
    with model.within("cloth"):
        for k in range(3):
            a = 2.1 * k + 0.3
            tip = np.array((0.16 * math.cos(a), 0.16 * math.sin(a), height * (0.92 - 0.13 * k)))
            t = np.linspace(0, 1, 8)[:, None]
            sway = np.concatenate([np.sin(5 * t + k), np.cos(4 * t + k), 0 * t], 1) * 0.10
            foot = np.array((0.03 * math.cos(a), 0.03 * math.sin(a), 0.0))
            stem = foot * (1 - t) + tip * t + sway * t * (1 - t)
            tube(model, [_triple(p) for p in stem], list(np.linspace(0.018, 0.007, 8)), BARK, 6)
            for i in range(leaves // 3):
                _twig(model, stem, (i + 0.5) / (leaves // 3), (rng, k + i * 2.4, length))


def _twig(
    model: Model, stem: FloatArray, share: float, growth: tuple[np.random.Generator, float, float]
) -> None:
    rng, angle, length = growth
    along = (0.26 + 0.74 * share) * (len(stem) - 1)
    j = min(int(along), len(stem) - 2)
    start = stem[j] + (stem[j + 1] - stem[j]) * (along - j)
    a, rise = angle + rng.uniform(-0.3, 0.3), rng.uniform(0.05, 0.75)
    ahead = np.array((math.cos(a) * math.cos(rise), math.sin(a) * math.cos(rise), math.sin(rise)))
    end = start + ahead * rng.uniform(0.05, 0.12)
    tube(model, [_triple(start), _triple(end)], 0.004, LEAF.tinted((0.8, 0.9, 0.6)), 3)
    g = rng.uniform(0.80, 1.10)
    _blade(
        model,
        (end, ahead, np.array((0, 0, 1.0))),
        (
            length * rng.uniform(0.75, 1.15),
            length * 0.26 * rng.uniform(0.85, 1.15),
            rng.uniform(0.25, 0.6),
            0.18,
        ),
        (g * 0.92, g, g * 0.86),
    )


def upright(model: Model, leaves: int, height: float, radius: float, seed: int) -> None:
    """Adds a plant of stiff upright blades."""
    rng = np.random.default_rng(seed)
    with model.within("cloth"):
        for i in range(leaves):
            a, reach = i * GOLDEN_ANGLE_RAD, radius * math.sqrt((i + 0.5) / leaves)
            c, s, g = math.cos(a), math.sin(a), rng.uniform(0.8, 1.1)
            foot = np.array((reach * c, reach * s, -0.03))
            pose = (foot, np.array((c * reach * 1.1, s * reach * 1.1, 1)), np.array((-c, -s, 0.2)))
            _blade(
                model,
                pose,
                (height * rng.uniform(0.6, 1.0), 0.034, -0.02, 0.35),
                (g * 0.85, g * 0.98, g * 0.88),
            )


def fern(model: Model, leaves: int, length: float, seed: int) -> None:
    """Adds a plant of drooping narrow blades."""
    rng = np.random.default_rng(seed)
    with model.within("cloth"):
        for i in range(leaves):
            a, rise = i * GOLDEN_ANGLE_RAD, 0.25 + 1.1 * (1 - i / leaves)
            ahead = np.array(
                (math.cos(a) * math.cos(rise), math.sin(a) * math.cos(rise), math.sin(rise))
            )
            g = rng.uniform(0.95, 1.3)
            _blade(
                model,
                (np.zeros(3), ahead, np.array((0, 0, 1.0))),
                (
                    length * rng.uniform(0.7, 1.1),
                    0.045 * length / 0.42 + 0.008,
                    rng.uniform(0.4, 0.75),
                    0.18,
                ),
                (g, g * 1.05, g * 0.8),
            )


def _blade(
    model: Model,
    pose: tuple[FloatArray, FloatArray, FloatArray],
    form: tuple[float, float, float, float],
    tint: Color,
) -> None:
    """Adds one leaf: a drooping midrib with a folded cross-section."""
    foot, ahead, up = pose[0], unit(pose[1]), unit(pose[2])
    length, width, droop, fold = form
    side = unit(np.cross(ahead, up))
    up = np.cross(side, ahead)
    t, u = np.linspace(0, 1, 5), np.array([-1.0, 0.0, 1.0])
    rib = foot + ahead * (t * length)[:, None]
    rib[:, 2] -= droop * length * t**2
    half = width * np.sin(np.pi * np.clip(t * 0.93 + 0.07, 0, 1) ** 0.8) ** 0.8 + 0.002
    position = rib[None] + side * (u[:, None] * half)[..., None]
    position = position + up * (np.abs(u)[:, None] * half * fold)[..., None]
    texture = np.stack(np.meshgrid((u + 1) / 2, t, indexing="ij"), -1)
    grid(model, position, LEAF.tinted(tint), texture=texture)


TREES: tuple[Tree, ...] = (
    (2.6, -5.4, 7.2, 2.1),
    (-4.0, -7.6, 6.4, 2.0),
    (6.6, -8.8, 7.5, 2.4),
    (-0.4, -14, 8.5, 2.8),
    (-8.5, -12.5, 8, 2.7),
    (10, -14.5, 9, 3),
    (4.5, -17, 8.5, 2.8),
    (-6, -18, 9.5, 3.1),
)


def garden(model: Model) -> None:
    """Adds the garden in front of the wall y = 0, about x = 0: lawn, terrace, hedge, trees."""
    plane(model, (-48, -48, -0.18), ((96, 0, 0), (0, 45.2, 0)), Finish("grass"), step_m=3.0)
    plane(model, (-14, -2.8, -0.10), ((28, 0, 0), (0, 2.5, 0)), Finish("stone"), step_m=0.6)
    box(
        model,
        (0, -2.85, -0.13),
        (28, 0.14, 0.14),
        Finish("solid", (0.82, 0.80, 0.76)),
        radius_m=0.02,
        step_m=1.0,
        skip="d",
    )
    plane(
        model,
        (-2.2, -14, -0.165),
        ((1.6, 0, 0), (0, 11.2, 0)),
        Finish("stone", (1.02, 0.97, 0.88)),
        step_m=0.7,
    )
    _hedge(model, (-14, -3.4, -11.0), 1.25, 5)
    _hedge(model, (0.6, 14, -11.0), 1.25, 6)
    for i, tree in enumerate(TREES):
        _tree(model, tree, 20 + i)
    _wood(model)
    rng = np.random.default_rng(9)
    for i in range(9):
        x, y = -7.5 + i * 1.75 + rng.uniform(-0.3, 0.3), -3.35 + rng.uniform(-0.15, 0.15)
        with model.at((x, y, -0.16)):
            _shrub(model, rng)


def _wood(model: Model) -> None:
    """A belt of trees round the garden, of big cards: it hides where the lawn ends."""
    rng, count = np.random.default_rng(31), 900
    turn = rng.uniform(-1.45, 1.45, count)
    reach = rng.uniform(37, 43, count)
    crown = 1.6 * np.sin(turn * 22) + 0.9 * np.sin(turn * 52 + 1)
    height = 4.6 * rng.uniform(0, 1, count) ** 0.8 * (0.85 + 0.16 * crown)
    middle = np.stack([reach * np.sin(turn), -reach * np.cos(turn), height], -1)
    inward = np.stack([-np.sin(turn), np.cos(turn), 0.15 * height], -1)
    out = unit(inward + rng.normal(size=(count, 3)) * (0.7, 0.7, 0))
    size = rng.uniform(0.8, 1.3, count)
    near = rng.random(count) < 0.5
    _cards(model, (middle[near], out[near]), size[near], rng, (0.72, 0.80, 0.74))
    _cards(model, (middle[~near], out[~near]), size[~near], rng, (0.60, 0.70, 0.66))


def tree_shadows(model: Model) -> None:
    """Adds only what the garden's trees keep from the sun: small leaves, never drawn."""
    with model.within("occluder"):
        for i, tree in enumerate(TREES):
            if tree[1] > -10:
                _tree_leaves(model, tree, 20 + i)


def _tree(model: Model, tree: Tree, seed: int) -> None:
    x, y, height, radius = tree
    with model.at((x, y, -0.15)):
        t = np.linspace(0, 1, 7)
        trunk = [
            (0.1 * math.sin(q * 3 + seed) * q, 0.1 * math.cos(q * 2) * q, q * height * 0.8)
            for q in t
        ]
        tube(model, trunk, list(np.linspace(0.13, 0.03, 7) * height / 6), BARK, 8)
        crowns = _crowns(height, radius)
        for crown in crowns:
            reach = float(np.hypot(crown[0], crown[1]))
            fork = (0.0, 0.0, float(crown[2]) - 0.5 * reach - 0.2)
            middle = (float(crown[0]) / 2, float(crown[1]) / 2, float(crown[2]) - 0.25 * reach)
            tube(model, [fork, middle, _triple(crown)], [0.035, 0.02, 0.008], BARK, 5)
        count = 230 if y > -10 else 150
        rng = np.random.default_rng(seed)
        middle_of, out = _scattered(rng, crowns, count, radius)
        _cards(model, (middle_of, out), 0.34 * radius / 2.2 * rng.uniform(0.8, 1.25, count), rng)


def _crowns(height: float, radius: float) -> FloatArray:
    i = np.arange(11)
    z = height * (0.45 + 0.5 * (i + 0.5) / 11)
    reach = radius * np.sin(math.pi * np.minimum(1, (z / height - 0.30) / 0.74)) * 0.75
    angle = i * GOLDEN_ANGLE_RAD
    return np.stack([reach * np.cos(angle), reach * np.sin(angle), z], -1)


def _scattered(
    rng: np.random.Generator, crowns: FloatArray, count: int, radius: float
) -> tuple[FloatArray, FloatArray]:
    crown = crowns[rng.integers(0, len(crowns), count)]
    out = unit(rng.normal(size=(count, 3)))
    depth = rng.uniform(0.15, 1, count)[:, None] ** 0.4 * radius * 0.52
    return crown + out * depth * (1, 1, 0.72), out


def _cards(
    model: Model,
    places: tuple[FloatArray, FloatArray],
    half: FloatArray,
    rng: np.random.Generator,
    tint: Color = (1.0, 1.0, 1.0),
) -> None:
    """Adds leaf cards; their normals point out of the crown, so that it is lit as a body."""
    middle, out = places
    facing = unit(out + rng.normal(size=out.shape) * 0.5)
    along = unit(np.cross(facing, rng.normal(size=out.shape)))
    across = np.cross(facing, along)
    normal = unit(out + np.array((0, 0, 0.4)))
    with model.within("leaves"):
        for i in range(len(middle)):
            arms = along[i] * half[i], across[i] * half[i]
            position = middle[i] + np.array(
                [[-arms[0] - arms[1], -arms[0] + arms[1]], [arms[0] - arms[1], arms[0] + arms[1]]]
            )
            texture = np.array([[[0, 0], [0, 1]], [[1, 0], [1, 1]]], float)
            model.add(
                Patch(
                    position,
                    np.broadcast_to(normal[i], (2, 2, 3)),
                    texture,
                    np.array([0, 1.0]),
                    np.array([0, 1.0]),
                    CARD.tinted(tint),
                    model.group,
                )
            )


def _tree_leaves(model: Model, tree: Tree, seed: int) -> None:
    x, y, height, radius = tree
    rng, count = np.random.default_rng(seed), 1300
    with model.at((x, y, -0.15)):
        middle, out = _scattered(rng, _crowns(height, radius), count, radius)
        facing = unit(out + rng.normal(size=(count, 3)) * 0.35)
        along = unit(np.cross(facing, rng.normal(size=(count, 3))))
        across, size = np.cross(facing, along), 0.118 * rng.uniform(0.6, 1.2, (count, 1))
        position = np.zeros((2 * count, 2, 3))
        position[0::2, 0], position[0::2, 1] = middle - along * size, middle + across * size / 2
        position[1::2, 1], position[1::2, 0] = middle + along * size, middle - across * size / 2
        mask = np.zeros((2 * count - 1, 1), bool)
        mask[0::2] = True
        model.add(
            Patch(
                position,
                np.repeat(facing, 2, 0)[:, None].repeat(2, 1),
                np.zeros((2 * count, 2, 2)),
                np.arange(2.0 * count),
                np.arange(2.0),
                CARD,
                model.group,
                mask,
            )
        )


def _hedge(model: Model, span: Triple, height: float, seed: int) -> None:
    x0, x1, y = span
    rng, count = np.random.default_rng(seed), int((x1 - x0) * 24)
    box(
        model,
        ((x0 + x1) / 2, y, height / 2 - 0.2),
        (x1 - x0, 0.5, height - 0.15),
        Finish("leaf", (0.80, 0.92, 0.72)),
        radius_m=0.1,
        step_m=0.8,
    )
    middle = np.stack(
        [
            rng.uniform(x0, x1, count),
            rng.uniform(-0.3, 0.35, count),
            rng.uniform(-0.1, height, count),
        ],
        -1,
    )
    out = unit(np.stack([0.3 * rng.normal(size=count), middle[:, 1] * 3, middle[:, 2] - 0.5], -1))
    middle[:, 1] += y
    _cards(model, (middle, out), 0.23 * rng.uniform(0.8, 1.3, count), rng, (0.86, 0.95, 0.82))


def _shrub(model: Model, rng: np.random.Generator) -> None:
    count = 16
    out = unit(rng.normal(size=(count, 3)) * (1, 1, 0.5) + np.array((0, 0, 0.5)))
    middle = out * (0.30, 0.26, 0.36) * rng.uniform(0.5, 1, (count, 1))
    _cards(model, (middle, out), 0.17 * rng.uniform(0.8, 1.3, count), rng, (1.05, 1.02, 0.9))


def planter(model: Model, length: float, seed: int) -> None:
    """Adds an oak trough of upright plants along X."""
    box(model, (0, 0, 0.24), (length, 0.36, 0.46), Finish("oak"), radius_m=0.014, skip="d")
    box(model, (0, 0, 0.06), (length - 0.04, 0.33, 0.08), Finish("solid", INK), radius_m=0.004)
    box(model, (0, 0, 0.474), (length - 0.10, 0.27, 0.02), SOIL, radius_m=0.006)
    count = int(length / 0.25)
    for i in range(count):
        with model.at(((i - (count - 1) / 2) * 0.25, 0.03 * (-1) ** i, 0.48)):
            upright(model, 12, 0.66 + 0.08 * math.sin(i * 2), 0.09, seed + i)
    model.solid("planter", (-length / 2, -0.18, 0), (length / 2, 0.18, 1.1))


def _triple(point: FloatArray) -> Triple:
    return (float(point[0]), float(point[1]), float(point[2]))
