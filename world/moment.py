"""What a request needs to know besides the clinic."""

from dataclasses import dataclass

from world.geometry import Vector


@dataclass(frozen=True, slots=True)
class Moment:
    """When and where something is asked.

    Attributes:
      now_s: seconds since the epoch.
      fresh_id: an id that nothing has yet, for what the request may create.
      head_m: where the head of who asks is now, in its room.
    """

    now_s: float
    fresh_id: str
    head_m: Vector = (0.0, 0.0, 0.0)
