"""How much a machine can draw: a table of tiers, and the choice by the renderer's own name."""

from dataclasses import dataclass, replace
from typing import Literal, TypeAlias

TierName: TypeAlias = Literal["potato", "low", "high"]


@dataclass(frozen=True, slots=True)
class Tier:
    """One row.

    Attributes:
      name: of the tier.
      has_shaders: the room's own shaders; without, colors are computed once for each vertex.
      samples: of each pixel (MSAA); 0 for none.
      anisotropy: of tile filtering.
      tile_size: pixels along a material tile.
      sheet_size: pixels along the sheet of signs and the sky at most.
      people_detail: how finely bodies are drawn, 0 the coarsest always, 1 as made.
    """

    name: TierName
    has_shaders: bool
    samples: int
    anisotropy: int
    tile_size: int
    sheet_size: int
    people_detail: float


TIERS: dict[TierName, Tier] = {
    "potato": Tier("potato", False, 0, 1, 64, 1024, 0.0),
    "low": Tier("low", True, 0, 1, 256, 2048, 0.6),
    "high": Tier("high", True, 4, 8, 512, 2048, 1.0),
}

# Anisotropic filtering alone makes a software rasterizer more than ten times slower (measured),
# and a fixed-function picture is four to five times faster there than a shaded one.
SOFTWARE = (
    "tinypanda",
    "tinydisplay",
    "tinygl",
    "llvmpipe",
    "softpipe",
    "swrast",
    "swiftshader",
    "gdi generic",
    "software rasterizer",
    "microsoft basic render",
)
MODEST = ("intel(r) hd graphics", "intel hd graphics", "mali-4", "gma", "videocore", "v3d")


def forced_tier(name: TierName, renderer: str) -> Tier:
    """Returns a tier that was asked for, less what would stall this machine's renderer."""
    tier = TIERS[name]
    return replace(tier, anisotropy=1) if is_software(renderer) else tier


def is_software(renderer: str) -> bool:
    """Tells whether a renderer of this name draws on the processor."""
    return any(word in renderer.lower() for word in SOFTWARE)


def choose_tier(renderer: str, *, has_glsl_330: bool) -> Tier:
    """Returns the tier for a machine.

    Args:
      renderer: what the graphics driver calls itself (GL_RENDERER).
      has_glsl_330: whether the driver compiles GLSL 3.30.
    """
    name = renderer.lower()
    if not has_glsl_330 or is_software(renderer):
        return TIERS["potato"]
    if any(word in name for word in MODEST):
        return TIERS["low"]
    return TIERS["high"]
