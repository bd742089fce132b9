"""What a frame of soft tissue costs, and whether it keeps its stiffness with these settings."""

import argparse
import time
from collections.abc import Iterator
from typing import Any

import numpy as np

from sim.arrays import STEP_S, BoolArray, FloatArray
from sim.tissue.blocks import block, slit_pad
from sim.tissue.body import ROUNDS, TOLERANCE, Body
from sim.tissue.cutting import Stroke
from sim.tissue.material import Material
from sim.tissue.mesh import TetMesh
from sim.tissue.reference import ReferenceBody
from sim.tissue.sag import POISSON, YOUNG_PA, sag_ratio
from sim.tissue.scene import Scene
from sim.tissue.suturing import Suturing, needle_axes
from sim.tissue.walls import Walls
from tools.bench import thread_measure

DEFINITIONS = f"""
A clamped block is dragged by a patch of its top for a second and let go, once for each of four
stiffnesses (Young's modulus 1, 20, 100 and 300 kPa, Poisson ratio 0.45).
tets, step_ms_p50, step_ms_p95: elements, and thread CPU of one frame over all of these frames.
small_tets, small_step_ms_p50, small_step_ms_p95: the same for a smaller block.
rounds_p50: rounds of conjugate gradients in such a frame of the larger block.
numpy_step_ms: median thread CPU of the same frames of the larger block in the numpy reference, with
  the same bounds ({ROUNDS} rounds, tolerance {TOLERANCE}).
working_ms_p50, working_ms_p99: thread CPU of a frame with a needle driven through both walls of the
  practice pad of 2,520 elements at 20 mm/s while two instruments plough beside it.
cut_ms, cut_ms_max: thread CPU of what one frame of a blade at 30 mm/s through the larger block does
  to its topology (median and largest, of frames that cut).
thread_...: see `python -m tools.bench.thread_measure`.
sag_ratio: tip of a clamped beam of 1,600 elements over linear elasticity on the same mesh, with
  these bounds; the worst over four stiffnesses and Poisson ratios 0.3 and 0.45.
"""
LARGE, SMALL = (10, 10, 10), (8, 10, 5)
CELL_M = 0.01
FRAMES, HELD = 100, range(10, 70)
REFERENCE_FRAMES = range(8, 16)
FIRST_RAD, HAND_M_S, WORKING_FRAMES = 0.1, 0.02, 170
PLOUGH_M_S, PRESSED_M, BLADE_M_S = 0.05, 0.0135, 0.03


def add_arguments(kinds: Any) -> None:  # noqa: ANN401 -- argparse's own type is private
    """Adds the command line of this benchmark."""
    parser = kinds.add_parser(
        "tissue",
        help=__doc__,
        description=__doc__ + DEFINITIONS,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--json", action="store_true", help="nothing but the JSON object")
    parser.set_defaults(measure=measure)


async def measure(_given: argparse.Namespace) -> dict[str, float]:
    """Returns the figures of one run."""
    ratios = [sag_ratio(young_pa, poisson) for young_pa in YOUNG_PA for poisson in POISSON]
    worst: float = ratios[int(np.argmax(np.abs(np.array(ratios) - 1)))]
    return {
        **_steps(LARGE, ""),
        **_steps(SMALL, "small_"),
        "numpy_step_ms": _reference_ms(),
        **_working(),
        **_cut(),
        **thread_measure.measure(),
        "sag_ratio": round(worst, 5),
    }


def _steps(cells: tuple[int, int, int], prefix: str) -> dict[str, float]:
    spent_ms: list[float] = []
    rounds: list[int] = []
    tets = 0
    for young_pa in YOUNG_PA:
        mesh, base, patch = _dragged(cells, young_pa)
        tets = len(mesh.tets)
        body = Body(mesh, base)
        body.step()  # compiled or loaded by now
        for frame in range(FRAMES):
            body.is_fixed = base | (patch if frame in HELD else False)
            _drag(body.v_m_s, patch, frame)
            began_s = time.thread_time()
            rounds.append(body.step())
            spent_ms.append(1000 * (time.thread_time() - began_s))
    figures = {
        "tets": float(tets),
        "step_ms_p50": round(float(np.median(spent_ms)), 3),
        "step_ms_p95": round(float(np.percentile(spent_ms, 95)), 3),
        "rounds_p50": float(np.median(rounds)),
    }
    return {prefix + name: value for name, value in figures.items()}


def _reference_ms() -> float:
    spent_ms: list[float] = []
    for young_pa in YOUNG_PA:
        mesh, base, patch = _dragged(LARGE, young_pa)
        body = ReferenceBody(mesh, base)
        for frame in REFERENCE_FRAMES:
            body.is_fixed = base | (patch if frame in HELD else False)
            _drag(body.v_m_s, patch, frame)
            began_s = time.thread_time()
            body.step(ROUNDS, TOLERANCE)
            spent_ms.append(1000 * (time.thread_time() - began_s))
    return round(float(np.median(spent_ms)), 2)


def _working() -> dict[str, float]:
    spent_ms: list[float] = []
    for _ in range(2):  # the first compiles
        spent_ms = [*_work()]
    return {
        "working_ms_p50": round(float(np.median(spent_ms)), 3),
        "working_ms_p99": round(float(np.percentile(spent_ms, 99)), 3),
    }


def _work() -> Iterator[float]:
    pad = slit_pad()
    base = pad.mesh.vertices_m[:, 2] < 1e-9
    scene = Scene(pad.mesh, base, tools=3)
    holder = scene.add_tool(np.array((0.028, 0.018, 0.015)), np.array((0.0, 0.0, 1.0)))
    back = np.array((0.3, 0.2, 1.0))
    pair = [scene.add_tool(np.array((0.010, y_m, 0.02)), back) for y_m in (0.008, 0.028)]
    angle_rad = FIRST_RAD
    suturing = Suturing(scene, holder, needle_axes(angle_rad))
    scene.actors += [Walls(pad.walls), suturing]
    for frame in range(WORKING_FRAMES):
        angle_rad += HAND_M_S * STEP_S / suturing.needle.radius_m
        suturing.wanted = needle_axes(angle_rad)
        for tool, phase in zip(pair, (0.0, 1.5), strict=True):
            way = np.array((np.cos(frame / 12 + phase), 0.5 * np.sin(frame / 9), 0.0))
            sink = np.array((0.0, 0.0, -1.0 if tool.tip_m[2] > PRESSED_M else 0.0))
            tool.tip_m = tool.tip_m + PLOUGH_M_S * STEP_S * (way + sink)
        began_s = time.thread_time()
        scene.step()
        yield 1000 * (time.thread_time() - began_s)


def _cut() -> dict[str, float]:
    spent_ms: list[float] = []
    for _ in range(2):  # the first compiles
        spent_ms.clear()
        mesh, _, _ = _dragged(LARGE, YOUNG_PA[1])
        size_m = mesh.vertices_m.max(0)
        ends = np.array((((0.47, -0.1, 1.0), (0.47, 1.1, 1.0)),)) * size_m
        down_m = np.array((0.0, 0.0, BLADE_M_S * STEP_S))
        stroke = Stroke(mesh.vertices_m, ends)
        while ends[0, 0, 2] > 0:
            ends = ends - down_m
            began_s = time.thread_time()
            cut = stroke.sweep(mesh, mesh.vertices_m, ends)
            if cut is not None:
                spent_ms.append(1000 * (time.thread_time() - began_s))
                mesh = cut.mesh
    return {
        "cut_ms": round(float(np.median(spent_ms)), 3),
        "cut_ms_max": round(max(spent_ms), 3),
    }


def _dragged(cells: tuple[int, int, int], young_pa: float) -> tuple[TetMesh, BoolArray, BoolArray]:
    mesh = block(cells, (CELL_M, CELL_M, CELL_M), Material("block", young_pa, 0.45))
    at_m = mesh.vertices_m
    middle_m = at_m.max(0) / 2
    is_near = np.hypot(at_m[:, 0] - middle_m[0], at_m[:, 1] - middle_m[1]) < 1.5 * CELL_M
    return mesh, at_m[:, 2] == 0, is_near & (at_m[:, 2] > at_m[:, 2].max() - 1e-9)


def _drag(v_m_s: FloatArray, patch: BoolArray, frame: int) -> None:
    if frame in HELD:
        v_m_s[patch] = (0.06 * np.cos(0.05 * frame), 0.03, 0.06)
