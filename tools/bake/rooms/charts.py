"""The lightmap: where each patch's chart lies, and which point of the room each texel shows."""

import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from tools.bake.rooms.patches import Chart, Patch, unit
from world.geometry import FloatArray

WIDTH = 2048
BLACK_ROWS = 8
PADDING = 1
INSET_M = 0.003
IntArray = NDArray[np.int64]


def pack(patches: Sequence[Patch], texels_per_m: float) -> int:
    """Gives every texel-lit patch its chart, on shelves; returns the lightmap's height.

    The first rows stay black (one JPEG block): what is lit at its vertices points there.
    """
    charts = [_chart(patch, texels_per_m) for patch in patches if patch.finish.lit == "texels"]
    charts.sort(key=lambda chart: (-chart.height, -chart.width))
    shelves: list[list[int]] = []
    top = BLACK_ROWS
    for chart in charts:
        room = chart.width + 2 * PADDING
        shelf = next((s for s in shelves if s[1] >= chart.height and s[2] + room <= WIDTH), None)
        if shelf is None:
            shelf = [top, chart.height, 0]
            shelves.append(shelf)
            top += chart.height + 2 * PADDING
        chart.x, chart.y = shelf[2] + PADDING, shelf[0] + PADDING
        shelf[2] += room
    return math.ceil(top / 64) * 64


def texel_points(patch: Patch) -> tuple[FloatArray, FloatArray, IntArray]:
    """Returns positions and normals (h, w, 3) of a chart's texels, and their pixels (h, w)."""
    chart = _required(patch)
    rows, columns = np.meshgrid(np.arange(chart.height), np.arange(chart.width), indexing="ij")
    u, v = columns / (chart.width - 1), rows / (chart.height - 1)
    if chart.is_turned:
        u, v = v, u
    i, x = _located(u, patch.along_m)
    j, y = _located(v, patch.across_m)

    def blended(values: FloatArray) -> FloatArray:
        low = values[i, j] * (1 - x) + values[i + 1, j] * x
        high = values[i, j + 1] * (1 - x) + values[i + 1, j + 1] * x
        mixed: FloatArray = low * (1 - y) + high * y
        return mixed

    pixels = (chart.y + rows) * WIDTH + chart.x + columns
    return blended(patch.position), unit(blended(patch.normal)), pixels


def light_coordinates(patch: Patch, height: int) -> FloatArray:
    """Returns each grid point's place in the lightmap: (a, b, 2) shares."""
    shape = patch.position.shape[:2]
    if patch.finish.lit == "vertices":
        dark: FloatArray = np.zeros((*shape, 2)) + np.array((1.5 / WIDTH, 1.5 / height))
        return dark
    chart = _required(patch)
    u, v = np.meshgrid(
        patch.along_m / patch.along_m[-1], patch.across_m / patch.across_m[-1], indexing="ij"
    )
    if chart.is_turned:
        u, v = v, u
    x = (chart.x + 0.5 + u * (chart.width - 1)) / WIDTH
    y = (chart.y + 0.5 + v * (chart.height - 1)) / height
    return np.stack([x, y], -1)


def _chart(patch: Patch, texels_per_m: float) -> Chart:
    density = texels_per_m * patch.finish.density
    along = max(2, round(float(patch.along_m[-1]) * density) + 1)
    across = max(2, round(float(patch.across_m[-1]) * density) + 1)
    is_turned = across > along
    width, height = (across, along) if is_turned else (along, across)
    if width > WIDTH - 2 * PADDING:
        raise ValueError(f"a chart of {width} texels is wider than the lightmap ({WIDTH})")
    patch.chart = Chart(width, height, is_turned)
    return patch.chart


def _located(share: FloatArray, line_m: FloatArray) -> tuple[IntArray, FloatArray]:
    """Returns the grid cell of each share of a line, and how far along the cell it is."""
    length = float(line_m[-1])
    inset = min(INSET_M, length / 2)
    at = np.clip(share * length, inset, length - inset)
    cell = np.clip(np.searchsorted(line_m, at, "right") - 1, 0, len(line_m) - 2)
    width = np.maximum(line_m[cell + 1] - line_m[cell], 1e-9)
    return cell, ((at - line_m[cell]) / width)[..., None]


def _required(patch: Patch) -> Chart:
    if patch.chart is None:
        raise ValueError("the patch has no chart yet: pack() comes first")
    return patch.chart
