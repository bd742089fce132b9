"""Hair: a stack of shells over the scalp, thinned outwards by the shader, and what hangs from it.

The innermost shell is closed. Each further one keeps only its strands, so that the outline is
soft; the hairline is torn by the same strands.
"""

from dataclasses import dataclass, field

import numpy as np

from client.avatars.materials import Material
from tools.bake.people.anatomy import BODY, FloatArray, IntArray
from tools.bake.people.reference import Color, Reference, marks
from tools.bake.people.shapes import ellipsoid, fixed, rigid, ring_triangles, tube
from tools.bake.people.surface import Surface, normals, smoothstep

# Where hair begins: degrees from straight ahead, metres above the eyes on the reference head.
HAIRLINES: dict[str, list[tuple[float, float]]] = {
    "short": [
        (0, 0.066),
        (22, 0.065),
        (36, 0.058),
        (48, 0.044),
        (58, 0.022),
        (68, -0.002),
        (76, -0.012),
        (86, -0.004),
        (98, 0.012),
        (115, -0.010),
        (135, -0.050),
        (180, -0.068),
    ],
    "long": [
        (0, 0.066),
        (25, 0.063),
        (42, 0.050),
        (58, 0.022),
        (72, -0.008),
        (84, -0.016),
        (98, 0.006),
        (115, -0.020),
        (135, -0.062),
        (180, -0.082),
    ],
    "receding": [
        (0, 0.086),
        (14, 0.088),
        (26, 0.096),
        (38, 0.088),
        (50, 0.058),
        (62, 0.016),
        (72, -0.008),
        (84, -0.008),
        (98, 0.012),
        (115, -0.010),
        (135, -0.050),
        (180, -0.070),
    ],
}


@dataclass(frozen=True)
class Hairstyle:
    """One hairstyle.

    Attributes:
      line: the hairline.
      thickness_m: how thick the hair lies.
      crown_m, fringe_m: how much thicker it is on top and over the forehead.
      clump_m: how deep the locks are.
      shells: how many shells beyond the closed one.
      paint: how much of the scalp's own color gives way to the hair's.
      tail: what hangs from it: "", "bun", "ponytail" or "bob".
    """

    line: str
    thickness_m: float
    crown_m: float = 0.0
    fringe_m: float = 0.0
    clump_m: float = 0.0015
    shells: int = 3
    paint: float = 0.8
    tail: str = ""


HAIRSTYLES: dict[str, Hairstyle] = {
    "short": Hairstyle("short", 0.009, crown_m=0.008, fringe_m=0.014, clump_m=0.0022, paint=0.7),
    "side-part": Hairstyle("short", 0.011, crown_m=0.011, fringe_m=0.006, clump_m=0.003, paint=0.7),
    "crop": Hairstyle("short", 0.0045, crown_m=0.003, clump_m=0.0004, paint=0.85),
    "receding": Hairstyle("receding", 0.008, crown_m=0.001, paint=0.5),
    "set": Hairstyle("long", 0.019, crown_m=0.010, fringe_m=0.010, clump_m=0.0045, paint=0.6),
    "bun": Hairstyle("long", 0.008, crown_m=0.004, clump_m=0.0008, shells=2, tail="bun"),
    "ponytail": Hairstyle("long", 0.009, crown_m=0.006, clump_m=0.001, shells=2, tail="ponytail"),
    "bob": Hairstyle("long", 0.008, crown_m=0.009, shells=2, tail="bob"),
}


@dataclass(frozen=True)
class HairPiece:
    """A surface of hair and the coarsest level of detail in which it is still drawn."""

    surface: Surface
    last_level: int = 2


@dataclass(frozen=True)
class Barber:
    """Makes hairstyles on one reference body; each scalp is made once."""

    body: Reference
    _scalps: dict[str, Surface] = field(default_factory=dict)

    def make(self, name: str, color: Color) -> list[HairPiece]:
        """Returns the pieces of a hairstyle."""
        style = HAIRSTYLES[name]
        if name not in self._scalps:
            self._scalps[name] = self._scalp(style)
        pieces = []
        for shell in range(style.shells + 1):
            share = shell / max(style.shells, 1)
            part = _copy(self._scalps[name])
            part.offset_m = part.offset_m * (0.72 + 0.42 * share) + 0.0008 * shell
            part.marks["color"] = np.tile(color, (len(part), 1))
            part.marks["layer"] = np.full(len(part), share)
            pieces.append(HairPiece(part, 2 if shell == 0 else 1 if shell == 2 else 0))
        pieces += [HairPiece(part) for part in self._tail(style, color)]
        return pieces

    def hairline(self, line: str, places_m: FloatArray) -> FloatArray:
        """Returns (k,) metres above the hairline, below 0 where no hair grows."""
        away = places_m - [0, self.body.eye_m[1], 0.035]
        angle = np.degrees(np.arctan2(np.abs(away[:, 0]), away[:, 2]))
        table = np.array(HAIRLINES[line])
        ragged = 0.0022 * np.sin(angle * 0.55 + 1.7 * np.sign(away[:, 0]))
        ragged += 0.0014 * np.sin(angle * 1.43 + 2.1 * np.sign(away[:, 0]))
        height = away[:, 1] - np.interp(angle, table[:, 0], table[:, 1]) + ragged
        return np.asarray(np.where(places_m[:, 1] < 1.40, -0.05, height))

    def _scalp(self, style: Hairstyle) -> Surface:
        body = self.body
        figure = body.figure_m
        part = body.group("body")
        on_head = body.anatomy.weight_of("head") > 0.3
        corners = part.triangles
        kept = on_head[corners].all(1) & (figure[corners, 1].min(1) > body.eye_m[1] - 0.11)
        kept &= body.mask("ears")[corners].max(1) < 0.6
        part = part.only(kept).smooth(2, shrinking=True).subdivide().smooth(2, shrinking=True)
        part.marks = {"height": self.hairline(style.line, part.lying(figure))}
        part = part.clip(part.marks["height"] + 0.004)
        places, height = part.lying(figure), part.marks["height"]
        part.offset_m = self._thickness(style, places, normals(places, part.triangles), height)
        turn = np.arctan2(places[:, 0], places[:, 2] - 0.035)
        part.marks = marks(
            len(part),
            (0.0, 0.0, 0.0),
            Material.HAIR,
            pattern=np.stack([turn, places[:, 1]], 1),
            edge=smoothstep(-0.004, 0.018, height),
            light=0.72 + 0.28 * smoothstep(0, 0.03, height),
        )
        return part

    def _thickness(
        self, style: Hairstyle, places: FloatArray, outward: FloatArray, height: FloatArray
    ) -> FloatArray:
        rise = smoothstep(-0.004, 0.028, height)
        upward = outward[:, 1]
        front = smoothstep(0.02, 0.10, places[:, 2]) * smoothstep(0.1, 0.7, upward)
        turn = np.arctan2(places[:, 0], places[:, 2] - 0.02)
        out = np.hypot(places[:, 0], places[:, 2] - 0.02)
        locks = np.sin(turn * 9 + 2.2 * np.sin(places[:, 1] * 55 + turn * 2))
        locks += 0.7 * np.sin(turn * 17 + out * 60 + 1.3 * np.sin(places[:, 1] * 90))
        deep = style.clump_m * locks * smoothstep(0.004, 0.03, height)
        grown = style.thickness_m * rise + style.crown_m * smoothstep(0.35, 0.95, upward) * rise
        return np.asarray(-0.002 + grown + style.fringe_m * front * rise + deep)

    def _tail(self, style: Hairstyle, color: Color) -> list[Surface]:
        body = self.body
        eye_y = body.eye_m[1]
        if style.tail == "bun":
            held = self._back_of_head(0.02)
            center = np.array([0, eye_y + 0.036, -0.068])
            points = ellipsoid(center, np.array([0.050, 0.046, 0.042]), 16, 11)
            knots = 1 + 0.05 * np.sin(np.arctan2(points[:, 0], points[:, 1] - center[1]) * 5)
            points = center + (points - center) * knots[:, None]
            part = rigid(body, points, ring_triangles(11, 16), held)
        elif style.tail == "ponytail":
            held = self._back_of_head(0.035)
            t = np.linspace(0, 1, 15)
            back = -0.052 - 0.062 * np.sin(np.pi * np.minimum(1, t * 1.5) * 0.62) + 0.030 * t**2
            path = np.stack([0.004 * np.sin(5 * t), eye_y + 0.052 - 0.24 * t**1.25, back], 1)
            radius = 0.016 + 0.020 * np.sin(np.pi * np.clip(t, 0.02, 0.98) ** 0.75)
            part = rigid(body, tube(path, radius, 12), ring_triangles(15, 12), held)
        elif style.tail == "bob":
            return self._bob(color)
        else:
            return []
        part.marks = self._loose(part, color, np.ones(len(part)))
        return [part]

    def _bob(self, color: Color) -> list[Surface]:
        """Returns the curtain of chin-long hair with a fringe over the forehead, two shells."""
        body = self.body
        eye_y = body.eye_m[1]
        on_head = np.flatnonzero((body.anatomy.weight_of("head") > 0.9)[:BODY])
        columns, rows = 64, 12
        turn = np.linspace(-np.pi, np.pi, columns, endpoint=False)[None]
        t = np.linspace(0, 1, rows)[:, None]
        side = np.degrees(np.abs(turn))
        hem = np.interp(side, [0, 26, 40, 52, 66, 110, 180], [38, 36, 26, -40, -112, -128, -134])
        hem = hem * 0.001 + 0.004 * np.sin(turn * 3.0 + 0.6)
        top = 0.102
        result = []
        for shell, spread in enumerate((0.0, 0.0045, 0.008)):
            y = eye_y + top + (hem - top) * t
            level = np.clip((y - eye_y - 0.005) / 0.112, 0, 1)
            narrow = np.sqrt(1 - level**2 * 0.86)
            strands = 0.0022 * np.sin(turn * 23 + 2 * t) + 0.0016 * np.sin(turn * 47 + 5 * t)
            drop = np.clip((eye_y - 0.02 - y) / 0.11, 0, 1)
            closing = 1 - 0.13 * drop**2
            wide = (0.0905 + spread + strands) * narrow * closing
            ahead = np.where(np.cos(turn) > 0, 0.1035, 0.1045)
            deep = (ahead + spread + strands) * narrow * closing
            points = np.stack([np.sin(turn) * wide, y, 0.050 + np.cos(turn) * deep], -1).reshape(
                -1, 3
            )
            part = fixed(body, points, ring_triangles(rows, columns), on_head, 8)
            torn = np.broadcast_to(smoothstep(1.0, 0.82, t) * 0.98 + 0.02, (rows, columns)).ravel()
            part.marks = self._loose(part, color, torn)
            part.marks["layer"] = np.full(len(part), 0.5 * shell)
            result.append(part)
        return result

    def _loose(self, part: Surface, color: Color, edge: FloatArray) -> dict[str, FloatArray]:
        places = part.lying(self.body.figure_m)
        turn = np.arctan2(places[:, 0], places[:, 2] - 0.035)
        return marks(
            len(part),
            color,
            Material.HAIR,
            pattern=np.stack([turn, places[:, 1] * 0.5], 1),
            edge=edge,
        )

    def _back_of_head(self, over_eye_m: float) -> IntArray:
        figure = self.body.figure_m[:BODY]
        is_back = (figure[:, 2] < -0.02) & (np.abs(figure[:, 0]) < 0.03)
        is_back &= (self.body.anatomy.weight_of("head") > 0.9)[:BODY]
        is_back &= figure[:, 1] > self.body.eye_m[1] + over_eye_m
        return np.flatnonzero(is_back)[:3]


def _copy(part: Surface) -> Surface:
    return Surface(
        part.triangles,
        part.blend,
        part.offset_m.copy(),
        part.shift_m.copy(),
        {name: mark.copy() for name, mark in part.marks.items()},
    )
