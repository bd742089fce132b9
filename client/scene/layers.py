"""The materials of rooms by number, as baked geometry names them and textures are stacked."""

from typing import Final

import numpy as np
from numpy.typing import NDArray

from world.geometry import FloatArray

LAYERS: Final = (
    "white",
    "oak",
    "walnut",
    "terrazzo",
    "fabric",
    "felt",
    "solid",
    "leaf",
    "vinyl",
    "rug",
    "planks",
    "bark",
    "grass",
    "stone",
    "metal",
    "plaster",
)
"""The order is the layer's number in the rooms' geometry."""
SHEET_LAYER: Final = 255
"""What shows a part of the sheet of signs and pictures."""
CARD_LAYER: Final = 254
"""What shows a spray of leaves."""


def mean_albedo(tile: FloatArray | NDArray[np.uint8]) -> FloatArray:
    """Returns (3,) the mean linear color of a tile: (h, w, 3) display values from 0 to 255."""
    mean: FloatArray = ((tile / 255.0) ** 2.2).reshape(-1, 3).mean(0)
    return mean
