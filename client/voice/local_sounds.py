"""Sounds of this program itself: what one person alone hears, beside the voices.

Rules:
* One is played after the other. MAX_WAITING may wait; full, the oldest of them goes, for a newer
  call says more than an older one.
* `render` may be called from a sound card's thread, `play` from the event loop's.
"""

import threading
from collections import deque
from typing import Final

import numpy as np
from numpy.typing import NDArray

from client.voice.receive import BLOCK_SAMPLES
from client.voice.spatial import Sound

MAX_WAITING: Final = 4


class LocalSounds:
    """What is played to this person."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._waiting: deque[NDArray[np.float32]] = deque(maxlen=MAX_WAITING)
        self._playing = np.zeros(0, np.float32)

    def play(self, samples: NDArray[np.float32]) -> None:
        """Plays (n,) mono samples at 48 kHz, -1 to 1, after what is played already."""
        with self._lock:
            self._waiting.append(samples)

    def render(self) -> Sound:
        """Returns the next (480, 2); silence where nothing is to be played."""
        block = np.zeros(BLOCK_SAMPLES, np.float32)
        filled = 0
        with self._lock:
            while filled < BLOCK_SAMPLES and (self._playing.size or self._waiting):
                if not self._playing.size:
                    self._playing = self._waiting.popleft()
                part = self._playing[: BLOCK_SAMPLES - filled]
                block[filled : filled + part.size] = part
                self._playing = self._playing[part.size :]
                filled += part.size
        return np.repeat(block[:, None], 2, axis=1)
