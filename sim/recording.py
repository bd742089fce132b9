"""The record of one attempt: enough to play it again bit for bit, and to see any change made to it.

A record holds no picture and no state: it holds what the simulation was begun with, and for every
step what was asked of it. Once a second it adds the hash of the state that the server then had,
so a replay that goes another way is found within a second.

Layout: MAGIC, u32 length and the head as JSON, then blocks. A block is u8 count of its steps
(1 to 60), that many times (u8 effort, input), the 32-byte hash of the state after its last step,
and a 32-byte seal. A seal is SHA-256 over the seal before it (of the first block: over MAGIC and
head) and the block. The last block has count 0, no steps, the state's hash and its seal: a record
without it was cut off. Whoever keeps the last seal elsewhere can prove that no byte was changed.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from hashlib import sha256
from struct import Struct
from typing import Annotated

import msgspec
from msgspec import Meta

from sim.instruments.inputs import INPUT_BYTES
from world.errors import ClinicError

SIM_ABI = 1
"""Raised whenever the same inputs give another state hash than before; a test holds the hashes."""

MAGIC = b"MCREC1\n"
BLOCK_STEPS = 60
HASH_BYTES = 32
HEAD_MAX_BYTES = 4096
_LENGTH = Struct("<I")
_STEP_BYTES = 1 + INPUT_BYTES

Name = Annotated[str, Meta(min_length=1, max_length=40, pattern="^[a-z0-9_-]+$")]
Version = Annotated[str, Meta(max_length=40)]


class RecordDamaged(ClinicError):
    """The bytes are no whole record: changed, cut off, or something else altogether."""


class RecordCutOff(RecordDamaged):
    """The record's end is missing: whoever wrote it did not finish."""


class Head(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What an attempt was begun with. It names no person.

    Attributes:
      procedure: name in the table of procedures.
      seed: variant of the scene.
      is_left_handed: the hands' instruments are exchanged.
      scene_hash: of the scene as it began, hexadecimal.
      abi: SIM_ABI of the program that made it.
      engines: versions of what computes.
    """

    procedure: Name
    seed: Annotated[int, Meta(ge=0, lt=2**32)]
    is_left_handed: bool
    scene_hash: Annotated[str, Meta(pattern="^[0-9a-f]{64}$")]
    abi: int = SIM_ABI
    engines: dict[Name, Version] = {}


@dataclass(frozen=True, slots=True)
class Block:
    """Up to a second of steps.

    Attributes:
      steps: (effort, input bytes) of each step.
      state_hash: of the state after the last of them.
    """

    steps: tuple[tuple[int, bytes], ...]
    state_hash: bytes


@dataclass(frozen=True, slots=True)
class Record:
    """A record that was read whole.

    Attributes:
      head: what it was begun with.
      blocks: in order, the closing one last.
      seal: the last seal, 32 bytes.
    """

    head: Head
    blocks: tuple[Block, ...]
    seal: bytes

    @property
    def step_count(self) -> int:
        """How many steps were taken."""
        return sum(len(block.steps) for block in self.blocks)


@dataclass(slots=True)
class Recorder:
    """Writes a record as the attempt goes on; what it returns is to be appended to one file."""

    head: Head
    seal: bytes = b""
    _steps: list[bytes] = field(default_factory=list)

    def begin(self) -> bytes:
        """Returns the record's first bytes."""
        text = msgspec.json.encode(self.head)
        start = MAGIC + _LENGTH.pack(len(text)) + text
        self.seal = sha256(start).digest()
        return start

    def add(self, effort: int, inputs: bytes) -> None:
        """Notes one step.

        Raises:
          ValueError: if the block is full, effort is no byte, or the input has another length.
        """
        if self.is_due:
            raise ValueError(f"A block holds {BLOCK_STEPS} steps: close it before the next.")
        if len(inputs) != INPUT_BYTES:
            raise ValueError(f"An input has {INPUT_BYTES} bytes, got {len(inputs)}.")
        self._steps.append(bytes((effort,)) + inputs)

    @property
    def is_due(self) -> bool:
        """Whether the block is full, so that close_block must come before the next step."""
        return len(self._steps) == BLOCK_STEPS

    def close_block(self, state_hash: bytes) -> bytes:
        """Returns the bytes of the steps since the last block."""
        return self._sealed(state_hash) if self._steps else b""

    def end(self, state_hash: bytes) -> bytes:
        """Returns the record's last bytes."""
        return self.close_block(state_hash) + self._sealed(state_hash)

    def _sealed(self, state_hash: bytes) -> bytes:
        block = bytes((len(self._steps),)) + b"".join(self._steps) + state_hash
        self.seal = sha256(self.seal + block).digest()
        self._steps.clear()
        return block + self.seal


def read(data: bytes) -> Record:
    """Returns the record that the bytes hold.

    Raises:
      RecordCutOff: if its end is missing.
      RecordDamaged: if a byte was changed or something follows.
    """
    record, cut_off = _read(data)
    if cut_off is not None:
        raise cut_off
    return record


def read_begun(data: bytes) -> tuple[Record, bool]:
    """Returns a record up to its last whole block, and whether that is its end.

    Raises:
      RecordDamaged: if a byte was changed, something follows, or the head itself is not whole.
    """
    record, cut_off = _read(data)
    return record, cut_off is None


def _read(data: bytes) -> tuple[Record, RecordCutOff | None]:
    head, offset = _read_head(data)
    seal = sha256(data[:offset]).digest()
    blocks: list[Block] = []
    try:
        for block, raw, given in _read_blocks(data, offset):
            seal = sha256(seal + raw).digest()
            if seal != given:
                raise RecordDamaged(
                    f"The record was changed within its block {len(blocks) + 1}: its seal does "
                    "not fit. Use an untouched copy."
                )
            blocks.append(block)
    except RecordCutOff as cut_off:
        return Record(head, tuple(blocks), seal), cut_off
    return Record(head, tuple(blocks), seal), None


def _read_head(data: bytes) -> tuple[Head, int]:
    start = len(MAGIC) + _LENGTH.size
    if not data.startswith(MAGIC) or len(data) < start:
        raise RecordDamaged("This is no record of an attempt.")
    (length,) = _LENGTH.unpack_from(data, len(MAGIC))
    if length > HEAD_MAX_BYTES or len(data) < start + length:
        raise RecordDamaged("The record's head is not whole. Use an untouched copy.")
    try:
        head = msgspec.json.decode(data[start : start + length], type=Head)
    except msgspec.MsgspecError as error:
        raise RecordDamaged(f"The record's head cannot be read: {error}") from error
    return head, start + length


def _read_blocks(data: bytes, offset: int) -> Iterator[tuple[Block, bytes, bytes]]:
    """Yields each block, its bytes without the seal, and its seal."""
    while True:
        count = data[offset] if offset < len(data) else 0
        hash_at = offset + 1 + count * _STEP_BYTES
        end = hash_at + 2 * HASH_BYTES
        if count > BLOCK_STEPS or end > len(data):
            raise RecordCutOff("The record was cut off before its end.")
        at = range(offset + 1, hash_at, _STEP_BYTES)
        steps = tuple((data[i], data[i + 1 : i + _STEP_BYTES]) for i in at)
        block = Block(steps, data[hash_at : hash_at + HASH_BYTES])
        yield block, data[offset : hash_at + HASH_BYTES], data[hash_at + HASH_BYTES : end]
        if count == 0:
            break
        offset = end
    if end != len(data):
        raise RecordDamaged("Something follows the record's end. Use an untouched copy.")
