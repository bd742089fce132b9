"""What the things under the scope are made of, as the shader reads it from a vertex."""

from dataclasses import dataclass
from enum import IntEnum

Rgb = tuple[float, float, float]


class Kind(IntEnum):
    """How a surface answers to light."""

    MATT = 0
    RUBBER = 1
    STEEL = 2
    TISSUE = 3
    CUT = 4
    CLOTH = 5
    THREAD = 6
    DRAPE = 7
    SILICONE = 8


@dataclass(frozen=True, slots=True)
class Material:
    """A look.

    Attributes:
      color: as a display shows it, each channel 0 to 1.
      kind: how it answers to light.
      roughness: 0 is a mirror, 1 is chalk.
    """

    color: Rgb
    kind: Kind
    roughness: float


STEEL = Material((0.90, 0.91, 0.92), Kind.STEEL, 0.34)
DARK_STEEL = Material((0.62, 0.63, 0.65), Kind.STEEL, 0.42)
INSULATION = Material((0.13, 0.135, 0.145), Kind.RUBBER, 0.30)
BOARD = Material((0.47, 0.51, 0.53), Kind.MATT, 0.5)
GROOVE = Material((0.22, 0.26, 0.28), Kind.MATT, 0.8)
PEG = Material((0.93, 0.92, 0.88), Kind.RUBBER, 0.30)
WALL = Material((0.34, 0.36, 0.37), Kind.MATT, 0.9)
DRAPE = Material((0.15, 0.27, 0.31), Kind.DRAPE, 0.95)
RINGS = (
    Material((0.91, 0.36, 0.24), Kind.RUBBER, 0.46),
    Material((0.96, 0.72, 0.22), Kind.RUBBER, 0.46),
    Material((0.25, 0.58, 0.74), Kind.RUBBER, 0.46),
)
LIVER = Material((0.33, 0.115, 0.085), Kind.TISSUE, 0.30)
GALLBLADDER = Material((0.37, 0.40, 0.22), Kind.TISSUE, 0.24)
FLESH = Material((0.78, 0.42, 0.36), Kind.TISSUE, 0.34)
CUT_FLESH = Material((0.55, 0.10, 0.085), Kind.CUT, 0.22)
SILICONE = Material((0.82, 0.57, 0.48), Kind.SILICONE, 0.42)
DRAIN = Material((0.93, 0.90, 0.82), Kind.RUBBER, 0.36)
GAUZE = Material((0.93, 0.93, 0.90), Kind.CLOTH, 0.95)
SUTURE = Material((0.42, 0.33, 0.86), Kind.THREAD, 0.42)
INK = Material((0.045, 0.05, 0.11), Kind.MATT, 0.8)

SURFACES = {
    "liver": LIVER,
    "gallbladder": GALLBLADDER,
    "pad": SILICONE,
    "drain": DRAIN,
    "gauze": GAUZE,
}
"""By the first word of a surface's name; what is not here is flesh."""
STRANDS = {"needle": STEEL, "mark": INK}
"""By the first word of a strand's name; what is not here is thread."""
CUT_SUFFIX = "cut"
"""The last word of the name of a surface that a blade has made."""


def of_surface(name: str) -> Material:
    """Returns what a surface of this name is made of."""
    words = name.replace("_", "-").split("-")
    if words[-1] == CUT_SUFFIX and SURFACES.get(words[0], FLESH).kind is Kind.TISSUE:
        return CUT_FLESH
    return SURFACES.get(words[0], FLESH)


def of_strand(name: str) -> Material:
    """Returns what a strand of this name is made of."""
    return STRANDS.get(name.partition("-")[0], SUTURE)
