"""A short sound of two notes: to test the loudspeakers, and when it is somebody's turn."""

from typing import Final

import numpy as np
from numpy.typing import NDArray

from world.protocol.rtp import CLOCK_HZ

NOTES_HZ: Final = (784.0, 1046.5)
"""G5 and C6: a fourth upwards."""
NOTE_S: Final = 0.35
DECAY_S: Final = 0.12
LEVEL: Final = 0.2


def chime() -> NDArray[np.float32]:
    """Returns the sound, (n,) mono samples at 48 kHz."""
    time_s = np.arange(round(NOTE_S * CLOCK_HZ)) / CLOCK_HZ
    fade = np.minimum(time_s / 0.005, 1.0) * np.exp(-time_s / DECAY_S)
    notes = [np.sin(2 * np.pi * note_hz * time_s) * fade for note_hz in NOTES_HZ]
    return (np.concatenate(notes) * LEVEL).astype(np.float32)
