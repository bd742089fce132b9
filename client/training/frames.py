"""Scene frames in time: shown at display rate, one frame's interval after they were made.

Strategy: ticks carry the simulation's time; the fastest arrival of late sets the offset between it
and ours. A scene is shown the gap between its frames in the past, so that there is a later frame to
move towards, and no further in the past: a late frame holds the picture for a moment.

Where two frames have different parts (a cut, another task) the older is shown until it is time for
the newer: nothing is drawn between them.
"""

from collections import deque
from typing import Final

import numpy as np

from sim.instruments.scope import Camera
from world.geometry import slerp
from world.protocol.scene_lane import Body, Scene, Strand, Surface

TICK_S: Final = 1 / 60
"""A step of the simulation."""
KEPT: Final = 4
WINDOW_S: Final = 3.0
USUAL_GAP_S: Final = 1 / 30
LONGEST_GAP_S: Final = 0.1


class SceneFrames:
    """The last frames of one scene."""

    def __init__(self) -> None:
        self._frames: deque[tuple[float, Scene]] = deque(maxlen=KEPT)
        self._transits_s: deque[tuple[float, float]] = deque()
        self._gap_s = USUAL_GAP_S

    @property
    def delay_s(self) -> float:
        """How far in the past a scene is shown: the gap between its frames."""
        return self._gap_s

    @property
    def newest(self) -> Scene:
        """The scene that arrived last; empty before the first."""
        return self._frames[-1][1] if self._frames else Scene()

    def add(self, tick: int, scene: Scene, now_s: float) -> None:
        """Takes a scene that arrived now; one that is older than the newest changes nothing."""
        time_s = tick * TICK_S
        if self._frames and time_s <= self._frames[-1][0]:
            if self._frames[-1][0] - time_s < WINDOW_S:
                return
            # Another attempt counts its steps from the start again.
            self._frames.clear()
            self._transits_s.clear()
        if self._frames:
            gap_s = time_s - self._frames[-1][0]
            self._gap_s = min(gap_s, LONGEST_GAP_S)
        self._frames.append((time_s, scene))
        self._transits_s.append((now_s, now_s - time_s))
        while self._transits_s[0][0] < now_s - WINDOW_S:
            self._transits_s.popleft()

    def at(self, now_s: float) -> Scene:
        """Returns what is to be shown now."""
        if not self._frames:
            return Scene()
        offset_s = min(transit_s for _, transit_s in self._transits_s)
        shown_s = now_s - offset_s - self._gap_s
        before = self._frames[0]
        for frame in self._frames:
            if frame[0] > shown_s:
                span_s = frame[0] - before[0]
                share = (shown_s - before[0]) / span_s if span_s > 0 else 0.0
                return between(before[1], frame[1], min(max(share, 0.0), 1.0))
            before = frame
        return before[1]


def between(one: Scene, other: Scene, share: float) -> Scene:
    """Returns the scene at a share of the way from one to the other, the first one if they differ.

    Args:
      one: the earlier scene.
      other: the later one.
      share: 0 gives the first, 1 the second.
    """
    if one is other or share <= 0.0:
        return one
    if share >= 1.0:
        return other
    if not _has_same_parts(one, other):
        return one
    return Scene(
        _bodies(one.bodies, other.bodies, share),
        tuple(
            Surface(a.name, a.corners_m + share * (b.corners_m - a.corners_m), b.triangles)
            for a, b in zip(one.surfaces, other.surfaces, strict=True)
        ),
        tuple(
            Strand(a.name, a.nodes_m + share * (b.nodes_m - a.nodes_m), b.radius_m)
            for a, b in zip(one.strands, other.strands, strict=True)
        ),
    )


def camera_of(scene: Scene) -> Camera | None:
    """Returns where the scope's camera is in a scene, None if the scene has none."""
    found = next((body for body in scene.bodies if body.name == "camera"), None)
    return None if found is None else Camera(found.position_m, found.rotation)


def _bodies(one: tuple[Body, ...], other: tuple[Body, ...], share: float) -> tuple[Body, ...]:
    if not one:
        return ()
    first, last = (np.array([body.rotation for body in bodies]) for bodies in (one, other))
    turned = slerp(first, last, np.full(len(one), share))
    return tuple(
        Body(a.name, a.position_m + share * (b.position_m - a.position_m), rotation)
        for a, b, rotation in zip(one, other, turned, strict=True)
    )


def _has_same_parts(one: Scene, other: Scene) -> bool:
    return (
        [body.name for body in one.bodies] == [body.name for body in other.bodies]
        and [_sizes(a) for a in one.surfaces] == [_sizes(b) for b in other.surfaces]
        and all(
            np.array_equal(a.triangles, b.triangles)
            for a, b in zip(one.surfaces, other.surfaces, strict=True)
        )
        and [(a.name, len(a.nodes_m)) for a in one.strands]
        == [(b.name, len(b.nodes_m)) for b in other.strands]
    )


def _sizes(surface: Surface) -> tuple[str, int, int]:
    return surface.name, len(surface.corners_m), len(surface.triangles)
