"""What a trainee asks for, from mouse, keys and gamepad: both instruments and the scope.

Rules:
- The mouse and the sticks move a tip as the picture shows it. The wheel moves it along the line of
  sight, so that it stays under the pointer.
- A mouse has one hand at a time, the active one; keys and sticks have both.
- Jaws stay as they were left: one press closes, the next opens. So a ring is held by one hand while
  the mouse has the other. A gamepad's triggers hold the jaws themselves.
"""

from dataclasses import dataclass, field, replace
from math import copysign, tan
from typing import Final

import numpy as np

from client.training.keys import (
    DEPTH_BUTTONS,
    MOVES,
    PAD_PRESSES,
    PAD_SCOPE,
    PRESSES,
    SCOPE_MOVES,
    Motion,
    Pad,
    PadButton,
    Press,
    ScopeMotion,
)
from sim.instruments.controls import nudged, turned
from sim.instruments.inputs import Inputs
from sim.instruments.scope import Camera, level_head_roll_rad
from sim.instruments.station import Station
from sim.instruments.trocar import Posture, Trocar, pose, within_limits
from world.geometry import FloatArray, rotate

LEFT, RIGHT = 0, 1
KEY_SPEED_M_S: Final = 0.06
STICK_SPEED_M_S: Final = 0.12
WHEEL_STEP_M: Final = 0.004
ROLL_RAD_S: Final = 1.8
ROLL_RAD_PER_PX: Final = 0.008
SCOPE_SWING_RAD_S: Final = 0.35
SCOPE_SLIDE_M_S: Final = 0.04
SCOPE_ROLL_RAD_S: Final = 0.8
DEAD_STICK: Final = 0.12
"""Sticks do not come quite back to the middle."""
OPEN: Final = 0.37
"""Jaws that a press opens: wide enough for a ring's tube, narrow enough to pass beside its peg.

Own choice, tried on the peg board: at 0.6 the inner jaw comes down on the peg.
"""
SETTLED_S: Final = 0.25
"""A key that is held this long moves at full speed; a tap is a small step."""
BACK: Final = np.array([1.0, -1.0, -1.0, -1.0])


@dataclass(slots=True)
class Hands:
    """What is asked for.

    Attributes:
      station: where the instruments are.
      wanted: postures that the left and the right instrument shall take.
      scope: posture that the scope shall take.
      head_roll_rad: turn of the camera head.
      active: LEFT or RIGHT: whose tip the mouse moves.
      is_left_handed: the left hand begins, and the mouse's buttons are exchanged.
      is_done: the trainee has said that the task is finished.
      held: keys that are down, and for how long, in seconds.
    """

    station: Station
    wanted: list[Posture]
    scope: Posture
    head_roll_rad: float = 0.0
    is_left_handed: bool = False
    active: int = RIGHT
    is_done: bool = False
    held: dict[str, float] = field(default_factory=dict)
    _pad_is_held: frozenset[PadButton] = frozenset()
    _pad_triggers: list[float] = field(default_factory=lambda: [0.0, 0.0])

    def __post_init__(self) -> None:
        if self.is_left_handed:
            self.active = LEFT

    @property
    def inputs(self) -> Inputs:
        """All that is asked for now."""
        left, right = self.wanted
        return Inputs(left, right, self.scope, self.head_roll_rad, self.is_done)

    @property
    def trocars(self) -> tuple[Trocar, Trocar]:
        """Of the left and the right instrument."""
        return self.station.left, self.station.right

    def take(self, inputs: Inputs) -> None:
        """Takes what somebody else asks for in one's place, whole."""
        self.wanted = [inputs.left, inputs.right]
        self.scope, self.head_roll_rad = inputs.scope, inputs.head_roll_rad
        self.is_done = inputs.is_done

    # --- mouse

    def point(self, across_px: float, down_px: float, height_px: float, view: Camera) -> None:
        """Moves the active tip with the pointer.

        Args:
          across_px: how far the pointer went to the right.
          down_px: how far it went down.
          height_px: height of the scope's whole picture on the screen.
          view: where the scope's camera is.
        """
        seen_m = self._seen_m(self.active, view)
        per_px = (
            2 * tan(self.station.scope.field_of_view_rad / 2) * max(seen_m[1], 0.02) / height_px
        )
        self._move(self.active, view, np.array([across_px * per_px, 0.0, -down_px * per_px]))

    def roll(self, across_px: float) -> None:
        """Turns the active instrument about its shaft with the pointer."""
        own = self.wanted[self.active]
        self.wanted[self.active] = turned(own, across_px * ROLL_RAD_PER_PX, 0.0)

    def wheel(self, steps: float, view: Camera) -> None:
        """Moves the active tip along the line of sight: above 0 is away from the lens."""
        seen_m = self._seen_m(self.active, view)
        length_m = float(np.sqrt((seen_m**2).sum()))
        if seen_m[1] <= 0 or length_m + steps * WHEEL_STEP_M <= self.station.scope.near_m:
            return
        self._move(self.active, view, seen_m / length_m * steps * WHEEL_STEP_M)

    def grip(self, hand: int) -> None:
        """Closes the jaws of a hand that are open, or opens them."""
        own = self.wanted[hand]
        self.wanted[hand] = replace(own, jaw=0.0 if own.jaw > 0 else OPEN)

    def press_pedal(self, hand: int, *, is_pressed: bool) -> None:
        """Presses or lets go of what belongs to a hand's instrument: current, clip, lock."""
        self.wanted[hand] = replace(self.wanted[hand], is_active=is_pressed)

    def switch(self) -> None:
        """Gives the mouse the other hand."""
        self.active = 1 - self.active

    def level_horizon(self) -> None:
        """Turns the camera head so that the picture's horizon is level."""
        station = self.station
        self.head_roll_rad = level_head_roll_rad(station.scope, station.camera, self.scope)

    # --- keys

    def key(self, name: str, *, is_down: bool) -> bool:
        """Takes a key that went down or up; returns whether it is one of these."""
        if not is_down:
            self.held.pop(name, None)
            press = PRESSES.get(name)
            if press in (Press.LEFT_PEDAL, Press.RIGHT_PEDAL):
                self.press_pedal(int(press is Press.RIGHT_PEDAL), is_pressed=False)
            return name in MOVES or name in SCOPE_MOVES or name in PRESSES
        if name in MOVES or name in SCOPE_MOVES:
            self.held.setdefault(name, 0.0)
            return True
        if name not in PRESSES:
            return False
        self.do(PRESSES[name])
        return True

    def do(self, press: Press) -> None:
        """Does what a single press means."""
        match press:
            case Press.SWITCH:
                self.switch()
            case Press.GRIP:
                self.grip(self.active)
            case Press.LEFT_GRIP:
                self.grip(LEFT)
            case Press.RIGHT_GRIP:
                self.grip(RIGHT)
            case Press.LEFT_PEDAL:
                self.press_pedal(LEFT, is_pressed=True)
            case Press.RIGHT_PEDAL:
                self.press_pedal(RIGHT, is_pressed=True)
            case Press.LEVEL:
                self.level_horizon()
            case Press.DONE:
                self.is_done = True

    def let_go(self) -> None:
        """Lets go of every key and pedal: the window has lost the keyboard."""
        self.held.clear()
        for hand in (LEFT, RIGHT):
            self.press_pedal(hand, is_pressed=False)

    def advance(self, dt_s: float, view: Camera) -> None:
        """Moves what held keys move, by a frame."""
        for name in list(self.held):
            self.held[name] += dt_s
            share = min(1.0, 0.25 + 0.75 * self.held[name] / SETTLED_S)
            if name in MOVES:
                hand, motion = MOVES[name]
                self._move_by_key(hand, motion, share * dt_s, view)
            else:
                self._move_scope(SCOPE_MOVES[name], share * dt_s)

    # --- gamepad

    def take_pad(self, pad: Pad, dt_s: float, view: Camera) -> None:
        """Moves what a gamepad's sticks, triggers and buttons ask for, by a frame."""
        for hand, stick in enumerate(pad.sticks):
            across, up = (_curved(value) for value in stick)
            if DEPTH_BUTTONS[hand] in pad.buttons:
                self.wanted[hand] = turned(self.wanted[hand], across * ROLL_RAD_S * dt_s, 0.0)
                across_m, deep_m, up_m = 0.0, up, 0.0
            else:
                across_m, deep_m, up_m = across, 0.0, up
            way_m = np.array([across_m, deep_m, up_m]) * STICK_SPEED_M_S * dt_s
            if way_m.any():
                self._move(hand, view, way_m)
        self._take_triggers(pad.triggers)
        pressed = pad.buttons - self._pad_is_held
        self._pad_is_held = pad.buttons
        for button in pressed:
            if button in PAD_PRESSES:
                self.do(PAD_PRESSES[button])
        for button in pad.buttons:
            if button in PAD_SCOPE:
                self._move_scope(PAD_SCOPE[button], dt_s)

    # --- inside

    def _seen_m(self, hand: int, view: Camera) -> FloatArray:
        """Returns where a tip is from the lens, (3,): to the right, ahead, upwards."""
        tip_m = pose(self.trocars[hand], self.wanted[hand]).tip_m
        return rotate(view.rotation * BACK, tip_m - view.position_m)

    def _move(self, hand: int, view: Camera, way_m: FloatArray) -> None:
        own = self.wanted[hand]
        self.wanted[hand] = nudged(self.trocars[hand], own, view.rotation, way_m)

    def _move_by_key(self, hand: int, motion: Motion, held_s: float, view: Camera) -> None:
        if motion in ROLLS:
            self.wanted[hand] = turned(self.wanted[hand], ROLLS[motion] * held_s, 0.0)
        else:
            self._move(hand, view, np.array(WAYS[motion]) * KEY_SPEED_M_S * held_s)

    def _move_scope(self, motion: ScopeMotion, held_s: float) -> None:
        swing_rad, slide_m = SCOPE_SWING_RAD_S * held_s, SCOPE_SLIDE_M_S * held_s
        yaw, pitch, slide, roll = SCOPE_WAYS[motion]
        self.scope = within_limits(
            replace(
                self.scope,
                yaw_rad=self.scope.yaw_rad + yaw * swing_rad,
                pitch_rad=self.scope.pitch_rad + pitch * swing_rad,
                insertion_m=self.scope.insertion_m + slide * slide_m,
                roll_rad=self.scope.roll_rad + roll * SCOPE_ROLL_RAD_S * held_s,
            )
        )

    def _take_triggers(self, triggers: tuple[float, float]) -> None:
        """Closes jaws by as much as a trigger is pulled; one that rests leaves them alone."""
        for hand, pulled in enumerate(triggers):
            if abs(pulled - self._pad_triggers[hand]) > 0.01:
                self._pad_triggers[hand] = pulled
                self.wanted[hand] = replace(self.wanted[hand], jaw=OPEN * (1.0 - pulled))


WAYS: Final = {
    Motion.LEFT: (-1.0, 0.0, 0.0),
    Motion.RIGHT: (1.0, 0.0, 0.0),
    Motion.UP: (0.0, 0.0, 1.0),
    Motion.DOWN: (0.0, 0.0, -1.0),
    Motion.INTO: (0.0, 1.0, 0.0),
    Motion.OUT: (0.0, -1.0, 0.0),
}
"""In the picture's frame."""
ROLLS: Final = {Motion.ROLL_LEFT: -ROLL_RAD_S, Motion.ROLL_RIGHT: ROLL_RAD_S}
SCOPE_WAYS: Final = {
    ScopeMotion.LEFT: (1.0, 0.0, 0.0, 0.0),
    ScopeMotion.RIGHT: (-1.0, 0.0, 0.0, 0.0),
    ScopeMotion.UP: (0.0, 1.0, 0.0, 0.0),
    ScopeMotion.DOWN: (0.0, -1.0, 0.0, 0.0),
    ScopeMotion.INTO: (0.0, 0.0, 1.0, 0.0),
    ScopeMotion.OUT: (0.0, 0.0, -1.0, 0.0),
    ScopeMotion.ROLL_LEFT: (0.0, 0.0, 0.0, -1.0),
    ScopeMotion.ROLL_RIGHT: (0.0, 0.0, 0.0, 1.0),
}
"""Shares of yaw, pitch, slide and roll."""


def _curved(value: float) -> float:
    """Returns a stick's deflection with a dead middle and fine steps near it."""
    size = (abs(value) - DEAD_STICK) / (1 - DEAD_STICK)
    return 0.0 if size <= 0 else copysign(min(size, 1.0) ** 2, value)
