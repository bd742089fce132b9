"""The people of the clinic: four who work there and five who come as patients or with them."""

from dataclasses import dataclass, field

from tools.bake.people.anatomy import Build
from tools.bake.people.reference import Color
from tools.bake.people.shoes import ShoeColors

WHITE: Color = (0.87, 0.88, 0.89)
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


CAST: tuple[Person, ...] = (
    Person(
        name="amara",
        build=Build(
            gender=0,
            age=0.58,
            muscle=0.55,
            weight=0.50,
            height=0.56,
            ancestry={"african": 0.9, "caucasian": 0.1},
            details={
                "mouth/mouth-scale-horiz-incr": 0.2,
                "cheek/l-cheek-bones-incr": 0.6,
                "cheek/r-cheek-bones-incr": 0.6,
                "head/head-oval": 0.5,
                "chin/chin-width-decr": 0.3,
            },
        ),
        skin=(0.50, 0.352, 0.275),
        face=Face((0.50, 0.25, 0.24), (0.16, 0.09, 0.05), age=0.10, brow=0.62),
        hair=(0.12, 0.10, 0.09),
        hairstyle="bun",
        outfit=(
            ("under-coat", (0.18, 0.42, 0.45)),
            ("scrub-trousers", (0.17, 0.40, 0.43)),
            ("coat", WHITE),
            ("coat-skirt", WHITE),
        ),
        carries=frozenset({"stethoscope", "badge"}),
    ),
    Person(
        name="henrik",
        build=Build(
            gender=1,
            age=0.80,
            muscle=0.46,
            weight=0.60,
            height=0.54,
            ancestry={"caucasian": 1},
            details={
                "head/head-rectangular": 0.6,
                "nose/nose-hump-incr": 0.6,
                "nose/nose-scale-vert-incr": 0.3,
                "chin/chin-prominent-incr": 0.3,
                "neck/neck-scale-horiz-incr": 0.2,
            },
        ),
        skin=(0.78, 0.61, 0.53),
        face=Face(
            (0.64, 0.40, 0.37),
            (0.28, 0.42, 0.52),
            beard=0.25,
            age=0.75,
            brow=0.50,
            brow_lift=-0.006,
            brow_scale=1.2,
        ),
        hair=(0.52, 0.50, 0.48),
        hairstyle="receding",
        outfit=(
            ("under-coat", (0.25, 0.36, 0.52)),
            ("scrub-trousers", (0.20, 0.24, 0.33)),
            ("coat", WHITE),
            ("coat-skirt", WHITE),
        ),
        shoes=ShoeColors((0.16, 0.14, 0.14), (0.24, 0.22, 0.22), (0.10, 0.09, 0.09)),
        carries=frozenset({"glasses", "badge"}),
    ),
    Person(
        name="nadia",
        build=Build(
            gender=0,
            age=0.54,
            muscle=0.45,
            weight=0.62,
            height=0.48,
            cup=0.58,
            ancestry={"caucasian": 0.6, "asian": 0.2, "african": 0.2},
            details={
                "head/head-oval": 0.5,
                "nose/nose-point-up": 0.3,
                "mouth/mouth-upperlip-volume-incr": 0.3,
                "eyes/l-eye-scale-incr": 0.25,
                "eyes/r-eye-scale-incr": 0.25,
            },
        ),
        skin=(0.75, 0.58, 0.48),
        face=Face((0.62, 0.34, 0.32), (0.26, 0.20, 0.10), age=0.06, brow=0.62, brow_lift=0.004),
        hair=(0.14, 0.08, 0.05),
        hairstyle="",
        outfit=(("scrub-top", (0.22, 0.36, 0.56)), ("scrub-trousers", (0.21, 0.35, 0.54))),
        scarf=(0.66, 0.68, 0.74),
        carries=frozenset({"badge"}),
    ),
    Person(
        name="tomas",
        build=Build(
            gender=1,
            age=0.55,
            muscle=0.56,
            weight=0.50,
            height=0.55,
            ancestry={"caucasian": 0.75, "african": 0.25},
            details={
                "head/head-square": 0.35,
                "nose/nose-width1-incr": 0.3,
                "cheek/l-cheek-volume-incr": 0.4,
                "cheek/r-cheek-volume-incr": 0.4,
            },
        ),
        skin=(0.66, 0.48, 0.38),
        face=Face(
            (0.55, 0.32, 0.29), (0.22, 0.14, 0.08), beard=1.0, age=0.12, brow=0.66, brow_scale=1.15
        ),
        hair=(0.13, 0.10, 0.085),
        hairstyle="side-part",
        outfit=(("scrub-top", (0.16, 0.42, 0.38)), ("scrub-trousers", (0.155, 0.40, 0.365))),
        shoes=ShoeColors((0.20, 0.23, 0.27), (0.90, 0.90, 0.88), (0.75, 0.78, 0.80)),
        carries=frozenset({"badge", "stethoscope"}),
    ),
    Person(
        name="mei",
        build=Build(
            gender=0,
            age=0.94,
            muscle=0.40,
            weight=0.50,
            height=0.50,
            cup=0.5,
            ancestry={"asian": 1},
            details={"head/head-round": 0.5, "nose/nose-scale-vert-decr": 0.2},
        ),
        skin=(0.78, 0.63, 0.52),
        face=Face((0.64, 0.41, 0.38), (0.14, 0.09, 0.06), age=0.95, brow=0.32, brow_lift=0.004),
        hair=(0.64, 0.63, 0.62),
        hairstyle="set",
        outfit=(
            ("blouse", (0.86, 0.84, 0.80)),
            ("scrub-trousers", (0.30, 0.29, 0.33)),
            ("cardigan", (0.56, 0.40, 0.48)),
        ),
        shoes=ShoeColors((0.30, 0.22, 0.20), (0.22, 0.18, 0.17), (0.24, 0.18, 0.17)),
        carries=frozenset({"buttons"}),
    ),
    Person(
        name="diego",
        build=Build(
            gender=1,
            age=0.48,
            muscle=0.56,
            weight=0.44,
            height=0.53,
            ancestry={"caucasian": 0.55, "african": 0.2, "asian": 0.25},
            details={
                "head/head-square": 0.35,
                "nose/nose-scale-vert-incr": 0.2,
                "mouth/mouth-scale-horiz-incr": 0.2,
                "chin/chin-triangle": 0.3,
            },
        ),
        skin=(0.68, 0.515, 0.42),
        face=Face((0.57, 0.34, 0.31), (0.24, 0.15, 0.08), beard=0.40, age=0.03, brow=0.66),
        hair=(0.15, 0.11, 0.085),
        hairstyle="short",
        outfit=(("jeans", (0.17, 0.21, 0.30)), ("sweater", (0.52, 0.27, 0.23))),
        shoes=ShoeColors((0.85, 0.85, 0.84), (0.94, 0.94, 0.93), (0.35, 0.37, 0.40)),
    ),
    Person(
        name="samuel",
        build=Build(
            gender=1,
            age=0.84,
            muscle=0.45,
            weight=0.80,
            height=0.52,
            ancestry={"african": 0.95, "caucasian": 0.05},
            details={
                "head/head-round": 0.4,
                "nose/nose-width3-incr": 0.4,
                "head/head-fat-incr": 0.35,
                "stomach/stomach-pregnant-incr": 0.15,
            },
        ),
        skin=(0.44, 0.312, 0.25),
        face=Face(
            (0.44, 0.27, 0.25), (0.12, 0.07, 0.04), beard=0.75, age=0.6, brow=0.45, brow_scale=1.1
        ),
        hair=(0.52, 0.51, 0.50),
        hairstyle="crop",
        outfit=(("jeans", (0.33, 0.30, 0.26)), ("polo", (0.24, 0.36, 0.33))),
        shoes=ShoeColors((0.26, 0.18, 0.13), (0.16, 0.12, 0.10), (0.20, 0.14, 0.10)),
    ),
    Person(
        name="lena",
        build=Build(
            gender=0,
            age=0.46,
            muscle=0.48,
            weight=0.42,
            height=0.56,
            cup=0.45,
            ancestry={"caucasian": 1},
            details={
                "head/head-diamond": 0.4,
                "nose/nose-point-up": 0.4,
                "nose/nose-scale-horiz-decr": 0.3,
                "mouth/mouth-lowerlip-volume-incr": 0.3,
            },
        ),
        skin=(0.82, 0.655, 0.575),
        face=Face((0.70, 0.40, 0.38), (0.30, 0.38, 0.28), brow=0.5, brow_lift=0.004),
        hair=(0.36, 0.21, 0.13),
        hairstyle="bob",
        outfit=(("jeans", (0.31, 0.38, 0.47)), ("t-shirt", (0.86, 0.78, 0.58))),
        shoes=ShoeColors((0.55, 0.30, 0.30), (0.93, 0.92, 0.90)),
    ),
    Person(
        name="farida",
        build=Build(
            gender=0,
            age=0.66,
            muscle=0.45,
            weight=0.66,
            height=0.50,
            cup=0.6,
            ancestry={"caucasian": 0.5, "asian": 0.35, "african": 0.15},
            details={
                "head/head-oval": 0.3,
                "nose/nose-hump-incr": 0.3,
                "nose/nose-scale-horiz-incr": 0.2,
            },
        ),
        skin=(0.64, 0.47, 0.37),
        face=Face((0.55, 0.31, 0.29), (0.15, 0.10, 0.06), age=0.35, brow=0.6, brow_scale=1.1),
        hair=(0.12, 0.09, 0.08),
        hairstyle="ponytail",
        outfit=(
            ("blouse", (0.86, 0.62, 0.44)),
            ("skirt", (0.22, 0.24, 0.34)),
        ),
        shoes=ShoeColors((0.20, 0.16, 0.16), (0.15, 0.12, 0.12), (0.16, 0.13, 0.13)),
        carries=frozenset({"glasses"}),
    ),
)
