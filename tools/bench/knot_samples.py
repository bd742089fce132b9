"""Labelled knots to judge the classifier by: generated shapes, and knots tied in the simulation.

A generated label is a guarantee: the nodes stay within half the clearance of the curve that they
were taken from, so that a tube around it contains both and no strand can have crossed another. A
tied label is what the script set out to tie; the thread itself cannot pass through itself.
"""

import math
from collections import Counter
from dataclasses import dataclass

import numpy as np

from sim.arrays import FloatArray
from sim.thread.knots import NAMES, KnotName, Place, Throws
from sim.thread.shapes import Layout, tied
from sim.thread.stitch import Bite, Stitch, stitched
from sim.thread.thread import Material
from sim.thread.tying import TAIL_NODE, Manner, hands, play, stages

CLASSES: tuple[Throws, ...] = ((), (1,), (1, -1), (1, 1), (2, -1))
"""The five that a trainee is told: none, half, square, granny, surgeon's."""
MORE: tuple[Throws, ...] = ((2,), (2, 1), (1, -1, 1), (2, -1, 1))
HELD_OUT = 20_000
"""Seeds from here on are kept for the last run: whoever changes the classifier does not look."""


@dataclass(frozen=True, slots=True)
class Sample:
    """Nodes (n, 3) of a thread, in metres, and what is known of them.

    Attributes:
      points_m: the nodes.
      post_m: (p, 3) axis of what it is tied round, None where `apex` stands for it.
      apex: a node in the bite, or None.
      name: the knot that it carries.
      place: where it lies; unknown for no knot.
    """

    points_m: FloatArray
    post_m: FloatArray | None
    apex: int | None
    name: KnotName
    place: Place


def generated(seed: int, throws: Throws) -> Sample:
    """Returns a random shape that carries these throws round a post, its label guaranteed."""
    rng = np.random.default_rng((seed, len(throws), *(k + 9 for k in throws)))
    nodes = int(rng.integers(80, 121))
    for attempt in range(400):
        line = _laid_out(rng, throws)
        post = np.stack([0 * _POST, _POST, 0 * _POST], axis=1)
        both = _warped(np.vstack([line, post]), rng)
        line, post = both[: len(line)], both[len(line) :]
        along = _along(line)
        at = np.linspace(0.0, along[-1], nodes + 4 * (attempt // 20))
        at[1:-1] += (rng.random(len(at) - 2) - 0.5) * 0.3 * at[1]
        points = _interpolated(at, along, line)
        if _deviation(points, at, line, along) < 0.5 * _clearance(line, along):
            break
    else:
        raise ValueError(f"Seed {seed} gives no shape with room between its strands; take another.")
    if rng.random() < 0.5:
        points = points[::-1]
    place = Place.ON_POST if throws else Place.UNKNOWN
    return Sample(np.ascontiguousarray(points), post, None, NAMES[throws], place)


def tied_in_simulation(seed: int, throws: Throws) -> Sample | None:
    """Returns a knot that two instruments tied, each time in another manner and material.

    The label is what was seen to be tied: how often, and which way, the long end went round the
    shaft when the tail was taken; and the knot's determinant must be that of these throws. Where
    the two disagree, loops were lost on the way, and None is returned.
    """
    rng = np.random.default_rng((seed, 77, len(throws), *(k + 9 for k in throws)))
    bite = Bite(
        tail_m=float(rng.uniform(0.027, 0.034)),
        width_m=float(rng.uniform(0.006, 0.010)),
        compliance_m_n=float(rng.uniform(5e-4, 2e-3)),
        nodes=int(rng.integers(90, 111)),
    )
    manner = Manner(
        height_m=float(rng.uniform(0.0135, 0.016)),
        beyond_m=float(rng.uniform(0.011, 0.014)),
        orbit_m=float(rng.uniform(0.0115, 0.013)),
        speed_m_s=float(rng.uniform(0.08, 0.16)),
        reach_m=float(rng.uniform(0.05, 0.10)),
        lean=float(rng.uniform(0.0, 0.2)),
    )
    mirror = 1 if rng.random() < 0.5 else -1
    stitch = stitched(bite, Material(friction=float(rng.uniform(0.1, 0.35))))
    made = _tied(stitch, tuple(mirror * k for k in throws), manner)
    points = stitch.thread.points_m
    if determinant(points) != math.prod(2 * abs(k) + 1 for k in made):
        return None
    made = made if not made or made[0] > 0 else tuple(-k for k in made)
    place = Place.ON_POST if made else Place.UNKNOWN
    return Sample(points, None, stitch.apex, NAMES.get(made, KnotName.OTHER), place)


def determinant(points_m: FloatArray) -> int:
    """Returns the determinant of the knot: 1 for none, 3 for a trefoil; sums of knots multiply.

    The ends are closed over everything as seen from nine random sides, of which most decide.

    It tells how many throws there are, not which way they turn. No code is shared with the
    classifier.

    Source: Fox colourings, C. Livingston, Knot Theory (1993), chapter 3.
    """
    rng = np.random.default_rng(8)
    turns = [np.linalg.qr(rng.normal(size=(3, 3)))[0] for _ in range(9)]
    return Counter(_determinant(points_m @ turn) for turn in turns).most_common(1)[0][0]


def _determinant(seen: FloatArray) -> int:
    seen = np.vstack([seen, seen[:1]])
    last = len(seen) - 2
    start, way = seen[:-1], seen[1:] - seen[:-1]
    passages: list[tuple[float, int, bool]] = []
    count = 0
    for i in range(last + 1):
        j = np.arange(i + 2, last + 1 - (i == 0))
        cross = way[i, 0] * way[j, 1] - way[i, 1] * way[j, 0]
        gap = start[j] - start[i]
        with np.errstate(divide="ignore", invalid="ignore"):
            t = (gap[:, 0] * way[j, 1] - gap[:, 1] * way[j, 0]) / cross
            u = (gap[:, 0] * way[i, 1] - gap[:, 1] * way[i, 0]) / cross
        for k in np.flatnonzero((t > 0) & (t < 1) & (u > 0) & (u < 1)):
            height = start[i, 2] + t[k] * way[i, 2]
            # the closing segment lies over everything
            is_over = j[k] != last and height > start[j[k], 2] + u[k] * way[j[k], 2]
            passages += [(i + t[k], count, is_over), (j[k] + u[k], count, not is_over)]
            count += 1
    if count < 3:
        return 1
    colours = np.zeros((count, count))
    arc = 0
    for _, crossing, is_over in sorted(passages):
        if is_over:
            colours[crossing, arc] += 2
        else:
            colours[crossing, arc] -= 1
            arc = (arc + 1) % count
            colours[crossing, arc] -= 1
    return round(abs(float(np.linalg.det(colours[1:, 1:]))))


def _tied(stitch: Stitch, throws: Throws, manner: Manner) -> Throws:
    """Ties, and returns the throws that were wound; for none, the tail is left where it is."""
    pair = hands(stitch)
    made: list[int] = []
    for stage in stages(stitch, throws or (1,), manner):
        taker = next((k for k in (0, 1) if (stage.left, stage.right)[k].node == TAIL_NODE), None)
        if taker is not None and not throws:
            continue
        play(stitch, pair, stage)
        if taker is not None:
            held = pair[1 - taker].node
            made.append(round(pair[taker].turns(stitch.entry, held)))
    return tuple(k for k in made if k)


_POST = np.linspace(-0.06, 0.06, 61)


def _laid_out(rng: np.random.Generator, throws: Throws) -> FloatArray:
    """The dense line of a tied thread of random measures, its tails bent, perhaps mirrored."""
    hand = 1 if rng.random() < 0.5 else -1
    layout = Layout(
        twist_m=rng.uniform(0.4e-3, 1.5e-3),
        gap_m=rng.uniform(0.5e-3, 4e-3),
        half_turn_m=rng.uniform(0.8e-3, 3e-3),
        lift_m=rng.uniform(0.3e-3, 5e-3),
        tail_m=rng.uniform(8e-3, 35e-3),
        rise=rng.uniform(0.15, 2.0),
    )
    line = tied(tuple(hand * k for k in throws), layout)
    for tail in (slice(12, None, -1), slice(-13, None)):
        far = np.sqrt(((line[tail] - line[tail][0]) ** 2).sum(axis=1))
        axis = line[tail][-1] - line[tail][0]
        axis /= np.sqrt((axis**2).sum())
        for _ in range(2):
            # within a cone about the tail's own axis, so that it meets nothing else
            aside = rng.normal(size=3)
            aside -= (aside * axis).sum() * axis
            aside /= np.sqrt((aside**2).sum())
            wave = np.sin(far / 0.05 * rng.uniform(2, 14) + rng.uniform(0, 6.28))
            line[tail] += aside * (rng.uniform(0, 0.11) * far * wave)[:, None]
    along = _along(line)
    return _interpolated(np.union1d(along, np.linspace(0, along[-1], 1200)), along, line)


def _warped(points: FloatArray, rng: np.random.Generator) -> FloatArray:
    """Sheared by random waves, turned, scaled and moved: maps that no strand crosses another in."""
    for _ in range(4):
        along, aside = rng.normal(size=(2, 3))
        along /= np.sqrt((along**2).sum())
        aside -= (aside * along).sum() * along
        aside /= np.sqrt((aside**2).sum())
        wave_m = rng.uniform(0.012, 0.06)
        phase = 2 * np.pi * (points * along).sum(axis=1) / wave_m + rng.uniform(0, 6.28)
        points = points + aside * (0.35 * wave_m / 6 * np.sin(phase))[:, None]
    turn, _ = np.linalg.qr(rng.normal(size=(3, 3)))
    turn[:, 0] *= np.sign(np.linalg.det(turn))
    moved: FloatArray = points @ turn.T * rng.uniform(0.6, 1.6) + rng.normal(size=3) * 0.02
    return moved


def _along(line: FloatArray) -> FloatArray:
    step = np.sqrt(((line[1:] - line[:-1]) ** 2).sum(axis=1))
    return np.concatenate([[0.0], np.cumsum(step)])


def _interpolated(at: FloatArray, along: FloatArray, line: FloatArray) -> FloatArray:
    return np.stack([np.interp(at, along, line[:, d]) for d in range(3)], axis=1)


def _clearance(line: FloatArray, along: FloatArray, step_m: float = 2.5e-4) -> float:
    """Least distance between parts of the line that are no neighbours along it, in metres."""
    at = np.arange(0.0, along[-1], step_m)
    points = _interpolated(at, along, line)
    apart = np.sqrt(((points[:, None] - points[None]) ** 2).sum(axis=2))
    is_far = np.abs(at[:, None] - at[None]) > np.maximum(2.2 * apart, 1.2e-3)
    return float(apart[is_far].min())


def _deviation(points: FloatArray, at: FloatArray, line: FloatArray, along: FloatArray) -> float:
    """Largest distance of the line from the chords between its nodes, in metres."""
    k = np.clip(np.searchsorted(at, along) - 1, 0, len(at) - 2)
    start, chord = points[k], points[k + 1] - points[k]
    share = ((line - start) * chord).sum(axis=1) / ((chord**2).sum(axis=1) + 1e-18)
    off = line - start - np.clip(share, 0, 1)[:, None] * chord
    return float(np.sqrt((off**2).sum(axis=1)).max())
