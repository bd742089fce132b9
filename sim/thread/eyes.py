"""Eyes: material points of tissue that the thread slides through, with friction.

Strategy: an eye is a bilateral contact. It holds the point of the thread that lies in it sideways,
by a spring as soft as the tissue is, and along the thread by Coulomb friction: up to a share of the
sideways force, and what clings without any. Where on the thread an eye lies follows, from substep
to substep, from how far the thread has slid. The forces are kept, as those of contacts are.

A row of eyes along a needle's channel gives the capstan's friction: each eye that turns the thread
bears the turn's share of the tension, and takes its own share of it away.
"""

from typing import NamedTuple

import numpy as np

from sim.arrays import FloatArray, IntArray
from sim.kernel import kernel
from sim.thread.state import Chain

FREE = -1
FASTEST_M = 5e-4
"""How far thread may slide through an eye in one substep: above what a hand does."""
TAUT = 0.9
"""Share of the way between two eyes of which there is thread at least; below it they hold fast."""


class Eyes(NamedTuple):
    """The eyes in the order in which the thread passes them, from its first node.

    Attributes:
      segment: (e,) segment of the thread in each eye, FREE where there is no thread.
      share: (e,) where on that segment, 0 to 1.
      origin, target: (e, 3) where the eye is at the start and the end of the frame, in metres.
      compliance: (e,) yield of the tissue around the eye, above 0, in m/N.
      limit: (e,) largest force sideways, in newtons.
      friction: (e,) Coulomb coefficient on the sideways force.
      cling: (e,) friction without any sideways force, in newtons.
      at: (e, 3) the eye in this substep, in metres.
      axis: (e, 3) direction of the thread in it, a unit vector.
      is_fast: (e,) 1 where no thread is left to slide: the eye holds in every direction.
      begun: (e, 3) from the eye to the thread at the start of the substep, in metres.
      push: (e, 3) sideways force on the thread, in newtons.
      drag: (e,) force on the thread along the axis, in newtons.
      force: (e, 3) mean force of the thread on the eye during the last step, in newtons.
    """

    segment: IntArray
    share: FloatArray
    origin: FloatArray
    target: FloatArray
    compliance: FloatArray
    limit: FloatArray
    friction: FloatArray
    cling: FloatArray
    at: FloatArray
    axis: FloatArray
    is_fast: IntArray
    begun: FloatArray
    push: FloatArray
    drag: FloatArray
    force: FloatArray


def eyes_of(count: int) -> Eyes:
    """Returns so many eyes, all without thread."""
    return Eyes(
        segment=np.full(count, FREE, dtype=np.int64),
        share=np.zeros(count),
        origin=np.zeros((count, 3)),
        target=np.zeros((count, 3)),
        compliance=np.ones(count),
        limit=np.zeros(count),
        friction=np.zeros(count),
        cling=np.zeros(count),
        at=np.zeros((count, 3)),
        axis=np.zeros((count, 3)),
        is_fast=np.zeros(count, dtype=np.int64),
        begun=np.zeros((count, 3)),
        push=np.zeros((count, 3)),
        drag=np.zeros(count),
        force=np.zeros((count, 3)),
    )


@kernel
def find_threads(chain: Chain, eyes: Eyes, part: int, parts: int) -> None:
    """Finds what lies in each eye at the start of the substep; thread that ended there is out."""
    x, rest = chain.x, chain.rest
    after = -1
    for e in range(eyes.segment.shape[0] - 1, -1, -1):
        if eyes.segment[e] < 0:
            continue
        here, there = float(part) / parts, (part + 1.0) / parts
        for d in range(3):
            way = eyes.target[e, d] - eyes.origin[e, d]
            eyes.begun[e, d] = eyes.origin[e, d] + here * way
            eyes.at[e, d] = eyes.origin[e, d] + there * way
        k, s = eyes.segment[e], eyes.share[e]
        slid = 0.0
        for d in range(3):
            off = (1.0 - s) * x[d, k] + s * x[d, k + 1] - eyes.begun[e, d]
            slid += off * eyes.axis[e, d]
        slid = min(FASTEST_M, max(-FASTEST_M, slid))
        eyes.is_fast[e] = 0
        if after >= 0:  # as much thread as lies between two eyes is at least as long as their way
            square, length = 0.0, -s * rest[k]
            for d in range(3):
                square += (eyes.at[e, d] - eyes.at[after, d]) ** 2
            for q in range(k, eyes.segment[after]):
                length += rest[q]
            length += eyes.share[after] * rest[eyes.segment[after]]
            most = length - TAUT * square**0.5
            if -slid > most:
                slid = -most
                eyes.is_fast[e] = 1
        s -= slid / rest[k]
        while s < 0.0 and k > 0:
            s = 1.0 + s * rest[k] / rest[k - 1]
            k -= 1
        while s > 1.0 and k < rest.shape[0] - 1:
            s = (s - 1.0) * rest[k] / rest[k + 1]
            k += 1
        if s < 0.0:
            _empty(eyes, e)
            continue
        s = min(1.0, s)
        after = e
        eyes.segment[e] = k
        eyes.share[e] = s
        square = 0.0
        for d in range(3):
            eyes.axis[e, d] = x[d, k + 1] - x[d, k]
            square += eyes.axis[e, d] ** 2
            eyes.begun[e, d] = x[d, k] + s * eyes.axis[e, d] - eyes.begun[e, d]
        scale = 1.0 / (square**0.5 + 1e-15)
        for d in range(3):
            eyes.axis[e, d] *= scale


@kernel
def _empty(eyes: Eyes, e: int) -> None:
    eyes.segment[e] = -1
    eyes.drag[e] = 0.0
    for d in range(3):
        eyes.push[e, d] = 0.0


@kernel
def _shift(chain: Chain, eyes: Eyes, e: int, fx: float, fy: float, fz: float) -> None:
    """Moves the thread in an eye by an impulse, in N s^2."""
    x, w = chain.x, chain.mobility
    k, s = eyes.segment[e], eyes.share[e]
    a, b = w[k] * (1.0 - s), w[k + 1] * s
    x[0, k] += a * fx
    x[1, k] += a * fy
    x[2, k] += a * fz
    x[0, k + 1] += b * fx
    x[1, k + 1] += b * fy
    x[2, k + 1] += b * fz


@kernel
def pull_eyes_as_before(chain: Chain, eyes: Eyes, h2: float) -> None:
    """Applies the forces of the last substep; in `eyes` they become impulses (N s^2)."""
    for e in range(eyes.segment.shape[0]):
        if eyes.segment[e] < 0:
            continue
        t = eyes.axis[e]
        along = 0.0
        for d in range(3):
            along += eyes.push[e, d] * t[d]
        for d in range(3):  # what was sideways on the old axis is none on the new one
            eyes.push[e, d] = (eyes.push[e, d] - along * t[d]) * h2
        eyes.drag[e] *= h2
        g = eyes.drag[e]
        _shift(
            chain, eyes, e,
            eyes.push[e, 0] + g * t[0], eyes.push[e, 1] + g * t[1], eyes.push[e, 2] + g * t[2],
        )  # fmt: skip


@kernel
def sweep_eyes(chain: Chain, eyes: Eyes, h2: float) -> None:
    """One pass over the eyes: the thread held sideways, and friction within its cone."""
    x, w = chain.x, chain.mobility
    r, push = np.empty(3), np.empty(3)
    for e in range(eyes.segment.shape[0]):
        k = eyes.segment[e]
        if k < 0:
            continue
        s, t = eyes.share[e], eyes.axis[e]
        yielding = w[k] * (1.0 - s) ** 2 + w[k + 1] * s**2
        if yielding == 0.0:
            continue
        soft = eyes.compliance[e] / h2
        along = slid = 0.0
        for d in range(3):
            r[d] = (1.0 - s) * x[d, k] + s * x[d, k + 1] - eyes.at[e, d]
            along += r[d] * t[d]
            slid += (r[d] - eyes.begun[e, d]) * t[d]
        square = 0.0
        for d in range(3):
            off = r[d] - along * t[d]
            push[d] = eyes.push[e, d] - (off + soft * eyes.push[e, d]) / (yielding + soft)
            square += push[d] ** 2
        size = square**0.5
        most = eyes.limit[e] * h2
        if size > most:
            for d in range(3):
                push[d] *= most / size
            size = most
        hold = eyes.friction[e] * size + eyes.cling[e] * h2
        drag = eyes.drag[e] - slid / yielding
        if eyes.is_fast[e] == 1:
            hold = most
            drag = eyes.drag[e] - (along + soft * eyes.drag[e]) / (yielding + soft)
        drag = min(hold, max(-hold, drag))
        more = drag - eyes.drag[e]
        _shift(
            chain, eyes, e,
            push[0] - eyes.push[e, 0] + more * t[0],
            push[1] - eyes.push[e, 1] + more * t[1],
            push[2] - eyes.push[e, 2] + more * t[2],
        )  # fmt: skip
        eyes.drag[e] = drag
        for d in range(3):
            eyes.push[e, d] = push[d]


@kernel
def keep_eye_forces(eyes: Eyes, scale: float, parts: int) -> None:
    """Turns the impulses of the substep into forces, and adds its share to the mean."""
    for e in range(eyes.segment.shape[0]):
        if eyes.segment[e] < 0:
            continue
        eyes.drag[e] *= scale
        for d in range(3):
            eyes.push[e, d] *= scale
            eyes.force[e, d] -= (eyes.push[e, d] + eyes.drag[e] * eyes.axis[e, d]) / parts
