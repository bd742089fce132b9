"""Light by ray tracing: sun, sky and lamps, then bounces through a cache, on the processor.

Mitsuba is used as a ray engine only. Sky and lamps are sampled by area, so they are never missed
by chance and the result is smooth with few rays. Irradiance is stored divided by pi.
"""

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from tools.bake.rooms.charts import WIDTH
from tools.bake.rooms.lighting import SUN_DIRECTION, SUN_RADIANCE, Rectangle
from tools.bake.rooms.mesh import Mesh
from tools.bake.rooms.patches import BoolArray
from world.geometry import FloatArray

# What the ray engine, which ships no types, hands out: its modules and its arrays.
Engine: TypeAlias = Any
Traced: TypeAlias = Any

SKY = (0.80, 0.92, 1.08)
HORIZON = (1.0, 1.0, 1.0)
GROUND = (0.25, 0.25, 0.21)
TREES = (0.20, 0.21, 0.18)
SKY_GAIN = 1.15
SUN_RADIUS_RAD = 0.020
ORIGIN_OFFSET_M = 0.0015


def load_engine() -> tuple[Engine, Engine]:
    """Returns (drjit, mitsuba), ready to trace.

    Raises:
      RuntimeError: if no LLVM that the engine can use is installed.
    """
    if "DRJIT_LIBLLVM_PATH" not in os.environ:
        found = sorted(Path("/usr/lib").glob("*/libLLVM*19*.so*"))
        if not found:
            raise RuntimeError("baking needs libLLVM 19; set DRJIT_LIBLLVM_PATH to its library")
        os.environ["DRJIT_LIBLLVM_PATH"] = str(found[0])
    # The engine reads the environment while it is imported.
    import drjit  # noqa: PLC0415
    import mitsuba  # noqa: PLC0415

    mitsuba.set_variant("llvm_ad_rgb")
    return drjit, mitsuba


@dataclass(frozen=True, slots=True)
class Samples:
    """Points whose light is wanted: first the lightmap's texels, then vertices, then probes.

    Attributes:
      position: (n, 3).
      normal: (n, 3).
      is_thin: (n,) lit from both sides.
      is_outside: (n,) out of doors: sees the sky itself and no lamps.
      pixels: (t,) the lightmap pixel of each of the first t samples.
      vertices: (v,) the vertex of each of the next v samples.
    """

    position: FloatArray
    normal: FloatArray
    is_thin: BoolArray
    is_outside: BoolArray
    pixels: NDArray[np.int64]
    vertices: NDArray[np.int64]


class Tracer:
    """Traces one mesh for one set of samples."""

    def __init__(self, mesh: Mesh, samples: Samples, lightmap_height: int, quality: float) -> None:
        self._dr, self._mi = load_engine()
        self._mesh, self._samples, self._quality = mesh, samples, quality
        self._texels = WIDTH * lightmap_height
        solid = mesh.triangles[~mesh.triangles_of(["glass", "leaves"])]
        self._faces = self._mi.UInt32(solid.astype(np.uint32).ravel())
        shape = self._mi.Mesh("room", len(mesh.position), len(solid))
        parameters = self._mi.traverse(shape)
        parameters["vertex_positions"] = self._mi.Float(mesh.position.astype(np.float32).ravel())
        parameters["faces"] = self._faces
        parameters.update()
        self._scene = self._mi.load_dict({"type": "scene", "room": shape})
        self._normal = self._vector(samples.normal)
        self._origin = self._vector(samples.position + samples.normal * ORIGIN_OFFSET_M)
        self._is_thin = self._mi.Bool(samples.is_thin)
        self._is_outside = self._mi.Bool(samples.is_outside)
        rng = np.random.default_rng(1)
        self._jitter = [
            self._mi.Float(rng.random(len(samples.position), dtype=np.float32)) for _ in range(2)
        ]
        self._lookup = _Lookup(self._mi, mesh, lightmap_height)

    def sun(self) -> FloatArray:
        """Returns the light of the sun's disc: (n, 3)."""
        dr, mi = self._dr, self._mi
        middle = mi.Vector3f(*map(float, SUN_DIRECTION))
        side, up = self._frame(middle)
        count = max(4, int(20 * self._quality))
        total = self._zeros()
        for u, v in self._strata(count, 0.0):
            radius, angle = SUN_RADIUS_RAD * dr.sqrt(u), 2 * np.pi * v
            toward = dr.normalize(
                middle + side * (radius * dr.cos(angle)) + up * (radius * dr.sin(angle))
            )
            cosine = dr.dot(self._normal, toward)
            cosine = dr.select(self._is_thin, 0.35 + 0.65 * dr.abs(cosine), cosine)
            is_lit = (cosine > 0) & self._is_clear(toward, 1e4)
            total += dr.select(is_lit, cosine / count, 0.0) * mi.Vector3f(*SUN_RADIANCE)
            dr.eval(total)
        return self._array(total)

    def rectangles(self, rectangles: list[Rectangle]) -> FloatArray:
        """Returns the light of lamps and of sky seen through openings: (n, 3)."""
        total = self._zeros()
        for number, rectangle in enumerate(rectangles):
            rays = 32 if rectangle.radiance is None else 16
            count = max(4, int(rays * self._quality))
            total = self._rectangle(total, rectangle, count, 0.29 * number)
        return self._array(total)

    def bounce(self, known: FloatArray, rays: int, seed: int) -> tuple[FloatArray, FloatArray]:
        """Returns the light that arrives by reflection, and the share of rays that met a back.

        Args:
          known: (n, 3) light at the samples, looked up where rays end.
          rays: rays a sample, at quality 1.
          seed: of the rays' order.
        """
        dr, mi = self._dr, self._mi
        count = max(8, int(rays * self._quality))
        samples, lookup = self._samples, self._lookup
        lookup.fill(known, samples, self._texels, self._vector)
        side, up = self._frame(self._normal)
        rng = np.random.default_rng(seed)
        self._jitter = [
            mi.Float(rng.random(len(samples.position), dtype=np.float32)) for _ in range(2)
        ]
        total, backs = self._zeros(), dr.zeros(mi.Float, len(samples.position))
        for u, v in self._strata(count, 0.0):
            radius, angle = dr.sqrt(u), 2 * np.pi * v
            toward = (
                side * (radius * dr.cos(angle))
                + up * (radius * dr.sin(angle))
                + self._normal * dr.sqrt(1 - u)
            )
            found = self._scene.ray_intersect_preliminary(
                mi.Ray3f(self._origin, toward), coherent=False
            )
            light, is_back = lookup.reflected(dr, found, self._faces, toward)
            is_sky = ~found.is_valid() & self._is_outside
            total += (light + dr.select(is_sky, self._sky(toward), 0.0)) / count
            backs += dr.select(is_back, 1.0 / count, 0.0)
            dr.eval(total, backs)
        return self._array(total), np.array(backs, dtype=float)

    def _rectangle(self, total: Traced, lamp: Rectangle, count: int, shift: float) -> Traced:
        dr, mi = self._dr, self._mi
        corner, first, second, facing = (
            mi.Vector3f(*map(float, v)) for v in (lamp.corner, *lamp.sides, lamp.normal)
        )
        area = float(np.linalg.norm(np.cross(np.array(lamp.sides[0]), np.array(lamp.sides[1]))))
        for u, v in self._strata(count, shift):
            away = corner + first * u + second * v - self._origin
            squared = dr.squared_norm(away)
            distance = dr.sqrt(squared)
            toward = away / distance
            cosine = dr.dot(self._normal, toward)
            cosine = dr.select(self._is_thin, 0.3 + 0.7 * dr.abs(cosine), cosine)
            at_lamp = dr.maximum(-dr.dot(facing, toward), 0)
            share = dr.maximum(cosine, 0) * at_lamp * area / (np.pi * dr.maximum(squared, 1e-4))
            share = dr.minimum(share, 1.6)
            is_lit = (share > 1e-5) & ~self._is_outside
            is_lit &= self._is_clear(toward, dr.select(is_lit, distance * 0.998, 0.0))
            radiance = (
                self._sky(toward)
                if lamp.radiance is None
                else mi.Vector3f(*map(float, lamp.radiance))
            )
            total += dr.select(is_lit, share / count, 0.0) * radiance
            dr.eval(total)
        return total

    def _strata(self, count: int, shift: float) -> Iterator[tuple[Traced, Traced]]:
        """Yields well spread pairs in the unit square, turned differently at each sample."""
        dr, (first, second) = self._dr, self._jitter
        for k in range(count):
            u, v = (k + 0.5) / count + first + shift, _van_der_corput(k) + second
            yield u - dr.floor(u), v - dr.floor(v)

    def _is_clear(self, toward: Traced, distance: Traced) -> Traced:
        ray = self._mi.Ray3f(self._origin, toward, distance, 0.0, [])
        return ~self._scene.ray_test(ray, coherent=False)

    def _sky(self, toward: Traced) -> Traced:
        dr, mi = self._dr, self._mi
        share = dr.sqrt(dr.maximum(toward.z, 0))
        color = mi.Vector3f(
            *[h * (1 - share) + s * share for h, s in zip(HORIZON, SKY, strict=True)]
        )
        color = dr.select(toward.z < 0.10, mi.Vector3f(*TREES), color)
        return dr.select(toward.z < 0, mi.Vector3f(*GROUND), color) * SKY_GAIN

    def _frame(self, normal: Traced) -> tuple[Traced, Traced]:
        """Two directions at right angles to a normal (Duff et al., JCGT 6(1), 2017)."""
        dr, mi = self._dr, self._mi
        sign = dr.select(normal.z >= 0, mi.Float(1), mi.Float(-1))
        a = -1 / (sign + normal.z)
        b = normal.x * normal.y * a
        return (
            mi.Vector3f(1 + sign * normal.x * normal.x * a, sign * b, -sign * normal.x),
            mi.Vector3f(b, sign + normal.y * normal.y * a, -normal.y),
        )

    def _vector(self, values: FloatArray) -> Traced:
        return self._mi.Vector3f(
            *[self._mi.Float(np.ascontiguousarray(values[:, i], np.float32)) for i in range(3)]
        )

    def _zeros(self) -> Traced:
        return self._mi.Vector3f(self._dr.zeros(self._mi.Float, len(self._samples.position)))

    @staticmethod
    def _array(vector: Traced) -> FloatArray:
        return np.stack([np.array(c, dtype=float) for c in (vector.x, vector.y, vector.z)], -1)


class _Lookup:
    """The known light of a mesh: read at the point where a ray meets a triangle."""

    def __init__(self, mi: Engine, mesh: Mesh, lightmap_height: int) -> None:
        self._mi, self._mesh = mi, mesh
        self._is_texel_lit = mi.Bool(mesh.is_texel_lit)
        self._is_thin = mi.Bool(mesh.is_thin)

        def floats(values: FloatArray) -> Traced:
            return mi.Float(np.ascontiguousarray(values, np.float32))

        def vector(values: FloatArray) -> Traced:
            return mi.Vector3f(*[floats(values[:, i]) for i in range(3)])

        self._albedo, self._normal = vector(mesh.albedo), vector(mesh.normal)
        self._x = floats(mesh.light[:, 0] * WIDTH)
        self._y = floats(mesh.light[:, 1] * lightmap_height)
        self._image: Traced = None
        self._at_vertices: Traced = None

    def fill(self, known: FloatArray, samples: Samples, texels: int, vector: Traced) -> None:
        count = len(samples.pixels)
        image, vertices = np.zeros((texels, 3)), np.zeros((len(self._mesh.position), 3))
        image[samples.pixels] = known[:count]
        vertices[samples.vertices] = known[count : count + len(samples.vertices)]
        self._image, self._at_vertices = vector(image), vector(vertices)

    def reflected(
        self, dr: Engine, found: Traced, faces: Traced, toward: Traced
    ) -> tuple[Traced, Traced]:
        mi, is_hit = self._mi, found.is_valid()
        base = found.prim_index * 3
        corners = [dr.gather(mi.UInt32, faces, base + j, is_hit) for j in range(3)]
        b1, b2 = found.prim_uv.x, found.prim_uv.y

        def blended(values: Traced, kind: Traced) -> Traced:
            parts = [dr.gather(kind, values, corner, is_hit) for corner in corners]
            return parts[0] * (1 - b1 - b2) + parts[1] * b1 + parts[2] * b2

        is_texel = dr.gather(mi.Bool, self._is_texel_lit, corners[0], is_hit)
        x, y = mi.UInt32(blended(self._x, mi.Float)), mi.UInt32(blended(self._y, mi.Float))
        texel = dr.gather(mi.Vector3f, self._image, y * WIDTH + x, is_hit & is_texel)
        light = dr.select(is_texel, texel, blended(self._at_vertices, mi.Vector3f))
        facing = dr.dot(blended(self._normal, mi.Vector3f), toward)
        is_thin = dr.gather(mi.Bool, self._is_thin, corners[0], is_hit)
        is_back = is_hit & (facing > 0.05) & ~is_thin
        albedo = dr.gather(mi.Vector3f, self._albedo, corners[0], is_hit)
        return dr.select(is_hit & ~is_back, light * albedo, 0.0), is_back


def _van_der_corput(number: int) -> float:
    result, place = 0.0, 0.5
    while number:
        result += place * (number & 1)
        number >>= 1
        place /= 2
    return result
