"""Keyboard, mouse and window: Panda3D's events become the program's.

The left button is for widgets, and for going to what it points at; with the right one held the
mouse looks about. Everything has a key as well.
"""

import math
from typing import Any, Final

from client.desktop.screens import OpenPerson
from client.panels import intents
from client.program import Program, Step
from client.scene.picking import pick, ray_through
from client.scene.window import Stage
from client.ui.overlay import key_event, pointer_event, typed_event
from client.ui.surface import Surface
from world.geometry import Vector

PERSON_HIT_M: Final = 0.35
SCROLL_DP: Final = 60.0
LOOK_BUTTON: Final = "mouse3"


class Input:
    """What comes from one window.

    Args:
      stage: the window.
      program: gets the events.

    Attributes:
      is_closed: whether the window was closed.
    """

    def __init__(self, stage: Stage, program: Program) -> None:
        self._stage, self._program = stage, program
        self._waiting: list[tuple[str, str]] = []
        self._pointer: tuple[float, float] | None = None
        self._is_looking = self.is_closed = False
        base = stage.base
        thrower = base.buttonThrowers[0].node()
        thrower.set_button_down_event("button-down")
        thrower.set_button_repeat_event("button-again")
        thrower.set_button_up_event("button-up")
        thrower.set_keystroke_event("keystroke")
        for event in ("button-down", "button-again", "button-up", "keystroke"):
            base.accept(event, self._wait, [event])
        base.accept("window-event", self._on_window)
        base.win.set_close_request_event("close-request")
        base.accept("close-request", self._close)

    def take(self, surface: Surface) -> None:
        """Gives everything that came since the last frame to the program."""
        self._move(surface)
        waiting, self._waiting = self._waiting, []
        for event, name in waiting:
            if event == "keystroke":
                typed = typed_event(name)
                if typed is not None:
                    self._program.handle(typed)
            elif name.startswith(("mouse", "wheel")):
                self._on_button(event, name, surface)
            elif event == "button-up":
                self._program.release(_plain(name))
            else:
                self._on_key(event, name)

    def _wait(self, event: str, name: str) -> None:
        self._waiting.append((event, name))

    def _close(self) -> None:
        self.is_closed = True

    def _on_window(self, window: object) -> None:
        own: Any = self._stage.base.win
        if window != own or own.is_closed():
            return
        if not own.get_properties().get_foreground():
            # Keys that go up elsewhere are never told.
            if self._program.controls is not None:
                self._program.controls.let_go()
            for name in ("w", "a", "s", "d", "q", "e", "up", "down", "left", "right", "v"):
                self._program.release(name)

    def _on_key(self, event: str, name: str) -> None:
        key = key_event(name)
        if key is None:
            return
        is_again = event == "button-again"
        if is_again and self._program.tree.focused is None:
            return
        self._program.handle(key)

    def _on_button(self, event: str, name: str, surface: Surface) -> None:
        is_down = event == "button-down"
        controls = self._program.controls
        if controls is not None:
            if event != "button-again":
                controls.button(name, is_down=is_down)
            return
        if name == LOOK_BUTTON:
            self._is_looking = is_down and not self._program.is_at_scope
        elif name.startswith("wheel") and is_down and self._pointer:
            step = -SCROLL_DP if name == "wheel_up" else SCROLL_DP
            surface.scroll(*self._pointer, step)
        elif name == "mouse1" and self._pointer:
            said = "mouse1" if is_down else "mouse1-up"
            found = pointer_event(surface, self._program.tree, said, *self._pointer)
            is_used = found is not None and self._program.handle(found)
            if is_down and not is_used and not self._program.is_at_scope:
                self._point_at(surface)

    def _move(self, surface: Surface) -> None:
        watcher = self._stage.base.mouseWatcherNode
        if not watcher.has_mouse():
            self._pointer = None
            return
        x = (watcher.get_mouse_x() + 1) / 2 * surface.width
        y = (1 - watcher.get_mouse_y()) / 2 * surface.height
        before, self._pointer = self._pointer, (x, y)
        if self._program.controls is not None:
            return  # the pointer is held, and what it does is taken from it where it is held
        if before is None or before == self._pointer:
            return
        if self._is_looking:
            self._program.bodies.walker.look(x - before[0], y - before[1])
            return
        moved = pointer_event(surface, self._program.tree, "move", x, y)
        if moved is not None:
            self._program.handle(moved)

    def _point_at(self, surface: Surface) -> None:
        """Goes to the floor, seat, door or person that the pointer is on."""
        program, bodies = self._program, self._program.bodies
        if program.step is not Step.INSIDE or bodies.layout is None or self._pointer is None:
            return
        lens = self._stage.base.camLens
        fov = lens.get_fov()
        x, y, z = bodies.head_m.tolist()
        eye_m, direction = ray_through(
            (self._pointer[0] / surface.width, self._pointer[1] / surface.height),
            (x, y, z),
            (bodies.walker.yaw_rad, bodies.walker.pitch_rad),
            (math.radians(fov[0]), math.radians(fov[1])),
        )
        hit = pick(bodies.layout, eye_m, direction)
        far_m = hit.distance_m if hit else math.inf
        person = self._person_on(eye_m, direction, far_m)
        if person is not None:
            program.do(OpenPerson(person))
        elif hit is not None and hit.kind in ("seat", "door"):
            program.do(intents.GoTo(f"{hit.kind}:{hit.name}"))
        elif hit is not None and hit.kind == "floor":
            bodies.walk_to(hit.position_m[:2], None)

    def _person_on(self, eye_m: Vector, direction: Vector, far_m: float) -> int | None:
        """Returns the slot of the nearest body on a ray, None where the room comes first."""
        nearest: tuple[float, int] | None = None
        for slot, head_m in self._program.bodies.heads_m().items():
            x, y = float(head_m[0]) - eye_m[0], float(head_m[1]) - eye_m[1]
            along_m = x * direction[0] + y * direction[1]
            aside_m = abs(x * direction[1] - y * direction[0])
            rise_m = eye_m[2] + direction[2] * along_m
            is_hit = 0 < along_m < far_m and aside_m < PERSON_HIT_M and rise_m < head_m[2] + 0.2
            if is_hit and (nearest is None or along_m < nearest[0]):
                nearest = (along_m, slot)
        return nearest[1] if nearest else None


def _plain(name: str) -> str:
    key = key_event(name)
    return key.name if key else name
