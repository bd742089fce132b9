"""What a training scene looks like, from the server's simulation to its viewers.

A scene is made of bodies (rigid, with a pose), surfaces (triangles whose corners move) and strands
(lines of nodes, such as thread). The first frame that a viewer gets is a key frame and whole; after
it come deltas, each against the frame before. Who missed one is sent a key frame again.

Strategy for few bytes: corners are whole steps of 0.05 mm; what changed is written as two planes
of bytes, low and high, which deflate well as most of it is nought. A frame that grows beyond its
budget leaves out the smallest changes; they are made up for as soon as there is room, so that a
scene at rest is exact.

A frame begins with SCENE_LANE (0x01), then u8 kind (0 key, 1 delta), u32 sequence, u32 tick, then
what the hands did in that step: u32 sequence of the last input that it took (0: none), u8 opening
of the left and of the right jaws in 1/255, u16 force at the left and at the right instrument in
0.01 N; all little-endian; then a deflate stream:
  key     u16 length, description as JSON, corners (n, 3) i16, rotations (m, 4) i16,
          triangles (k, 3) u16
  delta   corners (n, 3) and rotations (m, 4) i16: all low bytes, then all high bytes
Corners are in the order bodies, surfaces, strands. A rotation is (w, x, y, z) * 32767.
"""

import zlib
from dataclasses import dataclass
from struct import Struct
from typing import Annotated, TypeAlias

import msgspec
import numpy as np
from msgspec import Meta
from numpy.typing import NDArray

from world.errors import RemoteProtocolError
from world.geometry import FloatArray

ShortArray: TypeAlias = NDArray[np.int16]
IntArray: TypeAlias = NDArray[np.int64]

SCENE_LANE = 0x01
KEY, DELTA = 0, 1
LENGTH_STEP_M = 5e-5
ROTATION_STEPS = 32767
PARTS_MAX = 256
CORNERS_MAX = 20_000
"""Of a whole scene; triangles may be twice as many."""
SLACK_MAX = 64
"""The coarsest that a frame may be, in steps: 3.2 mm, seen only in wild motion on a poor line."""
HEADER = Struct("<BBII")
HANDS = Struct("<I2B2H")
HEAD_BYTES = HEADER.size + HANDS.size
JAW_STEPS = 255
FORCE_STEP_N = 0.01
_LENGTH = Struct("<H")
_DEFLATE_LEVEL = 1

PartName = Annotated[str, Meta(min_length=1, max_length=32, pattern="^[a-z0-9_-]+$")]
Corners = Annotated[int, Meta(ge=1, le=CORNERS_MAX)]
Triangles = Annotated[int, Meta(ge=1, le=2 * CORNERS_MAX)]
Radius = Annotated[float, Meta(gt=0.0, le=0.1)]


@dataclass(frozen=True, slots=True)
class Body:
    """A rigid thing: its shape's name, where it is, (3,) metres, and how turned, (4,)."""

    name: str
    position_m: FloatArray
    rotation: FloatArray


@dataclass(frozen=True, slots=True)
class Surface:
    """A soft thing: its name, its corners, (n, 3) metres, and its triangles, (k, 3) indices."""

    name: str
    corners_m: FloatArray
    triangles: IntArray


@dataclass(frozen=True, slots=True)
class Strand:
    """A thread: its name, its nodes in order, (n, 3) metres, and its radius in metres."""

    name: str
    nodes_m: FloatArray
    radius_m: float


@dataclass(frozen=True, slots=True)
class Scene:
    """All that a viewer is shown, in the frame of the trainee's station."""

    bodies: tuple[Body, ...] = ()
    surfaces: tuple[Surface, ...] = ()
    strands: tuple[Strand, ...] = ()


@dataclass(frozen=True, slots=True)
class Hands:
    """What the hands did in the step that is shown.

    Attributes:
      taken: sequence of the last steering frame that the step took; 0 for none.
      openings: how far the left and the right jaws are open, 0 to 1.
      forces_n: between the left, and the right instrument, and what it touches.
    """

    taken: int = 0
    openings: tuple[float, float] = (0.0, 0.0)
    forces_n: tuple[float, float] = (0.0, 0.0)


AT_REST = Hands()


class Description(msgspec.Struct, frozen=True, array_like=True):
    """The parts of a scene, without where they are."""

    bodies: Annotated[tuple[PartName, ...], Meta(max_length=PARTS_MAX)]
    surfaces: Annotated[tuple[tuple[PartName, Corners, Triangles], ...], Meta(max_length=64)]
    strands: Annotated[tuple[tuple[PartName, Corners, Radius], ...], Meta(max_length=64)]

    @property
    def corner_count(self) -> int:
        """How many corners the scene has in all."""
        return (
            len(self.bodies)
            + sum(count for _, count, _ in self.surfaces)
            + sum(count for _, count, _ in self.strands)
        )

    @property
    def triangle_count(self) -> int:
        """How many triangles the scene has in all."""
        return sum(count for _, _, count in self.surfaces)


@dataclass(slots=True)
class _Whole:
    """A scene in steps: what both ends hold after the same frame."""

    description: Description
    corners: ShortArray
    rotations: ShortArray
    triangles: NDArray[np.uint16]


class SceneEncoder:
    """Writes the frames of one stream; every viewer of the stream gets the same bytes.

    Attributes:
      sequence: of the last frame.
      slack: how many steps a corner may be away from where it was last shown, at most.
    """

    def __init__(self) -> None:
        self.sequence = 0
        self.slack = 0
        self._tick = 0
        self._hands = b""
        self._whole: _Whole | None = None

    def frame(self, tick: int, scene: Scene, budget_bytes: int, hands: Hands = AT_REST) -> bytes:
        """Returns the next frame: a delta where the scene has the same parts, else a key frame.

        Args:
          tick: step of the simulation that is shown.
          scene: what it shows.
          budget_bytes: what a delta should not grow beyond; key frames are as long as they are.
          hands: what they did in that step.

        Raises:
          ValueError: if the scene has more parts or corners than a viewer accepts.
        """
        self.sequence += 1
        self._tick, self._hands = tick, _packed(hands)
        now = _whole(scene)
        before = self._whole
        if before is None or not _has_same_parts(before, now):
            self._whole, self.slack = now, 0
            return self.key()
        return self._delta(before, now, budget_bytes)

    def key(self) -> bytes:
        """Returns the last frame once more, whole, for a viewer who has nothing or missed one.

        Raises:
          ValueError: if there was no frame yet.
        """
        whole = self._whole
        if whole is None:
            raise ValueError("There is no frame yet: encode one before asking for its key frame.")
        text = msgspec.json.encode(whole.description)
        body = _LENGTH.pack(len(text)) + text + whole.corners.astype("<i2").tobytes()
        body += whole.rotations.astype("<i2").tobytes() + whole.triangles.astype("<u2").tobytes()
        return self._head(KEY) + zlib.compress(body, _DEFLATE_LEVEL)

    def _head(self, kind: int) -> bytes:
        return HEADER.pack(SCENE_LANE, kind, self.sequence, self._tick) + self._hands

    def _delta(self, before: _Whole, now: _Whole, budget_bytes: int) -> bytes:
        slack = self.slack // 2
        while True:
            corners = _changes(before.corners, now.corners, slack)
            body = zlib.compress(
                _planes(corners) + _planes(now.rotations - before.rotations), _DEFLATE_LEVEL
            )
            if len(body) + HEAD_BYTES <= budget_bytes or slack >= SLACK_MAX:
                break
            slack = max(1, 2 * slack)
        self.slack = slack
        before.corners += corners
        before.rotations = now.rotations
        return self._head(DELTA) + body


class SceneDecoder:
    """Reads the frames of one stream.

    Attributes:
      scene: what was last shown; empty before the first key frame.
      tick: of it.
      hands: what they did in its step.
    """

    def __init__(self) -> None:
        self.scene = Scene()
        self.tick = 0
        self.hands = AT_REST
        self._sequence = 0
        self._whole: _Whole | None = None

    def read(self, frame: bytes) -> Scene:
        """Returns the scene after this frame.

        Raises:
          RemoteProtocolError: if the frame is not one of this lane, or its delta does not follow
            the frame before.
        """
        if len(frame) < HEAD_BYTES or frame[0] != SCENE_LANE:
            raise RemoteProtocolError(f"scene frame of {len(frame)} bytes")
        _, kind, sequence, tick = HEADER.unpack_from(frame)
        body = frame[HEAD_BYTES:]
        if kind == KEY:
            self._whole = _read_key(body)
        elif kind == DELTA and self._whole is not None and sequence == self._sequence + 1:
            _apply(self._whole, body)
        else:
            raise RemoteProtocolError(f"scene frame of kind {kind} with sequence {sequence}")
        self._sequence, self.tick, self.hands = sequence, tick, _unpacked(frame)
        self.scene = _scene(self._whole)
        return self.scene


def _packed(hands: Hands) -> bytes:
    jaws = [int(min(max(one, 0.0), 1.0) * JAW_STEPS + 0.5) for one in hands.openings]
    forces = [int(min(max(one / FORCE_STEP_N + 0.5, 0.0), 65_535.0)) for one in hands.forces_n]
    return HANDS.pack(hands.taken, *jaws, *forces)


def _unpacked(frame: bytes) -> Hands:
    taken, left, right, left_force, right_force = HANDS.unpack_from(frame, HEADER.size)
    return Hands(
        taken,
        (left / JAW_STEPS, right / JAW_STEPS),
        (left_force * FORCE_STEP_N, right_force * FORCE_STEP_N),
    )


def _whole(scene: Scene) -> _Whole:
    description = Description(
        tuple(body.name for body in scene.bodies),
        tuple((s.name, len(s.corners_m), len(s.triangles)) for s in scene.surfaces),
        tuple((s.name, len(s.nodes_m), s.radius_m) for s in scene.strands),
    )
    if description.corner_count > CORNERS_MAX:
        raise ValueError(f"A scene has at most {CORNERS_MAX} corners.")
    places = [np.asarray(body.position_m)[None] for body in scene.bodies]
    places += [surface.corners_m for surface in scene.surfaces]
    places += [strand.nodes_m for strand in scene.strands]
    points_m = np.concatenate(places) if places else np.zeros((0, 3))
    turned = np.array([body.rotation for body in scene.bodies], float).reshape(-1, 4)
    steps = np.floor(np.nan_to_num(points_m) / LENGTH_STEP_M + 0.5)
    triangles = [surface.triangles for surface in scene.surfaces]
    return _Whole(
        description,
        np.clip(steps, -32_768, 32_767).astype(np.int16),
        np.floor(np.clip(turned, -1, 1) * ROTATION_STEPS + 0.5).astype(np.int16),
        np.concatenate([np.zeros((0, 3), int), *triangles]).astype(np.uint16),
    )


def _has_same_parts(one: _Whole, other: _Whole) -> bool:
    return one.description == other.description and np.array_equal(one.triangles, other.triangles)


def _changes(before: ShortArray, now: ShortArray, slack: int) -> ShortArray:
    """Returns what is to be added to each corner; nought where it is within the slack."""
    change = now.astype(np.int32) - before
    change[np.abs(change).max(axis=1, initial=0) <= slack] = 0
    return change.astype(np.int16)  # wraps around, as the addition does at the other end


def _planes(values: ShortArray) -> bytes:
    flat = np.ascontiguousarray(values.astype("<i2")).reshape(-1).view(np.uint8).reshape(-1, 2)
    return flat[:, 0].tobytes() + flat[:, 1].tobytes()


def _from_planes(data: bytes, shape: tuple[int, int]) -> ShortArray:
    low, high = np.frombuffer(data, np.uint8).reshape(2, -1)
    return (low.astype(np.uint16) | high.astype(np.uint16) << 8).view(np.int16).reshape(shape)


def _inflated(body: bytes, size_bytes: int) -> bytes:
    """Returns the deflated bytes, at most size_bytes of them.

    Raises:
      RemoteProtocolError: if they are no deflate stream, or longer.
    """
    stream = zlib.decompressobj()
    try:
        data = stream.decompress(body, size_bytes)
    except zlib.error as error:
        raise RemoteProtocolError(f"scene frame cannot be inflated: {error}") from error
    if not stream.eof or stream.unused_data:
        raise RemoteProtocolError(f"scene frame of more than {size_bytes} bytes, or cut off")
    return data


def _read_key(body: bytes) -> _Whole:
    data = _inflated(body, 65_536 + CORNERS_MAX * 6 + PARTS_MAX * 8 + 2 * CORNERS_MAX * 6)
    start = _LENGTH.size
    length = _LENGTH.unpack_from(data)[0] if len(data) >= start else 0
    try:
        description = msgspec.json.decode(data[start : start + length], type=Description)
    except msgspec.MsgspecError as error:
        raise RemoteProtocolError(f"scene description: {error}") from error
    corners, turns = description.corner_count, len(description.bodies)
    triangles = description.triangle_count
    at = np.cumsum([start + length, corners * 6, turns * 8, triangles * 6])
    if corners > CORNERS_MAX or len(data) != at[-1]:
        raise RemoteProtocolError(f"scene of {corners} corners in {len(data)} bytes")
    whole = _Whole(
        description,
        np.frombuffer(data, "<i2", corners * 3, at[0]).reshape(-1, 3).astype(np.int16),
        np.frombuffer(data, "<i2", turns * 4, at[1]).reshape(-1, 4).astype(np.int16),
        np.frombuffer(data, "<u2", triangles * 3, at[2]).reshape(-1, 3).astype(np.uint16),
    )
    offset = 0
    for _, corner_count, count in description.surfaces:
        own = whole.triangles[offset : offset + count]
        if int(own.max()) >= corner_count:
            raise RemoteProtocolError("scene triangle names a corner that its surface has not")
        offset += count
    return whole


def _apply(whole: _Whole, body: bytes) -> None:
    corners, turns = whole.corners.size, whole.rotations.size
    data = _inflated(body, 2 * (corners + turns))
    if len(data) != 2 * (corners + turns):
        raise RemoteProtocolError(f"scene delta of {len(data)} bytes")
    whole.corners += _from_planes(data[: 2 * corners], whole.corners.shape)
    whole.rotations += _from_planes(data[2 * corners :], whole.rotations.shape)


def _scene(whole: _Whole) -> Scene:
    corners_m = whole.corners.astype(np.float64) * LENGTH_STEP_M
    turned = whole.rotations / ROTATION_STEPS
    length = np.sqrt((turned**2).sum(axis=1))
    turned = np.where(
        length[:, None] > 0.5, turned / np.maximum(length, 0.5)[:, None], [1, 0, 0, 0]
    )
    description = whole.description
    at = len(description.bodies)
    bodies = tuple(Body(name, corners_m[i], turned[i]) for i, name in enumerate(description.bodies))
    surfaces, strands, triangle = [], [], 0
    for name, count, triangles in description.surfaces:
        own = whole.triangles[triangle : triangle + triangles].astype(np.int64)
        surfaces.append(Surface(name, corners_m[at : at + count], own))
        at, triangle = at + count, triangle + triangles
    for name, count, radius_m in description.strands:
        strands.append(Strand(name, corners_m[at : at + count], radius_m))
        at += count
    return Scene(bodies, tuple(surfaces), tuple(strands))
