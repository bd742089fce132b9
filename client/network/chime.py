"""A short sound of two notes: to test the loudspeakers, and when it is somebody's turn."""

from typing import Final

import numpy as np

from client.voice.receive import BLOCK_SAMPLES
from client.voice.spatial import Sound
from world.protocol.rtp import CLOCK_HZ

NOTES_HZ: Final = (784.0, 1046.5)
"""G5 and C6: a fourth upwards."""
NOTE_S: Final = 0.35
DECAY_S: Final = 0.12
LEVEL: Final = 0.2


class Chime:
    """The sound, played once.

    Attributes:
      length_s: how long it takes.
    """

    length_s = len(NOTES_HZ) * NOTE_S + 0.2

    def __init__(self) -> None:
        time_s = np.arange(round(NOTE_S * CLOCK_HZ)) / CLOCK_HZ
        fade = np.minimum(time_s / 0.005, 1.0) * np.exp(-time_s / DECAY_S)
        notes = [np.sin(2 * np.pi * note_hz * time_s) * fade for note_hz in NOTES_HZ]
        self._samples = (np.concatenate(notes) * LEVEL).astype(np.float32)
        self._at = 0

    def render(self, now_s: float) -> Sound:
        """Returns the next (480, 2); silence after the end."""
        del now_s
        block = np.zeros((BLOCK_SAMPLES, 2), np.float32)
        part = self._samples[self._at : self._at + BLOCK_SAMPLES]
        block[: len(part)] = part[:, None]
        self._at += BLOCK_SAMPLES
        return block
