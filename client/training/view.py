"""A training station on one person's machine: what comes in, what is seen, what goes out.

The one class that the program knows. Scenes and values arrive and are shown; mouse, keys and
gamepad move what is asked for; inputs are handed out as they fall due. Who watches has no hands:
then instruments are shown as they arrive.
"""

from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from client.scene.window import Stage
from client.training import keys, panels
from client.training.expert import Expert
from client.training.field import SIDES, Field, Ghost
from client.training.frames import SceneFrames, camera_of
from client.training.gripping import Carrying, Hold, least_opening
from client.training.hands import LEFT, OPEN, RIGHT, Hands
from client.training.haptics import USUAL_LIMIT_N, Haptics, NoHaptics, amplitude
from client.training.keys import Pad
from client.training.panels import AttemptView, DebriefView, HandView
from client.training.prediction import Outgoing
from client.training.scope_picture import ScopePicture
from client.training.screen import FullScreen
from client.training.steering import Steering
from client.ui.widgets import Panel
from sim.instruments.catalog import INSTRUMENTS
from sim.instruments.inputs import Inputs
from sim.instruments.scope import Camera
from sim.instruments.station import Station
from sim.instruments.trocar import Pose
from world.protocol.scene_lane import Body, Scene

HELP: Final = "f1"
OTHER_HAND: Final = ("space", "tab")


@dataclass(frozen=True, slots=True)
class Trainee:
    """Who operates here.

    Attributes:
      start: how instruments and scope stand at the beginning.
      is_left_handed: the left hand begins, and the mouse's buttons are exchanged.
    """

    start: Inputs
    is_left_handed: bool = False


class TrainingView:
    """One station.

    Args:
      stage: the window.
      station: where trocars and scope are.
      trainee: who operates; None for who only watches.
      haptics: what shakes hands.

    Attributes:
      field: the scene under the scope.
      picture: of the scope; its texture is also the monitor's in the room.
      screen: shows the picture over the whole window.
      hands: what is asked for; None for who watches.
      is_played: `play` moves the hands, and not the person.
      strain: how hard the left and the right instrument pull, 0 to 1: also the haptic amplitude.
    """

    def __init__(
        self,
        stage: Stage,
        station: Station,
        trainee: Trainee | None = None,
        haptics: Haptics | None = None,
    ) -> None:
        base = stage.base
        self._station = station
        self.field = Field(stage.tier)
        self.picture = ScopePicture(
            base.graphicsEngine, base.win, self.field, station.scope, stage.tier
        )
        self.screen = FullScreen(base, self.picture.texture, has_shaders=stage.tier.room != "none")
        self._haptics = haptics or NoHaptics()
        self._frames = SceneFrames()
        self.hands: Hands | None = None
        self.is_played = False
        self._steering: Steering | None = None
        self._attempt = AttemptView("Training", "")
        self._debrief: DebriefView | None = None
        self._has_all_keys = self._is_rolling = self._is_beside_expert = False
        self.strain = (0.0, 0.0)
        self._told_jaws = (OPEN, OPEN)
        self._carrying = Carrying()
        if trainee is not None:
            start = trainee.start
            self.hands = Hands(
                station,
                [start.left, start.right],
                start.scope,
                start.head_roll_rad,
                is_left_handed=trainee.is_left_handed,
            )
            self._steering = Steering(station, start)

    # --- what comes in

    def take_scene(self, tick: int, scene: Scene, now_s: float, taken: int = 0) -> None:
        """Takes a scene that arrived now.

        Args:
          tick: of the simulation.
          scene: what the decoder of the scene lane gave.
          now_s: on the clock that `update` is called with.
          taken: number of the last input that the scene comes after; 0 if that is not known.
        """
        self._frames.add(tick, scene, now_s)
        if self._steering is not None and taken:
            tips_m = [_tool_body(scene, side) for side in SIDES]
            if all(body is not None for body in tips_m):
                places = [body.position_m for body in tips_m if body is not None]
                self._steering.take_tips(taken, np.array(places))

    def take_attempt(self, view: AttemptView) -> None:
        """Takes what the server says of the attempt; hands and keys are filled in here."""
        self._attempt = view

    def take_forces(self, left_n: float, right_n: float, limit_n: float = USUAL_LIMIT_N) -> None:
        """Takes the forces between each instrument and what it touches."""
        self.strain = (amplitude(left_n, limit_n), amplitude(right_n, limit_n))
        self._haptics.shake(*self.strain)

    def take_jaws(self, left: float, right: float) -> None:
        """Takes how far somebody else's jaws are open, 0 to 1: scenes do not tell."""
        self._told_jaws = (left, right)

    def take_expert(self, expert: Expert | None, clock_s: float) -> bool:
        """Shows an expert's instruments beside the scene's, as they were at a time on the clock.

        Returns whether they are shown: an expert who held others, or held them in the other hands,
        is not.
        """
        is_shown = expert is not None and expert.held == self.field.held
        self._is_beside_expert = is_shown
        if expert is None or not is_shown:
            self.field.show_ghosts(())
            return False
        both = zip(expert.held, expert.at(clock_s), strict=True)
        self.field.show_ghosts(tuple(Ghost(name, at, jaw) for name, (at, jaw) in both))
        return True

    def take_debrief(self, view: DebriefView | None) -> None:
        """Takes what an attempt came to, which ends it; None for a new attempt."""
        self._debrief = view
        if self.hands is not None:
            self.hands.is_done = False
            self.hands.let_go()

    # --- what a person does

    def point(self, across_px: float, down_px: float) -> None:
        """Moves the active tip, or turns it, with a pointer that went so far right and down."""
        if self.hands is None or self._debrief is not None:
            return
        if self._is_rolling:
            self.hands.roll(across_px)
        else:
            self.hands.point(across_px, down_px, self.screen.height_px, self.view)

    def button(self, name: str, *, is_down: bool) -> bool:
        """Takes a mouse button, a wheel's step or a key; returns whether it was one of these."""
        if self._debrief is not None:
            return False
        if name == HELP and is_down:
            self._has_all_keys = not self._has_all_keys
            return True
        hands = self.hands
        if hands is None:
            return False
        if name.startswith("wheel"):
            if is_down:
                hands.wheel(1.0 if name == "wheel_up" else -1.0, self.view)
            return True
        if name in {"mouse1", "mouse3"}:
            self._on_mouse(name, hands, is_down=is_down)
            return True
        return hands.key("space" if name in OTHER_HAND else name, is_down=is_down)

    def play(self, inputs: Inputs, now_s: float) -> None:
        """Takes what somebody else asks for in the person's place; may come while one draws."""
        if self.hands is not None and self._steering is not None:
            self.hands.take(inputs)
            self._steering.want(inputs, now_s)

    def let_go(self) -> None:
        """Lets go of all keys: the window lost the keyboard."""
        self._is_rolling = False
        if self.hands is not None:
            self.hands.let_go()

    # --- what is seen

    @property
    def view(self) -> Camera:
        """Where the scope's camera is: the predicted one for who operates."""
        if self._steering is not None:
            return self._steering.shown.view
        return camera_of(self._frames.newest) or self._first_view()

    def update(self, now_s: float, dt_s: float, pad: Pad | None = None) -> None:
        """Moves everything on by a frame and shows it.

        Args:
          now_s: on any clock that goes forward.
          dt_s: since the last frame.
          pad: how a gamepad is held, None if there is none.
        """
        scene = self._frames.at(now_s)
        if self.hands is not None and self._steering is not None:
            if self._debrief is None and not self.is_played:
                self.hands.advance(dt_s, self.view)
                if pad is not None:
                    self.hands.take_pad(pad, dt_s, self.view)
                self._steering.want(self.hands.inputs, now_s)
            self._steering.advance(now_s)
        self.field.show(scene)
        self._show_tools(scene, dt_s)
        if self.field.view is None:
            self.field.look_from(self.view)
        self.picture.follow()
        self.screen.follow_window()

    def panels(self) -> tuple[Panel, ...]:
        """Returns what is to be read: the attempt's values, or what it came to."""
        view = self._attempt
        if self._debrief is not None:
            return (panels.debrief(self._debrief),)
        shown = keys.ALL_KEYS_SAY if self._has_all_keys else keys.KEYS_SAY
        hands = self.hands
        return panels.hud(
            replace(
                view,
                hands=self._hand_views(),
                keys=() if hands is None else shown,
                is_observer=hands is None,
                is_beside_expert=self._is_beside_expert,
            )
        )

    # --- what goes out

    def input_due(self, now_s: float) -> Outgoing | None:
        """Returns the input to send now; None between two, for who watches, and after the end.

        May be called while a picture is drawn.
        """
        if self._steering is None or self._debrief is not None:
            return None
        return self._steering.input_due(now_s)

    def close(self) -> None:
        """Takes the station's pictures away and lets hands rest."""
        self._haptics.shake(0.0, 0.0)
        self.screen.close()
        self.picture.close()
        self.field.root.remove_node()

    # --- inside

    def _on_mouse(self, name: str, hands: Hands, *, is_down: bool) -> None:
        gripping = "mouse3" if hands.is_left_handed else "mouse1"
        if name != gripping:
            self._is_rolling = is_down
        elif is_down:
            hands.grip(hands.active)

    def _show_tools(self, scene: Scene, dt_s: float) -> None:
        """Lays the predicted instruments and scope over the scene's; opens everybody's jaws."""
        own = self._steering.shown if self._steering is not None else None
        if own is not None:
            self.field.look_from(own.view)
        holds = []
        for hand, (side, name) in enumerate(zip(SIDES, self.field.held, strict=True)):
            tool, arrived = INSTRUMENTS.get(name or ""), _scene_pose(scene, side)
            if tool is None or arrived is None:
                continue
            jaw, at = self._told_jaws[hand], arrived
            if own is not None:
                jaw, at = own.hands[hand].jaw, own.poses[hand]
                self.field.place(Body(f"{side}_{name}", at.tip_m, at.rotation))
            holds.append(Hold(tool, arrived, at, jaw))
            self.field.open_jaws(side, max(jaw, least_opening(tool, arrived, scene.bodies)))
        if own is not None:
            for body in self._carrying.carried(scene.bodies, tuple(holds), dt_s):
                self.field.place(body)

    def _hand_views(self) -> tuple[HandView, ...]:
        views = []
        for hand, (side, name) in enumerate(zip(SIDES, self.field.held, strict=True)):
            tool = INSTRUMENTS.get(name or "")
            wanted = self.hands.wanted[hand] if self.hands is not None else None
            is_closed = None
            if tool is not None and tool.opening_rad and wanted is not None:
                is_closed = wanted.jaw <= 0
            views.append(
                HandView(
                    tool.title if tool is not None else f"{side} hand",
                    is_active=self.hands is not None and self.hands.active == hand,
                    is_closed=is_closed,
                    is_energized=wanted is not None and wanted.is_active,
                    strain=self.strain[hand],
                )
            )
        return views[LEFT], views[RIGHT]

    def _first_view(self) -> Camera:
        return Camera(
            np.array(self._station.camera.pivot_m), np.array(self._station.camera.rotation)
        )


def _tool_body(scene: Scene, side: str) -> Body | None:
    return next((body for body in scene.bodies if body.name.startswith(f"{side}_")), None)


def _scene_pose(scene: Scene, side: str) -> Pose | None:
    body = _tool_body(scene, side)
    return None if body is None else Pose(body.position_m, body.rotation)
