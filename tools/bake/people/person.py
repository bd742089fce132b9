"""Puts a person together: body, clothes, hair and things carried, reduced to three levels."""

import hashlib
from dataclasses import dataclass

import numpy as np

from client.avatars.materials import MORPHS, Material
from tools.bake.people.accessories import badge, buttons, glasses, stethoscope
from tools.bake.people.anatomy import BoolArray, FloatArray, IntArray
from tools.bake.people.character import Person
from tools.bake.people.garments import Tailor
from tools.bake.people.hair import HAIRSTYLES, Barber
from tools.bake.people.reduction import Reduction
from tools.bake.people.reference import Reference
from tools.bake.people.scarf import head_scarf, under_scarf
from tools.bake.people.shoes import HIDDEN_BELOW_M, make_shoes
from tools.bake.people.skin import make_eyes, make_skin
from tools.bake.people.surface import Surface, join, normals, smoothstep, welded_normals

LEVELS = 3
# Triangles of each group at each level of detail; hair counts one shell.
BUDGET: dict[str, tuple[int, int, int]] = {
    "skin": (6800, 2500, 700),
    "eyes": (640, 280, 90),
    "hair": (1200, 520, 220),
    "carried": (800, 260, 70),
    "shoes": (900, 420, 150),
    "cloth": (5600, 2200, 800),
}
NEVER_MOVES_M = 2e-4  # a vertex that no face shape moves further is left out of the targets
DOCTOR_STRIPE = (0.16, 0.36, 0.55)
NURSE_STRIPE = (0.10, 0.45, 0.38)


@dataclass(frozen=True)
class Figure:
    """A finished person, ready to be written.

    Attributes:
      positions_m, normals: (n, 3).
      color: (n, 4) sRGB and reaching light; pattern: (n, 2); edge, layer, crease: (n,).
      material: (n,).
      joints, weights: (n, 4) bone indices and their shares of 255.
      morphs_m: (targets, k, 3) of the first k vertices.
      levels: three (m, 3) triangle lists.
      joints_m: (53, 3) rest positions.
    """

    person: Person
    positions_m: FloatArray
    normals: FloatArray
    color: FloatArray
    pattern: FloatArray
    edge: FloatArray
    layer: FloatArray
    crease: FloatArray
    material: IntArray
    joints: IntArray
    weights: IntArray
    morphs_m: FloatArray
    levels: tuple[IntArray, ...]
    joints_m: FloatArray
    eye_m: FloatArray


class Workshop:
    """Everything that all people share, made once."""

    def __init__(self, body: Reference) -> None:
        self.body = body
        self.tailor = Tailor(body)
        self.barber = Barber(body)
        self._reduced: dict[tuple[str, tuple[int, ...]], list[IntArray]] = {}

    def make(self, person: Person) -> Figure:
        """Returns the finished person."""
        anatomy = self.body.anatomy
        figure = anatomy.blend(person.build)
        skull = anatomy.vertex_groups["helper-hair"]
        scale = float(np.ptp(figure[skull, 0]) / np.ptp(self.body.figure_m[skull, 0]))
        parts: list[Surface] = []
        triangles: list[list[IntArray]] = [[] for _ in range(LEVELS)]
        start = 0
        for group, members in self._parts(person).items():
            total = sum(len(part.triangles) for part, last in members if last == LEVELS - 1)
            for part, last in members:
                # Reduced on the reference body, so that nobody's triangles depend on who was first.
                for level, kept in enumerate(self._reduce(part, group, total)[: last + 1]):
                    triangles[level].append(kept + start)
                part.offset_m = part.offset_m * (0.55 + 0.45 * scale)
                part.shift_m = part.shift_m * scale
                parts.append(part)
                start += len(part)
        levels = [np.concatenate(level) for level in triangles]
        return self._finish(person, figure, parts, levels, scale)

    def _parts(self, person: Person) -> dict[str, list[tuple[Surface, int]]]:
        body = self.body
        covered = body.figure_m[:, 1] < HIDDEN_BELOW_M
        covered |= self.tailor.covered([garment for garment, _ in person.outfit])
        if person.scarf is not None:
            covered |= under_scarf(body)
        last = LEVELS - 1
        hair, growth = self._hair(person, covered)
        cloth = [self.tailor.make(garment, color) for garment, color in person.outfit]
        if person.scarf is not None:
            cloth += head_scarf(body, person.scarf, self.tailor.field("scrub-top"))
        return {
            "skin": [(make_skin(body, person.skin, covered, growth), last)],
            "eyes": [(part, last) for part in make_eyes(body, person.face.iris)],
            "hair": hair,
            "cloth": [(part, last) for part in cloth],
            "shoes": [(part, last) for part in make_shoes(body, person.shoes)],
            "carried": [(part, last) for part in self._carried(person)],
        }

    def _hair(
        self, person: Person, covered: BoolArray
    ) -> tuple[list[tuple[Surface, int]], FloatArray]:
        """Returns the hair, and the color that shows on the scalp: (base, 4)."""
        growth = np.zeros((len(covered), 4))
        if not person.hairstyle:
            return [], growth
        style = HAIRSTYLES[person.hairstyle]
        line = self.barber.hairline(style.line, self.body.figure_m)
        growth[:, :3] = np.array(person.hair) * 0.8 + np.array(person.skin) * 0.1
        growth[:, 3] = style.paint * smoothstep(-0.008, 0.016, line)
        pieces = self.barber.make(person.hairstyle, person.hair)
        return [(piece.surface, piece.last_level) for piece in pieces], growth

    def _carried(self, person: Person) -> list[Surface]:
        body, over_coat = self.body, any(name == "coat" for name, _ in person.outfit)
        parts: list[Surface] = []
        if "stethoscope" in person.carries:
            parts += stethoscope(body)
        if "glasses" in person.carries:
            parts += glasses(body, (0.10, 0.08, 0.08))
        if "badge" in person.carries:
            stripe = DOCTOR_STRIPE if over_coat else NURSE_STRIPE
            parts += badge(body, stripe, over_coat=over_coat)
        if "buttons" in person.carries:
            parts += buttons(body, (0.25, 0.18, 0.20), 0.030)
        return parts

    def _reduce(self, part: Surface, group: str, total: int) -> list[IntArray]:
        """Returns one triangle list per level; equal parts of two people are reduced once."""
        size = len(part.triangles)
        wanted = tuple(
            max(8, min(size, int(budget * size / max(total, 1)))) for budget in BUDGET[group]
        )
        key = (hashlib.sha256(part.triangles.tobytes()).hexdigest(), wanted)
        if key not in self._reduced:
            places = part.standing(self.body.figure_m)
            mesh = Reduction(
                places,
                part.triangles,
                part.marks["importance"],
                normals(places, part.triangles),
            )
            self._reduced[key] = [mesh.down_to(count) for count in wanted]
        return self._reduced[key]

    def _finish(
        self,
        person: Person,
        figure: FloatArray,
        parts: list[Surface],
        levels: list[IntArray],
        scale: float,
    ) -> Figure:
        anatomy = self.body.anatomy
        whole = join(parts)
        places = [part.standing(figure) for part in parts]
        outward = np.concatenate(
            [welded_normals(p, part.triangles) for p, part in zip(places, parts, strict=True)]
        )
        positions = np.concatenate(places)
        weights = np.asarray(whole.blend @ anatomy.skin_weights).clip(0)
        morphs = self._morphs(whole, figure, scale)
        material = whole.marks["material"].round().astype(np.int64)
        moves = (np.abs(morphs).max((0, 2)) > NEVER_MOVES_M) & (material != Material.CLOTH)
        used = np.unique(np.concatenate([level.ravel() for level in levels]))
        order = np.concatenate([used[moves[used]], used[~moves[used]]])
        renumber = np.full(len(positions), -1)
        renumber[order] = np.arange(len(order))
        joints, shares = _four_heaviest(weights[order])
        floor = np.array([0, positions[order, 1].min(), 0])
        marks = {name: mark[order] for name, mark in whole.marks.items()}
        eyes = [anatomy.vertex_groups[f"helper-{side}-eye"] for side in "lr"]
        return Figure(
            person=person,
            positions_m=positions[order] - floor,
            normals=outward[order],
            color=np.concatenate([marks["color"], marks["light"][:, None]], 1),
            pattern=marks["pattern"],
            edge=marks["edge"],
            layer=marks["layer"],
            crease=_creases(weights[order], anatomy.bones),
            material=material[order],
            joints=joints,
            weights=shares,
            morphs_m=morphs[:, order[: int(moves[used].sum())]],
            levels=tuple(renumber[level] for level in levels),
            joints_m=anatomy.joints(figure) - floor,
            eye_m=np.mean([figure[eye].mean(0) for eye in eyes], axis=0) - floor,
        )

    def _morphs(self, whole: Surface, figure: FloatArray, scale: float) -> FloatArray:
        """Returns (targets, n, 3) how far each face shape moves each vertex."""
        result = np.zeros((len(MORPHS), len(whole), 3))
        for index, mix in enumerate(MORPHS.values()):
            moved = np.zeros_like(figure)
            for unit, share in mix.items():
                if not self.body.anatomy.add(moved, f"faceunits/{unit}", share):
                    raise ValueError(f"no face unit is called {unit}")
            result[index] = (whole.blend @ moved) * scale
        return result


def _four_heaviest(weights: FloatArray) -> tuple[IntArray, IntArray]:
    """Returns (n, 4) bones and (n, 4) shares that sum to 255."""
    joints = np.argsort(-weights, axis=1, kind="stable")[:, :4]
    shares = np.take_along_axis(weights, joints, 1)
    shares = np.round(shares / shares.sum(1, keepdims=True) * 255).astype(np.int64)
    shares[:, 0] += 255 - shares.sum(1)
    return joints, shares


def _creases(weights: FloatArray, bones: list[str]) -> FloatArray:
    """Returns (n,) 1 where bones of limbs pull against each other: there cloth wrinkles."""
    limbs = [
        i for i, bone in enumerate(bones) if bone.startswith(("upper", "lower", "thigh", "calf"))
    ]
    shared = np.clip((1 - weights.max(1) / weights.sum(1)) * 2, 0, 1)
    return np.asarray(shared * np.clip(weights[:, limbs].sum(1) / weights.sum(1) * 1.6, 0, 1))
