"""Skin, eyes, lashes, teeth and tongue, with the colors that a face and a hand have."""

import numpy as np

from client.avatars.materials import Material
from tools.bake.people.anatomy import BoolArray, FloatArray, IntArray
from tools.bake.people.face_mask import WINDOW
from tools.bake.people.reference import HAND_BONES, Color, Reference, marks
from tools.bake.people.surface import Surface, smoothstep


def _mixed(color: FloatArray, other: FloatArray | Color, share: FloatArray) -> FloatArray:
    return np.asarray(color * (1 - share[:, None]) + np.asarray(other) * share[:, None])


def make_skin(body: Reference, tone: Color, covered: BoolArray, growth: FloatArray) -> Surface:
    """Returns the skin that can be seen.

    Args:
      body: the reference.
      tone: sRGB of plain skin.
      covered: (base,) booleans: vertices under clothes.
      growth: (base, 4): the color of the hair over the scalp, and how dense it grows, 0 to 1.
    """
    part = body.group("body")
    part = part.only(~np.asarray(covered[part.triangles].all(1)))
    used = part.blend.indices
    places, outward = body.figure_m[used], body.normals[used]
    mask = {name: body.mask(name)[used] for name in ("ears", "inside-mouth", "fingernails")}
    base = np.array(tone)
    color = np.tile(base, (len(used), 1))
    color = _mixed(color, base * [1.04, 0.86, 0.83], 0.55 * mask["ears"])
    color = _mixed(color, (0.42, 0.12, 0.12), mask["inside-mouth"])
    color = _mixed(color, base * 0.5 + [0.48, 0.38, 0.36], 0.6 * mask["fingernails"])
    hand = body.anatomy.weight_of(*HAND_BONES)[used]
    color = _mixed(color, base * 0.55 + [0.42, 0.29, 0.25], 0.55 * _palm(body, outward, hand))
    color = _mixed(color, growth[used, :3], growth[used, 3] * (1 - mask["ears"]))
    left, right, low, high = WINDOW
    window = np.stack(
        [
            (places[:, 0] - left) / (right - left),
            (places[:, 1] - body.eye_m[1] - low) / (high - low),
        ],
        1,
    )
    part.marks = marks(
        len(used),
        color,
        Material.SKIN,
        pattern=window,
        edge=_is_face(body, used, places, outward) * (1 - mask["inside-mouth"]),
        light=body.shade[used] * (1 - 0.75 * _at_mouth_line(part, mask["inside-mouth"])),
        importance=_importance(body, places, mask["ears"], hand),
    )
    part.marks["material"][mask["inside-mouth"] > 0.5] = float(Material.WET)
    return part


def make_eyes(body: Reference, iris: Color) -> list[Surface]:
    """Returns both eyeballs and lashes, the teeth and the tongue."""
    result = []
    for side in "lr":
        ball = body.group(f"helper-{side}-eye").only()
        places = ball.lying(body.figure_m)
        center = (places.max(0) + places.min(0)) / 2
        radius = np.ptp(places[:, 0]) / 2
        ball.marks = marks(
            len(ball),
            iris,
            Material.EYE,
            pattern=(places[:, :2] - center[:2]) / radius,
            edge=np.ones(len(ball)),
            importance=np.full(len(ball), 6.0),
        )
        lashes = body.group(f"helper-{side}-eyelashes-2").only()
        lashes.marks = marks(
            len(lashes),
            (0.05, 0.035, 0.03),
            Material.LASH,
            pattern=lashes.lying(body.figure_m)[:, :2] * 50,
            edge=np.ones(len(lashes)),
        )
        result += [ball, lashes]
    inner: tuple[tuple[str, Color, Material], ...] = (
        ("helper-upper-teeth", (0.90, 0.87, 0.80), Material.TEETH),
        ("helper-lower-teeth", (0.86, 0.83, 0.76), Material.TEETH),
        ("helper-tongue", (0.62, 0.28, 0.28), Material.WET),
    )
    for group, color, material in inner:
        part = body.group(group).only()
        part.marks = marks(len(part), color, material, light=np.full(len(part), 0.75))
        result.append(part)
    return result


def _palm(body: Reference, outward: FloatArray, hand: FloatArray) -> FloatArray:
    """Returns (k,) 1 on the inner side of a hand."""
    wrist = body.joint("hand_l")
    palm = np.cross(body.joint("pinky_01_l") - wrist, body.joint("index_01_l") - wrist)
    palm /= np.linalg.norm(palm)
    left = np.maximum(outward @ palm, (outward * [-1, 1, 1]) @ palm)
    return np.asarray(smoothstep(0.15, 0.7, left) * smoothstep(0.3, 0.8, hand))


def _at_mouth_line(part: Surface, inside: FloatArray) -> FloatArray:
    """Returns (k,) how near each vertex is to where the lips meet, which no light reaches."""
    near = inside.copy()
    for share in (1.0, 0.35):
        widest = near[part.triangles].max(1) * share
        for corner in range(3):
            np.maximum.at(near, part.triangles[:, corner], widest)
    return near


def _is_face(
    body: Reference, used: IntArray, places: FloatArray, outward: FloatArray
) -> FloatArray:
    """Returns (k,) how much the projected face mask holds at each vertex."""
    ahead = smoothstep(-0.05, 0.30, outward[:, 2]) * smoothstep(0.045, 0.07, places[:, 2])
    on_head = smoothstep(0.2, 0.6, body.anatomy.weight_of("head")[used])
    return np.asarray(ahead * on_head * (places[:, 1] > body.eye_m[1] - 0.14))


def _importance(
    body: Reference, places: FloatArray, ears: FloatArray, hand: FloatArray
) -> FloatArray:
    """Returns (k,) how much a reduction error counts; else ears and mouths become boxes."""
    middle = np.linalg.norm(places - [0, body.eye_m[1] - 0.03, 0.12], axis=1)
    face = 13 * smoothstep(0.12, 0.05, middle) + 2 * smoothstep(0.2, 0.1, middle)
    return np.asarray(1 + 150 * ears + face + 3.5 * smoothstep(0.3, 0.8, hand))
