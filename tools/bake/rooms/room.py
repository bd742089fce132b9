"""One modeled room, before it is lit."""

from collections.abc import Callable
from dataclasses import dataclass, field

from tools.bake.rooms.lighting import Lighting
from tools.bake.rooms.patches import Model, Triple


@dataclass(frozen=True, slots=True)
class Leaf:
    """A door leaf: its group, the point that it turns about, and how far it opens."""

    group: str
    hinge_m: Triple
    swing_rad: float


@dataclass(slots=True)
class Room:
    """What a room's module returns.

    Attributes:
      type: the room's type, also the name of its folder.
      size_m: width, depth, height.
      model: its patches and its plan.
      lighting: its windows and lamps.
      cube_center_m: where mirrors see the room from.
      garden_x_m: where along X the shared garden stands.
      leaves: its doors' leaves.
    """

    type: str
    size_m: Triple
    model: Model
    lighting: Lighting
    cube_center_m: Triple
    garden_x_m: float
    leaves: list[Leaf] = field(default_factory=list)


RoomMaker = Callable[[], Room]
DOOR_SWING_RAD = 1.48
