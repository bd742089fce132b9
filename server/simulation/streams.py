"""The frames of a scene in one tier: as often as the tier says, within its bytes a second.

A frame that grew beyond its share (a new cut makes a key frame) is paid for by leaving out the
next ones, so that the mean holds whatever the scene does. The first frame, and key frames for who
joins or missed one, are not counted: each viewer gets them once.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import NamedTuple

from sim.arrays import STEP_S
from world.protocol import messages as m
from world.protocol.scene_lane import AT_REST, Hands, Scene, SceneEncoder

STEPS_PER_S = round(1 / STEP_S)
WEBSOCKET_HEAD_BYTES = 4


class Rate(NamedTuple):
    """How many frames a second, and how many bytes a second for each viewer."""

    frames_per_s: int
    bytes_per_s: int


RATES: Mapping[m.Tier, Rate] = MappingProxyType({"full": Rate(30, 25_000), "low": Rate(5, 5_000)})


class SceneStream:
    """One tier of one scene.

    Args:
      rate: of the tier.
    """

    def __init__(self, rate: Rate) -> None:
        self._every_steps = STEPS_PER_S // rate.frames_per_s
        self._share_bytes = rate.bytes_per_s / STEPS_PER_S
        self._encoder = SceneEncoder()
        self._credit_bytes = 0.0
        self._last_step = 0

    def is_due(self, step: int, rate_divisor: int) -> bool:
        """Whether a frame is to be made after this step."""
        return step % (self._every_steps * rate_divisor) == 0

    def frame(self, step: int, scene: Scene, hands: Hands = AT_REST) -> bytes | None:
        """Returns the next frame, None while the last ones are still being paid for."""
        if self._encoder.sequence == 0:
            self._last_step = step
            return self._encoder.frame(step, scene, 0, hands)
        elapsed, self._last_step = step - self._last_step, step
        share_bytes = elapsed * self._share_bytes
        self._credit_bytes = min(self._credit_bytes + share_bytes, share_bytes)
        if self._credit_bytes <= WEBSOCKET_HEAD_BYTES:
            return None
        budget_bytes = int(self._credit_bytes) - WEBSOCKET_HEAD_BYTES
        frame = self._encoder.frame(step, scene, budget_bytes, hands)
        self._credit_bytes -= len(frame) + WEBSOCKET_HEAD_BYTES
        return frame

    def key(self) -> bytes | None:
        """Returns the last frame once more, whole; None if there was none yet."""
        return self._encoder.key() if self._encoder.sequence else None
