"""The reference body on which every cut is decided, and the fields that say where on it one is."""

from functools import cache
from pathlib import Path

import numpy as np
from PIL import Image
from scipy import sparse as sp

from client.avatars.materials import Material
from tools.bake.people.anatomy import BODY, Anatomy, Build, FloatArray, IntArray
from tools.bake.people.surface import Surface, normals, smoothstep

Color = tuple[float, float, float]

ARM_BONES = ("upperarm", "lowerarm", "hand", "thumb", "index", "middle", "ring", "pinky")
HAND_BONES = ("hand", "thumb", "index", "middle", "ring", "pinky")


class Reference:
    """A figure of medium build, with its named regions.

    Attributes:
      figure_m: (n, 3) all vertices of the base mesh.
      eye_m: the center of the left eye.
      normals, shade: (n, 3) and (n,) of the skin; shade is 1 in the open and less in hollows.
    """

    def __init__(self, source: Path) -> None:
        self.anatomy = Anatomy(source)
        self.figure_m = self.anatomy.blend(Build(age=0.55))
        self.joints_m = self.anatomy.joints(self.figure_m)
        self.eye_m: FloatArray = self.figure_m[self.anatomy.vertex_groups["helper-l-eye"]].mean(0)
        self._identity = sp.identity(len(self.figure_m), format="csr")
        body = self.group("body")
        self.normals = normals(self.figure_m, body.triangles)
        self.shade = self._hollows(body)
        self.mask = cache(self._sample_mask)

    def group(self, *names: str) -> Surface:
        """Returns the faces of the named groups of the base mesh as triangles."""
        quads = self.anatomy.quads[np.isin(self.anatomy.group_of_quad, names)]
        t = np.concatenate([quads[:, [0, 1, 2]], quads[:, [0, 2, 3]]])
        is_whole = (t[:, 0] != t[:, 1]) & (t[:, 1] != t[:, 2]) & (t[:, 0] != t[:, 2])
        return Surface.of(t[is_whole], self._identity)

    def joint(self, bone: str) -> FloatArray:
        """Returns (3,) where the bone begins."""
        return np.asarray(self.joints_m[self.anatomy.bone(bone)])

    def near(self, places_m: FloatArray, among: IntArray, count: int) -> object:
        """Returns a sparse (k, base) blend: each place follows its `count` nearest vertices.

        Args:
          places_m: (k, 3).
          among: indices of the vertices to choose from.
          count: how many take part, each by its inverse distance.
        """
        gap = np.linalg.norm(places_m[:, None] - self.figure_m[among][None], axis=-1)
        nearest = np.argsort(gap, axis=1, kind="stable")[:, :count]
        share = 1 / (np.take_along_axis(gap, nearest, 1) + 1e-3)
        share /= share.sum(1, keepdims=True)
        rows = np.repeat(np.arange(len(places_m)), count)
        columns = np.asarray(among)[nearest.ravel()]
        shape = (len(places_m), len(self.figure_m))
        return sp.csr_matrix((share.ravel(), (rows, columns)), shape=shape)

    def along_arm(self, places_m: FloatArray, weights: FloatArray) -> FloatArray:
        """Returns (k,) below 0 on the trunk, 0 at the shoulder, 1 at the elbow, 2 at the wrist."""
        side = np.where(places_m[:, :1] >= 0, [1.0, 1.0, 1.0], [-1.0, 1.0, 1.0])
        left = places_m * side
        shoulder, elbow, wrist = (self.joint(b) for b in ("upperarm_l", "lowerarm_l", "hand_l"))
        upper, lower = elbow - shoulder, wrist - elbow
        way = np.clip((left - shoulder) @ upper / (upper @ upper), -1, 1)
        way += np.clip((left - elbow) @ lower / (lower @ lower), 0, 1.5)
        arm = [i for i, b in enumerate(self.anatomy.bones) if b.startswith(ARM_BONES)]
        share = smoothstep(0.2, 0.7, weights[:, arm].sum(1))
        return np.asarray(way * share - 0.3 * (1 - share))

    def _sample_mask(self, name: str) -> FloatArray:
        """Returns (n,) the painted region of that name at each vertex, 0 to 1."""
        path = self.anatomy.source / f"mpfb2/textures/mpfb_{name}.jpg"
        image = np.asarray(Image.open(path).convert("L"), float) / 255
        height, width = image.shape
        uv = self.anatomy.texture_m
        row = ((1 - uv[:, 1]) * (height - 1)).astype(int).clip(0, height - 1)
        column = (uv[:, 0] * (width - 1)).astype(int).clip(0, width - 1)
        return np.asarray(image[row, column])

    def _hollows(self, body: Surface) -> FloatArray:
        """Returns (n,) light that reaches each skin vertex, by how deep it lies in its region."""
        figure = self.figure_m

        def depth(rounds: int) -> FloatArray:
            smoothed = Surface.of(body.triangles, body.blend).smooth(rounds, shrinking=True)
            rise = ((smoothed.blend @ figure - figure) * self.normals).sum(1)
            return np.asarray(rise.clip(0))

        shade = np.ones(len(figure))
        shade[:BODY] = (1 - 95 * depth(5) - 14 * depth(30))[:BODY].clip(0.25, 1)
        return shade


def marks(
    count: int,
    color: Color | FloatArray,
    material: Material,
    **given: FloatArray,
) -> dict[str, FloatArray]:
    """Returns the marks that every part carries, with defaults for those not given.

    color (n, 3) sRGB; light (n,) 0 to 1; pattern (n, 2) metres or angles; edge (n,); layer (n,)
    0 to 1 how far out in a stack of hair shells; importance (n,) for the reduction.
    """
    result = {
        "color": np.asarray(color, float).reshape(-1, 3) * np.ones((count, 1)),
        "material": np.full(count, float(material)),
        "light": np.ones(count),
        "pattern": np.zeros((count, 2)),
        "edge": np.zeros(count),
        "layer": np.zeros(count),
        "importance": np.ones(count),
    }
    return result | given
