"""A head-scarf: a hood of level slices round the head, and a bib that is tucked into the collar.

A slice is an ellipse, longer or shorter in front than behind, open where the face is. All numbers
are metres on the reference head; heights are above the eyes.
"""

import numpy as np

from client.avatars.materials import Material
from tools.bake.people.anatomy import BODY, BoolArray, FloatArray
from tools.bake.people.reference import Color, Reference, marks
from tools.bake.people.shapes import fixed, ring_triangles
from tools.bake.people.surface import Surface, smoothstep

COLUMNS = 53
OPENING_HALF_M = (0.071, 0.093)  # half width and half height of the face's opening
OPENING_CENTER_M = -0.026
OVER_SKIN_M = 0.006
LIP_M = 0.012  # how far the rim folds in towards the face
BIB_FROM_M = 0.035  # the bib covers the front only
TUCKED_M = 0.014  # how far the bib goes on under the collar
HIDDEN_M = 0.012  # skin this far under the scarf is left out

# Height; half width; depth before and behind the axis; the axis' z.
SLICES: FloatArray = np.array(
    [
        (0.1235, 0.004, 0.004, 0.004, 0.050),
        (0.1220, 0.026, 0.029, 0.028, 0.050),
        (0.1150, 0.048, 0.054, 0.052, 0.050),
        (0.1000, 0.069, 0.078, 0.076, 0.050),
        (0.0800, 0.084, 0.093, 0.092, 0.050),
        (0.0500, 0.0945, 0.103, 0.104, 0.050),
        (0.0200, 0.0975, 0.106, 0.108, 0.050),
        (-0.0200, 0.0970, 0.106, 0.106, 0.050),
        (-0.0600, 0.0920, 0.104, 0.098, 0.048),
        (-0.0950, 0.0840, 0.098, 0.086, 0.045),
        (-0.1200, 0.0800, 0.088, 0.078, 0.040),
        (-0.1450, 0.0800, 0.080, 0.076, 0.033),
        (-0.1650, 0.0860, 0.078, 0.069, 0.024),
        (-0.1850, 0.0940, 0.080, 0.060, 0.015),
        (-0.1980, 0.1000, 0.084, 0.055, 0.011),
    ]
)


def head_scarf(body: Reference, color: Color, collar: FloatArray) -> list[Surface]:
    """Returns the hood and the bib.

    Args:
      body: the reference.
      color: sRGB.
      collar: (base,) the cut of the garment that the bib is tucked into, above 0 where cloth is.
    """
    return [_hood(body, color), _bib(body, color, collar)]


def under_scarf(body: Reference) -> BoolArray:
    """Returns (base,) booleans: skin of ears, scalp and neck that the scarf hides."""
    places = body.figure_m - [0, body.eye_m[1], 0]
    on_head = body.anatomy.weight_of("head", "neck") > 0.5
    outside = (_opening_half_width(places[:, 1]) + HIDDEN_M < np.abs(places[:, 0])) | (
        places[:, 2] < 0.03
    )
    below = places[:, 1] < OPENING_CENTER_M - OPENING_HALF_M[1] - HIDDEN_M
    hidden = on_head & (outside | below) & (places[:, 1] > -0.15)
    hidden[BODY:] = False
    return np.asarray(hidden)


def _opening_half_width(height_m: FloatArray) -> FloatArray:
    """Returns (k,) half the width of the opening at each height, 0 above and below it."""
    across = (height_m - OPENING_CENTER_M) / OPENING_HALF_M[1]
    return np.asarray(OPENING_HALF_M[0] * np.sqrt(np.clip(1 - across**2, 0, 1)))


def _hood(body: Reference, color: Color) -> Surface:
    eye_y = body.eye_m[1]
    low = OPENING_CENTER_M - OPENING_HALF_M[1]
    high = OPENING_CENTER_M + OPENING_HALF_M[1]
    # rows lie closer where the opening's edge turns
    turn = np.linspace(0, np.pi, 25)
    rows = np.concatenate(
        [
            np.linspace(SLICES[0, 0], high, 10, endpoint=False),
            OPENING_CENTER_M + OPENING_HALF_M[1] * np.cos(turn),
            np.linspace(SLICES[-1, 0], low, 9, endpoint=False)[::-1],
        ]
    )
    table = SLICES[::-1]
    wide, ahead, back, axis = (np.interp(rows, table[:, 0], table[:, i]) for i in range(1, 5))
    opened = _opening_half_width(rows)
    start = np.arcsin(np.clip(opened / wide, 0, 0.98))
    edge_z = _skin_depth(body, opened, rows) + OVER_SKIN_M
    is_open = opened > 0
    ahead = np.where(is_open, np.minimum((edge_z - axis) / np.cos(start), 0.112), ahead)
    ahead = np.convolve(np.pad(ahead, 2, mode="edge"), np.full(5, 0.2), mode="valid")
    s = np.linspace(0, 1, COLUMNS - 2)
    s = 0.5 - 0.5 * np.cos(np.pi * s) * (0.75 + 0.25 * np.cos(np.pi * s) ** 2)
    angle = start[:, None] + (2 * np.pi - 2 * start[:, None]) * s[None]
    front = np.cos(angle) > 0
    depth = np.where(front, ahead[:, None], back[:, None])
    fold = _folds(angle, rows[:, None])
    x = np.sin(angle) * (wide[:, None] + fold)
    z = axis[:, None] + np.cos(angle) * (depth + fold)
    y = np.broadcast_to(rows[:, None] + eye_y, x.shape)
    grid = np.stack([x, y, z], -1)
    lips = []
    for end in (0, -1):  # the rim turns in towards the face
        rim = grid[:, end]
        center = np.stack([0 * rows, rows * 0.9 + eye_y - 0.003, axis], -1)
        inward = center - rim
        inward /= np.linalg.norm(inward, axis=1, keepdims=True)
        lips.append(rim + inward * LIP_M * is_open[:, None])
    grid = np.concatenate([lips[0][:, None], grid, lips[1][:, None]], axis=1)
    on_head = np.flatnonzero((body.anatomy.weight_of("head", "neck", "spine_03") > 0.6)[:BODY])
    on_head = on_head[body.figure_m[on_head, 1] > eye_y - 0.21]
    triangles = ring_triangles(len(rows), COLUMNS, closed=False)
    part = fixed(body, grid.reshape(-1, 3), triangles, on_head, 10)
    from_edge = np.minimum(s, 1 - s) * 0.25
    edge = np.concatenate([[0.0], from_edge, [0.0]])
    light = np.where((edge[None] < 0.001) & is_open[:, None], 0.6, 1.0)
    part.marks = marks(
        len(part),
        color,
        Material.CLOTH,
        pattern=grid.reshape(-1, 3)[:, :2],
        edge=np.broadcast_to(edge[None] + 0.016, (len(rows), COLUMNS)).ravel(),
        light=light.ravel(),
    )
    return part


def _skin_depth(body: Reference, half_width: FloatArray, height: FloatArray) -> FloatArray:
    """Returns (rows,) how far ahead the skin is under the opening's edge."""
    figure = body.figure_m[:BODY]
    seen = (body.anatomy.weight_of("head")[:BODY] > 0.5) & (body.normals[:BODY, 2] > 0.05)
    seen &= (figure[:, 2] > 0.04) & (figure[:, 0] > -0.005)
    skin = figure[seen] - [0, body.eye_m[1], 0]
    gap = np.hypot(skin[:, 0] - half_width[:, None], skin[:, 1] - height[:, None])
    nearest = np.argsort(gap, axis=1, kind="stable")[:, :4]
    return np.asarray(skin[nearest, 2].mean(1))


def _folds(angle: FloatArray, height: FloatArray) -> FloatArray:
    """Returns the wrapped cloth's rise: slack round the neck, two long folds over the crown."""
    neck = smoothstep(-0.085, -0.125, height) * smoothstep(-0.200, -0.180, height)
    slack = 0.0042 * np.sin(height * 210 + 1.6 * np.cos(angle) + 0.9 * np.sin(2 * angle + 0.6))
    crown = smoothstep(0.02, 0.06, height) * smoothstep(0.122, 0.10, height)
    long = 0.0014 * np.sin(7 * np.cos(angle) + height * 40)
    return np.asarray(slack * neck + long * crown)


def _bib(body: Reference, color: Color, collar: FloatArray) -> Surface:
    figure, eye_y = body.figure_m, body.eye_m[1]
    part = body.group("body")
    corners = part.triangles
    kept = (figure[corners, 1].min(1) > 1.18) & (figure[corners, 1].max(1) < eye_y - 0.13)
    kept &= (collar[corners].min(1) < 0.05) & (figure[corners, 1].max(1) > 1.19)
    kept &= body.along_arm(figure, body.anatomy.skin_weights)[corners].max(1) < 0.05
    part = part.only(kept)
    part.marks = {"collar": part.blend @ collar}
    part = part.smooth(3).subdivide()
    part = part.clip(TUCKED_M - part.marks["collar"])
    part = part.clip(part.lying(figure)[:, 2] - BIB_FROM_M)
    places = part.lying(figure)
    part.offset_m = 0.0018 + 0.003 * smoothstep(0.0, -0.03, part.marks["collar"])
    part.marks = marks(
        len(part), color, Material.CLOTH, pattern=places[:, :2], edge=np.ones(len(part))
    )
    return part
