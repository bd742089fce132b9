"""Rooms for machines that draw on a processor: light and color are worked out once, per vertex.

Large surfaces keep their baked shadows: they are textured with the lightmap as it would be shown
on a light gray wall, and colored by the vertex. The lightmap's black rows, where vertex-lit
geometry points, become white, so that one texture serves both.
"""

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from client.scene.ambient import AmbientGrid, display_curve
from client.scene.files import Pixels
from client.scene.geometry import FlatVertices, flat_node
from client.scene.glb import Part
from client.scene.layers import CARD_LAYER, LAYERS, SHEET_LAYER
from world.geometry import FloatArray

REFERENCE_ALBEDO = 0.70
BLACK_ROWS = 8
LIGHTMAP_SIZE = 1024
LEVEL = 0.9  # a normal's upright part from which a surface counts as level
MATT, METAL = 0.9, 0.3  # roughness and specular from which nothing, or all, is mirrored
GRAZING = 0.25  # cosine at which a floor four metres away is seen from standing eyes
BRIGHT_SIDE = 1.5  # windows, mirrored in a floor, over what reaches the floor


def shown_lightmap(lightmap: Pixels, grid: AmbientGrid) -> Pixels:
    """Returns the lightmap as a light gray wall would show it: (1024, 1024, 3), row order kept."""
    levels = np.linspace(0, 1, 256)[:, None] ** 3 * grid.scale * REFERENCE_ALBEDO
    table = (grid.displayed(np.repeat(levels, 3, 1)) * 255).astype(np.uint8)
    shown = np.stack([table[lightmap[..., i], i] for i in range(3)], -1)
    # The simplest rasterizer takes powers of two only.
    size = (LIGHTMAP_SIZE, LIGHTMAP_SIZE)
    smaller = np.array(Image.fromarray(shown).resize(size, Image.Resampling.BOX))
    smaller[: BLACK_ROWS * LIGHTMAP_SIZE // len(lightmap)] = 255
    return smaller


def flat_parts(
    part: Part,
    lightmap: Pixels,
    grid: AmbientGrid,
    light: tuple[float, float],
    means: FloatArray,
) -> list[tuple[str, object]]:
    """Returns the nodes of a part, each with the texture that it wants.

    Args:
      part: geometry with its baked light.
      lightmap: (h, w, 3), rows from the bottom up; (0, 0, 3) for a part that has none.
      grid: for exposure and white balance.
      light: what a light byte of 255 stands for, and a gain on it (out of doors).
      means: (256, 3) mean linear color of each layer.

    Returns:
      Pairs of a texture's name (`lightmap`, `signs`, `leaves`) and a Panda3D node.
    """
    layer = part.surface[:, 0]
    corner = layer[part.triangles[:, 0]]
    color, texture = _colors(part, lightmap, grid, light, means)
    tile = _tile(part)
    nodes = []
    for name, chosen in (
        ("signs", corner == SHEET_LAYER),
        ("leaves", corner == CARD_LAYER),
        ("lightmap", corner < CARD_LAYER),
    ):
        if chosen.any():
            used, index = np.unique(part.triangles[chosen], return_inverse=True)
            triangles = index.reshape(-1, 3).astype(np.uint32)
            vertices = FlatVertices(part.position[used], color[used], texture[used], tile[used])
            nodes.append((name, flat_node(f"{part.name}-{name}", vertices, triangles)))
    return nodes


def _tile(part: Part) -> NDArray[np.float32]:
    """Returns (n, 3) where in its material's tile each vertex is, and which tile that is."""
    layer = np.minimum(part.surface[:, :1], len(LAYERS) - 1)
    return np.concatenate([part.texture, layer], 1).astype(np.float32)


def _with_sheen(part: Part, albedo: FloatArray) -> FloatArray:
    """Returns (n, 3) albedo with what level glossy surfaces mirror, as seen from across a room.

    Source: C. Schlick, "An inexpensive BRDF model for physically-based rendering", 1994.
    """
    rough, specular = (part.surface[:, [column]] / 255.0 for column in (1, 2))
    is_level = part.normal[:, 2:] > LEVEL
    mirrored = specular + np.maximum(1 - rough - specular, 0) * (1 - GRAZING) ** 5
    share = np.where(is_level & (rough < MATT) & (specular < METAL), mirrored, 0.0)
    return np.asarray(albedo * (1 - share) + BRIGHT_SIDE * share)


def _colors(
    part: Part,
    lightmap: Pixels,
    grid: AmbientGrid,
    light: tuple[float, float],
    means: FloatArray,
) -> tuple[NDArray[np.uint8], NDArray[np.float32]]:
    scale, gain = light
    layer = part.surface[:, 0]
    is_picture = layer >= CARD_LAYER
    is_texel_lit = (part.light[:, :3].max(1) == 0) & (part.light_place.max(1) > 0.01)
    albedo = means[layer] * (part.tint[:, :3] / 255.0 * 1.2) ** 2.2
    albedo = _with_sheen(part, albedo)
    reaching = (part.light[:, :3] / 255.0) ** 3 * scale * gain
    if lightmap.size:
        rows = np.clip((part.light_place[:, 1] * len(lightmap)).astype(int), 0, len(lightmap) - 1)
        columns = np.clip(
            (part.light_place[:, 0] * lightmap.shape[1]).astype(int), 0, lightmap.shape[1] - 1
        )
        reaching = reaching + (lightmap[rows, columns] / 255.0) ** 3 * scale
    emission = part.surface[:, 3:] / 255.0 * 8.0 * 1.4
    exposed = np.multiply(grid.white, grid.exposure)
    shown = display_curve(albedo * reaching * exposed + albedo * emission)
    by_texel = np.clip(albedo / REFERENCE_ALBEDO, 0, 1) ** (1 / 2.2)
    uses_texel = (is_texel_lit & ~is_picture)[:, None]
    color = np.where(uses_texel, by_texel, shown)
    # What has no lightmap of its own points at the white rows of the room's.
    place = part.light_place if lightmap.size else np.full_like(part.light_place, 5e-4)
    texture = np.where(is_picture[:, None], part.texture, place)
    opaque = np.concatenate([color, np.ones((len(color), 1))], 1)
    return np.rint(opaque * 255).astype(np.uint8), texture.astype(np.float32)
