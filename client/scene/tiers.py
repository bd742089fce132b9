"""How much a machine can draw: a table of tiers, and the first choice by the renderer's own name.

The choice is only where drawing starts; what frames then take moves it (pace.py).
"""

from dataclasses import dataclass, replace
from typing import Final, Literal, TypeAlias

TierName: TypeAlias = Literal["potato", "low", "high"]
Shading: TypeAlias = Literal["none", "plain", "full"]
"""`none` needs no shaders; `plain` is baked light and little else; `full` mirrors and folds."""


@dataclass(frozen=True, slots=True)
class Tier:
    """One row.

    Attributes:
      name: of the tier.
      room: how rooms are shaded.
      people: how bodies are shaded.
      scale: share of the window's width and height in which the scene is drawn; what is read
        (panels, name tags) is always drawn at the window's own size.
      is_sparing: takes texels from one of a texture's smaller copies, not from two: a fifth of a
        processor's work, and hardly seen.
      frames_per_s: no more than these are drawn, so that voice and network have their share.
      samples: of each pixel (MSAA); 0 for none.
      anisotropy: of tile filtering.
      tile_size: pixels along a material tile.
      sheet_size: pixels along the sheet of signs and the sky at most.
      people_detail: how far away finer bodies are drawn, 1 as made.
      people_every_s: how often bodies are posed anew: the own view goes first.
      board_px: width of a live board's picture.
      board_every_s: how often it is painted anew.
    """

    name: TierName
    room: Shading
    people: Shading
    scale: float
    is_sparing: bool
    frames_per_s: float
    samples: int
    anisotropy: int
    tile_size: int
    sheet_size: int
    people_detail: float
    people_every_s: float
    board_px: int
    board_every_s: float


TIERS: dict[TierName, Tier] = {
    "potato": Tier(
        name="potato",
        room="plain",
        people="plain",
        scale=0.65,
        is_sparing=True,
        frames_per_s=30,
        samples=0,
        anisotropy=1,
        tile_size=128,
        sheet_size=1024,
        people_detail=0.4,
        people_every_s=1 / 15,
        board_px=640,
        board_every_s=0.4,
    ),
    "low": Tier(
        name="low",
        room="full",
        people="plain",
        scale=1.0,
        is_sparing=False,
        frames_per_s=60,
        samples=0,
        anisotropy=1,
        tile_size=256,
        sheet_size=2048,
        people_detail=0.7,
        people_every_s=1 / 30,
        board_px=960,
        board_every_s=0.2,
    ),
    "high": Tier(
        name="high",
        room="full",
        people="full",
        scale=1.0,
        is_sparing=False,
        frames_per_s=240,
        samples=4,
        anisotropy=8,
        tile_size=512,
        sheet_size=2048,
        people_detail=1.4,
        people_every_s=0.0,
        board_px=1280,
        board_every_s=0.05,
    ),
}
SOFTWARE_SCALE: Final = 0.65
"""On a processor: two thirds of the width and height are less than half the work."""
SOFTWARE_FRAMES_PER_S: Final = 30.0

# Anisotropic filtering alone makes a software rasterizer more than ten times slower (measured).
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


def suited(name: TierName, renderer: str, *, has_glsl_330: bool) -> Tier:
    """Returns a tier as this machine's renderer can draw it.

    Args:
      name: of the tier that is wanted.
      renderer: what the graphics driver calls itself (GL_RENDERER).
      has_glsl_330: whether the driver compiles GLSL 3.30; without, only `potato` can be drawn.
    """
    if not has_glsl_330:
        return replace(
            TIERS["potato"], room="none", people="none", scale=1.0, tile_size=64, people_detail=0.35
        )
    tier = TIERS[name]
    if not is_software(renderer):
        return tier
    return replace(
        tier,
        is_sparing=True,
        anisotropy=1,
        scale=min(tier.scale, SOFTWARE_SCALE),
        frames_per_s=min(tier.frames_per_s, SOFTWARE_FRAMES_PER_S),
    )


def is_software(renderer: str) -> bool:
    """Tells whether a renderer of this name draws on the processor."""
    return any(word in renderer.lower() for word in SOFTWARE)


def first_choice(renderer: str) -> TierName:
    """Returns the tier that a renderer of this name starts with."""
    if is_software(renderer):
        return "potato"
    if any(word in renderer.lower() for word in MODEST):
        return "low"
    return "high"
