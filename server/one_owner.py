"""A data folder belongs to one server at a time.

A second one on the same folder would change the secrets under the first and take its database
away. The lock is the system's: it ends with the process that holds it, however that ends.
"""

import contextlib
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import IO

from world.errors import ConfigurationError


@contextlib.contextmanager
def sole_owner(folder: Path) -> Iterator[None]:
    """Holds a clinic's data folder for as long as the context lasts.

    Raises:
      ConfigurationError: if another server has it open.
    """
    with (folder / "owner.lock").open("ab") as file:
        try:
            _lock(file)
        except OSError as error:
            raise ConfigurationError(
                f"data folder {folder}: another server has this clinic open. Join it with: "
                f"python3 tools/run.py --data {folder}, or stop it first."
            ) from error
        yield


def _lock(file: IO[bytes]) -> None:
    if sys.platform == "win32":
        import msvcrt  # noqa: PLC0415 -- exists on Windows only

        msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
    else:
        import fcntl  # noqa: PLC0415 -- does not exist on Windows

        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
