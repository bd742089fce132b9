"""The bones of a group of people at rest: places, limb lengths and limb frames, ready to pose."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from client.avatars.glb import Person
from client.avatars.rotation import cross, dot, frame, transposed, unit
from world.errors import ConfigurationError
from world.geometry import FloatArray

SIDES = "lr"
SPINE = ("spine_01", "spine_02", "spine_03")
DIGITS = ("thumb", "index", "middle", "ring", "pinky")


@dataclass(frozen=True, eq=False)
class Limb:
    """Both arms or both legs of all people: two bones, a hinge between, an end.

    Attributes:
      root, hinge, end: bone indices of the left and right: (2,).
      upper_m, lower_m: (n, 2) lengths.
      upper_from_rest, lower_from_rest: (n, 2, 3, 3) what undoes the rest frames.
    """

    root: NDArray[np.int64]
    hinge: NDArray[np.int64]
    end: NDArray[np.int64]
    upper_m: FloatArray
    lower_m: FloatArray
    upper_from_rest: FloatArray
    lower_from_rest: FloatArray


@dataclass(frozen=True, eq=False)
class FingerLevel:
    """All finger bones of one depth: indices, their digit and side, and how they curl."""

    bones: NDArray[np.int64]
    side: NDArray[np.int64]
    digit: NDArray[np.int64]
    axes: FloatArray
    curl_rad: FloatArray


class Skeleton:
    """The rest state of n people, who share one bone tree.

    Attributes:
      rest_m: (n, 53, 3); local_m: (n, 53, 3) each bone from its parent.
      eye_m: (n, 3) between the eyes.
      thigh_m: (n,) how far the front of a clothed thigh is from its bone.
      hand_from_rest: (n, 2, 3, 3) what undoes the rest frame (fingers, thumbward, palm) of a hand.
    """

    def __init__(self, people: Sequence[Person]) -> None:
        first = people[0]
        if any(person.bones != first.bones for person in people):
            raise ConfigurationError("people with different bones cannot be posed together")
        self.bones, self.parents = first.bones, first.parents
        self._index = {name: i for i, name in enumerate(first.bones)}
        self.rest_m: FloatArray = np.stack([person.joints_m for person in people])
        self.eye_m: FloatArray = np.stack([person.eye_m for person in people])
        above = self.rest_m[:, np.maximum(self.parents, 0)]
        self.local_m: FloatArray = np.where((self.parents >= 0)[:, None], self.rest_m - above, 0)
        self.pelvis, self.neck, self.head = (self.bone(b) for b in ("pelvis", "neck_01", "head"))
        self.spine = [self.bone(b) for b in SPINE]
        self.clavicles = self.pair("clavicle")
        self.toes = self.pair("ball")
        self.arms = self._limb("upperarm", "lowerarm", "hand")
        self.legs = self._limb("thigh", "calf", "foot")
        hand_rest = self._hand_frames()
        self.hand_from_rest = transposed(hand_rest)
        self.fingers = self._fingers(hand_rest)
        self.thigh_m: FloatArray = np.array([_thigh_front(person) for person in people])

    def __len__(self) -> int:
        return len(self.rest_m)

    def bone(self, name: str) -> int:
        """Returns the index of a bone."""
        return self._index[name]

    def pair(self, name: str) -> NDArray[np.int64]:
        """Returns the indices of a left and a right bone."""
        return np.array([self.bone(f"{name}_{side}") for side in SIDES])

    def _limb(self, root: str, hinge: str, end: str) -> Limb:
        indices = [self.pair(name) for name in (root, hinge, end)]
        a, b, c = (self.rest_m[:, index] for index in indices)
        bend = cross(b - a, c - a)
        return Limb(
            root=indices[0],
            hinge=indices[1],
            end=indices[2],
            upper_m=np.sqrt(dot(b - a, b - a)),
            lower_m=np.sqrt(dot(c - b, c - b)),
            upper_from_rest=transposed(frame(b - a, bend)),
            lower_from_rest=transposed(frame(c - b, bend)),
        )

    def _hand_frames(self) -> FloatArray:
        wrist = self.rest_m[:, self.pair("hand")]
        fingers = self.rest_m[:, self.pair("middle_01")] - wrist
        thumbward = self.rest_m[:, self.pair("index_01")] - self.rest_m[:, self.pair("pinky_01")]
        palm = cross(fingers, thumbward) * np.array([1.0, -1.0])[:, None]
        return frame(fingers, palm)

    def _fingers(self, hand_rest: FloatArray) -> list[FingerLevel]:
        """Returns finger bones by depth; a finger curls about the axis across its palm."""
        levels = []
        for joint in ("01", "02", "03"):
            names = [(d, s) for s in range(2) for d in range(len(DIGITS))]
            bones = np.array([self.bone(f"{DIGITS[d]}_{joint}_{SIDES[s]}") for d, s in names])
            digit = np.array([d for d, _ in names])
            side = np.array([s for _, s in names])
            axes = -hand_rest[..., 1][:, side]
            inward = hand_rest[..., 0][:, side] * np.where(side == 0, 0.9, -0.9)[:, None]
            axes = np.where((digit == 0)[:, None], inward + 0.5 * axes, axes)
            curl_rad = np.where(digit > 0, 1.15, 0.45)
            levels.append(FingerLevel(bones, side, digit, unit(axes), curl_rad))
        return levels


def _thigh_front(person: Person) -> float:
    """Returns how far the front of the left thigh, clothes included, is before its bone."""
    hip, knee = (person.joints_m[person.bones.index(b)] for b in ("thigh_l", "calf_l"))
    main = person.joints[np.arange(len(person.joints)), person.weights.argmax(1)]
    on_thigh = main == person.bones.index("thigh_l")
    places = person.positions_m[on_thigh]
    down = (hip[2] - places[:, 2]) / (hip[2] - knee[2])
    middle = places[(down > 0.3) & (down < 0.75)]
    bone_y = hip[1] + (knee[1] - hip[1]) * (hip[2] - middle[:, 2]) / (hip[2] - knee[2])
    return float(np.percentile(middle[:, 1] - bone_y, 85)) if len(middle) else 0.08
