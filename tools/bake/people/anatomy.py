"""The base mesh, its shape targets, its bones and its skin weights, read from the CC0 data.

Lengths are metres, Y up; a figure looks along +Z with its feet on y = 0, as in glTF.
"""

import gzip
import json
from dataclasses import dataclass, field
from itertools import pairwise, product
from pathlib import Path
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

FloatArray: TypeAlias = NDArray[np.float64]
IntArray: TypeAlias = NDArray[np.int64]
BoolArray: TypeAlias = NDArray[np.bool_]
Shares: TypeAlias = list[tuple[str, float]]

METRES_PER_UNIT = 0.1  # the data is in decimetres
BODY = 13_380  # vertices of the skin; what follows is helper geometry

# Where the named shapes stand on each axis of a build (MakeHuman's macro targets).
AXES: dict[str, Shares] = {
    "age": [("baby", 0.0), ("child", 0.1875), ("young", 0.5), ("old", 1.0)],
    "muscle": [("minmuscle", 0.0), ("averagemuscle", 0.5), ("maxmuscle", 1.0)],
    "weight": [("minweight", 0.0), ("averageweight", 0.5), ("maxweight", 1.0)],
    "height": [("minheight", 0.0), ("", 0.5), ("maxheight", 1.0)],
    "gender": [("female", 0.0), ("male", 1.0)],
    "cup": [("mincup", 0.0), ("averagecup", 0.5), ("maxcup", 1.0)],
    "proportions": [("uncommonproportions", 0.0), ("", 0.5), ("idealproportions", 1.0)],
}


@dataclass(frozen=True)
class Build:
    """What a body is like; each number is a place between 0 and 1 on the axis of its name.

    `details` are weights of shape targets by their names; a `*` in one stands for both sides.
    """

    gender: float = 0.5
    age: float = 0.5
    muscle: float = 0.5
    weight: float = 0.5
    height: float = 0.5
    cup: float = 0.5
    proportions: float = 0.5
    ancestry: dict[str, float] = field(
        default_factory=lambda: {"caucasian": 1 / 3, "asian": 1 / 3, "african": 1 / 3}
    )
    details: dict[str, float] = field(default_factory=dict)

    def shares(self, axis: str) -> Shares:
        """Returns the named shapes around this build on one axis, with their weights."""
        place = float(getattr(self, axis))
        for (name, start), (following, end) in pairwise(AXES[axis]):
            if place <= end:
                share = (place - start) / (end - start)
                return [(n, w) for n, w in ((name, 1 - share), (following, share)) if w > 1e-4]
        return [(AXES[axis][-1][0], 1.0)]


class Anatomy:
    """The base mesh and everything that is known about its vertices.

    Attributes:
      vertices_m: (n, 3) of the neutral figure.
      quads: (m, 4) vertex indices; texture_quads: (m, 4) indices into texture_m.
      bones: 53 names, every parent before its children; parents: (53,) index or -1.
      skin_weights: (n, 53).
    """

    def __init__(self, source: Path) -> None:
        self.source = source
        self._targets: dict[str, tuple[IntArray, FloatArray] | None] = {}
        self._read_mesh(source / "mpfb2/3dobjs/base.obj")
        groups = self._read_json("mesh_metadata/basemesh_vertex_groups.json")
        self.vertex_groups: dict[str, IntArray] = {
            name: np.concatenate([np.arange(a, b + 1) for a, b in ranges])
            for name, ranges in groups.items()
        }
        self._read_rig()
        self.texture_m = np.zeros((len(self.vertices_m), 2))
        self.texture_m[self.quads.ravel()] = self._texture_table[self.texture_quads.ravel()]

    def bone(self, name: str) -> int:
        """Returns the index of the bone."""
        return self.bones.index(name)

    def weight_of(self, *prefixes: str) -> FloatArray:
        """Returns (n,) the summed skin weight of all bones whose names start so."""
        chosen = [i for i, bone in enumerate(self.bones) if bone.startswith(prefixes)]
        return np.asarray(self.skin_weights[:, chosen].sum(1))

    def blend(self, build: Build) -> FloatArray:
        """Returns (n, 3) the figure of this build, feet on y = 0."""
        vertices = self.vertices_m.copy()
        for (gender, wg), (age, wa) in product(build.shares("gender"), build.shares("age")):
            for ancestry, wr in build.ancestry.items():
                self.add(vertices, f"macrodetails/{ancestry}-{gender}-{age}", wg * wa * wr)
            for (muscle, wm), (weight, wt) in product(
                build.shares("muscle"), build.shares("weight")
            ):
                kind = f"{gender}-{age}-{muscle}-{weight}"
                self._add_stature(vertices, build, kind, wg * wa * wm * wt)
        for name, weight_of_detail in build.details.items():
            for side in "lr" if "*" in name else "l":
                if not self.add(vertices, name.replace("*", side), weight_of_detail):
                    raise ValueError(f"no shape target is called {name}")
        vertices[:, 1] -= vertices[:BODY, 1].min()
        return vertices

    def add(self, vertices: FloatArray, name: str, weight: float) -> bool:
        """Adds a weighted shape target to the vertices; returns whether there is such a target."""
        target = self._target(name)
        if target is None:
            return False
        np.add.at(vertices, target[0], target[1] * weight)
        return True

    def joints(self, vertices: FloatArray) -> FloatArray:
        """Returns (53, 3) the rest position of each bone's head in a figure."""
        places = []
        for name in self.bones:
            head = self._rig[name]["head"]
            match head["strategy"]:
                case "CUBE":
                    chosen = self.vertex_groups[head["cube_name"]]
                case "VERTEX":
                    chosen = np.array([head["vertex_index"]])
                case _:
                    chosen = np.array(head["vertex_indices"])
            places.append(vertices[chosen].mean(0))
        return np.array(places)

    def _add_stature(self, vertices: FloatArray, build: Build, kind: str, weight: float) -> None:
        self.add(vertices, f"macrodetails/universal-{kind}", weight)
        for folder, axis in (("height", "height"), ("proportions", "proportions")):
            for name, share in build.shares(axis):
                if name:
                    self.add(vertices, f"macrodetails/{folder}/{kind}-{name}", weight * share)
        for name, share in build.shares("cup"):
            self.add(vertices, f"breast/{kind}-{name}-averagefirmness", weight * share)

    def _target(self, name: str) -> tuple[IntArray, FloatArray] | None:
        if name not in self._targets:
            self._targets[name] = None
            for folder in ("mpfb2/targets", "faceunits01/targets"):
                path = self.source / folder / f"{name}.target.gz"
                plain = path.with_suffix("")
                if path.exists() or plain.exists():
                    text = (
                        gzip.decompress(path.read_bytes()).decode()
                        if path.exists()
                        else plain.read_text()
                    )
                    rows = [line.split() for line in text.splitlines() if line[:1].isdigit()]
                    table = np.array(rows, float).reshape(-1, 4)
                    self._targets[name] = (
                        table[:, 0].astype(np.int64),
                        table[:, 1:] * METRES_PER_UNIT,
                    )
        return self._targets[name]

    def _read_json(self, name: str) -> Any:  # noqa: ANN401 - three files, three shapes
        return json.loads((self.source / "mpfb2" / name).read_text())

    def _read_mesh(self, path: Path) -> None:
        vertices: list[list[str]] = []
        texture: list[list[str]] = []
        quads: list[list[int]] = []
        texture_quads: list[list[int]] = []
        group_of_quad: list[str] = []
        group = ""
        for line in path.read_text().splitlines():
            match line.split():
                case ["v", *numbers]:
                    vertices.append(numbers[:3])
                case ["vt", *numbers]:
                    texture.append(numbers[:2])
                case ["g", name, *_]:
                    group = name
                case ["f", *corners]:
                    four = [*corners, corners[0]] if len(corners) == 3 else corners
                    quads.append([int(c.split("/")[0]) - 1 for c in four])
                    texture_quads.append([int(c.split("/")[1]) - 1 for c in four])
                    group_of_quad.append(group)
                case _:
                    pass
        self.vertices_m: FloatArray = np.array(vertices, float) * METRES_PER_UNIT
        self._texture_table: FloatArray = np.array(texture, float)
        self.quads: IntArray = np.array(quads)
        self.texture_quads: IntArray = np.array(texture_quads)
        self.group_of_quad = np.array(group_of_quad)

    def _read_rig(self) -> None:
        rig = self._read_json("rigs/standard/rig.game_engine.json")
        self._rig: dict[str, Any] = rig.get("bones", rig)
        bones: list[str] = []
        while len(bones) < len(self._rig):
            bones += [
                name
                for name, bone in self._rig.items()
                if name not in bones and (not bone["parent"] or bone["parent"] in bones)
            ]
        self.bones = bones
        self.parents: IntArray = np.array(
            [
                bones.index(self._rig[name]["parent"]) if self._rig[name]["parent"] else -1
                for name in bones
            ]
        )
        self.skin_weights = np.zeros((len(self.vertices_m), len(bones)))
        weights = self._read_json("rigs/standard/weights.game_engine.json")["weights"]
        for name, pairs in weights.items():
            for vertex, weight in pairs:
                self.skin_weights[int(vertex), bones.index(name)] = weight
