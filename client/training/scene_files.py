"""Scene frames in a file, as they travelled: for replays, previews and tests.

A file is the frames of one stream in order, each with its length before it, u32 little-endian.
"""

from collections.abc import Iterable, Iterator
from pathlib import Path
from struct import Struct
from typing import Final

from world.errors import RemoteProtocolError
from world.protocol.scene_lane import Scene, SceneDecoder

_LENGTH: Final = Struct("<I")
LONGEST_FRAME_BYTES: Final = 4_000_000


def write_frames(path: Path, frames: Iterable[bytes]) -> None:
    """Writes frames to a file."""
    path.write_bytes(b"".join(_LENGTH.pack(len(frame)) + frame for frame in frames))


def read_frames(path: Path) -> Iterator[bytes]:
    """Returns the frames of a file, one after the other.

    Raises:
      RemoteProtocolError: if the file ends within a frame, or names one that is too long.
    """
    data = path.read_bytes()
    at = 0
    while at < len(data):
        if at + _LENGTH.size > len(data):
            raise RemoteProtocolError(f"scene file ends within a length at byte {at}")
        length = _LENGTH.unpack_from(data, at)[0]
        at += _LENGTH.size
        if length > LONGEST_FRAME_BYTES or at + length > len(data):
            raise RemoteProtocolError(f"scene file has no frame of {length} bytes at byte {at}")
        yield data[at : at + length]
        at += length


def read_scenes(path: Path) -> Iterator[tuple[int, Scene]]:
    """Returns tick and scene of each frame of a file.

    Raises:
      RemoteProtocolError: if the file is damaged, or its frames do not follow each other.
    """
    decoder = SceneDecoder()
    for frame in read_frames(path):
        scene = decoder.read(frame)
        yield decoder.tick, scene
