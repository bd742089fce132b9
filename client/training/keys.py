"""Which key, mouse button and gamepad button does what at a training station, as tables.

The left hand's keys lie round the left hand's middle finger, the right hand's round the right
one's, the same way round: so two hands on a keyboard work as two hands on instruments do. Every
key is one press or one hold; nothing needs two keys at once.
"""

from dataclasses import dataclass
from enum import Enum
from types import MappingProxyType
from typing import Final

LEFT, RIGHT = 0, 1


class Motion(Enum):
    """Where a key moves a tip, as the picture shows it."""

    LEFT = "left"
    RIGHT = "right"
    UP = "up"
    DOWN = "down"
    INTO = "into"
    OUT = "out"
    ROLL_LEFT = "roll left"
    ROLL_RIGHT = "roll right"


class ScopeMotion(Enum):
    """Where a key moves the scope."""

    LEFT = "left"
    RIGHT = "right"
    UP = "up"
    DOWN = "down"
    INTO = "into"
    OUT = "out"
    ROLL_LEFT = "roll left"
    ROLL_RIGHT = "roll right"


class Press(Enum):
    """What one press does."""

    SWITCH = "other hand"
    GRIP = "close or open"
    LEFT_GRIP = "left: close or open"
    RIGHT_GRIP = "right: close or open"
    LEFT_PEDAL = "left: pedal"
    RIGHT_PEDAL = "right: pedal"
    LEVEL = "level the picture"
    DONE = "finished"


MOVES: Final = MappingProxyType(
    {
        "a": (LEFT, Motion.LEFT),
        "d": (LEFT, Motion.RIGHT),
        "w": (LEFT, Motion.UP),
        "s": (LEFT, Motion.DOWN),
        "e": (LEFT, Motion.INTO),
        "q": (LEFT, Motion.OUT),
        "z": (LEFT, Motion.ROLL_LEFT),
        "x": (LEFT, Motion.ROLL_RIGHT),
        "j": (RIGHT, Motion.LEFT),
        "l": (RIGHT, Motion.RIGHT),
        "i": (RIGHT, Motion.UP),
        "k": (RIGHT, Motion.DOWN),
        "o": (RIGHT, Motion.INTO),
        "u": (RIGHT, Motion.OUT),
        "n": (RIGHT, Motion.ROLL_LEFT),
        "m": (RIGHT, Motion.ROLL_RIGHT),
    }
)
SCOPE_MOVES: Final = MappingProxyType(
    {
        "left": ScopeMotion.LEFT,
        "right": ScopeMotion.RIGHT,
        "up": ScopeMotion.UP,
        "down": ScopeMotion.DOWN,
        "page-up": ScopeMotion.INTO,
        "page-down": ScopeMotion.OUT,
        "home": ScopeMotion.ROLL_LEFT,
        "end": ScopeMotion.ROLL_RIGHT,
    }
)
PRESSES: Final = MappingProxyType(
    {
        "space": Press.SWITCH,
        "c": Press.LEFT_GRIP,
        ",": Press.RIGHT_GRIP,
        "v": Press.LEFT_PEDAL,
        ".": Press.RIGHT_PEDAL,
        "h": Press.LEVEL,
        "f10": Press.DONE,
    }
)
KEYS_SAY: Final = (
    ("Mouse", "move the tip"),
    ("Wheel", "deeper, nearer"),
    ("Click", "close, open"),
    ("Right button", "turn"),
    ("Space", "other hand"),
    ("F10", "finished"),
    ("F1", "all keys"),
)
ALL_KEYS_SAY: Final = (
    ("Left hand: W A S D", "move"),
    ("Q E", "nearer, deeper"),
    ("Z X", "turn"),
    ("C", "close, open"),
    ("V", "pedal"),
    ("Right hand: I J K L", "move"),
    ("U O", "nearer, deeper"),
    ("N M", "turn"),
    (",", "close, open"),
    (".", "pedal"),
    ("Scope: arrows", "look about"),
    ("Page up, Page down", "nearer, farther"),
    ("Home End", "turn the light post"),
    ("H", "level the picture"),
    ("F10", "finished"),
)


class PadButton(Enum):
    """Buttons of a gamepad by where they lie."""

    LEFT_SHOULDER = "lshoulder"
    RIGHT_SHOULDER = "rshoulder"
    CROSS_LEFT = "dpad_left"
    CROSS_RIGHT = "dpad_right"
    CROSS_UP = "dpad_up"
    CROSS_DOWN = "dpad_down"
    LOWER = "face_a"
    RIGHT = "face_b"
    LEFT = "face_x"
    UPPER = "face_y"
    START = "start"


@dataclass(frozen=True, slots=True)
class Pad:
    """How a gamepad is held now.

    Attributes:
      sticks: of the left and the right one, how far to the right and up, -1 to 1.
      triggers: how far each is pulled, 0 to 1.
      buttons: that are down.
    """

    sticks: tuple[tuple[float, float], tuple[float, float]] = ((0.0, 0.0), (0.0, 0.0))
    triggers: tuple[float, float] = (0.0, 0.0)
    buttons: frozenset[PadButton] = frozenset()


DEPTH_BUTTONS: Final = (PadButton.LEFT_SHOULDER, PadButton.RIGHT_SHOULDER)
"""While one is held, the stick of its hand goes deeper and nearer, and turns."""
PAD_PRESSES: Final = MappingProxyType(
    {
        PadButton.UPPER: Press.LEVEL,
        PadButton.START: Press.DONE,
    }
)
PAD_SCOPE: Final = MappingProxyType(
    {
        PadButton.CROSS_LEFT: ScopeMotion.LEFT,
        PadButton.CROSS_RIGHT: ScopeMotion.RIGHT,
        PadButton.CROSS_UP: ScopeMotion.UP,
        PadButton.CROSS_DOWN: ScopeMotion.DOWN,
        PadButton.LOWER: ScopeMotion.INTO,
        PadButton.RIGHT: ScopeMotion.OUT,
    }
)
