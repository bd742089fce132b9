"""The files of attempts' records: private, named by an id, whole or plainly unfinished.

A record grows block by block in ID.part and gets its name, ID.mcrec, in one step after its last
byte is on the disk. A process that is killed leaves a .part, which reads up to its last whole
second (sim/recording.py); so does a full disk.
"""

import os
from pathlib import Path

from sim.recording import Record, read, read_begun

UNFINISHED, FINISHED = ".part", ".mcrec"


class RecordFile:
    """The file of one attempt, being written.

    Raises:
      OSError: from every method, if the disk does not take it.
    """

    def __init__(self, folder: Path, attempt_id: str) -> None:
        self._path = folder / f"{attempt_id}{UNFINISHED}"
        flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_APPEND
        self._descriptor = os.open(self._path, flags, 0o600)

    def write(self, data: bytes) -> None:
        """Appends to the record; a killed process loses nothing of it."""
        while data:
            data = data[os.write(self._descriptor, data) :]

    def finish(self) -> Path:
        """Returns the path of the finished record; waits for the disk."""
        os.fsync(self._descriptor)
        self.close()
        finished = self._path.with_suffix(FINISHED)
        self._path.rename(finished)
        if os.name != "nt":
            folder = os.open(finished.parent, os.O_RDONLY)
            os.fsync(folder)
            os.close(folder)
        return finished

    def close(self) -> None:
        """Leaves the record as it is, unfinished."""
        if self._descriptor >= 0:
            os.close(self._descriptor)
            self._descriptor = -1


def read_whole(path: Path) -> Record:
    """Returns the finished record in a file.

    Raises:
      RecordDamaged: if it was changed, or is not finished.
      OSError: if it cannot be read.
    """
    return read(path.read_bytes())


def read_record(path: Path) -> tuple[Record, bool]:
    """Returns the record in a file as far as it goes, and whether it is finished.

    Raises:
      RecordDamaged: if it was changed.
      OSError: if it cannot be read.
    """
    return read_begun(path.read_bytes())
