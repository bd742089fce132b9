"""Shapes of which furniture and walls are made; each adds grid patches to a model."""

import math
from collections.abc import Sequence
from typing import TypedDict, Unpack

import numpy as np

from tools.bake.rooms.patches import BoolArray, Finish, Model, Patch, Triple, unit
from world.geometry import FloatArray

Cell = tuple[float, float, float, float]
Hole = tuple[float, float, float, float]


class PlaneForm(TypedDict, total=False):
    """Options of a plane: holes (from, from, to, to in metres), grid step, cell of the sheet."""

    holes: Sequence[Hole]
    step_m: float
    cell: Cell
    is_turned: bool


class BoxForm(TypedDict, total=False):
    """Options of a box: rounding, grid step, faces left out (of `lrfktd`), upholstery crown."""

    radius_m: float
    segments: int
    step_m: float
    skip: str
    grain: int
    crown_m: float
    crown_faces: str


def plane(
    model: Model,
    corner: Triple,
    sides: tuple[Triple, Triple],
    finish: Finish,
    **form: Unpack[PlaneForm],
) -> None:
    """Adds a rectangle that spans two sides from a corner; it faces along their cross product."""
    origin, along, across = np.array(corner, float), np.array(sides[0]), np.array(sides[1])
    length, width = float(np.linalg.norm(along)), float(np.linalg.norm(across))
    holes, step = form.get("holes", ()), form.get("step_m", 0.0)
    s = np.array(sorted({*_steps(0, length, step), *(h[i] for h in holes for i in (0, 2))}))
    t = np.array(sorted({*_steps(0, width, step), *(h[i] for h in holes for i in (1, 3))}))
    position = origin + s[:, None, None] / length * along + t[None, :, None] / width * across
    normal = np.broadcast_to(unit(np.cross(along, across)), position.shape)
    texture = np.stack(np.meshgrid(s, t, indexing="ij"), -1)
    if form.get("is_turned"):
        texture = texture[..., ::-1]
    if cell := form.get("cell"):
        share = texture / (length, width)
        texture = np.array(cell[:2]) + share * np.subtract(cell[2:], cell[:2])
    mask = _without_holes(s, t, holes) if holes else None
    model.add(Patch(position, normal, texture, s, t, finish, model.group, mask))


def box(
    model: Model, center: Triple, size: Triple, finish: Finish, **form: Unpack[BoxForm]
) -> None:
    """Adds a rounded box; left/right face -x/+x, front/back -y/+y, top/down +z/-z."""
    half = np.array(size, float) / 2
    radius = min(form.get("radius_m", 0.006), float(half.min()) * 0.999)
    offset = model.rng.uniform(0, 7, 2)
    grain = form.get("grain", int(np.argmax(half)))
    lines = [_beveled_line(float(h), radius, form) for h in half]
    for axis in range(3):
        for side in (-1, 1):
            name = ("lr", "fk", "dt")[axis][side > 0]
            if name in form.get("skip", ""):
                continue
            u, v = (axis + 1) % 3, (axis + 2) % 3
            if grain == v:
                u, v = v, u
            surface = np.zeros((len(lines[u]), len(lines[v]), 3))
            surface[..., axis] = side * half[axis]
            surface[..., u], surface[..., v] = lines[u][:, None], lines[v][None, :]
            position, normal = _rounded(surface, half, radius, (axis, side))
            if form.get("crown_m") and name in form.get("crown_faces", "t"):
                _crown(position, normal, surface, (axis, side, half, form["crown_m"]))
            texture = np.stack(
                np.meshgrid(lines[u] + offset[0] + half[u], lines[v] + offset[1], indexing="ij"),
                -1,
            )
            along, across = lines[u] - lines[u][0], lines[v] - lines[v][0]
            model.add(
                Patch(
                    position + np.array(center),
                    unit(normal),
                    texture,
                    along,
                    across,
                    finish,
                    model.group,
                )
            )


def grid(
    model: Model,
    position: FloatArray,
    finish: Finish,
    *,
    normal: FloatArray | None = None,
    texture: FloatArray | None = None,
) -> None:
    """Adds a free grid of points (a, b, 3); without normals the grid's own are taken."""
    if normal is None:
        slopes = np.gradient(position, axis=0), np.gradient(position, axis=1)
        normal = unit(np.cross(*slopes))
    along = _arc(np.diff(position, axis=0), 1)
    across = _arc(np.diff(position, axis=1), 0)
    if texture is None:
        texture = np.stack(np.meshgrid(along, across, indexing="ij"), -1)
    model.add(Patch(position, normal, texture, along, across, finish, model.group))


def revolve(
    model: Model,
    profile: Sequence[tuple[float, float]],
    count: int,
    finish: Finish,
    center: Triple = (0.0, 0.0, 0.0),
) -> None:
    """Adds a body of revolution from (radius, z) points; a point given twice makes a crease."""
    points = np.array(profile, float)
    creases = 1 + np.flatnonzero((np.abs(np.diff(points, axis=0)) < 1e-9).all(1))
    angle = np.linspace(0, 2 * math.pi, count + 1)
    around = np.stack([np.cos(angle), np.sin(angle)], -1)[:, None]
    for run in np.split(points, creases):
        if len(run) < 2:
            continue
        slope = np.gradient(run, axis=0)
        out = unit(np.stack([slope[:, 1], -slope[:, 0]], -1))
        shape = (count + 1, len(run), 1)
        position = np.concatenate([around * run[:, :1], np.broadcast_to(run[:, 1:], shape)], -1)
        normal = np.concatenate([around * out[:, :1], np.broadcast_to(out[:, 1:], shape)], -1)
        grid(model, position + np.array(center), finish, normal=normal)


def tube(
    model: Model,
    path: Sequence[Triple],
    radius: float | Sequence[float],
    finish: Finish,
    count: int = 8,
) -> None:
    """Adds a round bar along a path, of one radius or one at each point."""
    points = np.array(path, float)
    ahead = unit(np.gradient(points, axis=0))
    reference = np.array([0, 0, 1.0]) if abs(ahead[0, 2]) < 0.9 else np.array([1.0, 0, 0])
    frames = []
    for direction in ahead:
        side = unit(np.cross(direction, reference))
        reference = np.cross(side, direction)
        frames.append((side, reference))
    first, second = (np.array([frame[i] for frame in frames]) for i in (0, 1))
    angle = np.linspace(0, 2 * math.pi, count + 1)[:, None, None]
    out = np.cos(angle) * first + np.sin(angle) * second
    radii = np.broadcast_to(np.asarray(radius, float), (len(points),))
    grid(model, points[None] + out * radii[None, :, None], finish, normal=out)


def sweep(
    model: Model,
    profile: Sequence[tuple[float, float]],
    normals: Sequence[tuple[float, float]],
    path: FloatArray,
    finish: Finish,
) -> None:
    """Adds a profile (across, z) with its normals along a level path (n, 2); left is +across."""
    section, out = np.array(profile, float), unit(np.array(normals, float))
    ahead = unit(np.gradient(path, axis=0))
    left = np.stack([-ahead[:, 1], ahead[:, 0]], -1)
    position = np.zeros((len(path), len(section), 3))
    normal = np.zeros_like(position)
    position[..., :2] = path[:, None] + left[:, None] * section[None, :, :1]
    position[..., 2] = section[None, :, 1]
    normal[..., :2], normal[..., 2] = left[:, None] * out[None, :, :1], out[None, :, 1]
    grid(model, position, finish, normal=normal)


def _steps(start: float, end: float, step: float) -> FloatArray:
    count = max(1, math.ceil(abs(end - start) / step - 1e-6)) if step else 1
    return np.linspace(start, end, count + 1)


def _without_holes(s: FloatArray, t: FloatArray, holes: Sequence[Hole]) -> BoolArray:
    middle_s, middle_t = (s[1:] + s[:-1]) / 2, (t[1:] + t[:-1]) / 2
    mask = np.ones((len(middle_s), len(middle_t)), bool)
    for s0, t0, s1, t1 in holes:
        inside_s, inside_t = (middle_s > s0) & (middle_s < s1), (middle_t > t0) & (middle_t < t1)
        mask &= ~(inside_s[:, None] & inside_t[None, :])
    return mask


def _beveled_line(half: float, radius: float, form: BoxForm) -> FloatArray:
    bevel = radius * np.tan(np.linspace(0, math.pi / 4, form.get("segments", 2) + 1))[1:]
    edge = half - radius
    middle = _steps(-edge, edge, form.get("step_m", 0.3)) if edge > 1e-9 else np.zeros(1)
    return np.concatenate([-(edge + bevel)[::-1], middle, edge + bevel])


def _rounded(
    surface: FloatArray, half: FloatArray, radius: float, face: tuple[int, int]
) -> tuple[FloatArray, FloatArray]:
    if radius <= 0:
        return surface.copy(), np.eye(3)[face[0]] * face[1] + np.zeros_like(surface)
    inner = np.clip(surface, -(half - radius), half - radius)
    normal = unit(surface - inner)
    return inner + radius * normal, normal


def _crown(
    position: FloatArray,
    normal: FloatArray,
    surface: FloatArray,
    face: tuple[int, int, FloatArray, float],
) -> None:
    """Raises a face like upholstery, with no slope at its edge so that normals stay joined."""
    axis, side, half, height = face
    u, v = (axis + 1) % 3, (axis + 2) % 3
    share_u, share_v = surface[..., u] / half[u], surface[..., v] / half[v]
    fall_u, fall_v = 1 - share_u**2, 1 - share_v**2
    position[..., axis] += side * height * fall_u**2 * fall_v**2
    normal[..., u] += height * 4 * share_u / half[u] * fall_u * fall_v**2
    normal[..., v] += height * 4 * share_v / half[v] * fall_v * fall_u**2


def _arc(steps: FloatArray, other_axis: int) -> FloatArray:
    lengths: FloatArray = np.linalg.norm(steps, axis=-1).max(other_axis)
    arc: FloatArray = np.concatenate([[0.0], np.cumsum(lengths)])
    return arc + np.arange(len(arc)) * 1e-6
