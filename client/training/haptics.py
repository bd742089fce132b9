"""What a hand is to feel: a force as a share of what is bearable, told to whatever can shake.

Where there is no device the value is there all the same: it is shown, and nothing shakes.
"""

from typing import Final, Protocol

USUAL_LIMIT_N: Final = 4.0
"""Force at which the amplitude is full where a task states no limit. Own choice, to be felt."""
LEAST: Final = 0.02
"""Weaker is not told: a motor does not turn."""


class Haptics(Protocol):
    """Something that can shake a hand."""

    def shake(self, left: float, right: float) -> None:
        """Shakes each hand from now on: 0 is not at all, 1 as strongly as it goes."""


class NoHaptics:
    """No device: nothing shakes."""

    def shake(self, left: float, right: float) -> None:
        """Does nothing."""


def amplitude(force_n: float, limit_n: float = USUAL_LIMIT_N) -> float:
    """Returns how strongly a force is felt, 0 to 1.

    Args:
      force_n: between instrument and tissue; what is no number is not felt.
      limit_n: what tissue bears; at it and beyond the amplitude is 1.

    Raises:
      ValueError: if the limit is not above 0.
    """
    if not limit_n > 0:
        raise ValueError(f"A force is felt as a share of a limit above 0 N, and not of {limit_n}.")
    share = force_n / limit_n
    return 0.0 if not share >= LEAST else min(share, 1.0)
