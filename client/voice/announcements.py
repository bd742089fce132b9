"""What the clinic says aloud to one person: which sentences there are, and when each is played.

The sentences are spoken in files among the assets (tools/bake/sounds.py says them). Each has its
words on the screen too; whoever does not hear misses nothing.
"""

import wave
from pathlib import Path
from types import MappingProxyType
from typing import Final

import numpy as np
from numpy.typing import NDArray

from client.voice.chime import chime
from client.voice.speech import load_speech
from world.errors import ConfigurationError
from world.protocol.messages import Announcement
from world.rooms.names import room_name

ROOMS: Final = ("consult-1", "consult-2")
"""The rooms whose names are spoken; of others it is said that the board names them."""
CHIME: Final = "chime"
FULL_SCALE: Final = np.float32(32_768)

SENTENCES: Final = MappingProxyType(
    {
        "called": "You are called. The board shows you your room.",
        **{
            f"called-{room}": f"You are called to {room_name(room)}. Its door is open for you."
            for room in ROOMS
        },
        "called-again": "You are being waited for. The board shows you your room.",
        **{
            f"called-again-{room}": f"You are being waited for in {room_name(room)}."
            for room in ROOMS
        },
        "met": "The doctor is with you.",
        "ended": "The visit has ended. The door is open for you.",
    }
)
"""The name of each spoken file, without `announcement-` before it, and what it says."""

_CHIMED: Final = frozenset({"called", "called-again"})
"""What somebody may have to be woken for."""


def sounds_of(
    announcement: Announcement, room_id: str | None, *, is_spoken: bool
) -> tuple[str, ...]:
    """Returns the sounds of an announcement, in order.

    Args:
      announcement: what happened.
      room_id: the room that it is about.
      is_spoken: whether this person wants to hear words.
    """
    rung = (CHIME,) if announcement in _CHIMED else ()
    if not is_spoken:
        return rung
    exact = f"{announcement}-{room_id}"
    return (*rung, exact if exact in SENTENCES else announcement)


def load_sound(folder: Path, name: str) -> NDArray[np.float32]:
    """Returns a sound by its name, (n,) mono samples at 48 kHz, -1 to 1.

    Args:
      folder: of the sounds among the assets.
      name: CHIME or one of SENTENCES.

    Raises:
      ConfigurationError: if its file is missing or damaged.
    """
    if name == CHIME:
        return chime()
    path = folder / f"announcement-{name}.wav"
    try:
        return load_speech(path).astype(np.float32) / FULL_SCALE
    except (OSError, EOFError, ValueError, wave.Error) as error:
        raise ConfigurationError(
            f"An announcement cannot be spoken: {path.name} is missing or damaged. "
            "Install Metaclinic anew."
        ) from error
