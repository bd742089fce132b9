"""Shapes made of triangles: tubes, turned parts, rounded boxes, with normals and a material.

Everything is plain arrays in metres; `client.training.solids` puts them on the graphics card.
"""

from dataclasses import dataclass, replace
from math import pi

import numpy as np
from numpy.typing import NDArray

from client.training.materials import Material
from world.geometry import FloatArray, rotate

IndexArray = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Shape:
    """Triangles of one or more materials.

    Attributes:
      points_m: (n, 3).
      normals: (n, 3) unit vectors outward.
      looks: (n, 8) bytes: red, green, blue as displayed, light that reaches it; kind, roughness,
        0, 0.
      triangles: (k, 3) rows of the points.
    """

    points_m: FloatArray
    normals: FloatArray
    looks: NDArray[np.uint8]
    triangles: IndexArray


def shape(
    points_m: FloatArray, triangles: IndexArray, material: Material, crease_rad: float = 0.7
) -> Shape:
    """Returns triangles with normals that are smooth but over edges sharper than the crease."""
    corners = triangles.reshape(-1)
    faces = face_normals(points_m, triangles)
    normals = _creased(faces, corners, len(points_m), float(np.cos(crease_rad)))
    count = len(corners)
    looks = np.tile(look(material), (count, 1))
    return Shape(points_m[corners], normals, looks, np.arange(count).reshape(-1, 3))


def look(material: Material) -> NDArray[np.uint8]:
    """Returns the eight bytes of a material's vertex; see `Shape`."""
    shares = (*material.color, 1.0, 0.0, material.roughness, 0.0, 0.0)
    found = np.round(np.array(shares) * 255).astype(np.uint8)
    found[4] = material.kind
    return found


def face_normals(points_m: FloatArray, triangles: IndexArray) -> FloatArray:
    """Returns (k, 3) the normals of triangles, as long as twice their areas."""
    a, b, c = (points_m[triangles[:, corner]] for corner in range(3))
    return np.cross(b - a, c - a)


def merged(*shapes: Shape) -> Shape:
    """Returns all shapes as one."""
    offsets = np.cumsum([0] + [len(one.points_m) for one in shapes[:-1]])
    return Shape(
        np.concatenate([one.points_m for one in shapes]),
        np.concatenate([one.normals for one in shapes]),
        np.concatenate([one.looks for one in shapes]),
        np.concatenate([one.triangles + at for one, at in zip(shapes, offsets, strict=True)]),
    )


def moved(one: Shape, offset_m: FloatArray, rotation: FloatArray | None = None) -> Shape:
    """Returns a shape that was turned, (4,), and then moved, (3,)."""
    if rotation is None:
        return replace(one, points_m=one.points_m + offset_m)
    turned = np.broadcast_to(rotation, (len(one.points_m), 4))
    return replace(
        one,
        points_m=rotate(turned, one.points_m) + offset_m,
        normals=rotate(turned, one.normals),
    )


def tube(  # noqa: PLR0913 -- a line, its thickness and how its ends look
    line_m: FloatArray,
    radius_m: FloatArray | float,
    material: Material,
    *,
    sides: int = 14,
    is_closed: bool = False,
    is_round_ended: bool = True,
) -> Shape:
    """Returns a round tube along a line: (n, 3) points and one radius, or one for each point."""
    line_m = np.asarray(line_m, float)
    radii_m = np.broadcast_to(np.asarray(radius_m, float), (len(line_m),))
    if is_round_ended and not is_closed:
        line_m, radii_m = _with_domes(line_m, radii_m)
    across, up = frames(line_m, is_closed=is_closed)
    angle = np.arange(sides) * (2 * pi / sides)
    ring = np.cos(angle)[:, None] * across[:, None] + np.sin(angle)[:, None] * up[:, None]
    points_m = line_m[:, None] + radii_m[:, None, None] * ring
    return shape(
        points_m.reshape(-1, 3),
        strip(len(line_m), sides, is_closed=is_closed, is_capped=not is_closed),
        material,
    )


def turned(profile_m: FloatArray, material: Material, sides: int = 24) -> Shape:
    """Returns what a lathe makes about +Z of a profile: (n, 2) radius and height, going up."""
    angle = np.arange(sides) * (2 * pi / sides)
    radius_m, height_m = np.asarray(profile_m, float).T
    points_m = np.stack(
        [
            radius_m[:, None] * np.cos(angle),
            radius_m[:, None] * np.sin(angle),
            np.broadcast_to(height_m[:, None], (len(height_m), sides)),
        ],
        axis=-1,
    )
    is_capped = bool(radius_m[0] > 0 or radius_m[-1] > 0)
    return shape(
        points_m.reshape(-1, 3), strip(len(height_m), sides, is_capped=is_capped), material
    )


def box(
    low_m: FloatArray, high_m: FloatArray, material: Material, edge_m: float, steps: int = 3
) -> Shape:
    """Returns a box with rounded edges of that radius."""
    low_m, high_m = np.asarray(low_m, float), np.asarray(high_m, float)
    middle_m, half_m = (low_m + high_m) / 2, (high_m - low_m) / 2
    edge_m = min(edge_m, float(half_m.min()) * 0.999)
    inner_m = half_m - edge_m
    bevel = np.tan(np.linspace(0.0, pi / 4, steps + 1)) if edge_m > 0 else np.zeros(1)
    parts = []
    for axis in range(3):
        for side in (-1.0, 1.0):
            u, v = (axis + 1) % 3, (axis + 2) % 3
            grid = [
                np.concatenate([-inner_m[k] - edge_m * bevel[::-1], inner_m[k] + edge_m * bevel])
                for k in (u, v)
            ]
            at_m = np.zeros((len(grid[0]), len(grid[1]), 3))
            at_m[..., u], at_m[..., v] = np.meshgrid(*grid, indexing="ij")
            at_m[..., axis] = side * half_m[axis]
            core_m = np.clip(at_m, -inner_m, inner_m)
            out = at_m - core_m
            normals = out / np.maximum(np.linalg.norm(out, axis=-1, keepdims=True), 1e-12)
            points_m = middle_m + core_m + edge_m * normals
            triangles = _grid(len(grid[0]), len(grid[1]), is_flipped=side < 0)
            count = normals.reshape(-1, 3).shape[0]
            parts.append(
                Shape(
                    points_m.reshape(-1, 3),
                    normals.reshape(-1, 3),
                    np.tile(look(material), (count, 1)),
                    triangles,
                )
            )
    return merged(*parts)


def plane(width_m: float, depth_m: float, height_m: float, material: Material) -> Shape:
    """Returns a level rectangle about the Z axis, seen from above."""
    x, y = width_m / 2, depth_m / 2
    points_m = np.array(
        [(-x, -y, height_m), (x, -y, height_m), (x, y, height_m), (-x, y, height_m)]
    )
    return shape(points_m, np.array([(0, 1, 2), (0, 2, 3)]), material)


def swept(sections_m: FloatArray, material: Material, crease_rad: float = 0.6) -> Shape:
    """Returns a skin over closed sections: (n, s, 3), counter-clockwise seen from the last one."""
    count, sides = sections_m.shape[:2]
    return shape(sections_m.reshape(-1, 3), strip(count, sides), material, crease_rad)


def strip(count: int, sides: int, *, is_closed: bool = False, is_capped: bool = True) -> IndexArray:
    """Returns the triangles of a skin over `count` rings of `sides` points."""
    rings = np.arange(count if is_closed else count - 1)
    around = np.arange(sides)
    a = rings[:, None] * sides + around
    b = rings[:, None] * sides + (around + 1) % sides
    after = ((rings + 1) % count)[:, None] * sides
    c, d = after + (around + 1) % sides, after + around
    skin = np.stack([a, b, c, a, c, d], axis=-1).reshape(-1, 3)
    if not is_capped or is_closed:
        return skin
    fan = np.stack([np.zeros(sides - 2, int), around[1:-1], around[2:]], axis=1)
    return np.concatenate([skin, fan[:, ::-1], fan + (count - 1) * sides])


def frames(line_m: FloatArray, *, is_closed: bool = False) -> tuple[FloatArray, FloatArray]:
    """Returns two unit vectors across a line at each of its points, (n, 3) each, without twist.

    With the line's direction as the third they are right-handed: across x up = along.
    """
    before = np.roll(line_m, 1, axis=0) if is_closed else np.concatenate([line_m[:1], line_m[:-1]])
    after = np.roll(line_m, -1, axis=0) if is_closed else np.concatenate([line_m[1:], line_m[-1:]])
    along = _unit(after - before)
    across = np.empty_like(along)
    least = np.eye(3)[np.abs(along[0]).argmin()]
    across[0] = _unit(np.cross(least, along[0]))
    for i in range(1, len(along)):
        level = across[i - 1] - (across[i - 1] * along[i]).sum() * along[i]
        across[i] = level / max(float(np.sqrt((level * level).sum())), 1e-12)
    return across, np.cross(along, across)


def _unit(vectors: FloatArray) -> FloatArray:
    unit: FloatArray = vectors / np.maximum(np.linalg.norm(vectors, axis=-1, keepdims=True), 1e-12)
    return unit


def _with_domes(line_m: FloatArray, radii_m: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Returns the line with a half ball at each end."""
    angle = np.linspace(0.0, pi / 2, 5)
    ends = []
    for end, inward in ((0, 1), (-1, -2)):
        out = _unit(line_m[end] - line_m[inward])
        ends.append(
            (
                line_m[end] + radii_m[end] * np.sin(angle)[1:, None] * out,
                np.maximum(radii_m[end] * np.cos(angle)[1:], 1e-6),
            )
        )
    (first_m, first_r), (last_m, last_r) = ends
    return (
        np.concatenate([first_m[::-1], line_m, last_m]),
        np.concatenate([first_r[::-1], radii_m, last_r]),
    )


def _grid(rows: int, columns: int, *, is_flipped: bool) -> IndexArray:
    index = np.arange(rows * columns).reshape(rows, columns)
    a, b, c, d = index[:-1, :-1], index[1:, :-1], index[1:, 1:], index[:-1, 1:]
    triangles = np.stack([a, b, c, a, c, d], axis=-1).reshape(-1, 3)
    return triangles[:, ::-1] if is_flipped else triangles


def _creased(faces: FloatArray, corners: IndexArray, count: int, least_cosine: float) -> FloatArray:
    """Returns for each corner of each face the mean normal of the faces smooth to its own."""
    unit = _unit(faces)
    of_face = np.repeat(np.arange(len(faces)), 3)
    order = np.argsort(corners, kind="stable")
    starts = np.concatenate([[0], np.cumsum(np.bincount(corners, minlength=count))])
    total = np.zeros((len(corners), 3))
    for step in range(int(np.diff(starts).max(initial=0))):
        at = starts[corners] + step
        is_there = at < starts[corners + 1]
        other = of_face[order[np.minimum(at, len(order) - 1)]]
        is_smooth = is_there & ((unit[of_face] * unit[other]).sum(axis=1) >= least_cosine)
        total += np.where(is_smooth[:, None], faces[other], 0.0)
    return _unit(total)


def rounded_loop(corners_m: FloatArray, fillet_m: float, steps: int = 4) -> FloatArray:
    """Returns a closed line, (n, 3), through a polygon whose corners are cut by arcs."""
    count = len(corners_m)
    points = []
    for k in range(count):
        before, at, after = corners_m[k - 1], corners_m[k], corners_m[(k + 1) % count]
        start_m, end_m = at + fillet_m * _unit(before - at), at + fillet_m * _unit(after - at)
        share = np.linspace(0.0, 1.0, steps)[:, None]
        points.append((1 - share) ** 2 * start_m + 2 * share * (1 - share) * at + share**2 * end_m)
    return np.concatenate(points)
