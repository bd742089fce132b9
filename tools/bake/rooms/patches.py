"""Grid patches: the one kind of surface that rooms are made of, and the model that holds them."""

import math
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray

from tools.bake.rooms.plan import Plan
from world.geometry import FloatArray

Color: TypeAlias = tuple[float, float, float]
Triple: TypeAlias = tuple[float, float, float]
BoolArray: TypeAlias = NDArray[np.bool_]

WHITE: Color = (1.0, 1.0, 1.0)


@dataclass(frozen=True, slots=True)
class Finish:
    """How a surface looks and where its light is stored.

    Attributes:
      material: a name of the table in materials.py.
      tint: multiplies the material's tile, in display values.
      lit: in lightmap texels (big flat parts) or at vertices (small or curved parts).
      density: lightmap texels relative to the room's usual number.
      is_thin: lit through from behind, like a leaf or cloth.
      emission: own light, overrides the material's if above 0.
    """

    material: str
    tint: Color = WHITE
    lit: Literal["texels", "vertices"] = "vertices"
    density: float = 1.0
    is_thin: bool = False
    emission: float = 0.0

    def tinted(self, tint: Color) -> "Finish":
        """Returns this finish in another tint."""
        return replace(self, tint=tint)

    def on_texels(self, density: float = 1.0) -> "Finish":
        """Returns this finish with its light in the lightmap."""
        return replace(self, lit="texels", density=density)


@dataclass(slots=True)
class Chart:
    """The rectangle of the lightmap that holds one patch; turned if the patch lies across."""

    width: int
    height: int
    is_turned: bool
    x: int = 0
    y: int = 0


@dataclass(slots=True)
class Patch:
    """A grid of points.

    Attributes:
      position: (a, b, 3) metres.
      normal: (a, b, 3) unit vectors.
      texture: (a, b, 2) metres, or shares of the sign sheet for a material with cells.
      along_m: (a,) metric coordinate of the first axis, ascending.
      across_m: (b,) metric coordinate of the second axis, ascending.
      mask: (a-1, b-1) the cells that exist, None for all.
    """

    position: FloatArray
    normal: FloatArray
    texture: FloatArray
    along_m: FloatArray
    across_m: FloatArray
    finish: Finish
    group: str
    mask: BoolArray | None = None
    chart: Chart | None = None


@dataclass(slots=True)
class Model:
    """Patches being put together, with a stack of places and a current group.

    Groups: `room` (solid), `cloth` (seen from both sides), `leaves` (cards with holes), `glass`,
    `occluder` (throws shadows, is not drawn), `door-*` (a leaf), `panel-*` (a live surface).
    """

    seed: int
    patches: list[Patch] = field(default_factory=list)
    plan: Plan = field(default_factory=Plan)
    group: str = "room"
    rng: np.random.Generator = field(init=False)
    _places: list[FloatArray] = field(default_factory=lambda: [np.eye(4)])

    def __post_init__(self) -> None:
        """Starts the model's own stream of random numbers."""
        self.rng = np.random.default_rng(self.seed)

    @property
    def place(self) -> FloatArray:
        """The current place: (4, 4) room from local."""
        return self._places[-1]

    @contextmanager
    def at(
        self, position: Triple, *, turn: float = 0, pitch: float = 0, scale: float = 1
    ) -> Iterator[None]:
        """Puts what is added inside at a position, turned about Z then about X, in degrees."""
        turn_rad, pitch_rad = math.radians(turn), math.radians(pitch)
        c, s = math.cos(turn_rad), math.sin(turn_rad)
        cp, sp = math.cos(pitch_rad), math.sin(pitch_rad)
        matrix = np.eye(4)
        turned = np.array([[c, -s, 0], [s, c, 0], [0, 0, 1]])
        matrix[:3, :3] = turned @ np.array([[1, 0, 0], [0, cp, -sp], [0, sp, cp]]) * scale
        matrix[:3, 3] = position
        self._places.append(self.place @ matrix)
        try:
            yield
        finally:
            self._places.pop()

    @contextmanager
    def within(self, group: str) -> Iterator[None]:
        """Puts what is added inside into another group."""
        before, self.group = self.group, group
        try:
            yield
        finally:
            self.group = before

    def add(self, patch: Patch) -> None:
        """Adds a patch given in local coordinates."""
        place = self.place
        patch.position = patch.position @ place[:3, :3].T + place[:3, 3]
        patch.normal = unit(patch.normal @ place[:3, :3].T)
        self.patches.append(patch)

    def point(self, local: Triple) -> Triple:
        """Returns where a local point lies in the room."""
        x, y, z = self.place[:3, :3] @ np.array(local) + self.place[:3, 3]
        return (float(x), float(y), float(z))

    def heading_rad(self) -> float:
        """Returns the yaw of somebody who looks along the local -Y, in the room."""
        ahead = self.place[:3, :3] @ np.array((0.0, -1.0, 0.0))
        return math.atan2(-ahead[0], ahead[1])

    def solid(self, name: str, low: Triple, high: Triple) -> None:
        """States that the room's axis-aligned bounds of a local box are solid."""
        corners = np.array([low, high])
        box = np.array(
            [
                self.point((corners[i, 0], corners[j, 1], corners[k, 2]))
                for i, j, k in np.ndindex(2, 2, 2)
            ]
        )
        self.plan.add_solid(name, box.min(0), box.max(0))


def unit(vectors: FloatArray) -> FloatArray:
    """Returns the vectors at length 1: (..., 3); zero stays zero."""
    length = np.linalg.norm(vectors, axis=-1, keepdims=True)
    scaled: FloatArray = vectors / np.maximum(length, 1e-12)
    return scaled
