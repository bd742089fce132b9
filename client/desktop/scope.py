"""A station in a window: its trolley and screens in the room, and the scope's picture over it all.

It shows what the station knows (client/desktop/station.py) and hands the person's movements to the
instruments. What the instruments are asked for goes out from here, 60 times a second by a clock of
its own: hands do not wait for pictures.
"""

from collections.abc import Callable
from enum import Enum
from math import degrees
from typing import Final, Protocol

from client.desktop.station import Player, Shown, Station
from client.scene.room import RoomView
from client.scene.window import Stage
from client.training import monitor
from client.training.beats import Beats
from client.training.devices import HeldPointer, PadHaptics, first_gamepad, read_pad
from client.training.expert import Expert
from client.training.place import trolley_of
from client.training.stance import FIRST_SCOPE, start_of
from client.training.trolley import Trolley
from client.training.view import Trainee, TrainingView
from sim.instruments.station import BOX, STATIONS
from sim.instruments.trocar import Pose, pose
from world.protocol import steering
from world.rooms.layout import Panel

LONGEST_DT_S: Final = 0.1
SETTLED_TICKS: Final = 12
"""Steps after which instruments hang still where a new scene puts them: hands take them up then."""
LIVE: Final = frozenset({"running", "scoring", "replaying"})
"""States in which there is something to be seen through the scope."""
TOOLS: Final = ("left_", "right_")
SCOPE: Final = "camera_scope"


class Role(Enum):
    """What somebody has to do with the scene."""

    NONE = "none"
    OPERATES = "operates"
    WATCHES = "watches"


class Clock(Protocol):
    """What lets hands go on; `client.training.beats.Beats` is one."""

    def check(self) -> None:
        """Raises what has ended it, if anything has."""

    def close(self) -> None:
        """Ends it."""


class Scope:
    """One station's picture.

    Args:
      stage: the window.
      room: in which the station is.
      screen: of the station, in that room.
      station: what is known of it.
      send: takes the frames of the steering lane, from the thread of the hands' clock.
      has_window: whether there are a pointer and a gamepad.
      experts: returns the expert's attempt at a task that is shipped, if one is.
      beats: makes the clock by which hands go on.
    """

    def __init__(  # noqa: PLR0913, PLR0917 -- a place, what is known of it, and the ways out
        self,
        stage: Stage,
        room: RoomView,
        screen: Panel,
        station: Station,
        send: Callable[[bytes], object],
        has_window: bool,  # noqa: FBT001 -- of the whole program
        experts: Callable[[str], Expert | None] = lambda _: None,
        beats: Callable[[Callable[[float], None]], Clock] = Beats,
    ) -> None:
        self._stage, self._station, self._send = stage, station, send
        self._has_window, self._beats = has_window, beats
        self._experts, self._known_experts = experts, dict[str, Expert | None]()
        self.room = room
        has_shaders = stage.tier.room != "none"
        self._trolley = Trolley(room.root, room.light, stage.tier, BOX)
        (x, y), yaw_rad = trolley_of(screen)
        self._trolley.node.set_pos(x, y, 0.0)
        self._trolley.node.set_h(degrees(yaw_rad))
        self._wall = monitor.before(screen, room.root, has_shaders=has_shaders)
        self._pointer = HeldPointer(stage.base.win)
        self._view: TrainingView | None = None
        self._role = Role.NONE
        self._seen: Shown | None = None
        self._then_s: float | None = None
        self._base = self._sent = 0
        self._clock: Clock | None = None
        self._player: Player | None = None
        self._is_sending = False
        self._rest()

    def advance(self, now_s: float) -> None:
        """Goes on to a moment of the clock by which scenes arrive."""
        dt_s = 0.0 if self._then_s is None else min(now_s - self._then_s, LONGEST_DT_S)
        self._then_s = now_s
        if self._clock is not None:
            self._clock.check()
        self._follow_role()
        view = self._view
        if view is None:
            return
        self._show_scene(view)
        view.take_attempt(self._station.attempt)
        self._follow_screen(view)
        self._show_expert(view)
        self._operate(view)
        has_pad = self._has_window and self._station.is_steering
        device = first_gamepad() if has_pad else None
        view.update(now_s, dt_s, read_pad(device) if device is not None else None)

    def close(self) -> None:
        """Takes the station out of the room and gives the window back."""
        self._close_view()
        self._trolley.close()
        self._wall.node.remove_node()

    # --- inside

    def _follow_role(self) -> None:
        station = self._station
        if station.over is not None and self._view is not None:
            return  # what was seen last stays behind the score
        is_live = station.view is not None and station.view.state in LIVE
        role = Role.NONE
        if is_live and station.shown is not None and station.shown.tick >= SETTLED_TICKS:
            role = Role.OPERATES if station.is_own else Role.WATCHES
        if role is not self._role:
            self._close_view()
            self._role = role
            if role is not Role.NONE:
                self._open_view(station)

    def _open_view(self, station: Station) -> None:
        trainee, shown, place = None, station.shown, STATIONS.get(station.place, BOX)
        if self._role is Role.OPERATES and shown is not None:
            start = start_of(shown.scene, shown.hands.openings, place)
            is_left_handed = station.view is not None and station.view.is_left_handed
            trainee = Trainee(start, is_left_handed)
        haptics = PadHaptics() if self._has_window else None
        self._view = TrainingView(self._stage, place, trainee, haptics)
        # The clinic takes no input that is older than one that it had over the same connection.
        self._base += self._sent
        self._sent, self._seen = 0, None
        station.controls = self._view
        self._player, self._is_sending = None, False
        if trainee is not None:
            self._clock = self._beats(self._beat)
        self._trolley.show_picture(self._view.picture.texture)
        self._wall.show(self._view.picture.texture)

    def _close_view(self) -> None:
        self._pointer.free()
        if self._clock is not None:
            self._clock.close()
            self._clock = None
        if self._view is not None:
            self._view.close()
            self._view, self._station.controls = None, None
            self._wall.rest()
            self._rest()

    def _rest(self) -> None:
        """Leaves only the scope in the box, and a dark monitor: nobody practises."""
        self._trolley.rest()
        self._trolley.hold({SCOPE: pose(BOX.camera, FIRST_SCOPE)})

    def _show_scene(self, view: TrainingView) -> None:
        shown = self._station.shown
        if shown is None or shown is self._seen:
            return
        self._seen = shown
        taken = (shown.hands.taken - self._base) % steering.SEQUENCES
        view.take_scene(shown.tick, shown.scene, shown.at_s, taken if taken <= self._sent else 0)
        view.take_jaws(*shown.hands.openings)
        view.take_forces(*shown.hands.forces_n)
        tools = {
            body.name: Pose(body.position_m, body.rotation)
            for body in shown.scene.bodies
            if body.name.startswith(TOOLS)
        }
        self._trolley.hold({**tools, SCOPE: pose(BOX.camera, FIRST_SCOPE)})

    def _show_expert(self, view: TrainingView) -> None:
        """Shows the expert's instruments, where they are wanted and known."""
        station, task = self._station, self._station.seen_task
        if task not in self._known_experts:
            self._known_experts[task] = self._experts(task) if task else None
        expert = self._known_experts[task]
        station.debriefing.has_expert = expert is not None
        wanted = expert if station.debriefing.is_expert_wanted else None
        view.take_expert(wanted, station.clock_s)

    def _follow_screen(self, view: TrainingView) -> None:
        if self._station.is_at_scope != view.screen.is_shown:
            if self._station.is_at_scope:
                view.screen.show()
            else:
                view.screen.hide()
        if self._station.is_steering and self._station.player is None:
            self._pointer.hold()
        else:
            self._pointer.free()

    def _operate(self, view: TrainingView) -> None:
        """Lets the pointer, or who plays in the person's place, move the hands."""
        station = self._station
        self._player = station.player if station.is_steering else None
        self._is_sending = self._role is Role.OPERATES and station.is_running
        view.is_played = self._player is not None
        across_px, down_px = self._pointer.moved_px() if station.is_steering else (0.0, 0.0)
        if across_px or down_px:
            view.point(across_px, down_px)

    def _beat(self, now_s: float) -> None:
        """Lets hands go on and sends what they ask for: in the thread of their clock."""
        view, player, shown = self._view, self._player, self._station.shown
        if view is None or not self._is_sending:
            return
        asked = player.ask(shown.scene, now_s) if player is not None and shown is not None else None
        if asked is not None:
            view.play(asked, now_s)
        due = view.input_due(now_s)
        if due is not None:
            self._sent = due.number
            self._send(steering.encode(self._base + due.number, due.data))
