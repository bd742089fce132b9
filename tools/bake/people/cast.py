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
            age=0.56,
            muscle=0.46,
            weight=0.50,
            height=0.58,
            ancestry={"african": 1},
            details={
                "head/head-oval": 0.9,
                "head/head-fat-decr": 0.3,
                "forehead/forehead-nubian-incr": 0.5,
                "cheek/*-cheek-bones-incr": 0.9,
                "eyes/*-eye-scale-incr": 0.35,
                "eyes/*-eye-corner2-up": 0.5,
                "nose/nose-width3-incr": 0.5,
                "nose/nose-scale-vert-decr": 0.35,
                "mouth/mouth-upperlip-volume-incr": 0.5,
                "mouth/mouth-lowerlip-volume-incr": 0.6,
                "mouth/mouth-angles-up": 0.4,
                "chin/chin-width-decr": 0.6,
                "ears/*-ear-scale-decr": 0.5,
                "neck/neck-scale-vert-incr": 0.2,
            },
        ),
        skin=(0.47, 0.335, 0.268),
        face=Face((0.54, 0.24, 0.25), (0.16, 0.09, 0.05), age=0.06, brow=0.55, brow_scale=0.85),
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
            age=0.84,
            muscle=0.36,
            weight=0.54,
            height=0.60,
            ancestry={"caucasian": 1},
            details={
                "torso/torso-vshape-decr": 0.5,
                "arms/*-upperarm-shoulder-muscle-decr": 0.6,
                "head/head-rectangular": 0.7,
                "head/head-scale-vert-incr": 0.15,
                "head/head-fat-decr": 0.5,
                "forehead/forehead-scale-vert-incr": 0.1,
                "forehead/forehead-temple-decr": 0.5,
                "cheek/*-cheek-volume-decr": 0.6,
                "eyes/*-eye-scale-decr": 0.25,
                "eyes/*-eye-bag-incr": 0.7,
                "eyebrows/eyebrows-angle-down": 0.4,
                "nose/nose-hump-incr": 0.6,
                "nose/nose-scale-vert-incr": 0.3,
                "mouth/mouth-upperlip-volume-decr": 0.7,
                "mouth/mouth-laugh-lines-in": 0.2,
                "mouth/mouth-angles-up": 0.3,
                "chin/chin-height-incr": 0.25,
                "chin/chin-prominent-incr": 0.4,
                "ears/*-ear-scale-vert-incr": 0.6,
                "ears/*-ear-lobe-incr": 0.7,
            },
        ),
        skin=(0.80, 0.645, 0.575),
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
            age=0.53,
            muscle=0.42,
            weight=0.60,
            height=0.46,
            cup=0.55,
            ancestry={"caucasian": 0.75, "asian": 0.15, "african": 0.1},
            details={
                "head/head-oval": 0.6,
                "head/head-fat-incr": 0.25,
                "cheek/*-cheek-volume-incr": 0.4,
                "eyes/*-eye-scale-incr": 0.6,
                "eyes/*-eye-corner2-up": 0.35,
                "nose/nose-curve-convex": 0.5,
                "nose/nose-scale-vert-incr": 0.3,
                "nose/nose-width2-decr": 0.3,
                "mouth/mouth-upperlip-volume-incr": 0.4,
                "mouth/mouth-cupidsbow-incr": 0.6,
                "mouth/mouth-angles-up": 0.5,
                "chin/chin-triangle": 0.4,
            },
        ),
        skin=(0.745, 0.59, 0.49),
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
            age=0.56,
            muscle=0.50,
            weight=0.56,
            height=0.57,
            ancestry={"caucasian": 1},
            details={
                "torso/torso-vshape-decr": 0.4,
                "arms/*-upperarm-shoulder-muscle-decr": 0.4,
                "head/head-square": 0.8,
                "head/head-scale-horiz-incr": 0.3,
                "forehead/forehead-nubian-decr": 0.4,
                "cheek/*-cheek-bones-decr": 0.3,
                "eyes/*-eye-trans-in": 0.5,
                "eyes/*-eye-height2-decr": 0.25,
                "eyebrows/eyebrows-trans-down": 0.6,
                "nose/nose-greek-incr": 0.6,
                "nose/nose-width1-incr": 0.5,
                "nose/nose-volume-incr": 0.4,
                "mouth/mouth-scale-horiz-incr": 0.3,
                "mouth/mouth-angles-up": 0.3,
                "chin/chin-width-incr": 0.6,
                "chin/chin-cleft-incr": 0.6,
                "ears/*-ear-wing-incr": 0.4,
                "neck/neck-scale-horiz-incr": 0.2,
            },
        ),
        skin=(0.735, 0.575, 0.485),
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
            age=0.90,
            muscle=0.34,
            weight=0.52,
            height=0.48,
            cup=0.45,
            ancestry={"asian": 1},
            details={
                "head/head-round": 0.8,
                "head/head-scale-vert-decr": 0.4,
                "cheek/*-cheek-trans-down": 0.5,
                "eyes/*-eye-scale-decr": 0.3,
                "eyes/*-eye-epicanthus-in": 0.6,
                "eyes/*-eye-corner2-down": 0.4,
                "eyes/*-eye-bag-incr": 0.6,
                "nose/nose-scale-vert-decr": 0.5,
                "nose/nose-scale-depth-decr": 0.4,
                "nose/nose-width3-incr": 0.3,
                "mouth/mouth-scale-horiz-decr": 0.3,
                "mouth/mouth-laugh-lines-in": 0.6,
                "mouth/mouth-angles-up": 0.7,
                "chin/chin-jaw-drop-decr": 0.4,
                "ears/*-ear-lobe-incr": 0.8,
            },
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
            age=0.46,
            muscle=0.44,
            weight=0.42,
            height=0.52,
            ancestry={"caucasian": 0.55, "asian": 0.45},
            details={
                "torso/torso-vshape-decr": 0.5,
                "arms/*-upperarm-shoulder-muscle-decr": 0.6,
                "head/head-triangular": 0.5,
                "head/head-scale-horiz-decr": 0.3,
                "head/head-fat-decr": 0.6,
                "cheek/*-cheek-bones-incr": 0.5,
                "eyes/*-eye-trans-out": 0.4,
                "eyes/*-eye-corner2-up": 0.4,
                "nose/nose-curve-concave": 0.3,
                "nose/nose-point-up": 0.3,
                "nose/nose-width3-incr": 0.3,
                "mouth/mouth-lowerlip-volume-incr": 0.4,
                "mouth/mouth-angles-up": 0.5,
                "chin/chin-height-decr": 0.3,
                "chin/chin-triangle": 0.6,
                "ears/*-ear-wing-incr": 0.7,
            },
        ),
        skin=(0.69, 0.535, 0.435),
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
            age=0.80,
            muscle=0.40,
            weight=0.82,
            height=0.50,
            ancestry={"african": 1},
            details={
                "torso/torso-vshape-decr": 0.4,
                "arms/*-upperarm-shoulder-muscle-decr": 0.5,
                "head/head-round": 0.6,
                "head/head-fat-incr": 0.7,
                "forehead/forehead-scale-vert-incr": 0.3,
                "cheek/*-cheek-volume-incr": 0.7,
                "eyes/*-eye-bag-incr": 0.8,
                "eyes/*-eye-height2-decr": 0.2,
                "nose/nose-width3-incr": 0.8,
                "nose/nose-volume-incr": 0.6,
                "nose/nose-flaring-incr": 0.5,
                "mouth/mouth-lowerlip-volume-incr": 0.5,
                "mouth/mouth-laugh-lines-in": 0.7,
                "mouth/mouth-angles-up": 0.5,
                "chin/chin-jaw-drop-incr": 0.4,
                "neck/neck-double-incr": 0.8,
                "ears/*-ear-scale-incr": 0.4,
                "stomach/stomach-pregnant-incr": 0.20,
            },
        ),
        skin=(0.405, 0.295, 0.245),
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
            age=0.47,
            muscle=0.42,
            weight=0.40,
            height=0.58,
            cup=0.42,
            ancestry={"caucasian": 1},
            details={
                "head/head-invertedtriangular": 0.7,
                "head/head-scale-horiz-decr": 0.2,
                "cheek/*-cheek-bones-incr": 0.4,
                "eyes/*-eye-scale-incr": 0.5,
                "eyes/*-eye-trans-out": 0.3,
                "nose/nose-point-up": 0.8,
                "nose/nose-scale-horiz-decr": 0.5,
                "nose/nose-scale-vert-decr": 0.3,
                "nose/nose-curve-concave": 0.5,
                "mouth/mouth-scale-horiz-decr": 0.2,
                "mouth/mouth-lowerlip-volume-incr": 0.4,
                "mouth/mouth-angles-up": 0.4,
                "chin/chin-width-decr": 0.5,
                "ears/*-ear-scale-decr": 0.3,
            },
        ),
        skin=(0.82, 0.655, 0.575),
        face=Face((0.70, 0.40, 0.38), (0.30, 0.38, 0.28), brow=0.5, brow_lift=0.004),
        hair=(0.36, 0.21, 0.13),
        hairstyle="ponytail",
        outfit=(("jeans", (0.31, 0.38, 0.47)), ("t-shirt", (0.86, 0.78, 0.58))),
        shoes=ShoeColors((0.55, 0.30, 0.30), (0.93, 0.92, 0.90)),
    ),
    Person(
        name="farida",
        build=Build(
            gender=0,
            age=0.68,
            muscle=0.36,
            weight=0.72,
            height=0.44,
            cup=0.6,
            ancestry={"caucasian": 0.75, "asian": 0.25},
            details={
                "head/head-round": 0.4,
                "head/head-fat-incr": 0.4,
                "cheek/*-cheek-volume-incr": 0.6,
                "cheek/*-cheek-trans-down": 0.2,
                "eyes/*-eye-bag-incr": 0.5,
                "eyes/*-eye-scale-incr": 0.45,
                "eyebrows/eyebrows-angle-up": 0.4,
                "nose/nose-hump-incr": 0.5,
                "nose/nose-scale-horiz-incr": 0.2,
                "nose/nose-point-down": 0.5,
                "mouth/mouth-scale-horiz-incr": 0.4,
                "mouth/mouth-upperlip-volume-decr": 0.4,
                "mouth/mouth-angles-up": 0.5,
                "chin/chin-jaw-drop-incr": 0.3,
                "neck/neck-double-incr": 0.35,
            },
        ),
        skin=(0.60, 0.45, 0.36),
        face=Face((0.60, 0.29, 0.29), (0.15, 0.10, 0.06), age=0.35, brow=0.6, brow_scale=0.9),
        hair=(0.12, 0.09, 0.08),
        hairstyle="bob",
        outfit=(
            ("blouse", (0.86, 0.62, 0.44)),
            ("skirt", (0.22, 0.24, 0.34)),
        ),
        shoes=ShoeColors((0.20, 0.16, 0.16), (0.15, 0.12, 0.12), (0.16, 0.13, 0.13)),
        carries=frozenset({"glasses"}),
    ),
)
