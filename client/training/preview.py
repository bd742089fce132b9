"""Pictures of a station to be judged: `python3 -m client.training.preview FILE [TICK ...]`.

FILE holds scene frames (client/training/scene_files.py). Each named tick, or else the last, is
drawn without a window: the scope's picture over the whole window with the panels beside it, and the
station in a room of no light in particular. `--provider MODULE:NAME` takes pairs of a tick and a
scene from a callable instead of a file.
"""

import argparse
from collections.abc import Iterable
from importlib import import_module
from pathlib import Path
from typing import Final

from panda3d.core import CardMaker, NodePath

from client.scene.light import neutral_light
from client.scene.tiers import TIERS, TierName
from client.scene.window import Stage, WindowOptions, open_window
from client.training.field import SIDES
from client.training.panels import (
    AttemptView,
    DebriefView,
    ErrorView,
    PartView,
)
from client.training.scene_files import read_scenes
from client.training.stance import start_of
from client.training.trolley import Trolley
from client.training.view import Trainee, TrainingView
from client.ui.fonts import found_in
from client.ui.metrics import Metrics
from client.ui.overlay import Overlay
from client.ui.surface import Surface
from client.ui.tree import Tree
from sim.instruments.station import BOX
from sim.instruments.trocar import Pose, Posture, pose
from world.errors import ConfigurationError
from world.protocol.scene_lane import Scene

ASSETS: Final = Path(__file__).parents[2] / "assets"
NOTICE: Final = "FLS-style; not affiliated with the FLS program; not a certification"
ATTEMPT: Final = AttemptView(
    "Peg transfer (FLS-style)",
    NOTICE,
    "Take each ring from its peg with one hand, hand it over in mid-air, and put it on a peg of "
    "the other side with the other hand.",
    elapsed_s=83.0,
    limit_s=300.0,
    sentence="A ring stands on a peg of the other side.",
    errors=(ErrorView("board touched", 2.0),),
)
DEBRIEF: Final = DebriefView(
    "Peg transfer (FLS-style)",
    NOTICE,
    "All rings went over and back. You are not yet proficient: be faster, and look at the board.",
    composite=0.71,
    points=168.0,
    time_s=129.0,
    proficient_s=48.0,
    parts=(
        PartView("Time", 0.68, "from the limit to the proficient time"),
        PartView("Accuracy", 0.97, "what the errors cost"),
        PartView("Economy of motion", 0.44, "way of both tips, against that of experts"),
        PartView("Smoothness", 0.62, "of the less smooth hand"),
        PartView("Instruments in view", 0.93, "share of the time"),
        PartView("Gentleness", 1.0, "forces that tissue bears"),
    ),
    errors=(ErrorView("board touched", 3.0),),
    unverified=("points for board touched: own", "allowance for board touched: own"),
    advice="Your right tip went twice the way that experts need. Aim first, then move once.",
)


def main() -> None:
    """Draws what the command line names."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("file", nargs="?", type=Path, help="scene frames")
    parser.add_argument("ticks", nargs="*", type=int, help="which to draw; the last by default")
    parser.add_argument("--provider", help="MODULE:NAME of a callable that gives (tick, scene)")
    parser.add_argument("--out", type=Path, default=Path(), help="folder of the pictures")
    parser.add_argument("--tier", choices=tuple(TIERS), default="high")
    parser.add_argument("--size", type=int, nargs=2, default=(1280, 720))
    options = parser.parse_args()
    scenes = chosen(provided(options.file, options.provider), options.ticks)
    width, height = options.size
    for name in draw(scenes, options.out, options.tier, (width, height)):
        print(name)  # noqa: T201 -- the program speaks to a person at a terminal


def provided(file: Path | None, provider: str | None) -> Iterable[tuple[int, Scene]]:
    """Returns ticks and scenes of a file or of a provider.

    Raises:
      ConfigurationError: if neither is named.
    """
    if provider:
        module, _, name = provider.partition(":")
        found: Iterable[tuple[int, Scene]] = getattr(import_module(module), name)()
        return found
    if file is None:
        raise ConfigurationError("Name a file of scene frames, or a --provider of scenes.")
    return read_scenes(file)


def chosen(scenes: Iterable[tuple[int, Scene]], ticks: list[int]) -> list[tuple[int, Scene]]:
    """Returns the scenes of these ticks, or the last one where none is named."""
    found = list(scenes)
    return [one for one in found if one[0] in ticks] if ticks else found[-1:]


def draw(
    scenes: list[tuple[int, Scene]], folder: Path, tier: TierName, size: tuple[int, int]
) -> list[Path]:
    """Draws each scene as its operator sees it, then the debrief and the station in a room."""
    stage = open_window(WindowOptions(size=size, is_offscreen=True, tier=tier))
    studio = Studio(stage)
    made = []
    for tick, scene in scenes:
        studio.show(tick, scene)
        made.append(studio.saved(folder / f"scope-{tick}-{tier}.png"))
    studio.view.take_debrief(DEBRIEF)
    made.append(studio.saved(folder / f"debrief-{tier}.png"))
    studio.show_room()
    made.append(studio.saved(folder / f"station-{tier}.png"))
    stage.close()
    return made


class Studio:
    """A station with panels, and a plain room that it stands in.

    Args:
      stage: an open window.

    Attributes:
      view: the station.
    """

    def __init__(self, stage: Stage) -> None:
        self._stage = stage
        width, height = stage.base.win.get_x_size(), stage.base.win.get_y_size()
        stage.base.pixel2d.set_scale(2.0 / width, 1.0, 2.0 / height)
        stage.base.pixel2d.set_pos(-1, 0, 1)
        self._overlay = Overlay(stage.base.pixel2d)
        self._surface = Surface(width, height, Metrics(found_in(ASSETS / "fonts"), height / 720))
        self._tree = Tree()
        self._clock_s = 0.0
        self._is_room = False
        self.view = TrainingView(stage, BOX)
        self.view.take_attempt(ATTEMPT)
        self.view.screen.show()

    def show(self, tick: int, scene: Scene) -> None:
        """Shows a scene as who operates sees it: the hands are put to where the scene has them."""
        self.view.close()
        start = start_of(scene)
        self.view = TrainingView(self._stage, BOX, Trainee(start))
        self.view.take_attempt(ATTEMPT)
        self.view.take_forces(0.6, 2.4)
        self.view.screen.show()
        self.view.take_scene(tick, scene, self._clock_s)
        self._clock_s += 1.0
        self.view.update(self._clock_s, 1 / 60)

    def show_room(self) -> None:
        """Shows the station in a room, from a little behind the trainee."""
        self._is_room = True
        self.view.take_debrief(None)
        self.view.screen.hide()
        light = neutral_light()
        trolley = Trolley(self._stage.root, light, self._stage.tier, BOX)
        trolley.show_picture(self.view.picture.texture)
        tools = {
            f"{side}_{name}": at
            for side, name, at in zip(SIDES, self.view.field.held, _poses(self.view), strict=True)
            if name is not None
        }
        trolley.hold(tools | {"camera_scope": pose(BOX.camera, Posture(insertion_m=0.06))})
        _floor(self._stage.root)
        self._stage.set_field_of_view(1.0)
        self._stage.look_at((-1.05, -1.75, 1.72), (0.05, 0.15, 1.12))

    def saved(self, path: Path) -> Path:
        """Draws and writes a picture; returns where."""
        self._tree.show(() if self._is_room else self.view.panels())
        self._overlay.show(self._surface, self._tree)
        path.parent.mkdir(parents=True, exist_ok=True)
        self._stage.screenshot(path)
        return path


def _poses(view: TrainingView) -> tuple[Pose, Pose]:
    start = Posture(insertion_m=0.1) if view.hands is None else view.hands.wanted[0]
    other = Posture(insertion_m=0.1) if view.hands is None else view.hands.wanted[1]
    return pose(BOX.left, start), pose(BOX.right, other)


def _floor(root: NodePath) -> None:
    """Puts a floor and a wall into the room."""
    for frame, place, pitch, color in (
        ((-6, 6, -6, 6), (0, 0, 0), -90, (0.60, 0.60, 0.58)),
        ((-6, 6, 0, 4), (0, 1.2, 0), 0, (0.78, 0.81, 0.81)),
    ):
        maker = CardMaker("card")
        maker.set_frame(*frame)
        maker.set_color(*color, 1)
        card = root.attach_new_node(maker.generate())
        card.set_pos(*place)
        card.set_p(pitch)


if __name__ == "__main__":
    main()
