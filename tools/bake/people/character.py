"""What makes one person of the clinic: body, face, coloring, hair and clothes."""

from dataclasses import dataclass, field

from tools.bake.people.anatomy import Build
from tools.bake.people.reference import Color
from tools.bake.people.shoes import ShoeColors

STAFF_SHOES = ShoeColors((0.78, 0.80, 0.82), (0.93, 0.93, 0.92), (0.60, 0.64, 0.68))


@dataclass(frozen=True)
class Face:
    """What the shader needs to know of a face.

    Attributes:
      lips, iris: sRGB.
      beard, age, brow: 0 to 1, how much of the mask's beard, lines and brows shows.
      brow_lift: how much higher the brows sit, as a share of the mask's height.
      brow_scale: how thick they are, 1 as painted.
    """

    lips: Color
    iris: Color
    beard: float = 0.0
    age: float = 0.0
    brow: float = 0.6
    brow_lift: float = 0.0
    brow_scale: float = 1.0


@dataclass(frozen=True)
class Person:
    """One person: body, coloring, hair, and what is worn.

    Attributes:
      name: the file's name.
      outfit: garments with their colors, inner ones first.
      carries: "stethoscope", "glasses", "badge", "buttons".
    """

    name: str
    build: Build
    skin: Color
    face: Face
    hair: Color
    hairstyle: str
    outfit: tuple[tuple[str, Color], ...]
    shoes: ShoeColors = STAFF_SHOES
    scarf: Color | None = None
    carries: frozenset[str] = field(default_factory=frozenset)
