"""What a frame costs in each tier: a full waiting room, seen from where people stand and sit."""

import argparse
import math
import statistics
import time
from pathlib import Path
from typing import Any

import numpy as np

from client.avatars.casting import GUESTS, IN_COATS, IN_SCRUBS
from client.avatars.people import People
from client.avatars.preview import Actor, batch_of
from client.avatars.tag import TagText
from client.desktop.picture import FIELD_OF_VIEW_RAD
from client.scene.room import RoomView
from client.scene.tiers import TIERS, TierName
from client.scene.window import Stage, WindowOptions, open_window
from client.ui.fonts import found_in
from tools.bake.rooms.preview import VIEWS

DEFINITIONS = """
TIER_median_ms, TIER_p95_ms: wall time from one finished frame to the next, over all views; the
  camera turns a little with each frame, people are posed as often as the client poses them.
TIER_cpu_ms: median of the CPU time of a frame, driver's threads included.
TIER_fps: 1000 / TIER_median_ms.
TIER_scale: share of width and height in which the scene was drawn; name tags keep the full size.
Every frame is finished (glFinish) before the next begins, as a window's swap does; it is read back
by no one. Nothing else of the client runs. Where others use the machine too, trust cpu_ms.
"""
ASSETS = Path(__file__).parents[2] / "assets"
WARM_UP = 3
TURN_RAD = 0.004


def add_arguments(kinds: Any) -> None:  # noqa: ANN401 -- argparse's own type is private
    """Adds the command line of this benchmark."""
    parser = kinds.add_parser(
        "frames",
        help=__doc__,
        description=__doc__ + DEFINITIONS,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--tier", nargs="*", choices=[*TIERS], default=[*TIERS])
    parser.add_argument("--size", default="1280x720")
    parser.add_argument("--scale", type=float, help="of the scene; the tier's own if not given")
    parser.add_argument("--people", type=int, default=8)
    parser.add_argument("--frames", type=int, default=30, help="of each of the six views")
    parser.add_argument("--json", action="store_true", help="nothing but the JSON object")
    parser.set_defaults(measure=measure)


async def measure(given: argparse.Namespace) -> dict[str, float]:
    """Returns the figures of one run."""
    width, _, height = given.size.partition("x")
    figures: dict[str, float] = {"people": given.people}
    for tier in given.tier:
        figures |= _of_tier(tier, (int(width), int(height)), given)
    return figures


def _of_tier(tier: TierName, size: tuple[int, int], given: argparse.Namespace) -> dict[str, float]:
    stage = open_window(WindowOptions(size, is_offscreen=True, tier=tier, is_hurried=True))
    stage.set_quality(tier, given.scale or stage.tier.scale)
    stage.set_field_of_view(FIELD_OF_VIEW_RAD)
    view = RoomView(stage, ASSETS / "rooms" / "waiting")
    crowd = _Crowd(stage, view, given.people)
    times_s: list[float] = []
    cpu_s: list[float] = []
    for eye, target, _ in VIEWS["waiting"].values():
        stage.look_at(eye, target)
        for _ in range(WARM_UP):
            crowd.follow(0.0)
            stage.frame()
        heading = stage.base.camera.get_h()
        for index in range(given.frames):
            began_cpu_s, began_s = time.process_time(), time.perf_counter()
            stage.base.camera.set_h(heading + math.degrees(TURN_RAD * index))
            crowd.follow(began_s)
            stage.frame()
            cpu_s.append(time.process_time() - began_cpu_s)
            times_s.append(time.perf_counter() - began_s)
    figures = {
        f"{tier}_median_ms": statistics.median(times_s) * 1e3,
        f"{tier}_p95_ms": float(np.percentile(times_s, 95)) * 1e3,
        f"{tier}_cpu_ms": statistics.median(cpu_s) * 1e3,
        f"{tier}_fps": 1 / statistics.median(times_s),
        f"{tier}_scale": stage.rung.scale,
    }
    view.close()
    stage.close()
    return {name: round(figure, 2) for name, figure in figures.items()}


class _Crowd:
    """People on seats and on the floor, who talk and look about."""

    def __init__(self, stage: Stage, view: RoomView, count: int) -> None:
        self._stage = stage
        self._every_s = stage.tier.people_every_s
        self._due_s = 0.0
        self._people = People(
            view.root,
            ASSETS / "people",
            view.light,
            found_in(ASSETS / "fonts"),
            stage.tier,
        )
        names = (*GUESTS, *IN_COATS, *IN_SCRUBS)
        self._actors = []
        for slot in range(count):
            seat = view.layout.seats[slot % len(view.layout.seats)]
            x, y = seat.position_m[:2]
            actor = Actor((x, y), math.degrees(seat.yaw_rad))
            self._actors.append(actor if slot % 3 == 2 else actor.sit())
            self._people.add(slot, names[slot % len(names)], TagText(f"Person {slot}", "patient"))

    def follow(self, now_s: float) -> None:
        """Poses everybody, as often as the client does."""
        if now_s >= self._due_s:
            self._due_s = now_s + self._every_s
            count = len(self._actors)
            voices = np.linspace(0, 0.6, count)
            self._people.update(now_s, batch_of(self._actors), np.full((count, 3), np.nan), voices)
        self._people.present_to(self._stage.base.camera)
