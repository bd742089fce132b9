"""The table of materials: which tile, how rough, how mirroring, how big a tile is."""

from dataclasses import dataclass

import numpy as np

from client.scene.layers import CARD_LAYER, LAYERS, SHEET_LAYER, mean_albedo
from tools.bake.rooms.patches import Color, Finish
from world.geometry import FloatArray


@dataclass(frozen=True, slots=True)
class Material:
    """One row.

    Attributes:
      layer: the tile's number, or SHEET_LAYER, or CARD_LAYER.
      roughness: 0 mirrors, 1 is matt.
      specular: reflectance seen straight on; above 0.3 it is a metal.
      tile_m: size of one tile; None where texture coordinates are shares already.
      emission: own light relative to its color.
    """

    layer: int
    roughness: float
    specular: float
    tile_m: tuple[float, float] | None
    emission: float = 0.0


def _tiled(
    tile: str, roughness: float, specular: float, tile_m: tuple[float, float], emission: float = 0
) -> Material:
    return Material(LAYERS.index(tile), roughness, specular, tile_m, emission)


def _on_sheet(roughness: float, emission: float = 0.0, specular: float = 0.04) -> Material:
    return Material(SHEET_LAYER, roughness, specular, None, emission)


MATERIALS: dict[str, Material] = {
    "plaster": _tiled("plaster", 0.95, 0.02, (2, 2)),
    "white": _tiled("white", 0.38, 0.04, (1, 1)),
    "oak": _tiled("oak", 0.42, 0.04, (1.1, 0.55)),
    "walnut": _tiled("walnut", 0.35, 0.04, (1.1, 0.55)),
    "terrazzo": _tiled("terrazzo", 0.24, 0.045, (0.8, 0.8)),
    "fabric": _tiled("fabric", 1.0, 0.012, (0.26, 0.26)),
    "felt": _tiled("felt", 1.0, 0.01, (0.6, 0.6)),
    "solid": _tiled("solid", 0.24, 0.045, (1, 1)),
    "soft": _tiled("solid", 0.80, 0.03, (1, 1)),
    "leaf": _tiled("leaf", 0.46, 0.035, (1, 1)),
    "vinyl": _tiled("vinyl", 0.45, 0.04, (0.3, 0.3)),
    "rug": _tiled("rug", 1.0, 0.01, (0.55, 0.55)),
    "planks": _tiled("planks", 0.36, 0.04, (2.6, 0.95)),
    "bark": _tiled("bark", 0.90, 0.02, (0.6, 0.6)),
    "grass": _tiled("grass", 1.0, 0.01, (3.3, 3.3)),
    "stone": _tiled("stone", 0.80, 0.03, (2.4, 2.4)),
    "metal": _tiled("metal", 0.30, 0.62, (0.5, 0.5)),
    "led": _tiled("solid", 0.90, 0.0, (1, 1), 3.2),
    "frost": _tiled("white", 0.25, 0.04, (1, 1), 0.16),
    "glass": _tiled("white", 0.02, 0.04, (1, 1)),
    "card": Material(CARD_LAYER, 1.0, 0.02, None),
    "screen": _on_sheet(0.12, 1.0),
    "sign": _on_sheet(0.5),
    "glow": _on_sheet(0.6, 0.42),
    "art": _on_sheet(0.85, 0.0, 0.02),
}

SAGE: Color = (0.62, 0.70, 0.60)
TEAL: Color = (0.20, 0.43, 0.46)
MOSS: Color = (0.42, 0.50, 0.36)
CLAY: Color = (0.79, 0.50, 0.39)
SAND: Color = (0.86, 0.78, 0.66)
INK: Color = (0.20, 0.24, 0.27)
CREAM: Color = (0.96, 0.93, 0.87)
BLACK: Color = (0.12, 0.125, 0.13)
OFF_WHITE: Color = (0.97, 0.96, 0.93)

OAK = Finish("oak")
PLASTER = Finish("plaster", CREAM, "texels")
METAL = Finish("metal", (0.85, 0.85, 0.85))
LACQUER = Finish("white", OFF_WHITE)
STONE_TOP = Finish("solid", (0.99, 0.97, 0.94))
DARK = Finish("solid", INK)
JET = Finish("solid", BLACK)
SIGN = Finish("sign")
LEAF = Finish("leaf", is_thin=True)
CARD = Finish("card", is_thin=True)


def albedos(tiles: dict[str, FloatArray]) -> dict[int, FloatArray]:
    """Returns the mean linear albedo of every layer, for the light that it throws back."""
    means: dict[int, FloatArray] = {
        LAYERS.index(name): mean_albedo(tile) for name, tile in tiles.items()
    }
    means[SHEET_LAYER] = np.array((0.35, 0.35, 0.33))
    means[CARD_LAYER] = np.array((0.07, 0.12, 0.03))
    return means
