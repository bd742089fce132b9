"""What the thread costs and how far it stretches: `python -m tools.bench.thread_measure`.

Two exercises, both with contact in every frame: two instruments tie a surgeon's knot and a third
throw into a thread of 100 nodes; and a loose square knot round a post is thrown about by both
ends at up to 0.5 m/s. Milliseconds are processor time of this thread a frame of 1/60 s. Strain is
told apart: free thread, and segments that press on others or lie beside such ones.
"""

import json
import time
from dataclasses import dataclass, field

import numpy as np

from sim.arrays import STEP_S, FloatArray
from sim.thread.advance import Effort
from sim.thread.shapes import Layout, resampled, tied
from sim.thread.stitch import Bite, stitched
from sim.thread.thread import Thread
from sim.thread.tying import Manner, hands, play, stages

NODES = 100
HAND_M_S = 0.5
"""The fastest that a hand moves. Source: the targets of this project."""


@dataclass(slots=True)
class Log:
    """What every frame of an exercise showed."""

    ms: list[float] = field(default_factory=list)
    free: list[FloatArray] = field(default_factory=list)
    knotted: list[FloatArray] = field(default_factory=list)
    overlap_m: float = 0.0
    guarded: int = 0
    substeps: int = 0

    def frame(self, thread: Thread, started_s: float) -> None:
        """Takes note of one step, which began at `started_s` of this thread's clock."""
        self.ms.append(1e3 * (time.thread_time() - started_s))
        strain, knotted = np.abs(thread.strain()), thread.is_knotted()
        self.free.append(strain[~knotted])
        self.knotted.append(strain[knotted])
        self.overlap_m = max(self.overlap_m, thread.frame.overlap_m)
        self.guarded += thread.frame.guarded
        self.substeps += thread.frame.substeps


def measure() -> dict[str, float]:
    """Returns the figures of both exercises together, and the cost of each."""
    _tie(Log())  # compiles everything
    ties, throws = Log(), Log()
    _tie(ties)
    for seed in range(4):
        throw(throws, seed, pull_n=0.5)
    ms = [*ties.ms, *throws.ms]
    free = np.concatenate([*ties.free, *throws.free])
    knotted = np.concatenate([*ties.knotted, *throws.knotted])
    return {
        "thread_ms": round(float(np.median(ms)), 3),
        "thread_ms_p99": round(float(np.percentile(ms, 99)), 3),
        "thread_tie_ms": round(float(np.median(ties.ms)), 3),
        "thread_throw_ms": round(float(np.median(throws.ms)), 3),
        "thread_strain_p99": round(float(np.percentile(free, 99)), 5),
        "thread_knot_strain_p99": round(float(np.percentile(knotted, 99)), 5),
        "thread_knot_strain_max": round(float(knotted.max()), 5),
        "thread_self_overlap_mm": round(1e3 * throws.overlap_m, 3),
        "thread_guarded_substeps": ties.guarded + throws.guarded,
        "thread_substeps": ties.substeps + throws.substeps,
    }


def _tie(log: Log) -> None:
    stitch = stitched(Bite(nodes=NODES))
    pair = hands(stitch)
    clock = Clock(log, stitch.thread)
    for stage in stages(stitch, (2, -1, 1), Manner()):
        clock.started_s = time.thread_time()
        play(stitch, pair, stage, clock.frame)


@dataclass(slots=True)
class Clock:
    """Takes the time from frame to frame, the leading of the instruments included."""

    log: Log
    thread: Thread
    started_s: float = 0.0

    def frame(self) -> None:
        """Takes note of the frame that has just been stepped."""
        self.log.frame(self.thread, self.started_s)
        self.started_s = time.thread_time()


def throw(
    log: Log, seed: int, pull_n: float, frames: int = 120, effort: Effort | None = None
) -> Thread:
    """Throws a loose square knot about by both ends; returns the thread."""
    rng = np.random.default_rng(seed)
    line = tied((1, -1), Layout(twist_m=1.5e-3, gap_m=3e-3, half_turn_m=2.5e-3, lift_m=3e-3))
    points = resampled(line, NODES)
    thread = Thread(points, effort=effort or Effort(), anchors=2, capsules=1)
    thread.place(0, np.array([[0, -0.06, 0], [0, 0.06, 0]]), 3e-3, 0.05)
    ends = (0, NODES - 1)
    outwards = np.sign(points[list(ends), 0])[:, None] * np.array([1.0, 0, 0])
    for anchor, node in enumerate(ends):
        thread.hold(anchor, node, limit_n=pull_n)
    for k in range(frames):
        if k % 12 == 0:
            aside = rng.normal(size=(2, 3))
        way = outwards + np.array([0, 0, 0.3]) + 0.6 * aside / np.linalg.norm(aside, axis=1)[0]
        for anchor, node in enumerate(ends):
            target = thread.anchors.target[anchor]
            if np.linalg.norm(target - thread.points_m[node]) < 4e-3:
                unit = way[anchor] / np.linalg.norm(way[anchor])
                thread.drive(anchor, target + HAND_M_S * STEP_S * unit)
        started_s = time.thread_time()
        thread.step()
        log.frame(thread, started_s)
    return thread


def main() -> None:
    """Measures, and prints one JSON object."""
    print(json.dumps(measure()))


if __name__ == "__main__":
    main()
