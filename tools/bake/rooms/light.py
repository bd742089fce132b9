"""A room's baked light: lightmap, light at vertices, ambient cubes, exposure and white balance."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import distance_transform_edt, gaussian_filter
from scipy.spatial import cKDTree

from tools.bake.rooms.charts import BLACK_ROWS, WIDTH, texel_points
from tools.bake.rooms.mesh import Mesh
from tools.bake.rooms.patches import BoolArray, Patch, Triple
from tools.bake.rooms.room import Room
from tools.bake.rooms.tracer import Samples, Tracer
from world.geometry import FloatArray

LUMINANCE = np.array((0.2126, 0.7152, 0.0722))
PROBE_STEP_M = 1.0
PROBE_LOW_M = 0.3
PROBE_JITTERS = 12
PROBE_SPREAD_M = 0.28
UNTRACED = ["glass", "occluder"]
OUTSIDE_Y_M = -0.30


@dataclass(frozen=True, slots=True)
class BakedLight:
    """Light as bytes: irradiance / pi = scale * (byte / 255)**3.

    Attributes:
      lightmap: (h, 2048, 3) rows from the bottom up.
      vertices: (n, 3).
      probes: (6, nz, ny, nx, 3), as the client's ambient grid wants it.
      probe_low_m: first grid point.
      probe_high_m: last grid point.
      scale: see above.
      exposure: puts the median of the room's light at a mid gray.
      white: factors of red, green, blue that take most of the room's tint out.
    """

    lightmap: NDArray[np.uint8]
    vertices: NDArray[np.uint8]
    probes: NDArray[np.uint8]
    probe_low_m: Triple
    probe_high_m: Triple
    scale: float
    exposure: float
    white: Triple


@dataclass(frozen=True, slots=True)
class _Grid:
    counts: tuple[int, int, int]
    low_m: FloatArray
    high_m: FloatArray


def bake(mesh: Mesh, room: Room, lightmap_height: int, quality: float) -> BakedLight:
    """Returns the light of a modeled room; quality 1 is the finest, cost is proportional."""
    charts = [patch for patch in room.model.patches if patch.chart]
    grid = _grid(room.size_m)
    samples = _samples(mesh, charts, grid)
    tracer = Tracer(mesh, samples, lightmap_height, quality)
    smoother = _Smoother(charts)
    direct = tracer.sun() + smoother.blurred(tracer.rectangles(room.lighting.rectangles), 2.2)
    known = direct
    for turn, rays in enumerate((16, 16, 24)):
        reflected, _ = tracer.bounce(known, rays, 10 + turn)
        known = direct + smoother.blurred(reflected, 2.5)
    reflected, backs = tracer.bounce(known, 128, 99)
    is_buried = (backs > 0.5) & ~samples.is_thin
    direct, reflected = (smoother.refilled(v, is_buried) for v in (direct, reflected))
    light = direct + smoother.quieted(reflected)
    return _stored(mesh, samples, (light, is_buried), grid, lightmap_height)


def _grid(size_m: Triple) -> _Grid:
    low = np.array((0.5, 0.5, PROBE_LOW_M))
    high = np.array((size_m[0] - 0.5, size_m[1] - 0.5, min(size_m[2] - 0.7, 2.2)))
    counts = np.maximum(np.rint((high - low) / PROBE_STEP_M).astype(int) + 1, 2)
    return _Grid((int(counts[0]), int(counts[1]), int(counts[2])), low, high)


def _samples(mesh: Mesh, charts: list[Patch], grid: _Grid) -> Samples:
    points = [texel_points(patch) for patch in charts]
    texels = [
        np.concatenate([p[i].reshape(-1, 3) for p in points]) if points else np.zeros((0, 3))
        for i in (0, 1)
    ]
    pixels = np.concatenate([p[2].ravel() for p in points]) if points else np.zeros(0, np.int64)
    vertices = np.flatnonzero(~mesh.is_texel_lit & ~mesh.vertices_of(UNTRACED))
    probe_position, probe_normal = _probe_points(grid)
    position = np.concatenate([texels[0], mesh.position[vertices], probe_position])
    normal = np.concatenate([texels[1], mesh.normal[vertices], probe_normal])
    none, rest = np.zeros(len(pixels), bool), np.zeros(len(probe_position), bool)
    return Samples(
        position,
        normal,
        is_thin=np.concatenate([none, mesh.is_thin[vertices], rest]),
        is_outside=np.concatenate([none, mesh.position[vertices][:, 1] < OUTSIDE_Y_M, rest]),
        pixels=pixels,
        vertices=vertices,
    )


def _probe_points(grid: _Grid) -> tuple[FloatArray, FloatArray]:
    """Returns every probe's six faces, each at several places near the grid point."""
    lines = [np.linspace(grid.low_m[i], grid.high_m[i], grid.counts[i]) for i in range(3)]
    z, y, x = np.meshgrid(lines[2], lines[1], lines[0], indexing="ij")
    middle = np.stack([x, y, z], -1)
    axes = np.concatenate([np.eye(3), -np.eye(3)])[[0, 3, 1, 4, 2, 5]]
    spread = np.random.default_rng(8).uniform(-1, 1, (PROBE_JITTERS, 3)) * PROBE_SPREAD_M
    position = middle[None, ..., None, :] + spread
    normal = axes[:, None, None, None, None, :]
    shape = (6, *position.shape[1:])
    return (
        np.broadcast_to(position, shape).reshape(-1, 3),
        np.broadcast_to(normal, shape).reshape(-1, 3),
    )


class _Smoother:
    """Takes noise out of the charts; what is not in a chart passes unchanged."""

    def __init__(self, charts: list[Patch]) -> None:
        self._places: list[tuple[slice, tuple[int, int]]] = []
        first = 0
        for patch in charts:
            if patch.chart is None:
                continue
            shape = (patch.chart.height, patch.chart.width)
            self._places.append((slice(first, first + shape[0] * shape[1]), shape))
            first += shape[0] * shape[1]
        self._count = first

    def blurred(self, light: FloatArray, sigma: float) -> FloatArray:
        """Returns light (n, 3) blurred within each chart by sigma texels."""
        result = light.copy()
        for place, shape in self._places:
            image = light[place].reshape(*shape, 3)
            result[place] = gaussian_filter(image, (sigma, sigma, 0), mode="nearest").reshape(-1, 3)
        return result

    def refilled(self, light: FloatArray, is_buried: BoolArray) -> FloatArray:
        """Returns light with texels that lie inside other solids filled from their neighbors."""
        result = light.copy()
        for place, shape in self._places:
            weight = (~is_buried[place]).reshape(shape).astype(float)
            if weight.all():
                continue
            image = light[place].reshape(*shape, 3)
            filled = image.copy()
            for sigma in (12.0, 5.0, 2.0):
                near = gaussian_filter(weight, sigma, mode="nearest")[..., None]
                mean = gaussian_filter(
                    image * weight[..., None], (sigma, sigma, 0), mode="nearest"
                ) / np.maximum(near, 1e-6)
                filled = np.where((weight[..., None] < 0.5) & (near > 0.02), mean, filled)
            result[place] = filled.reshape(-1, 3)
        return result

    def quieted(self, light: FloatArray) -> FloatArray:
        """Returns light with its color blurred wider than its brightness, as noise shows there."""
        wide, fine = self.blurred(light, 12.0), self.blurred(light, 3.0)
        ratio = (fine @ LUMINANCE) / np.maximum(wide @ LUMINANCE, 1e-6)
        fine[: self._count] = (wide * ratio[:, None])[: self._count]
        return fine


def _stored(
    mesh: Mesh,
    samples: Samples,
    traced: tuple[FloatArray, BoolArray],
    grid: _Grid,
    lightmap_height: int,
) -> BakedLight:
    light, is_buried = traced
    texels, vertex_count = len(samples.pixels), len(samples.vertices)
    at_vertices = np.zeros((len(mesh.position), 3))
    at_vertices[samples.vertices] = light[texels : texels + vertex_count]
    _dig_out(mesh, at_vertices, samples.vertices, is_buried[texels : texels + vertex_count])
    reference = light[:texels] if texels else light[:vertex_count]
    scale = float(np.percentile(reference.max(1), 99.8))
    median = np.median(reference, 0)
    white = ((median @ LUMINANCE) / median) ** 0.85
    return BakedLight(
        lightmap=_lightmap(light[:texels], samples.pixels, lightmap_height, scale),
        vertices=_bytes(at_vertices, scale),
        probes=_bytes(
            _probe_light(light[texels + vertex_count :], is_buried[texels + vertex_count :], grid),
            scale,
        ),
        probe_low_m=_triple(grid.low_m),
        probe_high_m=_triple(grid.high_m),
        scale=scale,
        exposure=float(0.52 / np.median(reference @ LUMINANCE)),
        white=_triple(white),
    )


def _dig_out(
    mesh: Mesh, light: FloatArray, vertices: NDArray[np.int64], is_buried: BoolArray
) -> None:
    """Gives vertices inside other solids the light of the nearest free one of their patch."""
    buried, free = vertices[is_buried], vertices[~is_buried]
    for patch in np.unique(mesh.patch[buried]):
        bad, good = buried[mesh.patch[buried] == patch], free[mesh.patch[free] == patch]
        if len(good):
            nearest = cKDTree(mesh.position[good]).query(mesh.position[bad])[1]
            light[bad] = light[good[nearest]]


def _lightmap(
    light: FloatArray, pixels: NDArray[np.int64], height: int, scale: float
) -> NDArray[np.uint8]:
    if not len(light):
        return np.zeros((64, WIDTH, 3), np.uint8)
    image: FloatArray = np.zeros((height * WIDTH, 3))
    is_used = np.zeros(height * WIDTH, bool)
    image[pixels], is_used[pixels] = light, True
    image = image.reshape(height, WIDTH, 3)
    # JPEG would bleed black into thin charts, so the space between takes the nearest texel.
    near = distance_transform_edt(
        ~is_used.reshape(height, WIDTH), return_distances=False, return_indices=True
    )
    image = image[near[0], near[1]]
    image[:BLACK_ROWS] = 0
    dither = (np.random.default_rng(3).random(image.shape) - 0.5) * (image > 0)
    return _bytes(image, scale, dither)


def _probe_light(light: FloatArray, is_buried: BoolArray, grid: _Grid) -> FloatArray:
    nx, ny, nz = grid.counts
    shape = (6, nz, ny, nx, PROBE_JITTERS)
    weight = (~is_buried).reshape(shape).astype(float)
    total = (light.reshape(*shape, 3) * weight[..., None]).sum(4)
    share = weight.sum(4)
    mean = total / np.maximum(share, 1e-9)[..., None]
    for face in range(6):
        is_empty = share[face] < PROBE_JITTERS * 0.25
        if is_empty.any() and not is_empty.all():
            near = distance_transform_edt(is_empty, return_distances=False, return_indices=True)
            mean[face] = mean[face][near[0], near[1], near[2]]
    filled: FloatArray = mean
    return filled


def _bytes(light: FloatArray, scale: float, dither: FloatArray | float = 0.0) -> NDArray[np.uint8]:
    root = np.cbrt(np.clip(light / scale, 0, 1)) * 255 + dither
    return np.clip(np.rint(root), 0, 255).astype(np.uint8)


def _triple(vector: FloatArray) -> Triple:
    return (float(vector[0]), float(vector[1]), float(vector[2]))
