"""A queue of bytes between two processes, in shared memory: one writes, one reads, nobody waits.

Rules:
* `written` and `read` only grow; each is changed by one side, in one aligned 8-byte store. A record
  is its length, its CRC-32 and its bytes; it may wrap round the end.
* A processor may show the new `written` before the bytes (ARM reorders stores). The CRC tells, and
  the reader takes the record at its next look.
* A record that does not fit is not written, and `write` says so. What happens then is the lane's
  policy, beside its queue in `channel.py`.
* What was read is wiped: passwords pass through here.
"""

import struct
import zlib
from multiprocessing.shared_memory import SharedMemory

WRITTEN, READ = 0, 8
"""Places of the counters in words of 8 bytes: on cache lines of their own."""
DATA_BYTES_AT = 128
HEAD = struct.Struct("=II")


class Ring:
    """One side of a ring.

    Args:
      memory: shared by both sides; its creator unlinks it.
    """

    def __init__(self, memory: SharedMemory) -> None:
        self._memory = memory
        if memory.buf is None:
            raise ValueError("the memory is closed")
        self._counters = memory.buf[:DATA_BYTES_AT].cast("Q")
        self._data = memory.buf[DATA_BYTES_AT:]
        # A system may give a little more memory than was asked for, and to each side the same.
        self.capacity_bytes = len(self._data)

    @classmethod
    def create(cls, capacity_bytes: int) -> "Ring":
        """Returns a new, empty ring; `unlink` it in the end."""
        ring = cls(SharedMemory(create=True, size=DATA_BYTES_AT + capacity_bytes))
        ring._counters[WRITTEN] = ring._counters[READ] = 0
        return ring

    @classmethod
    def attach(cls, name: str) -> "Ring":
        """Returns the other side of a ring that another process has created."""
        return cls(SharedMemory(name))

    @property
    def name(self) -> str:
        """What the other side attaches by."""
        return self._memory.name

    @property
    def used_bytes(self) -> int:
        """How much waits to be read."""
        return self._counters[WRITTEN] - self._counters[READ]

    def write(self, record: bytes) -> bool:
        """Appends a record; False if there is no room for it now.

        Raises:
          ValueError: if it would not even fit into an empty ring.
        """
        needed = HEAD.size + len(record)
        if needed > self.capacity_bytes:
            raise ValueError(f"a record of {len(record)} bytes, the ring has {self.capacity_bytes}")
        if needed > self.capacity_bytes - self.used_bytes:
            return False
        at = self._counters[WRITTEN]
        self._put(at, HEAD.pack(len(record), zlib.crc32(record)))
        self._put(at + HEAD.size, record)
        self._counters[WRITTEN] = at + needed
        return True

    def read(self) -> bytes | None:
        """Returns the oldest record and forgets it; None if there is none yet."""
        waiting = self.used_bytes
        if waiting < HEAD.size:
            return None
        at = self._counters[READ]
        length, crc = HEAD.unpack(self._get(at, HEAD.size))
        if HEAD.size + length > waiting:
            return None
        record = self._get(at + HEAD.size, length)
        if zlib.crc32(record) != crc:
            return None
        self._put(at, bytes(HEAD.size + length))
        self._counters[READ] = at + HEAD.size + length
        return record

    def close(self) -> None:
        """Lets go of the memory; the other side may still use it."""
        self._counters.release()
        self._data.release()
        self._memory.close()

    def unlink(self) -> None:
        """Lets the system have the memory once both sides have closed."""
        self._memory.unlink()

    def _put(self, at: int, data: bytes) -> None:
        start = at % self.capacity_bytes
        first = min(len(data), self.capacity_bytes - start)
        self._data[start : start + first] = data[:first]
        self._data[: len(data) - first] = data[first:]

    def _get(self, at: int, size: int) -> bytes:
        start = at % self.capacity_bytes
        first = min(size, self.capacity_bytes - start)
        return bytes(self._data[start : start + first]) + bytes(self._data[: size - first])
