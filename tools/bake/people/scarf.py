"""A head-scarf: head and neck skin, smoothed until the chin is gone, lifted off, tucked in."""

import numpy as np

from client.avatars.materials import Material
from tools.bake.people.anatomy import BODY, BoolArray, FloatArray
from tools.bake.people.reference import Color, Reference, marks
from tools.bake.people.surface import Surface, smoothstep

TUCKED_M = 0.014  # how far the scarf goes on under the collar
HIDDEN_M = 0.014  # skin this deep under the scarf is left out


def head_scarf(body: Reference, color: Color, collar: FloatArray) -> Surface:
    """Returns a scarf round head and neck, tucked into a collar.

    Args:
      body: the reference.
      color: sRGB.
      collar: (base,) the cut of the garment above, above 0 where cloth is.
    """
    figure, eye_y = body.figure_m, body.eye_m[1]
    part = body.group("body")
    corners = part.triangles
    kept = (figure[corners, 1].min(1) > 1.18) & (collar[corners].min(1) < 0.05)
    kept &= body.along_arm(figure, body.anatomy.skin_weights)[corners].max(1) < 0.05
    kept &= body.mask("inside-mouth")[corners].max(1) < 0.5
    part = part.only(kept)
    part.marks = {"ears": part.blend @ (body.mask("ears") > 0.1), "collar": part.blend @ collar}
    face = _face_oval(part.lying(figure), eye_y)
    chin = smoothstep(eye_y + 0.03, eye_y - 0.03, part.lying(figure)[:, 1])
    calm = smoothstep(-0.02, 0.01, face) * np.maximum(chin, part.marks["ears"])
    part.smooth(60, shrinking=True, amount=calm)
    part.smooth(4, shrinking=True, amount=smoothstep(-0.03, 0.0, face))
    part = part.subdivide()
    part = part.clip(_face_oval(part.lying(figure), eye_y))
    part = part.clip(TUCKED_M - part.marks["collar"]).even_border(6)
    places = part.lying(figure)
    face = _face_oval(places, eye_y)
    tucked = smoothstep(-0.030, 0.0, part.marks["collar"])
    turn = np.arctan2(places[:, 0], places[:, 2])
    folds = np.sin(places[:, 1] * 120 + 2.4 * turn + 1.3 * np.sin(2 * turn + places[:, 1] * 60))
    neck = smoothstep(eye_y - 0.09, eye_y - 0.13, places[:, 1]) * (1 - tucked)
    rim = 0.004 * np.exp(-(((face - 0.005) / 0.005) ** 2))
    jaw = 0.006 * smoothstep(eye_y, eye_y - 0.06, places[:, 1]) * smoothstep(0.03, 0.0, face)
    lifted = 0.0105 + 0.006 * smoothstep(0, 0.02, face) + rim + jaw + 0.0026 * folds * neck
    part.offset_m = lifted * (1 - tucked) + 0.0015 * tucked
    part.marks = marks(
        len(part),
        color,
        Material.CLOTH,
        pattern=places[:, :2],
        edge=face + 0.02,
        light=0.72 + 0.28 * smoothstep(0, 0.012, face) + 0.06 * neck * np.minimum(folds, 0),
    )
    return part


def under_scarf(body: Reference) -> BoolArray:
    """Returns (base,) booleans: skin of ears, scalp and neck that the scarf hides."""
    figure = body.figure_m
    on_head = body.anatomy.weight_of("head", "neck") > 0.5
    face = _face_oval(figure, body.eye_m[1])
    hidden = on_head & ((face > HIDDEN_M) | (body.mask("ears") > 0.05))
    hidden[BODY:] = False
    return np.asarray(hidden)


def _face_oval(p: FloatArray, eye_y: float) -> FloatArray:
    """Returns (k,) below 0 inside the face's opening, above 0 outside, about metres."""
    width = (0.064 + 0.22 * np.minimum(0, p[:, 1] - eye_y + 0.045)).clip(0.02)
    oval = np.hypot(p[:, 0] / width, (p[:, 1] - eye_y + 0.024) / 0.090) - 1
    return np.asarray(np.where(p[:, 2] > 0.03, oval, 1.0) * 0.05)
