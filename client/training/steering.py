"""What leaves for the instruments: at the simulation's pace, whatever the pace of the pictures.

Rules:
- A window is asked for a person's hands once a picture. On a slow machine that is seldom: so a hand
  glides from where it was asked to be to where it is asked to be now, for as long as the picture
  took. On a fast one nothing is between.
- The own instruments are moved here too, so that what is shown is what was sent.
- A clock of its own (`client.training.beats`) may go on here while a picture is drawn: one lock.
"""

from dataclasses import replace
from math import pi, remainder
from threading import Lock
from typing import Final, NamedTuple

import numpy as np

from client.training.prediction import Outgoing, Prediction
from sim.instruments.inputs import Inputs
from sim.instruments.scope import Camera
from sim.instruments.station import Station
from sim.instruments.trocar import Pose, Posture
from world.geometry import FloatArray

AT_ONCE_S: Final = 1 / 45
"""Pictures that come more often than this are as good as the simulation's steps."""
LONGEST_GLIDE_S: Final = 0.25
"""After a longer pause a hand is not held back for as long as the pause was."""


class Shown(NamedTuple):
    """The own instruments and scope as they are to be drawn.

    Attributes:
      hands: postures of the left and the right instrument.
      poses: where both tips are.
      view: where the scope's camera is.
    """

    hands: tuple[Posture, Posture]
    poses: tuple[Pose, Pose]
    view: Camera


class Glide:
    """The way from what was asked for with one picture to what is asked for with the next.

    Args:
      first: asked for at the beginning.
    """

    def __init__(self, first: Inputs) -> None:
        self._before = self._last = first
        self._since_s: float | None = None
        self._takes_s = 0.0

    def take(self, wanted: Inputs, now_s: float) -> None:
        """Takes what is asked for with the picture of now."""
        gap_s = 0.0 if self._since_s is None else now_s - self._since_s
        self._before = self.at(now_s)
        self._last, self._since_s = wanted, now_s
        self._takes_s = min(gap_s, LONGEST_GLIDE_S) if gap_s > AT_ONCE_S else 0.0

    def at(self, now_s: float) -> Inputs:
        """Returns what is to be asked for now."""
        # Two clocks look here: one may ask for a moment just before the other's.
        spent_s = 0.0 if self._since_s is None else max(now_s - self._since_s, 0.0)
        if spent_s >= self._takes_s:
            return self._last
        return between(self._before, self._last, spent_s / self._takes_s)


class Steering:
    """Both instruments and the scope of one trainee.

    Args:
      station: where they are.
      start: how they stand at the beginning.
    """

    def __init__(self, station: Station, start: Inputs) -> None:
        self._lock = Lock()
        self._glide = Glide(start)
        self._prediction = Prediction(station, start)
        self._then_s: float | None = None

    def want(self, wanted: Inputs, now_s: float) -> None:
        """Takes what hands ask for now."""
        with self._lock:
            self._glide.take(wanted, now_s)

    def advance(self, now_s: float) -> None:
        """Moves the instruments on to a moment; one that has passed already changes nothing."""
        with self._lock:
            self._advance(now_s)

    def input_due(self, now_s: float) -> Outgoing | None:
        """Returns the input to send now, None between two; the instruments move on with it."""
        with self._lock:
            self._advance(now_s)
            return self._prediction.input_due(now_s)

    def take_tips(self, number: int, tips_m: FloatArray) -> None:
        """Takes where both tips, (2, 3), really were after an input of this number."""
        with self._lock:
            self._prediction.take_tips(number, tips_m)

    @property
    def shown(self) -> Shown:
        """How instruments and scope are to be drawn."""
        with self._lock:
            own = self._prediction
            return Shown(own.hands, own.poses, own.view)

    def _advance(self, now_s: float) -> None:
        dt_s = 0.0 if self._then_s is None else now_s - self._then_s
        self._then_s = now_s if self._then_s is None else max(now_s, self._then_s)
        self._prediction.advance(self._glide.at(now_s), dt_s)


def between(one: Inputs, other: Inputs, share: float) -> Inputs:
    """Returns what is asked for at a share of the way; pedals and words are the later ones."""
    return replace(
        other,
        left=_posture(one.left, other.left, share),
        right=_posture(one.right, other.right, share),
        scope=_posture(one.scope, other.scope, share),
        head_roll_rad=_turned(one.head_roll_rad, other.head_roll_rad, share),
    )


def _posture(one: Posture, other: Posture, share: float) -> Posture:
    yaw, pitch, slide, jaw = (
        float(np.interp(share, (0.0, 1.0), values))
        for values in (
            (one.yaw_rad, other.yaw_rad),
            (one.pitch_rad, other.pitch_rad),
            (one.insertion_m, other.insertion_m),
            (one.jaw, other.jaw),
        )
    )
    roll_rad = _turned(one.roll_rad, other.roll_rad, share)
    return Posture(yaw, pitch, slide, roll_rad, jaw, other.is_active)


def _turned(one_rad: float, other_rad: float, share: float) -> float:
    return remainder(one_rad + share * remainder(other_rad - one_rad, 2 * pi), 2 * pi)
