"""Clothes: cuts of the body's helper surfaces, smoothed and held off the skin.

A cut is a field over places on the reference body, above 0 where there is cloth. All lengths in
it are metres on the reference figure, which is 1.71 m tall.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from client.avatars.materials import Material
from tools.bake.people.anatomy import BoolArray, FloatArray
from tools.bake.people.reference import Color, Reference, marks
from tools.bake.people.surface import Surface, smoothstep

Cut = Callable[[Reference, FloatArray, FloatArray], FloatArray]
StandOff = Callable[[Reference, FloatArray, FloatArray, FloatArray], FloatArray]
SHOWN_UNDER = 0.030  # an inner garment goes on this far under an open one
NECK_FROM_M = 1.335  # below it a place near the axis is chest or back, not neck
NAPE_M = 0.058  # the nape begins this much higher
BORDER_ROUNDS = 6
COVERED = 0.022  # skin this deep under a garment's border is never seen and left out


@dataclass(frozen=True)
class Garment:
    """How one garment is cut and how far it stands off the body.

    Attributes:
      cut: field over (places, skin weights), above 0 where cloth is.
      stand_off: metres off the surface, from (places, skin weights, cut field).
      helper: the group of the base mesh it is cut from.
      rounds: how often the surface is smoothed.
    """

    cut: Cut
    stand_off: StandOff
    helper: str = "helper-tights"
    rounds: int = 10


def top(
    hem: float = 0.835, sleeve: float = 0.62, neck_v: float = 0.0, collar: float = 1.375
) -> Cut:
    """Returns the cut of a shirt: down to the hem, along the arm to the sleeve's end."""

    def cut(body: Reference, p: FloatArray, weights: FloatArray) -> FloatArray:
        x, y, z = p.T
        from_neck = np.hypot(x, z - 0.002 - 0.35 * (y - 1.34))
        lowest = NECK_FROM_M + NAPE_M * smoothstep(0.01, -0.03, z)
        from_neck = from_neck + 3 * np.maximum(0, lowest - y)
        neck = np.minimum(from_neck - 0.070 + (collar - 1.375), 1.43 - y)
        if neck_v:
            neck = np.minimum(neck, np.where(z > 0.0, neck_v + 1.9 * np.abs(x) - y, 1.0))
        arm = (sleeve - body.along_arm(p, weights)) * 0.22
        return np.asarray(np.minimum.reduce([y - hem, arm, neck]))

    return cut


def trousers(waist: float = 0.93, hem: float = 0.065) -> Cut:
    """Returns the cut of trousers."""

    def cut(body: Reference, p: FloatArray, weights: FloatArray) -> FloatArray:
        arm = 0.03 - body.along_arm(p, weights) * 0.2
        return np.asarray(np.minimum.reduce([waist - p[:, 1], p[:, 1] - hem, arm]))

    return cut


def open_front(inner: Cut, half_gap: float, flare: float, flare_from: float) -> Cut:
    """Returns a cut that is open along the middle of the front and wider towards the neck."""

    def cut(body: Reference, p: FloatArray, weights: FloatArray) -> FloatArray:
        gap = half_gap + flare * np.maximum(0, p[:, 1] - flare_from)
        front = np.where(p[:, 2] > -0.01, np.abs(p[:, 0]) - gap, 1.0) * 0.8
        return np.asarray(np.minimum(inner(body, p, weights), front))

    return cut


def under(inner: Cut, *outer: Cut) -> Cut:
    """Returns the part of a garment that open ones over it leave to be seen."""

    def cut(body: Reference, p: FloatArray, weights: FloatArray) -> FloatArray:
        seen = SHOWN_UNDER - np.max([over(body, p, weights) for over in outer], axis=0)
        return np.asarray(np.minimum(inner(body, p, weights), seen))

    return cut


def coat_skirt(_body: Reference, p: FloatArray, _weights: FloatArray) -> FloatArray:
    """The lower half of a white coat, open in front."""
    gap = 0.030 + 0.10 * np.maximum(0, 0.95 - p[:, 1])
    front = np.where(p[:, 2] > 0, np.abs(p[:, 0]) - gap, 1.0)
    return np.asarray(np.minimum.reduce([p[:, 1] - 0.56, 0.985 - p[:, 1], front]))


def skirt(_body: Reference, p: FloatArray, _weights: FloatArray) -> FloatArray:
    """A skirt from the waist to below the knee."""
    return np.asarray(np.minimum(p[:, 1] - 0.36, 0.985 - p[:, 1]))


def shirt_stand_off(
    base_m: float, waist_m: float, sleeve_m: float, neck_m: float = 0.0035
) -> StandOff:
    """Returns how far a shirt stands off.

    Args:
      base_m: on shoulder and chest.
      waist_m: how much more it stands off at the waist.
      sleeve_m: along the arm instead of `base_m`; half as much remains at the wrist, as an arm
        tapers and its sleeve is cut to follow.
      neck_m: how much nearer it lies round the neck.
    """

    def stand_off(
        body: Reference, p: FloatArray, weights: FloatArray, cut: FloatArray
    ) -> FloatArray:
        arm = body.along_arm(p, weights)
        on_trunk = smoothstep(0.1, -0.1, arm)
        waist = waist_m * smoothstep(1.12, 0.86, p[:, 1]) * on_trunk
        along = sleeve_m * (1 - 0.5 * smoothstep(0.9, 1.9, arm))
        on_sleeve = smoothstep(0.0, 0.45, arm)
        neck = neck_m * smoothstep(0.012, 0, cut) * (p[:, 1] > 1.2) * (arm < 0.1)
        return np.asarray(base_m * (1 - on_sleeve) + along * on_sleeve + waist - neck)

    return stand_off


def cuffed(inner: StandOff, start: float, end: float, cuff_m: float) -> StandOff:
    """Returns a sleeve that comes to `cuff_m` off the arm between two places along it."""

    def stand_off(
        body: Reference, p: FloatArray, weights: FloatArray, cut: FloatArray
    ) -> FloatArray:
        at_cuff = smoothstep(start, end, body.along_arm(p, weights))
        return np.asarray(inner(body, p, weights, cut) * (1 - at_cuff) + cuff_m * at_cuff)

    return stand_off


def legs_stand_off(seat_m: float, thigh_m: float, ankle_m: float) -> StandOff:
    """Returns how far trousers stand off, growing towards the ankle."""

    def stand_off(
        _body: Reference, p: FloatArray, _weights: FloatArray, _cut: FloatArray
    ) -> FloatArray:
        y = p[:, 1]
        legs = thigh_m * smoothstep(0.75, 0.45, y) + ankle_m * smoothstep(0.45, 0.10, y)
        return np.asarray(0.005 + seat_m * smoothstep(0.93, 0.8, y) + legs)

    return stand_off


def skirt_stand_off(waist_m: float, hem_m: float) -> StandOff:
    """Returns how far a skirt stands off, at its waist and at its hem."""

    def stand_off(
        _body: Reference, p: FloatArray, _weights: FloatArray, _cut: FloatArray
    ) -> FloatArray:
        return np.asarray(waist_m + (hem_m - waist_m) * smoothstep(0.98, 0.55, p[:, 1]))

    return stand_off


COAT_BODY = open_front(top(hem=0.955, sleeve=1.93, collar=1.380), 0.030, 0.24, 1.13)
CARDIGAN_BODY = open_front(top(hem=0.80, sleeve=1.88, collar=1.380), 0.030, 0.26, 1.12)
UNDER_COAT_OFF = shirt_stand_off(0.006, 0.014, 0.006)
GARMENTS: dict[str, Garment] = {
    "scrub-top": Garment(
        top(sleeve=0.66, neck_v=1.25, collar=1.383), shirt_stand_off(0.006, 0.016, 0.0075)
    ),
    "under-coat": Garment(
        under(top(sleeve=0.2, neck_v=1.25, collar=1.383), COAT_BODY, coat_skirt), UNDER_COAT_OFF
    ),
    "scrub-trousers": Garment(trousers(), legs_stand_off(0.007, 0.010, 0.012), rounds=14),
    "coat": Garment(
        COAT_BODY,
        cuffed(shirt_stand_off(0.014, 0.013, 0.010, -0.004), 1.5, 1.93, 0.008),
    ),
    "coat-skirt": Garment(coat_skirt, skirt_stand_off(0.020, 0.052), "helper-skirt", 2),
    "sweater": Garment(
        top(sleeve=1.9, collar=1.387),
        cuffed(shirt_stand_off(0.006, 0.012, 0.0045), 1.7, 1.9, 0.0015),
    ),
    "t-shirt": Garment(top(sleeve=0.62, collar=1.386), shirt_stand_off(0.005, 0.012, 0.006)),
    "polo": Garment(
        top(sleeve=0.70, neck_v=1.33, collar=1.385), shirt_stand_off(0.006, 0.011, 0.007)
    ),
    "blouse": Garment(
        top(hem=0.86, sleeve=1.55, neck_v=1.31, collar=1.384), shirt_stand_off(0.005, 0.008, 0.004)
    ),
    "cardigan": Garment(
        CARDIGAN_BODY,
        cuffed(shirt_stand_off(0.015, 0.016, 0.009, -0.004), 1.65, 1.88, 0.004),
    ),
    "jeans": Garment(trousers(), legs_stand_off(0.004, 0.006, 0.009), rounds=8),
    "skirt": Garment(skirt, skirt_stand_off(0.016, 0.030), "helper-skirt", 4),
}


class Tailor:
    """Makes garments on one reference body; each cut is made once."""

    def __init__(self, body: Reference) -> None:
        self._body = body
        self._made: dict[str, tuple[Surface, FloatArray]] = {}

    def make(self, name: str, color: Color) -> Surface:
        """Returns the garment in that color."""
        part, cut = self._part(name)
        places = part.lying(self._body.figure_m)
        made = marks(
            len(part),
            color,
            Material.CLOTH,
            pattern=places[:, :2],
            edge=self._seam(name, places, cut),
            light=np.where(cut < 0.004, 0.8, 1.0),
        )
        return Surface(part.triangles, part.blend, part.offset_m.copy(), part.shift_m, made)

    def field(self, name: str) -> FloatArray:
        """Returns (base,) the garment's cut over the whole base mesh."""
        body = self._body
        return np.asarray(GARMENTS[name].cut(body, body.figure_m, body.anatomy.skin_weights), float)

    def covered(self, names: list[str]) -> BoolArray:
        """Returns (base,) booleans: skin that these garments together hide for good."""
        fields = [self.field(name) for name in names]
        return np.asarray(np.max(fields, axis=0) > COVERED)

    def _part(self, name: str) -> tuple[Surface, FloatArray]:
        if name not in self._made:
            body, garment = self._body, GARMENTS[name]
            weights = body.anatomy.skin_weights
            part = body.group(garment.helper).only().smooth(garment.rounds)
            if garment.helper == "helper-tights":
                part.smooth(24, shrinking=True, amount=_crotch(part.lying(body.figure_m)))
            cut = garment.cut(body, part.lying(body.figure_m), part.blend @ weights)
            part.marks = {"cut": cut}
            part = part.clip(cut).even_border(BORDER_ROUNDS)
            cut = part.marks["cut"]
            places = part.lying(body.figure_m)
            part.offset_m = garment.stand_off(body, places, part.blend @ weights, cut)
            self._made[name] = (part, cut)
        return self._made[name]

    def _seam(self, name: str, places: FloatArray, cut: FloatArray) -> FloatArray:
        """Returns (n,) the distance to the border as the stitching sees it."""
        if name == "coat":  # its lower border continues in the coat's skirt
            return np.where(places[:, 1] < 1.0, 1.0, cut)
        if name == "coat-skirt":
            return np.where(places[:, 1] > 0.93, 1.0, cut)
        return cut


def _crotch(p: FloatArray) -> FloatArray:
    """Returns (n,) 1 at the front of the hips, where cloth spans instead of following."""
    band = smoothstep(1.0, 0.88, p[:, 1]) * smoothstep(0.78, 0.82, p[:, 1])
    return np.asarray(band * smoothstep(0.12, 0.06, np.abs(p[:, 0])))
